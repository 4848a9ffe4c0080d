#include "connectors/ical/times.hpp"

#include <algorithm>

#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {

namespace {

/// Blanks and quotes that stray around values.
std::string_view bare_value(std::string_view value) {
  auto stray = [](char c) { return c == ' ' || c == '\t' || c == '"'; };
  while (!value.empty() && stray(value.front())) value.remove_prefix(1);
  while (!value.empty() && stray(value.back())) value.remove_suffix(1);
  return value;
}

/// "T1830": the seconds that some writers leave out.
std::optional<LocalSeconds> read_wall(std::string_view text) {
  if (text.size() == 13 && upper(text.substr(8, 1)) == "T") return parse_time(std::string(text) + "00");
  return parse_time(text);
}

/// "+0200": not allowed in iCalendar, and clear all the same.
std::optional<std::chrono::seconds> read_offset_suffix(std::string_view value) {
  if (value.size() < 5) return std::nullopt;
  const std::string_view suffix = value.substr(value.size() - 5);
  return value.size() >= 18 ? read_utc_offset(suffix) : std::nullopt;
}

}  // namespace

std::optional<std::chrono::seconds> read_utc_offset(std::string_view text) {
  if ((text.size() != 5 && text.size() != 7) || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  int parts[3] = {0, 0, 0};
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    parts[(i - 1) / 2] = parts[(i - 1) / 2] * 10 + (text[i] - '0');
  }
  if (parts[0] > 23 || parts[1] > 59 || parts[2] > 59) return std::nullopt;
  const std::chrono::seconds offset(parts[0] * 3600 + parts[1] * 60 + parts[2]);
  return text[0] == '-' ? -offset : offset;
}

Result<When> read_when(std::string_view value, const Property& property, const Zones& zones) {
  value = bare_value(value);
  auto refuse = [&] {
    return Error{ErrorKind::bad_input, property.name.upper() + " is not a date or time: \"" + std::string(value) + "\"",
                 "", "", std::nullopt};
  };
  const bool utc = !value.empty() && (value.back() == 'Z' || value.back() == 'z');
  if (utc) value.remove_suffix(1);
  if (std::none_of(value.begin(), value.end(), [](char c) { return c == 'T' || c == 't'; })) {
    auto day = value.size() == 8 ? parse_date(value) : std::nullopt;
    if (!day) return refuse();
    return When{SpanKind::all_day, LocalSeconds(*day), ""};
  }
  const auto offset = utc ? std::nullopt : read_offset_suffix(value);
  if (offset) value.remove_suffix(5);
  auto wall = read_wall(value);
  if (!wall) return refuse();
  std::optional<std::string_view> form;
  std::optional<std::string_view> tzid;
  for (const Parameter& parameter : property.parameters) {
    if (!form && parameter.name == "VALUE") form = parameter.text;
    if (!tzid && parameter.name == "TZID") tzid = parameter.text;
  }
  if (form && same_name(decode_parameter(*form), "DATE"))
    return When{SpanKind::all_day, std::chrono::floor<std::chrono::days>(*wall), ""};
  if (utc || offset) return When{SpanKind::zoned, *wall - offset.value_or(std::chrono::seconds(0)), "UTC"};
  const std::string zone = tzid ? decode_parameter(*tzid) : std::string();
  if (!zone.empty()) return zones.place(*wall, zone);
  if (zones.of_calendar().empty()) return When{SpanKind::floating, *wall, ""};
  return When{SpanKind::zoned, *wall, zones.of_calendar()};
}

Result<When> as_in(const When& when, const When& series) {
  if (when.kind == SpanKind::all_day) return when;
  if (series.kind == SpanKind::all_day)
    return When{SpanKind::all_day, std::chrono::floor<std::chrono::days>(when.wall), ""};
  // A floating time among zoned ones, or the other way round, has no instant: its wall time is all there is.
  if (when.kind == SpanKind::floating || series.kind == SpanKind::floating || when.zone == series.zone)
    return When{series.kind, when.wall, series.zone};
  FASTI_TRY(auto utc, to_utc(when.wall, when.zone));
  FASTI_TRY(auto wall, to_wall(utc, series.zone));
  return When{SpanKind::zoned, wall, series.zone};
}

std::string key_of(const When& when) {
  return when.kind == SpanKind::all_day ? iso_date(std::chrono::floor<std::chrono::days>(when.wall))
                                        : iso_time(when.wall);
}

std::optional<When> read_key(const std::string& key, const When& series) {
  if (key.find('T') == std::string::npos) {
    auto day = parse_date(key);
    if (!day) return std::nullopt;
    return When{SpanKind::all_day, LocalSeconds(*day), ""};
  }
  auto wall = parse_time(key);
  if (!wall) return std::nullopt;
  return When{series.kind == SpanKind::all_day ? SpanKind::floating : series.kind, *wall, series.zone};
}

std::optional<IcalDuration> read_duration(std::string_view text) {
  text = bare_value(text);
  int sign = 1;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    sign = text.front() == '-' ? -1 : 1;
    text.remove_prefix(1);
  }
  if (text.size() < 2 || (text.front() != 'P' && text.front() != 'p')) return std::nullopt;
  text.remove_prefix(1);
  IcalDuration duration;
  bool time = false;
  bool any = false;
  while (!text.empty()) {
    if (text.front() == 'T' || text.front() == 't') {
      time = true;
      text.remove_prefix(1);
      continue;
    }
    long long number = 0;
    std::size_t n = 0;
    while (n < text.size() && n < 9 && text[n] >= '0' && text[n] <= '9') number = number * 10 + (text[n++] - '0');
    if (n == 0 || n == text.size()) return std::nullopt;
    const char unit = upper(text.substr(n, 1))[0];
    text.remove_prefix(n + 1);
    any = true;
    number *= sign;
    if (unit == 'W')
      duration.days += std::chrono::days(number * 7);
    else if (unit == 'D')
      duration.days += std::chrono::days(number);
    else if (unit == 'H' && time)
      duration.time += std::chrono::hours(number);
    else if (unit == 'M' && time)
      duration.time += std::chrono::minutes(number);
    else if (unit == 'S' && time)
      duration.time += std::chrono::seconds(number);
    else
      return std::nullopt;
  }
  // Beyond a century it is damage, and adding it could leave the range of the calendar.
  constexpr std::chrono::days kLongest(36525);
  if (!any || abs(duration.days) > kLongest || abs(duration.time) > kLongest) return std::nullopt;
  return duration;
}

Result<LocalSeconds> add(LocalSeconds wall, const std::string& zone, const IcalDuration& duration) {
  wall += duration.days;
  if (zone.empty() || duration.time.count() == 0) return wall + duration.time;
  FASTI_TRY(auto utc, to_utc(wall, zone));
  return to_wall(utc + duration.time, zone);
}

}  // namespace ical
}  // namespace v1
}  // namespace fasti
