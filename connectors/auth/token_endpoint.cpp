#include "connectors/auth/token_endpoint.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/http/redact.hpp"
#include "connectors/http/status.hpp"

namespace fasti {
inline namespace v1 {
namespace auth {
namespace {

using Json = nlohmann::json;
constexpr int kTriesMax = 3;

std::string text_of(const Json& json, const char* key) {
  const auto it = json.find(key);
  return it != json.end() && it->is_string() ? it->get<std::string>() : std::string();
}

/// Seconds as a number, or as text: both are seen.
std::chrono::seconds seconds_of(const Json& json, const char* key) {
  const auto it = json.find(key);
  if (it == json.end()) return std::chrono::seconds{0};
  const double value = it->is_number()   ? it->get<double>()
                       : it->is_string() ? std::atof(it->get<std::string>().c_str())
                                         : 0.0;
  return std::chrono::seconds{static_cast<std::int64_t>(std::clamp(value, 0.0, 1e9))};
}

Error refused(const http::Response& response, const std::string& code, const std::string& description) {
  Error error;
  error.message = code + ": " + http::redact_text(description.substr(0, description.find_first_of("\r\n")));
  const bool busy = code == "temporarily_unavailable" || code == "server_error" || response.status >= 500;
  error.kind = busy                                            ? ErrorKind::transient
               : response.status == 429 || code == "slow_down" ? ErrorKind::rate_limited
                                                               : ErrorKind::unauthenticated;
  return error;
}

std::string form_escape(const std::string& text) {
  std::string out;
  for (const unsigned char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    static constexpr char kHex[] = "0123456789ABCDEF";
    if (plain)
      out += static_cast<char>(c);
    else
      out.append({'%', kHex[c >> 4U], kHex[c & 15U]});
  }
  return out;
}

}  // namespace

std::string form_text(const Form& form) {
  std::string body;
  for (const auto& [name, value] : form) {
    if (!body.empty()) body += '&';
    body += form_escape(name) + "=" + form_escape(value.reveal());
  }
  return body;
}

std::string oauth_code(const Error& error) {
  const auto end = error.message.find(": ");
  const std::string code = error.message.substr(0, end);
  const bool word = std::all_of(code.begin(), code.end(), [](char c) { return c == '_' || (c >= 'a' && c <= 'z'); });
  return end != std::string::npos && word ? code : std::string();
}

Result<TokenReply> read_token_reply(const http::Response& response, Instant now) {
  const Json json = Json::parse(response.body, nullptr, false);
  const std::string code = json.is_object() ? text_of(json, "error") : std::string();
  if (!code.empty()) return refused(response, code, text_of(json, "error_description"));
  if (!http::is_success(response.status)) return http::status_error(response, "token", now);
  TokenReply reply;
  if (json.is_object()) reply.access = Secret(text_of(json, "access_token"));
  if (reply.access.empty()) {
    Error error;
    error.kind = ErrorKind::bad_reply;
    error.message = "the token endpoint answered without a token";
    return error;
  }
  reply.refresh = Secret(text_of(json, "refresh_token"));
  reply.expires_in = seconds_of(json, "expires_in");
  if (json.contains("scope")) reply.scope = text_of(json, "scope");
  return reply;
}

Result<TokenReply> ask_token(http::Client& client, const std::string& url, const Form& form, std::stop_token stop) {
  Error last;
  for (int tries = 0; tries < kTriesMax; ++tries) {
    http::Request request;
    request.method = "POST";
    request.url = url;
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
    request.body = form_text(form);
    const http::Reply reply = client.send(std::move(request), stop);
    auto read = reply ? read_token_reply(*reply, client.now()) : Result<TokenReply>(reply.error());
    if (read || read.error().kind != ErrorKind::transient) return read;
    last = std::move(read).error();
  }
  return last;
}

}  // namespace auth
}  // namespace v1
}  // namespace fasti
