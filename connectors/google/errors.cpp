#include "connectors/google/errors.hpp"

#include <algorithm>
#include <array>

#include "connectors/google/json.hpp"
#include "connectors/http/redact.hpp"
#include "connectors/http/status.hpp"

namespace fasti {
inline namespace v1 {
namespace google {
namespace {

struct Row {
  int status;
  std::string_view reason;
  ErrorKind kind;
  std::string_view hint;
};

/// https://developers.google.com/workspace/calendar/api/guides/errors
constexpr std::array kReasons = {
    Row{403, "rateLimitExceeded", ErrorKind::rate_limited, ""},
    Row{403, "userRateLimitExceeded", ErrorKind::rate_limited, ""},
    Row{403, "quotaExceeded", ErrorKind::rate_limited, "the quota of this project or calendar is used up; try later"},
    Row{403, "dailyLimitExceeded", ErrorKind::rate_limited, "the quota of this project is used up; try tomorrow"},
    Row{403, "insufficientPermissions", ErrorKind::forbidden,
        "the token lacks the scope https://www.googleapis.com/auth/calendar: fasti connect NAME"},
    Row{403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT", ErrorKind::forbidden,
        "the token lacks the scope https://www.googleapis.com/auth/calendar: fasti connect NAME"},
    Row{403, "requiredAccessLevel", ErrorKind::forbidden,
        "share the calendar with this account, with the right to make changes to events"},
    Row{403, "accessNotConfigured", ErrorKind::forbidden,
        "switch the Google Calendar API on for this project in the Google Cloud console"},
    Row{403, "forbiddenForNonOrganizer", ErrorKind::rejected, "only its organizer can change this event"},
    Row{403, "forbiddenForServiceAccounts", ErrorKind::rejected,
        "a service account invites people only on behalf of a user: set subject"},
    Row{403, "calendarUsageLimitsExceeded", ErrorKind::rate_limited, ""},
    Row{409, "conflict", ErrorKind::transient, ""},
    Row{410, "fullSyncRequired", ErrorKind::cursor_expired, ""},
    Row{410, "updatedMinTooLongAgo", ErrorKind::cursor_expired, ""},
};

constexpr std::chrono::seconds kQuotaPause{600};

const Row* find_row(int status, const std::string& reason) {
  const auto* row = std::find_if(kReasons.begin(), kReasons.end(),
                                 [&](const Row& one) { return one.status == status && one.reason == reason; });
  return row == kReasons.end() ? nullptr : row;
}

}  // namespace

Refusal read_refusal(const http::Response& response) {
  Refusal out;
  const auto json = parse_json(response.body);
  const auto error = json ? json->find("error") : std::nullopt;
  if (!error) return out;
  if (auto plain = error->as_text()) {  // OAuth's shape
    out.reason = std::move(*plain);
    out.message = json->text("error_description");
    return out;
  }
  out.message = error->text("message");
  const auto details = error->list("errors");
  if (details.empty()) return out;
  out.reason = details.front().text("reason");
  out.location = details.front().text("location");
  if (out.message.empty()) out.message = details.front().text("message");
  return out;
}

bool asks_for_patience(const http::Response& response) {
  if (response.status != 403) return false;
  const auto reason = read_refusal(response).reason;
  return reason == "rateLimitExceeded" || reason == "userRateLimitExceeded";
}

Error make_error(ErrorKind kind, std::string place, std::string message, std::string hint) {
  return {kind, std::move(message), std::move(place), std::move(hint), std::nullopt};
}

Error answer_error(const http::Response& response, const std::string& what, const std::string& place, Instant now) {
  if (http::is_success(response.status)) {
    const auto type = http::header(response.headers, "Content-Type").value_or("nothing");
    return make_error(
        ErrorKind::bad_reply, place,
        what + ": " + http::status_text(response.status) + " with " + type + ", which is no answer of Google Calendar",
        "check the url of this connection, and that no login page stands in between");
  }
  Error error = http::status_error(response, what, now);
  error.place = place;
  const Refusal refusal = read_refusal(response);
  if (!refusal.message.empty()) error.message += " (" + http::redact_text(refusal.message) + ")";
  if (error.kind == ErrorKind::unauthenticated) error.hint = "sign in again: fasti connect NAME";
  if (const Row* row = find_row(response.status, refusal.reason)) {
    error.kind = row->kind;
    error.hint = std::string(row->hint);
    if (row->reason == "quotaExceeded" && !error.retry_after) error.retry_after = kQuotaPause;
  }
  if (response.status == 400 && refusal.location == "syncToken") error.kind = ErrorKind::cursor_expired;
  return error;
}

}  // namespace google
}  // namespace v1
}  // namespace fasti
