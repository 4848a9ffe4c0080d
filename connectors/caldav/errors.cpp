#include "connectors/caldav/errors.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "connectors/http/redact.hpp"
#include "connectors/http/status.hpp"

namespace fasti {
inline namespace v1 {
namespace caldav {
namespace {

struct Row {
  std::string_view condition;
  ErrorKind kind;
};

/// RFC 4791 5.3.2.1, RFC 6638 3.2.4.1, RFC 3253, RFC 3744, RFC 4331: what each violated precondition asks for.
constexpr std::array kConditions = {
    Row{"no-uid-conflict", ErrorKind::rejected},
    Row{"unique-scheduling-object-resource", ErrorKind::rejected},
    Row{"same-organizer-in-all-components", ErrorKind::rejected},
    Row{"allowed-organizer-scheduling-object-change", ErrorKind::rejected},
    Row{"allowed-attendee-scheduling-object-change", ErrorKind::rejected},
    Row{"valid-calendar-data", ErrorKind::rejected},
    Row{"valid-calendar-object-resource", ErrorKind::rejected},
    Row{"supported-calendar-data", ErrorKind::rejected},
    Row{"supported-calendar-component", ErrorKind::rejected},
    Row{"max-resource-size", ErrorKind::rejected},
    Row{"min-date-time", ErrorKind::rejected},
    Row{"max-date-time", ErrorKind::rejected},
    Row{"max-instances", ErrorKind::rejected},
    Row{"max-attendees-per-instance", ErrorKind::rejected},
    Row{"need-privileges", ErrorKind::forbidden},
    Row{"quota-not-exceeded", ErrorKind::forbidden},
    Row{"sufficient-disk-space", ErrorKind::transient},
    Row{"valid-sync-token", ErrorKind::cursor_expired},
    Row{"supported-report", ErrorKind::unsupported},
};

void add_condition(Error& error, const DavError& dav) {
  if (dav.condition.empty()) return;
  error.message += " (" + dav.condition;
  if (!dav.href.empty()) error.message += ", held by " + dav.href;
  if (!dav.text.empty() && dav.text != dav.href) error.message += ": " + http::redact_text(dav.text);
  error.message += ")";
  const auto* row = std::find_if(kConditions.begin(), kConditions.end(),
                                 [&](const Row& one) { return one.condition == dav.condition; });
  if (row != kConditions.end()) error.kind = row->kind;
}

}  // namespace

Error make_error(ErrorKind kind, std::string place, std::string message, std::string hint) {
  Error error;
  error.kind = kind;
  error.place = std::move(place);
  error.message = std::move(message);
  error.hint = std::move(hint);
  return error;
}

Error answer_error(const http::Response& response, const std::string& what, const std::string& place, Instant now) {
  if (http::is_success(response.status)) return shape_error(response, what, place);
  Error error = http::status_error(response, what, now);
  error.place = place;
  add_condition(error, parse_error(response.body));
  return error;
}

Error inner_error(int status, const DavError& dav, const std::string& what, const std::string& place) {
  Error error = make_error(http::kind_of_status(status), place, what + ": " + http::status_text(status));
  add_condition(error, dav);
  return error;
}

Error shape_error(const http::Response& response, const std::string& what, const std::string& place) {
  const auto type = http::header(response.headers, "Content-Type").value_or("nothing");
  return make_error(ErrorKind::bad_reply, place,
                    what + ": " + http::status_text(response.status) + " with " + type + ", which is no CalDAV answer",
                    "check the url of this connection, and that no login page stands in between");
}

}  // namespace caldav
}  // namespace v1
}  // namespace fasti
