#include <algorithm>

#include "connectors/ical/event.hpp"
#include "connectors/ical/object.hpp"
#include "connectors/ical/tails.hpp"
#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {
namespace {

Error bad_object(std::string message, std::size_t line, std::string hint = "") {
  return at_line(Error{ErrorKind::bad_input, std::move(message), "", std::move(hint), std::nullopt}, line);
}

constexpr const char* kHeadless = "several occurrences (RECURRENCE-ID) without their series";

bool has_future_range(const EventLine& line) { return same_name(line.property.get("RANGE"), "THISANDFUTURE"); }

Result<std::string> recurrence_key(const Event& event, const EventLine& line, const When& series, const Zones& zones) {
  auto when = read_when(line.property.value, line.property, zones);
  if (!when) return at_line(when.error(), event.number(line));
  // A DATE that names an occurrence of a timed series: the one of that day.
  if (when->kind == SpanKind::all_day && series.kind != SpanKind::all_day)
    when =
        When{series.kind, when->wall + (series.wall - std::chrono::floor<std::chrono::days>(series.wall)), series.zone};
  auto there = as_in(*when, series);
  if (!there) return at_line(there.error(), event.number(line));
  return key_of(*there);
}

/// What keys are written in where no series says it.
Result<When> first_key(const Event& event, const Zones& zones) {
  const EventLine& line = *event.find("RECURRENCE-ID");
  auto when = read_when(line.property.value, line.property, zones);
  if (!when) return at_line(when.error(), event.number(line));
  return when;
}

std::int64_t sequence_of(const Event& event) { return read_integer(event.value("SEQUENCE")).value_or(0); }

/// Two overrides of one occurrence: the newer one counts (RFC 5546 2.1.5).
void add_override(std::vector<Override>& overrides, Override part) {
  auto same = std::find_if(overrides.begin(), overrides.end(), [&](const Override& o) { return o.key == part.key; });
  if (same == overrides.end())
    overrides.push_back(std::move(part));
  else if (sequence_of(part.event) >= sequence_of(same->event))
    *same = std::move(part);
}

/// RFC 5546 2.1.5: the higher SEQUENCE, then the later DTSTAMP (which compares as text).
bool is_newer(const Event& event, const Event& other) {
  if (sequence_of(event) != sequence_of(other)) return sequence_of(event) > sequence_of(other);
  return event.value("DTSTAMP") > other.value("DTSTAMP");
}

Status check_events(const Document& document, const std::vector<const Component*>& events) {
  if (const auto& problem = document.unreadable()) return bad_object(problem->text, problem->line);
  if (events.empty()) {
    const bool other = std::any_of(document.components().begin(), document.components().end(), [](const Component& c) {
      return c.name == "VTODO" || c.name == "VJOURNAL" || c.name == "VFREEBUSY";
    });
    return bad_object(other ? "no VEVENT: tasks, journals and free-busy lists are not events" : "no VEVENT in it", 1);
  }
  for (const Component* event : events)
    if (event->last == kNone) return bad_object("BEGIN:VEVENT without END:VEVENT", document.number(*event));
  for (const Component& component : document.components())
    if (component.name == "VCALENDAR" && component.last == kNone)
      return bad_object("BEGIN:VCALENDAR without END:VCALENDAR: the text is cut off", document.number(component));
  return {};
}

}  // namespace

Result<Series> read_series(const Document& document, const Zones& zones, std::vector<ReadNote>* notes,
                           Reading reading) {
  const auto components = find_events(document);
  FASTI_CHECK(check_events(document, components));
  std::vector<Event> events;
  events.reserve(components.size());
  for (const Component* component : components) events.emplace_back(document, *component);
  const Event* master = nullptr;
  bool revised = false;
  for (const Event& event : events) {
    const std::size_t line = document.number(event.component());
    if (event.value("UID") != events.front().value("UID"))
      return bad_object("several UIDs in one object: \"" + std::string(events.front().value("UID")) + "\" and \"" +
                            std::string(event.value("UID")) + "\"",
                        line);
    if (event.find("RECURRENCE-ID")) continue;
    if (master && event.value("UID").empty()) return bad_object("two events without a UID in one object", line);
    if (master && !is_newer(event, *master) && !is_newer(*master, event))
      return bad_object("two events with one UID and no RECURRENCE-ID", line, "give one of them another UID");
    const Event* older = master && is_newer(*master, event) ? &event : master;
    revised |= older != nullptr;
    if (older && notes)
      notes->push_back({document.number(older->component()), "an older revision of this event: passed over"});
    if (older != &event) master = &event;
  }
  const bool alone = !master && events.size() == 1;
  const bool headless = !master && !alone;
  if (headless && reading == Reading::sync)
    return bad_object(kHeadless, document.number(events.front().component()), "it is read once its series is there");
  if (!master) master = &events.front();
  Series series{*master, std::nullopt, {}, {}, revised, headless};
  if (headless) {
    FASTI_TRY(series.start, first_key(series.master, zones));
  } else {
    FASTI_TRY(series.span, read_span(series.master, zones));
    if (series.span) series.start = start_of(series.span->span);
  }
  for (Event& event : events) {
    const EventLine* id = event.find("RECURRENCE-ID");
    if (!id) continue;
    const bool and_future = has_future_range(*id);
    FASTI_TRY(std::string key, recurrence_key(event, *id, series.start, zones));
    if (!alone) add_override(series.overrides, {std::move(key), std::move(event), and_future});
  }
  return series;
}

namespace {

void read_lines(const Event& event, const std::string& part, Properties& out) {
  People people;
  for (const EventLine& line : event.lines()) {
    const Property& property = line.property;
    if (auto person = read_person(property)) {
      people.insert(std::move(*person));
    } else if (text_form(property) != TextForm::none) {
      std::string text = read_text(property);
      if (!text.empty()) out.emplace(make_path(property.name.upper(), part), std::move(text));
    } else if (property.name == "GEO") {
      if (auto geo = read_geo(property.value)) out.emplace(make_path("GEO", part), *geo);
    } else if (property.name == "PRIORITY") {
      if (auto number = read_integer(property.value)) out.emplace(make_path("PRIORITY", part), *number);
    }
  }
  if (!people.empty()) out.emplace(make_path("ATTENDEE", part), std::move(people));
}

void read_components(const Event& event, const std::string& part, Properties& out) {
  Reminders reminders;
  for (std::size_t child : event.component().children)
    if (auto reminder = read_alarm(event.document(), event.document().components()[child])) reminders.insert(*reminder);
  if (!reminders.empty()) out.emplace(make_path("VALARM", part), std::move(reminders));
  Choices categories = read_categories(event);
  if (!categories.empty()) out.emplace(make_path("CATEGORIES", part), std::move(categories));
  std::string extras;
  for (const Extra& extra : read_extras(event)) extras += extra.text;
  if (!extras.empty()) out.emplace(make_path("*", part), Opaque{"icalendar", std::move(extras)});
}

void read_unspanned(const Event& event, const std::string& part, Properties& out) {
  read_lines(event, part, out);
  read_components(event, part, out);
}

void note_reversed(const Event& event, const EventSpan& span, std::vector<ReadNote>& notes) {
  if (span.reversed) notes.push_back({event.number(*span.end), "it ends before it starts: read as no length"});
}

std::optional<Instant> read_modified(const Series& series) {
  std::optional<Instant> latest;
  auto take = [&](const Event& event) {
    const EventLine* line = event.find("LAST-MODIFIED");
    if (!line) line = event.find("DTSTAMP");
    if (!line) return;
    std::string_view value = line->property.value;
    if (!value.empty() && (value.back() == 'Z' || value.back() == 'z')) value.remove_suffix(1);
    if (auto wall = parse_time(value))
      latest = std::max(latest.value_or(Instant::min()), Instant(wall->time_since_epoch()));
  };
  take(series.master);
  for (const Override& part : series.overrides) take(part.event);
  return latest;
}

/// Every occurrence of a tail as one of its own; for who only looks: whether a sync could do that.
Status read_tails(const Series& series, const Zones& zones, Reading reading, Properties& out,
                  std::vector<ReadNote>* notes) {
  if (!has_tail(series)) return {};
  const auto tail = tail_occurrences(series, zones);
  if (reading == Reading::sync) {
    FASTI_CHECK(tail);
    for (const TailOccurrence& one : *tail) {
      out.emplace(make_path("DTSTART", one.key), one.span);
      read_unspanned(one.of->event, one.key, out);
    }
    return {};
  }
  for (const Override& part : series.overrides) {
    if (!part.and_future || !notes) continue;
    const std::string what = tail ? "a sync reads it as " + std::to_string(tail->size() + 1) + " single occurrences"
                                  : "a sync parks this event: " + tail.error().message;
    notes->push_back({series.master.document().number(part.event.component()), "RANGE=THISANDFUTURE: " + what});
    break;
  }
  return {};
}

}  // namespace

Result<RemoteObject> read_object(std::string_view text, std::vector<ReadNote>* notes, Reading reading) {
  const Document document(text);
  const Zones zones(document);
  FASTI_TRY(const Series series, read_series(document, zones, notes, reading));
  RemoteObject object;
  object.uid = std::string(series.master.value("UID"));
  object.shadow = std::string(text);
  object.modified = read_modified(series);
  if (const EventLine* marker = series.master.find(kMarkerProperty))
    object.marker = read_marker(marker->property.value);
  if (series.span) object.properties.emplace("DTSTART", series.span->span);
  if (notes && series.span) note_reversed(series.master, *series.span, *notes);
  if (!series.headless) {
    FASTI_TRY(auto recurrence, read_recurrence(series.master, series.start, zones));
    if (recurrence) object.properties.emplace("RRULE", std::move(*recurrence));
    read_unspanned(series.master, "", object.properties);
  } else if (notes) {
    notes->push_back({document.number(series.master.component()), std::string(kHeadless) + ": a sync parks them"});
  }
  for (const Override& part : series.overrides) {
    FASTI_TRY(auto span, read_span(part.event, zones));
    if (span) object.properties.emplace(make_path("DTSTART", part.key), span->span);
    if (notes && span) note_reversed(part.event, *span, *notes);
    read_unspanned(part.event, part.key, object.properties);
    if (part.and_future && reading == Reading::look)
      object.properties.emplace(make_path("RANGE", part.key), std::string("THISANDFUTURE"));
  }
  FASTI_CHECK(read_tails(series, zones, reading, object.properties, notes));
  for (const auto& [tzid, how] : zones.by_rules())
    if (notes) notes->push_back({how.first, "zone \"" + tzid + "\": " + how.second});
  return object;
}

std::vector<PropertyInfo> property_list() {
  std::vector<PropertyInfo> list;
  for (const char* name :
       {"SUMMARY", "DESCRIPTION", "LOCATION", "STATUS", "CLASS", "TRANSP", "COMMENT", "CONTACT", "COLOR", "RELATED-TO"})
    list.push_back({name, FieldType::text, false});
  list.push_back({"URL", FieldType::url, false});
  list.push_back({"DTSTART", FieldType::span, false});
  list.push_back({"RRULE", FieldType::recurrence, false});
  list.push_back({"CATEGORIES", FieldType::choices, false});
  list.push_back({"GEO", FieldType::geo, false});
  list.push_back({"PRIORITY", FieldType::integer, false});
  list.push_back({"VALARM", FieldType::reminders, false});
  list.push_back({"ATTENDEE", FieldType::people, false});
  list.push_back({"*", FieldType::opaque, false});
  return list;
}

}  // namespace ical
}  // namespace v1
}  // namespace fasti
