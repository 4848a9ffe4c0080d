#include "connectors/outlook/errors.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "connectors/http/redact.hpp"
#include "connectors/http/status.hpp"
#include "connectors/outlook/json.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {
namespace {

struct Row {
  const char* code;
  ErrorKind kind;
  const char* hint;
};

/// Where Graph's own code says more than the status.
constexpr std::array kCodes = {
    Row{"syncStateNotFound", ErrorKind::cursor_expired, ""},
    Row{"syncStateInvalid", ErrorKind::cursor_expired, ""},
    Row{"resyncRequired", ErrorKind::cursor_expired, ""},
    Row{"ErrorIrresolvableConflict", ErrorKind::precondition_failed, ""},
    Row{"ErrorItemNotFound", ErrorKind::not_found, ""},
    Row{"ErrorAccessDenied", ErrorKind::forbidden,
        "grant this app Calendars.ReadWrite (for a calendar of others Calendars.ReadWrite.Shared), then sign in again: "
        "fasti connect"},
    Row{"Authorization_RequestDenied", ErrorKind::forbidden,
        "grant this app Calendars.ReadWrite and let an administrator consent, then sign in again: fasti connect"},
    Row{"MailboxNotEnabledForRESTAPI", ErrorKind::forbidden, "this account has no Exchange Online mailbox"},
    Row{"ErrorCalendarViewRangeTooBig", ErrorKind::bad_config, "make window_past and window_future smaller"},
    Row{"TimeZoneNotSupportedException", ErrorKind::rejected, "give the record a zone that Windows has"},
    Row{"ErrorQuotaExceeded", ErrorKind::forbidden, "the mailbox is full"},
};

}  // namespace

Error make_error(ErrorKind kind, std::string place, std::string message, std::string hint) {
  return Error{kind, std::move(message), std::move(place), std::move(hint), std::nullopt};
}

bool same_code(const std::string& a, const std::string& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](unsigned char x, unsigned char y) {
           return std::tolower(x) == std::tolower(y);
         });
}

Error answer_error(const http::Response& response, const std::string& what, const std::string& place, Instant now) {
  if (http::is_success(response.status))
    return make_error(ErrorKind::bad_reply, place,
                      what + ": " + http::status_text(response.status) + " with an answer that is not Graph's",
                      "check the url of this connection, and that no login page stands in between");
  Error error = http::status_error(response, what, now);
  error.place = place;
  // A write that lost against another one, whichever of the two statuses says so.
  if (response.status == 409 || response.status == 412) error.kind = ErrorKind::precondition_failed;
  if (response.status == 410) error.kind = ErrorKind::cursor_expired;
  const GraphError graph = parse_error(response.body);
  if (graph.code.empty()) return error;
  error.message += " (" + graph.code + (graph.message.empty() ? "" : ": " + http::redact_text(graph.message)) + ")";
  const bool passing = response.status >= 500 || response.status == 429 || response.status == 401;
  for (const Row& row : kCodes) {
    if (passing || !same_code(graph.code, row.code)) continue;
    error.kind = row.kind;
    if (*row.hint) error.hint = row.hint;
  }
  return error;
}

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
