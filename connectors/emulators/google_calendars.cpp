// Calendars, the calendar list and free/busy of the stand-in for Google.
#include <algorithm>
#include <charconv>

#include "connectors/emulators/google_state.hpp"
#include "engine/model/time_text.hpp"
#include "engine/model/value_json.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

constexpr const char* kGroup = "@group.calendar.google.com";

std::string member(const char* name, const std::string& value) {
  std::string out = ",\"" + std::string(name) + "\":";
  append_json_string(out, value);
  return out;
}

std::string calendar_json(const char* kind, const GoogleCalendar& calendar) {
  return "{\"kind\":\"" + std::string(kind) + "\"" + member("etag", "\"" + std::to_string(calendar.etag) + "\"") +
         member("id", calendar.id) + member("summary", calendar.summary) + member("timeZone", calendar.zone);
}

std::string entry_json(const GoogleCalendar& calendar, const std::string& role, const std::string& caller) {
  return calendar_json("calendar#calendarListEntry", calendar) + member("accessRole", role) +
         (calendar.id == caller ? ",\"primary\":true" : "") + ",\"defaultReminders\":[],\"selected\":true}";
}

}  // namespace

std::string Google::State::role_of(const GoogleCalendar& calendar, const std::string& email) const {
  const auto found = calendar.roles.find(email);
  return found == calendar.roles.end() ? "" : found->second;
}

/// nullptr: not there, or nothing that this caller may know of.
GoogleCalendar* Google::State::calendar_of(const GoogleCall& call, const std::string& id) {
  const auto found = calendars.find(id == "primary" ? call.email : id);
  if (found == calendars.end() || role_of(found->second, call.email).empty()) return nullptr;
  return &found->second;
}

http::Response Google::State::calendar_list(GoogleCall& call) {
  if (call.method != "GET") return google_refused(405, "httpMethodNotAllowed", "Method not allowed.");
  if (call.path.size() == 4) {
    const GoogleCalendar* calendar = calendar_of(call, call.path[3]);
    if (!calendar) return google_refused(404, "notFound", "Not Found");
    return google_answer(200, entry_json(*calendar, role_of(*calendar, call.email), call.email));
  }
  GoogleListing listing;
  listing.kind = "calendar#calendarList";
  listing.calendar = "calendarList " + call.email;
  std::uint64_t since = 0;
  if (const auto token = call.parameter("syncToken"); !token.empty()) {
    const char* const end = token.data() + token.size();
    if (token[0] != 'L' || std::from_chars(token.data() + 1, end, since).ptr != end)
      return google_refused(410, "fullSyncRequired", "Sync token is no longer valid, a full sync is required.");
    if (!call.parameter("minAccessRole").empty())
      return google_refused(400, "badRequest", "Sync token cannot be used with other query restrictions.",
                            "minAccessRole");
  }
  if (call.parameter("pageToken").empty()) {
    for (const auto& [id, calendar] : calendars) {
      const auto role = role_of(calendar, call.email);
      if (!role.empty() && calendar.etag > since) listing.items.push_back(entry_json(calendar, role, call.email));
    }
    for (const auto& [id, when] : deleted_calendars)
      if (since != 0 && when > since)
        listing.items.push_back("{\"kind\":\"calendar#calendarListEntry\"" + member("id", id) + ",\"deleted\":true}");
    listing.sync_token = "L" + std::to_string(counter);
  }
  GoogleCalendar shape;
  shape.id = listing.calendar;
  return page(call, shape, std::move(listing));
}

http::Response Google::State::calendar_call(GoogleCall& call) {
  if (call.path.size() == 1 && call.method == "POST") {
    const auto summary = google_member(call.body, "summary");
    if (summary.empty()) return google_refused(400, "required", "Missing title.");
    const auto zone = google_member(call.body, "timeZone");
    const std::string id = "c_" + new_id() + kGroup;
    GoogleCalendar& calendar = calendars[id];
    calendar.id = id;
    calendar.summary = summary;
    calendar.zone = zone.empty() ? calendars[call.email].zone : zone;
    calendar.owner = call.email;
    calendar.roles[call.email] = "owner";
    calendar.etag = ++counter;
    return google_answer(200, calendar_json("calendar#calendar", calendar) + "}");
  }
  GoogleCalendar* calendar = call.path.size() >= 2 ? calendar_of(call, call.path[1]) : nullptr;
  if (!calendar) return google_refused(404, "notFound", "Not Found");
  const bool owner = role_of(*calendar, call.email) == "owner";
  if (call.method != "GET" && !owner)
    return google_refused(403, "requiredAccessLevel", "You need to have owner access to this calendar.");
  if (call.path.size() == 3 && call.path[2] == "clear" && call.method == "POST") {
    calendar->events.clear();
    calendar->oldest_token = ++counter;
    return google_answer(204, "");
  }
  if (call.path.size() != 2) return google_refused(404, "notFound", "Not Found");
  if (call.method == "DELETE") {
    if (users.count(calendar->id) != 0) return google_refused(403, "cannotDeletePrimaryCalendar", "Forbidden");
    deleted_calendars[calendar->id] = ++counter;
    calendars.erase(std::string(calendar->id));
    return google_answer(204, "");
  }
  if (call.method == "PATCH" || call.method == "PUT") {
    if (const auto summary = google_member(call.body, "summary"); !summary.empty()) calendar->summary = summary;
    if (const auto zone = google_member(call.body, "timeZone"); !zone.empty()) calendar->zone = zone;
    calendar->etag = ++counter;
  }
  return google_answer(200, calendar_json("calendar#calendar", *calendar) + "}");
}

http::Response Google::State::free_busy(GoogleCall& call) {
  const auto from = parse_instant(google_member(call.body, "timeMin"));
  const auto to = parse_instant(google_member(call.body, "timeMax"));
  if (!from || !to) return google_refused(400, "required", "Missing timeMin or timeMax parameter.");
  if (*to <= *from) return google_refused(400, "timeRangeEmpty", "The specified time range is empty.");
  const auto begin = std::chrono::floor<std::chrono::seconds>(*from);
  const auto end = std::chrono::floor<std::chrono::seconds>(*to);
  std::string body = "{\"kind\":\"calendar#freeBusy\"" + member("timeMin", iso_instant(*from)) +
                     member("timeMax", iso_instant(*to)) + ",\"groups\":{},\"calendars\":{";
  std::string separator;
  for (const auto& id : google_items(call.body)) {
    append_json_string(body += separator, id);
    separator = ",";
    const GoogleCalendar* calendar = calendar_of(call, id);
    if (!calendar) {
      body += ":{\"errors\":[{\"domain\":\"global\",\"reason\":\"notFound\"}],\"busy\":[]}";
      continue;
    }
    std::vector<std::pair<std::chrono::sys_seconds, std::chrono::sys_seconds>> busy;
    for (const auto& [key, event] : calendar->events) {
      if (event.cancelled || !event.master.empty()) continue;
      const bool series = google_facts(event.json, "").recurring;
      const auto items = series ? expanded(*calendar, event, call.email, begin, end, false)
                                : std::vector<std::string>{full(*calendar, event, call.email)};
      for (const auto& json : items) {
        const auto facts = google_facts(json, "");
        if (google_member(json, "transparency") == "transparent" || facts.end <= begin || facts.start >= end) continue;
        busy.emplace_back(std::max(facts.start, begin), std::min(facts.end, end));
      }
    }
    std::sort(busy.begin(), busy.end());
    body += ":{\"busy\":[";
    for (std::size_t i = 0; i < busy.size(); ++i) {
      const auto text = [](std::chrono::sys_seconds at) { return iso_time(LocalSeconds(at.time_since_epoch())) + "Z"; };
      body += std::string(i == 0 ? "" : ",") + "{\"start\":\"" + text(busy[i].first) + "\",\"end\":\"" +
              text(busy[i].second) + "\"}";
    }
    body += "]}";
  }
  return google_answer(200, body + "}}");
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
