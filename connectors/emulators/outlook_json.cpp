// The stand-in's events as JSON and back: every property that the connector or a careful client uses, refused where
// Graph refuses it.
#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "connectors/emulators/outlook_html.hpp"
#include "connectors/emulators/outlook_model.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

using nlohmann::json;

std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

OutlookProblem bad(std::string message, std::string code = "ErrorInvalidRequest") {
  return {400, std::move(code), std::move(message), {}};
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::string version_text(const OutlookEvent& event) {
  return "CK" + std::to_string(event.version) + "/" + event.id.substr(0, 6) + "==";
}

std::string instant_text(Instant at) { return iso_instant(at).substr(0, 19) + ".0000000Z"; }

json time_json(LocalSeconds at, bool all_day, const std::string& zone) {
  LocalSeconds wall = at;
  if (!all_day)
    wall = to_wall(std::chrono::sys_seconds(at.time_since_epoch()), resolve_zone(zone).value_or("UTC")).value();
  return {{"dateTime", iso_time(wall) + ".0000000"}, {"timeZone", zone}};
}

json recurrence_json(const OutlookEvent& event) {
  if (!event.pattern) return nullptr;
  const OutlookPattern& p = *event.pattern;
  json days = json::array();
  for (const auto& day : p.days_of_week) days.push_back(day);
  const bool ends = p.range == "endDate";
  return {{"pattern",
           {{"type", event.broken ? "everySoOften" : p.type},
            {"interval", p.interval},
            {"month", p.month},
            {"dayOfMonth", p.day_of_month},
            {"daysOfWeek", days},
            {"firstDayOfWeek", p.first_day_of_week},
            {"index", p.index}}},
          {"range",
           {{"type", p.range},
            {"startDate", iso_date(p.start)},
            {"endDate", ends ? iso_date(p.end) : "0001-01-01"},
            {"recurrenceTimeZone", event.pattern_zone},
            {"numberOfOccurrences", p.range == "numbered" ? p.occurrences : 0}}}};
}

json guests_json(const OutlookEvent& event) {
  json out = json::array();
  for (const auto& guest : event.guests)
    out.push_back({{"type", guest.type},
                   {"status", {{"response", "none"}, {"time", "0001-01-01T00:00:00Z"}}},
                   {"emailAddress", {{"name", guest.name}, {"address", guest.address}}}});
  return out;
}

json full_json(const OutlookEvent& event, const OutlookView& view) {
  const std::string address = event.organizer ? view.user : "boss@example.org";
  json out = {
      {"createdDateTime", instant_text(event.created)},
      {"lastModifiedDateTime", instant_text(event.modified)},
      {"changeKey", version_text(event)},
      {"categories", event.categories},
      {"transactionId", event.transaction.empty() ? json(nullptr) : json(event.transaction)},
      {"originalStartTimeZone", event.zone},
      {"originalEndTimeZone", event.zone},
      {"iCalUId", event.uid},
      {"reminderMinutesBeforeStart", event.reminder},
      {"isReminderOn", event.reminder_on},
      {"hasAttachments", false},
      {"subject", event.subject},
      {"bodyPreview", text_of_html(event.html).substr(0, 255)},
      {"importance", event.importance},
      {"sensitivity", event.sensitivity},
      {"isAllDay", event.all_day},
      {"isCancelled", event.cancelled},
      {"isOrganizer", event.organizer},
      {"isDraft", false},
      {"responseRequested", true},
      {"allowNewTimeProposals", true},
      {"hideAttendees", false},
      {"showAs", event.show_as},
      {"type", event.type},
      {"webLink", "https://outlook.example/?id=" + shown_id(event.id, view.immutable)},
      {"onlineMeetingUrl", nullptr},
      {"isOnlineMeeting", event.online},
      {"onlineMeetingProvider", event.online ? "teamsForBusiness" : "unknown"},
      {"onlineMeeting", event.join_url.empty() ? json(nullptr) : json{{"joinUrl", event.join_url}}},
      {"seriesMasterId", event.master.empty() ? json(nullptr) : json(shown_id(event.master, view.immutable))},
      {"responseStatus",
       {{"response", event.organizer ? "organizer" : event.response}, {"time", "0001-01-01T00:00:00Z"}}},
      {"body",
       {{"contentType", view.text ? "text" : "html"}, {"content", view.text ? text_of_html(event.html) : event.html}}},
      {"location", {{"displayName", event.location}, {"locationType", "default"}}},
      {"locations", json::array()},
      {"recurrence", event.type == "seriesMaster" || event.broken ? recurrence_json(event) : json(nullptr)},
      {"attendees", guests_json(event)},
      {"organizer", {{"emailAddress", {{"name", address}, {"address", address}}}}},
  };
  if (!event.location.empty()) out["locations"].push_back({{"displayName", event.location}});
  return out;
}

json as_json(const OutlookEvent& event, const OutlookView& view) {
  const std::string id = shown_id(event.id, view.immutable);
  json times = {{"start", time_json(event.start, event.all_day, view.zone)},
                {"end", time_json(event.end, event.all_day, view.zone)}};
  json out;
  const bool bare = view.delta && event.type == "occurrence";
  if (bare) {
    out = {{"seriesMasterId", shown_id(event.master, view.immutable)}, {"type", "occurrence"}};
  } else {
    out = full_json(event, view);
    if (!event.master.empty()) out["originalStart"] = instant_text(Instant(event.original.time_since_epoch()));
  }
  out.update(times);
  if (view.select.count("cancelledOccurrences")) {
    out["cancelledOccurrences"] = json::array();
    for (const LocalDays day : event.deleted) out["cancelledOccurrences"].push_back("OID." + id + "." + iso_date(day));
  }
  if (!view.select.empty())
    for (auto it = out.begin(); it != out.end();) it = view.select.count(it.key()) ? std::next(it) : out.erase(it);
  out["id"] = id;
  out["@odata.etag"] = "W/\"" + version_text(event) + "\"";
  if (view.delta) out["@odata.type"] = "#microsoft.graph.event";
  if (view.exceptions) {
    OutlookView inner = view;
    inner.select.clear();
    inner.exceptions = false;
    inner.extended.clear();
    out["exceptionOccurrences"] = json::array();
    for (const auto& exception : event.exceptions)
      out["exceptionOccurrences"].push_back(as_json(exception.second, inner));
  }
  const auto extended = event.extended.find(view.extended);
  if (!view.extended.empty() && extended != event.extended.end())
    out["singleValueExtendedProperties"] = {{{"id", extended->first}, {"value", extended->second}}};
  return out;
}

std::optional<OutlookProblem> read_time(const json& value, LocalSeconds& wall, std::string& zone) {
  if (!value.is_object() || !value.contains("dateTime")) return bad("dateTime is required");
  std::string text = value.value("dateTime", "");
  zone = value.contains("timeZone") && value["timeZone"].is_string() ? value["timeZone"].get<std::string>() : "UTC";
  if (const auto dot = text.find('.'); dot != std::string::npos) text.resize(dot);
  if (!text.empty() && text.back() == 'Z') {
    text.pop_back();
    zone = "UTC";
  }
  const auto time = parse_time(text);
  if (!time) return bad("The dateTime '" + text + "' is not valid", "RequestBodyRead");
  if (!resolve_zone(zone))
    return bad(
        "A valid TimeZone value must be specified. The following TimeZone value is not supported: '" + zone + "'.",
        "TimeZoneNotSupportedException");
  wall = *time;
  return {};
}

std::optional<OutlookProblem> read_times(const json& body, OutlookEvent& event) {
  const bool all_day = body.value("isAllDay", event.all_day);
  LocalSeconds walls[2];
  std::string zones[2];
  const char* const names[2] = {"start", "end"};
  if (all_day != event.all_day && (!body.contains("start") || !body.contains("end")))
    return bad("start and end are required when isAllDay changes");
  event.all_day = all_day;
  for (int i = 0; i < 2; ++i) {
    LocalSeconds& into = i == 0 ? event.start : event.end;
    if (!body.contains(names[i])) continue;
    if (auto problem = read_time(body[names[i]], walls[i], zones[i])) return problem;
    if (all_day) {
      if (walls[i] != LocalSeconds(std::chrono::floor<std::chrono::days>(walls[i])))
        return bad("The Event.Start and Event.End of an all-day event must be midnight", "ErrorInvalidRequest");
      into = walls[i];
    } else {
      into = LocalSeconds(to_utc(walls[i], *resolve_zone(zones[i])).value().time_since_epoch());
    }
    if (i == 0) event.zone = zones[0];
  }
  if (all_day && body.contains("start") && body.contains("end") && zones[0] != zones[1])
    return bad("An all-day event needs start and end in the same time zone");
  if (event.end < event.start || (all_day && event.end == event.start))
    return bad("The end date must be after the start date", "ErrorPropertyValidationFailure");
  return {};
}

std::optional<OutlookProblem> check_pattern_names(const json& pattern, const std::string& type) {
  std::set<std::string> allowed = {"type", "interval"};
  if (type == "weekly") allowed.insert({"daysOfWeek", "firstDayOfWeek"});
  if (type == "absoluteMonthly") allowed.insert("dayOfMonth");
  if (type == "relativeMonthly") allowed.insert({"daysOfWeek", "index"});
  if (type == "absoluteYearly") allowed.insert({"dayOfMonth", "month"});
  if (type == "relativeYearly") allowed.insert({"daysOfWeek", "index", "month"});
  for (const auto& item : pattern.items()) {
    const bool zero = item.value() == 0 || item.value() == json::array();
    if (!allowed.count(item.key()) && !zero && item.key() != "firstDayOfWeek" && item.key() != "index")
      return bad("'" + item.key() + "' is not supported for a pattern of type " + type,
                 "ErrorInvalidRecurrencePattern");
  }
  return {};
}

std::optional<OutlookProblem> read_recurrence(const json& value, OutlookEvent& event) {
  if (value.is_null()) {
    event.pattern.reset();
    return {};
  }
  if (!value.contains("pattern") || !value.contains("range")) return bad("pattern and range are required");
  const json& pattern = value["pattern"];
  const json& range = value["range"];
  OutlookPattern out;
  out.type = pattern.value("type", "");
  if (auto problem = check_pattern_names(pattern, out.type)) return problem;
  out.interval = pattern.value("interval", 0);
  out.first_day_of_week = lower(pattern.value("firstDayOfWeek", "sunday"));
  out.day_of_month = pattern.value("dayOfMonth", 0);
  out.month = pattern.value("month", 0);
  out.index = pattern.value("index", "first");
  if (pattern.contains("daysOfWeek"))
    for (const auto& day : pattern["daysOfWeek"]) out.days_of_week.push_back(lower(day.get<std::string>()));
  out.range = range.value("type", "");
  out.occurrences = range.value("numberOfOccurrences", 0);
  const auto start = parse_date(range.value("startDate", ""));
  const auto end = parse_date(range.value("endDate", "0001-01-01"));
  if (!start || (out.range == "endDate" && !end)) return bad("startDate and endDate must be dates");
  out.start = *start;
  if (out.range == "endDate") out.end = *end;
  const std::string problem = problem_of(out);
  if (!problem.empty()) return bad(problem, "ErrorInvalidRecurrencePattern");
  event.pattern_zone = range.value("recurrenceTimeZone", event.zone);
  if (event.pattern_zone.empty()) event.pattern_zone = event.zone;
  if (!resolve_zone(event.pattern_zone))
    return bad("recurrenceTimeZone is not supported", "TimeZoneNotSupportedException");
  event.pattern = std::move(out);
  return {};
}

std::optional<OutlookProblem> read_body(const json& value, OutlookEvent& event, OutlookTouched& touched) {
  const std::string type = lower(value.value("contentType", "text"));
  if (type != "text" && type != "html") return bad("contentType is text or html");
  const std::string content = value.value("content", "");
  touched.body_without_meeting = event.online && content.find(event.join_url) == std::string::npos;
  event.html = stored_html(type == "text" ? html_of_text(content) : content);
  return {};
}

std::optional<OutlookProblem> read_guests(const json& value, OutlookEvent& event) {
  if (value.size() > 500) return bad("more than 500 attendees", "ErrorTooManyAttendees");
  event.guests.clear();
  for (const auto& one : value) {
    if (!one.contains("emailAddress") || one["emailAddress"].value("address", "").empty())
      return bad("emailAddress is required");
    event.guests.push_back({one.value("type", "required"), one["emailAddress"].value("address", ""),
                            one["emailAddress"].value("name", "")});
  }
  return {};
}

std::optional<OutlookProblem> read_choice(const json& value, const std::set<std::string>& allowed, std::string& into) {
  if (!value.is_string() || !allowed.count(value.get<std::string>()))
    return bad("The value " + dump(value) + " is not allowed here", "RequestBodyRead");
  into = value.get<std::string>();
  return {};
}

std::optional<OutlookProblem> read_one(const std::string& name, const json& value, bool create, OutlookEvent& event,
                                       OutlookTouched& touched) {
  const auto text = [&] { return value.is_string() ? value.get<std::string>() : std::string(); };
  if (name == "subject")
    event.subject = text();
  else if (name == "body")
    return read_body(value, event, touched);
  else if (name == "location")
    event.location = value.is_object() ? value.value("displayName", "") : "";
  else if (name == "showAs")
    return read_choice(value, {"free", "tentative", "busy", "oof", "workingElsewhere", "unknown"}, event.show_as);
  else if (name == "sensitivity")
    return read_choice(value, {"normal", "personal", "private", "confidential"}, event.sensitivity);
  else if (name == "importance")
    return read_choice(value, {"low", "normal", "high"}, event.importance);
  else if (name == "categories")
    event.categories = value.get<std::vector<std::string>>();
  else if (name == "attendees")
    return read_guests(value, event);
  else if (name == "isReminderOn")
    event.reminder_on = value.get<bool>();
  else if (name == "reminderMinutesBeforeStart")
    event.reminder = value.get<std::int64_t>();
  else if (name == "isOnlineMeeting")
    event.online = event.online || value.get<bool>();
  else if (name == "singleValueExtendedProperties")
    for (const auto& one : value) event.extended[one.at("id").get<std::string>()] = one.at("value").get<std::string>();
  else if (name == "transactionId") {
    if (!create) return bad("transactionId cannot be changed", "ErrorInvalidPropertySet");
    event.transaction = text();
  } else if (name != "start" && name != "end" && name != "isAllDay" && name != "recurrence" &&
             name != "onlineMeetingProvider" && name != "responseRequested" && name != "allowNewTimeProposals" &&
             name != "hideAttendees" && name != "@odata.type") {
    return bad("The property '" + name + "' does not exist on type 'microsoft.graph.event' or cannot be written",
               "RequestBodyRead");
  }
  return {};
}

}  // namespace

// Ids of the ordinary form hold what must be escaped in a path.
std::string shown_id(const std::string& id, bool immutable) {
  return id.empty() || immutable ? id : "AAMk/" + std::string(id.rbegin(), id.rend()) + "+=";
}
std::string inner_id(const std::string& shown) {
  if (shown.compare(0, 5, "AAMk/") != 0 || shown.size() < 7) return shown;
  const std::string middle = shown.substr(5, shown.size() - 7);
  return {middle.rbegin(), middle.rend()};
}

std::string event_json(const OutlookEvent& event, const OutlookView& view) { return dump(as_json(event, view)); }

std::string removed_json(const std::string& id, const std::string& reason, bool immutable) {
  return dump(
      {{"@odata.type", "#microsoft.graph.event"}, {"id", shown_id(id, immutable)}, {"@removed", {{"reason", reason}}}});
}

std::optional<OutlookProblem> apply_json(const std::string& text, bool create, OutlookEvent& event,
                                         OutlookTouched& touched) {
  const json body = json::parse(text, nullptr, false);
  if (!body.is_object()) return bad("Unable to read JSON request payload.", "BadRequest");
  if (create && (!body.contains("start") || !body.contains("end"))) return bad("start and end are required");
  for (const auto& item : body.items()) touched.names.insert(item.key());
  try {
    for (const auto& item : body.items())
      if (auto problem = read_one(item.key(), item.value(), create, event, touched)) return problem;
    if (body.contains("start") || body.contains("end") || body.contains("isAllDay"))
      if (auto problem = read_times(body, event)) return problem;
    if (body.contains("recurrence"))
      if (auto problem = read_recurrence(body["recurrence"], event)) return problem;
  } catch (const json::exception& wrong) {
    return bad(std::string("Cannot read the request body: ") + wrong.what(), "RequestBodyRead");
  }
  return {};
}

std::string calendar_json(const std::string& id, const std::string& name, bool can_edit, bool is_default, bool teams,
                          const std::string& owner) {
  return dump({{"id", id},
               {"name", name},
               {"color", "auto"},
               {"changeKey", "CK" + id},
               {"canShare", true},
               {"canViewPrivateItems", true},
               {"canEdit", can_edit},
               {"isDefaultCalendar", is_default},
               {"isRemovable", !is_default},
               {"allowedOnlineMeetingProviders", teams ? json{"teamsForBusiness"} : json::array()},
               {"defaultOnlineMeetingProvider", teams ? "teamsForBusiness" : "unknown"},
               {"owner", {{"name", owner}, {"address", owner}}}});
}

std::optional<std::string> name_in(const std::string& text) {
  const json body = json::parse(text, nullptr, false);
  if (!body.is_object() || !body.contains("name") || !body["name"].is_string()) return std::nullopt;
  return body["name"].get<std::string>();
}

std::optional<OutlookTranslation> translation_in(const std::string& text) {
  const json body = json::parse(text, nullptr, false);
  if (!body.is_object() || !body.contains("inputIds") || !body["inputIds"].is_array()) return std::nullopt;
  OutlookTranslation out;
  for (const auto& id : body["inputIds"])
    if (id.is_string()) out.ids.push_back(id.get<std::string>());
  out.to_immutable = body.value("targetIdType", "") == "restImmutableEntryId";
  return out;
}

std::string error_json(const OutlookProblem& problem, const std::string& date, const OutlookRequestIds& ids) {
  json error = {{"code", problem.code},
                {"message", problem.message},
                {"innerError", {{"date", date}, {"request-id", ids.request}, {"client-request-id", ids.client}}}};
  if (!problem.existing.empty()) error["@event.existingEventId"] = problem.existing;
  return dump({{"error", error}});
}

std::string quoted_json(const std::string& text) { return dump(json(text)); }

std::string page_json(const std::vector<std::string>& values, const std::string& next, const std::string& delta) {
  std::string out = R"j({"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#Collection(event)")j";
  if (!next.empty()) out += ",\"@odata.nextLink\":" + quoted_json(next);
  if (!delta.empty()) out += ",\"@odata.deltaLink\":" + quoted_json(delta);
  out += ",\"value\":[";
  for (std::size_t i = 0; i < values.size(); ++i) out += (i == 0 ? "" : ",") + values[i];
  return out + "]}";
}

std::optional<std::vector<OutlookBatchItem>> batch_in(const std::string& text) {
  const json body = json::parse(text, nullptr, false);
  if (!body.is_object() || !body.contains("requests") || !body["requests"].is_array()) return std::nullopt;
  std::vector<OutlookBatchItem> out;
  try {
    for (const auto& one : body["requests"]) {
      OutlookBatchItem item{one.at("id"), one.at("method"), one.at("url"), {}, {}, {}};
      if (one.contains("headers"))
        for (const auto& header : one["headers"].items()) item.headers.emplace_back(header.key(), header.value());
      if (one.contains("body")) item.body = dump(one["body"]);
      if (one.contains("dependsOn")) item.depends = one["dependsOn"].get<std::vector<std::string>>();
      out.push_back(std::move(item));
    }
  } catch (const json::exception&) {
    return std::nullopt;
  }
  return out;
}

std::optional<OutlookScheduleQuestion> schedule_in(const std::string& text) {
  const json body = json::parse(text, nullptr, false);
  OutlookScheduleQuestion out;
  std::string zone;
  if (!body.is_object() || !body.contains("schedules") || !body["schedules"].is_array()) return std::nullopt;
  for (const auto& one : body["schedules"])
    if (one.is_string()) out.schedules.push_back(one.get<std::string>());
  out.interval = std::chrono::minutes(body.value("availabilityViewInterval", 30));
  if (!body.contains("startTime") || read_time(body["startTime"], out.from, zone)) return std::nullopt;
  out.from = LocalSeconds(to_utc(out.from, *resolve_zone(zone)).value().time_since_epoch());
  if (!body.contains("endTime") || read_time(body["endTime"], out.to, zone)) return std::nullopt;
  out.to = LocalSeconds(to_utc(out.to, *resolve_zone(zone)).value().time_since_epoch());
  return out;
}

std::string schedule_json(const std::string& address, const OutlookScheduleQuestion& question,
                          const std::vector<OutlookEvent>& busy, bool known) {
  json out = {{"scheduleId", address}};
  if (!known) {
    out["error"] = {{"message", "mailbox was not found"}, {"responseCode", "5016"}};
    out["scheduleItems"] = nullptr;
    return dump(out);
  }
  json items = json::array();
  for (const auto& event : busy)
    items.push_back({{"status", event.show_as},
                     {"isPrivate", event.sensitivity != "normal"},
                     {"start", time_json(event.start, event.all_day, "UTC")},
                     {"end", time_json(event.end, event.all_day, "UTC")}});
  // One digit for each interval, of what weighs most in it.
  static const std::map<std::string, char> kDigits = {{"tentative", '1'}, {"busy", '2'}, {"oof", '3'}};
  std::string view;
  for (auto at = question.from; at < question.to; at += question.interval) {
    char digit = '0';
    for (const auto& event : busy) {
      const auto found = kDigits.find(event.show_as);
      if (found != kDigits.end() && event.start < at + question.interval && event.end > at)
        digit = std::max(digit, found->second);
    }
    view += digit;
  }
  out["availabilityView"] = view;
  out["scheduleItems"] = std::move(items);
  return dump(out);
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
