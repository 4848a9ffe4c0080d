#include <algorithm>

#include "connectors/ical/edit.hpp"
#include "connectors/ical/object.hpp"
#include "connectors/ical/tails.hpp"
#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {
namespace {

using ChangesByPart = std::map<std::string, Changes>;

ChangesByPart group(const WriteRequest& request) {
  ChangesByPart parts;
  parts[""];
  for (const auto& [path, value] : request.set) parts[path_part(path)].set[path_name(path)] = &value;
  for (const std::string& path : request.clear) parts[path_part(path)].clear.insert(path_name(path));
  return parts;
}

std::string stamp_of(Instant now) {
  return basic_time(LocalSeconds(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch())) + "Z";
}

const Marker* shown_marker(const WriteRequest& request) {
  return request.write_marker && !request.marker.store.empty() ? &request.marker : nullptr;
}

bool is_zone_untold(const Series& series, const Zones& zones) {
  if (!series.span || zones.of_calendar().empty()) return false;
  const Property& start = series.span->start->property;
  return series.start.zone == zones.of_calendar() && !start.find("TZID") &&
         upper(start.value).find('Z') == std::string::npos;
}

Error no_such_part(const std::string& part) {
  return Error{ErrorKind::bad_input, "not an occurrence: \"" + part + "\"", "", "", std::nullopt};
}

/// Only what an occurrence says beside its time.
bool same_but_for_time(const Changes& a, const Changes& b) {
  return a.clear == b.clear && a.set.size() == b.set.size() &&
         std::equal(a.set.begin(), a.set.end(), b.set.begin(),
                    [](const auto& x, const auto& y) { return x.first == y.first && *x.second == *y.second; });
}

bool changes_time(const Changes& changes) {
  return changes.set.contains("DTSTART") || changes.set.contains("RRULE") || changes.clear.contains("RRULE");
}

/// True: the changes leave every tail (RANGE=THISANDFUTURE) one, and are now those of its override alone.
bool keeps_tails(const Series& series, const std::vector<TailOccurrence>& tail, const WriteRequest& request,
                 ChangesByPart& parts) {
  auto of = [&](const std::string& key) {
    const auto it = parts.find(key);
    return it == parts.end() ? Changes{} : it->second;
  };
  auto removed = [&](const std::string& key) {
    return std::find(request.remove_parts.begin(), request.remove_parts.end(), key) != request.remove_parts.end();
  };
  if (changes_time(of(""))) return false;
  for (const Override& part : series.overrides)
    if (part.and_future && (removed(part.key) || changes_time(of(part.key)))) return false;
  for (const TailOccurrence& one : tail) {
    if (removed(one.key) || changes_time(of(one.key)) || !same_but_for_time(of(one.key), of(one.of->key))) return false;
  }
  for (const TailOccurrence& one : tail) parts.erase(one.key);
  return true;
}

/// The series and the overrides that are there; what has no override yet is left in `parts`.
Result<std::string> edit_existing(const std::string& text, const WriteRequest& request, ChangesByPart& parts,
                                  Instant now, bool master) {
  const Document document(text);
  const Zones zones(document);
  FASTI_TRY(const Series series, read_series(document, zones));
  if (master && has_tail(series)) {
    FASTI_TRY(const auto tail, tail_occurrences(series, zones));
    if (!keeps_tails(series, tail, request, parts)) {
      // Each occurrence of the tail gets an override first.
      FASTI_TRY(const std::string open, without_tails(text));
      return edit_existing(open, request, parts, now, master);
    }
  }
  Editor editor(document);
  EditContext context{
      editor, zones, series.start, stamp_of(now), shown_marker(request), {}, is_zone_untold(series, zones)};
  Changes& own = parts[""];
  if (own.set.contains("DTSTART"))
    if (const auto* span = std::get_if<Span>(own.set["DTSTART"])) context.series = start_of(*span);
  if (master) {
    FASTI_CHECK(edit_event(context, series.master, own, series.revised));
    for (const Override& part : series.overrides)
      if (std::find(request.remove_parts.begin(), request.remove_parts.end(), part.key) != request.remove_parts.end())
        editor.remove(part.event.component());
  }
  for (const Override& part : series.overrides) {
    auto found = parts.find(part.key);
    if (found == parts.end()) continue;
    FASTI_CHECK(edit_event(context, part.event, found->second));
    parts.erase(found);
  }
  FASTI_CHECK(add_zones(context));
  return editor.apply();
}

Result<std::string> add_overrides(const std::string& text, const ChangesByPart& parts, bool bare) {
  const Document document(text);
  const Zones zones(document);
  FASTI_TRY(const Series series, read_series(document, zones));
  Editor editor(document);
  EditContext context{editor, zones, series.start, "", nullptr, {}, is_zone_untold(series, zones)};
  const Component& last = *find_events(document).back();
  const auto after = document.lines()[last.last].end;
  for (const auto& [part, changes] : parts) {
    const bool there = std::any_of(series.overrides.begin(), series.overrides.end(),
                                   [&, key = part](const Override& o) { return o.key == key; });
    if (part.empty() || there) continue;
    auto key = read_key(part, series.start);
    if (!key || (key->kind == SpanKind::all_day) != (series.start.kind == SpanKind::all_day)) return no_such_part(part);
    const auto length = series.span ? series.span->span.end - series.span->span.start : std::chrono::seconds(0);
    const Span span{key->kind, key->wall, key->wall + length, key->zone};
    FASTI_TRY(const std::string copy, copy_as_override(context, {series.master, *key, span, bare}));
    editor.insert(after, copy);
  }
  FASTI_CHECK(add_zones(context));
  return editor.apply();
}

Result<std::string> patch(std::string text, const WriteRequest& request, Instant now, bool bare) {
  ChangesByPart parts = group(request);
  for (const std::string& removed : request.remove_parts) parts.erase(removed);
  parts[""];
  FASTI_TRY(text, edit_existing(text, request, parts, now, true));
  if (parts.size() == 1) return text;
  FASTI_TRY(text, add_overrides(text, parts, bare));
  return edit_existing(text, request, parts, now, false);
}

}  // namespace

Result<std::string> create_object(const WriteRequest& request, Instant now) {
  const std::string stamp = stamp_of(now);
  std::string text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Fasti//Fasti//EN\r\nBEGIN:VEVENT\r\n";
  text += fold("UID:" + request.uid, "\r\n");
  text += "DTSTAMP:" + stamp + "\r\nCREATED:" + stamp + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
  FASTI_TRY(text, patch(std::move(text), request, now, true));
  return text;
}

Result<std::string> patch_object(const WriteRequest& request, Instant now) {
  return patch(request.shadow, request, now, false);
}

std::string with_uid(std::string_view text, const std::string& uid) {
  const Document document(text);
  Editor editor(document);
  for (const Component* component : find_events(document)) {
    const Event event(document, *component);
    if (component->last == kNone || !event.value("UID").empty()) continue;
    if (const EventLine* empty = event.find("UID"))
      editor.replace(empty->line, "UID:" + uid);
    else
      editor.add(*component, "UID:" + uid);
  }
  return editor.apply();
}

}  // namespace ical
}  // namespace v1
}  // namespace fasti
