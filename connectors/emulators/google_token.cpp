// The token endpoint of the stand-in for Google: refresh tokens, and assertions of service accounts (RFC 7523).
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "connectors/emulators/google_state.hpp"
#include "connectors/http/url.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

using Json = nlohmann::json;

constexpr std::chrono::seconds kLifetime{3599};
constexpr std::chrono::seconds kAssertionMax{3600};
constexpr std::chrono::seconds kSkew{300};

http::Response oauth_error(int status, const std::string& code, const std::string& description) {
  return google_answer(status, Json{{"error", code}, {"error_description", description}}.dump());
}

std::map<std::string, std::string> read_form(const std::string& body) {
  std::map<std::string, std::string> out;
  std::size_t from = 0;
  while (from < body.size()) {
    const auto end = std::min(body.find('&', from), body.size());
    std::string pair = body.substr(from, end - from);
    from = end + 1;
    for (char& c : pair)
      if (c == '+') c = ' ';
    const auto equals = pair.find('=');
    if (equals != std::string::npos)
      out[http::percent_decode(pair.substr(0, equals))] = http::percent_decode(pair.substr(equals + 1));
  }
  return out;
}

std::optional<std::string> from_base64url(const std::string& text) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    int value = -1;
    if (c >= 'A' && c <= 'Z') value = c - 'A';
    if (c >= 'a' && c <= 'z') value = c - 'a' + 26;
    if (c >= '0' && c <= '9') value = c - '0' + 52;
    if (c == '-') value = 62;
    if (c == '_') value = 63;
    if (value < 0) return std::nullopt;
    bits = (bits << 6U) | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>((bits >> static_cast<unsigned>(count)) & 0xFFU);
  }
  return out;
}

bool verifies(const std::string& public_key, const std::string& signed_text, const std::string& signature) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(
      BIO_new_mem_buf(public_key.data(), static_cast<int>(public_key.size())), BIO_free);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  if (!key || EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1) return false;
  return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                          reinterpret_cast<const unsigned char*>(signed_text.data()), signed_text.size()) == 1;
}

std::string text_of(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

struct Assertion {
  Json header;
  Json claims;
  std::string signed_text;
  std::string signature;
};

std::optional<Assertion> read_assertion(const std::string& text) {
  const auto first = text.find('.');
  const auto second = text.find('.', first + 1);
  if (first == std::string::npos || second == std::string::npos) return std::nullopt;
  const auto header = from_base64url(text.substr(0, first));
  const auto claims = from_base64url(text.substr(first + 1, second - first - 1));
  const auto signature = from_base64url(text.substr(second + 1));
  if (!header || !claims || !signature) return std::nullopt;
  Assertion out{Json::parse(*header, nullptr, false), Json::parse(*claims, nullptr, false), text.substr(0, second),
                *signature};
  if (!out.header.is_object() || !out.claims.is_object()) return std::nullopt;
  return out;
}

/// nullopt: all is well with the times of an assertion.
std::optional<http::Response> check_times(const Json& claims, Instant now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch();
  const std::chrono::seconds iat{claims.value("iat", std::int64_t{0})};
  const std::chrono::seconds exp{claims.value("exp", std::int64_t{0})};
  if (iat <= seconds + kSkew && exp > seconds && exp - iat <= kAssertionMax && exp > iat) return std::nullopt;
  return oauth_error(400, "invalid_grant",
                     "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
                     "Check your iat and exp values in the JWT claim.");
}

}  // namespace

http::Response Google::State::token(const http::Request& request) {
  if (request.method != "POST") return oauth_error(405, "invalid_request", "Only POST is supported.");
  const auto form = read_form(request.body);
  const auto field = [&](const char* name) {
    const auto found = form.find(name);
    return found == form.end() ? std::string() : found->second;
  };
  GoogleToken granted;
  if (field("grant_type") == "refresh_token") {
    if (field("client_id").empty())
      return oauth_error(400, "invalid_request", "Could not determine client ID from request.");
    const auto known = refresh_tokens.find(field("refresh_token"));
    if (known == refresh_tokens.end()) return oauth_error(400, "invalid_grant", "Token has been expired or revoked.");
    granted = known->second;
  } else if (field("grant_type") == "urn:ietf:params:oauth:grant-type:jwt-bearer") {
    const auto assertion = read_assertion(field("assertion"));
    if (!assertion || text_of(assertion->header, "alg") != "RS256")
      return oauth_error(400, "invalid_grant", "Invalid JWT: Failed to parse.");
    const auto account = service_accounts.find(text_of(assertion->claims, "iss"));
    if (account == service_accounts.end()) return oauth_error(400, "invalid_grant", "Invalid grant: account not found");
    if (!verifies(account->second.public_key, assertion->signed_text, assertion->signature))
      return oauth_error(400, "invalid_grant", "Invalid JWT Signature.");
    if (auto wrong = check_times(assertion->claims, clock.now())) return *wrong;
    if (text_of(assertion->claims, "aud").empty())
      return oauth_error(400, "invalid_grant", "Invalid JWT: no audience.");
    const auto subject = text_of(assertion->claims, "sub");
    granted.scope = text_of(assertion->claims, "scope");
    if (granted.scope.empty())
      return oauth_error(400, "invalid_scope", "Invalid OAuth scope or ID token audience provided.");
    if (!subject.empty() && (!account->second.delegated || users.count(subject) == 0))
      return oauth_error(401, "unauthorized_client",
                         "Client is unauthorized to retrieve access tokens using this method, or client not "
                         "authorized for any of the scopes requested.");
    granted.email = subject.empty() ? account->first : subject;
  } else {
    return oauth_error(400, "unsupported_grant_type", "Invalid grant_type: " + field("grant_type"));
  }
  granted.expires = clock.now() + kLifetime;
  const std::string text = "ya29." + new_id();
  tokens[text] = granted;
  return google_answer(
      200,
      Json{
          {"access_token", text}, {"expires_in", kLifetime.count()}, {"scope", granted.scope}, {"token_type", "Bearer"}}
          .dump());
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
