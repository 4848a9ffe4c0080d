#pragma once
// What the token sources of all providers share: the client that asks a token endpoint, and a refresh token that is
// kept again when the provider replaces it.
#include <memory>
#include <string>

#include "connectors/auth/token_cache.hpp"

namespace fasti {
inline namespace v1 {
namespace auth {

/// A client without credentials, with the connection's proxy, CA file and timeout.
Result<std::shared_ptr<http::Client>> token_client(const ConnectionSettings& table, const Services& services);

/// `key`, or `fallback`; bad_config unless it is https, or http on loopback (a sandbox).
Result<std::string> secure_url(const ConnectionSettings& table, const std::string& key, const std::string& fallback);

/// The text of a key that must be there.
Result<std::string> required(const ConnectionSettings& table, const std::string& key, const std::string& hint);

/// A secret when it is kept or written; nullopt when it is neither.
Result<std::optional<Secret>> optional_secret(const ConnectionSettings& table, const std::string& key);

struct RefreshGrant {
  std::string connection;
  std::string token_url;
  Form form;  ///< everything but grant_type and refresh_token
  Secret refresh;
  SecretKeeper keeper;
};

/// A replaced refresh token is kept before the access token that came with it is used.
std::shared_ptr<http::TokenSource> refreshed_tokens(const Services& services, std::shared_ptr<http::Client> client,
                                                    RefreshGrant grant);

/// What a person does about a connection that must be signed in (again).
std::string connect_hint(const std::string& connection);

}  // namespace auth
}  // namespace v1
}  // namespace fasti
