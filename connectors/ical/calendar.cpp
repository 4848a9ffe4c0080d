// Calendars of many objects: taking them apart and putting one back, in one pass over the text.
#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "connectors/ical/editor.hpp"
#include "connectors/ical/event.hpp"
#include "connectors/ical/object.hpp"
#include "engine/base/hash.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {
namespace {

struct Group {
  std::string uid;
  std::vector<const Component*> events;
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

using ZoneTexts = std::map<std::string, const Component*>;

ZoneTexts find_zones(const Document& document) {
  ZoneTexts zones;
  for (const Component& component : document.components())
    if (component.name == "VTIMEZONE" && component.last != kNone)
      zones.emplace(line_value(document, component, "TZID"), &component);
  return zones;
}

void collect_zones(const Document& document, const Component& component, std::set<std::string>& used) {
  for (std::size_t line : component.lines) {
    const std::string_view content = document.lines()[line].content;
    if (content.find("TZID") == std::string_view::npos && content.find("tzid") == std::string_view::npos) continue;
    std::string tzid = parse_property(content).get("TZID");
    if (!tzid.empty()) used.insert(std::move(tzid));
  }
  for (std::size_t child : component.children) collect_zones(document, document.components()[child], used);
}

Error not_a_calendar(const std::string& message, std::size_t line) {
  return at_line(Error{ErrorKind::bad_input, message, "", "", std::nullopt}, line);
}

Status check_calendar(const Document& document) {
  bool any = false;
  for (const Component& component : document.components()) {
    if (component.name != "VCALENDAR") continue;
    any = true;
    if (component.last == kNone)
      return not_a_calendar("BEGIN:VCALENDAR without END:VCALENDAR: the text is cut off", document.number(component));
  }
  if (!any) return not_a_calendar("not an iCalendar text: no BEGIN:VCALENDAR", 1);
  return {};
}

void append_with_end(std::string& out, std::string_view bytes, std::string_view line_end) {
  out.append(bytes);
  if (!bytes.empty() && bytes.back() != '\n' && bytes.back() != '\r') out.append(line_end);
}

CalendarPart make_part(const Document& document, const Group& group, const ZoneTexts& zones) {
  CalendarPart part;
  part.uid = group.uid;
  part.line = document.number(*group.events.front());
  const std::string_view end = document.line_end();
  for (std::string_view line : {"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Fasti//Fasti//EN"})
    part.text.append(line).append(end);
  std::set<std::string> used;
  for (const Component* event : group.events) collect_zones(document, *event, used);
  for (const std::string& tzid : used)
    if (auto zone = zones.find(tzid); zone != zones.end())
      append_with_end(part.text, document.bytes(*zone->second), end);
  for (const Component* event : group.events) {
    if (event->last == kNone) part.problem = not_a_calendar("BEGIN:VEVENT without END:VEVENT", document.number(*event));
    append_with_end(part.text, document.bytes(*event), end);
  }
  part.text.append("END:VCALENDAR").append(end);
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

  void put(const std::vector<const Component*>& old, const std::string& text) {
    const Document part(text);
    const auto events = find_events(part);
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
  }
  std::string apply() { return editor_.apply(); }

 private:
  void replace(const Component& old, const Document& part, const Component& event) {
    if (calendar_.bytes(old) != part.bytes(event)) editor_.replace(old, bytes(part, event));
  }
  std::string bytes(const Document& part, const Component& component) {
    return with_line_end(part.bytes(component), part.line_end(), calendar_.line_end());
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

Result<std::vector<CalendarPart>> split_calendar(std::string_view text) {
  const Document document(text);
  if (auto checked = check_calendar(document); !checked) return checked.error();
  const ZoneTexts zones = find_zones(document);
  std::vector<CalendarPart> parts;
  for (const Group& group : group_events(document)) parts.push_back(make_part(document, group, zones));
  return parts;
}

Result<std::string> merge_into_calendar(std::string_view calendar, const std::map<std::string, std::string>& objects) {
  static constexpr std::string_view kEmpty =
      "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Fasti//Fasti//EN\r\nEND:VCALENDAR\r\n";
  const Document document(calendar.empty() ? kEmpty : calendar);
  if (auto checked = check_calendar(document); !checked) return checked.error();
  std::unordered_map<std::string, std::vector<const Component*>> old;
  for (Group& group : group_events(document)) {
    for (const Component* event : group.events)
      if (event->last == kNone)
        return not_a_calendar("BEGIN:VEVENT without END:VEVENT: the file cannot be written safely",
                              document.number(*event));
    old.emplace(std::move(group.uid), std::move(group.events));
  }
  Merge merge(document);
  for (const auto& [uid, text] : objects) merge.put(old[uid], text);
  return merge.apply();
}

Result<std::string> merge_into_calendar(std::string_view calendar, const std::string& uid, std::string_view text) {
  return merge_into_calendar(calendar, std::map<std::string, std::string>{{uid, std::string(text)}});
}

}  // namespace ical
}  // namespace v1
}  // namespace fasti
