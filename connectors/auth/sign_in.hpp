#pragma once
// A person signs in: in a browser, with the code coming back to a loopback address (RFC 8252, PKCE by RFC 7636), or by
// a code typed on another device (RFC 8628). What comes out is a refresh token to keep.
#include <string>
#include <utility>
#include <vector>

#include "connectors/auth/token_endpoint.hpp"

namespace fasti {
inline namespace v1 {
namespace auth {

/// One provider's sign-in, as its connection's table sets it up.
struct SignIn {
  std::string connection;
  std::string authorize_url;
  std::string token_url;
  std::string device_url;  ///< empty: the provider has no device code
  std::string client_id;
  Secret client_secret;  ///< empty: a public client, which must not send one
  std::string scope;
  std::vector<std::pair<std::string, std::string>> extra;  ///< of the authorize address
  std::string redirect_host = "127.0.0.1";                 ///< as the provider wants it written
};

/// Waits for the browser to come back; one sign-in at a time.
class RedirectReceiver {
 public:
  virtual ~RedirectReceiver() = default;
  virtual int port() const = 0;
  /// The query parameters of the first request that has a code or an error; cancelled when stopped.
  virtual Result<std::vector<std::pair<std::string, std::string>>> wait(std::stop_token stop) = 0;
};

/// Listens on a free loopback port at once. transient when there is none.
Result<std::unique_ptr<RedirectReceiver>> listen_on_loopback();

Result<TokenReply> sign_in_by_browser(const SignIn& what, http::Client& client, RedirectReceiver& receiver,
                                      const std::function<void(const std::string&)>& show, std::stop_token stop);
Result<TokenReply> sign_in_by_device(const SignIn& what, http::Client& client, Clock& clock,
                                     const std::function<void(const std::string&)>& show, std::stop_token stop);

/// What of `wanted` was not granted: people can untick scopes.
std::vector<std::string> missing_scopes(const std::string& wanted, const std::optional<std::string>& granted);

/// The whole of `fasti connect`: signs in either way and keeps the refresh token.
Status sign_in(const SignIn& what, const ConnectionSettings& table, const Services& services,
               const SignInPrompt& prompt);

}  // namespace auth
}  // namespace v1
}  // namespace fasti
