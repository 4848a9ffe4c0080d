#pragma once
// The tokens of a connection, from its table in fasti.toml: which way of signing in it chose, and what that needs.
// Google: `service_account` (the key file's JSON, with `subject` to act for a user), `refresh_token` with `client_id`
// and `client_secret`. Microsoft: `client_secret` or `certificate` with `tenant` and `client_id`, or `refresh_token`.
// Both: `token`, a ready access token that is never refreshed (a sandbox, a test).
#include <memory>
#include <string>
#include <vector>

#include <fasti/connector.hpp>

#include "connectors/http/services.hpp"
#include "connectors/http/token_source.hpp"

namespace fasti {
inline namespace v1 {
namespace auth {

/// Keys that a connection's table may hold for signing in, and those of them that are secrets.
std::vector<std::string> google_keys();
std::vector<std::string> google_secrets();
std::vector<std::string> microsoft_keys();
std::vector<std::string> microsoft_secrets();

/// `scope`: space separated. bad_config names the key that is missing or wrong.
Result<std::shared_ptr<http::TokenSource>> google_tokens(const ConnectionSettings& table, const Services& services,
                                                         const std::string& scope);
Result<std::shared_ptr<http::TokenSource>> microsoft_tokens(const ConnectionSettings& table, const Services& services,
                                                            const std::string& scope);

/// ConnectorFactory::sign_in of the two: a browser, or a code on another device (Microsoft only).
Status google_sign_in(const ConnectionSettings& table, const Services& services, const SignInPrompt& prompt,
                      const std::string& scope);
Status microsoft_sign_in(const ConnectionSettings& table, const Services& services, const SignInPrompt& prompt,
                         const std::string& scope);

}  // namespace auth
}  // namespace v1
}  // namespace fasti
