#include "connectors/notion/body.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "connectors/notion/binding.hpp"
#include "connectors/notion/text.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {
namespace {

using nlohmann::json;

std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

json properties_of(const PropertyTexts& properties) {
  json out = json::object();
  for (const auto& [id, text] : properties) out[id] = json::parse(text, nullptr, false);
  return out;
}

json text_items(const std::string& text) {
  return json::array({json{{"type", "text"}, {"text", json{{"content", text}}}}});
}

json block(const char* type, json content) { return {{"object", "block"}, {"type", type}, {type, std::move(content)}}; }

json pieces_of(const std::string& text) {
  json out = json::array();
  for (const std::string& piece : split_text(text)) out.push_back({{"type", "text"}, {"text", {{"content", piece}}}});
  return out;
}

/// A paragraph for each line; of very many lines several share one, for a request takes no more than 100.
json toggle(const std::string& text) {
  std::vector<std::string> lines;
  std::string line;
  std::istringstream in(text);
  while (std::getline(in, line)) lines.push_back(line);
  const std::size_t share = (lines.size() + kListMax - 1) / kListMax;
  json paragraphs = json::array();
  for (std::size_t i = 0; i < lines.size(); i += share) {
    std::string together = lines[i];
    for (std::size_t k = i + 1; k < std::min(i + share, lines.size()); ++k) together += "\n" + lines[k];
    paragraphs.push_back(block("paragraph", {{"rich_text", pieces_of(together)}}));
  }
  return block("toggle", {{"rich_text", pieces_of(kToggleTitle)}, {"children", std::move(paragraphs)}});
}

}  // namespace

std::string create_page_body(const std::string& data_source, const PropertyTexts& properties,
                             const std::optional<std::string>& text) {
  json out{{"parent", {{"type", "data_source_id"}, {"data_source_id", data_source}}},
           {"properties", properties_of(properties)}};
  if (text) out["children"] = json::array({toggle(*text)});
  return dump(out);
}

std::string append_body(const std::string& text) { return dump(json{{"children", json::array({toggle(text)})}}); }

std::string update_page_body(const PropertyTexts& properties) {
  return dump(json{{"properties", properties_of(properties)}});
}

std::string trash_body() { return dump(json{{"in_trash", true}}); }

std::string query_body(const Query& query) {
  const char* stamp = query.order == Order::created ? "created_time" : "last_edited_time";
  json out;
  out["page_size"] = query.size;
  out["sorts"] = json::array({json{{"timestamp", stamp}, {"direction", "ascending"}}});
  if (query.from) out["filter"] = {{"timestamp", stamp}, {stamp, {{"on_or_after", *query.from}}}};
  if (!query.cursor.empty()) out["start_cursor"] = query.cursor;
  return dump(out);
}

std::string marked_body(const std::string& column, const std::vector<std::string>& texts, const std::string& cursor) {
  json any = json::array();
  for (const std::string& text : texts) any.push_back({{"property", column}, {"rich_text", {{"equals", text}}}});
  json out;
  out["filter"] = json{{"or", std::move(any)}};
  out["page_size"] = 100;
  if (!cursor.empty()) out["start_cursor"] = cursor;
  return dump(out);
}

std::string prefix_body(const std::string& column, const std::string& prefix, const std::string& cursor) {
  json out{{"filter", {{"property", column}, {"rich_text", {{"starts_with", prefix}}}}}, {"page_size", 100}};
  if (!cursor.empty()) out["start_cursor"] = cursor;
  return dump(out);
}

std::string search_body(const std::string& title, const std::string& cursor) {
  json out{{"filter", {{"property", "object"}, {"value", "data_source"}}}, {"page_size", 100}};
  if (!title.empty()) out["query"] = title;
  if (!cursor.empty()) out["start_cursor"] = cursor;
  return dump(out);
}

std::string database_body(const std::string& parent_page, const std::string& title) {
  json columns;
  columns["Name"] = {{"title", json::object()}};
  columns[kMarkerColumn] = {{"rich_text", json::object()}};
  return dump({{"parent", {{"type", "page_id"}, {"page_id", parent_page}}},
               {"title", text_items(title)},
               {"initial_data_source", {{"title", text_items(title)}, {"properties", std::move(columns)}}}});
}

std::string columns_body(const std::vector<NewColumn>& columns) {
  json out = json::object();
  for (const NewColumn& column : columns) {
    json details = json::object();
    if (column.type == ColumnType::relation)
      details = {{"data_source_id", column.related}, {"single_property", json::object()}};
    if (column.type == ColumnType::number) details = {{"format", "number"}};
    out[column.name] = json{{column_type_name(column.type), std::move(details)}};
  }
  return dump(json{{"properties", std::move(out)}});
}

}  // namespace notion
}  // namespace v1
}  // namespace fasti
