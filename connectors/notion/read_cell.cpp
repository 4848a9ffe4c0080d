#include <charconv>

#include "connectors/notion/date.hpp"
#include "connectors/notion/errors.hpp"
#include "connectors/notion/series_text.hpp"
#include "connectors/notion/value.hpp"
#include "engine/model/decimal.hpp"
#include "engine/model/value_json.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {
namespace {

using Read = Result<std::optional<Value>>;

Read nothing() { return std::optional<Value>(); }
Read some(Value value) { return std::optional<Value>(std::move(value)); }

Error unreadable(const Bound& bound, const std::string& why) {
  return make_error(ErrorKind::bad_reply, "", "property \"" + bound.property + "\": " + why);
}

bool is_texty(FieldType type) {
  return type == FieldType::text || type == FieldType::choice || type == FieldType::url || type == FieldType::email ||
         type == FieldType::phone;
}

std::string digits_of(double number) {
  char buffer[512];
  const auto [end, problem] = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::fixed);
  return problem == std::errc{} ? std::string(buffer, end) : "0";
}

/// Text that stands for a value of another type, as write_cell() writes it.
Read value_in_text(const std::string& text, FieldType type) {
  if (text.empty()) return nothing();
  if (is_texty(type)) return some(text);
  if (type == FieldType::recurrence) {
    auto series = read_series_text(text);
    return some(series ? Value(std::move(series->recurrence)) : Value(text));
  }
  FieldDef field;
  field.type = type;
  auto value = read_plain(field, text);
  if (!value) {
    std::string quoted;
    append_json_string(quoted, text);
    value = read_plain(field, quoted);
  }
  return some(value ? *std::move(value) : Value(text));
}

Read number_as(double number, FieldType type) {
  const auto decimal = parse_decimal(digits_of(number));
  if (!decimal) return nothing();
  if (is_texty(type)) return some(decimal->digits);
  constexpr double kExact = 9007199254740992.0;  // above, a double is no integer any more
  if (type == FieldType::integer && number >= -kExact && number <= kExact &&
      number == static_cast<double>(static_cast<std::int64_t>(number)))
    return some(static_cast<std::int64_t>(number));
  return some(*decimal);
}

Read date_as(const DateTexts& texts, const Bound& bound) {
  if (bound.as == FieldType::date) {
    const auto day = day_of(texts);
    if (!day) return unreadable(bound, "\"" + texts.start + "\" is no date");
    return some(*day);
  }
  const auto span = span_of(texts);
  if (!span)
    return unreadable(bound, "\"" + texts.start + (texts.end.empty() ? "" : " to " + texts.end) + "\" is no date");
  if (is_texty(bound.as)) return some(texts.start);
  return some(*span);
}

Read people_of(const Cell& cell) {
  People out;
  // Who may not be named (no right to read users, a guest who left) is told apart by id.
  for (const User& user : cell.people)
    out.insert({user.email.empty() ? user.id + "@notion.invalid" : user.email, user.name, "required"});
  return out.empty() ? nothing() : some(std::move(out));
}

Read relation_of(const Cell& cell, const Bound& bound) {
  if (cell.items.empty()) return nothing();
  if (bound.as == FieldType::reference && cell.items.size() == 1) return some(Reference{bound.to, cell.items.front()});
  References out;
  for (const std::string& id : cell.items) out.insert({bound.to, id});
  return some(std::move(out));
}

Read files_of(const Cell& cell, const Bound& bound) {
  if (cell.files.empty()) return nothing();
  if (is_texty(bound.as) && cell.files.size() == 1) return some(cell.files.front().url);
  Choices out;
  for (const FileLink& file : cell.files) out.insert(file.url);
  return some(std::move(out));
}

Read computed_of(const Cell& cell, const Bound& bound) {
  if (cell.number) return number_as(*cell.number, bound.as);
  if (cell.flag) return some(*cell.flag);
  if (cell.date) return date_as(*cell.date, bound);
  return cell.text.empty() ? nothing() : some(cell.text);
}

}  // namespace

Read read_cell(const Cell& cell, const Bound& bound) {
  switch (cell.type) {
    case ColumnType::title:
    case ColumnType::rich_text:
      return value_in_text(cell.text, bound.as);
    case ColumnType::select:
    case ColumnType::status:
    case ColumnType::url:
    case ColumnType::email:
    case ColumnType::phone_number:
    case ColumnType::verification:
      return cell.text.empty() ? nothing() : some(cell.text);
    case ColumnType::number:
      return cell.number ? number_as(*cell.number, bound.as) : nothing();
    case ColumnType::checkbox:
      return some(cell.flag.value_or(false));
    case ColumnType::multi_select:
      return cell.items.empty() ? nothing() : some(Choices(cell.items.begin(), cell.items.end()));
    case ColumnType::date:
    case ColumnType::created_time:
    case ColumnType::last_edited_time:
      return cell.date ? date_as(*cell.date, bound) : nothing();
    case ColumnType::people:
    case ColumnType::created_by:
    case ColumnType::last_edited_by:
      return people_of(cell);
    case ColumnType::relation:
      return relation_of(cell, bound);
    case ColumnType::files:
      return files_of(cell, bound);
    case ColumnType::place:
      return cell.place ? some(*cell.place) : nothing();
    case ColumnType::formula:
    case ColumnType::rollup:
      return computed_of(cell, bound);
    case ColumnType::unique_id:
      return cell.text.empty() ? nothing() : some(cell.text);
    case ColumnType::other:
      break;
  }
  return nothing();
}

std::string marker_text(const Marker& marker) {
  return "fasti:" + marker.store + (marker.created ? ":c:" : ":a:") + marker.record;
}

std::optional<Marker> read_marker(const std::string& text) {
  if (!text.starts_with("fasti:")) return std::nullopt;
  const auto colon = text.find(':', 6);
  if (colon == std::string::npos || colon + 3 >= text.size() || text[colon + 2] != ':') return std::nullopt;
  const char how = text[colon + 1];
  if (how != 'c' && how != 'a') return std::nullopt;
  Marker out;
  out.store = text.substr(6, colon - 6);
  out.created = how == 'c';
  out.record = text.substr(colon + 3);
  return out;
}

}  // namespace notion
}  // namespace v1
}  // namespace fasti
