// Blocks of the stand-in for Notion: what is written on a page.
#include <algorithm>

#include "connectors/emulators/notion_state.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

constexpr std::size_t kChildrenMax = 100;
constexpr std::size_t kElementsMax = 1000;
const std::set<std::string> kTextBlocks = {
    "paragraph", "heading_1", "heading_2", "heading_3", "bulleted_list_item", "numbered_list_item", "to_do",
    "toggle",    "quote",     "callout",   "code"};

/// The one member that names a type.
std::string type_in(const Json& wanted, const std::string& where) {
  for (const auto& [name, value] : wanted.members())
    if (kTextBlocks.count(name) != 0 || name == "divider" || name == "bookmark") return name;
  notion_should_be(where + ".paragraph", "defined", {});
}

std::size_t elements(const Json& blocks) {
  std::size_t out = blocks.items().size();
  for (const Json& one : blocks.items())
    for (const auto& [name, value] : one.members()) out += elements(value["children"]);
  return out;
}

}  // namespace

Json Notion::State::block_json(const NotionCall& call, const std::string& id) {
  const NotionThing& there = *thing(id);
  Json out = common_json(call, there, "block");
  out["parent"] = parent_json(there.parent);
  out["has_children"] = !children[id].empty();
  if (const auto block = blocks.find(id); block != blocks.end()) {
    out["type"] = block->second.type;
    out[block->second.type] = block->second.content;
    return out;
  }
  const auto page = pages.find(id);
  const char* type = page != pages.end() ? "child_page" : "child_database";
  const Json& title = page != pages.end() ? page->second.values["title"] : databases.at(id).title;
  out["type"] = type;
  out[type] = Json::object({{"title", notion_plain_text(title)}});
  return out;
}

Json Notion::State::list_children(NotionCall& call, const std::string& id) {
  Json out = Json::object({{"type", "block"}, {"block", Json::object()}});
  const auto make = [&] {
    NotionListing all;
    for (const std::string& child : children[id])
      if (visible(call, child) && !thing(child)->in_trash) all.ids.push_back(child);
    return all;
  };
  const auto turned = turn(call, call.paging(), "children of " + id, make, out);
  out["results"] = Json::array();
  for (const std::string& child : turned)
    if (visible(call, child)) out["results"].push(block_json(call, child));
  return out;
}

void Notion::State::read_blocks(const NotionCall& call, const std::string& parent, const Json& wanted,
                                std::vector<NotionBlock>& made) {
  const std::string where = "body.children";
  if (!wanted.is_array()) notion_should_be(where, "an array", wanted);
  notion_at_most(where, wanted, kChildrenMax);
  for (std::size_t i = 0; i < wanted.items().size(); ++i) {
    const Json& one = wanted.items()[i];
    const std::string each = where + "[" + std::to_string(i) + "]";
    NotionBlock block;
    begin(call, block, parent);
    block.type = type_in(one, each);
    notion_only(each, one, {"object", "type", block.type});
    const Json& content = one[block.type];
    block.content = content;
    block.content.members().erase("children");
    if (kTextBlocks.count(block.type) != 0) {
      block.content["rich_text"] = read_rich_text(content["rich_text"], each + "." + block.type + ".rich_text");
      if (block.type != "code" && !content.has("color")) block.content["color"] = "default";
    }
    made.push_back(block);
    if (content.has("children")) read_blocks(call, block.id, content["children"], made);
  }
}

std::vector<std::string> Notion::State::add_blocks(const NotionCall& call, const std::string& parent,
                                                   const Json& wanted, std::size_t at) {
  if (elements(wanted) > kElementsMax)
    notion_invalid("body failed validation: body has more than 1000 block elements.");
  std::vector<NotionBlock> made;
  read_blocks(call, parent, wanted, made);
  std::vector<std::string> ids;
  for (const NotionBlock& block : made) {
    blocks.emplace(block.id, block);
    if (block.parent == parent)
      ids.push_back(block.id);
    else
      children[block.parent].push_back(block.id);
  }
  auto& siblings = children[parent];
  siblings.insert(siblings.begin() + static_cast<std::ptrdiff_t>(std::min(at, siblings.size())), ids.begin(),
                  ids.end());
  return ids;
}

void Notion::State::body_changed(const NotionCall& call, const std::string& id, const std::vector<std::string>& ids) {
  NotionThing* at = thing(id);
  while (at && pages.count(at->id) == 0) at = thing(at->parent);
  if (!at) return;
  NotionPage& page = pages.at(at->id);
  stamp(call, page, Edit::body);
  keep(page);
  tell(call, "page.content_updated", "page", page.id, ids);
}

Json Notion::State::append_children(NotionCall& call, const std::string& id) {
  const Json& body = call.body;
  notion_only("body", body, {"children", call.is_2026() ? "position" : "after"});
  if (databases.count(id) != 0) notion_invalid("A database has no children of this kind.");
  refuse_in_trash(id);
  const auto& siblings = children[id];
  const Json& position = body["position"];
  std::string after = body["after"].text();
  std::size_t at = siblings.size();
  const auto& type = position["type"].text();
  if (!position.is_null() && type != "after_block" && type != "start" && type != "end")
    notion_should_be("body.position.type", "a position", position["type"]);
  if (type == "start") at = 0;
  if (type == "after_block") after = position["after_block"]["id"].text();
  if (type == "after_block" || body.has("after")) {
    const auto found = std::find(siblings.begin(), siblings.end(), notion_id(after).value_or(""));
    if (found == siblings.end()) notion_invalid("Block " + after + " is not a child of " + id + ".");
    at = static_cast<std::size_t>(found - siblings.begin()) + 1;
  }
  const auto ids = add_blocks(call, id, body["children"], at);
  body_changed(call, id, ids);
  stored(id);
  committed["committed_child_ids"] = Json::array();
  Json out = Json::object({{"object", "list"},
                           {"type", "block"},
                           {"block", Json::object()},
                           {"results", Json::Array()},
                           {"has_more", false},
                           {"next_cursor", nullptr}});
  for (const std::string& one : ids) {
    committed["committed_child_ids"].push(one);
    out["results"].push(block_json(call, one));
  }
  return out;
}

Json Notion::State::change_block(NotionCall& call, const std::string& id) {
  const Json& body = call.body;
  const auto found = blocks.find(id);
  if (found == blocks.end()) notion_invalid("A page or database is not changed as a block.");
  NotionBlock& block = found->second;
  notion_only("body", body, {"type", "in_trash", "archived", block.type});
  const auto trash = notion_trash_in(call);
  if (trash.value_or(true) || below_trash(block.parent)) refuse_in_trash(id);
  if (body.has(block.type)) {
    Json content = body[block.type];
    if (content.has("rich_text"))
      content["rich_text"] = read_rich_text(content["rich_text"], "body." + block.type + ".rich_text");
    if (content.has("children"))
      notion_should_be("body." + block.type + ".children", "not present", content["children"]);
    for (const auto& [name, value] : content.members()) block.content[name] = value;
  }
  block.in_trash = trash.value_or(block.in_trash);
  stamp(call, block, Edit::body);
  body_changed(call, id, {id});
  stored(id);
  return block_json(call, id);
}

Json Notion::State::delete_block(NotionCall& call, const std::string& id) {
  if (const auto page = pages.find(id); page != pages.end()) {
    if (below_trash(page->second.parent)) refuse_in_trash(id);
    set_trash(call, page->second, true);
    stamp(call, page->second, Edit::other);
    keep(page->second);
  } else if (const auto database = databases.find(id); database != databases.end()) {
    refuse_in_trash(id);
    database->second.in_trash = true;
    tell(call, "database.deleted", "database", id);
  } else {
    refuse_in_trash(id);
    blocks.at(id).in_trash = true;
    body_changed(call, id, {id});
  }
  stored(id);
  return block_json(call, id);
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
