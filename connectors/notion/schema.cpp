#include "connectors/notion/schema.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "connectors/notion/errors.hpp"
#include "connectors/notion/json.hpp"
#include "connectors/notion/text.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {
namespace {

constexpr std::array<const char*, 24> kNames = {
    "title",          "rich_text",    "number",   "checkbox", "select",       "multi_select", "status",
    "date",           "people",       "relation", "files",    "url",          "email",        "phone_number",
    "place",          "verification", "formula",  "rollup",   "created_time", "created_by",   "last_edited_time",
    "last_edited_by", "unique_id",    "other"};

bool is_texty(FieldType type) {
  return type == FieldType::text || type == FieldType::choice || type == FieldType::url || type == FieldType::email ||
         type == FieldType::phone;
}

Column column_of(const std::string& key, const Json& json) {
  Column out;
  out.name = json.text("name").empty() ? key : json.text("name");
  out.id = json.text("id");
  const std::string type = json.text("type");
  out.type = column_type(type);
  const auto details = json.find(type);
  if (!details) return out;
  for (const Json& option : details->list("options")) out.options.push_back({option.text("id"), option.text("name")});
  out.related = find_uuid(details->text("data_source_id")).value_or("");
  return out;
}

bool is_hex(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }

/// The 32 digits that end a text, with or without dashes.
std::optional<std::string> digits_at_end(std::string_view text) {
  std::string digits;
  while (!text.empty() && digits.size() < 32 && (is_hex(text.back()) || text.back() == '-')) {
    if (text.back() != '-') digits += static_cast<char>(std::tolower(static_cast<unsigned char>(text.back())));
    text.remove_suffix(1);
  }
  if (digits.size() != 32) return std::nullopt;
  std::reverse(digits.begin(), digits.end());
  return digits;
}

}  // namespace

ColumnType column_type(const std::string& name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  return found == kNames.end() ? ColumnType::other : static_cast<ColumnType>(found - kNames.begin());
}

std::string column_type_name(ColumnType type) { return kNames[static_cast<std::size_t>(type)]; }

bool is_read_only(ColumnType type) { return type > ColumnType::verification; }

bool has_options(ColumnType type) {
  return type == ColumnType::select || type == ColumnType::multi_select || type == ColumnType::status;
}

FieldType natural_type(ColumnType type) {
  switch (type) {
    case ColumnType::number:
      return FieldType::decimal;
    case ColumnType::checkbox:
      return FieldType::boolean;
    case ColumnType::select:
    case ColumnType::status:
      return FieldType::choice;
    case ColumnType::multi_select:
    case ColumnType::files:
      return FieldType::choices;
    case ColumnType::date:
    case ColumnType::created_time:
    case ColumnType::last_edited_time:
      return FieldType::span;
    case ColumnType::people:
    case ColumnType::created_by:
    case ColumnType::last_edited_by:
      return FieldType::people;
    case ColumnType::relation:
      return FieldType::references;
    case ColumnType::url:
      return FieldType::url;
    case ColumnType::email:
      return FieldType::email;
    case ColumnType::phone_number:
      return FieldType::phone;
    case ColumnType::place:
      return FieldType::geo;
    default:
      return FieldType::text;
  }
}

bool fits(ColumnType column, FieldType field, bool written) {
  if (column == ColumnType::other || (written && is_read_only(column))) return false;
  switch (column) {
    case ColumnType::title:
    case ColumnType::rich_text:
      return field != FieldType::reference && field != FieldType::references && field != FieldType::opaque;
    case ColumnType::select:
    case ColumnType::status:
    case ColumnType::url:
    case ColumnType::email:
    case ColumnType::phone_number:
      return is_texty(field);
    case ColumnType::number:
      return field == FieldType::decimal || field == FieldType::integer;
    case ColumnType::checkbox:
      return field == FieldType::boolean;
    case ColumnType::multi_select:
      return field == FieldType::choices;
    case ColumnType::files:
      return field == FieldType::choices || (is_texty(field) && field != FieldType::choice);
    case ColumnType::date:
    case ColumnType::created_time:
    case ColumnType::last_edited_time:
      return field == FieldType::span || field == FieldType::date;
    case ColumnType::people:
    case ColumnType::created_by:
    case ColumnType::last_edited_by:
      return field == FieldType::people;
    case ColumnType::relation:
      return field == FieldType::reference || field == FieldType::references;
    case ColumnType::place:
      return field == FieldType::geo;
    case ColumnType::formula:
    case ColumnType::rollup:
      return is_texty(field) || field == FieldType::decimal || field == FieldType::integer ||
             field == FieldType::boolean || field == FieldType::span || field == FieldType::date;
    case ColumnType::unique_id:
    case ColumnType::verification:
      return is_texty(field);
    case ColumnType::other:
      break;
  }
  return false;
}

ColumnType column_for(FieldType field) {
  switch (field) {
    case FieldType::integer:
    case FieldType::decimal:
      return ColumnType::number;
    case FieldType::boolean:
      return ColumnType::checkbox;
    case FieldType::date:
    case FieldType::span:
      return ColumnType::date;
    case FieldType::choice:
      return ColumnType::select;
    case FieldType::choices:
      return ColumnType::multi_select;
    case FieldType::reference:
    case FieldType::references:
      return ColumnType::relation;
    case FieldType::url:
      return ColumnType::url;
    case FieldType::email:
      return ColumnType::email;
    case FieldType::phone:
      return ColumnType::phone_number;
    default:
      return ColumnType::rich_text;
  }
}

const Option* Column::option_named(const std::string& wanted) const {
  const auto found =
      std::find_if(options.begin(), options.end(), [&](const Option& one) { return one.name == wanted; });
  return found == options.end() ? nullptr : &*found;
}

const Column* Schema::find_id(const std::string& wanted) const {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const Column& one) { return one.id == wanted; });
  return found == columns.end() ? nullptr : &*found;
}

const Column* Schema::find_name(const std::string& wanted) const {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const Column& one) { return one.name == wanted; });
  return found == columns.end() ? nullptr : &*found;
}

Result<Schema> parse_schema(const std::string& body) {
  FASTI_TRY(const Json json, parse_json(body));
  const auto properties = json.find("properties");
  if (json.text("object") != "data_source" || !properties) return bad_shape("no data source");
  Schema out;
  out.id = find_uuid(json.text("id")).value_or(json.text("id"));
  out.name = plain_text(json.list("title"));
  out.in_trash = json.flag("in_trash");
  if (const auto parent = json.find("parent")) out.database = find_uuid(parent->text("database_id")).value_or("");
  for (const auto& [name, column] : properties->members()) out.columns.push_back(column_of(name, column));
  return out;
}

Result<DatabaseInfo> parse_database(const std::string& body) {
  FASTI_TRY(const Json json, parse_json(body));
  if (json.text("object") != "database") return bad_shape("no database");
  DatabaseInfo out;
  out.id = find_uuid(json.text("id")).value_or("");
  out.name = plain_text(json.list("title"));
  out.in_trash = json.flag("in_trash");
  for (const Json& source : json.list("data_sources"))
    out.sources.push_back(
        {find_uuid(source.text("id")).value_or(source.text("id")), source.text("name"), false, false});
  return out;
}

Result<SourcePage> parse_sources(const std::string& body) {
  FASTI_TRY(const Json json, parse_json(body));
  if (json.text("object") != "list") return bad_shape("no list");
  SourcePage out;
  for (const Json& one : json.list("results"))
    if (one.text("object") == "data_source" && !one.flag("in_trash"))
      out.sources.push_back(
          {find_uuid(one.text("id")).value_or(one.text("id")), plain_text(one.list("title")), false, false});
  if (json.flag("has_more")) out.next = json.text("next_cursor");
  return out;
}

std::optional<std::string> find_uuid(const std::string& text) {
  std::string_view rest = text;
  if (const auto end = rest.find_first_of("?#"); end != std::string_view::npos) rest = rest.substr(0, end);
  const bool address = rest.find("://") != std::string_view::npos;
  if (!address && rest.find_first_not_of("0123456789abcdefABCDEF-") != std::string_view::npos) return std::nullopt;
  const auto digits = digits_at_end(rest);
  if (!digits) return std::nullopt;
  return digits->substr(0, 8) + "-" + digits->substr(8, 4) + "-" + digits->substr(12, 4) + "-" + digits->substr(16, 4) +
         "-" + digits->substr(20);
}

}  // namespace notion
}  // namespace v1
}  // namespace fasti
