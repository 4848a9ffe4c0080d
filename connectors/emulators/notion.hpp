#pragma once
// A stand-in for the Notion API (2025-09-03 and 2026-03-11) in memory: databases with data sources, pages, blocks,
// queries over an index that lags, users, search, webhooks. Stricter than the real thing, and a liar on request
// (kNotionFaults). README.md says what it does where the documentation leaves a choice. Requests go to any host: /v1/….
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/emulators/faults.hpp"
#include "connectors/emulators/service.hpp"
#include "engine/base/clock.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {

inline constexpr std::array kNotionFaults = {
    "short_page",             // fewer items than asked for, perhaps none, and a next page
    "duplicate_item",         // an item on two pages
    "page_shift",             // an item slips through a listing
    "late_index",             // queries and search see a write only 10 to 60 seconds later; a GET shows it
    "stale_cursor",           // 400 for a start_cursor that was good a moment ago
    "search_misses",          // an item that search does not find
    "unstamped_edit",         // a write that does not move last_edited_time
    "rate_limited",           // 429 public_api_request_rate_limit
    "space_rate_limited",     // 429 public_api_space_request_rate_limit, with a Retry-After beyond a minute
    "endpoint_rate_limited",  // 429 public_api_endpoint_rate_limit
    "request_blocked",        // 429 public_api_request_blocked: not to be tried again
    "service_overload",       // 529
    "conflict",               // 409, nothing has happened
    "internal_error",         // 500, nothing has happened
    "bad_gateway",            // 502, nothing has happened
    "unavailable",            // 503, nothing has happened
    "database_unavailable",   // 503 database_connection_unavailable, nothing has happened
    "gateway_timeout",        // 504, nothing has happened
    "query_unavailable",      // 503 with retry_guidance, of a query
    "committed_503",          // 503 after the write, with committed_resource_id
    "error_after_write",      // 504, and the write has happened; nothing says so
    "stale_credentials",      // 401 for a token that was good a moment ago
    "block_limit",            // a create that the plan has no room for
    "retrash_refused",        // 400 for trashing what is in the trash; else 200
    "zone_shown",             // a date in a reply with its time_zone and without an offset
    "status_name_refused",    // 400 for a status that is there, in progress, and given by its name
    "files_renewed",          // another expiring URL for the same hosted file
    "webhook_lost",           // an event that is never sent
    "webhook_twice",          // an event that is sent again
};

/// Facts that the documentation contradicts or leaves open. `by_seed`: drawn once, from the random numbers.
enum class NotionChoice { no, yes, by_seed };

struct NotionOptions {
  std::size_t requests_per_minute = 180;      ///< of one connection in a window of 60 s; 0: no limit
  std::size_t space_requests_per_minute = 0;  ///< of all connections together
  double requests_per_second = 0;             ///< an average, as older pages have it; 0: none
  std::size_t query_cap = 10'000;
  NotionChoice stamps_rounded = NotionChoice::by_seed;         ///< to the nearest minute; else floored
  NotionChoice property_writes_stamp = NotionChoice::by_seed;  ///< a connection's write of properties moves the stamp
  NotionChoice body_writes_stamp = NotionChoice::no;           ///< a connection's write of blocks does
  NotionChoice title_is_content = NotionChoice::by_seed;       ///< a webhook of a title alone says page.content_updated
  bool dates_keep_seconds = false;
  bool options_created = true;  ///< a write may name a select option that is not there
  std::string workspace = "Sandbox";
};

/// What a connection may do; all by default.
struct NotionCapabilities {
  bool read = true;
  bool insert = true;
  bool update = true;
  bool users = true;
};

/// One POST to a subscriber, as it goes over the wire.
struct NotionDelivery {
  std::string body;       ///< the exact bytes
  std::string signature;  ///< of X-Notion-Signature; none on the handshake
};

class Notion final : public Service {
 public:
  Notion(Clock& clock, Random& random, NotionOptions options = {});
  ~Notion() override;

  http::Response handle(const http::Request& request) override;

  // What an administrator of this workspace does.
  /// A connection with this token; the id of its bot.
  std::string add_connection(const std::string& token, const std::string& name = "Fasti",
                             NotionCapabilities capabilities = {});
  /// A person of the workspace; requests with `token` are what this person does in the app: they meet no limits and
  /// are refused by no lie, their writes move last_edited_time (but for the fault), and they may change what
  /// connections cannot. The id of the user.
  std::string add_person(const std::string& token, const std::string& name, const std::string& email);
  void revoke(const std::string& token);
  /// A page of the workspace that everybody has; databases of a test go below it.
  std::string root_page() const;
  /// Takes a database, data source or page, and what is below it, away from all connections, or gives it back.
  void share(const std::string& id, bool shared);
  /// Gone for good, as when the trash is emptied.
  void destroy(const std::string& id);
  /// Formulas, rollups, hosted files, buttons: the value as it is read, without its id.
  void set_value(const std::string& page, const std::string& property, const std::string& value_json);
  /// All cursors given out so far are refused from now on.
  void expire_cursors();

  /// A subscription; the handshake is delivered at once. `sink` answers with a status; other than 2xx is tried again,
  /// up to 8 times. It may call this stand-in. The verification token.
  using Sink = std::function<int(const NotionDelivery&)>;
  std::string subscribe(const std::string& token, Sink sink);
  /// Delivers what is due by the clock; every request does so too.
  void deliver();

  Faults& faults();
  std::uint64_t requests() const;
  /// Writes that were stored, by connections, of whatever kind.
  std::uint64_t writes() const;

  struct State;

 private:
  mutable std::mutex mutex_;
  std::unique_ptr<State> state_;
};

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
