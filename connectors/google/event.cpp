#include "connectors/google/event.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "connectors/google/json.hpp"
#include "connectors/ical/event.hpp"
#include "engine/base/hash.hpp"
#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace google {
namespace {

Error unreadable(std::string message) { return {ErrorKind::bad_input, std::move(message), "", "", std::nullopt}; }

Item item_of(const Json& json) {
  Item item;
  item.id = json.text("id");
  item.etag = json.text("etag");
  item.uid = json.text("iCalUID");
  item.master = json.text("recurringEventId");
  item.cancelled = json.text("status") == "cancelled";
  if (const auto original = json.find("originalStartTime")) {
    item.original = original->text("dateTime");
    if (item.original.empty()) item.original = original->text("date");
  }
  item.series = !json.list("recurrence").empty();
  const std::string type = json.text("eventType");
  item.hidden = type == "birthday" || type == "workingLocation";
  item.json = json.minified();
  return item;
}

/// A start or an end.
struct Moment {
  SpanKind kind = SpanKind::zoned;
  LocalSeconds wall{};
  std::string zone;
};

Result<Moment> read_moment(const Json& json, const std::string& name) {
  const auto when = json.find(name);
  if (!when) return unreadable("it has no " + name);
  Moment out;
  if (const auto date = when->text("date"); !date.empty()) {
    const auto day = parse_date(date);
    if (!day) return unreadable(name + " is no date: \"" + date + "\"");
    out.kind = SpanKind::all_day;
    out.wall = LocalSeconds(*day);
    return out;
  }
  const auto time = when->text("dateTime");
  const auto named = when->text("timeZone");
  auto zone = named.empty() ? std::optional<std::string>("UTC") : resolve_zone(named);
  if (!zone) return unreadable("unknown zone \"" + named + "\"");
  out.zone = *zone;
  if (const auto instant = parse_instant(time)) {
    FASTI_TRY(out.wall, to_wall(std::chrono::floor<std::chrono::seconds>(*instant), out.zone));
    return out;
  }
  const auto wall = parse_time(time);
  if (!wall || named.empty()) return unreadable(name + " is no time: \"" + time + "\"");
  out.wall = *wall;
  return out;
}

Result<Span> read_span(const Json& json) {
  FASTI_TRY(const Moment start, read_moment(json, "start"));
  Moment end = start;
  if (json.find("end") && !json.flag("endTimeUnspecified")) {
    FASTI_TRY(end, read_moment(json, "end"));
  }
  if (end.kind != start.kind) return unreadable("start and end are of two kinds, a day and a time");
  if (end.zone != start.zone) {
    FASTI_TRY(const auto utc, to_utc(end.wall, end.zone));
    FASTI_TRY(end.wall, to_wall(utc, start.zone));
  }
  Span span{start.kind, start.wall, std::max(start.wall, end.wall), start.zone};
  if (span.kind == SpanKind::all_day && span.end == span.start) span.end += std::chrono::days(1);
  return span;
}

/// The recurrence lines; `cancelled`: the parts that were deleted as occurrences.
Result<std::optional<Recurrence>> read_recurrence(const Json& json, const Span& span,
                                                  std::vector<std::string> cancelled) {
  const auto lines = json.list("recurrence");
  if (lines.empty()) return std::optional<Recurrence>();
  Recurrence out;
  out.exdates = std::move(cancelled);
  const ical::When series = ical::start_of(span);
  const ical::Zones zones;
  for (const Json& line : lines) {
    const auto content = line.as_text();
    if (!content) return unreadable("recurrence is no list of lines");
    const ical::EventLine entry{0, ical::parse_property(*content)};
    const ical::Name name = entry.property.name;
    if (name == "RRULE" || name == "EXRULE") {
      (name == "RRULE" ? out.rules : out.exrules).push_back(ical::canonical_rule(entry.property.value));
    } else if (name == "RDATE" || name == "EXDATE") {
      FASTI_TRY(auto keys, ical::read_dates(entry, series, zones));
      auto& list = name == "RDATE" ? out.rdates : out.exdates;
      list.insert(list.end(), keys.begin(), keys.end());
    } else {
      return unreadable("an unknown recurrence line: \"" + *content + "\"");
    }
  }
  for (auto* list : {&out.rdates, &out.exdates}) {
    std::sort(list->begin(), list->end());
    list->erase(std::unique(list->begin(), list->end()), list->end());
  }
  return std::optional<Recurrence>(std::move(out));
}

People read_attendees(const Json& json) {
  People people;
  for (const Json& one : json.list("attendees")) {
    Person person{one.text("email"), one.text("displayName"), "required"};
    if (one.flag("optional")) person.role = "optional";
    if (one.flag("resource")) person.role = "resource";
    if (one.flag("organizer")) person.role = "organizer";
    people.insert(std::move(person));
  }
  return people;
}

Reminders read_reminders(const Json& json) {
  Reminders out;
  const auto reminders = json.find("reminders");
  if (!reminders || reminders->flag("useDefault")) return out;
  for (const Json& one : reminders->list("overrides"))
    if (const auto minutes = one.number("minutes")) out.insert({std::chrono::minutes(*minutes), one.text("method")});
  return out;
}

std::string private_property(const Json& json, const char* key) {
  const auto extended = json.find("extendedProperties");
  const auto own = extended ? extended->find("private") : std::nullopt;
  return own ? own->text(key) : std::string();
}

void put_text(Properties& out, const std::string& path, std::string value) {
  if (!value.empty()) out.emplace(path, std::move(value));
}

void read_texts(const Json& json, const std::string& part, Properties& out) {
  for (const char* name : {"summary", "description", "location", "colorId", "hangoutLink"})
    put_text(out, make_path(name, part), json.text(name));
  std::string status = json.text("status");
  if (status == "tentative" && private_property(json, kStatusKey) == "cancelled") status = "cancelled";
  if (status != "confirmed") put_text(out, make_path("status", part), status);
  const auto visibility = json.text("visibility");
  if (visibility != "default") put_text(out, make_path("visibility", part), visibility);
  if (json.text("transparency") == "transparent") put_text(out, make_path("transparency", part), "transparent");
  if (const auto source = json.find("source")) put_text(out, make_path("source", part), source->text("url"));
  const auto conference = json.find("conferenceData");
  const auto solution = conference ? conference->find("conferenceSolution") : std::nullopt;
  const auto key = solution ? solution->find("key") : std::nullopt;
  if (key) put_text(out, make_path("conference", part), key->text("type"));
}

void read_properties(const Json& json, const Span& span, const std::string& part, Properties& out) {
  out.emplace(make_path("start", part), span);
  read_texts(json, part, out);
  if (auto people = read_attendees(json); !people.empty()) out.emplace(make_path("attendees", part), std::move(people));
  if (auto all = read_reminders(json); !all.empty()) out.emplace(make_path("reminders", part), std::move(all));
}

std::optional<Marker> read_marker(const Json& json) {
  Marker marker;
  marker.store = private_property(json, kStoreKey);
  marker.record = private_property(json, kRecordKey);
  if (marker.store.empty() || marker.record.empty()) return std::nullopt;
  marker.created = private_property(json, kOriginKey) != "adopted";
  marker.stamp = private_property(json, kWriteKey);
  return marker;
}

/// An exception that says nothing of its own is none: that is how one is taken back (the API cannot remove it).
bool owns_something(const Properties& own, const Properties& series, const Span& span, const std::string& part) {
  for (const auto& [path, value] : own) {
    const auto name = path_name(path);
    if (name == "start") continue;
    const auto inherited = series.find(name);
    if (inherited == series.end() || !(inherited->second == value)) return true;
  }
  for (const auto& [name, value] : series) {
    if (name == "recurrence" || name == "start") continue;
    if (own.count(make_path(name, part)) == 0) return true;
  }
  const auto& there = std::get<Span>(own.at(make_path("start", part)));
  const bool in_place = part == span_key(there) && there.kind == span.kind && there.zone == span.zone;
  return !in_place || there.end - there.start != span.end - span.start;
}

}  // namespace

std::string span_key(const Span& span) {
  return span.kind == SpanKind::all_day ? iso_date(std::chrono::floor<std::chrono::days>(span.start))
                                        : iso_time(span.start);
}

std::vector<PropertyInfo> property_list() {
  std::vector<PropertyInfo> list;
  for (const char* name :
       {"summary", "description", "location", "status", "visibility", "transparency", "colorId", "conference"})
    list.push_back({name, FieldType::text, false});
  list.push_back({"start", FieldType::span, false});
  list.push_back({"recurrence", FieldType::recurrence, false});
  list.push_back({"attendees", FieldType::people, false});
  list.push_back({"reminders", FieldType::reminders, false});
  list.push_back({"source", FieldType::url, false});
  list.push_back({"hangoutLink", FieldType::url, true});
  return list;
}

Result<Page> read_page(std::string_view body) {
  FASTI_TRY(const Json json, parse_json(body));
  const auto items = json.find("items");
  // A login page or an error in the shape of a success must never be read as an empty calendar.
  if ((items && !items->is_array()) || json.text("kind").compare(0, 9, "calendar#") != 0)
    return Error{ErrorKind::bad_reply, "no list of Google Calendar", "", "", std::nullopt};
  Page page;
  page.next_page = json.text("nextPageToken");
  page.sync_token = json.text("nextSyncToken");
  page.zone = json.text("timeZone");
  page.access_role = json.text("accessRole");
  for (const Json& one : json.list("items")) {
    page.items.push_back(item_of(one));
    if (page.items.back().id.empty()) return Error{ErrorKind::bad_reply, "an item without an id", "", "", std::nullopt};
  }
  return page;
}

Result<Item> read_item(std::string_view body) {
  FASTI_TRY(const Json json, parse_json(body));
  Item item = item_of(json);
  if (item.id.empty()) return Error{ErrorKind::bad_reply, "no event", "", "", std::nullopt};
  return item;
}

std::string make_shadow(const Item& master, std::vector<Item> exceptions) {
  std::sort(exceptions.begin(), exceptions.end(),
            [](const Item& a, const Item& b) { return std::tie(a.original, a.id) < std::tie(b.original, b.id); });
  std::string out = "[" + master.json;
  for (const Item& one : exceptions) out += "," + one.json;
  return out + "]";
}

Result<std::vector<Item>> read_shadow(std::string_view shadow) {
  FASTI_TRY(const Json json, parse_json(shadow));
  std::vector<Item> items;
  for (const Json& one : json.list()) items.push_back(item_of(one));
  if (items.empty()) return unreadable("not an original of an event");
  return items;
}

std::string version_of(const Item& master, std::span<const Item> exceptions) {
  if (exceptions.empty()) return master.etag;
  std::vector<std::string> parts;
  for (const Item& one : exceptions) parts.push_back(one.id + (one.cancelled ? " cancelled" : " " + one.etag));
  std::sort(parts.begin(), parts.end());
  std::string all;
  for (const auto& part : parts) all += part + "\n";
  return master.etag + "+" + short_hash(all).substr(0, 12);
}

std::string master_etag(const std::string& version) {
  const auto quote = version.rfind('"');
  return quote == std::string::npos ? version.substr(0, version.find('+')) : version.substr(0, quote + 1);
}

Result<std::string> part_of(const Item& exception, const Span& series) {
  if (series.kind == SpanKind::all_day) {
    const auto day = parse_date(exception.original.substr(0, 10));
    if (!day) return unreadable("originalStartTime is no date: \"" + exception.original + "\"");
    return iso_date(*day);
  }
  const auto instant = parse_instant(exception.original);
  if (!instant) return unreadable("originalStartTime is no time: \"" + exception.original + "\"");
  FASTI_TRY(const auto wall, to_wall(std::chrono::floor<std::chrono::seconds>(*instant), series.zone));
  return iso_time(wall);
}

Result<RemoteObject> read_object(const Item& master, std::vector<Item> exceptions) {
  RemoteObject out;
  out.id = master.id;
  out.uid = master.uid;
  out.version = version_of(master, exceptions);
  out.shadow = make_shadow(master, exceptions);
  FASTI_TRY(const Json all, parse_json(out.shadow));
  const auto elements = all.list();
  if (elements.empty()) return unreadable("not an original of an event");
  const Json& first = elements.front();
  FASTI_TRY(const Span span, read_span(first));
  std::vector<std::string> cancelled;
  std::map<std::string, Json> changed;
  out.modified = parse_instant(first.text("updated"));
  for (std::size_t i = 1; i < elements.size(); ++i) {
    const Item item = item_of(elements[i]);
    FASTI_TRY(auto part, part_of(item, span));
    if (item.cancelled)
      cancelled.push_back(std::move(part));
    else
      changed.emplace(std::move(part), elements[i]);
    const auto updated = parse_instant(elements[i].text("updated"));
    if (updated) out.modified = std::max(out.modified.value_or(*updated), *updated);
  }
  read_properties(first, span, "", out.properties);
  FASTI_TRY(auto recurrence, read_recurrence(first, span, std::move(cancelled)));
  if (recurrence) out.properties.emplace("recurrence", std::move(*recurrence));
  const Properties series = out.properties;
  for (const auto& [part, json] : changed) {
    FASTI_TRY(const Span moved, read_span(json));
    Properties own;
    read_properties(json, moved, part, own);
    if (owns_something(own, series, span, part)) out.properties.merge(own);
  }
  out.marker = read_marker(first);
  out.unfinished = private_property(first, kOpenKey);
  return out;
}

std::string open_key(const Item& master) {
  const auto json = parse_json(master.json);
  return json ? private_property(*json, kOpenKey) : std::string();
}

std::optional<Instant> updated_of(const Item& item) {
  const auto json = parse_json(item.json);
  return json ? parse_instant(json->text("updated")) : std::nullopt;
}

bool has_guests(const Item& item) {
  const auto json = parse_json(item.json);
  if (!json) return false;
  const auto guests = json->list("attendees");
  return std::any_of(guests.begin(), guests.end(),
                     [](const Json& one) { return !one.flag("self") && !one.flag("resource"); });
}

}  // namespace google
}  // namespace v1
}  // namespace fasti
