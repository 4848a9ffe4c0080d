// Signing in at the stand-in: the token endpoint of the Microsoft identity platform v2, and who may do what.
#include "connectors/emulators/outlook_state.hpp"
#include "connectors/http/url.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

std::map<std::string, std::string> form_of(const std::string& body) {
  std::map<std::string, std::string> out;
  for (std::size_t at = 0; at < body.size();) {
    const std::size_t end = std::min(body.find('&', at), body.size());
    std::string pair = body.substr(at, end - at);
    for (char& c : pair)
      if (c == '+') c = ' ';
    const auto equals = pair.find('=');
    if (equals != std::string::npos)
      out[http::percent_decode(pair.substr(0, equals))] = http::percent_decode(pair.substr(equals + 1));
    at = end + 1;
  }
  return out;
}

http::Response refused(const std::string& error, const std::string& text) {
  return json_response(error == "invalid_client" ? 401 : 400,
                       "{\"error\":" + quoted_json(error) + ",\"error_description\":" + quoted_json(text) +
                           ",\"error_codes\":[70000],\"timestamp\":\"\",\"trace_id\":\"t\",\"correlation_id\":\"c\"}");
}

std::string granted(const std::string& access, const std::string& refresh, std::chrono::seconds life,
                    const std::string& scope) {
  std::string out = "{\"token_type\":\"Bearer\",\"expires_in\":" + std::to_string(life.count()) +
                    ",\"ext_expires_in\":" + std::to_string(life.count()) + ",\"access_token\":" + quoted_json(access);
  if (!refresh.empty()) out += ",\"refresh_token\":" + quoted_json(refresh) + ",\"scope\":" + quoted_json(scope);
  return out + "}";
}

}  // namespace

std::string Outlook::State::new_access(bool app) {
  const std::string text = "access-" + token();
  access[text] = {clock.now() + options.token_life, app};
  return text;
}

http::Response Outlook::State::token_endpoint(const http::Request& request, const std::string& path) {
  auto form = form_of(request.body);
  const auto give = [&] {
    const std::string next = "refresh-" + token();
    refresh.insert(next);
    return json_response(200, granted(new_access(false), next, options.token_life, options.scope));
  };
  if (form["client_id"] != options.client_id) return refused("invalid_client", "AADSTS700016: unknown application");
  if (path.find("/devicecode") != std::string::npos) {
    const std::string code = "device-" + token();
    devices[code] = {token().substr(0, 8), clock.now() + std::chrono::minutes(15), {}};
    return json_response(200, "{\"device_code\":" + quoted_json(code) +
                                  ",\"user_code\":" + quoted_json(devices[code].user_code) +
                                  ",\"verification_uri\":\"https://microsoft.com/devicelogin\",\"expires_in\":900,"
                                  "\"interval\":5,\"message\":\"Enter the code " +
                                  devices[code].user_code + "\"}");
  }
  const std::string grant = form["grant_type"];
  if (grant == "client_credentials") {
    if (path.find("/common/") != std::string::npos)
      return refused("invalid_request", "AADSTS50194: a tenant is needed");
    if (form["scope"].find("/.default") == std::string::npos) return refused("invalid_scope", "AADSTS1002012");
    if (form["client_secret"] != options.client_secret && form["client_assertion"].empty())
      return refused("invalid_client", "AADSTS7000215: Invalid client secret provided.");
    return json_response(200, granted(new_access(true), "", options.token_life, ""));
  }
  if (grant == "refresh_token") {
    if (!refresh.count(form["refresh_token"])) return refused("invalid_grant", "AADSTS70008: the grant has expired");
    return give();
  }
  if (grant == "urn:ietf:params:oauth:grant-type:device_code") {
    const auto device = devices.find(form["device_code"]);
    if (device == devices.end()) return refused("bad_verification_code", "AADSTS70016");
    if (device->second.until < clock.now()) return refused("expired_token", "AADSTS70020");
    if (!device->second.answer) return refused("authorization_pending", "AADSTS70016: pending");
    const bool yes = *device->second.answer;
    devices.erase(device);
    return yes ? give() : refused("authorization_declined", "AADSTS70018");
  }
  return refused("unsupported_grant_type", "AADSTS70003");
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
