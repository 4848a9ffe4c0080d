// The stand-in for Notion's things: who is there, where a thing is, who sees it, when it was touched; and how a refusal
// is worded.
#include <algorithm>

#include "connectors/emulators/notion_state.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

std::string hex(std::uint64_t bits, int digits) {
  std::string out;
  for (int i = 0; i < digits; ++i, bits >>= 4U) out += "0123456789abcdef"[bits & 15U];
  return out;
}

bool choose(NotionChoice choice, Random& random) {
  const bool drawn = (random.next() >> 63U) != 0;
  return choice == NotionChoice::by_seed ? drawn : choice == NotionChoice::yes;
}

NotionChoice settled(NotionChoice choice, Random& random) {
  return choose(choice, random) ? NotionChoice::yes : NotionChoice::no;
}

}  // namespace

void notion_invalid(const std::string& message) { throw NotionProblem{400, "validation_error", message, {}, {}}; }

void notion_should_be(const std::string& where, const std::string& what, const Json& instead) {
  const std::string scope = where.substr(0, where.find_first_of(".["));
  const bool absent = instead.is_null();
  notion_invalid(scope + " failed validation: " + where + " should be " + what + ", instead was `" +
                 (absent ? "undefined" : instead.dump()) + "`.");
}

std::size_t utf16_length(std::string_view text) {
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != 0x80U) units += byte >= 0xF0U ? 2 : 1;
  }
  return units;
}

void notion_at_most(const std::string& where, const Json& value, std::size_t max) {
  const std::size_t length = value.is_string() ? utf16_length(value.text()) : value.size();
  if (length > max)
    notion_invalid("body failed validation: " + where + ".length should be ≤ `" + std::to_string(max) +
                   "`, instead was `" + std::to_string(length) + "`.");
}

void notion_only(const std::string& where, const Json& value, const std::set<std::string>& known) {
  for (const auto& [name, member] : value.members())
    if (known.count(name) == 0)
      notion_invalid("body failed validation: " + where + "." + name + " should be not present, instead was `" +
                     member.dump() + "`.");
}

std::optional<std::string> notion_id(const std::string& text) {
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '-') {
      if (text.size() != 36 || (i != 8 && i != 13 && i != 18 && i != 23)) return std::nullopt;
    } else if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) {
      digits += c;
    } else if (c >= 'A' && c <= 'F') {
      digits += static_cast<char>(c - 'A' + 'a');
    } else {
      return std::nullopt;
    }
  }
  if (digits.size() != 32) return std::nullopt;
  for (const std::size_t at : {20, 16, 12, 8}) digits.insert(at, "-");
  return digits;
}

Notion::State::State(Clock& the_clock, Random& the_random, NotionOptions the_options)
    : clock(the_clock),
      random(the_random),
      faults(the_random, {kNotionFaults.begin(), kNotionFaults.end()}),
      options(std::move(the_options)) {
  options.stamps_rounded = settled(options.stamps_rounded, random);
  options.property_writes_stamp = settled(options.property_writes_stamp, random);
  options.body_writes_stamp = settled(options.body_writes_stamp, random);
  options.title_is_content = settled(options.title_is_content, random);
  workspace_id = new_id();
  NotionPage page;
  page.id = root = new_id();
  page.created = page.edited = clock.now();
  page.values["title"] = read_rich_text(Json::Array{Json::object({{"text", Json::object({{"content", "Home"}})}})}, "");
  pages[root] = index[root] = page;
}

std::string Notion::State::new_id() {
  const auto high = random.next();
  const auto low = random.next();
  return hex(high, 8) + "-" + hex(high >> 32U, 4) + "-4" + hex(high >> 48U, 3) + "-a" + hex(low, 3) + "-" +
         hex(low >> 12U, 12);
}

std::string Notion::State::new_property_id() {
  static constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:;<=>?@[\\]^_`{|}~";
  std::string out;
  for (int i = 0; i < 4; ++i) out += kLetters[random.next() % kLetters.size()];
  return out;
}

std::string notion_encoded(const std::string& id) {
  std::string out;
  for (const char c : id) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                       c == '-' || c == '.' || c == '~';
    const auto byte = static_cast<unsigned char>(c);
    if (plain)
      out += c;
    else
      out += {'%', "0123456789ABCDEF"[byte >> 4U], "0123456789ABCDEF"[byte & 15U]};
  }
  return out;
}

NotionProperty* NotionDataSource::by_id(const std::string& property) {
  const auto found =
      std::find_if(properties.begin(), properties.end(), [&](const auto& one) { return one.id == property; });
  return found == properties.end() ? nullptr : &*found;
}
const NotionProperty* NotionDataSource::by_id(const std::string& property) const {
  return const_cast<NotionDataSource*>(this)->by_id(property);
}
NotionProperty* NotionDataSource::named(const std::string& name_or_id) {
  const auto found = std::find_if(properties.begin(), properties.end(), [&](const auto& one) {
    return one.name == name_or_id || notion_encoded(one.id) == name_or_id;
  });
  return found == properties.end() ? nullptr : &*found;
}
const NotionProperty* NotionDataSource::named(const std::string& name_or_id) const {
  return const_cast<NotionDataSource*>(this)->named(name_or_id);
}

NotionThing* Notion::State::thing(const std::string& id) {
  if (const auto page = pages.find(id); page != pages.end()) return &page->second;
  if (const auto source = sources.find(id); source != sources.end()) return &source->second;
  if (const auto database = databases.find(id); database != databases.end()) return &database->second;
  if (const auto block = blocks.find(id); block != blocks.end()) return &block->second;
  return nullptr;
}

bool Notion::State::visible(const NotionCall& call, const std::string& id) {
  for (const NotionThing* at = thing(id); at; at = thing(at->parent)) {
    if (!call.by_person() && unshared.count(at->id) != 0) return false;
    if (at->parent.empty()) return true;
  }
  return false;
}

bool Notion::State::below_trash(const std::string& id) {
  for (const NotionThing* at = thing(id); at; at = thing(at->parent))
    if (at->in_trash) return true;
  return false;
}

void Notion::State::refuse_in_trash(const std::string& id) {
  if (below_trash(id))
    notion_invalid("Can't edit block that is archived. You must unarchive the block before editing.");
}

void Notion::State::not_found(const std::string& what, const std::string& id) const {
  throw NotionProblem{404,
                      "object_not_found",
                      "Could not find " + what + " with ID: " + id +
                          ". Make sure the relevant pages and databases are shared with your connection.",
                      {},
                      {}};
}

NotionPage& Notion::State::page_of(const NotionCall& call, const std::string& text) {
  const auto id = notion_id(text);
  if (!id) notion_should_be("path.page_id", "a valid uuid", text);
  const auto found = pages.find(*id);
  if (found == pages.end() || !visible(call, *id)) not_found("page", *id);
  return found->second;
}

NotionDataSource& Notion::State::source_of(const NotionCall& call, const std::string& text) {
  const auto id = notion_id(text);
  if (!id) notion_should_be("path.data_source_id", "a valid uuid", text);
  const auto found = sources.find(*id);
  if (found == sources.end() || !visible(call, *id)) not_found("data_source", *id);
  return found->second;
}

NotionDatabase& Notion::State::database_of(const NotionCall& call, const std::string& text) {
  const auto id = notion_id(text);
  if (!id) notion_should_be("path.database_id", "a valid uuid", text);
  const auto found = databases.find(*id);
  if (found == databases.end() || !visible(call, *id)) not_found("database", *id);
  return found->second;
}

Instant Notion::State::minute_of(Instant instant) const {
  const auto half = std::chrono::seconds(options.stamps_rounded == NotionChoice::yes ? 30 : 0);
  return std::chrono::floor<std::chrono::minutes>(instant + half);
}

std::string Notion::State::shown_time(Instant instant) const { return iso_instant(minute_of(instant)); }

void Notion::State::begin(const NotionCall& call, NotionThing& thing, const std::string& parent) {
  thing.id = new_id();
  thing.parent = parent;
  thing.created = thing.edited = clock.now();
  thing.created_by = thing.edited_by = call.user->id;
}

void Notion::State::stamp(const NotionCall& call, NotionThing& thing, Edit edit) {
  if (!call.by_person()) {
    if (edit == Edit::properties && options.property_writes_stamp == NotionChoice::no) return;
    if (edit == Edit::body && options.body_writes_stamp == NotionChoice::no) return;
  }
  if (faults.strikes("unstamped_edit")) return;
  thing.edited = clock.now();
  thing.edited_by = call.user->id;
}

void Notion::State::stored(const std::string& id) {
  ++writes;
  committed["committed_resource_id"] = id;
}

Json Notion::State::user_json(const std::string& id, bool whole) const {
  Json out = Json::object({{"object", "user"}, {"id", id}});
  const auto found = users.find(id);
  if (!whole || found == users.end()) return out;
  const NotionUser& user = found->second;
  out["name"] = user.name;
  out["avatar_url"] = nullptr;
  out["type"] = user.bot ? "bot" : "person";
  if (user.bot)
    out["bot"] = Json::object(
        {{"owner", Json::object({{"type", "workspace"}, {"workspace", true}})}, {"workspace_name", options.workspace}});
  else
    out["person"] = Json::object({{"email", user.email}});
  return out;
}

Json Notion::State::parent_json(const std::string& parent) const {
  if (parent.empty()) return Json::object({{"type", "workspace"}, {"workspace", true}});
  if (const auto source = sources.find(parent); source != sources.end())
    return Json::object(
        {{"type", "data_source_id"}, {"data_source_id", parent}, {"database_id", source->second.parent}});
  const char* type = databases.count(parent) != 0 ? "database_id" : pages.count(parent) != 0 ? "page_id" : "block_id";
  return Json::object({{"type", type}, {type, parent}});
}

Json Notion::State::common_json(const NotionCall& call, const NotionThing& thing, const char* object) const {
  Json out = Json::object({{"object", object},
                           {"id", thing.id},
                           {"created_time", shown_time(thing.created)},
                           {"last_edited_time", shown_time(thing.edited)},
                           {"created_by", user_json(thing.created_by, false)},
                           {"last_edited_by", user_json(thing.edited_by, false)},
                           {"in_trash", thing.in_trash}});
  if (!call.is_2026()) out["archived"] = thing.in_trash;
  return out;
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
