#include "connectors/caldav/settings.hpp"

#include "connectors/http/client_settings.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace caldav {
namespace {

Status read_auth(const ConnectionSettings& table, Settings& out) {
  const std::string scheme = table.get("auth").value_or("auto");
  auto& auth = out.client.endpoint.auth;
  const bool has_token = http::is_written(table, "token");
  const bool has_user = table.get("username").has_value();
  if (has_token && has_user) return http::bad_key(table, "token", "and username exclude each other");
  if (scheme == "bearer" || (scheme == "auto" && has_token)) {
    FASTI_TRY(auto token, table.secret("token"));
    auth.scheme = http::AuthScheme::bearer;
    auth.secret = Secret(std::move(token));
    return {};
  }
  if (scheme != "auto" && scheme != "basic" && scheme != "digest")
    return http::bad_key(table, "auth", "is \"" + scheme + "\"", "write basic, digest, bearer or auto");
  if (!has_user) {
    if (scheme == "auto") return {};
    return http::bad_key(table, "username", "is missing, but auth = \"" + scheme + "\" needs it");
  }
  FASTI_TRY(auto password, table.secret("password"));
  auth.scheme = scheme == "digest" ? http::AuthScheme::digest : http::AuthScheme::basic;
  auth.username = *table.get("username");
  auth.secret = Secret(std::move(password));
  out.client.try_digest = scheme == "auto";
  return {};
}

}  // namespace

std::vector<std::string> setting_keys() {
  auto keys = http::client_keys();
  keys.insert(keys.end(), {"username", "password", "token", "auth", "max_body"});
  return keys;
}

Result<Settings> read_settings(const ConnectionSettings& table) {
  Settings out;
  FASTI_TRY(out.session.url, http::url_of(table));
  FASTI_TRY(out.client, http::client_options(table));
  if (table.get("parallel")) out.session.parallel = out.client.parallel;
  FASTI_CHECK(read_auth(table, out));
  FASTI_TRY(const auto body_max, http::bytes_of(table, "max_body"));
  if (body_max) out.session.body_max = *body_max;
  const auto scheme = out.client.endpoint.auth.scheme;
  out.sends_password_in_clear = out.session.url.scheme == "http" && !http::is_loopback(out.session.url) &&
                                (scheme == http::AuthScheme::basic || scheme == http::AuthScheme::bearer);
  return out;
}

}  // namespace caldav
}  // namespace v1
}  // namespace fasti
