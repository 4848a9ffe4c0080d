#pragma once
// Graph's patternedRecurrence as values, and what it is as an iCalendar rule and back. Pure, and exact both ways: what
// the other side cannot say is an error with the reason, never something near it.
#include <cstdint>
#include <optional>
#include <string>

#include <fasti/error.hpp>
#include <fasti/value.hpp>

namespace fasti {
inline namespace v1 {
namespace outlook {

enum class PatternType { daily, weekly, absolute_monthly, relative_monthly, absolute_yearly, relative_yearly };
enum class RangeType { end_date, no_end, numbered };

struct Pattern {
  PatternType type = PatternType::daily;
  std::int64_t interval = 1;
  std::uint32_t days = 0;  ///< daysOfWeek; bit 0: Sunday
  int first_day = 0;       ///< firstDayOfWeek; 0: Sunday. Only weekly looks at it
  int day_of_month = 0;    ///< later than the month's last day: the last day
  int month = 0;
  int index = 1;  ///< 1 … 4, -1: last. Of the days of the month that are in `days`
  bool operator==(const Pattern&) const = default;
};

struct Range {
  RangeType type = RangeType::no_end;
  LocalDays start{};
  LocalDays end{};  ///< inclusive
  std::int64_t count = 0;
  std::string zone;  ///< recurrenceTimeZone as Graph wrote it, or the IANA zone
  bool operator==(const Range&) const = default;
};

struct GraphRecurrence {
  Pattern pattern;
  Range range;
  bool operator==(const GraphRecurrence&) const = default;
};

/// The rule of a series that starts at `start`. `rejected` with the reason when Graph has no such pattern, or when the
/// start is no occurrence of its own rule. EXDATEs are not looked at: Graph has deleted occurrences instead.
Result<GraphRecurrence> to_graph(const Recurrence& recurrence, const Span& start);
/// In the form of Recurrence::rules. bad_reply when the pattern lacks what its type needs.
Result<std::string> to_rule(const GraphRecurrence& recurrence, const Span& start);

/// Whether some occurrence of the pattern (not of its range) may fall on this day, for a series that starts on
/// `first`.
bool falls_on(const Pattern& pattern, LocalDays first, LocalDays day);

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
