#include "connectors/ical/edit.hpp"

#include <algorithm>
#include <charconv>

#include "connectors/ical/object.hpp"
#include "connectors/ical/vtimezone.hpp"
#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {
namespace {

Error wrong_type(const std::string& name) {
  return Error{ErrorKind::bad_input, name + " cannot hold a value of this type", "", "correct the mapping",
               std::nullopt};
}

std::string without_controls(std::string_view text) {
  std::string out;
  for (char c : text)
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) out += c;
  return out;
}

class EventEdit {
 public:
  EventEdit(EditContext& context, const Event& event) : context_(context), event_(event) {}

  Status set(const std::string& name, const Value& value);
  void clear(const std::string& name);
  void stamps(bool with_sequence);
  void marker();
  bool needs_sequence() const { return needs_sequence_; }

 private:
  void put(const EventLine* line, const std::string& content) {
    if (line)
      context_.editor.replace(line->line, content);
    else
      context_.editor.add(event_.component(), content);
  }
  void remove_all(std::initializer_list<std::string_view> names) {
    for (const EventLine& line : event_.lines())
      if (is_one_of(line.property.name, names)) context_.editor.remove(line.line);
  }
  Status set_text(const std::string& name, const std::string& text);
  Status set_span(const Span& span);
  void set_end(const EventSpan* old, const Span& span);
  Status set_recurrence(const Recurrence& wanted);
  void set_rules(const std::string& name, const std::vector<std::string>& rules);
  Status set_dates(const std::string& name, const std::vector<std::string>& dates);
  void set_people(People wanted);
  void set_reminders(Reminders wanted);
  void set_categories(const Choices& wanted);
  void set_extras(const std::string& text);

  EditContext& context_;
  const Event& event_;
  bool needs_sequence_ = false;
};

Status EventEdit::set_text(const std::string& name, const std::string& text) {
  const EventLine* old = event_.find(name);
  if (old && read_text(old->property) == text) return {};
  if (text.empty()) {
    clear(name);
    return {};
  }
  Property shape;
  if (old)
    shape = old->property;
  else
    shape.name = Name(name);
  const std::string head = old ? head_of(shape, {"ALTREP", "ENCODING", "CHARSET", "QUOTED-PRINTABLE"}) : name;
  put(old, head + ":" + (text_form(shape) == TextForm::text ? escape_text(text) : without_controls(text)));
  needs_sequence_ |= name == "STATUS";
  return {};
}

Status EventEdit::set_span(const Span& span) {
  FASTI_TRY(auto old, read_span(event_, context_.zones));
  if (old && old->span == span) return {};
  needs_sequence_ = true;
  if (span.kind == SpanKind::zoned && !is_zone(span.zone))
    return Error{ErrorKind::bad_input, "unknown zone \"" + span.zone + "\"", "", "use an IANA zone", std::nullopt};
  const EventLine* start = old ? old->start : nullptr;
  if (!old || start_of(old->span) != start_of(span)) put(start, when_line(context_, "DTSTART", start_of(span), start));
  set_end(old ? &*old : nullptr, span);
  return {};
}

void EventEdit::set_end(const EventSpan* old, const Span& span) {
  const EventLine* line = old ? old->end : nullptr;
  const bool all_day = span.kind == SpanKind::all_day;
  const auto implied = all_day ? std::chrono::seconds(std::chrono::days(1)) : std::chrono::seconds(0);
  if (!line && span.end - span.start == implied && old) return;
  if (line && old->form == EndForm::duration) {
    auto length = span.end - span.start;
    if (span.kind == SpanKind::zoned) {
      auto from = to_utc(span.start, span.zone);
      auto to = to_utc(span.end, span.zone);
      if (from && to && length < std::chrono::days(1)) length = *to - *from;
    }
    const auto days = std::chrono::duration_cast<std::chrono::days>(length);
    const bool whole = days.count() > 0 && length == days;
    put(line,
        head_of(line->property, {}) + ":" + (whole ? "P" + std::to_string(days.count()) + "D" : iso_duration(length)));
    return;
  }
  // RFC 5545 3.8.2.2 wants DTEND later than DTSTART, and Cyrus refuses an event without any end: both take this.
  if (!all_day && span.end <= span.start) {
    put(line, "DURATION:PT0S");
    return;
  }
  const When end{span.kind, span.end, span.zone};
  if (line) {
    auto before = read_when(line->property.value, line->property, context_.zones);
    if (before && span.kind == SpanKind::zoned && before->kind == SpanKind::zoned && before->zone != end.zone) {
      auto same = as_in(*before, end);
      if (same && *same == end) return;
    }
    if (before && *before == end) return;
  }
  put(line, when_line(context_, "DTEND", end, line));
}

void EventEdit::set_rules(const std::string& name, const std::vector<std::string>& rules) {
  std::vector<std::string> left = rules;
  for (const EventLine& line : event_.lines()) {
    if (line.property.name != name) continue;
    auto same = std::find(left.begin(), left.end(), canonical_rule(line.property.value));
    if (same != left.end()) {
      left.erase(same);
    } else {
      context_.editor.remove(line.line);
      needs_sequence_ = true;
    }
  }
  for (const std::string& rule : left) {
    context_.editor.add(event_.component(), name + ":" + without_controls(rule));
    needs_sequence_ = true;
  }
}

Status EventEdit::set_dates(const std::string& name, const std::vector<std::string>& dates) {
  std::set<std::string> left(dates.begin(), dates.end());
  for (const EventLine& line : event_.lines()) {
    if (line.property.name != name) continue;
    auto keys = read_dates(line, context_.series, context_.zones);
    const bool keep = keys && std::all_of(keys->begin(), keys->end(), [&](const std::string& key) {
                        return std::find(dates.begin(), dates.end(), key) != dates.end();
                      });
    if (!keep) {
      context_.editor.remove(line.line);
      needs_sequence_ = true;
      continue;
    }
    for (const std::string& key : *keys) left.erase(key);
  }
  for (const std::string& entry : left) {
    const std::size_t slash = entry.find('/');
    auto when = read_key(entry.substr(0, slash), context_.series);
    if (!when)
      return Error{ErrorKind::bad_input, name + ": not a date or time: \"" + entry + "\"", "", "", std::nullopt};
    std::string content = when_line(context_, name, *when, nullptr);
    if (slash != std::string::npos)
      content.insert(name.size(), ";VALUE=PERIOD") += without_controls(entry.substr(slash));
    context_.editor.add(event_.component(), content);
    needs_sequence_ = true;
  }
  return {};
}

Status EventEdit::set_recurrence(const Recurrence& wanted) {
  std::vector<std::string> rules;
  std::vector<std::string> exrules;
  for (const std::string& rule : wanted.rules) rules.push_back(canonical_rule(rule));
  for (const std::string& rule : wanted.exrules) exrules.push_back(canonical_rule(rule));
  set_rules("RRULE", rules);
  set_rules("EXRULE", exrules);
  FASTI_CHECK(set_dates("RDATE", wanted.rdates));
  return set_dates("EXDATE", wanted.exdates);
}

std::string person_line(const Person& person, const EventLine* old) {
  const bool organizer = person.role == "organizer";
  std::string out = old ? head_of(old->property, {"CN", "ROLE"}) : organizer ? "ORGANIZER" : "ATTENDEE";
  if (!person.name.empty()) out += ";CN=" + encode_parameter(person.name);
  if (!organizer) out += person.role == "optional" ? ";ROLE=OPT-PARTICIPANT" : ";ROLE=REQ-PARTICIPANT";
  const bool resource = person.role == "resource";
  if (resource && (!old || !old->property.find("CUTYPE"))) out += ";CUTYPE=RESOURCE";
  // Whoever is new must not get mail from the server because of us (rule 26).
  if (!old && !organizer) out += ";SCHEDULE-AGENT=CLIENT";
  if (old) return (out += ':') += old->property.value;
  const bool uri = person.email.find(':') != std::string::npos;
  return out += (uri ? ":" : ":mailto:") + without_controls(person.email);
}

void EventEdit::set_people(People wanted) {
  std::vector<const EventLine*> changed;
  for (const EventLine& line : event_.lines()) {
    auto person = read_person(line.property);
    if (person && wanted.erase(*person) == 0) changed.push_back(&line);
  }
  for (const EventLine* line : changed) {
    const Person old = *read_person(line->property);
    auto same = std::find_if(wanted.begin(), wanted.end(), [&](const Person& person) {
      return person.email == old.email && (person.role == "organizer") == (old.role == "organizer") &&
             (person.role == "resource") == (old.role == "resource");
    });
    if (same == wanted.end()) {
      context_.editor.remove(line->line);
    } else {
      context_.editor.replace(line->line, person_line(*same, line));
      wanted.erase(same);
    }
  }
  for (const Person& person : wanted) context_.editor.add(event_.component(), person_line(person, nullptr));
}

void EventEdit::set_reminders(Reminders wanted) {
  std::set<Reminder> kept;
  const Document& document = event_.document();
  for (std::size_t child : event_.component().children) {
    const Component& alarm = document.components()[child];
    auto reminder = read_alarm(document, alarm);
    if (!reminder) continue;
    if (wanted.contains(*reminder))
      kept.insert(*reminder);
    else
      context_.editor.remove(alarm);
  }
  const std::string end(document.line_end());
  for (const Reminder& reminder : wanted) {
    if (kept.contains(reminder)) continue;
    const bool mail = reminder.method == "email";
    const std::string action = mail ? "EMAIL" : reminder.method == "audio" ? "AUDIO" : "DISPLAY";
    std::string block = "BEGIN:VALARM" + end + "ACTION:" + action + end;
    block += "TRIGGER:" + iso_duration(-std::chrono::seconds(reminder.before)) + end;
    // RFC 5545 3.6.6 wants these of the two kinds.
    if (action != "AUDIO") block += "DESCRIPTION:Reminder" + end;
    if (mail) block += "SUMMARY:Reminder" + end;
    context_.editor.add_block(event_.component(), block + "END:VALARM" + end);
  }
}

void EventEdit::set_categories(const Choices& wanted) {
  Choices there = read_categories(event_);
  if (there == wanted) return;
  std::string value;
  for (const std::string& category : wanted) (value += value.empty() ? "" : ",") += escape_text(category);
  const EventLine* first = event_.find("CATEGORIES");
  for (const EventLine& line : event_.lines())
    if (line.property.name == "CATEGORIES" && (line.line != first->line || wanted.empty()))
      context_.editor.remove(line.line);
  if (!wanted.empty())
    put(first,
        (first ? head_of(first->property, {"ENCODING", "CHARSET", "QUOTED-PRINTABLE"}) : "CATEGORIES") + ":" + value);
}

void EventEdit::set_extras(const std::string& text) {
  const std::string wrapped =
      "BEGIN:VEVENT\n" + text + (text.empty() || text.back() == '\n' ? "" : "\n") + "END:VEVENT\n";
  const Document document(wrapped);
  std::vector<Extra> wanted;
  if (!document.components().empty()) wanted = read_extras(Event(document, document.components().front()));
  for (const Extra& extra : read_extras(event_)) {
    auto same =
        std::find_if(wanted.begin(), wanted.end(), [&](const Extra& other) { return other.text == extra.text; });
    if (same != wanted.end())
      wanted.erase(same);
    else if (extra.line != kNone)
      context_.editor.remove(extra.line);
    else
      context_.editor.remove(event_.document().components()[extra.component]);
  }
  for (const Extra& extra : wanted) {
    std::string block;
    std::string_view rest = extra.text;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size() - 1);
      block += fold(rest.substr(0, end), event_.document().line_end());
      rest.remove_prefix(end + 1);
    }
    if (extra.component != kNone)
      context_.editor.add_block(event_.component(), block);
    else
      context_.editor.add(event_.component(), extra.text.substr(0, extra.text.size() - 1));
  }
}

std::string geo_text(const Geo& geo) {
  auto number = [](double value) {
    char buffer[64];
    auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed);
    return std::string(buffer, error == std::errc() ? end : buffer);
  };
  return number(geo.latitude) + ";" + number(geo.longitude);
}

Status EventEdit::set(const std::string& name, const Value& value) {
  const EventLine* old = event_.find(name);
  if (name == "DTSTART") {
    const auto* span = std::get_if<Span>(&value);
    return span ? set_span(*span) : wrong_type(name);
  }
  if (name == "RRULE") {
    const auto* recurrence = std::get_if<Recurrence>(&value);
    return recurrence ? set_recurrence(*recurrence) : wrong_type(name);
  }
  if (name == "GEO") {
    const auto* geo = std::get_if<Geo>(&value);
    if (!geo) return wrong_type(name);
    if (!old || read_geo(old->property.value) != *geo) put(old, "GEO:" + geo_text(*geo));
    return {};
  }
  if (name == "PRIORITY") {
    const auto* number = std::get_if<std::int64_t>(&value);
    if (!number) return wrong_type(name);
    if (!old || read_integer(old->property.value) != *number) put(old, "PRIORITY:" + std::to_string(*number));
    return {};
  }
  if (name == "ATTENDEE" && std::holds_alternative<People>(value)) return set_people(std::get<People>(value)), Status();
  if (name == "VALARM" && std::holds_alternative<Reminders>(value))
    return set_reminders(std::get<Reminders>(value)), Status();
  if (name == "CATEGORIES" && std::holds_alternative<Choices>(value))
    return set_categories(std::get<Choices>(value)), Status();
  if (name == "*" && std::holds_alternative<Opaque>(value)) return set_extras(std::get<Opaque>(value).text), Status();
  Property shape;
  shape.name = Name(name);
  const auto* text = std::get_if<std::string>(&value);
  if (!text || text_form(shape) == TextForm::none) return wrong_type(name);
  return set_text(name, *text);
}

void EventEdit::clear(const std::string& name) {
  if (name == "DTSTART") return;  // an event has a start: only its series can go
  if (name == "RRULE") {
    needs_sequence_ |= event_.find("RRULE") != nullptr;
    remove_all({"RRULE", "EXRULE", "RDATE", "EXDATE"});
  } else if (name == "ATTENDEE") {
    remove_all({"ATTENDEE", "ORGANIZER"});
  } else if (name == "VALARM") {
    set_reminders({});
  } else if (name == "*") {
    set_extras("");
  } else if (!is_managed(Name(name))) {
    needs_sequence_ |= name == "STATUS" && event_.find(name) != nullptr;
    remove_all({name});
  }
}

void EventEdit::stamps(bool with_sequence) {
  put(event_.find("DTSTAMP"), "DTSTAMP:" + context_.stamp);
  put(event_.find("LAST-MODIFIED"), "LAST-MODIFIED:" + context_.stamp);
  if (!with_sequence) return;
  const std::int64_t sequence = read_integer(event_.value("SEQUENCE")).value_or(0);
  put(event_.find("SEQUENCE"), "SEQUENCE:" + std::to_string(sequence + 1));
}

void EventEdit::marker() {
  const EventLine* old = event_.find(kMarkerProperty);
  if (!context_.marker) {
    if (old) context_.editor.remove(old->line);
    return;
  }
  auto before = old ? read_marker(old->property.value) : std::nullopt;
  if (before && before->store != context_.marker->store) return;
  if (before == *context_.marker) return;
  put(old, std::string(kMarkerProperty) + ":" + marker_value(*context_.marker));
}

}  // namespace

std::string head_of(const Property& property, std::initializer_list<std::string_view> dropped) {
  std::string out = property.name.upper();
  for (const Parameter& parameter : property.parameters)
    if (!is_one_of(parameter.name, dropped))
      ((out += ';') += parameter.name.upper() + (parameter.bare ? "" : "=")) += parameter.text;
  return out;
}

std::string when_line(EditContext& context, const std::string& name, const When& when, const EventLine* old) {
  std::string head = old ? head_of(old->property, {"VALUE", "TZID"}) : name;
  if (when.kind == SpanKind::all_day)
    return head + ";VALUE=DATE:" + basic_date(std::chrono::floor<std::chrono::days>(when.wall));
  if (when.kind == SpanKind::floating) return head + ":" + basic_time(when.wall);
  if (context.zone_untold && when.zone == context.zones.of_calendar()) return head + ":" + basic_time(when.wall);
  const std::string old_tzid = old ? old->property.get("TZID") : "";
  auto meant = old_tzid.empty() ? Result<std::string>(std::string()) : context.zones.resolve(old_tzid);
  if (meant && *meant == when.zone) return head + ";TZID=" + encode_parameter(old_tzid) + ":" + basic_time(when.wall);
  if (when.zone == "UTC") return head + ":" + basic_time(when.wall) + "Z";
  auto spelling = context.zones.spelling(when.zone);
  if (!spelling) {
    auto [entry, added] = context.needed_zones.try_emplace(when.zone, when.wall);
    if (!added) entry->second = std::min(entry->second, when.wall);
  }
  return head + ";TZID=" + encode_parameter(spelling.value_or(when.zone)) + ":" + basic_time(when.wall);
}

Status add_zones(EditContext& context) {
  for (const auto& [zone, since] : context.needed_zones) {
    const Document& document = context.editor.document();
    FASTI_TRY(std::string text, make_vtimezone(zone, since, document.line_end()));
    const Component& event = *find_events(document).front();
    context.editor.insert(document.lines()[event.first].begin, text);
  }
  return {};
}

Result<std::string> copy_as_override(EditContext& context, const OccurrenceCopy& copy) {
  const Document& document = copy.source.document();
  const std::string_view end = document.line_end();
  FASTI_TRY(const auto old, read_span(copy.source, context.zones));
  std::string out = fold("BEGIN:VEVENT", end);
  for (const EventLine& line : copy.source.lines()) {
    const Name name = line.property.name;
    if (is_one_of(name, {"RRULE", "EXRULE", "RDATE", "EXDATE", "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID"}))
      continue;
    if (copy.bare && !is_managed(name)) continue;
    const Line& raw = document.lines()[line.line];
    out.append(document.text().substr(raw.begin, raw.end - raw.begin));
  }
  const EventLine* start = old ? old->start : nullptr;
  out += fold("RECURRENCE-ID" + when_line(context, "DTSTART", copy.key, start).substr(7), end);
  out += fold(when_line(context, "DTSTART", start_of(copy.span), start), end);
  if (old && old->form != EndForm::missing) {
    const Line& raw = document.lines()[old->end->line];
    const When last{copy.span.kind, copy.span.end, copy.span.zone};
    if (old->form == EndForm::duration)
      out.append(document.text().substr(raw.begin, raw.end - raw.begin));
    else if (copy.span.end > copy.span.start)
      out += fold(when_line(context, "DTEND", last, old->end), end);
  }
  if (!copy.bare)
    for (std::size_t child : copy.source.component().children) out.append(document.bytes(document.components()[child]));
  return out + fold("END:VEVENT", end);
}

Status edit_event(EditContext& context, const Event& event, const Changes& changes, bool newest) {
  EventEdit edit(context, event);
  for (const std::string& name : changes.clear)
    if (!changes.set.contains(name)) edit.clear(name);
  for (const auto& [name, value] : changes.set) FASTI_CHECK(edit.set(name, *value));
  edit.marker();
  edit.stamps(newest || edit.needs_sequence());
  return {};
}

}  // namespace ical
}  // namespace v1
}  // namespace fasti
