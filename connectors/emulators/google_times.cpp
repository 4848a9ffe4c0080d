#include "connectors/emulators/google_times.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/model/time_text.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace google_times {

using Json = nlohmann::json;

void refuse(const std::string& reason, const std::string& message, int status) {
  throw Refused{{status, reason, message, ""}};
}

namespace {

std::string text_of(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

Moment parse_moment(const std::string& text, const std::string& name, const std::string& calendar_zone) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) refuse("required", "Missing " + name + " time.");
  const auto date = text_of(json, "date");
  const auto time = text_of(json, "dateTime");
  const auto zone = text_of(json, "timeZone");
  if (date.empty() == time.empty()) refuse("invalid", "Invalid " + name + " time.");
  if (!zone.empty() && !is_zone(zone)) refuse("invalid", "Invalid time zone definition for " + name + " time.");
  Moment out;
  out.zone = zone;
  if (!date.empty()) {
    const auto day = parse_date(date);
    if (!day || date.size() != 10) refuse("invalid", "Invalid " + name + " date.");
    out.all_day = true;
    out.wall = LocalSeconds(*day);
    out.utc = std::chrono::sys_seconds(out.wall.time_since_epoch());
    return out;
  }
  if (const auto instant = parse_instant(time)) {
    out.utc = std::chrono::floor<std::chrono::seconds>(*instant);
  } else {
    const auto wall = parse_time(time);
    if (!wall || zone.empty()) refuse("required", "Missing time zone definition for " + name + " time.");
    const auto utc = to_utc(*wall, zone);
    if (!utc) refuse("invalid", "Invalid time zone.");
    out.utc = *utc;
  }
  const auto wall = to_wall(out.utc, zone.empty() ? calendar_zone : zone);
  if (!wall) refuse("invalid", "Invalid time zone.");
  out.wall = *wall;
  return out;
}

std::string moment_text(const Moment& moment, const std::string& calendar_zone) {
  if (moment.all_day) return Json{{"date", iso_date(std::chrono::floor<std::chrono::days>(moment.wall))}}.dump();
  const std::string& zone = moment.zone.empty() ? calendar_zone : moment.zone;
  const auto offset = offset_at(moment.utc, zone);
  const auto wall = to_wall(moment.utc, zone);
  if (!offset || !wall) refuse("invalid", "Invalid time zone.");
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(std::chrono::abs(*offset)).count();
  char text[8];
  std::snprintf(text, sizeof text, "%c%02d:%02d", offset->count() < 0 ? '-' : '+', static_cast<int>(minutes / 60),
                static_cast<int>(minutes % 60));
  Json out{{"dateTime", iso_time(*wall) + (offset->count() == 0 ? "Z" : text)}};
  if (!moment.zone.empty()) out["timeZone"] = moment.zone;
  return out.dump();
}

namespace {

/// "EXDATE;TZID=Europe/Berlin:20260413T100000,…" as wall times (or days) of the series.
std::vector<std::string> line_dates(const std::string& line, const Moment& start) {
  const auto colon = line.find(':');
  const std::string head = line.substr(0, colon);
  const auto tzid = head.find("TZID=");
  const std::string zone = tzid == std::string::npos ? "" : head.substr(tzid + 5, head.find(';', tzid) - tzid - 5);
  if (!zone.empty() && !is_zone(zone)) refuse("invalid", "Invalid recurrence rule.");
  std::vector<std::string> out;
  std::string rest = line.substr(colon + 1);
  while (!rest.empty()) {
    const auto comma = std::min(rest.find(','), rest.size());
    std::string one = rest.substr(0, comma);
    rest.erase(0, std::min(comma + 1, rest.size()));
    one = one.substr(0, one.find('/'));
    if (const auto day = parse_date(one)) {
      out.push_back(iso_date(*day));
      continue;
    }
    const bool utc = !one.empty() && one.back() == 'Z';
    const auto wall = parse_time(utc ? one.substr(0, one.size() - 1) : one);
    if (!wall) refuse("invalid", "Invalid recurrence rule.");
    const std::string from = utc ? "UTC" : zone;
    if (from.empty() || from == start.zone || start.all_day) {
      out.push_back(start.all_day ? iso_date(std::chrono::floor<std::chrono::days>(*wall)) : iso_time(*wall));
      continue;
    }
    const auto instant = to_utc(*wall, from);
    const auto there = instant ? to_wall(*instant, start.zone) : Result<LocalSeconds>(Error{});
    if (!there) refuse("invalid", "Invalid recurrence rule.");
    out.push_back(iso_time(*there));
  }
  return out;
}

}  // namespace

SeriesInput series_from(const Moment& start, const Moment& end, const std::vector<std::string>& lines,
                        const std::string& calendar_zone) {
  SeriesInput out;
  const auto length = end.utc - start.utc;
  out.span = Span{start.all_day ? SpanKind::all_day : SpanKind::zoned, start.wall, start.wall + length,
                  start.all_day        ? ""
                  : start.zone.empty() ? calendar_zone
                                       : start.zone};
  for (const std::string& text : lines) {
    const auto name = text.substr(0, text.find_first_of(":;"));
    if (name == "RRULE")
      out.recurrence.rules.push_back(text.substr(6));
    else if (name == "EXRULE")
      out.recurrence.exrules.push_back(text.substr(7));
    else
      for (auto& date : line_dates(text, start))
        (name == "RDATE" ? out.recurrence.rdates : out.recurrence.exdates).push_back(std::move(date));
  }
  return out;
}

}  // namespace google_times
}  // namespace emulators
}  // namespace v1
}  // namespace fasti
