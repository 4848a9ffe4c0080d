#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "connectors/notion/date.hpp"
#include "connectors/notion/errors.hpp"
#include "connectors/notion/series_text.hpp"
#include "connectors/notion/text.hpp"
#include "connectors/notion/value.hpp"
#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"
#include "engine/model/value_json.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {
namespace {

using json = nlohmann::json;
using Written = Result<json>;

constexpr std::size_t kUrlUnits = 2000;
constexpr std::size_t kShortUnits = 200;  ///< mail addresses and telephone numbers

Error refused(const Bound& bound, const std::string& why, const std::string& hint = "") {
  return make_error(ErrorKind::rejected, "", "property \"" + bound.property + "\" " + why, hint);
}

Written rich_text(const Bound& bound, const std::string& text) {
  const auto pieces = split_text(text);
  if (pieces.size() > kListMax)
    return refused(bound, "cannot hold more than 200,000 characters", "make the text shorter");
  json out = json::array();
  for (const std::string& piece : pieces) out.push_back({{"type", "text"}, {"text", {{"content", piece}}}});
  return out;
}

/// Values that no column of Notion's is made for stand in a text, as read_cell() reads them.
std::string text_form(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* rule = std::get_if<Recurrence>(&value)) return series_text({*rule, ""});
  std::string out = plain_json(value);
  if (out.size() >= 2 && out.front() == '"') out = out.substr(1, out.size() - 2);
  return out;
}

Written short_text(const Bound& bound, const Value& value, std::size_t units) {
  const auto* text = std::get_if<std::string>(&value);
  if (!text) return refused(bound, "holds text only");
  if (text->empty()) return json(nullptr);
  if (utf16_units(*text) > units)
    return refused(bound, "cannot hold more than " + std::to_string(units) + " characters");
  return json(*text);
}

Written number(const Bound& bound, const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return json(*integer);
  const auto* decimal = std::get_if<Decimal>(&value);
  if (!decimal) return refused(bound, "holds numbers only");
  return json::parse(decimal->digits);
}

/// By id, so that an option that people rename meanwhile is met all the same. status never gets a new one.
Written option(const Bound& bound, const std::string& name) {
  if (const Option* known = bound.column.option_named(name)) return json{{"id", known->id}};
  if (bound.column.type == ColumnType::status || !bound.create_options) {
    std::string names;
    for (const Option& one : bound.column.options) names += (names.empty() ? "" : ", ") + one.name;
    return refused(bound, "has no option \"" + name + "\"; there are: " + names,
                   "add it in Notion, map it with values, or (not for a status) write create_options = true");
  }
  if (name.find(',') != std::string::npos) return refused(bound, "cannot have the option \"" + name + "\": no commas");
  return json{{"name", name}};
}

Written choice(const Bound& bound, const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (!text) return refused(bound, "holds one option only");
  return text->empty() ? Written(json(nullptr)) : option(bound, *text);
}

template <class Items>
Status fits_one_request(const Bound& bound, const Items& items) {
  if (items.size() <= kListMax) return {};
  return refused(bound,
                 "has " + std::to_string(items.size()) +
                     " elements; Notion takes 100 in a request, and a request "
                     "replaces them all",
                 "take some of them out");
}

Written choices(const Bound& bound, const Value& value) {
  const auto* items = std::get_if<Choices>(&value);
  if (!items) return refused(bound, "holds a list of options only");
  FASTI_CHECK(fits_one_request(bound, *items));
  json out = json::array();
  for (const std::string& item : *items) {
    FASTI_TRY(auto one, option(bound, item));
    out.push_back(std::move(one));
  }
  return out;
}

Written relation(const Bound& bound, const Value& value) {
  json out = json::array();
  if (const auto* one = std::get_if<Reference>(&value)) {
    out.push_back({{"id", one->id}});
    return out;
  }
  const auto* many = std::get_if<References>(&value);
  if (!many) return refused(bound, "holds relations only");
  FASTI_CHECK(fits_one_request(bound, *many));
  for (const Reference& one : *many) out.push_back({{"id", one.id}});
  return out;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

Written people(const Bound& bound, const Value& value, const UserIds& users) {
  const auto* list = std::get_if<People>(&value);
  if (!list) return refused(bound, "holds people only");
  FASTI_CHECK(fits_one_request(bound, *list));
  json out = json::array();
  for (const Person& person : *list) {
    constexpr std::string_view kNameless = "@notion.invalid";
    std::string id;
    if (person.email.ends_with(kNameless)) id = person.email.substr(0, person.email.size() - kNameless.size());
    if (const auto found = users.find(lower(person.email)); found != users.end()) id = found->second;
    if (id.empty())
      return refused(bound, "cannot hold " + person.email + ": nobody in this workspace has that address",
                     "invite them to the workspace, or map people to a text property");
    out.push_back({{"object", "user"}, {"id", id}});
  }
  return out;
}

/// What Notion hosts stays as it is: its element is repeated.
Written files(const Bound& bound, const Value& value, const Cell* before) {
  Choices links;
  if (const auto* text = std::get_if<std::string>(&value)) {
    if (!text->empty()) links.insert(*text);
  } else if (const auto* many = std::get_if<Choices>(&value)) {
    links = *many;
  } else {
    return refused(bound, "holds links only");
  }
  FASTI_CHECK(fits_one_request(bound, links));
  json out = json::array();
  for (const std::string& link : links) {
    const FileLink* kept = nullptr;
    if (before)
      for (const FileLink& file : before->files)
        if (file.url == link) kept = &file;
    if (kept) {
      out.push_back(json::parse(kept->raw, nullptr, false));
      continue;
    }
    if (utf16_units(link) > kUrlUnits) return refused(bound, "cannot hold a link of more than 2000 characters");
    const auto slash = link.find_last_of('/');
    std::string name = slash == std::string::npos || slash + 1 == link.size() ? link : link.substr(slash + 1);
    if (name.size() > 100) name = "link";
    out.push_back({{"name", name}, {"type", "external"}, {"external", {{"url", link}}}});
  }
  return out;
}

Written date(const Bound& bound, const Value& value) {
  if (const auto* day = std::get_if<std::chrono::year_month_day>(&value))
    return json{{"start", iso_date(LocalDays{*day})}};
  const auto* span = std::get_if<Span>(&value);
  if (!span) return refused(bound, "holds dates only");
  FASTI_TRY(const auto texts, texts_of(*span));
  json out{{"start", texts.start}};
  if (!texts.end.empty()) out["end"] = texts.end;
  return out;
}

Written place(const Bound& bound, const Value& value) {
  const auto* geo = std::get_if<Geo>(&value);
  if (!geo) return refused(bound, "holds places only");
  return json{{"lat", geo->latitude}, {"lon", geo->longitude}};
}

Written verification(const Bound& bound, const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (!text || (*text != "verified" && *text != "unverified"))
    return refused(bound, "can be made verified or unverified only");
  return json{{"state", *text}};
}

json cleared(ColumnType type) {
  switch (type) {
    case ColumnType::verification:
      return {{"state", "unverified"}};
    case ColumnType::title:
    case ColumnType::rich_text:
    case ColumnType::multi_select:
    case ColumnType::people:
    case ColumnType::relation:
    case ColumnType::files:
      return json::array();
    case ColumnType::checkbox:
      return false;
    default:
      return nullptr;
  }
}

Written content(const Bound& bound, const Value& value, const UserIds& users, const Cell* before) {
  switch (bound.column.type) {
    case ColumnType::title:
    case ColumnType::rich_text:
      return rich_text(bound, text_form(value));
    case ColumnType::number:
      return number(bound, value);
    case ColumnType::checkbox: {
      const auto* flag = std::get_if<bool>(&value);
      return flag ? Written(json(*flag)) : Written(refused(bound, "holds yes or no only"));
    }
    case ColumnType::select:
    case ColumnType::status:
      return choice(bound, value);
    case ColumnType::multi_select:
      return choices(bound, value);
    case ColumnType::date:
      return date(bound, value);
    case ColumnType::people:
      return people(bound, value, users);
    case ColumnType::relation:
      return relation(bound, value);
    case ColumnType::files:
      return files(bound, value, before);
    case ColumnType::url:
      return short_text(bound, value, kUrlUnits);
    case ColumnType::email:
    case ColumnType::phone_number:
      return short_text(bound, value, kShortUnits);
    case ColumnType::place:
      return place(bound, value);
    case ColumnType::verification:
      return verification(bound, value);
    default:
      return refused(bound, "can only be read");
  }
}

}  // namespace

Result<std::string> write_cell(const Bound& bound, const std::optional<Value>& value, const UserIds& users,
                               const Cell* before) {
  json inner = cleared(bound.column.type);
  if (is_read_only(bound.column.type)) return refused(bound, "can only be read");
  if (value) {
    FASTI_TRY(inner, content(bound, *value, users, before));
  }
  json out;
  out[column_type_name(bound.column.type)] = std::move(inner);
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace notion
}  // namespace v1
}  // namespace fasti
