#pragma once
// One zone's offsets for a walk through time: the period in use is remembered, so that most conversions are an
// addition. Internal to engine/time; a null zone reads wall times as UTC. Not thread-safe.
#include <algorithm>
#include <cstdint>

#include "engine/time/civil.hpp"
#include "engine/time/zone_table.hpp"

namespace fasti {
inline namespace v1 {

class ZoneClock {
 public:
  explicit ZoneClock(const Zone* zone) : zone_(zone) {}
  const Zone* zone() const { return zone_; }

  /// RFC 5545 3.3.5: in a gap the offset before it, in a fold the first one.
  std::int64_t utc_of(std::int64_t wall) {
    if (!zone_) return wall;
    return wall >= safe_begin_ && wall < safe_end_ ? wall - offset_ : utc_by_table(wall);
  }
  std::int64_t wall_of(std::int64_t utc) {
    if (!zone_) return utc;
    if (utc < begin_ || utc >= end_) load(utc);
    return utc + offset_;
  }
  /// No change of the offset within two days of it: walls and instants have one order there.
  bool is_calm(std::int64_t utc) {
    if (!zone_) return true;
    if (utc < begin_ || utc >= end_) load(utc);
    return utc - begin_ > 2 * civil::kDay && end_ - utc > 2 * civil::kDay;
  }

 private:
  std::int64_t utc_by_table(std::int64_t wall) {
    const std::int64_t utc =
        wall - offset_of_wall(*zone_, std::chrono::local_seconds(std::chrono::seconds(wall))).count();
    if (utc < begin_ || utc >= end_) load(utc);
    if (wall < safe_begin_ || wall >= safe_end_) refine();
    return utc;
  }
  void load(std::int64_t utc) {
    const ZonePeriod period = period_of(utc);
    begin_ = period.begin.time_since_epoch().count();
    end_ = period.end.time_since_epoch().count();
    offset_ = period.offset.count();
    safe_begin_ = has_begin() ? begin_ + kMargin : INT64_MIN;
    safe_end_ = has_end() ? end_ - kMargin : INT64_MAX;
  }
  /// The exact walls of the period: what a gap or fold at either end holds is read with the offset before it.
  void refine() {
    if (has_begin() && has_end() && end_ - begin_ < 2 * kMargin) return;
    if (has_begin()) safe_begin_ = begin_ + std::max(offset_, std::int64_t(period_of(begin_ - 1).offset.count()));
    if (has_end()) safe_end_ = end_ + std::max(offset_, std::int64_t(period_of(end_).offset.count()));
  }
  ZonePeriod period_of(std::int64_t utc) const {
    return period_at(*zone_, std::chrono::sys_seconds(std::chrono::seconds(utc)));
  }
  bool has_begin() const { return begin_ > INT64_MIN / 2; }
  bool has_end() const { return end_ < INT64_MAX / 2; }

  // No zone ever moved by more than a day at once.
  static constexpr std::int64_t kMargin = 2 * civil::kDay;

  const Zone* zone_;
  std::int64_t begin_ = 0;
  std::int64_t end_ = 0;
  std::int64_t offset_ = 0;
  std::int64_t safe_begin_ = 0;
  std::int64_t safe_end_ = 0;
};

}  // namespace v1
}  // namespace fasti
