#pragma once
// A rule bound to its start: the years, months, weeks, days … that it looks at, and the wall times that each of them
// holds. Any period can be asked for without the ones before it. Walking from one to the next, COUNT and the work
// budget are rule_walk.hpp's. Immutable, so one may serve many walks and threads.
#include <array>
#include <cstdint>
#include <vector>

#include "engine/time/rule.hpp"
#include "engine/time/zone_table.hpp"

namespace fasti {
inline namespace v1 {

/// Wall seconds since 1970-01-01T00:00:00, in whatever zone the series has.
using WallCount = std::int64_t;

enum class Direction { forward, backward };

/// The sorted wall times of one period. Kept by the walk and filled again and again: no allocation per period.
class PeriodTimes {
 public:
  std::int64_t size() const { return size_; }
  WallCount at(std::int64_t i) const {
    if (positioned_) i = order_[static_cast<std::size_t>(i)];
    if (times_->size() == 1) return base_ + days_[static_cast<std::size_t>(i)] * std::int64_t(86400) + times_->front();
    const auto n = static_cast<std::int64_t>(times_->size());
    return base_ + days_[static_cast<std::size_t>(i / n)] * std::int64_t(86400) +
           (*times_)[static_cast<std::size_t>(i % n)];
  }
  /// The first element that is >= wall; size() if there is none.
  std::int64_t lower_bound(WallCount wall) const;

 private:
  friend class RulePeriods;
  static constexpr std::size_t kDaysMax = 448;

  WallCount base_ = 0;
  std::int64_t size_ = 0;
  std::array<std::int16_t, kDaysMax> days_{};  ///< offsets from base_
  const std::vector<std::int32_t>* times_ = nullptr;
  bool positioned_ = false;
  std::vector<std::int64_t> order_;  ///< what BYSETPOS chose
};

class RulePeriods {
 public:
  /// `zone` (null: floating or all-day) is for an UNTIL in UTC. bad_input when rule and start do not go together.
  static Result<RulePeriods> bind(Rule rule, LocalSeconds start, SpanKind kind, const Zone* zone);

  const Rule& rule() const { return rule_; }
  WallCount start() const { return start_; }
  /// The period that a wall time lies in; 0 is the start's own, and nothing comes before it.
  std::int64_t index_of(WallCount wall) const;
  /// Fills `out` with the times of a period, whatever start and UNTIL say. Returns the period to look at next in that
  /// direction: the neighbour, or one further off when all between is known to be empty.
  std::int64_t load(std::int64_t index, Direction direction, PeriodTimes& out) const;
  /// Nothing of the period lies before this.
  WallCount begin_of(std::int64_t index) const;
  /// No period from here on has anything: UNTIL or the last year of the calendar lies before it.
  bool is_past(std::int64_t index) const;
  /// Nothing after this is allowed by UNTIL; before it, ask allows().
  WallCount last() const { return last_; }
  bool allows(WallCount wall) const;
  /// Says the last time that COUNT allows, so that nobody has to count again.
  void end_after(WallCount last);

 private:
  struct DaySet {
    std::int64_t base = 0;
    std::array<std::uint64_t, PeriodTimes::kDaysMax / 64> words{};
    void add(std::int64_t day) {
      words[static_cast<std::size_t>(day - base) / 64] |= 1ull << (static_cast<std::size_t>(day - base) % 64);
    }
    /// Bit 0 stands for `first`.
    void add(std::uint64_t bits, std::int64_t first);
  };

  RulePeriods() = default;
  void fill_days();
  void fill_times(SpanKind kind);
  void fill_patterns();
  void fill_until(SpanKind kind, const Zone* zone);

  bool fits_month(int month) const { return rule_.months == 0 || (rule_.months >> month & 1) != 0; }
  bool fits_month_day(int day, int length) const;
  bool fits_weekday(std::int64_t day) const;
  bool fits_year_day(int day_of_year, int length) const;
  bool fits_day(std::int64_t day) const;
  std::uint64_t month_day_bits(int length) const;
  void add_month(int year, int month, DaySet& days) const;
  void add_nth_weekdays(std::int64_t first, int length, DaySet& days) const;
  void add_year_days(int year, DaySet& days) const;
  void add_weeks(int year, DaySet& days) const;
  void add_year(int year, DaySet& days) const;
  void add_week(std::int64_t first, DaySet& days) const;
  int year_of(std::int64_t day) const;

  bool load_unit(std::int64_t index, Direction direction, PeriodTimes& out, WallCount& resume) const;
  bool fits_clock(WallCount at, Direction direction, WallCount& resume) const;
  void take_days(const DaySet& days, PeriodTimes& out) const;
  void take_positions(PeriodTimes& out) const;

  Rule rule_;
  WallCount start_ = 0;
  bool limits_days_ = false;   ///< DAILY and shorter: some part picks days
  bool nth_in_month_ = false;  ///< the number of a BYDAY counts within the month, else within the year
  std::int64_t unit_ = 0;      ///< DAILY and shorter: seconds of one step of FREQ
  std::int64_t origin_ = 0;    ///< year, month number, day of the week's start or wall second of period 0
  std::vector<std::int32_t> times_;
  std::array<std::uint64_t, 7> patterns_{};  ///< bit n: BYDAY has the n-th of a month whose first is that weekday
  const Zone* zone_ = nullptr;
  std::chrono::sys_seconds until_utc_{};
  WallCount surely_ = 0;  ///< all up to here are allowed
  WallCount last_ = 0;
};

}  // namespace v1
}  // namespace fasti
