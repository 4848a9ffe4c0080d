#pragma once
// One question to an OAuth 2 token endpoint (RFC 6749, RFC 8628): a form out, a token or a refusal back.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "connectors/http/client.hpp"

namespace fasti {
inline namespace v1 {
namespace auth {

using Form = std::vector<std::pair<std::string, Secret>>;

struct TokenReply {
  Secret access;
  Secret refresh;  ///< empty: none, keep the old one
  std::chrono::seconds expires_in{0};
  std::optional<std::string> scope;  ///< granted, space separated, when the reply said so
};

/// Reads an answer of a token endpoint. The error codes of RFC 6749 5.2 come back as the message "CODE: description":
/// unauthenticated where only a person or an administrator can help, else transient, rate_limited or bad_reply.
Result<TokenReply> read_token_reply(const http::Response& response, Instant now);

/// The code of such an error ("authorization_pending"); empty for others.
std::string oauth_code(const Error& error);

/// Asks; an endpoint that does not answer, or answers 5xx, is asked up to three times: repeating is harmless there.
Result<TokenReply> ask_token(http::Client& client, const std::string& url, const Form& form, std::stop_token stop);

std::string form_text(const Form& form);

}  // namespace auth
}  // namespace v1
}  // namespace fasti
