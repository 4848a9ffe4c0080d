#pragma once
// What the stand-in for Notion remembers, and the parts it is made of: schema, values, pages, queries, blocks,
// webhooks. Internal to connectors/emulators.
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "connectors/emulators/notion.hpp"
#include "connectors/emulators/notion_json.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {

/// Thrown by whatever part finds it; the router makes the answer of it.
struct NotionProblem {
  int status = 400;
  std::string code = "validation_error";
  std::string message;
  Json additional;
  std::string retry_after;
};
[[noreturn]] void notion_invalid(const std::string& message);
/// "body failed validation: <where> should be <what>, instead was `<value>`."
[[noreturn]] void notion_should_be(const std::string& where, const std::string& what, const Json& instead);
/// ".length should be ≤ `max`": UTF-16 units of texts, elements of arrays.
void notion_at_most(const std::string& where, const Json& value, std::size_t max);
/// Refuses members of `value` that are not in `known`.
void notion_only(const std::string& where, const Json& value, const std::set<std::string>& known);

struct NotionUser {
  std::string id;
  std::string name;
  std::string email;
  bool bot = false;
  NotionCapabilities may;
  std::int64_t window = 0;  ///< of 60 s, since 1970
  std::size_t in_window = 0;
  double allowance = 0;  ///< of the average rate
  Instant allowed_at{};
};

struct NotionProperty {
  std::string id;  ///< as it is; shown URL-encoded
  std::string name;
  std::string type;
  std::string description;
  Json config;  ///< as it is read; options of a select with their ids
};

/// What pages, blocks, data sources and databases have in common.
struct NotionThing {
  std::string id;
  std::string parent;  ///< id of the thing above; "": the workspace
  Instant created{};
  Instant edited{};
  std::string created_by;
  std::string edited_by;
  bool in_trash = false;
};

struct NotionDataSource : NotionThing {
  Json title;
  Json description;
  std::vector<NotionProperty> properties;
  std::int64_t counter = 0;  ///< of unique_id

  NotionProperty* by_id(const std::string& property);
  const NotionProperty* by_id(const std::string& property) const;
  /// By name or by URL-encoded id, as in bodies.
  NotionProperty* named(const std::string& name_or_id);
  const NotionProperty* named(const std::string& name_or_id) const;
};

struct NotionDatabase : NotionThing {
  Json title;
  Json description;
  Json icon;
  Json cover;
  bool is_inline = false;
  std::vector<std::string> sources;
};

struct NotionPage : NotionThing {
  bool of_source = false;
  /// By property id. Options by their ids, people and related pages too; everything else as it is read.
  std::map<std::string, Json> values;
  Json icon;
  Json cover;
  bool is_archived = false;
  bool is_locked = false;
  std::uint64_t revision = 0;
};

struct NotionBlock : NotionThing {
  std::string type;
  Json content;
};

/// A listing on its way through its pages.
struct NotionListing {
  std::string print;  ///< of the query without its cursor
  std::vector<std::string> ids;
  bool capped = false;
  bool leaky = false;  ///< an item may slip through
};
using NotionTest = std::function<bool(const NotionPage&)>;
/// Sorts before others with a smaller number, then a smaller text.
using NotionSortKey = std::pair<double, std::string>;
struct NotionCursor {
  std::shared_ptr<const NotionListing> listing;
  std::size_t at = 0;
};

struct NotionCall {
  std::string method;
  std::vector<std::string> path;  ///< decoded segments below /v1
  std::multimap<std::string, std::string> query;
  Json body;
  NotionUser* user = nullptr;
  std::string version;

  bool by_person() const { return !user->bot; }
  bool is_2026() const { return version == "2026-03-11"; }
  std::string parameter(const std::string& name) const;
  /// start_cursor and page_size of a GET, as a body has them.
  Json paging() const;
};

struct NotionEvent {
  std::string id;
  std::string type;
  std::string entity_type;
  std::string entity;
  std::set<std::string> authors;
  std::vector<std::string> changed;  ///< property ids or blocks
  Instant at{};
  Instant due{};
};

struct NotionPost {
  Instant due{};
  std::size_t subscription = 0;
  int attempt = 1;
  NotionEvent event;
};

struct NotionSubscription {
  std::string id;
  std::string user;
  std::string token;
  Notion::Sink sink;
};

struct Notion::State {
  State(Clock& the_clock, Random& the_random, NotionOptions the_options);

  Clock& clock;
  Random& random;
  Faults faults;
  NotionOptions options;
  std::map<std::string, NotionUser> users;
  std::map<std::string, std::string> tokens;  ///< to user ids
  std::map<std::string, NotionDatabase> databases;
  std::map<std::string, NotionDataSource> sources;
  std::map<std::string, NotionPage> pages;
  std::map<std::string, NotionBlock> blocks;
  std::map<std::string, std::vector<std::string>> children;  ///< of pages and blocks, in their order
  std::map<std::string, NotionPage> index;                   ///< what queries and search see
  std::multimap<Instant, NotionPage> not_indexed;
  std::set<std::string> unshared;
  std::map<std::string, NotionCursor> cursors;
  std::vector<std::string> cursors_by_age;
  std::vector<NotionSubscription> subscriptions;
  std::vector<NotionEvent> events;  ///< not sent yet: they still grow together
  std::vector<NotionPost> posts;
  std::string root;
  std::string workspace_id;
  std::uint64_t revisions = 0;
  std::uint64_t requests = 0;
  std::uint64_t writes = 0;
  std::int64_t space_window = 0;
  std::size_t in_space_window = 0;
  Json committed;  ///< what a 503 after the write tells

  // Router.
  http::Response answer(const http::Request& request);
  Json route(NotionCall& call);
  Json route_page(NotionCall& call);
  Json route_block(NotionCall& call);
  void sign_in(const http::Request& request, NotionCall& call);
  void count_request(NotionUser& user);
  void lie_before(const NotionCall& call);
  void lie_after(std::uint64_t writes_before);
  std::string new_id();
  std::string new_property_id();

  // Things (notion_things.cpp): where they are, who sees them, when they were touched.
  NotionThing* thing(const std::string& id);
  bool visible(const NotionCall& call, const std::string& id);
  bool below_trash(const std::string& id);
  [[noreturn]] void not_found(const std::string& what, const std::string& id) const;
  NotionPage& page_of(const NotionCall& call, const std::string& id);
  NotionDataSource& source_of(const NotionCall& call, const std::string& id);
  NotionDatabase& database_of(const NotionCall& call, const std::string& id);
  void refuse_in_trash(const std::string& id);
  enum class Edit { properties, body, other };
  void stamp(const NotionCall& call, NotionThing& thing, Edit edit);
  void begin(const NotionCall& call, NotionThing& thing, const std::string& parent);
  Instant minute_of(Instant instant) const;
  std::string shown_time(Instant instant) const;
  Json common_json(const NotionCall& call, const NotionThing& thing, const char* object) const;
  Json user_json(const std::string& id, bool whole) const;
  Json parent_json(const std::string& parent) const;
  void stored(const std::string& id);

  // Schema.
  Json database_json(const NotionCall& call, const NotionDatabase& database) const;
  Json source_json(const NotionCall& call, const NotionDataSource& source) const;
  Json create_database(NotionCall& call);
  Json change_database(NotionCall& call, NotionDatabase& database);
  Json create_source(NotionCall& call);
  Json change_source(NotionCall& call, NotionDataSource& source);
  void set_schema(const NotionCall& call, NotionDataSource& source, const Json& properties);
  NotionProperty new_property(const NotionCall& call, NotionDataSource& source, const std::string& name,
                              const Json& wanted);
  void change_property(const NotionCall& call, NotionDataSource& source, NotionProperty& property, const Json& wanted);
  void change_options(const NotionCall& call, NotionDataSource& source, NotionProperty& property, const Json& wanted);
  void retype(NotionDataSource& source, NotionProperty& property, const NotionProperty& as);
  void relate(const NotionCall& call, NotionDataSource& source, NotionProperty& property, const Json& wanted);
  void drop_property(NotionDataSource& source, const std::string& property);

  // Values.
  Json read_value(const NotionCall& call, NotionProperty& property, const Json& wanted, const std::string& where);
  Json read_rich_text(const Json& wanted, const std::string& where);
  Json read_option(const NotionCall& call, NotionProperty& property, const Json& wanted, const std::string& where);
  /// `whole`: all references and no lies; else as a page shows it.
  Json shown_value(const NotionPage& page, const NotionProperty& property, bool whole);
  Json date_json(const Json& stored, bool honest);
  Json empty_value(const NotionProperty& property) const;

  // Pages.
  /// filter_properties of the address; none: all are shown.
  std::set<std::string> shown_properties(const NotionCall& call, const NotionDataSource* source) const;
  Json page_json(const NotionCall& call, const NotionPage& page);
  Json create_page(NotionCall& call);
  Json change_page(NotionCall& call, NotionPage& page);
  Json move_page(NotionCall& call, NotionPage& page);
  Json property_item(NotionCall& call, NotionPage& page);
  void set_trash(const NotionCall& call, NotionPage& page, bool in_trash);
  /// Reads `properties` into the page and its source, both copies until `keep`.
  std::vector<std::string> set_values(const NotionCall& call, NotionDataSource* source, NotionPage& page,
                                      const Json& properties);
  void keep(const NotionPage& page);
  void sync_relations(const NotionCall& call, const NotionPage& before, const NotionPage& after);
  void index_page(const NotionPage& page);
  void settle_index();

  // Queries.
  Json query(NotionCall& call, NotionDataSource& source);
  Json search(NotionCall& call);
  Json list_users(NotionCall& call);
  /// Carves the next page out of a listing, with every lie about listings.
  std::vector<std::string> turn(const NotionCall& call, const Json& asked, const std::string& print,
                                const std::function<NotionListing()>& make, Json& reply);
  std::string print_of(const std::string& what, const Json& body) const;
  NotionTest test_of(const NotionDataSource& source, const Json& filter, int depth);
  std::function<NotionSortKey(const NotionPage&)> sort_of(const NotionDataSource& source, const Json& sort);

  // Blocks.
  Json block_json(const NotionCall& call, const std::string& id);
  Json list_children(NotionCall& call, const std::string& id);
  void body_changed(const NotionCall& call, const std::string& id, const std::vector<std::string>& ids);
  Json append_children(NotionCall& call, const std::string& id);
  Json change_block(NotionCall& call, const std::string& id);
  Json delete_block(NotionCall& call, const std::string& id);
  void read_blocks(const NotionCall& call, const std::string& parent, const Json& wanted,
                   std::vector<NotionBlock>& made);
  std::vector<std::string> add_blocks(const NotionCall& call, const std::string& parent, const Json& wanted,
                                      std::size_t at);

  // Webhooks.
  void tell(const NotionCall& call, const std::string& type, const std::string& entity_type, const std::string& id,
            const std::vector<std::string>& changed = {});
  void post_what_is_due();
  std::string post_body(const NotionPost& post);
};

/// in_trash of a body, which older versions also call archived.
std::optional<bool> notion_trash_in(const NotionCall& call);
std::optional<std::string> notion_id(const std::string& text);  ///< with dashes; nullopt: no UUID
/// A property's id as it is shown.
std::string notion_encoded(const std::string& id);
std::string notion_plain_text(const Json& rich_text);
std::size_t utf16_length(std::string_view text);
/// Of a stored date: its first and its last moment, in UTC; a date without a time has all its day.
struct NotionMoments {
  std::chrono::sys_seconds start{};
  std::chrono::sys_seconds end{};
  bool has_time = false;
};
std::optional<NotionMoments> notion_moments(const Json& stored_date);
/// A date as it is written, as it is stored.
Json notion_read_date(const Json& wanted, const std::string& where, bool keep_seconds);

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
