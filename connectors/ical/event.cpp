#include "connectors/ical/event.hpp"

#include <algorithm>
#include <charconv>

#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {

Event::Event(const Document& document, const Component& component) : document_(&document), component_(&component) {
  lines_.reserve(component.lines.size());
  for (std::size_t line : component.lines) lines_.push_back({line, parse_property(document.lines()[line].content)});
}

const EventLine* Event::find(std::string_view name) const {
  for (const EventLine& line : lines_)
    if (line.property.name == name) return &line;
  return nullptr;
}

std::string_view Event::value(std::string_view name) const {
  const EventLine* line = find(name);
  return line ? line->property.value : std::string_view();
}

Error at_line(Error error, std::size_t number) {
  if (error.place.empty()) error.place = "line " + std::to_string(number);
  return error;
}

When start_of(const Span& span) { return {span.kind, span.start, span.zone}; }

namespace {

Result<LocalSeconds> end_by_dtend(const EventLine& line, const When& start, const Zones& zones) {
  FASTI_TRY(When end, read_when(line.property.value, line.property, zones));
  // DTEND as a DATE of a timed event: its midnight.
  if (start.kind != SpanKind::all_day && end.kind == SpanKind::all_day) return end.wall;
  FASTI_TRY(When there, as_in(end, start));
  return there.wall;
}

bool before(LocalSeconds a, LocalSeconds b) { return a < b; }

}  // namespace

Result<std::optional<EventSpan>> read_span(const Event& event, const Zones& zones) {
  EventSpan out;
  out.start = event.find("DTSTART");
  if (!out.start) return std::optional<EventSpan>();
  auto start = read_when(out.start->property.value, out.start->property, zones);
  if (!start) return at_line(start.error(), event.number(*out.start));
  out.span = {start->kind, start->wall, start->wall, start->zone};
  const bool all_day = start->kind == SpanKind::all_day;
  if ((out.end = event.find("DTEND"))) {
    auto end = end_by_dtend(*out.end, *start, zones);
    if (!end) return at_line(end.error(), event.number(*out.end));
    out.form = EndForm::dtend;
    out.span.end = *end;
  } else if ((out.end = event.find("DURATION"))) {
    auto duration = read_duration(out.end->property.value);
    if (!duration) {
      Error error{ErrorKind::bad_input, "not a duration: \"" + std::string(out.end->property.value) + "\"", "", "", {}};
      return at_line(std::move(error), event.number(*out.end));
    }
    auto end = add(start->wall, start->zone, *duration);
    if (!end) return at_line(end.error(), event.number(*out.end));
    out.form = EndForm::duration;
    out.span.end = all_day ? LocalSeconds(std::chrono::ceil<std::chrono::days>(*end)) : *end;
  }
  out.reversed = before(out.span.end, out.span.start);
  if (out.reversed) out.span.end = out.span.start;
  if (all_day && out.span.end == out.span.start) out.span.end += std::chrono::days(1);
  return std::optional<EventSpan>(std::move(out));
}

std::string canonical_rule(std::string_view text) {
  const std::string translated = translate_vcalendar_rule(text);
  std::string_view rule = translated.empty() ? text : std::string_view(translated);
  static constexpr std::string_view kOrder[] = {"FREQ",      "RSCALE",   "UNTIL",   "COUNT",    "INTERVAL",
                                                "BYSECOND",  "BYMINUTE", "BYHOUR",  "BYDAY",    "BYMONTHDAY",
                                                "BYYEARDAY", "BYWEEKNO", "BYMONTH", "BYSETPOS", "WKST"};
  auto rank = [](const std::string& part) {
    const std::string_view name = std::string_view(part).substr(0, part.find('='));
    return std::find(std::begin(kOrder), std::end(kOrder), name) - std::begin(kOrder);
  };
  std::vector<std::string> parts;
  while (!rule.empty()) {
    const std::size_t end = std::min(rule.find(';'), rule.size());
    std::string part;
    for (char c : rule.substr(0, end))
      if (c != ' ' && c != '\t' && c != '+') part += c;
    part = upper(part);
    if (!part.empty() && part != "INTERVAL=1" && part != "WKST=MO") parts.push_back(std::move(part));
    rule.remove_prefix(std::min(end + 1, rule.size()));
  }
  std::stable_sort(parts.begin(), parts.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  std::string out;
  for (const std::string& part : parts) (out += out.empty() ? "" : ";") += part;
  return out;
}

Result<std::vector<std::string>> read_dates(const EventLine& line, const When& series, const Zones& zones) {
  std::vector<std::string> keys;
  for (std::string_view piece : split_list(line.property.value)) {
    if (piece.find_first_not_of(' ') == std::string_view::npos) continue;
    const std::size_t slash = piece.find('/');
    FASTI_TRY(When when, read_when(piece.substr(0, slash), line.property, zones));
    FASTI_TRY(When there, as_in(when, series));
    keys.push_back(key_of(there));
    if (slash == std::string_view::npos) continue;
    const std::string end = upper(piece.substr(slash + 1));
    const bool local = !end.empty() && end.find_first_of("PZ") == std::string::npos;
    if (!local || when.zone == there.zone) {
      keys.back() += "/" + end;
      continue;
    }
    // A local end is in the zone of this line; keys are read in that of the series.
    FASTI_TRY(When last, read_when(end, line.property, zones));
    FASTI_TRY(When last_there, as_in(last, there));
    keys.back() += "/" + basic_time(last_there.wall);
  }
  return keys;
}

Result<std::optional<Recurrence>> read_recurrence(const Event& event, const When& series, const Zones& zones) {
  Recurrence out;
  bool any = false;
  for (const EventLine& line : event.lines()) {
    const Name name = line.property.name;
    const bool dates = name == "RDATE" || name == "EXDATE";
    if (name == "RRULE" || name == "EXRULE") {
      (name == "RRULE" ? out.rules : out.exrules).push_back(canonical_rule(line.property.value));
      any = true;
    } else if (dates) {
      auto keys = read_dates(line, series, zones);
      if (!keys) return at_line(keys.error(), event.number(line));
      auto& list = name == "RDATE" ? out.rdates : out.exdates;
      list.insert(list.end(), keys->begin(), keys->end());
      any |= !keys->empty();
    }
  }
  for (auto* list : {&out.rdates, &out.exdates}) {
    std::sort(list->begin(), list->end());
    list->erase(std::unique(list->begin(), list->end()), list->end());
  }
  if (!any) return std::optional<Recurrence>();
  return std::optional<Recurrence>(std::move(out));
}

std::optional<Person> read_person(const Property& property) {
  const bool organizer = property.name == "ORGANIZER";
  if (!organizer && property.name != "ATTENDEE") return std::nullopt;
  Person person;
  const bool mail = same_name(property.value.substr(0, 7), "mailto:");
  person.email = std::string(mail ? property.value.substr(7) : property.value);
  const std::string email = property.get("EMAIL");
  if (!mail && !email.empty()) person.email = email;
  person.name = property.get("CN");
  const std::string role = upper(property.get("ROLE"));
  const std::string type = upper(property.get("CUTYPE"));
  if (organizer)
    person.role = "organizer";
  else if (type == "RESOURCE" || type == "ROOM")
    person.role = "resource";
  else
    person.role = role == "OPT-PARTICIPANT" || role == "NON-PARTICIPANT" ? "optional" : "required";
  return person;
}

std::optional<Reminder> read_alarm(const Document& document, const Component& alarm) {
  if (alarm.name != "VALARM") return std::nullopt;
  const Event event(document, alarm);
  const EventLine* trigger = event.find("TRIGGER");
  if (!trigger || same_name(trigger->property.get("RELATED"), "END")) return std::nullopt;
  auto duration = read_duration(trigger->property.value);
  if (!duration) return std::nullopt;
  const std::chrono::seconds offset = duration->days + duration->time;
  if (offset % std::chrono::minutes(1) != std::chrono::seconds(0)) return std::nullopt;
  const std::string action = upper(event.value("ACTION"));
  Reminder reminder;
  reminder.before = -std::chrono::duration_cast<std::chrono::minutes>(offset);
  if (action == "DISPLAY") reminder.method = "popup";
  if (action == "AUDIO") reminder.method = "audio";
  if (action == "EMAIL") reminder.method = "email";
  return reminder.method.empty() ? std::nullopt : std::optional(reminder);
}

void add_categories(Choices& categories, std::string_view value) {
  for (std::string_view piece : split_list(value)) {
    while (!piece.empty() && piece.front() == ' ') piece.remove_prefix(1);
    while (!piece.empty() && piece.back() == ' ') piece.remove_suffix(1);
    if (!piece.empty()) categories.insert(unescape_text(piece));
  }
}

Choices read_categories(const Event& event) {
  Choices categories;
  for (const EventLine& line : event.lines())
    if (line.property.name == "CATEGORIES") {
      const bool plain = !line.property.find("ENCODING") && !line.property.find("QUOTED-PRINTABLE");
      if (plain)
        add_categories(categories, line.property.value);
      else
        add_categories(categories, read_text(line.property));
    }
  return categories;
}

std::optional<Geo> read_geo(std::string_view value) {
  auto number = [](std::string_view text) -> std::optional<double> {
    while (!text.empty() && (text.front() == ' ' || text.front() == '+')) text.remove_prefix(1);
    double out = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc() || !(out >= -360 && out <= 360)) return std::nullopt;
    return out;
  };
  // Some writers escape the semicolon.
  const std::size_t separator = value.find_first_of("\\;");
  if (separator == std::string_view::npos) return std::nullopt;
  auto latitude = number(value.substr(0, separator));
  auto longitude =
      number(value.substr(value[separator] == '\\' ? std::min(separator + 2, value.size()) : separator + 1));
  if (!latitude || !longitude) return std::nullopt;
  return Geo{*latitude, *longitude};
}

std::optional<std::int64_t> read_integer(std::string_view value) {
  while (!value.empty() && (value.front() == ' ' || value.front() == '+')) value.remove_prefix(1);
  std::int64_t out = 0;
  auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), out);
  if (error != std::errc()) return std::nullopt;
  return out;
}

std::vector<const Component*> find_events(const Document& document) {
  std::vector<const Component*> events;
  for (const Component& component : document.components())
    if (component.name == "VEVENT") events.push_back(&component);
  return events;
}

}  // namespace ical
}  // namespace v1
}  // namespace fasti
