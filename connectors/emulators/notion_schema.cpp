// Properties of a data source of the stand-in for Notion: made, renamed, retyped, deleted; what becomes of the values.
#include <algorithm>
#include <charconv>

#include "connectors/emulators/notion_state.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

constexpr std::size_t kOptionsMax = 100;
const std::set<std::string> kTypes = {
    "title",     "rich_text",        "number",        "checkbox", "select",       "multi_select", "status",
    "date",      "people",           "relation",      "files",    "url",          "email",        "phone_number",
    "place",     "verification",     "formula",       "rollup",   "created_time", "button",       "created_by",
    "unique_id", "last_edited_time", "last_edited_by"};
const std::set<std::string> kWithOptions = {"select", "multi_select", "status"};
const std::set<std::string> kColors = {"default", "gray", "brown",  "orange", "yellow",
                                       "green",   "blue", "purple", "pink",   "red"};

/// The one member that names a type; "": none.
std::string type_in(const Json& wanted, const std::string& where) {
  std::string type;
  for (const auto& [name, value] : wanted.members()) {
    if (name == "name" || name == "description" || name == "type" || name == "id") continue;
    if (kTypes.count(name) == 0) notion_should_be(where + "." + name, "not present", value);
    if (!type.empty()) notion_invalid("body failed validation: " + where + " should have one type.");
    type = name;
  }
  if (!wanted["type"].is_string()) return type;
  if (kTypes.count(wanted["type"].text()) == 0 || (!type.empty() && type != wanted["type"].text()))
    notion_should_be(where + ".type", "a type", wanted["type"]);
  return wanted["type"].text();
}

Json* option_of(Json& options, const Json& wanted) {
  for (Json& one : options.items()) {
    const bool by_id = wanted["id"].is_string();
    if (by_id ? one["id"] == wanted["id"] : one["name"] == wanted["name"]) return &one;
  }
  return nullptr;
}

void check_option(const Json& wanted, const std::string& where) {
  notion_only(where, wanted, {"id", "name", "color", "description", "group"});
  const bool named = wanted["name"].is_string() && !wanted["name"].text().empty();
  if (!named && !wanted["id"].is_string()) notion_should_be(where + ".name", "a string", wanted["name"]);
  const std::string& name = wanted["name"].text();
  if (name.find(',') != std::string::npos) notion_invalid("Invalid select option, commas not allowed: " + name);
  if (wanted.has("color") && kColors.count(wanted["color"].text()) == 0)
    notion_should_be(where + ".color", "a color", wanted["color"]);
}

Json* group_of(Json& config, const std::string& name) {
  for (Json& one : config["groups"].items())
    if (one["name"].text() == name) return &one;
  return nullptr;
}

void ungroup(Json& config, const std::string& option) {
  for (Json& one : config["groups"].items()) {
    auto& ids = one["option_ids"].items();
    ids.erase(std::remove(ids.begin(), ids.end(), Json(option)), ids.end());
  }
}

}  // namespace

void Notion::State::change_options(const NotionCall& call, NotionDataSource& source, NotionProperty& property,
                                   const Json& wanted) {
  const std::string where = "body.properties." + property.name + "." + property.type + ".options";
  notion_only("body.properties." + property.name + "." + property.type, wanted, {"options", "groups"});
  if (!wanted.has("options")) return;
  if (!wanted["options"].is_array()) notion_should_be(where, "an array", wanted["options"]);
  notion_at_most(where, wanted["options"], kOptionsMax);
  Json& before = property.config["options"];
  Json after = Json::array();
  std::set<std::string> kept;
  for (const Json& one : wanted["options"].items()) {
    check_option(one, where);
    Json* there = option_of(before, one);
    Json option = there ? *there
                        : Json::object({{"id", new_property_id() + new_property_id()},
                                        {"name", one["name"]},
                                        {"color", one.has("color") ? one["color"] : Json("default")},
                                        {"description", one["description"]}});
    if (there && call.by_person()) {
      for (const char* name : {"name", "color"})
        if (one.has(name)) option[name] = one[name];
    } else if (there && one.has("color") && one["color"] != option["color"]) {
      notion_invalid("Cannot update color of " + property.type + " with name: " + option["name"].text() + ".");
    } else if (!there && (one["id"].is_string() || !one["name"].is_string())) {
      notion_invalid("Could not find option with id: " + one["id"].text() + ".");
    }
    if (!kept.insert(option["id"].text()).second)
      notion_invalid("body failed validation: " + where + " should not have duplicates.");
    if (property.type == "status") {
      const auto& group = call.by_person() && one["group"].is_string() ? one["group"].text() : there ? "" : "To-do";
      if (Json* to = group_of(property.config, group)) {
        ungroup(property.config, option["id"].text());
        (*to)["option_ids"].push(option["id"]);
      }
    }
    after.push(option);
  }
  for (const Json& one : std::as_const(before).items())
    if (property.type == "status" && kept.count(one["id"].text()) == 0) ungroup(property.config, one["id"].text());
  property.config["options"] = after;
  if (property.type == "status" && after.size() == 0) notion_invalid("A status property needs an option.");
  for (auto& [id, page] : pages) {
    const auto value = page.parent == source.id ? page.values.find(property.id) : page.values.end();
    if (value == page.values.end()) continue;
    if (property.type == "multi_select") {
      auto& ids = value->second.items();
      ids.erase(std::remove_if(ids.begin(), ids.end(), [&](const Json& one) { return kept.count(one.text()) == 0; }),
                ids.end());
    } else if (kept.count(value->second.text()) == 0) {
      value->second = empty_value(property);
    }
  }
}

void Notion::State::relate(const NotionCall& call, NotionDataSource& source, NotionProperty& property,
                           const Json& wanted) {
  const std::string where = "body.properties." + property.name + ".relation";
  notion_only(where, wanted, {"data_source_id", "database_id", "type", "single_property", "dual_property"});
  if (!wanted["data_source_id"].is_string()) notion_should_be(where + ".data_source_id", "defined", {});
  NotionDataSource& target = source_of(call, wanted["data_source_id"].text());
  const bool dual = wanted.has("dual_property");
  if (dual == wanted.has("single_property"))
    notion_invalid("body failed validation: " + where + ".single_property should be defined, instead was `undefined`.");
  const char* type = dual ? "dual_property" : "single_property";
  property.config = Json::object(
      {{"data_source_id", target.id}, {"database_id", target.parent}, {"type", type}, {type, Json::object()}});
  if (!dual) return;
  const std::string& asked = wanted["dual_property"]["synced_property_name"].text();
  NotionProperty back;
  back.id = new_property_id();
  back.name = !asked.empty() ? asked : "Related to " + notion_plain_text(source.title) + " (" + property.name + ")";
  back.type = "relation";
  back.config = Json::object({{"data_source_id", source.id},
                              {"database_id", source.parent},
                              {"type", "dual_property"},
                              {"dual_property", Json::object({{"synced_property_id", notion_encoded(property.id)},
                                                              {"synced_property_name", property.name}})}});
  property.config["dual_property"] =
      Json::object({{"synced_property_id", notion_encoded(back.id)}, {"synced_property_name", back.name}});
  if (target.named(back.name)) notion_invalid("There is a property " + back.name + " already.");
  target.properties.push_back(back);
}

NotionProperty Notion::State::new_property(const NotionCall& call, NotionDataSource& source, const std::string& name,
                                           const Json& wanted) {
  const std::string where = "body.properties." + name;
  if (!wanted.is_object()) notion_should_be(where, "an object", wanted);
  NotionProperty out;
  out.type = type_in(wanted, where);
  if (out.type.empty()) notion_invalid(name + " is not a property that exists.");
  out.name = name;
  out.id = out.type == "title" ? "title" : new_property_id();
  out.description = wanted["description"].text();
  if (source.by_id(out.id)) notion_invalid("A data source has one title property.");
  const Json& config = wanted[out.type];
  out.config = Json::object();
  if (out.type == "number")
    out.config["format"] = config["format"].is_string() ? config["format"] : Json("number");
  else if (out.type == "unique_id")
    out.config["prefix"] = config["prefix"];
  else if (out.type == "formula" || out.type == "rollup")
    out.config = config;
  else if (out.type == "relation")
    relate(call, source, out, config);
  else if (out.type == "status") {
    const auto group = [&](const char* label, const char* color, Json ids) {
      return Json::object({{"id", new_id()}, {"name", label}, {"color", color}, {"option_ids", std::move(ids)}});
    };
    const bool given = config["options"].size() != 0;
    Json all = Json::array();
    Json groups = Json::array();
    const char* const kStart[3][4] = {{"To-do", "gray", "Not started", "default"},
                                      {"In progress", "blue", "In progress", "blue"},
                                      {"Complete", "green", "Done", "green"}};
    for (const auto& one : kStart) {
      const std::string id = new_property_id() + new_property_id();
      groups.push(group(one[0], one[1], given ? Json::array() : Json::array({id})));
      if (!given) all.push(Json::object({{"id", id}, {"name", one[2]}, {"color", one[3]}, {"description", nullptr}}));
    }
    out.config = Json::object({{"options", all}, {"groups", groups}});
    if (given) change_options(call, source, out, config);
  } else if (kWithOptions.count(out.type) != 0) {
    out.config["options"] = Json::array();
    change_options(call, source, out, config);
  }
  return out;
}

void Notion::State::retype(NotionDataSource& source, NotionProperty& property, const NotionProperty& as) {
  const NotionProperty was = property;
  property.type = as.type;
  property.config = as.config;
  for (auto& [id, page] : pages) {
    const auto found = page.parent == source.id ? page.values.find(property.id) : page.values.end();
    if (found == page.values.end()) continue;
    const Json shown = shown_value(page, was, true)[was.type];
    std::string text = shown.is_string() || shown.is_number() ? (shown.is_string() ? shown.text() : shown.dump())
                       : shown["name"].is_string()            ? shown["name"].text()
                                                              : notion_plain_text(shown);
    Json value = empty_value(property);
    double number = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty())
      ;
    else if (property.type == "rich_text")
      value = read_rich_text(Json::Array{Json::object({{"text", Json::object({{"content", text}})}})}, "body");
    else if (property.type == "url" || property.type == "email" || property.type == "phone_number")
      value = text;
    else if (property.type == "number" && wrong == std::errc() && end == text.data() + text.size())
      value = number;
    found->second = value;
  }
}

void Notion::State::change_property(const NotionCall& call, NotionDataSource& source, NotionProperty& property,
                                    const Json& wanted) {
  const std::string where = "body.properties." + property.name;
  const std::string type = type_in(wanted, where);
  const Json& config = wanted[type];
  if (!type.empty() && type != property.type) {
    if (type == "title" || property.type == "title") notion_invalid("The title property cannot be changed.");
    const std::string id = property.id;
    const NotionProperty as = new_property(call, source, property.name, wanted);
    retype(source, *source.by_id(id), as);  // found again: a relation to its own data source moves them all
    return;
  }
  if (kWithOptions.count(type) != 0)
    change_options(call, source, property, config);
  else if (type == "number" && config["format"].is_string())
    property.config["format"] = config["format"];
  else if (type == "unique_id" || type == "formula")
    for (const auto& [name, value] : config.members()) property.config[name] = value;
  if (wanted.has("description")) property.description = wanted["description"].text();
  if (!wanted.has("name")) return;
  const Json& name = wanted["name"];
  if (!name.is_string() || name.text().empty()) notion_should_be(where + ".name", "a string", name);
  const NotionProperty* other = source.named(name.text());
  if (other && other->id != property.id) notion_invalid("There is a property " + name.text() + " already.");
  property.name = name.text();
  const Json& known = property.config;
  const auto& partner = known["dual_property"]["synced_property_id"].text();
  const auto target = sources.find(known["data_source_id"].text());
  if (target == sources.end()) return;
  if (NotionProperty* back = target->second.named(partner))
    back->config["dual_property"]["synced_property_name"] = property.name;
}

void Notion::State::drop_property(NotionDataSource& source, const std::string& id) {
  const NotionProperty gone = *source.by_id(id);
  if (id == "title") notion_invalid("The title property cannot be deleted.");
  source.properties.erase(source.properties.begin() + (source.by_id(id) - source.properties.data()));
  for (auto& [page_id, page] : pages)
    if (page.parent == source.id) page.values.erase(gone.id);
  const auto target = sources.find(gone.config["data_source_id"].text());
  if (target == sources.end()) return;
  if (NotionProperty* back = target->second.named(gone.config["dual_property"]["synced_property_id"].text())) {
    back->config["type"] = "single_property";
    back->config["single_property"] = Json::object();
    back->config.members().erase("dual_property");
  }
}

void Notion::State::set_schema(const NotionCall& call, NotionDataSource& source, const Json& properties) {
  if (!properties.is_object()) notion_should_be("body.properties", "an object", properties);
  const std::string id = source.id;
  // All of the properties or none: a later one may be refused.
  auto sources_before = sources;
  auto pages_before = pages;
  try {
    for (const auto& [name, wanted] : properties.members()) {
      NotionProperty* there = source.named(name);
      if (!there && wanted.is_null()) notion_invalid(name + " is not a property that exists.");
      if (there && wanted.is_null())
        drop_property(source, there->id);
      else if (there)
        change_property(call, source, *there, wanted);
      else
        // Made first: a relation to its own data source adds one, too.
        source.properties.push_back(new_property(call, source, name, wanted));
    }
    if (!source.by_id("title")) notion_invalid("Title is not provided.");
  } catch (const NotionProblem&) {
    sources = std::move(sources_before);
    pages = std::move(pages_before);
    throw;
  }
  for (auto& [page_id, page] : pages)
    if (page.parent == id && page.values != pages_before[page_id].values) keep(page);
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
