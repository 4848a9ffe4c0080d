#include "connectors/outlook/json.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>

#include "connectors/ical/event.hpp"
#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

Error bad_reply(std::string why) {
  return Error{ErrorKind::bad_reply, "an answer that is not Graph's: " + std::move(why), "",
               "check the url of this connection, and that no login page stands in between", std::nullopt};
}

std::optional<element> member(const element& of, std::string_view name) {
  element found;
  object holder;
  if (of.get(holder) != simdjson::SUCCESS || holder.at_key(name).get(found) != simdjson::SUCCESS) return std::nullopt;
  return found.is_null() ? std::nullopt : std::optional<element>(found);
}

std::string text_of(const element& of, std::string_view name) {
  const auto found = member(of, name);
  std::string_view text;
  return found && found->get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

bool flag_of(const element& of, std::string_view name, bool otherwise = false) {
  const auto found = member(of, name);
  bool flag = otherwise;
  if (found && found->get(flag) != simdjson::SUCCESS) flag = otherwise;
  return flag;
}

std::int64_t number_of(const element& of, std::string_view name, std::int64_t otherwise = 0) {
  const auto found = member(of, name);
  std::int64_t number = otherwise;
  if (found && found->get(number) != simdjson::SUCCESS) number = otherwise;
  return number;
}

std::optional<array> list_of(const element& of, std::string_view name) {
  const auto found = member(of, name);
  array list;
  if (!found || found->get(list) != simdjson::SUCCESS) return std::nullopt;
  return list;
}

/// One parser for each thread: its buffers are worth keeping.
Result<element> parse(const std::string& text) {
  static thread_local simdjson::dom::parser parser;
  element out;
  if (parser.parse(text).get(out) != simdjson::SUCCESS || !out.is_object()) return bad_reply("no JSON object");
  return out;
}

std::string with_lf(std::string text) {
  text.erase(std::remove(text.begin(), text.end(), '\r'), text.end());
  return text;
}

std::optional<GraphTime> time_of(const element& of, std::string_view name) {
  const auto found = member(of, name);
  if (!found) return std::nullopt;
  std::string text = text_of(*found, "dateTime");
  // Seven digits of a second and no offset; a Z of some other client's making is UTC.
  if (const auto dot = text.find('.'); dot != std::string::npos) text.resize(dot);
  const bool utc = !text.empty() && text.back() == 'Z';
  if (utc) text.pop_back();
  const auto wall = parse_time(text);
  if (!wall) return std::nullopt;
  return GraphTime{*wall, utc ? "UTC" : text_of(*found, "timeZone")};
}

int index_in(const auto& names, const std::string& name) {
  const auto found = std::find(std::begin(names), std::end(names), name);
  return found == std::end(names) ? -1 : static_cast<int>(found - std::begin(names));
}

constexpr std::array<std::string_view, 6> kTypes = {"daily",           "weekly",         "absoluteMonthly",
                                                    "relativeMonthly", "absoluteYearly", "relativeYearly"};
constexpr std::array<std::string_view, 7> kDays = {"sunday",   "monday", "tuesday", "wednesday",
                                                   "thursday", "friday", "saturday"};
constexpr std::array<std::string_view, 4> kIndexes = {"first", "second", "third", "fourth"};

Result<GraphRecurrence> recurrence_of(const element& of) {
  const auto pattern = member(of, "pattern");
  const auto range = member(of, "range");
  if (!pattern || !range) return bad_reply("a recurrence without pattern or range");
  GraphRecurrence out;
  const std::string type = text_of(*pattern, "type");
  const int number = index_in(kTypes, type);
  if (number < 0) return bad_reply("a recurrence of type \"" + type + "\"");
  out.pattern.type = static_cast<PatternType>(number);
  out.pattern.interval = number_of(*pattern, "interval", 1);
  out.pattern.day_of_month = static_cast<int>(number_of(*pattern, "dayOfMonth"));
  out.pattern.month = static_cast<int>(number_of(*pattern, "month"));
  out.pattern.first_day = std::max(index_in(kDays, text_of(*pattern, "firstDayOfWeek")), 0);
  const std::string index = text_of(*pattern, "index");
  out.pattern.index = index == "last" ? -1 : std::max(index_in(kIndexes, index), 0) + 1;
  if (const auto days = list_of(*pattern, "daysOfWeek")) {
    for (const element day : *days) {
      std::string_view name;
      const int at = day.get(name) == simdjson::SUCCESS ? index_in(kDays, std::string(name)) : -1;
      if (at < 0) return bad_reply("a day of the week that does not exist");
      out.pattern.days |= 1U << at;
    }
  }
  const std::string ends = text_of(*range, "type");
  const auto start = parse_date(text_of(*range, "startDate"));
  const auto end = parse_date(text_of(*range, "endDate"));
  if (!start) return bad_reply("a recurrence without startDate");
  out.range.start = *start;
  out.range.zone = text_of(*range, "recurrenceTimeZone");
  if (ends == "endDate") {
    if (!end) return bad_reply("a recurrence without endDate");
    out.range.type = RangeType::end_date;
    out.range.end = *end;
  } else if (ends == "numbered") {
    out.range.type = RangeType::numbered;
    out.range.count = number_of(*range, "numberOfOccurrences");
  } else if (ends != "noEnd") {
    return bad_reply("a recurrence that ends in a way of \"" + ends + "\"");
  }
  return out;
}

std::optional<Person> person_of(const element& of, const std::string& role) {
  const auto address = member(of, "emailAddress");
  if (!address || text_of(*address, "address").empty()) return std::nullopt;
  Person person{text_of(*address, "address"), text_of(*address, "name"), role};
  if (person.name == person.email) person.name.clear();
  return person;
}

People people_of(const element& of) {
  People out;
  if (const auto list = list_of(of, "attendees"))
    for (const element one : *list) {
      const std::string type = text_of(one, "type");
      if (auto person = person_of(one, type.empty() ? "required" : type)) out.insert(std::move(*person));
    }
  // Every event has an organizer; only a meeting has something to organize.
  if (out.empty()) return out;
  if (const auto organizer = member(of, "organizer"))
    if (auto person = person_of(*organizer, "organizer")) out.insert(std::move(*person));
  return out;
}

std::optional<Marker> marker_of(const element& of) {
  const auto list = list_of(of, "singleValueExtendedProperties");
  if (!list) return std::nullopt;
  for (const element one : *list) {
    const std::string id = text_of(one, "id");
    // Graph writes GUIDs and types in its own letter case.
    const auto same = [](char a, char b) { return std::tolower(a) == std::tolower(b); };
    const std::string_view ours = kMarkerProperty;
    if (id.size() != ours.size() || !std::equal(id.begin(), id.end(), ours.begin(), same)) continue;
    return ical::read_marker(text_of(one, "value"));
  }
  return std::nullopt;
}

/// "OID.<master>.2026-04-13": the date after the last dot.
std::optional<LocalDays> cancelled_day(std::string_view text) {
  const auto dot = text.rfind('.');
  return dot == std::string_view::npos ? std::nullopt : parse_date(text.substr(dot + 1));
}

std::string change_key_of(const element& of) {
  std::string key = text_of(of, "changeKey");
  if (!key.empty()) return key;
  const std::string etag = text_of(of, "@odata.etag");
  const auto open = etag.find('"');
  const auto close = etag.rfind('"');
  return open == std::string::npos || close <= open ? etag : etag.substr(open + 1, close - open - 1);
}

void read_texts(const element& json, GraphEvent& out) {
  out.ical_uid = text_of(json, "iCalUId");
  out.subject = text_of(json, "subject");
  out.show_as = text_of(json, "showAs");
  out.sensitivity = text_of(json, "sensitivity");
  out.importance = text_of(json, "importance");
  out.zone = text_of(json, "originalStartTimeZone");
  out.all_day = flag_of(json, "isAllDay");
  out.cancelled = flag_of(json, "isCancelled");
  out.is_organizer = flag_of(json, "isOrganizer", true);
  out.online = flag_of(json, "isOnlineMeeting");
  if (const auto location = member(json, "location")) out.location = text_of(*location, "displayName");
  if (const auto response = member(json, "responseStatus")) out.response = text_of(*response, "response");
  if (out.response == "organizer") out.response.clear();
  if (const auto meeting = member(json, "onlineMeeting")) out.join_url = text_of(*meeting, "joinUrl");
  if (const auto body = member(json, "body")) {
    const std::string text = with_lf(text_of(*body, "content"));
    out.body = out.online ? without_meeting(text) : text;
    out.body.erase(out.body.find_last_not_of(" \t\n") + 1);
  }
  if (flag_of(json, "isReminderOn"))
    out.reminder = std::chrono::minutes(number_of(json, "reminderMinutesBeforeStart", 15));
  if (const auto list = list_of(json, "categories"))
    for (const element one : *list) {
      std::string_view text;
      if (one.get(text) == simdjson::SUCCESS) out.categories.insert(std::string(text));
    }
}

GraphEvent event_of(const element& json);

void read_times(const element& json, GraphEvent& out) {
  const auto start = time_of(json, "start");
  const auto end = time_of(json, "end");
  if (start && end) {
    out.start = *start;
    out.end = *end;
  } else {
    out.problem = bad_reply("event \"" + out.subject + "\" without a start or end that can be read");
  }
  if (const std::string text = text_of(json, "originalStart"); !text.empty()) out.original_start = parse_instant(text);
  if (const std::string text = text_of(json, "lastModifiedDateTime"); !text.empty()) out.modified = parse_instant(text);
  if (const auto recurrence = member(json, "recurrence")) {
    auto read = recurrence_of(*recurrence);
    if (read)
      out.recurrence = std::move(*read);
    else
      out.problem = read.error();
  }
}

void read_series(const element& json, GraphEvent& out) {
  if (const auto list = list_of(json, "exceptionOccurrences"))
    for (const element one : *list) out.exceptions.push_back(event_of(one));
  if (const auto list = list_of(json, "cancelledOccurrences"))
    for (const element one : *list) {
      std::string_view text;
      const auto day = one.get(text) == simdjson::SUCCESS ? cancelled_day(text) : std::nullopt;
      if (day)
        out.cancelled_days.push_back(*day);
      else
        out.problem = bad_reply("a cancelled occurrence without its day");
    }
}

GraphEvent event_of(const element& json) {
  GraphEvent out;
  out.id = text_of(json, "id");
  out.raw = simdjson::minify(json);
  if (member(json, "@removed")) {
    out.removed = true;
    return out;
  }
  out.change_key = change_key_of(json);
  const std::string type = text_of(json, "type");
  out.type = type == "occurrence"     ? EventType::occurrence
             : type == "exception"    ? EventType::exception
             : type == "seriesMaster" ? EventType::master
                                      : EventType::single;
  out.master = text_of(json, "seriesMasterId");
  read_texts(json, out);
  out.people = people_of(json);
  out.marker = marker_of(json);
  read_times(json, out);
  read_series(json, out);
  return out;
}

CollectionInfo calendar_of(const element& json) {
  CollectionInfo out;
  out.id = text_of(json, "id");
  out.name = text_of(json, "name");
  out.read_only = !flag_of(json, "canEdit", true);
  return out;
}

}  // namespace

Result<Page> parse_page(const std::string& text) {
  FASTI_TRY(const element json, parse(text));
  const auto list = list_of(json, "value");
  if (!list) return bad_reply("a page without a value");
  Page page;
  for (const element one : *list) {
    page.events.push_back(event_of(one));
    if (page.events.back().id.empty()) return bad_reply("an event without an id");
  }
  page.next = text_of(json, "@odata.nextLink");
  page.delta = text_of(json, "@odata.deltaLink");
  return page;
}

Result<GraphEvent> parse_event(const std::string& text) {
  FASTI_TRY(const element json, parse(text));
  GraphEvent event = event_of(json);
  if (event.id.empty()) return bad_reply("an event without an id");
  return event;
}

Result<std::string> parse_body(const std::string& text) {
  FASTI_TRY(const element json, parse(text));
  const auto body = member(json, "body");
  if (!body) return bad_reply("an event without a body");
  return text_of(*body, "content");
}

Result<CalendarPage> parse_calendars(const std::string& text) {
  FASTI_TRY(const element json, parse(text));
  const auto list = list_of(json, "value");
  if (!list) return bad_reply("a list without a value");
  CalendarPage page;
  for (const element one : *list) {
    page.calendars.push_back(calendar_of(one));
    page.is_default.push_back(flag_of(one, "isDefaultCalendar"));
  }
  page.next = text_of(json, "@odata.nextLink");
  return page;
}

Result<CollectionInfo> parse_calendar(const std::string& text) {
  FASTI_TRY(const element json, parse(text));
  CollectionInfo calendar = calendar_of(json);
  if (calendar.id.empty()) return bad_reply("a calendar without an id");
  return calendar;
}

Result<BusyAnswer> parse_schedule(const std::string& text) {
  FASTI_TRY(const element json, parse(text));
  const auto list = list_of(json, "value");
  if (!list || list->size() != 1) return bad_reply("not one schedule");
  BusyAnswer out;
  const element schedule = list->at(0).value_unsafe();
  if (const auto error = member(schedule, "error")) {
    out.problem = text_of(*error, "message") + " (" + text_of(*error, "responseCode") + ")";
    return out;
  }
  const auto items = list_of(schedule, "scheduleItems");
  if (!items) return bad_reply("a schedule without items");
  for (const element item : *items) {
    const auto start = time_of(item, "start");
    const auto end = time_of(item, "end");
    if (!start || !end) return bad_reply("a schedule item without start or end");
    // The documentation's own samples capitalise it.
    std::string status = text_of(item, "status");
    std::transform(status.begin(), status.end(), status.begin(), [](unsigned char c) { return std::tolower(c); });
    if (status == "workingelsewhere") status = "workingElsewhere";
    out.spans.push_back({*start, *end, std::move(status)});
  }
  return out;
}

Result<std::vector<BatchPart>> parse_batch(const std::string& text) {
  FASTI_TRY(const element json, parse(text));
  const auto list = list_of(json, "responses");
  if (!list) return bad_reply("a batch without responses");
  std::vector<BatchPart> out;
  for (const element one : *list) {
    BatchPart part;
    part.id = text_of(one, "id");
    part.response.status = static_cast<int>(number_of(one, "status"));
    object headers;
    if (const auto found = member(one, "headers"); found && found->get(headers) == simdjson::SUCCESS)
      for (const auto [name, value] : headers) {
        std::string_view header;
        if (value.get(header) == simdjson::SUCCESS)
          part.response.headers.emplace_back(std::string(name), std::string(header));
        else
          part.response.headers.emplace_back(std::string(name), simdjson::minify(value));
      }
    if (const auto body = member(one, "body")) part.response.body = simdjson::minify(*body);
    out.push_back(std::move(part));
  }
  return out;
}

GraphError parse_error(const std::string& text) {
  GraphError out;
  const auto json = parse(text);
  const auto error = json ? member(*json, "error") : std::nullopt;
  if (!error) return out;
  out.code = text_of(*error, "code");
  out.message = text_of(*error, "message");
  out.existing = text_of(*error, "@event.existingEventId");
  return out;
}

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
