// Signing in at the stand-in: the Microsoft identity platform v2 (discovery, the page where a person agrees, codes,
// device codes, refresh tokens, apps with a secret or a certificate), and who may do what.
#include <algorithm>
#include <array>

#include "connectors/emulators/jwt.hpp"
#include "connectors/emulators/outlook_state.hpp"
#include "connectors/http/url.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

constexpr std::chrono::minutes kCodeLife{10};
constexpr std::chrono::minutes kDeviceLife{15};
constexpr std::chrono::minutes kAssertionMax{10};
constexpr std::chrono::seconds kSkew{300};
constexpr const char* kTenant = "9c2b1b5e-6f0b-4f57-9a0e-3f7a5f1e2d01";
constexpr const char* kPerson = "5b1f8a7c-1c0d-4d2f-8a57-0c7b2f3e4a02";

http::Response refused(const std::string& error, const std::string& text) {
  const std::string code = text.compare(0, 6, "AADSTS") == 0 ? text.substr(6, text.find(':') - 6) : "70000";
  return json_response(error == "invalid_client" ? 401 : 400,
                       "{\"error\":" + quoted_json(error) + ",\"error_description\":" + quoted_json(text) +
                           ",\"error_codes\":[" + code +
                           "],\"timestamp\":\"\",\"trace_id\":\"t\",\"correlation_id\":\"c\"}");
}

bool has_word(const std::string& text, const std::string& word) {
  return (" " + text + " ").find(" " + word + " ") != std::string::npos;
}

/// "https://host/tenant" of "https://host/tenant/oauth2/v2.0/token".
std::string authority_of(const std::string& url) { return url.substr(0, url.find("/oauth2/v2.0/")); }

bool is_concrete(const std::string& path) {
  static constexpr std::array kMany = {"/common/", "/organizations/", "/consumers/"};
  return std::none_of(kMany.begin(), kMany.end(),
                      [&](const char* many) { return path.find(many) != std::string::npos; });
}

}  // namespace

std::string Outlook::State::new_access(bool app) {
  const std::string text = "access-" + token();
  access[text] = {clock.now() + options.token_life, app};
  return text;
}

http::Response Outlook::State::discovery(const http::Request& request) const {
  const std::string authority = request.url.substr(0, request.url.find("/v2.0/"));
  const auto member = [&](const char* name, const char* rest) {
    return "\"" + std::string(name) + "\":" + quoted_json(authority + rest);
  };
  return json_response(200, "{" + member("issuer", "/v2.0") + "," +
                                member("authorization_endpoint", "/oauth2/v2.0/authorize") + "," +
                                member("token_endpoint", "/oauth2/v2.0/token") + "," +
                                member("device_authorization_endpoint", "/oauth2/v2.0/devicecode") + "," +
                                member("end_session_endpoint", "/oauth2/v2.0/logout") + "," +
                                member("jwks_uri", "/discovery/v2.0/keys") + "}");
}

/// Everyone who comes here has agreed.
http::Response Outlook::State::authorize(const http::Request& request) {
  const auto url = http::parse_url(request.url);
  auto asked = read_form(std::string_view(url->query).substr(url->query.empty() ? 0 : 1));
  const auto page = [](const std::string& text) {
    http::Response out;
    out.status = 400;
    out.headers = {{"Content-Type", "text/html"}};
    out.body = "<html><body>" + text + "</body></html>";
    return out;
  };
  if (asked["client_id"] != options.client_id) return page("AADSTS700016: unknown application");
  if (!is_loopback_redirect(asked["redirect_uri"])) return page("AADSTS50011: the redirect URI does not match");
  if (asked["response_type"] != "code" || asked["scope"].empty()) return page("AADSTS900144: a parameter is missing");
  const std::string code = "0." + token();
  codes[code] = {asked["redirect_uri"], asked["code_challenge_method"] == "S256" ? asked["code_challenge"] : "",
                 asked["scope"], asked["nonce"], clock.now() + kCodeLife};
  http::Response out;
  out.status = 302;
  const char* const mark = asked["redirect_uri"].find('?') == std::string::npos ? "?" : "&";
  out.headers = {{"Location", asked["redirect_uri"] + mark + "code=" + code +
                                  "&state=" + http::percent_encode_path(asked["state"])}};
  return out;
}

/// What a person's sign-in gives: a refresh token only for offline_access, an id token only for openid.
http::Response Outlook::State::granted(const std::string& authority, const std::string& scope,
                                       const std::string& nonce) {
  const auto member = [](const char* name, const std::string& value) {
    return ",\"" + std::string(name) + "\":" + quoted_json(value);
  };
  std::string out = "{\"token_type\":\"Bearer\",\"expires_in\":" + std::to_string(options.token_life.count()) +
                    ",\"ext_expires_in\":" + std::to_string(options.token_life.count()) +
                    member("access_token", new_access(false)) + member("scope", options.scope);
  if (scope.empty() || has_word(scope, "offline_access")) {
    const std::string next = "refresh-" + token();
    refresh.insert(next);
    out += member("refresh_token", next);
  }
  if (has_word(scope, "openid")) {
    const auto now = std::chrono::floor<std::chrono::seconds>(clock.now()).time_since_epoch();
    const std::string claims = "{\"ver\":\"2.0\"" + member("iss", authority + "/v2.0") +
                               member("aud", options.client_id) + member("sub", kPerson) + member("oid", kPerson) +
                               member("tid", kTenant) + member("preferred_username", options.user) +
                               member("name", options.user) + (nonce.empty() ? "" : member("nonce", nonce)) +
                               ",\"iat\":" + std::to_string(now.count()) +
                               ",\"exp\":" + std::to_string((now + options.token_life).count()) + "}";
    // No client checks this signature: it came over TLS from the token endpoint.
    out += member("id_token", base64url("{\"typ\":\"JWT\",\"alg\":\"RS256\"}") + "." + base64url(claims) + "." +
                                  base64url("unsigned"));
    out += member("client_info", base64url("{\"uid\":\"" + std::string(kPerson) + "\",\"utid\":\"" + kTenant + "\"}"));
  }
  return json_response(200, out + "}");
}

http::Response Outlook::State::device_code(std::map<std::string, std::string>& form) {
  if (form["scope"].empty()) return refused("invalid_request", "AADSTS900144: scope is missing");
  const std::string code = "device-" + token();
  const std::string user_code = token().substr(0, 8);
  devices[code] = {user_code, form["scope"], clock.now() + kDeviceLife, {}};
  return json_response(200, "{\"device_code\":" + quoted_json(code) + ",\"user_code\":" + quoted_json(user_code) +
                                ",\"verification_uri\":\"https://microsoft.com/devicelogin\",\"expires_in\":900,"
                                "\"interval\":" +
                                std::to_string(options.device_interval.count()) + ",\"message\":\"Enter the code " +
                                user_code + "\"}");
}

/// Why an app's proof is none; nullopt: it is one.
std::optional<http::Response> Outlook::State::check_app(const http::Request& request,
                                                        std::map<std::string, std::string>& form) const {
  if (form["client_assertion"].empty()) {
    if (form["client_secret"] == options.client_secret) return std::nullopt;
    return refused("invalid_client", "AADSTS7000215: Invalid client secret provided.");
  }
  const auto wrong = [](const std::string& what) {
    return refused("invalid_client", "AADSTS700027: The certificate used to sign the client assertion: " + what);
  };
  const auto jwt = read_jwt(form["client_assertion"]);
  if (!jwt || form["client_assertion_type"] != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
    return wrong("it is no assertion.");
  const bool modern = jwt->head("alg") == "PS256" && jwt->head("x5t#S256") == thumbprint_sha256(certificate);
  const bool old = jwt->head("alg") == "RS256" && jwt->head("x5t") == thumbprint_sha1(certificate);
  if (certificate.empty() || (!modern && !old)) return wrong("it is not registered on application.");
  if (!verifies(*jwt, certificate)) return wrong("Client assertion contains an invalid signature.");
  if (jwt->claim("aud") != request.url.substr(0, request.url.find('?')))
    return wrong("the audience is not this endpoint.");
  if (jwt->claim("iss") != options.client_id || jwt->claim("sub") != options.client_id || jwt->claim("jti").empty())
    return wrong("iss and sub are the client, and jti is needed.");
  const auto now = std::chrono::floor<std::chrono::seconds>(clock.now()).time_since_epoch();
  const std::chrono::seconds nbf{jwt->time("nbf")};
  const std::chrono::seconds exp{jwt->time("exp")};
  if (nbf > now + kSkew || exp <= now || exp - nbf > kAssertionMax)
    return wrong("it is not within its valid time range.");
  return std::nullopt;
}

http::Response Outlook::State::redeem(const std::string& authority, std::map<std::string, std::string>& form) {
  const auto found = codes.find(form["code"]);
  if (found == codes.end() || found->second.until <= clock.now())
    return refused("invalid_grant", "AADSTS70008: The provided authorization code has expired or was used.");
  const Code code = found->second;
  codes.erase(found);
  if (!form["client_secret"].empty() || !form["client_assertion"].empty())
    return refused("invalid_client",
                   "AADSTS700025: Client is public so neither 'client_assertion' nor 'client_secret' should be "
                   "presented.");
  if (form["redirect_uri"] != code.redirect)
    return refused("invalid_grant", "AADSTS50011: The redirect URI differs from the one of the authorization.");
  if (!code.challenge.empty() && !fits_challenge(form["code_verifier"], code.challenge))
    return refused("invalid_grant", "AADSTS501481: The Code_Verifier does not match the code_challenge.");
  return granted(authority, code.scope, code.nonce);
}

http::Response Outlook::State::token_endpoint(const http::Request& request, const std::string& path) {
  if (path.find("/authorize") != std::string::npos) return authorize(request);
  auto form = read_form(request.body);
  const std::string authority = authority_of(request.url);
  if (form["client_id"] != options.client_id) return refused("invalid_client", "AADSTS700016: unknown application");
  if (path.find("/devicecode") != std::string::npos) return device_code(form);
  const std::string grant = form["grant_type"];
  if (grant == "client_credentials") {
    if (!is_concrete(path)) return refused("invalid_request", "AADSTS50194: a tenant is needed");
    if (form["scope"].find("/.default") == std::string::npos)
      return refused("invalid_scope", "AADSTS1002012: The provided value for scope is not valid.");
    if (auto wrong = check_app(request, form)) return *wrong;
    const std::string life = std::to_string(options.token_life.count());
    return json_response(200, "{\"token_type\":\"Bearer\",\"expires_in\":" + life + ",\"ext_expires_in\":" + life +
                                  ",\"access_token\":" + quoted_json(new_access(true)) + "}");
  }
  if (grant == "authorization_code") return redeem(authority, form);
  if (grant == "refresh_token") {
    if (!refresh.count(form["refresh_token"])) return refused("invalid_grant", "AADSTS70008: the grant has expired");
    return granted(authority, has_word(form["scope"], "openid") ? form["scope"] : "", "");
  }
  // The short name is what Microsoft's own library sends.
  if (grant == "urn:ietf:params:oauth:grant-type:device_code" || grant == "device_code") {
    const auto device = devices.find(form["device_code"]);
    if (device == devices.end()) return refused("bad_verification_code", "AADSTS70018: no such code");
    if (device->second.until < clock.now()) return refused("expired_token", "AADSTS70020: the code has expired");
    if (!device->second.answer) return refused("authorization_pending", "AADSTS70016: pending");
    const Device answered = device->second;
    devices.erase(device);
    if (!*answered.answer) return refused("authorization_declined", "AADSTS70018: declined");
    return granted(authority, answered.scope, "");
  }
  return refused("unsupported_grant_type", "AADSTS70003: the grant type is not supported");
}

std::optional<OutlookProblem> Outlook::State::check_access(const http::Request& request, const OutlookAsk& ask) {
  const std::string header = http::header(request.headers, "Authorization").value_or("");
  const auto found = header.compare(0, 7, "Bearer ") == 0 ? access.find(header.substr(7)) : access.end();
  if (found == access.end() || found->second.until <= clock.now() || faults.strikes("token_expired"))
    return OutlookProblem{401, "InvalidAuthenticationToken", "Access token has expired or is not yet valid.", {}};
  if (options.scope.find("Calendars") == std::string::npos)
    return OutlookProblem{403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.", {}};
  if (found->second.app && !ask.path.empty() && ask.path[0] == "me")
    return OutlookProblem{400, "BadRequest", "/me request is only valid with delegated authentication flow.", {}};
  return {};
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
