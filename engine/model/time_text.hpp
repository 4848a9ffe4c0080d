#pragma once
// Dates, times and durations as text: ISO 8601 for JSON, RFC 5545 basic form for iCalendar, RFC 3339 for instants.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <fasti/value.hpp>

namespace fasti {
inline namespace v1 {

std::string iso_date(LocalDays day);               ///< 2026-06-11
std::string iso_time(LocalSeconds wall);           ///< 2026-06-11T13:00:00
std::string iso_instant(Instant instant);          ///< 2026-06-11T19:00:00.000Z
std::string basic_date(LocalDays day);             ///< 20260611
std::string basic_time(LocalSeconds wall);         ///< 20260611T130000
std::string iso_duration(std::chrono::seconds d);  ///< PT1H30M, -P1D, PT0S

std::optional<LocalDays> parse_date(std::string_view text);     ///< either form; only days that exist
std::optional<LocalSeconds> parse_time(std::string_view text);  ///< either form, seconds optional in ISO, no zone
std::optional<Instant> parse_instant(std::string_view text);    ///< RFC 3339 with Z or an offset
std::optional<std::chrono::seconds> parse_duration(std::string_view text);  ///< RFC 5545 / ISO 8601 without months

}  // namespace v1
}  // namespace fasti
