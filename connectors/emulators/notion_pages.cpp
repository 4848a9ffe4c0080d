// Pages of the stand-in for Notion: made, changed, moved, read, one property at a time.
#include <algorithm>

#include "connectors/emulators/notion_state.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

constexpr std::size_t kBlocksMax = 100;
const std::set<std::string> kInLists = {"title", "rich_text", "relation", "people", "rollup"};

std::string url_of(const std::string& id) {
  std::string out = "https://www.notion.so/";
  for (const char c : id)
    if (c != '-') out += c;
  return out;
}

NotionProperty title_property() {
  NotionProperty out;
  out.id = "title";
  out.name = "title";
  out.type = "title";
  return out;
}

std::optional<bool> flag(const Json& body, const char* name) {
  if (!body.has(name)) return std::nullopt;
  if (!body[name].is_bool()) notion_should_be(std::string("body.") + name, "a boolean", body[name]);
  return body[name].truth();
}

Json read_icon(const Json& icon, const char* name) {
  if (icon.is_null()) return icon;
  const std::string where = std::string("body.") + name;
  if (!icon.is_object()) notion_should_be(where, "an object or `null`", icon);
  notion_only(where, icon, {"type", "emoji", "external", "custom_emoji"});
  Json out = icon;
  out["type"] = icon.has("emoji") ? "emoji" : icon.has("external") ? "external" : "custom_emoji";
  const bool known = icon.has("emoji") ? icon["emoji"].is_string() : icon["external"]["url"].is_string();
  if (!known) notion_should_be(where + ".external", "defined", {});
  return out;
}

}  // namespace

Json Notion::State::page_json(const NotionCall& call, const NotionPage& page) {
  if (!call.user->may.read) return Json::object({{"object", "page"}, {"id", page.id}});
  Json out = common_json(call, page, "page");
  out["parent"] = parent_json(page.parent);
  out["is_archived"] = page.is_archived;
  out["is_locked"] = page.is_locked;
  out["icon"] = page.icon;
  out["cover"] = page.cover;
  out["url"] = url_of(page.id);
  out["public_url"] = nullptr;
  Json& properties = out["properties"];
  properties = Json::object();
  const auto source = sources.find(page.parent);
  const bool in_source = source != sources.end();
  const auto shown = shown_properties(call, in_source ? &source->second : nullptr);
  if (!in_source)
    properties["title"] = shown_value(page, title_property(), false);
  else
    for (const NotionProperty& one : source->second.properties)
      if (shown.empty() || shown.count(one.id) != 0) properties[one.name] = shown_value(page, one, false);
  return out;
}

std::set<std::string> Notion::State::shown_properties(const NotionCall& call, const NotionDataSource* source) const {
  std::set<std::string> out;
  for (const auto& [name, id] : call.query) {
    if (name != "filter_properties" && name != "filter_properties[]")
      notion_invalid("query failed validation: query." + name + " should be not present.");
    if (source ? !source->by_id(id) : id != "title") notion_invalid("Could not find property with name or id: " + id);
    out.insert(id);
  }
  return out;
}

std::vector<std::string> Notion::State::set_values(const NotionCall& call, NotionDataSource* source, NotionPage& page,
                                                   const Json& properties) {
  std::vector<std::string> changed;
  if (properties.is_null()) return changed;
  if (!properties.is_object()) notion_should_be("body.properties", "an object", properties);
  NotionProperty alone = title_property();
  for (const auto& [name, wanted] : properties.members()) {
    NotionProperty* property = source ? source->named(name) : name == "title" ? &alone : nullptr;
    if (!property) notion_invalid(name + " is not a property that exists.");
    Json value = read_value(call, *property, wanted, "body.properties." + name);
    const auto there = page.values.find(property->id);
    if (there == page.values.end() || there->second != value) changed.push_back(notion_encoded(property->id));
    page.values[property->id] = std::move(value);
  }
  return changed;
}

void Notion::State::keep(const NotionPage& page) {
  NotionPage& kept = pages[page.id];
  if (&kept != &page) kept = page;
  kept.revision = ++revisions;
  index_page(kept);
}

void Notion::State::index_page(const NotionPage& page) {
  if (faults.strikes("late_index"))
    not_indexed.emplace(clock.now() + std::chrono::seconds(10 + faults.below(51)), page);
  else
    index[page.id] = page;
}

void Notion::State::settle_index() {
  while (!not_indexed.empty() && not_indexed.begin()->first <= clock.now()) {
    NotionPage& page = not_indexed.begin()->second;
    NotionPage& there = index[page.id];
    if (there.revision <= page.revision) there = std::move(page);
    not_indexed.erase(not_indexed.begin());
  }
}

void Notion::State::sync_relations(const NotionCall& call, const NotionPage& before, const NotionPage& after) {
  const auto source = sources.find(after.parent);
  if (source == sources.end()) return;
  for (const NotionProperty& one : source->second.properties) {
    const auto target = sources.find(one.config["data_source_id"].text());
    const std::string& partner = one.config["dual_property"]["synced_property_id"].text();
    const NotionProperty* back = target == sources.end() ? nullptr : target->second.named(partner);
    if (!back || partner.empty()) continue;
    const auto ids_in = [&](const NotionPage& page) {
      std::set<std::string> out;
      const auto found = page.values.find(one.id);
      if (found != page.values.end())
        for (const Json& id : found->second.items()) out.insert(id.text());
      return out;
    };
    const auto was = ids_in(before);
    const auto is = ids_in(after);
    const std::string back_id = back->id;
    for (const auto& ids : {was, is})
      for (const std::string& id : ids) {
        const auto page = pages.find(id);
        if (page == pages.end() || was.count(id) == is.count(id)) continue;
        auto& there = page->second.values[back_id].items();
        there.erase(std::remove(there.begin(), there.end(), Json(after.id)), there.end());
        if (is.count(id) != 0) there.push_back(after.id);
        stamp(call, page->second, Edit::properties);
        keep(page->second);
        tell(call, "page.properties_updated", "page", id, {notion_encoded(back_id)});
      }
  }
}

Json Notion::State::create_page(NotionCall& call) {
  const Json& body = call.body;
  notion_only("body", body, {"parent", "properties", "children", "icon", "cover", "template", "position"});
  const auto& of_template = body["template"]["type"].text();
  if (!of_template.empty() && of_template != "none") notion_invalid("Could not find template.");
  const Json& parent = body["parent"];
  NotionPage page;
  NotionDataSource source;
  if (parent["data_source_id"].is_string()) {
    source = source_of(call, parent["data_source_id"].text());
    page.of_source = true;
  } else if (parent["database_id"].is_string()) {
    database_of(call, parent["database_id"].text());
    notion_invalid("body failed validation: body.parent.data_source_id should be defined, instead was `undefined`.");
  } else if (!parent["page_id"].is_string() && !parent["workspace"].truth()) {
    notion_should_be("body.parent.data_source_id", "defined", parent["data_source_id"]);
  }
  const std::string above = page.of_source                ? source.id
                            : parent["workspace"].truth() ? ""
                                                          : page_of(call, parent["page_id"].text()).id;
  refuse_in_trash(above);
  begin(call, page, above);
  for (const NotionProperty& one : source.properties) page.values[one.id] = empty_value(one);
  set_values(call, page.of_source ? &source : nullptr, page, body["properties"]);
  for (NotionProperty& one : source.properties)
    if (one.type == "unique_id") page.values[one.id] = ++source.counter;
  page.icon = read_icon(body["icon"], "icon");
  page.cover = read_icon(body["cover"], "cover");
  notion_at_most("body.children", body["children"], kBlocksMax);
  // The page has to be there before its blocks, and must not stay without them.
  NotionPage& kept = pages.emplace(page.id, page).first->second;
  try {
    if (body.has("children")) add_blocks(call, page.id, body["children"], 0);
  } catch (const NotionProblem&) {
    pages.erase(page.id);
    throw;
  }
  if (page.of_source)
    sources[source.id] = source;
  else if (!above.empty())
    children[above].push_back(page.id);
  keep(kept);
  sync_relations(call, NotionPage(), kept);
  stored(page.id);
  tell(call, "page.created", "page", page.id);
  return page_json(call, kept);
}

void Notion::State::set_trash(const NotionCall& call, NotionPage& page, bool in_trash) {
  if (page.in_trash == in_trash) {
    if (in_trash && !call.by_person() && faults.strikes("retrash_refused")) refuse_in_trash(page.id);
    return;
  }
  page.in_trash = in_trash;
  tell(call, in_trash ? "page.deleted" : "page.undeleted", "page", page.id);
}

Json Notion::State::change_page(NotionCall& call, NotionPage& there) {
  const Json& body = call.body;
  notion_only("body", body,
              {"properties", "icon", "cover", "is_locked", "in_trash", "archived", "is_archived", "erase_content"});
  const auto trash = notion_trash_in(call);
  const bool only_trash = trash && body.size() == 1;
  const bool taken_out = trash && !*trash && only_trash && there.in_trash && !below_trash(there.parent);
  if (!taken_out && !(only_trash && *trash && !below_trash(there.parent))) refuse_in_trash(there.id);
  NotionPage page = there;
  NotionDataSource source;
  if (page.of_source) source = sources.at(page.parent);
  const auto changed = set_values(call, page.of_source ? &source : nullptr, page, body["properties"]);
  if (body.has("icon")) page.icon = read_icon(body["icon"], "icon");
  if (body.has("cover")) page.cover = read_icon(body["cover"], "cover");
  const auto locked = flag(body, "is_locked");
  page.is_archived = flag(body, "is_archived").value_or(page.is_archived);
  if (flag(body, "erase_content").value_or(false)) children[page.id].clear();
  if (trash) set_trash(call, page, *trash);
  if (locked && *locked != page.is_locked) tell(call, *locked ? "page.locked" : "page.unlocked", "page", page.id);
  page.is_locked = locked.value_or(page.is_locked);
  stamp(call, page, body.has("properties") ? Edit::properties : Edit::other);
  if (page.of_source) sources[source.id] = source;
  const NotionPage before = there;
  keep(page);
  sync_relations(call, before, page);
  const bool as_content = options.title_is_content == NotionChoice::yes && changed == std::vector<std::string>{"title"};
  if (as_content)
    tell(call, "page.content_updated", "page", page.id, {page.id});
  else if (!changed.empty())
    tell(call, "page.properties_updated", "page", page.id, changed);
  stored(page.id);
  return page_json(call, there);
}

Json Notion::State::move_page(NotionCall& call, NotionPage& page) {
  notion_only("body", call.body, {"parent"});
  refuse_in_trash(page.id);
  const Json& parent = call.body["parent"];
  const bool to_source = parent["data_source_id"].is_string();
  if (!to_source && !parent["page_id"].is_string())
    notion_should_be("body.parent.data_source_id", "defined", parent["data_source_id"]);
  const std::string above =
      to_source ? source_of(call, parent["data_source_id"].text()).id : page_of(call, parent["page_id"].text()).id;
  refuse_in_trash(above);
  for (const NotionThing* at = thing(above); at; at = thing(at->parent))
    if (at->id == page.id) notion_invalid("A page cannot be moved below itself.");
  // What has the same name and type over there comes along.
  std::map<std::string, Json> values;
  const auto from = sources.find(page.parent);
  const auto to = sources.find(above);
  values["title"] = page.values["title"];
  if (to != sources.end())
    for (const NotionProperty& one : to->second.properties) {
      const NotionProperty* same = from == sources.end() ? nullptr : from->second.named(one.name);
      const bool kept = same && same->type == one.type && one.config == same->config;
      if (one.type == "unique_id")
        values[one.id] = ++to->second.counter;
      else if (one.id != "title")
        values[one.id] = kept ? page.values[same->id] : empty_value(one);
    }
  auto& siblings = children[page.parent];
  siblings.erase(std::remove(siblings.begin(), siblings.end(), page.id), siblings.end());
  if (!to_source) children[above].push_back(page.id);
  page.parent = above;
  page.values = values;
  page.of_source = to_source;
  stamp(call, page, Edit::other);
  keep(page);
  stored(page.id);
  tell(call, "page.moved", "page", page.id);
  return page_json(call, page);
}

Json Notion::State::property_item(NotionCall& call, NotionPage& page) {
  const std::string& id = call.path[3];
  const auto source = sources.find(page.parent);
  const NotionProperty alone = title_property();
  const NotionProperty* property = source != sources.end() ? source->second.by_id(id)
                                   : id == "title"         ? &alone
                                                           : nullptr;
  if (!property) not_found("property", id);
  const std::string& type = property->type;
  Json value = shown_value(page, *property, true);
  Json about = Json::object({{"id", value["id"]}, {"type", type}, {type, Json::object()}, {"next_url", nullptr}});
  if (kInLists.count(type) == 0) {
    value["object"] = "property_item";
    return value;
  }
  const bool rollup = type == "rollup";
  if (rollup) about[type] = value[type];
  const auto& items = rollup ? value[type]["array"].items() : value[type].items();
  Json out = Json::object({{"object", "list"}, {"type", "property_item"}, {"property_item", about}});
  const auto turned = turn(
      call, call.paging(), page.id + "/" + id,
      [&] {
        NotionListing all;
        for (std::size_t i = 0; i < items.size(); ++i) all.ids.push_back(std::to_string(i));
        return all;
      },
      out);
  out["results"] = Json::array();
  for (const std::string& at : turned) {
    const auto i = std::stoul(at);
    if (i >= items.size()) continue;
    out["results"].push(
        Json::object({{"object", "property_item"}, {"id", value["id"]}, {"type", type}, {type, items[i]}}));
  }
  return out;
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
