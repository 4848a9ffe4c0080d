#pragma once
// What a span means as instants and as days, for every connector the same way: each says which end convention its
// provider has, and none converts an all-day span through a zone. Moving a span to another zone is in zone.hpp.
#include <chrono>
#include <string>

#include <fasti/error.hpp>
#include <fasti/value.hpp>

namespace fasti {
inline namespace v1 {

/// Whether the last day of an all-day span is its end (Notion), or the day before it (iCalendar, Google, Graph).
enum class DayEnd { inclusive, exclusive };

/// bad_input when the end lies before the start. An exclusive end on the first day is read as that one day: RFC 5545
/// 3.6.1 gives an all-day event without an end one day.
Result<Span> all_day_span(LocalDays first, LocalDays end, DayEnd convention);
struct DayRange {
  LocalDays first{};
  LocalDays end{};
  bool operator==(const DayRange&) const = default;
};
/// The days of an all-day span, or those that a timed one touches on its own wall.
DayRange days_of(const Span& span, DayEnd convention);

struct InstantRange {
  std::chrono::sys_seconds start{};
  std::chrono::sys_seconds end{};
  bool operator==(const InstantRange&) const = default;
};
/// A zoned span from instants, as wall times of `zone`.
Result<Span> zoned_span(InstantRange instants, const std::string& zone);
/// All-day and floating spans are placed in `zone_of_viewer`.
Result<InstantRange> instants_of(const Span& span, const std::string& zone_of_viewer = "UTC");

}  // namespace v1
}  // namespace fasti
