#include "connectors/caldav/settings.hpp"

#include <algorithm>
#include <charconv>

#include "connectors/caldav/errors.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace caldav {
namespace {

constexpr int kParallelMax = 64;

Error bad_key(const ConnectionSettings& table, const std::string& key, const std::string& why, std::string hint = "") {
  return make_error(ErrorKind::bad_config, table.place(key), key + " " + why, std::move(hint));
}

/// A positive number and what is written behind it.
std::optional<std::pair<double, std::string>> number_with_unit(const std::string& text) {
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || !(value > 0) || value > 1e15) return std::nullopt;
  return std::make_pair(value, std::string(end, text.data() + text.size()));
}

Result<std::optional<std::chrono::milliseconds>> duration_of(const ConnectionSettings& table, const std::string& key) {
  const auto text = table.get(key);
  if (!text) return std::optional<std::chrono::milliseconds>();
  const auto parts = number_with_unit(*text);
  double scale = 0;
  if (parts && parts->second == "ms") scale = 1;
  if (parts && (parts->second.empty() || parts->second == "s")) scale = 1000;
  if (parts && parts->second == "m") scale = 60000;
  if (scale == 0 || parts->first * scale > 86400000) return bad_key(table, key, "is no duration", "write \"30s\"");
  return std::optional(std::chrono::milliseconds{static_cast<std::int64_t>(parts->first * scale)});
}

Result<std::optional<std::size_t>> bytes_of(const ConnectionSettings& table, const std::string& key) {
  const auto text = table.get(key);
  if (!text) return std::optional<std::size_t>();
  const auto parts = number_with_unit(*text);
  double scale = 0;
  if (parts && parts->second.empty()) scale = 1;
  if (parts && (parts->second == "K" || parts->second == "KiB")) scale = 1024;
  if (parts && (parts->second == "M" || parts->second == "MiB")) scale = 1024 * 1024;
  if (scale == 0 || parts->first * scale < 1) return bad_key(table, key, "is no size", "write \"64M\"");
  return std::optional(static_cast<std::size_t>(parts->first * scale));
}

/// get() shows no `{ env = … }`; a key that is there has a place of its own.
bool is_written(const ConnectionSettings& table, const std::string& key) {
  return table.get(key).has_value() || table.place(key) != table.place("no such key");
}

Status read_auth(const ConnectionSettings& table, Settings& out) {
  const std::string scheme = table.get("auth").value_or("auto");
  auto& auth = out.client.endpoint.auth;
  const bool has_token = is_written(table, "token");
  const bool has_user = table.get("username").has_value();
  if (has_token && has_user) return bad_key(table, "token", "and username exclude each other");
  if (scheme == "bearer" || (scheme == "auto" && has_token)) {
    FASTI_TRY(auto token, table.secret("token"));
    auth.scheme = http::AuthScheme::bearer;
    auth.secret = Secret(std::move(token));
    return {};
  }
  if (scheme != "auto" && scheme != "basic" && scheme != "digest")
    return bad_key(table, "auth", "is \"" + scheme + "\"", "write basic, digest, bearer or auto");
  if (!has_user) {
    if (scheme == "auto") return {};
    return bad_key(table, "username", "is missing, but auth = \"" + scheme + "\" needs it");
  }
  FASTI_TRY(auto password, table.secret("password"));
  auth.scheme = scheme == "digest" ? http::AuthScheme::digest : http::AuthScheme::basic;
  auth.username = *table.get("username");
  auth.secret = Secret(std::move(password));
  out.client.try_digest = scheme == "auto";
  return {};
}

Status read_pace(const ConnectionSettings& table, Settings& out) {
  if (const auto text = table.get("rate")) {
    const auto parts = number_with_unit(*text);
    if (!parts || !parts->second.empty()) return bad_key(table, "rate", "is no number of requests per second");
    out.client.rate = parts->first;
  }
  if (const auto text = table.get("parallel")) {
    const auto parts = number_with_unit(*text);
    if (!parts || !parts->second.empty() || parts->first < 1 || parts->first > kParallelMax)
      return bad_key(table, "parallel", "is no number from 1 to " + std::to_string(kParallelMax));
    out.client.parallel = static_cast<std::size_t>(parts->first);
    out.session.parallel = out.client.parallel;
  }
  return {};
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "[::1]" || host.compare(0, 4, "127.") == 0;
}

}  // namespace

Result<Settings> read_settings(const ConnectionSettings& table) {
  Settings out;
  out.client.name = table.name();
  const auto address = table.get("url");
  if (!address) return bad_key(table, "url", "is missing", "url = \"https://dav.example.org/\"");
  auto url = http::parse_url(*address);
  if (!url) {
    Error error = std::move(url).error();
    error.place = table.place("url");
    return error;
  }
  out.session.url = std::move(*url);
  FASTI_CHECK(read_auth(table, out));
  FASTI_CHECK(read_pace(table, out));
  auto& endpoint = out.client.endpoint;
  endpoint.proxy = table.get("proxy");
  if (const auto file = table.get("ca_file"); file && !file->empty())
    endpoint.ca_file = file->front() == '/' ? *file : table.folder() + "/" + *file;
  FASTI_TRY(const auto timeout, duration_of(table, "timeout"));
  if (timeout) {
    endpoint.total_timeout = *timeout;
    endpoint.connect_timeout = std::min(endpoint.connect_timeout, *timeout);
  }
  FASTI_TRY(const auto body_max, bytes_of(table, "max_body"));
  if (body_max) out.session.body_max = *body_max;
  const auto scheme = endpoint.auth.scheme;
  out.sends_password_in_clear = out.session.url.scheme == "http" && !is_loopback(out.session.url.host) &&
                                (scheme == http::AuthScheme::basic || scheme == http::AuthScheme::bearer);
  return out;
}

}  // namespace caldav
}  // namespace v1
}  // namespace fasti
