#include "connectors/google/body.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/base/hash.hpp"
#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace google {
namespace {

using Json = nlohmann::json;

/// https://developers.google.com/workspace/calendar/api/v3/reference/events: what reminders may be.
constexpr std::size_t kRemindersMax = 5;
constexpr std::chrono::minutes kReminderMax{40320};

Error wrong(const std::string& name, const std::string& why) {
  return {ErrorKind::bad_input, name + " " + why, "", "", std::nullopt};
}

Json parsed(const Item* item) {
  if (!item) return Json::object();
  Json json = Json::parse(item->json, nullptr, false);
  return json.is_object() ? json : Json::object();
}

Json member(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found == json.end() ? Json() : *found;
}

std::string offset_text(std::chrono::seconds offset) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(std::chrono::abs(offset)).count();
  const auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return (offset.count() < 0 ? "-" : "+") + two(minutes / 60) + ":" + two(minutes % 60);
}

Result<Json> moment(const Span& span, LocalSeconds wall, const std::string& calendar_zone, bool patch) {
  if (span.kind == SpanKind::all_day) {
    Json out{{"date", iso_date(std::chrono::floor<std::chrono::days>(wall))}};
    if (patch) out["dateTime"] = out["timeZone"] = nullptr;
    return out;
  }
  const std::string zone = span.kind == SpanKind::zoned ? span.zone : calendar_zone;
  if (zone.empty()) return wrong("start", "has no zone, and Google knows no times without one");
  FASTI_TRY(const auto utc, to_utc(wall, zone));
  FASTI_TRY(const auto offset, offset_at(utc, zone));
  // In a gap the wall time does not exist: what it means is sent.
  FASTI_TRY(const auto there, to_wall(utc, zone));
  Json out{{"dateTime", iso_time(there) + offset_text(offset)}, {"timeZone", zone}};
  if (patch) out["date"] = nullptr;
  return out;
}

Status set_span(const Value& value, const Edit& edit, const Json& before, Json& body) {
  const auto* span = std::get_if<Span>(&value);
  if (!span) return wrong("start", "takes a span");
  const auto old = member(before, "start");
  const bool was_day = old.is_object() && old.contains("date");
  const bool patch = old.is_object() && was_day != (span->kind == SpanKind::all_day);
  FASTI_TRY(body["start"], moment(*span, span->start, edit.zone, patch));
  FASTI_TRY(body["end"], moment(*span, span->end, edit.zone, patch));
  return {};
}

/// PATCH replaces the whole list: what is known of a guest (answers, comments) goes along.
Status set_people(const Value& value, const Json& before, Json& body) {
  const auto* people = std::get_if<People>(&value);
  if (!people) return wrong("attendees", "takes people");
  if (before.value("attendeesOmitted", false))
    return Error{ErrorKind::rejected,
                 "the guests of this event are only known in part: its list must not be written",
                 "",
                 "",
                 {}};
  const Json old = member(before, "attendees");
  Json list = Json::array();
  for (const Person& person : *people) {
    Json entry = Json::object();
    if (old.is_array()) {
      const auto same =
          std::find_if(old.begin(), old.end(), [&](const Json& one) { return one.value("email", "") == person.email; });
      if (same != old.end()) entry = *same;
    }
    // Who organizes is the calendar's owner: nobody else can be made to.
    if (entry.empty() && person.role == "organizer") continue;
    if (person.email.empty()) return wrong("attendees", "needs an address for " + person.name);
    entry["email"] = person.email;
    if (!person.name.empty()) entry["displayName"] = person.name;
    if (person.role == "optional" || entry.contains("optional")) entry["optional"] = person.role == "optional";
    if (person.role == "resource" && !entry.contains("resource")) entry["resource"] = true;
    list.push_back(std::move(entry));
  }
  body["attendees"] = std::move(list);
  return {};
}

/// Replaced whole as well; a list beside useDefault is refused, so both are always sent.
Status set_reminders(const Value& value, Json& body) {
  const auto* reminders = std::get_if<Reminders>(&value);
  if (!reminders) return wrong("reminders", "takes reminders");
  Json list = Json::array();
  for (const Reminder& one : *reminders) {
    // After the start, or more than four weeks before: not at Google.
    if (one.before < std::chrono::minutes(0) || one.before > kReminderMax || list.size() == kRemindersMax) continue;
    list.push_back({{"method", one.method == "email" ? "email" : "popup"}, {"minutes", one.before.count()}});
  }
  body["reminders"] = {{"useDefault", false}, {"overrides", std::move(list)}};
  return {};
}

Status set_status(const std::string& status, Json& body) {
  if (status != "confirmed" && status != "tentative" && status != "cancelled")
    return wrong("status", "is confirmed, tentative or cancelled, not \"" + status + "\"");
  const bool off = status == "cancelled";
  body["status"] = off ? "tentative" : status;
  body["extendedProperties"]["private"][kStatusKey] = off ? Json("cancelled") : Json();
  return {};
}

void set_conference(const std::string& type, const Edit& edit, const Json& before, Json& body) {
  const Json old = member(before, "conferenceData");
  if (old.is_object() && old.contains("conferenceSolution")) return;
  body["conferenceData"] = {
      {"createRequest",
       {{"requestId", short_hash(edit.key + edit.new_id)}, {"conferenceSolutionKey", {{"type", type}}}}}};
}

Status set_property(const std::string& name, const Value& value, const Edit& edit, const Json& before, Json& body) {
  if (name == "start") return set_span(value, edit, before, body);
  if (name == "attendees") return set_people(value, before, body);
  if (name == "reminders") return set_reminders(value, body);
  if (name == "recurrence" || name == "hangoutLink") return {};
  const auto* text = std::get_if<std::string>(&value);
  if (!text) return wrong(name, "takes a text");
  if (name == "status") return set_status(*text, body);
  if (name == "conference") return set_conference(*text, edit, before, body), Status();
  if (name == "source") {
    const Json old = member(before, "source");
    const std::string title = old.is_object() ? old.value("title", "") : "";
    body["source"] = {{"url", *text}, {"title", title.empty() ? *text : title}};
    return {};
  }
  const auto known = property_list();
  if (std::none_of(known.begin(), known.end(), [&](const auto& one) { return one.name == name; }))
    return wrong(name, "is no property of Google's events");
  body[name] = *text;
  return {};
}

void clear_property(const std::string& name, Json& body) {
  if (name == "start" || name == "recurrence" || name == "hangoutLink") return;
  if (name == "status") {
    (void)set_status("confirmed", body);
  } else if (name == "visibility") {
    body[name] = "default";
  } else if (name == "transparency") {
    body[name] = "opaque";
  } else if (name == "reminders") {
    body[name] = {{"useDefault", false}, {"overrides", Json::array()}};
  } else if (name == "attendees") {
    body[name] = Json::array();
  } else if (name == "conference") {
    body["conferenceData"] = nullptr;
  } else {
    body[name] = nullptr;
  }
}

void mark(const Edit& edit, const Json& before, Json& body) {
  auto& own = body["extendedProperties"]["private"];
  if (edit.open) own[kOpenKey] = edit.open->empty() ? Json() : Json(*edit.open);
  if (!edit.marker || edit.marker->store.empty()) return;
  const Json extended = member(before, "extendedProperties");
  const Json old = extended.is_object() ? member(extended, "private") : Json();
  // A foreign store's marker is left alone.
  if (old.is_object() && old.contains(kStoreKey) && old[kStoreKey] != edit.marker->store) return;
  own[kStoreKey] = edit.marker->store;
  own[kRecordKey] = edit.marker->record;
  own[kOriginKey] = edit.marker->created ? "created" : "adopted";
  if (!edit.marker->stamp.empty()) own[kWriteKey] = edit.marker->stamp;
}

/// An insert has nothing to take away.
void drop_nulls(Json& json) {
  for (auto it = json.begin(); it != json.end();) {
    if (it->is_object()) drop_nulls(*it);
    it = it->is_null() || (it->is_object() && it->empty()) ? json.erase(it) : std::next(it);
  }
}

}  // namespace

Result<std::string> body_of(const Edit& edit) {
  const Json before = parsed(edit.before);
  Json body = Json::object();
  if (!edit.new_id.empty()) body["id"] = edit.new_id;
  for (const auto& name : edit.clear)
    if (edit.set.count(name) == 0) clear_property(name, body);
  for (const auto& [name, value] : edit.set) FASTI_CHECK(set_property(name, *value, edit, before, body));
  if (edit.lines) {
    if (edit.lines->empty())
      body["recurrence"] = nullptr;
    else
      body["recurrence"] = *edit.lines;
  }
  if (edit.restore && !body.contains("status")) body["status"] = "confirmed";
  mark(edit, before, body);
  if (body["extendedProperties"]["private"].is_null()) body.erase("extendedProperties");
  if (!edit.before) drop_nulls(body);
  try {
    return body.dump();
  } catch (const Json::exception&) {
    return wrong("a text", "is not UTF-8");
  }
}

bool shows_to_guests(const Edit& edit) {
  const auto is_private = [](const std::string& name) { return name == "reminders" || name == "colorId"; };
  const bool set =
      std::any_of(edit.set.begin(), edit.set.end(), [&](const auto& one) { return !is_private(one.first); });
  const bool clear =
      std::any_of(edit.clear.begin(), edit.clear.end(), [&](const auto& one) { return !is_private(one); });
  return set || clear || edit.lines.has_value() || edit.restore;
}

bool invites(const Edit& edit) {
  const auto found = edit.set.find("attendees");
  const auto* people = found == edit.set.end() ? nullptr : std::get_if<People>(found->second);
  return people && std::any_of(people->begin(), people->end(), [](const Person& person) {
           return person.role != "organizer" && person.role != "resource";
         });
}

}  // namespace google
}  // namespace v1
}  // namespace fasti
