#include "connectors/notion/cell.hpp"

#include <algorithm>

#include "connectors/notion/errors.hpp"
#include "connectors/notion/text.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {
namespace {

User user_of(const Json& json) {
  User out{json.text("id"), json.text("name"), ""};
  if (const auto person = json.find("person")) out.email = person->text("email");
  return out;
}

FileLink file_of(const Json& json) {
  FileLink out;
  out.raw = json.minified();
  const std::string type = json.text("type");
  out.hosted = type != "external";
  if (const auto details = json.find(type)) out.url = details->text("url");
  if (out.hosted) out.url = out.url.substr(0, out.url.find('?'));
  if (out.url.empty()) out.url = json.text("name");
  return out;
}

std::size_t mentions_in(const std::vector<Json>& items) {
  return static_cast<std::size_t>(
      std::count_if(items.begin(), items.end(), [](const Json& item) { return item.text("type") == "mention"; }));
}

std::optional<DateTexts> date_of(const Json& json) {
  DateTexts out{json.text("start"), json.text("end"), json.text("time_zone")};
  return out.start.empty() ? std::nullopt : std::optional(out);
}

void add_related(const std::vector<Json>& list, Cell& cell) {
  for (const Json& one : list) {
    const std::string id = one.text("id");
    cell.items.push_back(find_uuid(id).value_or(id));
  }
}

/// The value of a formula or rollup: {"type":"number","number":3}.
void read_computed(const Json& value, Cell& cell) {
  const std::string type = value.text("type");
  const auto result = value.find(type);
  if (!result) return;
  if (type == "number") cell.number = result->as_number();
  if (type == "boolean") cell.flag = result->as_flag();
  if (type == "string") cell.text = result->as_text().value_or("");
  if (type == "date") cell.date = date_of(*result);
}

void read_numbered(const Json& value, Cell& cell) {
  const auto number = value.number("number");
  if (!number) return;
  const std::string prefix = value.text("prefix");
  cell.number = number;
  cell.text = (prefix.empty() ? "" : prefix + "-") + std::to_string(static_cast<long long>(*number));
}

void read_place(const Json& value, Cell& cell) {
  const auto latitude = value.number("lat");
  const auto longitude = value.number("lon");
  if (latitude && longitude) cell.place = Geo{*latitude, *longitude};
}

void read_value(const Json& value, Cell& cell) {
  switch (cell.type) {
    case ColumnType::title:
    case ColumnType::rich_text: {
      const auto items = value.list();
      cell.text = plain_text(items);
      cell.cut = mentions_in(items) >= kReferencesShown;
      return;
    }
    case ColumnType::number:
      cell.number = value.as_number();
      return;
    case ColumnType::checkbox:
      cell.flag = value.as_flag();
      return;
    case ColumnType::select:
    case ColumnType::status:
      cell.text = value.text("name");
      return;
    case ColumnType::multi_select:
      for (const Json& one : value.list()) cell.items.push_back(one.text("name"));
      return;
    case ColumnType::date:
      cell.date = date_of(value);
      return;
    case ColumnType::people:
      for (const Json& one : value.list()) cell.people.push_back(user_of(one));
      cell.cut = cell.people.size() >= kReferencesShown;
      return;
    case ColumnType::created_by:
    case ColumnType::last_edited_by:
      cell.people.push_back(user_of(value));
      return;
    case ColumnType::relation:
      add_related(value.list(), cell);
      return;
    case ColumnType::files:
      for (const Json& one : value.list()) cell.files.push_back(file_of(one));
      return;
    case ColumnType::url:
    case ColumnType::email:
    case ColumnType::phone_number:
      cell.text = value.as_text().value_or("");
      return;
    case ColumnType::created_time:
    case ColumnType::last_edited_time:
      if (auto text = value.as_text()) cell.date = DateTexts{*text, "", ""};
      return;
    case ColumnType::place:
      return read_place(value, cell);
    case ColumnType::verification:
      cell.text = value.text("state");
      return;
    case ColumnType::formula:
    case ColumnType::rollup:
      return read_computed(value, cell);
    case ColumnType::unique_id:
      return read_numbered(value, cell);
    case ColumnType::other:
      return;
  }
}

Cell cell_of(const std::string& name, const Json& json) {
  Cell out;
  out.name = name;
  out.id = json.text("id");
  const std::string type = json.text("type");
  out.type = column_type(type);
  if (const auto value = json.find(type)) read_value(*value, out);
  if (json.flag("has_more")) out.cut = true;
  return out;
}

void read_parent(const Json& json, Page& page) {
  const auto parent = json.find("parent");
  if (!parent) return;
  const std::string type = parent->text("type");
  if (type == "data_source_id") page.source = find_uuid(parent->text(type)).value_or("");
  page.parent = type.ends_with("_id") ? type.substr(0, type.size() - 3) + " " + parent->text(type) : type;
}

/// Parts of a list come one element each: {"type":"relation","relation":{"id":…}}.
void add_part(const Json& item, Cell& cell) {
  const auto value = item.find(item.text("type"));
  if (!value) return;
  switch (cell.type) {
    case ColumnType::title:
    case ColumnType::rich_text:
      cell.text += plain_text({*value});
      return;
    case ColumnType::relation:
      add_related({*value}, cell);
      return;
    case ColumnType::people:
      cell.people.push_back(user_of(*value));
      return;
    default:
      return;
  }
}

}  // namespace

const Cell* Page::find(const std::string& column_id) const {
  const auto found = std::find_if(cells.begin(), cells.end(), [&](const Cell& cell) { return cell.id == column_id; });
  return found == cells.end() ? nullptr : &*found;
}

Page page_of(const Json& json) {
  Page out;
  out.id = find_uuid(json.text("id")).value_or(json.text("id"));
  out.created = json.text("created_time");
  out.edited = json.text("last_edited_time");
  out.in_trash = json.flag("in_trash") || json.flag("archived");
  read_parent(json, out);
  const auto properties = json.find("properties");
  out.partial = !properties;
  if (!properties) return out;
  for (const auto& [name, value] : properties->members()) out.cells.push_back(cell_of(name, value));
  return out;
}

Result<Page> parse_page(const std::string& body) {
  FASTI_TRY(const Json json, parse_json(body));
  if (json.text("object") != "page" || json.text("id").empty()) return bad_shape("no page");
  return page_of(json);
}

Result<QueryPage> parse_query(const std::string& body) {
  FASTI_TRY(const Json json, parse_json(body));
  const auto results = json.find("results");
  if (json.text("object") != "list" || !results) return bad_shape("no list");
  QueryPage out;
  for (const Json& one : results->list())
    if (one.text("object") == "page") out.pages.push_back(page_of(one));
  if (json.flag("has_more")) {
    out.next = json.text("next_cursor");
    if (out.next.empty()) return bad_shape("more pages without a cursor");
  }
  if (const auto status = json.find("request_status")) out.capped = status->text("type") == "incomplete";
  return out;
}

Result<std::string> parse_cell_part(const std::string& body, Cell& into) {
  FASTI_TRY(const Json json, parse_json(body));
  if (json.text("object") == "property_item") {
    add_part(json, into);
    return std::string();
  }
  if (json.text("object") != "list") return bad_shape("no property");
  for (const Json& item : json.list("results")) add_part(item, into);
  if (!json.flag("has_more")) return std::string();
  if (json.text("next_cursor").empty()) return bad_shape("more of a property without a cursor");
  return json.text("next_cursor");
}

Result<BlockPage> parse_blocks(const std::string& body, const std::string& title) {
  FASTI_TRY(const Json json, parse_json(body));
  if (json.text("object") != "list") return bad_shape("no list");
  BlockPage out;
  for (const Json& one : json.list("results")) {
    const auto toggle = one.find("toggle");
    if (toggle && plain_text(toggle->list("rich_text")) == title) out.ours.push_back(one.text("id"));
  }
  if (json.flag("has_more")) out.next = json.text("next_cursor");
  return out;
}

Result<UserPage> parse_users(const std::string& body) {
  FASTI_TRY(const Json json, parse_json(body));
  if (json.text("object") != "list") return bad_shape("no list");
  UserPage out;
  for (const Json& one : json.list("results")) out.users.push_back(user_of(one));
  if (json.flag("has_more")) out.next = json.text("next_cursor");
  return out;
}

}  // namespace notion
}  // namespace v1
}  // namespace fasti
