// Property values of the stand-in for Notion: which may be written, what is kept of them, and how they are read.
#include <algorithm>

#include "connectors/emulators/notion_state.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

constexpr std::size_t kArrayMax = 100;
constexpr std::size_t kReferencesShown = 25;
const std::set<std::string> kReadOnly = {"formula",          "rollup",         "created_time", "created_by",
                                         "last_edited_time", "last_edited_by", "unique_id",    "button"};

const Json& option_by(const Json& options, const char* key, const std::string& text) {
  static const Json kNone;
  for (const Json& one : options.items())
    if (one[key].text() == text) return one;
  return kNone;
}

bool in_progress(const Json& config, const std::string& option) {
  const Json& group = option_by(config["groups"], "name", "In progress");
  const auto& ids = group["option_ids"].items();
  return std::any_of(ids.begin(), ids.end(), [&](const Json& one) { return one.text() == option; });
}

Json read_line(const Json& value, const std::string& where, std::size_t max) {
  if (value.is_null()) return value;
  if (!value.is_string()) notion_should_be(where, "a string or `null`", value);
  notion_at_most(where, value, max);
  return value;
}

Json read_place(const Json& value, const std::string& where) {
  if (value.is_null()) return value;
  if (!value.is_object()) notion_should_be(where, "an object or `null`", value);
  notion_only(where, value, {"lat", "lon", "name", "address", "aws_place_id", "google_place_id"});
  for (const char* name : {"lat", "lon"}) {
    const double limit = std::string_view(name) == "lat" ? 90 : 180;
    if (!value[name].is_number() || value[name].number() < -limit || value[name].number() > limit)
      notion_should_be(where + "." + name, "a number", value[name]);
  }
  Json out = value;
  for (const char* name : {"name", "address"}) {
    if (!value[name].is_null() && !value[name].is_string())
      notion_should_be(where + "." + name, "a string or `null`", value[name]);
    out[name] = value[name];
  }
  return out;
}

Json read_files(const Json& value, const std::string& where) {
  if (!value.is_array()) notion_should_be(where, "an array", value);
  notion_at_most(where, value, kArrayMax);
  Json out = Json::array();
  for (std::size_t i = 0; i < value.items().size(); ++i) {
    const Json& file = value.items()[i];
    const std::string at = where + "[" + std::to_string(i) + "]";
    notion_only(at, file, {"name", "type", "external", "file_upload"});
    if (!file["name"].is_string()) notion_should_be(at + ".name", "a string", file["name"]);
    if (file.has("file_upload"))
      notion_invalid("Could not find file_upload with ID: " + file["file_upload"]["id"].text());
    const Json& url = file["external"]["url"];
    if (!url.is_string()) notion_should_be(at + ".external.url", "a string", url);
    notion_at_most(at + ".external.url", url, 2000);
    out.push(Json::object({{"name", file["name"]}, {"type", "external"}, {"external", Json::object({{"url", url}})}}));
  }
  return out;
}

Json ids_as_objects(const Json& ids, std::size_t max) {
  Json out = Json::array();
  for (const Json& id : ids.items())
    if (out.size() < max) out.push(Json::object({{"id", id}}));
  return out;
}

/// The mentions of people and pages beyond the 25th are left out; all other text stays.
Json cut_mentions(const Json& rich_text) {
  Json out = Json::array();
  std::size_t mentions = 0;
  for (const Json& one : rich_text.items()) {
    const auto& kind = one["mention"]["type"].text();
    if ((kind == "user" || kind == "page") && ++mentions > kReferencesShown) continue;
    out.push(one);
  }
  return out;
}

}  // namespace

Json Notion::State::empty_value(const NotionProperty& property) const {
  static const std::set<std::string> kArrays = {"title", "rich_text", "multi_select", "people", "relation", "files"};
  if (kArrays.count(property.type) != 0) return Json::array();
  if (property.type == "checkbox") return false;
  if (property.type == "verification")
    return Json::object({{"state", "unverified"}, {"verified_by", nullptr}, {"date", nullptr}});
  if (property.type == "status" && property.config["options"].size() != 0)
    return property.config["options"].items().front()["id"];
  if (property.type == "button") return Json::object();
  if (property.type == "formula") return Json::object({{"type", "string"}, {"string", nullptr}});
  if (property.type == "rollup")
    return Json::object({{"type", "array"}, {"array", Json::Array()}, {"function", "show_original"}});
  return nullptr;
}

Json Notion::State::read_option(const NotionCall& call, NotionProperty& property, const Json& wanted,
                                const std::string& where) {
  if (!wanted.is_object()) notion_should_be(where, "an object or `null`", wanted);
  notion_only(where, wanted, {"id", "name", "color", "description"});
  Json& options_there = property.config["options"];
  if (wanted["id"].is_string()) {
    const Json& found = option_by(options_there, "id", wanted["id"].text());
    if (found.is_null()) notion_invalid("Invalid " + property.type + " option id: " + wanted["id"].text());
    return found["id"];
  }
  if (!wanted["name"].is_string() || wanted["name"].text().empty())
    notion_should_be(where + ".name", "a string", wanted["name"]);
  const std::string& name = wanted["name"].text();
  if (name.find(',') != std::string::npos) notion_invalid("Invalid select option, commas not allowed: " + name);
  const Json& found = option_by(options_there, "name", name);
  const bool status = property.type == "status";
  const bool refused = status && !found.is_null() && !call.by_person() &&
                       in_progress(property.config, found["id"].text()) && faults.strikes("status_name_refused");
  if (!found.is_null() && !refused) return found["id"];
  if (status) notion_invalid("Invalid status option. Status option \"" + name + "\" does not exist.");
  if (!options.options_created) notion_invalid("Invalid " + property.type + " option: " + name);
  const std::string id = new_property_id() + new_property_id();
  options_there.push(Json::object({{"id", id}, {"name", name}, {"color", "default"}, {"description", nullptr}}));
  return id;
}

Json Notion::State::read_value(const NotionCall& call, NotionProperty& property, const Json& wanted,
                               const std::string& where) {
  const std::string& type = property.type;
  if (!wanted.is_object()) notion_should_be(where, "an object", wanted);
  if (!wanted.has(type) || (wanted.has("type") && wanted["type"].text() != type))
    notion_invalid(property.name + " is expected to be " + type + ".");
  notion_only(where, wanted, {"id", "type", "name", "has_more", type});
  const Json& value = wanted[type];
  const std::string at = where + "." + type;
  if (kReadOnly.count(type) != 0)
    notion_invalid("body failed validation: " + at + " should be not defined, instead was `" + value.dump() + "`.");
  if (type == "title" || type == "rich_text") return read_rich_text(value, at);
  if (type == "number") {
    if (!value.is_null() && !value.is_number()) notion_should_be(at, "a number", value);
    return value;
  }
  if (type == "checkbox") {
    if (!value.is_bool()) notion_should_be(at, "a boolean", value);
    return value;
  }
  if (type == "url") return read_line(value, at, 2000);
  if (type == "email" || type == "phone_number") return read_line(value, at, 200);
  if (type == "place") return read_place(value, at);
  if (type == "files") return read_files(value, at);
  if (type == "date") return value.is_null() ? value : notion_read_date(value, at, options.dates_keep_seconds);
  if (type == "select" || type == "status")
    return value.is_null() ? empty_value(property) : read_option(call, property, value, at);
  if (type == "verification") {
    const auto& state = value["state"].text();
    if (state != "verified" && state != "unverified") notion_should_be(at + ".state", "a state", value["state"]);
    Json out = empty_value(property);
    if (state == "unverified") return out;
    out["state"] = state;
    out["verified_by"] = call.user->id;
    if (!value["date"].is_null()) out["date"] = notion_read_date(value["date"], at + ".date", true);
    return out;
  }
  if (!value.is_array()) notion_should_be(at, "an array", value);
  notion_at_most(at, value, kArrayMax);
  Json out = Json::array();
  std::set<std::string> seen;
  for (std::size_t i = 0; i < value.items().size(); ++i) {
    const Json& item = value.items()[i];
    const std::string each = at + "[" + std::to_string(i) + "]";
    Json id;
    if (type == "multi_select") {
      id = read_option(call, property, item, each);
    } else {
      const auto uuid = notion_id(item["id"].text());
      if (!uuid) notion_should_be(each + ".id", "a valid uuid", item["id"]);
      id = *uuid;
      const auto page = pages.find(*uuid);
      if (type == "people" && users.count(*uuid) == 0) notion_invalid("Could not find user with ID: " + *uuid + ".");
      if (type == "relation" && (page == pages.end() || !visible(call, *uuid))) not_found("page", *uuid);
      if (type == "relation" && page->second.parent != property.config["data_source_id"].text())
        notion_invalid("Page " + *uuid + " is not in the data source that " + property.name + " is related to.");
    }
    if (seen.insert(id.text()).second) out.push(id);
  }
  return out;
}

Json Notion::State::shown_value(const NotionPage& page, const NotionProperty& property, bool whole) {
  const std::string& type = property.type;
  const auto found = page.values.find(property.id);
  const Json stored = found == page.values.end() ? empty_value(property) : found->second;
  Json out = Json::object({{"id", notion_encoded(property.id)}, {"type", type}});
  const auto option = [&](const Json& id) -> Json {
    const Json& there = option_by(property.config["options"], "id", id.text());
    if (there.is_null()) return nullptr;
    return Json::object({{"id", there["id"]}, {"name", there["name"]}, {"color", there["color"]}});
  };
  Json& value = out[type];
  value = stored;
  if (type == "created_time") {
    value = shown_time(page.created);
  } else if (type == "last_edited_time") {
    value = shown_time(page.edited);
  } else if (type == "created_by") {
    value = user_json(page.created_by, true);
  } else if (type == "last_edited_by") {
    value = user_json(page.edited_by, true);
  } else if (type == "unique_id") {
    value = Json::object({{"prefix", property.config["prefix"]}, {"number", stored}});
  } else if (type == "select" || type == "status") {
    value = option(stored);
  } else if (type == "multi_select") {
    value = Json::array();
    for (const Json& id : stored.items())
      if (Json one = option(id); !one.is_null()) value.push(std::move(one));
  } else if (type == "date") {
    if (!stored.is_null()) value = date_json(stored, whole);
  } else if (type == "relation") {
    value = ids_as_objects(stored, whole ? stored.size() : kReferencesShown);
    out["has_more"] = !whole && stored.size() > kReferencesShown;
  } else if (type == "people") {
    value = Json::array();
    for (const Json& id : stored.items())
      if (whole || value.size() < kReferencesShown) value.push(user_json(id.text(), true));
  } else if (type == "title" || type == "rich_text") {
    if (!whole) value = cut_mentions(stored);
  } else if (type == "verification" && !stored["verified_by"].is_null()) {
    value["verified_by"] = user_json(stored["verified_by"].text(), true);
  } else if (type == "files" && !whole && faults.strikes("files_renewed")) {
    for (Json& file : value.items())
      if (file.has("file")) file["file"]["url"] = file["file"]["url"].text() + "&renewed=" + new_id();
  }
  return out;
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
