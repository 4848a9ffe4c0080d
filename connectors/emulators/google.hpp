#pragma once
// A stand-in for the Google Calendar API v3 and Google's token endpoint, in memory: stricter than the real thing, and a
// liar on request (kGoogleFaults). README.md says what it does where the documentation leaves a choice. Requests go to
// any host: /calendar/v3/…, /batch/calendar/v3, /o/oauth2/v2/auth, /token,
// /revoke; /sandbox/… is the tests' own (control.hpp).
#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/emulators/control.hpp"
#include "connectors/emulators/faults.hpp"
#include "connectors/emulators/service.hpp"
#include "engine/base/clock.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {

inline constexpr std::array kGoogleFaults = {
    "short_page",          // fewer items than asked for, perhaps none, and a next page
    "duplicate_item",      // an item on two pages
    "reordered",           // items in no order: exceptions before their masters
    "page_shift",          // an item slips through between two pages; the next delta has it
    "delayed",             // a write is not listed yet; a GET shows it
    "expired_token",       // 410 fullSyncRequired
    "no_sync_token",       // the last page has none
    "full_tombstones",     // cancelled events with their details, and deleted ones where nobody asked for them
    "rate_403",            // userRateLimitExceeded
    "rate_429",            // rateLimitExceeded
    "quota_403",           // quotaExceeded
    "backend_error",       // 503, nothing has happened
    "error_after_write",   // 503, and it has
    "stale_credentials",   // 401 for a token that was good a moment ago
    "part_conflict",       // 409 conflict of a part of a batch
    "part_missing",        // a part that the answer to a batch leaves out, and that was carried out
    "undelete_refused",    // 403 for status = confirmed on a deleted event
    "exceptions_lost",     // other times of a series take all its exceptions with them
    "exception_etags",     // a change of a series gives its exceptions new ETags
    "move_says_cancelled"  // the answer to a move shows a cancelled event
};

/// Who would have been mailed, and about what.
struct GoogleMail {
  std::string calendar;
  std::string event;
  std::string method;  ///< "POST", "PATCH", …
  std::string send_updates;
  std::vector<std::string> to;  ///< guests other than the owner; empty for "none"
};

class Google final : public Service {
 public:
  Google(Clock& clock, Random& random);
  ~Google() override;

  http::Response handle(const http::Request& request) override;

  // What an administrator of this world does.
  static constexpr const char* kAllScopes = "https://www.googleapis.com/auth/calendar";
  /// A user with a primary calendar of this name.
  void add_user(const std::string& email, const std::string& zone);
  /// An access token that is good until it expires (zero: for ever).
  void add_token(const std::string& token, const std::string& email, const std::string& scope = kAllScopes,
                 std::chrono::seconds lifetime = {});
  /// A desktop app that is registered; without any, every client is known.
  void add_client(const std::string& id, const std::string& secret);
  void add_refresh_token(const std::string& token, const std::string& email, const std::string& scope = kAllScopes);
  /// May sign in with assertions that this PEM public key verifies; `delegated`: also for other users.
  void add_service_account(const std::string& email, const std::string& public_key, bool delegated);
  void revoke(const std::string& refresh_token);
  /// Every access token given out so far is refused from now on.
  void expire_access_tokens();
  /// role: "freeBusyReader", "reader", "writer", "owner"; "": not any more.
  void share(const std::string& calendar, const std::string& email, const std::string& role);
  /// All sync tokens given out so far are answered with 410.
  void expire_sync_tokens(const std::string& calendar);

  Faults& faults();
  std::vector<GoogleMail> mail() const;
  std::uint64_t requests() const;

  struct State;

 private:
  http::Response control(const ControlCall& call);

  mutable std::mutex mutex_;
  std::unique_ptr<State> state_;
};

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
