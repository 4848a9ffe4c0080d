// Listings of the stand-in for Notion: queries, search, users, and everything that a listing may do to its reader.
#include <algorithm>

#include "connectors/emulators/notion_state.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

constexpr std::size_t kPageMax = 100;
constexpr std::size_t kCursorsMax = 5000;

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::size_t page_size(const Json& asked) {
  const Json& size = asked["page_size"];
  if (size.is_null()) return kPageMax;
  if (!size.is_number() || size.number() < 0) notion_should_be("body.page_size", "a number", size);
  if (size.number() > static_cast<double>(kPageMax))
    notion_invalid("body failed validation: body.page_size should be ≤ `100`, instead was `" + size.dump() + "`.");
  return size.number() == 0 ? kPageMax : static_cast<std::size_t>(size.number());
}

}  // namespace

Json NotionCall::paging() const {
  Json out = Json::object();
  if (const auto cursor = parameter("start_cursor"); !cursor.empty()) out["start_cursor"] = cursor;
  if (const auto size = parameter("page_size"); !size.empty()) out["page_size"] = Json::parse(size).value_or(size);
  return out;
}

std::vector<std::string> Notion::State::turn(const NotionCall& call, const Json& asked, const std::string& print,
                                             const std::function<NotionListing()>& make, Json& reply) {
  const std::size_t size = page_size(asked);
  const auto lies = [&](const char* name) { return !call.by_person() && faults.strikes(name); };
  NotionCursor cursor;
  if (asked["start_cursor"].is_null()) {
    auto made = make();
    made.print = print;
    cursor.listing = std::make_shared<const NotionListing>(std::move(made));
  } else {
    const std::string& text = asked["start_cursor"].text();
    const auto id = notion_id(text);
    if (!id) notion_should_be("body.start_cursor", "a valid uuid", asked["start_cursor"]);
    const auto found = cursors.find(*id);
    if (found == cursors.end() || found->second.listing->print != print || lies("stale_cursor"))
      notion_invalid("The start_cursor provided is invalid: " + text);
    cursor = found->second;
  }
  const auto& all = cursor.listing->ids;
  std::vector<std::string> out;
  if (cursor.at > 0 && lies("duplicate_item")) out.push_back(all[cursor.at - 1]);
  if (cursor.listing->leaky && cursor.at < all.size() && lies("page_shift")) ++cursor.at;
  std::size_t count = size - out.size();
  if (lies("short_page")) count = faults.below(count);
  while (count-- > 0 && cursor.at < all.size()) out.push_back(all[cursor.at++]);
  const bool more = cursor.at < all.size();
  reply["object"] = "list";
  reply["has_more"] = more;
  reply["next_cursor"] = nullptr;
  if (cursor.listing->capped)
    reply["request_status"] =
        Json::object({{"type", "incomplete"}, {"incomplete_reason", "query_result_limit_reached"}});
  if (!more) return out;
  const std::string next = new_id();
  reply["next_cursor"] = next;
  cursors[next] = cursor;
  cursors_by_age.push_back(next);
  if (cursors_by_age.size() < kCursorsMax) return out;
  for (std::size_t i = 0; i < kCursorsMax / 2; ++i) cursors.erase(cursors_by_age[i]);
  cursors_by_age.erase(cursors_by_age.begin(), cursors_by_age.begin() + kCursorsMax / 2);
  return out;
}

std::string Notion::State::print_of(const std::string& what, const Json& body) const {
  Json print = body;
  print["what"] = what;
  print.members().erase("start_cursor");
  print.members().erase("page_size");
  return print.dump();
}

Json Notion::State::query(NotionCall& call, NotionDataSource& source) {
  const Json& body = call.body;
  notion_only("body", body, {"filter", "sorts", "start_cursor", "page_size", "result_type", "is_archived"});
  shown_properties(call, &source);
  const NotionTest test = test_of(source, body["filter"], 0);
  std::vector<std::pair<std::function<NotionSortKey(const NotionPage&)>, bool>> sorts;
  for (const Json& sort : body["sorts"].items()) {
    const auto& direction = sort["direction"].text();
    if (direction != "ascending" && direction != "descending")
      notion_should_be("body.sorts[" + std::to_string(sorts.size()) + "].direction",
                       "`\"ascending\"` or `\"descending\"`", sort["direction"]);
    sorts.emplace_back(sort_of(source, sort), direction == "descending");
  }
  const bool archived = body["is_archived"].truth();
  const bool pages_wanted = body["result_type"].is_null() || body["result_type"].text() == "page";
  const auto listed = [&](const NotionPage& page) {
    return pages_wanted && page.parent == source.id && !page.in_trash && page.is_archived == archived &&
           visible(call, page.id) && !below_trash(source.id);
  };
  Json out = Json::object({{"type", "page_or_data_source"}, {"page_or_data_source", Json::object()}});
  const auto make = [&] {
    NotionListing all;
    all.leaky = true;
    std::vector<std::pair<std::vector<NotionSortKey>, std::string>> found;
    for (const auto& [id, page] : index) {
      if (!listed(page) || !test(page)) continue;
      std::vector<NotionSortKey> keys;
      for (const auto& one : sorts) keys.push_back(one.first(page));
      found.emplace_back(std::move(keys), id);
    }
    // In no order, but for what the sorts say.
    for (std::size_t i = found.size(); i > 1; --i) std::swap(found[i - 1], found[random.next() % i]);
    std::stable_sort(found.begin(), found.end(), [&](const auto& a, const auto& b) {
      for (std::size_t i = 0; i < sorts.size(); ++i)
        if (a.first[i] != b.first[i]) return (a.first[i] < b.first[i]) != sorts[i].second;
      return false;
    });
    all.capped = found.size() > options.query_cap;
    if (all.capped) found.resize(options.query_cap);
    for (auto& one : found) all.ids.push_back(std::move(one.second));
    return all;
  };
  const auto turned = turn(call, body, print_of(source.id, body), make, out);
  out["results"] = Json::array();
  for (const std::string& id : turned) {
    const auto page = index.find(id);
    if (page != index.end() && listed(page->second)) out["results"].push(page_json(call, page->second));
  }
  return out;
}

Json Notion::State::search(NotionCall& call) {
  const Json& body = call.body;
  notion_only("body", body, {"query", "filter", "sort", "start_cursor", "page_size"});
  const std::string text = lower(body["query"].text());
  const Json& filter = body["filter"];
  const std::string& kind = filter["value"].text();
  if (!filter.is_null() && (filter["property"].text() != "object" || (kind != "page" && kind != "data_source")))
    notion_should_be("body.filter.value", "`\"page\"` or `\"data_source\"`", filter["value"]);
  const Json& sort = body["sort"];
  if (!sort.is_null() && sort["timestamp"].text() != "last_edited_time")
    notion_should_be("body.sort.timestamp", "`\"last_edited_time\"`", sort["timestamp"]);
  const bool trash = filter["in_trash"].truth();
  const auto make = [&] {
    NotionListing all;
    all.leaky = true;
    std::vector<std::pair<Instant, std::string>> found;
    const auto add = [&](const NotionThing& one, const std::string& title) {
      if (one.in_trash != trash || !visible(call, one.id) || lower(title).find(text) == std::string::npos) return;
      if (!call.by_person() && faults.strikes("search_misses")) return;
      found.emplace_back(minute_of(one.edited), one.id);
    };
    if (kind != "data_source")
      for (const auto& [id, page] : index) {
        const auto title = page.values.find("title");
        add(page, title == page.values.end() ? "" : notion_plain_text(title->second));
      }
    if (kind != "page")
      for (const auto& [id, source] : sources) add(source, notion_plain_text(source.title));
    const bool descending = sort["direction"].text() != "ascending";
    std::stable_sort(found.begin(), found.end(),
                     [&](const auto& a, const auto& b) { return descending ? b.first < a.first : a.first < b.first; });
    for (auto& one : found) all.ids.push_back(std::move(one.second));
    return all;
  };
  Json out = Json::object({{"type", "page_or_data_source"}, {"page_or_data_source", Json::object()}});
  const auto turned = turn(call, body, print_of("search", body), make, out);
  out["results"] = Json::array();
  for (const std::string& id : turned) {
    if (const auto page = index.find(id); page != index.end())
      out["results"].push(page_json(call, page->second));
    else if (const auto source = sources.find(id); source != sources.end())
      out["results"].push(source_json(call, source->second));
  }
  return out;
}

Json Notion::State::list_users(NotionCall& call) {
  if (call.path.size() == 2) {
    if (call.path[1] == "me") return user_json(call.user->id, true);
    const auto id = notion_id(call.path[1]);
    if (!id) notion_should_be("path.user_id", "a valid uuid", call.path[1]);
    if (users.count(*id) == 0) not_found("user", *id);
    return user_json(*id, true);
  }
  Json out = Json::object({{"type", "user"}, {"user", Json::object()}});
  const auto make = [&] {
    NotionListing all;
    for (const auto& [id, user] : users) all.ids.push_back(id);
    return all;
  };
  const auto turned = turn(call, call.paging(), "users", make, out);
  out["results"] = Json::array();
  for (const std::string& id : turned) out["results"].push(user_json(id, true));
  return out;
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
