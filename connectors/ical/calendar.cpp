// Calendars of many objects: taking them apart and putting one back, in one pass over the text.
#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <unordered_map>

#include "connectors/ical/editor.hpp"
#include "connectors/ical/event.hpp"
#include "connectors/ical/object.hpp"
#include "engine/base/hash.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {
namespace {

struct Group {
  std::string uid;
  std::vector<const Component*> events;
  bool apart = false;
};

std::string_view line_value(const Document& document, const Component& component, std::string_view name) {
  for (std::size_t line : component.lines)
    if (has_name(document.lines()[line].content, name)) return parse_property(document.lines()[line].content).value;
  return {};
}

/// By UID, in the order of the text; an event without one is an object of its own, named after its content.
std::vector<Group> group_events(const Document& document) {
  std::vector<Group> groups;
  std::unordered_map<std::string, std::size_t> by_uid;
  for (const Component* event : find_events(document)) {
    std::string uid(line_value(document, *event, "UID"));
    if (uid.empty()) {
      const std::string base = "no-uid-" + short_hash(document.bytes(*event));
      uid = base;
      for (int twin = 2; by_uid.contains(uid); ++twin) uid = base + "-" + std::to_string(twin);
    }
    auto [entry, added] = by_uid.try_emplace(uid, groups.size());
    if (added) groups.push_back({std::move(uid), {}});
    groups[entry->second].events.push_back(event);
  }
  return groups;
}

/// Each of several overrides without their series. None where their series is there, or a tail speaks of it.
std::vector<Group> take_apart(const Document& document, const Group& group) {
  std::vector<Group> out;
  for (const Component* component : group.events) {
    const Event event(document, *component);
    const EventLine* id = event.find("RECURRENCE-ID");
    if (!id || id->property.find("RANGE")) return {};
    const std::string uid = group.uid + "/" + std::string(id->property.value);
    // Revisions of one stay together.
    auto same = std::find_if(out.begin(), out.end(), [&](const Group& other) { return other.uid == uid; });
    if (same == out.end()) same = out.insert(out.end(), {uid, {}, true});
    same->events.push_back(component);
  }
  return out;
}

/// By TZID: several calendars in one file may each mean another thing by "Customized Time Zone".
using ZoneTexts = std::multimap<std::string, const Component*>;

ZoneTexts find_zones(const Document& document) {
  ZoneTexts zones;
  for (const Component& component : document.components())
    if (component.name == "VTIMEZONE" && component.last != kNone)
      zones.emplace(plain_tzid(line_value(document, component, "TZID")), &component);
  return zones;
}

/// That of the event's own calendar, else the first.
const Component* zone_for(const ZoneTexts& zones, const std::string& tzid, const Component& event) {
  const auto [begin, end] = zones.equal_range(tzid);
  const auto own = std::find_if(begin, end, [&](const auto& zone) { return zone.second->parent == event.parent; });
  return own != end ? own->second : begin != end ? begin->second : nullptr;
}

void collect_zones(const Document& document, const Component& component, std::set<std::string>& used) {
  for (std::size_t line : component.lines) {
    const std::string_view content = document.lines()[line].content;
    if (content.find("TZID") == std::string_view::npos && content.find("tzid") == std::string_view::npos) continue;
    std::string tzid = plain_tzid(parse_property(content).get("TZID"));
    if (!tzid.empty()) used.insert(std::move(tzid));
  }
  for (std::size_t child : component.children) collect_zones(document, document.components()[child], used);
}

Error not_a_calendar(const std::string& message, std::size_t line) {
  return at_line(Error{ErrorKind::bad_input, message, "", "", std::nullopt}, line);
}

Status check_calendar(const Document& document, Wrapper wrapper) {
  if (const auto& problem = document.unreadable()) return not_a_calendar(problem->text, problem->line);
  for (const Component& component : document.components())
    if (component.last == kNone && (component.name == "VCALENDAR" || component.parent == kNone))
      return not_a_calendar("BEGIN:" + std::string(component.name) + " without END:" + std::string(component.name) +
                                ": the text is cut off",
                            document.number(component));
  const bool any = std::any_of(document.components().begin(), document.components().end(), [&](const Component& c) {
    const bool bare =
        is_one_of(c.name, {"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE", "VALARM", "VAVAILABILITY"});
    return c.name == "VCALENDAR" || (bare && wrapper == Wrapper::optional);
  });
  if (!any) return not_a_calendar("not an iCalendar text: no BEGIN:VCALENDAR", 1);
  return {};
}

bool has_line_end(std::string_view bytes) { return !bytes.empty() && (bytes.back() == '\n' || bytes.back() == '\r'); }

/// Wraps components of a file as a calendar of their own.
class PartWriter {
 public:
  PartWriter(const Document& document, CalendarPart& part) : document_(document), part_(part) {}
  void line(std::string_view content) {
    part_.text.append(content).append(document_.line_end());
    ++lines_;
  }
  void component(const Component& component) {
    const std::string_view bytes = document_.bytes(component);
    part_.sections.push_back({lines_ + 1, document_.number(component)});
    part_.text.append(bytes);
    // A CR alone ends a line of this file, and may not before the line that follows in the part.
    const bool ended = has_line_end(bytes) && (bytes.back() == '\n' || document_.line_end() == "\r");
    if (!ended) part_.text.append(document_.line_end());
    const char stop = document_.line_end() == "\r" ? '\r' : '\n';
    lines_ += static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), stop)) + (ended ? 0 : 1);
  }

 private:
  const Document& document_;
  CalendarPart& part_;
  std::size_t lines_ = 0;
};

/// A stray END inside an event may end another component once the event stands in a calendar of its own.
bool reads_the_same(const CalendarPart& part, const Document& document, const Group& group) {
  const Document alone(part.text);
  const auto events = find_events(alone);
  return std::equal(events.begin(), events.end(), group.events.begin(), group.events.end(),
                    [&](const Component* a, const Component* b) {
                      std::string_view own = alone.bytes(*a);
                      own.remove_suffix(own.size() - std::min(own.size(), document.bytes(*b).size()));
                      return a->last != kNone && own == document.bytes(*b);
                    });
}

CalendarPart make_part(const Document& document, const Group& group, const ZoneTexts& zones) {
  CalendarPart part;
  part.uid = group.uid;
  part.apart = group.apart;
  part.line = document.number(*group.events.front());
  PartWriter writer(document, part);
  for (std::string_view line : {"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Fasti//Fasti//EN"}) writer.line(line);
  const std::size_t parent = group.events.front()->parent;
  if (parent != kNone) {
    const std::string_view zone = line_value(document, document.components()[parent], "X-WR-TIMEZONE");
    if (!zone.empty()) writer.line("X-WR-TIMEZONE:" + std::string(zone));
  }
  std::set<std::string> used;
  for (const Component* event : group.events) collect_zones(document, *event, used);
  for (const std::string& tzid : used)
    if (const Component* zone = zone_for(zones, tzid, *group.events.front())) writer.component(*zone);
  for (const Component* event : group.events) {
    if (event->last == kNone) part.problem = not_a_calendar("BEGIN:VEVENT without END:VEVENT", document.number(*event));
    writer.component(*event);
  }
  writer.line("END:VCALENDAR");
  if (!part.problem && !document.problems().empty() && !reads_the_same(part, document, group))
    part.problem = not_a_calendar("components are not nested in an order that can be told", part.line);
  return part;
}

/// The bytes of a component with the line ends of the calendar it goes into, unless both mix them anyway.
std::string with_line_end(std::string_view bytes, std::string_view from, std::string_view to) {
  if (from == to) return std::string(bytes);
  std::string out;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t end = bytes.find(from, at);
    if (end == std::string_view::npos) {
      out.append(bytes.substr(at));
      break;
    }
    out.append(bytes.substr(at, end - at)).append(to);
    at = end + from.size();
  }
  return out;
}

class Merge {
 public:
  explicit Merge(const Document& calendar)
      : calendar_(calendar), editor_(calendar), zones_(find_zones(calendar)), first_(find_events(calendar)) {}

  Status put(const std::vector<const Component*>& old, const std::string& text) {
    const Document part(text);
    const auto events = find_events(part);
    for (const Component* event : events)
      if (event->last == kNone) return not_a_calendar("BEGIN:VEVENT without END:VEVENT", part.number(*event));
    for (std::size_t i = 0; i < old.size(); ++i) {
      if (i < events.size())
        replace(*old[i], part, *events[i]);
      else
        editor_.remove(*old[i]);
    }
    for (std::size_t i = old.size(); i < events.size(); ++i)
      editor_.insert(old.empty() ? end_of_calendar() : end_of(*old.back()), bytes(part, *events[i]));
    for (const auto& [tzid, zone] : find_zones(part)) {
      if (zones_.contains(tzid) || !added_zones_.insert(tzid).second) continue;
      editor_.insert(first_.empty() ? end_of_calendar() : calendar_.lines()[first_.front()->first].begin,
                     bytes(part, *zone));
    }
    return {};
  }
  std::string apply() { return editor_.apply(); }

 private:
  void replace(const Component& old, const Document& part, const Component& event) {
    std::string text = bytes(part, event);
    // The last line keeps its own end: that of a file may have none, and some are a CR among others.
    while (has_line_end(text)) text.pop_back();
    const std::string_view before = calendar_.bytes(old);
    std::size_t content = before.size();
    while (content > 0 && has_line_end(before.substr(0, content))) --content;
    text.append(before.substr(content));
    editor_.replace(old, text);
  }
  std::string bytes(const Document& part, const Component& component) {
    return calendar_.in_form_of_text(with_line_end(part.bytes(component), part.line_end(), calendar_.line_end()));
  }
  std::size_t end_of(const Component& component) { return calendar_.lines()[component.last].end; }
  std::size_t end_of_calendar() {
    for (const Component& component : calendar_.components())
      if (component.name == "VCALENDAR") return calendar_.lines()[component.last].begin;
    return calendar_.text().size();
  }

  const Document& calendar_;
  Editor editor_;
  ZoneTexts zones_;
  std::vector<const Component*> first_;
  std::set<std::string> added_zones_;
};

}  // namespace

std::size_t CalendarPart::line_in_file(std::size_t line_in_part) const {
  std::size_t found = line;
  for (const Section& section : sections)
    if (section.in_part <= line_in_part) found = section.in_file + (line_in_part - section.in_part);
  return found;
}

std::optional<std::size_t> line_of(const Error& error) {
  constexpr std::string_view kWord = "line ";
  const std::size_t at = error.place.rfind(kWord);
  if (at == std::string::npos) return std::nullopt;
  std::size_t line = 0;
  const char* const end = error.place.data() + error.place.size();
  const auto read = std::from_chars(error.place.data() + at + kWord.size(), end, line);
  return read.ec == std::errc() ? std::optional(line) : std::nullopt;
}

Result<RemoteObject> read_part(const CalendarPart& part, std::vector<ReadNote>* notes, Reading reading) {
  if (part.problem) return *part.problem;
  const std::size_t before = notes ? notes->size() : 0;
  auto object = read_object(part.text, notes, reading);
  for (std::size_t i = before; notes && i < notes->size(); ++i) (*notes)[i].line = part.line_in_file((*notes)[i].line);
  if (object) return object;
  Error error = std::move(object).error();
  if (const auto line = line_of(error)) error.place = "line " + std::to_string(part.line_in_file(*line));
  return error;
}

Result<std::vector<CalendarPart>> split_calendar(std::string_view text, Wrapper wrapper, Orphans orphans) {
  const Document document(text);
  if (auto checked = check_calendar(document, wrapper); !checked) return checked.error();
  const ZoneTexts zones = find_zones(document);
  std::vector<CalendarPart> parts;
  for (const Group& group : group_events(document)) {
    const auto single = orphans == Orphans::apart ? take_apart(document, group) : std::vector<Group>();
    for (const Group& one : single) {
      if (single.size() > 1) parts.push_back(make_part(document, one, zones));
    }
    if (single.size() < 2) parts.push_back(make_part(document, group, zones));
  }
  return parts;
}

Result<std::string> merge_into_calendar(std::string_view calendar, const std::map<std::string, std::string>& objects) {
  static constexpr std::string_view kEmpty =
      "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Fasti//Fasti//EN\r\nEND:VCALENDAR\r\n";
  const Document document(calendar.empty() ? kEmpty : calendar);
  if (auto checked = check_calendar(document, Wrapper::optional); !checked) return checked.error();
  std::unordered_map<std::string, std::vector<const Component*>> old;
  for (Group& group : group_events(document)) {
    for (const Component* event : group.events)
      if (event->last == kNone)
        return not_a_calendar("BEGIN:VEVENT without END:VEVENT: the file cannot be written safely",
                              document.number(*event));
    old.emplace(std::move(group.uid), std::move(group.events));
  }
  Merge merge(document);
  for (const auto& [uid, text] : objects) FASTI_CHECK(merge.put(old[uid], text));
  return merge.apply();
}

Result<std::string> merge_into_calendar(std::string_view calendar, const std::string& uid, std::string_view text) {
  return merge_into_calendar(calendar, std::map<std::string, std::string>{{uid, std::string(text)}});
}

}  // namespace ical
}  // namespace v1
}  // namespace fasti
