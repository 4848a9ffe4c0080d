#pragma once
// Day numbers, months and weekdays as plain integers, for the inner loops of expansion. Internal to engine/time.
#include <chrono>
#include <cstdint>

namespace fasti {
inline namespace v1 {
namespace civil {

inline constexpr std::int64_t kDay = 86400;
/// iCalendar has four digits for a year.
inline constexpr int kYearMax = 9999;

constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }
constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return -floor_div(-a, b); }

struct Date {
  int year = 1970;
  int month = 1;
  int day = 1;
};
inline Date date_of(std::int64_t day_number) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day_number))};
  return {static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day()))};
}
inline std::int64_t day_number(int year, int month, int day) {
  const std::chrono::sys_days days = std::chrono::year(year) / month / 1;
  return days.time_since_epoch().count() + day - 1;
}
constexpr bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }
constexpr int month_length(int year, int month) {
  return month == 2 ? (is_leap(year) ? 29 : 28) : 30 + ((month + (month > 7 ? 1 : 0)) & 1);
}
constexpr int year_length(int year) { return is_leap(year) ? 366 : 365; }
/// Sunday = 0.
constexpr int weekday_of(std::int64_t day_number) { return static_cast<int>((day_number % 7 + 11) % 7); }
/// The first day of the week that the day lies in.
constexpr std::int64_t week_of(std::int64_t day_number, int week_start) {
  return day_number - (weekday_of(day_number) - week_start + 7) % 7;
}
/// The first day of week one: the first week with at least four days in the year.
inline std::int64_t first_week(int year, int week_start) { return week_of(day_number(year, 1, 4), week_start); }

}  // namespace civil
}  // namespace v1
}  // namespace fasti
