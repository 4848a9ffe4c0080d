#include "connectors/auth/account.hpp"

#include "connectors/http/client_settings.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace auth {

std::string connect_hint(const std::string& connection) { return "sign in again: fasti connect " + connection; }

Result<std::shared_ptr<http::Client>> token_client(const ConnectionSettings& table, const Services& services) {
  FASTI_TRY(auto options, http::client_options(table));
  options.rate = 0;
  return std::make_shared<http::Client>(services, std::move(options));
}

Result<std::string> secure_url(const ConnectionSettings& table, const std::string& key, const std::string& fallback) {
  const std::string text = table.get(key).value_or(fallback);
  const auto url = http::parse_url(text);
  if (!url) return http::bad_key(table, key, url.error().message);
  if (url->scheme != "https" && !http::is_loopback(*url))
    return http::bad_key(table, key, "would send credentials unencrypted", "write https://");
  return text;
}

Result<std::string> required(const ConnectionSettings& table, const std::string& key, const std::string& hint) {
  auto text = table.get(key);
  if (!text || text->empty()) return http::bad_key(table, key, "is missing", hint);
  return *std::move(text);
}

Result<std::optional<Secret>> optional_secret(const ConnectionSettings& table, const std::string& key) {
  auto text = table.secret(key);
  if (text) return std::optional(Secret(*std::move(text)));
  if (http::is_written(table, key)) return std::move(text).error();
  return std::optional<Secret>();
}

std::shared_ptr<http::TokenSource> refreshed_tokens(const Services& services, std::shared_ptr<http::Client> client,
                                                    RefreshGrant grant) {
  auto fetch = [client = std::move(client), grant = std::move(grant),
                log = services.log](std::stop_token stop) mutable -> Result<TokenReply> {
    Form form = grant.form;
    form.emplace_back("grant_type", Secret("refresh_token"));
    form.emplace_back("refresh_token", grant.refresh);
    auto reply = ask_token(*client, grant.token_url, form, std::move(stop));
    if (!reply) {
      Error error = std::move(reply).error();
      if (error.kind == ErrorKind::unauthenticated) error.hint = connect_hint(grant.connection);
      return error;
    }
    if (reply->refresh.empty() || reply->refresh.reveal() == grant.refresh.reveal()) return reply;
    grant.refresh = reply->refresh;
    const Status kept = grant.keeper ? grant.keeper("refresh_token", reply->refresh.reveal()) : Status();
    if (log && (!grant.keeper || !kept))
      log(LogLevel::warning, grant.connection +
                                 ": the provider has replaced the refresh token and it could not be kept" +
                                 (kept ? "" : ": " + kept.error().message) + "; " + connect_hint(grant.connection));
    return reply;
  };
  return cached_tokens(services.clock, std::move(fetch));
}

}  // namespace auth
}  // namespace v1
}  // namespace fasti
