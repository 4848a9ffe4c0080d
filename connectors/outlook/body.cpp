#include "connectors/outlook/body.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "connectors/ical/event.hpp"
#include "engine/base/id.hpp"
#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {
namespace {

using nlohmann::json;

constexpr std::array<const char*, 6> kTypes = {"daily",           "weekly",         "absoluteMonthly",
                                               "relativeMonthly", "absoluteYearly", "relativeYearly"};
constexpr std::array<const char*, 7> kDays = {"sunday",   "monday", "tuesday", "wednesday",
                                              "thursday", "friday", "saturday"};
constexpr std::array<const char*, 4> kIndexes = {"first", "second", "third", "fourth"};

Error refused(std::string why, std::string hint = "") {
  return Error{ErrorKind::rejected, std::move(why), "", std::move(hint), std::nullopt};
}

/// The name that Graph knows the zone by. What has no Windows name goes as it is: Graph refuses what it does not know.
std::string zone_name(const std::string& zone) { return windows_zone(zone).value_or(zone); }

json time_json(LocalSeconds wall, const std::string& zone) {
  return {{"dateTime", iso_time(wall)}, {"timeZone", zone}};
}

Status add_span(const Span& span, json& out) {
  if (span.kind == SpanKind::floating)
    return refused("Outlook has no times without a zone", "set `zone` for this field in the mapping");
  const bool all_day = span.kind == SpanKind::all_day;
  const std::string zone = all_day ? "UTC" : zone_name(span.zone);
  out["isAllDay"] = all_day;
  out["start"] = time_json(span.start, zone);
  out["end"] = time_json(span.end, zone);
  return {};
}

json recurrence_json(const GraphRecurrence& recurrence) {
  const Pattern& from = recurrence.pattern;
  json pattern = {{"type", kTypes[static_cast<std::size_t>(from.type)]}, {"interval", from.interval}};
  // Only what the type knows: anything else is refused.
  const bool relative = from.type == PatternType::relative_monthly || from.type == PatternType::relative_yearly;
  const bool yearly = from.type == PatternType::absolute_yearly || from.type == PatternType::relative_yearly;
  if (relative || from.type == PatternType::weekly) {
    json days = json::array();
    for (std::size_t day = 0; day < kDays.size(); ++day)
      if ((from.days >> day & 1U) != 0) days.push_back(kDays[day]);
    pattern["daysOfWeek"] = std::move(days);
  }
  if (from.type == PatternType::weekly) pattern["firstDayOfWeek"] = kDays[static_cast<std::size_t>(from.first_day)];
  if (relative) pattern["index"] = from.index < 0 ? "last" : kIndexes[static_cast<std::size_t>(from.index - 1)];
  if (from.type == PatternType::absolute_monthly || from.type == PatternType::absolute_yearly)
    pattern["dayOfMonth"] = from.day_of_month;
  if (yearly) pattern["month"] = from.month;
  const Range& ends = recurrence.range;
  json range = {{"startDate", iso_date(ends.start)}, {"recurrenceTimeZone", zone_name(ends.zone)}};
  range["type"] = ends.type == RangeType::end_date   ? "endDate"
                  : ends.type == RangeType::numbered ? "numbered"
                                                     : "noEnd";
  if (ends.type == RangeType::end_date) range["endDate"] = iso_date(ends.end);
  if (ends.type == RangeType::numbered) range["numberOfOccurrences"] = ends.count;
  return {{"pattern", std::move(pattern)}, {"range", std::move(range)}};
}

template <class T>
const T* value_of(const Change& change, const char* name) {
  const auto found = change.set.find(name);
  return found == change.set.end() ? nullptr : std::get_if<T>(&found->second);
}

std::string text_or(const Change& change, const char* name, std::string otherwise) {
  const auto* text = value_of<std::string>(change, name);
  return text ? *text : change.clear.count(name) ? std::string() : std::move(otherwise);
}

/// Subject and showAs carry the status between them.
void add_status(const Change& change, const BodyContext& context, json& out) {
  const GraphEvent* current = context.current;
  const std::string was = current ? status_of(*current) : "confirmed";
  const std::string status = change.touches("status") ? text_or(change, "status", "confirmed") : was;
  const bool called_off = status == "cancelled";
  if (change.touches("subject") || (change.touches("status") && called_off != (was == "cancelled"))) {
    const std::string plain = text_or(change, "subject", current ? plain_subject(*current) : "");
    // Exchange has called the meeting off itself: its subject says so already.
    out["subject"] = (called_off ? kCancelledPrefix : "") + plain;
  }
  if (change.touches("showAs")) {
    out["showAs"] = text_or(change, "showAs", "");
    if (out["showAs"] == "") out["showAs"] = "busy";
    return;
  }
  if (!change.touches("status")) return;
  const std::string shown = current ? current->show_as : "";
  if (called_off)
    out["showAs"] = "free";
  else if (status == "tentative")
    out["showAs"] = "tentative";
  else if (!current || shown == "tentative" || was == "cancelled")
    out["showAs"] = "busy";
}

void add_body(const Change& change, const BodyContext& context, json& out) {
  if (!change.touches("body")) return;
  const std::string text = text_or(change, "body", "");
  if (context.meeting.empty())
    out["body"] = {{"contentType", "text"}, {"content", text}};
  else
    out["body"] = {{"contentType", "html"}, {"content", to_html(text, context.meeting)}};
}

void add_reminder(const Change& change, const BodyContext& context, json& out) {
  const auto* wanted = value_of<Reminders>(change, "reminders");
  // Outlook reminds of every new event unless it is told not to.
  if (!wanted && context.current && !change.touches("reminders")) return;
  const Reminder* chosen = nullptr;
  if (wanted)
    for (const Reminder& one : *wanted) {
      if (one.before.count() < 0) continue;
      const bool better = !chosen || (one.method == "popup" && chosen->method != "popup");
      if (better) chosen = &one;
    }
  out["isReminderOn"] = chosen != nullptr;
  if (chosen) out["reminderMinutesBeforeStart"] = chosen->before.count();
}

/// Outlook tells everybody whom it finds here: left out unless that is allowed.
void add_people(const Change& change, const BodyContext& context, json& out) {
  if (!change.touches("attendees") || !context.invitations) return;
  const auto* people = value_of<People>(change, "attendees");
  json list = json::array();
  if (people)
    for (const Person& person : *people) {
      if (person.role == "organizer") continue;
      const bool known = person.role == "optional" || person.role == "resource";
      list.push_back({{"type", known ? person.role : "required"},
                      {"emailAddress", {{"address", person.email}, {"name", person.name}}}});
    }
  const bool had = context.current && !context.current->people.empty();
  if (list.empty() && !had) return;
  out["attendees"] = std::move(list);
}

void add_marker(const WriteRequest& request, bool unfinished, json& out) {
  if (!request.write_marker) return;
  Marker marker = request.marker;
  if (unfinished) marker.stamp += kUnfinished;
  out["singleValueExtendedProperties"] = {
      {{"id", kMarkerProperty}, {"value", ical::marker_value(marker)}},
      {{"id", kRecordProperty}, {"value", record_value(request.marker.store, request.marker.record)}}};
}

Status check_types(const Change& change) {
  static const auto infos = property_list();
  for (const auto& [name, value] : change.set) {
    const std::string& wanted = name;
    const auto info = std::find_if(infos.begin(), infos.end(), [&](const auto& one) { return one.name == wanted; });
    if (info == infos.end()) return refused("Outlook has no property \"" + name + "\"", "correct the mapping");
    const bool fits = info->type == FieldType::text         ? std::holds_alternative<std::string>(value)
                      : info->type == FieldType::span       ? std::holds_alternative<Span>(value)
                      : info->type == FieldType::recurrence ? std::holds_alternative<Recurrence>(value)
                      : info->type == FieldType::choices    ? std::holds_alternative<Choices>(value)
                      : info->type == FieldType::people     ? std::holds_alternative<People>(value)
                      : info->type == FieldType::reminders  ? std::holds_alternative<Reminders>(value)
                                                            : std::holds_alternative<bool>(value);
    if (!fits) return refused(name + " cannot hold a value of this type", "correct the mapping");
  }
  return {};
}

}  // namespace

Change change_of(const WriteRequest& request, const std::string& part) {
  Change out;
  for (const auto& [path, value] : request.set)
    if (path_part(path) == part) out.set.emplace(path_name(path), value);
  for (const std::string& path : request.clear)
    if (path_part(path) == part) out.clear.insert(path_name(path));
  return out;
}

std::set<std::string> parts_of(const WriteRequest& request) {
  std::set<std::string> out(request.remove_parts.begin(), request.remove_parts.end());
  for (const auto& property : request.set) out.insert(path_part(property.first));
  for (const std::string& path : request.clear) out.insert(path_part(path));
  out.erase("");
  return out;
}

Result<std::string> event_body(const Change& change, const BodyContext& context) {
  FASTI_CHECK(check_types(change));
  json out = json::object();
  if (const auto* span = value_of<Span>(change, "start")) FASTI_CHECK(add_span(*span, out));
  if (context.recurrence)
    out["recurrence"] = recurrence_json(*context.recurrence);
  else if (change.clear.count("recurrence"))
    out["recurrence"] = nullptr;
  add_status(change, context, out);
  add_body(change, context, out);
  add_reminder(change, context, out);
  add_people(change, context, out);
  if (change.touches("location")) out["location"] = {{"displayName", text_or(change, "location", "")}};
  for (const char* name : {"sensitivity", "importance"}) {
    if (!change.touches(name)) continue;
    const std::string text = text_or(change, name, "");
    out[name] = text.empty() ? "normal" : text;
  }
  if (change.touches("categories")) {
    const auto* categories = value_of<Choices>(change, "categories");
    out["categories"] = categories ? json(*categories) : json::array();
  }
  if (const auto* meeting = value_of<bool>(change, "isOnlineMeeting"); meeting && *meeting) {
    out["isOnlineMeeting"] = true;
    out["onlineMeetingProvider"] = "teamsForBusiness";
  }
  if (context.marked) add_marker(*context.marked, context.unfinished, out);
  if (!context.current && context.marked) out["transactionId"] = make_uuid_from(context.marked->key);
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string calendar_body(const std::string& name) {
  return json{{"name", name}}.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string batch_body(const std::vector<BatchItem>& items) {
  json requests = json::array();
  for (const BatchItem& item : items) {
    json one = {{"id", item.id}, {"method", item.method}, {"url", item.url}};
    for (const auto& [name, value] : item.headers) one["headers"][name] = value;
    if (!item.body.empty()) one["body"] = json::parse(item.body, nullptr, false);
    requests.push_back(std::move(one));
  }
  return json{{"requests", std::move(requests)}}.dump();
}

std::string schedule_body(const std::string& address, Instant from, Instant to) {
  const auto wall = [](Instant at) {
    return LocalSeconds(std::chrono::floor<std::chrono::seconds>(at).time_since_epoch());
  };
  return json{{"schedules", {address}},
              {"startTime", time_json(wall(from), "UTC")},
              {"endTime", time_json(wall(to), "UTC")},
              {"availabilityViewInterval", 60}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
