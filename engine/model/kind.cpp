#include "engine/model/kind.hpp"

#include <algorithm>
#include <array>

#include "engine/base/nearest.hpp"
#include "engine/base/try.hpp"
#include "engine/model/json_text.hpp"
#include "engine/model/time_text.hpp"
#include "engine/model/value_json.hpp"

namespace fasti {
inline namespace v1 {
namespace {

constexpr std::array<const char*, 19> kTypeNames = {
    "text",       "integer", "decimal",   "boolean",    "date", "span",  "duration", "choice", "choices", "reference",
    "references", "people",  "reminders", "recurrence", "url",  "email", "phone",    "geo",    "opaque"};

Error bad_field(const std::string& path, const std::string& what, std::string hint = {}) {
  return Error{ErrorKind::bad_input, "field \"" + path + "\": " + what, {}, std::move(hint), {}};
}

Status check_span(const std::string& path, const Span& span) {
  const auto midnight = [](LocalSeconds time) { return time == std::chrono::floor<std::chrono::days>(time); };
  if (span.end < span.start) return bad_field(path, "ends before it starts");
  if (span.kind == SpanKind::zoned) {
    if (span.zone.empty()) return bad_field(path, "has no zone");
    return {};
  }
  if (!span.zone.empty()) return bad_field(path, "only a zoned span has a zone");
  if (span.kind == SpanKind::floating) return {};
  if (!midnight(span.start) || !midnight(span.end))
    return bad_field(path, "an all-day span starts and ends at midnight");
  if (span.end == span.start) return bad_field(path, "an all-day span lasts at least one day", "the end is exclusive");
  return {};
}

Status check_option(const FieldDef& field, const std::string& path, const std::string& option) {
  if (field.options.empty() || std::find(field.options.begin(), field.options.end(), option) != field.options.end()) {
    return {};
  }
  return bad_field(path, "\"" + option + "\" is not one of its options", nearest_hint(option, field.options));
}

Status check_reference(const FieldDef& field, const std::string& path, const Reference& reference) {
  if (reference.id.empty()) return bad_field(path, "refers to an empty id");
  if (field.to.empty() || reference.kind == field.to) return {};
  return bad_field(path, "refers to a " + reference.kind + ", expected a " + field.to);
}

bool has_readable_text(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return is_utf8(*text);
  if (const auto* opaque = std::get_if<Opaque>(&value)) return is_utf8(opaque->text);
  if (const auto* choices = std::get_if<Choices>(&value)) return std::all_of(choices->begin(), choices->end(), is_utf8);
  if (const auto* people = std::get_if<People>(&value)) {
    return std::all_of(people->begin(), people->end(),
                       [](const Person& person) { return is_utf8(person.email) && is_utf8(person.name); });
  }
  return true;
}

Status check_value(const FieldDef& field, const std::string& path, const Value& value) {
  if (!holds_type(field.type, value)) return bad_field(path, std::string("holds no ") + name(field.type));
  if (!has_readable_text(value)) return bad_field(path, "is not UTF-8");
  if (const auto* text = std::get_if<std::string>(&value); text && field.type == FieldType::choice) {
    return check_option(field, path, *text);
  }
  if (const auto* date = std::get_if<std::chrono::year_month_day>(&value); date && !date->ok()) {
    return bad_field(path, "is a day that does not exist");
  }
  if (const auto* span = std::get_if<Span>(&value)) return check_span(path, *span);
  if (const auto* choices = std::get_if<Choices>(&value)) {
    for (const auto& option : *choices) FASTI_CHECK(check_option(field, path, option));
  }
  if (const auto* reference = std::get_if<Reference>(&value)) return check_reference(field, path, *reference);
  if (const auto* references = std::get_if<References>(&value)) {
    for (const auto& reference : *references) FASTI_CHECK(check_reference(field, path, reference));
  }
  return {};
}

}  // namespace

bool holds_type(FieldType type, const Value& value) {
  switch (type) {
    case FieldType::text:
    case FieldType::choice:
    case FieldType::url:
    case FieldType::email:
    case FieldType::phone:
      return std::holds_alternative<std::string>(value);
    case FieldType::integer:
      return std::holds_alternative<std::int64_t>(value);
    case FieldType::decimal:
      return std::holds_alternative<Decimal>(value);
    case FieldType::boolean:
      return std::holds_alternative<bool>(value);
    case FieldType::date:
      return std::holds_alternative<std::chrono::year_month_day>(value);
    case FieldType::span:
      return std::holds_alternative<Span>(value);
    case FieldType::duration:
      return std::holds_alternative<std::chrono::seconds>(value);
    case FieldType::choices:
      return std::holds_alternative<Choices>(value);
    case FieldType::reference:
      return std::holds_alternative<Reference>(value);
    case FieldType::references:
      return std::holds_alternative<References>(value);
    case FieldType::people:
      return std::holds_alternative<People>(value);
    case FieldType::reminders:
      return std::holds_alternative<Reminders>(value);
    case FieldType::recurrence:
      return std::holds_alternative<Recurrence>(value);
    case FieldType::geo:
      return std::holds_alternative<Geo>(value);
    case FieldType::opaque:
      return std::holds_alternative<Opaque>(value);
  }
  return false;
}

const FieldDef* Kind::find(std::string_view field) const {
  for (const auto& candidate : fields) {
    if (candidate.name == field) return &candidate;
  }
  return nullptr;
}

std::string Kind::group_of(std::string_view field) const {
  const auto* def = find(field);
  return def && !def->group.empty() ? def->group : std::string(field);
}

const char* name(FieldType type) noexcept { return kTypeNames[static_cast<std::size_t>(type)]; }

std::optional<FieldType> field_type(std::string_view text) noexcept {
  for (std::size_t i = 0; i < kTypeNames.size(); ++i) {
    if (text == kTypeNames[i]) return static_cast<FieldType>(i);
  }
  return std::nullopt;
}

Status validate(const Kind& kind, const Record& record) {
  for (const auto& [path, value] : record.fields) {
    const auto field_name = path_name(path);
    const auto* field = kind.find(field_name);
    if (!field) {
      std::vector<std::string> known;
      for (const auto& candidate : kind.fields) known.push_back(candidate.name);
      return Error{
          ErrorKind::bad_input, "unknown field \"" + field_name + "\"", {}, nearest_hint(field_name, known), {}};
    }
    if (path.size() != field_name.size()) {
      const auto part = path_part(path);
      if (!parse_date(part) && !parse_time(part)) {
        return bad_field(path, "\"" + part + "\" is not an occurrence", "write it like 2026-04-13T18:00:00");
      }
    }
    if (value) FASTI_CHECK(check_value(*field, path, *value));
  }
  if (record.deleted) return {};
  for (const auto& field : kind.fields) {
    if (field.required && !record.find(field.name)) {
      return Error{ErrorKind::bad_input, "field \"" + field.name + "\" is required", {}, {}, {}};
    }
  }
  return {};
}

std::string label_of(const Kind& kind, const Record& record) {
  const Value* label = kind.label.empty() ? nullptr : record.find(kind.label);
  if (!label) return record.id;
  auto text = display_text(*label);
  return text.empty() ? record.id : text;
}

}  // namespace v1
}  // namespace fasti
