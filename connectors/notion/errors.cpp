#include "connectors/notion/errors.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "connectors/http/redact.hpp"
#include "connectors/http/status.hpp"
#include "connectors/notion/json.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {
namespace {

struct Row {
  std::string_view code;
  ErrorKind kind;
  std::string_view hint;
};

constexpr std::array kCodes = {
    Row{"unauthorized", ErrorKind::unauthenticated, "check the token of this connection, then: fasti check --online"},
    Row{"restricted_resource", ErrorKind::forbidden,
        "give this connection the right to read, insert and update content (Notion: Settings, Connections)"},
    Row{"object_not_found", ErrorKind::not_found,
        "share the database with this connection (in Notion: ..., Connections), if it is still there"},
    Row{"conflict_error", ErrorKind::precondition_failed, ""},
    Row{"rate_limited", ErrorKind::rate_limited, ""},
    Row{"service_overload", ErrorKind::rate_limited, ""},
    Row{"validation_error", ErrorKind::rejected, ""},
    Row{"missing_version", ErrorKind::internal, ""},
};

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

Refusal read_refusal(const http::Response& response) {
  Refusal out;
  const auto json = parse_json(response.body);
  if (!json || json->text("object") != "error") return out;
  out.code = json->text("code");
  out.message = json->text("message");
  const auto more = json->find("additional_data");
  if (!more) return out;
  out.reason = more->text("rate_limit_reason");
  out.committed = more->text("committed_resource_id");
  const auto guidance = more->find("retry_guidance");
  if (guidance) out.do_not_repeat = contains(guidance->minified(), "Do not repeat");
  return out;
}

Error make_error(ErrorKind kind, std::string place, std::string message, std::string hint) {
  return {kind, std::move(message), std::move(place), std::move(hint), std::nullopt};
}

Error bad_shape(const std::string& why) {
  return make_error(ErrorKind::bad_reply, "", "an answer that is not Notion's: " + why,
                    "check the url of this connection, and that no login page stands in between");
}

Error answer_error(const http::Response& response, const std::string& what, const std::string& place, Instant now) {
  if (http::is_success(response.status)) {
    Error error = bad_shape(what + ": " + http::status_text(response.status));
    error.place = place;
    return error;
  }
  Error error = http::status_error(response, what, now);
  error.place = place;
  const Refusal refusal = read_refusal(response);
  if (refusal.code.empty()) return error;
  error.message += " (" + refusal.code;
  if (!refusal.message.empty()) error.message += ": " + http::redact_text(refusal.message);
  error.message += ")";
  const auto* row =
      std::find_if(kCodes.begin(), kCodes.end(), [&](const Row& one) { return one.code == refusal.code; });
  if (row != kCodes.end()) {
    error.kind = row->kind;
    if (!row->hint.empty()) error.hint = std::string(row->hint);
  }
  if (refusal.reason == "public_api_request_blocked") {
    error.kind = ErrorKind::forbidden;
    error.hint = "Notion has blocked this connection: ask its support, trying again does not help";
  }
  return error;
}

bool says_trashed(const Refusal& refusal) {
  return refusal.code == "validation_error" && contains(refusal.message, "archived") &&
         contains(refusal.message, "Can't edit");
}

bool says_stale_cursor(const Refusal& refusal) {
  return refusal.code == "validation_error" && contains(refusal.message, "start_cursor");
}

bool is_final(const http::Request& request, const http::Response& response) {
  if (response.status == 429) return read_refusal(response).reason == "public_api_request_blocked";
  return !request.safe && response.status >= 500 && response.status != 529;
}

}  // namespace notion
}  // namespace v1
}  // namespace fasti
