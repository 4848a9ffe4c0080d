// Reads the plain JSON form of values and records, as people and scripts write it; says exactly what was expected.
#include <simdjson.h>

#include <algorithm>
#include <charconv>

#include "engine/base/nearest.hpp"
#include "engine/base/try.hpp"
#include "engine/model/decimal.hpp"
#include "engine/model/time_text.hpp"
#include "engine/model/value_json.hpp"

namespace fasti {
inline namespace v1 {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

Error bad(std::string message, std::string hint = {}) {
  return Error{ErrorKind::bad_input, std::move(message), {}, std::move(hint), {}};
}

std::string in_quotes(std::string_view text) { return '"' + std::string(text) + '"'; }

Result<std::string> read_text(element json, const char* expected) {
  std::string_view text;
  if (json.get(text) != simdjson::SUCCESS) return bad(expected);
  return std::string(text);
}

// A member that must be a string if it is there.
Result<std::optional<std::string>> member_text(element object, const char* key) {
  element member;
  std::string_view text;
  if (object.at_key(key).get(member) != simdjson::SUCCESS) return std::optional<std::string>();
  if (member.get(text) != simdjson::SUCCESS) return bad("expected text for \"" + std::string(key) + '"');
  return std::optional<std::string>(text);
}

Status check_members(element object, const std::vector<std::string>& known) {
  const simdjson::dom::object members = object.get_object();
  for (const auto member : members) {
    if (std::find(known.begin(), known.end(), member.key) == known.end()) {
      return bad("unknown key " + in_quotes(member.key), nearest_hint(member.key, known));
    }
  }
  return {};
}

Result<Value> read_decimal(element json) {
  constexpr const char* kExpected = "expected a decimal number like \"12.50\"";
  std::string text;
  if (std::string_view string; json.get(string) == simdjson::SUCCESS) {
    text = string;
  } else if (std::int64_t integer = 0; json.get(integer) == simdjson::SUCCESS) {
    text = std::to_string(integer);
  } else if (double number = 0; json.get(number) == simdjson::SUCCESS) {
    char buffer[400];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::fixed);
    text.assign(buffer, end.ptr);
    // A double holds 15 digits for certain; more of them may not be what was written.
    if (std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) > 15) {
      return bad("has too many digits for a JSON number", "write it as text: \"12.50\"");
    }
  }
  auto decimal = parse_decimal(text);
  if (!decimal) return bad(kExpected);
  return Value(*std::move(decimal));
}

constexpr const char* kSpanExpected =
    "expected {\"start\":\"2026-06-11T13:00:00\",\"end\":\"2026-06-11T15:00:00\",\"zone\":\"Europe/Berlin\"}";

// One end of a span: a date, wall time, or an instant in Z.
struct SpanEnd {
  enum class Form { date, wall, utc } form = Form::date;
  LocalSeconds time{};
};

Result<SpanEnd> read_span_end(const char* key, const std::string& text) {
  if (const auto date = parse_date(text)) return SpanEnd{SpanEnd::Form::date, *date};
  if (const auto wall = parse_time(text)) return SpanEnd{SpanEnd::Form::wall, *wall};
  const auto instant = parse_instant(text);
  if (!instant)
    return bad(std::string(key) + " " + in_quotes(text) + " is no date or time", "write it like 2026-06-11T13:00:00");
  if (text.back() != 'Z') {
    return bad(std::string(key) + " " + in_quotes(text) + " has an offset, which names no zone",
               "write the wall time and \"zone\", or the instant with Z");
  }
  if (instant->time_since_epoch() % std::chrono::seconds{1} != std::chrono::milliseconds::zero()) {
    return bad(std::string(key) + " " + in_quotes(text) + " is finer than a second");
  }
  return SpanEnd{SpanEnd::Form::utc,
                 LocalSeconds{std::chrono::floor<std::chrono::seconds>(instant->time_since_epoch())}};
}

Result<Value> read_span(element json) {
  if (!json.is_object()) return bad(kSpanExpected);
  FASTI_CHECK(check_members(json, {"start", "end", "zone"}));
  FASTI_TRY(const auto start_text, member_text(json, "start"));
  FASTI_TRY(const auto end_text, member_text(json, "end"));
  FASTI_TRY(const auto zone, member_text(json, "zone"));
  if (!start_text) return bad(kSpanExpected);
  FASTI_TRY(const auto start, read_span_end("start", *start_text));
  Span span;
  span.start = start.time;
  span.end = start.form == SpanEnd::Form::date ? start.time + std::chrono::days{1} : start.time;
  if (end_text) {
    FASTI_TRY(const auto end, read_span_end("end", *end_text));
    if (end.form != start.form) return bad("start and end must both be dates, both times or both in Z");
    span.end = end.time;
  }
  if (start.form == SpanEnd::Form::date) {
    if (zone) return bad("an all-day span has no zone");
    span.kind = SpanKind::all_day;
    if (span.end == span.start) return bad("an all-day span lasts at least one day", "the end is exclusive");
  } else if (start.form == SpanEnd::Form::utc) {
    if (zone && *zone != "UTC")
      return bad("times in Z have the zone UTC", "write the wall time of " + *zone + " without Z");
    span.kind = SpanKind::zoned;
    span.zone = "UTC";
  } else if (zone) {
    if (zone->empty()) return bad("the zone is empty", "leave it out for a floating time");
    span.kind = SpanKind::zoned;
    span.zone = *zone;
  }
  if (span.end < span.start) return bad("ends before it starts");
  return Value(std::move(span));
}

Result<std::string> canonical_rule(std::string_view text, std::string_view property) {
  std::string rule(text);
  std::transform(rule.begin(), rule.end(), rule.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  if (rule.starts_with(std::string(property) + ':')) rule.erase(0, property.size() + 1);
  if (rule.find("FREQ=") == std::string::npos)
    return bad("expected a rule like \"FREQ=WEEKLY;BYDAY=MO\", not " + in_quotes(text));
  return rule;
}

Result<std::string> canonical_occurrence(std::string_view text) {
  if (const auto date = parse_date(text)) return iso_date(*date);
  if (const auto wall = parse_time(text)) return iso_time(*wall);
  const auto slash = text.find('/');
  if (slash != std::string_view::npos) {
    if (const auto wall = parse_time(text.substr(0, slash))) return iso_time(*wall) + std::string(text.substr(slash));
  }
  return bad("expected an occurrence like \"2026-04-13T18:00:00\", not " + in_quotes(text));
}

template <class Canonical>
Result<std::vector<std::string>> read_texts(element object, const char* key, Canonical canonical) {
  std::vector<std::string> items;
  element member;
  if (object.at_key(key).get(member) != simdjson::SUCCESS) return items;
  simdjson::dom::array array;
  const std::string expected = "expected an array of texts for \"" + std::string(key) + '"';
  if (member.get(array) != simdjson::SUCCESS) return bad(expected);
  for (const auto item : array) {
    FASTI_TRY(const auto text, read_text(item, expected.c_str()));
    FASTI_TRY(auto one, canonical(text));
    items.push_back(std::move(one));
  }
  return items;
}

Result<Value> read_recurrence(element json) {
  Recurrence recurrence;
  if (std::string_view text; json.get(text) == simdjson::SUCCESS) {
    FASTI_TRY(auto rule, canonical_rule(text, "RRULE"));
    recurrence.rules.push_back(std::move(rule));
    return Value(std::move(recurrence));
  }
  if (!json.is_object()) return bad("expected {\"rrule\":[\"FREQ=WEEKLY;BYDAY=MO\"],\"exdate\":[…]} or one rule");
  FASTI_CHECK(check_members(json, {"rrule", "exrule", "rdate", "exdate"}));
  FASTI_TRY(recurrence.rules, read_texts(json, "rrule", [](auto text) { return canonical_rule(text, "RRULE"); }));
  FASTI_TRY(recurrence.exrules, read_texts(json, "exrule", [](auto text) { return canonical_rule(text, "EXRULE"); }));
  FASTI_TRY(recurrence.rdates, read_texts(json, "rdate", canonical_occurrence));
  FASTI_TRY(recurrence.exdates, read_texts(json, "exdate", canonical_occurrence));
  for (auto* dates : {&recurrence.rdates, &recurrence.exdates}) {
    std::sort(dates->begin(), dates->end());
    dates->erase(std::unique(dates->begin(), dates->end()), dates->end());
  }
  return Value(std::move(recurrence));
}

Result<Person> read_person(element json) {
  if (std::string_view email; json.get(email) == simdjson::SUCCESS) return Person{std::string(email), "", "required"};
  if (!json.is_object())
    return bad("expected people like {\"email\":\"a@b.org\",\"name\":\"A\",\"role\":\"required\"}");
  const std::vector<std::string> roles = {"organizer", "required", "optional", "resource"};
  FASTI_CHECK(check_members(json, {"email", "name", "role"}));
  FASTI_TRY(const auto email, member_text(json, "email"));
  FASTI_TRY(const auto person_name, member_text(json, "name"));
  FASTI_TRY(const auto role, member_text(json, "role"));
  Person person{email.value_or(""), person_name.value_or(""), role.value_or("required")};
  if (person.email.empty() && person.name.empty()) return bad("a person needs an \"email\" or a \"name\"");
  if (std::find(roles.begin(), roles.end(), person.role) == roles.end()) {
    return bad("unknown role " + in_quotes(person.role), nearest_hint(person.role, roles));
  }
  return person;
}

Result<Reminder> read_reminder(element json) {
  constexpr const char* kExpected = "expected reminders like {\"before\":\"PT15M\",\"method\":\"popup\"}";
  std::optional<std::string> before, method;
  if (std::string_view text; json.get(text) == simdjson::SUCCESS) {
    before = text;
  } else {
    if (!json.is_object()) return bad(kExpected);
    FASTI_CHECK(check_members(json, {"before", "method"}));
    FASTI_TRY(before, member_text(json, "before"));
    FASTI_TRY(method, member_text(json, "method"));
  }
  const auto duration = before ? parse_duration(*before) : std::nullopt;
  if (!duration) return bad(kExpected);
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(*duration);
  if (minutes != *duration) return bad("a reminder is whole minutes before, not " + *before);
  return Reminder{minutes, method.value_or("popup")};
}

template <class Set, class One>
Result<Value> read_set(element json, const char* expected, One one) {
  simdjson::dom::array array;
  if (json.get(array) != simdjson::SUCCESS) return bad(expected);
  Set set;
  for (const auto item : array) {
    FASTI_TRY(auto member, one(item));
    set.insert(std::move(member));
  }
  return Value(std::move(set));
}

Result<Value> read_geo(element json) {
  constexpr const char* kExpected = "expected {\"lat\":19.3029,\"lon\":-99.1505}";
  Geo geo;
  if (!json.is_object()) return bad(kExpected);
  FASTI_CHECK(check_members(json, {"lat", "lon"}));
  if (json["lat"].get(geo.latitude) != simdjson::SUCCESS || json["lon"].get(geo.longitude) != simdjson::SUCCESS) {
    return bad(kExpected);
  }
  if (geo.latitude < -90 || geo.latitude > 90 || geo.longitude < -180 || geo.longitude > 180) {
    return bad("latitude is -90 to 90, longitude -180 to 180");
  }
  return Value(geo);
}

Result<Value> read_opaque(element json) {
  constexpr const char* kExpected = "expected {\"format\":\"icalendar\",\"text\":\"…\"}";
  if (!json.is_object()) return bad(kExpected);
  FASTI_CHECK(check_members(json, {"format", "text"}));
  FASTI_TRY(auto format, member_text(json, "format"));
  FASTI_TRY(auto text, member_text(json, "text"));
  if (!format || !text) return bad(kExpected);
  return Value(Opaque{*std::move(format), *std::move(text)});
}

Result<Value> read_choice(const FieldDef& field, element json) {
  FASTI_TRY(auto text, read_text(json, "expected one of its options as text"));
  if (!field.options.empty() && std::find(field.options.begin(), field.options.end(), text) == field.options.end()) {
    return bad(in_quotes(text) + " is not one of its options", nearest_hint(text, field.options));
  }
  return Value(std::move(text));
}

Result<Reference> read_reference(const FieldDef& field, element json) {
  FASTI_TRY(auto id, read_text(json, "expected the id of a record as text"));
  if (id.empty()) return bad("expected the id of a record, not an empty text");
  return Reference{field.to, std::move(id)};
}

Result<Value> read_scalar(const FieldDef& field, element json) {
  if (field.type == FieldType::integer) {
    std::int64_t number = 0;
    if (json.get(number) != simdjson::SUCCESS) return bad("expected a whole number");
    return Value(number);
  }
  if (field.type == FieldType::boolean) {
    bool truth = false;
    if (json.get(truth) != simdjson::SUCCESS) return bad("expected true or false");
    return Value(truth);
  }
  if (field.type == FieldType::date) {
    FASTI_TRY(const auto text, read_text(json, "expected a date like \"2026-06-11\""));
    const auto day = parse_date(text);
    if (!day) return bad("expected a date like \"2026-06-11\", not " + in_quotes(text));
    return Value(std::chrono::year_month_day{*day});
  }
  if (field.type == FieldType::duration) {
    FASTI_TRY(const auto text, read_text(json, "expected a duration like \"PT1H30M\""));
    const auto duration = parse_duration(text);
    if (!duration) return bad("expected a duration like \"PT1H30M\", not " + in_quotes(text));
    return Value(*duration);
  }
  FASTI_TRY(auto text, read_text(json, "expected text"));
  return Value(std::move(text));
}

Result<Value> read_element(const FieldDef& field, element json) {
  switch (field.type) {
    case FieldType::decimal:
      return read_decimal(json);
    case FieldType::span:
      return read_span(json);
    case FieldType::choice:
      return read_choice(field, json);
    case FieldType::choices:
      return read_set<Choices>(json, "expected an array of texts", [&](element item) -> Result<std::string> {
        FASTI_TRY(auto option, read_choice(field, item));
        return std::get<std::string>(std::move(option));
      });
    case FieldType::reference: {
      FASTI_TRY(auto reference, read_reference(field, json));
      return Value(std::move(reference));
    }
    case FieldType::references:
      return read_set<References>(json, "expected an array of ids",
                                  [&](element item) { return read_reference(field, item); });
    case FieldType::people:
      return read_set<People>(json, "expected an array of people", read_person);
    case FieldType::reminders:
      return read_set<Reminders>(json, "expected an array of reminders", read_reminder);
    case FieldType::recurrence:
      return read_recurrence(json);
    case FieldType::geo:
      return read_geo(json);
    case FieldType::opaque:
      return read_opaque(json);
    default:
      return read_scalar(field, json);
  }
}

Result<Value> read_named(const FieldDef& field, element json) {
  auto value = read_element(field, json);
  if (value) return value;
  auto error = std::move(value).error();
  error.message = "field \"" + field.name + "\": " + error.message;
  return error;
}

Status add_fields(const Kind& kind, const std::string& part, element json, Fields& fields) {
  simdjson::dom::object object;
  if (json.get(object) != simdjson::SUCCESS) return bad("expected an object of fields");
  for (const auto member : object) {
    const auto* field = kind.find(member.key);
    if (!field) {
      std::vector<std::string> known;
      for (const auto& candidate : kind.fields) known.push_back(candidate.name);
      return bad("unknown field " + in_quotes(member.key), nearest_hint(member.key, known));
    }
    std::optional<Value> value;
    if (!member.value.is_null()) {
      FASTI_TRY(value, read_named(*field, member.value));
    }
    if (!fields.emplace(make_path(field->name, part), std::move(value)).second) {
      return bad("field " + in_quotes(field->name) + " is given twice");
    }
  }
  return {};
}

Status add_overrides(const Kind& kind, element json, Fields& fields) {
  simdjson::dom::object object;
  if (json.get(object) != simdjson::SUCCESS) return bad("expected an object of occurrences for \"overrides\"");
  for (const auto member : object) {
    const auto date = parse_date(member.key);
    const auto time = parse_time(member.key);
    if (!date && !time) {
      return bad("override " + in_quotes(member.key) + " is not an occurrence", "write it like 2026-04-13T18:00:00");
    }
    FASTI_CHECK(add_fields(kind, date ? iso_date(*date) : iso_time(*time), member.value, fields));
  }
  return {};
}

Result<Record> record_of(const Kind& kind, element root) {
  if (!root.is_object()) return bad("expected a record: {\"kind\":…,\"id\":…,\"fields\":{…}}");
  Record record;
  record.kind = kind.name;
  element fields, overrides;
  const bool bare = root.at_key("fields").get(fields) != simdjson::SUCCESS;
  if (bare && root.at_key("overrides").get(overrides) != simdjson::SUCCESS) {
    FASTI_CHECK(add_fields(kind, "", root, record.fields));
    return record;
  }
  FASTI_CHECK(check_members(root, {"kind", "id", "fields", "overrides"}));
  FASTI_TRY(const auto kind_name, member_text(root, "kind"));
  FASTI_TRY(const auto id, member_text(root, "id"));
  if (kind_name && *kind_name != kind.name) return bad("is a " + *kind_name + ", expected a " + kind.name);
  record.id = id.value_or("");
  if (!bare) FASTI_CHECK(add_fields(kind, "", fields, record.fields));
  if (root.at_key("overrides").get(overrides) == simdjson::SUCCESS) {
    FASTI_CHECK(add_overrides(kind, overrides, record.fields));
  }
  return record;
}

template <class T, class Read>
Result<T> parse_json(std::string_view json, Read read) {
  thread_local simdjson::dom::parser parser;
  try {
    element root;
    if (const auto error = parser.parse(json.data(), json.size()).get(root)) {
      return bad(std::string("is not JSON: ") + simdjson::error_message(error));
    }
    return read(root);
  } catch (const simdjson::simdjson_error& error) {
    return bad(std::string("is not JSON: ") + error.what());
  }
}

}  // namespace

Result<Value> read_plain(const FieldDef& field, std::string_view json) {
  return parse_json<Value>(json, [&](element root) { return read_named(field, root); });
}

Result<Record> read_record(const Kind& kind, std::string_view json) {
  return parse_json<Record>(json, [&](element root) { return record_of(kind, root); });
}

}  // namespace v1
}  // namespace fasti
