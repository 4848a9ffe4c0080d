#pragma once
// Walking the wall times of one bound rule, forwards or backwards, from any point, within a budget of steps. No
// allocation per occurrence. The set of several rules and dates is occurrence_set.hpp's.
#include <cstdint>
#include <optional>

#include "engine/time/rule_periods.hpp"

namespace fasti {
inline namespace v1 {

/// What a call may spend, so that no rule can hang. One step is one period looked at (or passed over), or one
/// occurrence taken; a step costs about a tenth of a microsecond at most.
class Steps {
 public:
  static constexpr std::int64_t kDefault = 1'000'000;
  explicit Steps(std::int64_t allowed = kDefault) : left_(allowed), allowed_(allowed) {}
  bool take() {
    if (left_ <= 0) return false;
    --left_;
    return true;
  }
  std::int64_t used() const { return allowed_ - left_; }
  std::int64_t allowed() const { return allowed_; }

 private:
  std::int64_t left_;
  std::int64_t allowed_;
};

/// Whether a start that the rule does not generate takes one of its COUNT (RFC 5545: "always counts as the first").
enum class StartCounts { if_generated, always };

/// One walk in one direction. Not thread-safe; the periods and steps outlive it.
class RuleWalk {
 public:
  RuleWalk(const RulePeriods& periods, Steps& steps, StartCounts start_counts = StartCounts::if_generated)
      : periods_(&periods), steps_(&steps), start_counts_(start_counts) {}

  /// The next next() is the first time >= `from`. A rule with COUNT is counted from its start.
  void seek(WallCount from);
  std::optional<WallCount> next();
  /// The next previous() is the last time < `before`.
  void seek_back(WallCount before);
  std::optional<WallCount> previous();
  /// The last time that COUNT allows (before the start: none); nullopt when the budget ran out.
  std::optional<WallCount> last_counted();

  /// The budget ran out: the missing answer is unknown, not "no more".
  bool gave_up() const { return gave_up_; }
  /// How far was looked.
  WallCount reached() const { return reached_; }

 private:
  bool take_step();
  std::optional<WallCount> next_time();
  void count_to(WallCount end);
  void position(WallCount from);

  const RulePeriods* periods_;
  Steps* steps_;
  StartCounts start_counts_;
  PeriodTimes times_;
  std::int64_t index_ = 0;  ///< period to load next
  std::int64_t in_period_ = 0;
  std::optional<std::int64_t> left_;  ///< of COUNT, forwards
  WallCount bound_ = 0;               ///< forwards: nothing up to here any more; backwards: nothing from here on
  WallCount counted_ = 0;             ///< the last one that COUNT was spent on
  std::optional<WallCount> held_;
  WallCount reached_ = 0;
  bool done_ = true;
  bool gave_up_ = false;
};

}  // namespace v1
}  // namespace fasti
