#include "connectors/emulators/outlook_pattern.hpp"

#include <algorithm>
#include <array>

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

using std::chrono::days;
using std::chrono::month;
using std::chrono::months;
using std::chrono::year_month;
using std::chrono::year_month_day;

constexpr std::array<const char*, 7> kDayNames = {"sunday",   "monday", "tuesday", "wednesday",
                                                  "thursday", "friday", "saturday"};
constexpr std::array<const char*, 5> kIndexNames = {"first", "second", "third", "fourth", "last"};

int number_of_day(const std::string& name) {
  const auto found = std::find(kDayNames.begin(), kDayNames.end(), name);
  return found == kDayNames.end() ? -1 : static_cast<int>(found - kDayNames.begin());
}

bool is_chosen(const OutlookPattern& pattern, LocalDays day) {
  const auto name = kDayNames[std::chrono::weekday(day).c_encoding()];
  return std::count(pattern.days_of_week.begin(), pattern.days_of_week.end(), name) != 0;
}

std::vector<LocalDays> days_of_month(year_month in) {
  std::vector<LocalDays> out;
  const year_month_day first = in / 1;
  for (LocalDays day{first}; year_month_day(day).month() == in.month(); day += days(1)) out.push_back(day);
  return out;
}

/// "the first, second, third, fourth or last of the daysOfWeek in the month": of all days that are in the list.
std::vector<LocalDays> relative_day(const OutlookPattern& pattern, year_month in) {
  std::vector<LocalDays> fitting;
  for (const LocalDays day : days_of_month(in))
    if (is_chosen(pattern, day)) fitting.push_back(day);
  const auto index =
      static_cast<std::size_t>(std::find(kIndexNames.begin(), kIndexNames.end(), pattern.index) - kIndexNames.begin());
  if (index == 4) return {fitting.back()};
  return index < fitting.size() ? std::vector<LocalDays>{fitting[index]} : std::vector<LocalDays>{};
}

std::vector<LocalDays> absolute_day(const OutlookPattern& pattern, year_month in) {
  const auto all = days_of_month(in);
  return {all[std::min(all.size(), static_cast<std::size_t>(pattern.day_of_month)) - 1]};
}

/// The days of the period that is `number` intervals after the first one.
std::vector<LocalDays> period(const OutlookPattern& pattern, int number) {
  const int step = number * pattern.interval;
  if (pattern.type == "daily") return {pattern.start + days(step)};
  if (pattern.type == "weekly") {
    const int first = number_of_day(pattern.first_day_of_week);
    LocalDays week = pattern.start;
    while (static_cast<int>(std::chrono::weekday(week).c_encoding()) != first) week -= days(1);
    week += days(7 * step);
    std::vector<LocalDays> out;
    for (int i = 0; i < 7; ++i)
      if (is_chosen(pattern, week + days(i))) out.push_back(week + days(i));
    return out;
  }
  const year_month_day start{pattern.start};
  const bool yearly = pattern.type.find("Yearly") != std::string::npos;
  const year_month in = yearly ? (start.year() + std::chrono::years(step)) / month(static_cast<unsigned>(pattern.month))
                               : start.year() / start.month() + months(step);
  return pattern.type.find("absolute") == 0 ? absolute_day(pattern, in) : relative_day(pattern, in);
}

LocalDays latest_start_of(const OutlookPattern& pattern, int number) {
  const int step = number * pattern.interval;
  if (pattern.type == "daily") return pattern.start + days(step);
  if (pattern.type == "weekly") return pattern.start + days(7 * (step - 1));
  const year_month_day start{pattern.start};
  const bool yearly = pattern.type.find("Yearly") != std::string::npos;
  return LocalDays{yearly ? (start.year() + std::chrono::years(step)) / 1 / 1
                          : (start.year() / start.month() + months(step)) / 1};
}

}  // namespace

std::string problem_of(const OutlookPattern& pattern) {
  const bool weekdays =
      pattern.type == "weekly" || pattern.type == "relativeMonthly" || pattern.type == "relativeYearly";
  const bool day = pattern.type == "absoluteMonthly" || pattern.type == "absoluteYearly";
  const bool yearly = pattern.type == "absoluteYearly" || pattern.type == "relativeYearly";
  if (!weekdays && !day && pattern.type != "daily") return "type '" + pattern.type + "' is not a recurrence type";
  if (pattern.interval < 1) return "interval must be positive";
  if (weekdays && pattern.days_of_week.empty()) return "daysOfWeek is required for " + pattern.type;
  for (const auto& name : pattern.days_of_week)
    if (number_of_day(name) < 0) return "'" + name + "' is not a day of the week";
  if (number_of_day(pattern.first_day_of_week) < 0) return "firstDayOfWeek is not a day of the week";
  if (day && (pattern.day_of_month < 1 || pattern.day_of_month > 31)) return "dayOfMonth is required";
  if (yearly && (pattern.month < 1 || pattern.month > 12)) return "month is required";
  if (std::find(kIndexNames.begin(), kIndexNames.end(), pattern.index) == kIndexNames.end()) return "index is unknown";
  if (pattern.range == "endDate" && pattern.end < pattern.start) return "endDate lies before startDate";
  if (pattern.range == "numbered" && pattern.occurrences < 1) return "numberOfOccurrences must be positive";
  if (pattern.range != "endDate" && pattern.range != "numbered" && pattern.range != "noEnd")
    return "range type is unknown";
  return {};
}

std::vector<LocalDays> expand(const OutlookPattern& pattern, LocalDays last) {
  std::vector<LocalDays> out;
  const LocalDays end = pattern.range == "endDate" ? std::min(last, pattern.end) : last;
  for (int number = 0; latest_start_of(pattern, number) <= end; ++number) {
    for (const LocalDays day : period(pattern, number)) {
      if (day < pattern.start || day > end) continue;
      if (pattern.range == "numbered" && out.size() >= static_cast<std::size_t>(pattern.occurrences)) return out;
      out.push_back(day);
    }
  }
  return out;
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
