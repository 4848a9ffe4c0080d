#include "connectors/outlook/event.hpp"

#include <algorithm>

#include "engine/base/hash.hpp"
#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/span.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {
namespace {

/// A zone that only its owner's mailbox knows: its instants are right, its rules nobody has.
constexpr std::string_view kCustomZone = "tzone://Microsoft/Custom";

Error unreadable(const GraphEvent& event, std::string why) {
  return Error{ErrorKind::bad_reply, "event \"" + event.subject + "\": " + std::move(why), "", "", std::nullopt};
}

Result<std::chrono::sys_seconds> instant_of(const GraphEvent& event, const GraphTime& time) {
  const auto zone = resolve_zone(time.zone.empty() ? "UTC" : time.zone);
  if (!zone) return unreadable(event, "unknown zone \"" + time.zone + "\"");
  return to_utc(time.wall, *zone);
}

void put_text(Properties& out, const char* name, const std::string& text, const char* usual = "") {
  if (!text.empty() && text != usual) out.emplace(name, text);
}

/// Everything but the recurrence.
Result<Properties> properties_of(const GraphEvent& event, const std::string& zone) {
  Properties out;
  FASTI_TRY(Span span, span_of(event, zone));
  out.emplace("start", std::move(span));
  put_text(out, "subject", plain_subject(event));
  put_text(out, "body", event.body);
  put_text(out, "location", event.location);
  put_text(out, "status", status_of(event));
  put_text(out, "showAs", event.show_as, "unknown");
  put_text(out, "sensitivity", event.sensitivity, "normal");
  put_text(out, "importance", event.importance, "normal");
  put_text(out, "responseStatus", event.response, "none");
  put_text(out, "joinUrl", event.join_url);
  if (event.online) out.emplace("isOnlineMeeting", true);
  if (!event.categories.empty()) out.emplace("categories", event.categories);
  if (!event.people.empty()) out.emplace("attendees", event.people);
  if (event.reminder) out.emplace("reminders", Reminders{{*event.reminder, "popup"}});
  return out;
}

/// What an occurrence has that nobody touched.
Properties inherited(Properties series, const std::string& key) {
  Span& span = std::get<Span>(series.at("start"));
  const auto length = span.end - span.start;
  const auto day = parse_date(key);
  span.start = key.size() == 10 && day ? LocalSeconds(*day) : parse_time(key).value_or(span.start);
  span.end = span.start + length;
  return series;
}

Result<Recurrence> recurrence_of(const GraphEvent& event, const Span& span) {
  Recurrence out;
  FASTI_TRY(auto rule, to_rule(*event.recurrence, span));
  out.rules.push_back(std::move(rule));
  const auto time = span.start - std::chrono::floor<std::chrono::days>(span.start);
  for (const LocalDays day : event.cancelled_days)
    out.exdates.push_back(event.all_day ? iso_date(day) : iso_time(LocalSeconds(day) + time));
  std::sort(out.exdates.begin(), out.exdates.end());
  out.exdates.erase(std::unique(out.exdates.begin(), out.exdates.end()), out.exdates.end());
  return out;
}

Status add_exceptions(const GraphEvent& event, const std::string& zone, RemoteObject& object) {
  const Properties series = object.properties;
  for (const GraphEvent& exception : event.exceptions) {
    if (exception.problem) return *exception.problem;
    FASTI_TRY(const std::string key, key_of(exception, event));
    FASTI_TRY(Properties own, properties_of(exception, zone));
    Properties plain = inherited(series, key);
    plain.erase("recurrence");
    // Graph has no way to take an exception back: one that says what its series says is none.
    if (own == plain) continue;
    for (auto& [name, value] : own) object.properties.insert_or_assign(make_path(name, key), std::move(value));
    if (exception.modified && object.modified) object.modified = std::max(*object.modified, *exception.modified);
  }
  return {};
}

bool is_rule(const std::string& line) {
  const auto underscores = std::count(line.begin(), line.end(), '_');
  return underscores >= 20 && static_cast<std::size_t>(underscores) + 4 >= line.size();
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

bool speaks_of_meeting(const std::string& text) { return lower(text).find("teams") != std::string::npos; }

std::string trimmed_end(std::string text) {
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  return text;
}

struct Region {
  std::size_t begin = std::string::npos;
  std::size_t end = std::string::npos;
};

/// From the first line of underscores to the last one, with what Teams writes between them.
Region meeting_lines(const std::string& text) {
  Region region;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (is_rule(trimmed_end(text.substr(at, end - at)))) {
      if (region.begin == std::string::npos) region.begin = at;
      region.end = end;
      if (region.begin == at) region.end = text.size();
    }
    at = end + 1;
  }
  if (region.begin == std::string::npos || !speaks_of_meeting(text.substr(region.begin, region.end - region.begin)))
    return {};
  return region;
}

}  // namespace

std::string record_value(const std::string& store, const std::string& record) { return store + " " + record; }

std::string unfinished_key(const std::optional<Marker>& marker) {
  if (!marker || marker->stamp.empty() || marker->stamp.back() != kUnfinished) return {};
  return marker->stamp.substr(0, marker->stamp.size() - 1);
}

std::vector<PropertyInfo> property_list() {
  std::vector<PropertyInfo> list;
  for (const char* name : {"subject", "body", "location", "status", "showAs", "sensitivity", "importance"})
    list.push_back({name, FieldType::text, false});
  list.push_back({"start", FieldType::span, false});
  list.push_back({"recurrence", FieldType::recurrence, false});
  list.push_back({"categories", FieldType::choices, false});
  list.push_back({"attendees", FieldType::people, false});
  list.push_back({"reminders", FieldType::reminders, false});
  list.push_back({"isOnlineMeeting", FieldType::boolean, false});
  list.push_back({"joinUrl", FieldType::url, true});
  list.push_back({"responseStatus", FieldType::text, true});
  return list;
}

std::string plain_subject(const GraphEvent& event) {
  const std::string prefix = kCancelledPrefix;
  return event.subject.compare(0, prefix.size(), prefix) == 0 ? event.subject.substr(prefix.size()) : event.subject;
}

std::string status_of(const GraphEvent& event) {
  if (event.cancelled || plain_subject(event) != event.subject) return "cancelled";
  return event.show_as == "tentative" ? "tentative" : "confirmed";
}

Result<std::string> zone_of(const GraphEvent& event) {
  if (event.all_day) return std::string();
  const std::string& series = event.recurrence ? event.recurrence->range.zone : event.zone;
  for (const std::string* name : {&series, &event.zone}) {
    if (name->empty()) continue;
    if (auto zone = resolve_zone(*name)) return *zone;
  }
  if (event.zone.empty() && series.empty() && !event.recurrence) return std::string("UTC");
  // The instants of a single event are right whatever its zone; a series needs the rules.
  if (event.zone == kCustomZone && !event.recurrence) return std::string("UTC");
  return unreadable(event, "unknown zone \"" + (series.empty() ? event.zone : series) + "\"");
}

Result<Span> span_of(const GraphEvent& event, const std::string& zone) {
  if (event.all_day) {
    // Always the dates that people see, whatever zone was asked for.
    const auto first = std::chrono::floor<std::chrono::days>(event.start.wall);
    return all_day_span(first, std::chrono::floor<std::chrono::days>(event.end.wall), DayEnd::exclusive);
  }
  FASTI_TRY(const auto start, instant_of(event, event.start));
  FASTI_TRY(const auto end, instant_of(event, event.end));
  return zoned_span({start, end}, zone.empty() ? "UTC" : zone);
}

Result<std::string> key_of(const GraphEvent& exception, const GraphEvent& master) {
  if (!exception.original_start) return unreadable(exception, "an exception without originalStart");
  const auto utc = std::chrono::floor<std::chrono::seconds>(*exception.original_start);
  if (!master.all_day) {
    FASTI_TRY(const std::string zone, zone_of(master));
    FASTI_TRY(const LocalSeconds wall, to_wall(utc, zone));
    return iso_time(wall);
  }
  // The midnight of the zone that the event was made in, as an instant.
  const auto zone = resolve_zone(exception.zone.empty() ? master.zone : exception.zone);
  FASTI_TRY(const LocalSeconds wall, to_wall(utc, zone.value_or("UTC")));
  return iso_date(std::chrono::floor<std::chrono::days>(wall + std::chrono::hours(12)));
}

std::string version_of(const GraphEvent& event) {
  if (event.type != EventType::master) return event.change_key;
  std::vector<std::string> parts;
  for (const GraphEvent& exception : event.exceptions) parts.push_back(exception.id + " " + exception.change_key);
  for (const LocalDays day : event.cancelled_days) parts.push_back(iso_date(day));
  if (parts.empty()) return event.change_key;
  std::sort(parts.begin(), parts.end());
  std::string all;
  for (const std::string& part : parts) all += part + "\n";
  return event.change_key + "+" + short_hash(all);
}

Result<RemoteObject> to_object(const GraphEvent& event) {
  if (event.problem) return *event.problem;
  RemoteObject object;
  object.id = event.id;
  object.version = version_of(event);
  object.uid = event.ical_uid;
  object.marker = event.marker;
  object.unfinished = unfinished_key(event.marker);
  if (!object.unfinished.empty()) object.marker->stamp.clear();
  object.modified = event.modified;
  object.shadow = event.raw;
  FASTI_TRY(const std::string zone, zone_of(event));
  FASTI_TRY(object.properties, properties_of(event, zone));
  if (!event.recurrence) return object;
  FASTI_TRY(auto recurrence, recurrence_of(event, std::get<Span>(object.properties.at("start"))));
  FASTI_CHECK(add_exceptions(event, zone, object));
  object.properties.emplace("recurrence", std::move(recurrence));
  return object;
}

std::string without_meeting(const std::string& text) {
  const Region region = meeting_lines(text);
  if (region.begin == std::string::npos) return trimmed_end(text);
  const std::string before = trimmed_end(text.substr(0, region.begin));
  std::string after = trimmed_end(text.substr(region.end));
  after.erase(0, after.find_first_not_of(" \t\r\n"));
  return before + (before.empty() || after.empty() ? "" : "\n") + after;
}

std::string meeting_of(const std::string& html) {
  const std::string rule(20, '_');
  const std::size_t first = html.find(rule);
  if (first == std::string::npos) return {};
  const std::string folded = lower(html);
  // The element that holds the first line, up to the one that holds the last.
  std::size_t begin = folded.rfind("<div", first);
  if (begin == std::string::npos) begin = first;
  const std::size_t last = html.rfind(rule) + rule.size();
  std::size_t end = folded.find("</body", last);
  if (end == std::string::npos) end = html.size();
  const std::string region = html.substr(begin, end - begin);
  return speaks_of_meeting(region) ? region : std::string();
}

std::string to_html(const std::string& text, const std::string& meeting) {
  std::string out = "<html><body><div>";
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '\n')
      out += "<br>";
    else if (c != '\r')
      out += c;
  }
  return out + "</div>" + meeting + "</body></html>";
}

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
