#include "connectors/emulators/google_resource.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "connectors/emulators/google_times.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/series.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

using Json = nlohmann::json;
using google_times::Moment;
using google_times::refuse;
using google_times::Refused;

constexpr std::size_t kKeyMax = 44;
constexpr std::size_t kValueMax = 1024;
constexpr std::size_t kPropertiesMax = 300;
constexpr std::size_t kRemindersMax = 5;
constexpr int kReminderMinutesMax = 40320;
constexpr std::size_t kMembersMax = 25;

/// What people may say about an event; the rest of the resource is the service's.
const std::set<std::string> kWritable = {"summary",
                                         "description",
                                         "location",
                                         "start",
                                         "end",
                                         "status",
                                         "recurrence",
                                         "transparency",
                                         "visibility",
                                         "attendees",
                                         "reminders",
                                         "extendedProperties",
                                         "source",
                                         "colorId",
                                         "conferenceData",
                                         "attachments",
                                         "anyoneCanAddSelf",
                                         "guestsCanModify",
                                         "sequence",
                                         "guestsCanInviteOthers",
                                         "eventType",
                                         "guestsCanSeeOtherGuests",
                                         "endTimeUnspecified",
                                         "originalStartTime"};
const std::set<std::string> kIgnored = {"kind",    "etag",        "id",         "htmlLink", "created",
                                        "updated", "creator",     "organizer",  "iCalUID",  "recurringEventId",
                                        "locked",  "hangoutLink", "privateCopy"};

std::string text_of(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

Moment read_moment(const Json& event, const char* name, const std::string& calendar_zone) {
  const auto found = event.find(name);
  return google_times::parse_moment(found == event.end() ? "" : found->dump(), name, calendar_zone);
}

Json moment_json(const Moment& moment, const std::string& calendar_zone) {
  return Json::parse(google_times::moment_text(moment, calendar_zone));
}

SeriesInput series_of(const Json& event, const std::string& calendar_zone) {
  return google_times::series_from(read_moment(event, "start", calendar_zone), read_moment(event, "end", calendar_zone),
                                   event.value("recurrence", std::vector<std::string>()), calendar_zone);
}

Json parse(const std::string& text) {
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) throw Refused{{400, "parseError", "Parse Error", ""}};
  return json;
}

void check_times(Json& event, const GoogleWrite& write) {
  const Moment start = read_moment(event, "start", write.zone);
  const Moment end = read_moment(event, "end", write.zone);
  if (start.all_day != end.all_day)
    refuse("invalid", "The start and end times must either both be date or both be dateTime.");
  if (end.utc < start.utc || (start.all_day && end.utc == start.utc))
    refuse("timeRangeEmpty", "The specified time range is empty.");
  event["start"] = moment_json(start, write.zone);
  event["end"] = moment_json(end, write.zone);
}

void check_recurrence(const Json& event, const GoogleWrite& write) {
  const auto found = event.find("recurrence");
  if (found == event.end()) return;
  if (write.exception) refuse("invalid", "Recurring event instances may not have a recurrence.");
  const auto bad = [] { refuse("invalid", "Invalid recurrence rule."); };
  if (!found->is_array()) bad();
  const bool all_day = event["start"].contains("date");
  if (!all_day && text_of(event["start"], "timeZone").empty())
    refuse("required", "Missing time zone definition for start time.");
  for (const auto& line : *found) {
    if (!line.is_string()) bad();
    const auto text = line.get<std::string>();
    const auto name = text.substr(0, text.find_first_of(":;"));
    if ((name != "RRULE" && name != "EXRULE" && name != "RDATE" && name != "EXDATE") ||
        text.find(':') == std::string::npos)
      bad();
    const auto until = text.find("UNTIL=");
    if (until == std::string::npos || all_day) continue;
    const auto value = text.substr(until + 6, text.find(';', until) - until - 6);
    if (value.empty() || value.back() != 'Z') bad();
  }
  if (!Series::make(series_of(event, write.zone))) bad();
}

void check_reminders(Json& event) {
  const auto found = event.find("reminders");
  if (found == event.end()) return;
  if (!found->is_object()) refuse("invalid", "Invalid reminders.");
  Json overrides = found->value("overrides", Json::array());
  if (found->value("useDefault", false) && !overrides.empty())
    refuse("cannotUseDefaultRemindersAndSpecifyOverride",
           "Cannot specify both default reminders and overrides at the same time.");
  if (overrides.size() > kRemindersMax)
    refuse("eventRemindersCountExceedsLimit", "The maximum number of override reminders has been exceeded.");
  Json kept = Json::array();
  for (auto& one : overrides) {
    const auto method = text_of(one, "method");
    if (method != "email" && method != "popup") continue;
    if (!one.contains("minutes") || !one["minutes"].is_number_integer()) refuse("invalid", "Invalid reminder.");
    kept.push_back({{"method", method}, {"minutes", std::clamp(one["minutes"].get<int>(), 0, kReminderMinutesMax)}});
  }
  // The order is not kept, and an empty list is not shown.
  std::reverse(kept.begin(), kept.end());
  Json out{{"useDefault", found->value("useDefault", false)}};
  if (!kept.empty()) out["overrides"] = std::move(kept);
  *found = std::move(out);
}

void check_extended(Json& event) {
  const auto found = event.find("extendedProperties");
  if (found == event.end()) return;
  std::size_t count = 0;
  for (auto& [side, properties] : found->items()) {
    if ((side != "private" && side != "shared") || !properties.is_object())
      refuse("invalid", "Invalid value for " + side);
    for (auto it = properties.begin(); it != properties.end();) {
      if (!it->is_string()) refuse("invalid", "Invalid value for extended property " + it.key());
      if (it.key().size() > kKeyMax) {
        it = properties.erase(it);
        continue;
      }
      if (it->get<std::string>().size() > kValueMax) *it = it->get<std::string>().substr(0, kValueMax);
      ++count;
      ++it;
    }
  }
  if (count > kPropertiesMax) refuse("invalid", "Too many extended properties.");
  for (const char* side : {"private", "shared"})
    if (found->contains(side) && (*found)[side].empty()) found->erase(side);
  if (found->empty()) event.erase(found);
}

void check_attendees(Json& event, const Json& body, const GoogleWrite& write) {
  const auto found = event.find("attendees");
  if (found == event.end()) return;
  if (!found->is_array()) refuse("invalid", "Invalid attendees.");
  for (auto& one : *found) {
    const auto email = text_of(one, "email");
    if (email.find('@') == std::string::npos) refuse("required", "Missing attendee email.");
    if (text_of(one, "responseStatus").empty()) one["responseStatus"] = "needsAction";
    if (email == write.owner) one["self"] = one["organizer"] = true;
    for (const char* name : {"optional", "resource"})
      if (one.contains(name) && one[name] == false) one.erase(name);
  }
  if (!found->empty() && body.contains("attendees") && !write.may_invite)
    refuse("forbiddenForServiceAccounts",
           "Service accounts cannot invite attendees without Domain-Wide Delegation of Authority.", 403);
  if (found->empty()) event.erase(found);
}

void check_choices(const Json& event) {
  const auto one_of = [&](const char* name, const std::set<std::string>& values) {
    const auto found = event.find(name);
    if (found != event.end() && (!found->is_string() || values.count(found->get<std::string>()) == 0))
      refuse("invalid", std::string("Invalid value for ") + name);
  };
  one_of("status", {"confirmed", "tentative", "cancelled"});
  one_of("visibility", {"default", "public", "private", "confidential"});
  one_of("transparency", {"opaque", "transparent"});
  one_of("colorId", {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"});
  for (const char* name : {"summary", "description", "location"})
    if (event.contains(name) && !event[name].is_string()) refuse("invalid", std::string("Invalid value for ") + name);
  if (event.contains("source") && text_of(event["source"], "url").compare(0, 4, "http") != 0)
    refuse("invalid", "Invalid source url.");
  if (event.contains("attachments") && event["attachments"].size() > kMembersMax)
    refuse("invalid", "Too many attachments.");
}

/// A Meet link for a createRequest; a repeated requestId makes none.
void make_conference(Json& event, const Json& before, const GoogleWrite& write) {
  const auto found = event.find("conferenceData");
  if (found == event.end()) {
    event.erase("hangoutLink");
    return;
  }
  const auto request = found->find("createRequest");
  if (request == found->end() || found->contains("conferenceSolution")) return;
  const auto type = text_of(request->value("conferenceSolutionKey", Json::object()), "type");
  if (text_of(*request, "requestId").empty() || type.empty()) refuse("invalid", "Invalid conference type value.");
  const Json old = before.value("conferenceData", Json::object());
  if (old.contains("createRequest") && old["createRequest"]["requestId"] == (*request)["requestId"]) {
    *found = old;
    return;
  }
  const std::string code = "fst-" + write.fresh_id.substr(0, 4) + "-abc";
  const std::string link = "https://meet.google.com/" + code;
  Json made{{"createRequest", *request}, {"conferenceId", code}, {"signature", "signed"}};
  made["createRequest"]["status"] = {{"statusCode", "success"}};
  made["conferenceSolution"] = {
      {"key", {{"type", type}}}, {"name", "Google Meet"}, {"iconUri", "https://example.org/i"}};
  made["entryPoints"] = Json::array({{{"entryPointType", "video"}, {"uri", link}, {"label", code}}});
  *found = std::move(made);
  event["hangoutLink"] = link;
}

void drop_defaults(Json& event) {
  const std::map<std::string, Json> defaults = {{"visibility", "default"},
                                                {"transparency", "opaque"},
                                                {"guestsCanInviteOthers", true},
                                                {"guestsCanModify", false},
                                                {"guestsCanSeeOtherGuests", true},
                                                {"anyoneCanAddSelf", false},
                                                {"summary", ""},
                                                {"description", ""},
                                                {"location", ""},
                                                {"recurrence", Json::array()}};
  for (const auto& [name, value] : defaults)
    if (event.contains(name) && event[name] == value) event.erase(name);
  if (!event.contains("status")) event["status"] = "confirmed";
  if (!event.contains("reminders")) event["reminders"] = {{"useDefault", true}};
  if (!event.contains("eventType")) event["eventType"] = "default";
}

/// PATCH: objects are merged member by member, lists and reminders are replaced.
void patch_into(Json& event, const Json& body) {
  for (const auto& [name, value] : body.items()) {
    if (name == "reminders" && value.is_object())
      event[name] = value;
    else if (value.is_object() && event.contains(name) && event[name].is_object())
      event[name].merge_patch(value);
    else
      event.merge_patch({{name, value}});
  }
}

Json apply(const Json& before, Json body, const GoogleWrite& write) {
  for (auto it = body.begin(); it != body.end();) {
    if (kIgnored.count(it.key()) != 0) {
      it = body.erase(it);
      continue;
    }
    if (kWritable.count(it.key()) == 0)
      refuse("badRequest", "Invalid JSON payload received. Unknown name \"" + it.key() + "\": Cannot find field.");
    ++it;
  }
  if (!write.conference) body.erase("conferenceData");
  if (body.contains("sequence") && before.contains("sequence") && body["sequence"] < before["sequence"])
    refuse("invalid", "Invalid sequence value. The specified sequence number is below the current sequence number.");
  Json event = before;
  if (write.how != GoogleWrite::How::patch) {
    // A replacement: what is not named is cleared, but for what the service owns.
    for (auto it = event.begin(); it != event.end();) {
      const bool stays = kWritable.count(it.key()) == 0 || (it.key() == "conferenceData" && !write.conference) ||
                         it.key() == "originalStartTime" || it.key() == "sequence";
      it = stays ? std::next(it) : event.erase(it);
    }
  }
  patch_into(event, body);
  for (auto it = event.begin(); it != event.end();) it = it->is_null() ? event.erase(it) : std::next(it);
  check_choices(event);
  check_times(event, write);
  check_recurrence(event, write);
  check_reminders(event);
  check_extended(event);
  check_attendees(event, body, write);
  make_conference(event, before, write);
  drop_defaults(event);
  return event;
}

bool differs(const Json& a, const Json& b, const char* name) { return a.value(name, Json()) != b.value(name, Json()); }

GoogleOccurrence occurrence_of(const std::string& master, const Span& series, const Occurrence& one) {
  if (series.kind == SpanKind::all_day) {
    const auto day = std::chrono::floor<std::chrono::days>(one.key);
    return {iso_date(day), master + "_" + basic_date(day)};
  }
  const LocalSeconds utc(one.utc_start.time_since_epoch());
  return {iso_time(utc) + "Z", master + "_" + basic_time(utc) + "Z"};
}

}  // namespace

GoogleStored google_write(const std::string& before_text, const std::string& body_text, const GoogleWrite& write) {
  GoogleStored out;
  try {
    const Json before = before_text.empty() ? Json::object() : parse(before_text);
    const Json body = parse(body_text);
    Json event = apply(before, body, write);
    out.retimed =
        differs(event, before, "start") || differs(event, before, "end") || differs(event, before, "recurrence");
    if (out.retimed && !before.empty()) event["sequence"] = before.value("sequence", 0) + 1;
    Json changed = Json::object();
    for (const auto& [name, value] : event.items())
      if (differs(event, before, name.c_str())) changed[name] = value;
    for (const auto& [name, value] : before.items())
      if (!event.contains(name)) changed[name] = nullptr;
    out.same = changed.empty();
    out.silent = changed.size() == 1 && changed.contains("reminders");
    for (const auto& [name, value] : body.items())
      if (event.contains(name)) changed[name] = event[name];
    out.json = event.dump();
    out.changed = changed.dump();
  } catch (const Refused& refused) {
    out.refusal = refused.refusal;
  } catch (const Json::exception& problem) {
    out.refusal = GoogleRefusal{400, "badRequest", problem.what(), ""};
  }
  return out;
}

GoogleFacts google_facts(const std::string& text, const std::string& owner) {
  GoogleFacts out;
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return out;
  out.status = text_of(json, "status");
  out.uid = text_of(json, "iCalUID");
  out.summary = text_of(json, "summary");
  out.event_type = text_of(json, "eventType");
  out.recurring = json.contains("recurrence");
  const Json extended = json.value("extendedProperties", Json::object());
  const Json own = extended.value("private", Json::object());
  const Json shared = extended.value("shared", Json::object());
  for (const auto& [name, value] : own.items()) out.own[name] = value.get<std::string>();
  for (const auto& [name, value] : shared.items()) out.shared[name] = value.get<std::string>();
  for (const auto& one : json.value("attendees", Json::array()))
    if (text_of(one, "email") != owner && !one.value("resource", false)) out.guests.push_back(text_of(one, "email"));
  try {
    out.start = read_moment(json, "start", "UTC").utc;
    out.end = read_moment(json, "end", "UTC").utc;
  } catch (const Refused&) {
  }
  return out;
}

std::vector<GoogleOccurrence> google_occurrences(const std::string& master_id, const std::string& json,
                                                 std::chrono::sys_seconds from, std::chrono::sys_seconds to) {
  std::vector<GoogleOccurrence> out;
  try {
    auto input = series_of(parse(json), "UTC");
    const Span span = *input.span;
    const auto series = Series::make(std::move(input));
    Window window;
    window.from = from;
    window.to = to;
    const auto found = series ? series->expand(window) : Result<std::vector<Occurrence>>(Error{});
    if (!found) return out;
    for (const auto& one : *found) out.push_back(occurrence_of(master_id, span, one));
  } catch (const Refused&) {
  }
  return out;
}

std::optional<GoogleOccurrence> google_occurrence(const std::string& master_id, const std::string& json,
                                                  const std::string& start) {
  std::chrono::sys_seconds at{};
  if (const auto day = parse_date(start))
    at = std::chrono::sys_seconds(LocalSeconds(*day).time_since_epoch());
  else if (const auto instant = parse_instant(start))
    at = std::chrono::floor<std::chrono::seconds>(*instant);
  else
    return std::nullopt;
  const auto all = google_occurrences(master_id, json, at, at + std::chrono::seconds(1));
  return all.empty() ? std::nullopt : std::optional(all.front());
}

std::string google_instance(const std::string& master_text, const std::string& overlay, const std::string& original) {
  Json master = Json::parse(master_text);
  const Moment start = read_moment(master, "start", "UTC");
  const Moment end = read_moment(master, "end", "UTC");
  Moment at = start;
  if (const auto day = parse_date(original); day && start.all_day) {
    at.wall = LocalSeconds(*day);
    at.utc = std::chrono::sys_seconds(at.wall.time_since_epoch());
  } else if (const auto instant = parse_instant(original)) {
    at.utc = std::chrono::floor<std::chrono::seconds>(*instant);
  }
  Moment until = end;
  until.utc = at.utc + (end.utc - start.utc);
  until.wall = at.wall + (end.utc - start.utc);
  master.erase("recurrence");
  master["start"] = moment_json(at, "UTC");
  master["end"] = moment_json(until, "UTC");
  master["originalStartTime"] = master["start"];
  master["recurringEventId"] = master["id"];
  const Json over = overlay.empty() ? Json::object() : Json::parse(overlay);
  for (const auto& [name, value] : over.items()) {
    if (value.is_null())
      master.erase(name);
    else
      master[name] = value;
  }
  return master.dump();
}

std::string google_overlay(const std::string& under, const std::string& overlay) {
  Json out = under.empty() ? Json::object() : Json::parse(under);
  const Json over = Json::parse(overlay);
  for (const auto& [name, value] : over.items()) out[name] = value;
  return out.dump();
}

std::string google_render(const std::string& json, const std::string& extra) {
  Json out = Json::parse(json);
  out.update(Json::parse(extra), true);
  out["kind"] = "calendar#event";
  return out.dump();
}

std::string google_stub(const std::string& json, const std::string& extra) {
  const Json full = Json::parse(google_render(json, extra));
  Json out{{"kind", "calendar#event"}, {"status", "cancelled"}};
  for (const char* name : {"id", "etag", "recurringEventId", "originalStartTime"})
    if (full.contains(name)) out[name] = full[name];
  return out.dump();
}

std::string google_member(const std::string& text, const std::string& name) {
  const Json json = Json::parse(text, nullptr, false);
  return json.is_object() ? text_of(json, name.c_str()) : "";
}

std::vector<std::string> google_items(const std::string& text) {
  std::vector<std::string> out;
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return out;
  for (const auto& one : json.value("items", Json::array())) out.push_back(text_of(one, "id"));
  return out;
}

std::string google_error(const GoogleRefusal& refusal) {
  static const std::set<std::string> kLimits = {"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"};
  static const std::set<std::string> kCalendar = {"timeRangeEmpty", "fullSyncRequired", "updatedMinTooLongAgo",
                                                  "forbiddenForNonOrganizer"};
  Json detail{{"domain", kLimits.count(refusal.reason) != 0     ? "usageLimits"
                         : kCalendar.count(refusal.reason) != 0 ? "calendar"
                                                                : "global"},
              {"reason", refusal.reason},
              {"message", refusal.message}};
  if (!refusal.location.empty()) {
    detail["location"] = refusal.location;
    detail["locationType"] =
        refusal.location == "If-Match" || refusal.location == "Authorization" ? "header" : "parameter";
  }
  return Json{{"error", {{"code", refusal.status}, {"message", refusal.message}, {"errors", Json::array({detail})}}}}
      .dump();
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
