#pragma once
// Outlook as Microsoft Graph v1.0 shows it, with the token endpoint beside it: calendars, events, series with
// exceptions and deleted occurrences, views, deltas, batches, extended properties, free/busy. In memory, driven by a
// clock and a seed, and stricter than the real thing: pages of any size, in any order, with repeats; bare occurrences;
// windows baked into tokens. Not for mail: nobody is told of anything, but what would have told is counted.
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "connectors/emulators/control.hpp"
#include "connectors/emulators/faults.hpp"
#include "connectors/emulators/service.hpp"
#include "engine/base/clock.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {

/// The lies of the Outlook stand-in.
inline const std::vector<std::string_view> kOutlookFaults = {
    "throttled",              ///< 429 with Retry-After
    "unavailable",            ///< 503 before anything happens
    "failed_after_write",     ///< 504 after the write was stored
    "batch_part_throttled",   ///< one part of a batch, with its own Retry-After
    "batch_part_failed",      ///< 424 for one part
    "batch_part_missing",     ///< stored, and not answered
    "conflict_409",           ///< a lost precondition answered with 409
    "conflict_from_nowhere",  ///< 412 although nobody wrote
    "if_match_ignored",       ///< a write over another version goes through
    "token_expired",          ///< 401 although the token is fresh
    "cursor_expired",         ///< 410
    "cursor_not_found",       ///< 404 syncStateNotFound
    "short_page",
    "empty_page",
    "repeated_item",
    "replayed_item",
    "late_item",
    "removed_in_first_round",
    "master_missing",
    "silent_cancellation",  ///< a deleted occurrence is shown by nothing
    "late_bump",            ///< the version moves again two seconds after a write
};

struct OutlookOptions {
  std::string host = "graph.microsoft.com";
  std::string scheme = "https";
  std::string user = "alice@example.com";
  std::string zone = "W. Europe Standard Time";  ///< of the mailbox
  std::string client_id = "fasti-tests";
  std::string client_secret = "secret";
  std::string fixed_token;                    ///< one that never expires; empty: none
  std::string scope = "Calendars.ReadWrite";  ///< that sign-ins are given; without "Write" writes are refused
  std::chrono::seconds token_life{3600};
  std::chrono::seconds device_interval{5};  ///< between two questions about a device code
  std::size_t page = 10;
  bool teams = true;
};

class Outlook final : public Service {
 public:
  Outlook(Clock& clock, Random& random, OutlookOptions options = {});
  ~Outlook() override;

  http::Response handle(const http::Request& request) override;

  Faults& faults();
  /// A bearer token as the token endpoint gives it.
  std::string issue_token();
  /// All access tokens are refused from now on; sign-ins are still good.
  void expire_tokens();
  /// All delta links are refused from now on.
  void expire_cursors();
  /// The id of a new calendar.
  std::string add_calendar(const std::string& name, bool can_edit = true);
  void remove_calendar(const std::string& id);
  /// Makes an event unreadable: a pattern of a type that nobody knows.
  void break_event(const std::string& id);
  /// A meeting that somebody else organizes; its id.
  std::string invite(const std::string& calendar, const std::string& subject);
  /// What the app may sign its assertions with.
  void set_certificate(const std::string& pem);
  /// The person behind a device code says yes or no.
  void answer_device(const std::string& user_code, bool yes);
  std::uint64_t mails() const;
  std::uint64_t requests() const;
  /// Writes that were stored, of whatever kind.
  std::uint64_t writes() const;

  struct State;

 private:
  http::Response control(const ControlCall& call);

  std::unique_ptr<State> state_;
  mutable std::mutex mutex_;
  std::atomic<int> in_flight_{0};
};

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
