// Google's accounts in the stand-in: the page where a person agrees, the token endpoint (codes, refresh tokens, and
// assertions of service accounts, RFC 7523), and revocation.
#include <nlohmann/json.hpp>

#include "connectors/emulators/google_state.hpp"
#include "connectors/emulators/jwt.hpp"
#include "connectors/http/url.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

using Json = nlohmann::json;

constexpr std::chrono::seconds kLifetime{3599};
constexpr std::chrono::seconds kAssertionMax{3600};
constexpr std::chrono::seconds kSkew{300};
constexpr std::chrono::minutes kCodeLife{10};

http::Response oauth_error(int status, const std::string& code, const std::string& description) {
  return google_answer(status, Json{{"error", code}, {"error_description", description}}.dump());
}

/// nullopt: all is well with the times of an assertion.
std::optional<http::Response> check_times(const Jwt& jwt, Instant now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch();
  const std::chrono::seconds iat{jwt.time("iat")};
  const std::chrono::seconds exp{jwt.time("exp")};
  if (iat <= seconds + kSkew && exp > seconds && exp - iat <= kAssertionMax && exp > iat) return std::nullopt;
  return oauth_error(400, "invalid_grant",
                     "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
                     "Check your iat and exp values in the JWT claim.");
}

/// A page for a person, not for a program.
http::Response refusal_page(const std::string& problem) {
  http::Response out;
  out.status = 400;
  out.headers = {{"Content-Type", "text/html"}};
  out.body = "<html><body>Access blocked: " + problem + "</body></html>";
  return out;
}

}  // namespace

/// Everyone who comes here has agreed: the user that login_hint names, else the first one.
http::Response Google::State::authorize(const http::Request& request) {
  const auto url = http::parse_url(request.url);
  auto asked = read_form(std::string_view(url->query).substr(url->query.empty() ? 0 : 1));
  if (asked["client_id"].empty() || (!clients.empty() && clients.count(asked["client_id"]) == 0))
    return refusal_page("invalid_client");
  if (!is_loopback_redirect(asked["redirect_uri"])) return refusal_page("redirect_uri_mismatch");
  if (asked["response_type"] != "code" || asked["scope"].empty()) return refusal_page("invalid_request");
  if (!asked["code_challenge"].empty() && asked["code_challenge_method"] != "S256")
    return refusal_page("invalid_request");
  Code code;
  code.client = asked["client_id"];
  code.redirect = asked["redirect_uri"];
  code.challenge = asked["code_challenge"];
  code.grant = {users.count(asked["login_hint"]) != 0 ? asked["login_hint"] : first_user, asked["scope"], {}, ""};
  code.until = clock.now() + kCodeLife;
  // Without consent only the first time, and only for programs that work while nobody is there.
  const bool first = consents.insert(code.client + " " + code.grant.email).second;
  code.offline = asked["access_type"] == "offline" && (first || asked["prompt"].find("consent") != std::string::npos);
  const std::string text = "4/" + new_id();
  codes[text] = code;
  http::Response out;
  out.status = 302;
  const char* const mark = code.redirect.find('?') == std::string::npos ? "?" : "&";
  out.headers = {{"Location", code.redirect + mark + "state=" + http::percent_encode_path(asked["state"]) +
                                  "&code=" + http::percent_encode_path(text) +
                                  "&scope=" + http::percent_encode_path(code.grant.scope)}};
  return out;
}

http::Response Google::State::revocation(const http::Request& request) {
  // In the body, or, as Google's own client sends it, in the address.
  const auto query = request.url.find('?');
  const auto token = query == std::string::npos ? read_form(request.body)["token"]
                                                : read_form(std::string_view(request.url).substr(query + 1))["token"];
  const auto refresh = refresh_tokens.find(token);
  const auto access = tokens.find(token);
  if (refresh == refresh_tokens.end() && access == tokens.end())
    return oauth_error(400, "invalid_token", "Token expired or revoked");
  // Everything that this person gave to the project dies with it.
  const std::string email = refresh != refresh_tokens.end() ? refresh->second.email : access->second.email;
  const auto of_person = [&](const auto& one) { return one.second.email == email; };
  std::erase_if(refresh_tokens, of_person);
  std::erase_if(tokens, of_person);
  return google_answer(200, "{}");
}

/// The grant behind a code, or why there is none.
std::optional<http::Response> Google::State::redeem(std::map<std::string, std::string>& form, GoogleToken& granted,
                                                    std::string& refresh) {
  const auto found = codes.find(form["code"]);
  if (found == codes.end() || found->second.until <= clock.now())
    return oauth_error(400, "invalid_grant", "Malformed auth code.");
  const Code code = found->second;
  codes.erase(found);
  if (form["client_id"] != code.client) return oauth_error(400, "invalid_grant", "Bad Request");
  if (form["redirect_uri"] != code.redirect) return oauth_error(400, "redirect_uri_mismatch", "Bad Request");
  if (!code.challenge.empty() && form["code_verifier"].empty())
    return oauth_error(400, "invalid_grant", "Missing code verifier.");
  if (!code.challenge.empty() && !fits_challenge(form["code_verifier"], code.challenge))
    return oauth_error(400, "invalid_grant", "Invalid code verifier.");
  granted = code.grant;
  granted.client = code.client;
  if (!code.offline) return std::nullopt;
  refresh = "1//" + new_id();
  refresh_tokens[refresh] = granted;
  refresh_tokens[refresh].expires = Instant::max();
  return std::nullopt;
}

std::optional<http::Response> Google::State::assert_account(const std::string& text, GoogleToken& granted) const {
  const auto jwt = read_jwt(text);
  if (!jwt || jwt->head("alg") != "RS256") return oauth_error(400, "invalid_grant", "Invalid JWT: Failed to parse.");
  const auto account = service_accounts.find(jwt->claim("iss"));
  if (account == service_accounts.end()) return oauth_error(400, "invalid_grant", "Invalid grant: account not found");
  if (!verifies(*jwt, account->second.public_key)) return oauth_error(400, "invalid_grant", "Invalid JWT Signature.");
  if (auto wrong = check_times(*jwt, clock.now())) return *wrong;
  const auto audience = http::parse_url(jwt->claim("aud"));
  if (!audience || audience->path != "/token") return oauth_error(400, "invalid_grant", "Invalid JWT: wrong audience.");
  const auto subject = jwt->claim("sub");
  granted.scope = jwt->claim("scope");
  if (granted.scope.empty())
    return oauth_error(400, "invalid_scope", "Invalid OAuth scope or ID token audience provided.");
  if (!subject.empty() && (!account->second.delegated || users.count(subject) == 0))
    return oauth_error(401, "unauthorized_client",
                       "Client is unauthorized to retrieve access tokens using this method, or client not "
                       "authorized for any of the scopes requested.");
  granted.email = subject.empty() ? account->first : subject;
  return std::nullopt;
}

http::Response Google::State::token(const http::Request& request) {
  if (request.method != "POST") return oauth_error(405, "invalid_request", "Only POST is supported.");
  auto form = read_form(request.body);
  const auto grant = form["grant_type"];
  const bool assertion = grant == "urn:ietf:params:oauth:grant-type:jwt-bearer";
  if (!assertion && form["client_id"].empty())
    return oauth_error(400, "invalid_request", "Could not determine client ID from request.");
  if (!assertion && !clients.empty()) {
    const auto client = clients.find(form["client_id"]);
    if (client == clients.end()) return oauth_error(401, "invalid_client", "The OAuth client was not found.");
    if (client->second != form["client_secret"]) return oauth_error(401, "invalid_client", "Unauthorized");
  }
  GoogleToken granted;
  std::string refresh;
  if (grant == "refresh_token") {
    const auto known = refresh_tokens.find(form["refresh_token"]);
    if (known == refresh_tokens.end()) return oauth_error(400, "invalid_grant", "Token has been expired or revoked.");
    granted = known->second;
    if (!granted.client.empty() && granted.client != form["client_id"])
      return oauth_error(401, "unauthorized_client", "Unauthorized");
  } else if (grant == "authorization_code") {
    if (auto refused = redeem(form, granted, refresh)) return *refused;
  } else if (assertion) {
    if (auto refused = assert_account(form["assertion"], granted)) return *refused;
  } else {
    return oauth_error(400, "unsupported_grant_type", "Invalid grant_type: " + grant);
  }
  granted.expires = clock.now() + kLifetime;
  const std::string text = "ya29." + new_id();
  tokens[text] = granted;
  Json answer{
      {"access_token", text}, {"expires_in", kLifetime.count()}, {"scope", granted.scope}, {"token_type", "Bearer"}};
  if (!refresh.empty()) answer["refresh_token"] = refresh;
  return google_answer(200, answer.dump());
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
