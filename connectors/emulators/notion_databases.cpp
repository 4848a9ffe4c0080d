// Databases and data sources of the stand-in for Notion.
#include "connectors/emulators/notion_state.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

std::string url_of(const std::string& id) {
  std::string out = "https://www.notion.so/";
  for (const char c : id)
    if (c != '-') out += c;
  return out;
}

}  // namespace

std::optional<bool> notion_trash_in(const NotionCall& call) {
  if (call.body.has("archived") && call.is_2026())
    notion_invalid("body failed validation: body.archived should be not present, instead was `" +
                   call.body["archived"].dump() + "`.");
  const Json& wanted = call.body.has("in_trash") ? call.body["in_trash"] : call.body["archived"];
  if (wanted.is_null()) return std::nullopt;
  if (!wanted.is_bool()) notion_should_be("body.in_trash", "a boolean", wanted);
  return wanted.truth();
}

Json Notion::State::database_json(const NotionCall& call, const NotionDatabase& database) const {
  Json out = common_json(call, database, "database");
  for (const auto& [name, value] : {std::pair<const char*, const Json*>{"title", &database.title},
                                    {"description", &database.description},
                                    {"icon", &database.icon},
                                    {"cover", &database.cover}})
    out[name] = *value;
  out["parent"] = parent_json(database.parent);
  out["is_inline"] = database.is_inline;
  out["is_locked"] = false;
  out["url"] = url_of(database.id);
  out["public_url"] = nullptr;
  Json& listed = out["data_sources"];
  listed = Json::array();
  for (const std::string& id : database.sources) {
    const NotionDataSource& source = sources.at(id);
    if (!source.in_trash) listed.push(Json::object({{"id", id}, {"name", notion_plain_text(source.title)}}));
  }
  return out;
}

Json Notion::State::source_json(const NotionCall& call, const NotionDataSource& source) const {
  Json out = common_json(call, source, "data_source");
  const NotionDatabase& database = databases.at(source.parent);
  out["title"] = source.title;
  out["description"] = source.description;
  out["parent"] = parent_json(source.parent);
  out["database_parent"] = parent_json(database.parent);
  out["is_inline"] = database.is_inline;
  out["icon"] = database.icon;
  out["cover"] = database.cover;
  out["url"] = url_of(database.id);
  out["public_url"] = nullptr;
  Json& properties = out["properties"];
  properties = Json::object();
  for (const NotionProperty& one : source.properties)
    properties[one.name] = Json::object({{"id", notion_encoded(one.id)},
                                         {"name", one.name},
                                         {"type", one.type},
                                         {"description", one.description.empty() ? Json() : Json(one.description)},
                                         {one.type, one.config}});
  return out;
}

Json Notion::State::create_database(NotionCall& call) {
  const Json& body = call.body;
  notion_only("body", body, {"parent", "title", "description", "is_inline", "initial_data_source", "icon", "cover"});
  const Json& parent = body["parent"];
  const bool workspace = parent["workspace"].truth();
  std::string above;
  if (!workspace) {
    if (!parent["page_id"].is_string()) notion_should_be("body.parent.page_id", "defined", parent["page_id"]);
    const NotionPage& page = page_of(call, parent["page_id"].text());
    refuse_in_trash(page.id);
    above = page.id;
  }
  NotionDatabase database;
  begin(call, database, above);
  database.title = body.has("title") ? read_rich_text(body["title"], "body.title") : Json::array();
  database.description =
      body.has("description") ? read_rich_text(body["description"], "body.description") : Json::array();
  database.is_inline = body["is_inline"].truth();
  database.icon = body["icon"];
  database.cover = body["cover"];
  NotionDataSource source;
  begin(call, source, database.id);
  source.title = database.title;
  source.description = Json::array();
  Json properties = body["initial_data_source"]["properties"];
  if (properties.is_null()) properties["Name"] = Json::object({{"title", Json::object()}});
  set_schema(call, source, properties);
  database.sources.push_back(source.id);
  sources.emplace(source.id, source);
  if (!above.empty()) children[above].push_back(database.id);
  const NotionDatabase& kept = databases.emplace(database.id, database).first->second;
  stored(kept.id);
  tell(call, "database.created", "database", kept.id);
  tell(call, "data_source.created", "data_source", source.id);
  return database_json(call, kept);
}

Json Notion::State::change_database(NotionCall& call, NotionDatabase& database) {
  const Json& body = call.body;
  notion_only("body", body,
              {"title", "description", "is_inline", "icon", "cover", "in_trash", "archived", "is_locked"});
  const auto trash = notion_trash_in(call);
  if (trash.value_or(true)) refuse_in_trash(database.id);
  if (body.has("title")) database.title = read_rich_text(body["title"], "body.title");
  if (body.has("description")) database.description = read_rich_text(body["description"], "body.description");
  if (body.has("is_inline")) database.is_inline = body["is_inline"].truth();
  if (body.has("icon")) database.icon = body["icon"];
  if (body.has("cover")) database.cover = body["cover"];
  if (trash && *trash != database.in_trash) {
    database.in_trash = *trash;
    tell(call, database.in_trash ? "database.deleted" : "database.undeleted", "database", database.id);
  }
  stamp(call, database, Edit::other);
  stored(database.id);
  return database_json(call, database);
}

Json Notion::State::create_source(NotionCall& call) {
  const Json& body = call.body;
  notion_only("body", body, {"parent", "properties", "title", "icon"});
  if (!body["parent"]["database_id"].is_string())
    notion_should_be("body.parent.database_id", "defined", body["parent"]["database_id"]);
  NotionDatabase& database = database_of(call, body["parent"]["database_id"].text());
  refuse_in_trash(database.id);
  NotionDataSource source;
  begin(call, source, database.id);
  source.title = body.has("title") ? read_rich_text(body["title"], "body.title") : Json::array();
  source.description = Json::array();
  set_schema(call, source, body["properties"]);
  database.sources.push_back(source.id);
  const NotionDataSource& kept = sources.emplace(source.id, source).first->second;
  stored(kept.id);
  tell(call, "data_source.created", "data_source", kept.id);
  return source_json(call, kept);
}

Json Notion::State::change_source(NotionCall& call, NotionDataSource& source) {
  const Json& body = call.body;
  notion_only("body", body, {"properties", "title", "description", "icon", "in_trash", "archived"});
  const auto trash = notion_trash_in(call);
  if (trash.value_or(true)) refuse_in_trash(source.id);
  const std::string id = source.id;
  if (body.has("properties")) {
    set_schema(call, source, body["properties"]);
    tell(call, "data_source.schema_updated", "data_source", id);
  }
  if (body.has("title")) source.title = read_rich_text(body["title"], "body.title");
  if (trash && *trash != source.in_trash) {
    source.in_trash = *trash;
    tell(call, source.in_trash ? "data_source.deleted" : "data_source.undeleted", "data_source", id);
  }
  stamp(call, source, Edit::other);
  stored(id);
  return source_json(call, source);
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
