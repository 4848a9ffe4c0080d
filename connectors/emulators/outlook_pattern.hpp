#pragma once
// The occurrences of Graph's patternedRecurrence, worked out from its documentation alone, so that the connector's
// translation can be held against it. Not for iCalendar rules.
#include <chrono>
#include <string>
#include <vector>

#include <fasti/value.hpp>

namespace fasti {
inline namespace v1 {
namespace emulators {

/// The JSON's own words.
struct OutlookPattern {
  std::string type;  ///< daily, weekly, absoluteMonthly, relativeMonthly, absoluteYearly, relativeYearly
  int interval = 1;
  std::vector<std::string> days_of_week;
  std::string first_day_of_week = "sunday";
  int day_of_month = 0;
  int month = 0;
  std::string index = "first";
  std::string range;  ///< endDate, noEnd, numbered
  LocalDays start{};
  LocalDays end{};
  int occurrences = 0;
  bool operator==(const OutlookPattern&) const = default;
};

/// What is missing or not allowed, as Graph would complain; empty: nothing.
std::string problem_of(const OutlookPattern& pattern);
/// The days of the occurrences, in order, up to and with `last`.
std::vector<LocalDays> expand(const OutlookPattern& pattern, LocalDays last);

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
