#include "connectors/auth/sign_in.hpp"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "connectors/auth/account.hpp"
#include "connectors/auth/base64.hpp"
#include "connectors/auth/random_bytes.hpp"
#include "connectors/http/redact.hpp"
#include "connectors/http/status.hpp"
#include "engine/base/hash.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace auth {
namespace {

Error refusal(ErrorKind kind, std::string message, std::string hint = "") {
  Error error;
  error.kind = kind;
  error.message = std::move(message);
  error.hint = std::move(hint);
  return error;
}

std::set<std::string> words(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

std::string value_of(const std::vector<std::pair<std::string, std::string>>& parameters, const std::string& name) {
  const auto it = std::find_if(parameters.begin(), parameters.end(), [&](const auto& p) { return p.first == name; });
  return it == parameters.end() ? std::string() : it->second;
}

struct DeviceCode {
  Secret code;
  std::string message;
  std::chrono::seconds interval{5};
  std::chrono::seconds life{900};
};

Result<DeviceCode> ask_device_code(const SignIn& what, http::Client& client, const std::stop_token& stop) {
  http::Request request;
  request.method = "POST";
  request.url = what.device_url;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
  request.body = form_text({{"client_id", Secret(what.client_id)}, {"scope", Secret(what.scope)}});
  const http::Reply reply = client.send(std::move(request), stop);
  if (!reply) return reply.error();
  if (!http::is_success(reply->status)) {
    auto read = read_token_reply(*reply, client.now());
    return read ? refusal(ErrorKind::bad_reply, "no device code") : std::move(read).error();
  }
  const auto json = nlohmann::json::parse(reply->body, nullptr, false);
  if (!json.is_object() || !json.contains("device_code")) return refusal(ErrorKind::bad_reply, "no device code");
  DeviceCode out;
  out.code = Secret(json.value("device_code", ""));
  out.interval = std::chrono::seconds{std::max(json.value("interval", 5), 1)};
  out.life = std::chrono::seconds{std::max(json.value("expires_in", 900), 1)};
  out.message = json.value("message", "");
  if (out.message.empty())
    out.message = "open " + json.value("verification_uri", json.value("verification_url", "")) + " and type the code " +
                  json.value("user_code", "");
  return out;
}

}  // namespace

std::vector<std::string> missing_scopes(const std::string& wanted, const std::optional<std::string>& granted) {
  std::vector<std::string> missing;
  if (!granted) return missing;
  // Microsoft answers with the short or the long form of a scope, in any case, and never with offline_access.
  std::set<std::string> given;
  const auto canonical = [](std::string scope) {
    std::transform(scope.begin(), scope.end(), scope.begin(), [](unsigned char c) { return std::tolower(c); });
    static const std::string graph = "https://graph.microsoft.com/";
    return scope.rfind(graph, 0) == 0 ? scope.substr(graph.size()) : scope;
  };
  for (const std::string& scope : words(*granted)) given.insert(canonical(scope));
  for (const std::string& scope : words(wanted)) {
    if (scope != "offline_access" && !given.count(canonical(scope))) missing.push_back(scope);
  }
  return missing;
}

Result<TokenReply> sign_in_by_browser(const SignIn& what, http::Client& client, RedirectReceiver& receiver,
                                      const std::function<void(const std::string&)>& show, std::stop_token stop) {
  const std::string verifier = base64url(random_bytes(32));
  const std::string state = base64url(random_bytes(18));
  const std::string redirect = "http://" + what.redirect_host + ":" + std::to_string(receiver.port());
  Form address{{"client_id", Secret(what.client_id)},
               {"redirect_uri", Secret(redirect)},
               {"response_type", Secret("code")},
               {"scope", Secret(what.scope)},
               {"state", Secret(state)},
               {"code_challenge", Secret(base64url(sha256_bytes(verifier)))},
               {"code_challenge_method", Secret("S256")}};
  for (const auto& [name, value] : what.extra) address.emplace_back(name, Secret(value));
  show("open this address and sign in:\n" + what.authorize_url + "?" + form_text(address));

  FASTI_TRY(const auto answer, receiver.wait(stop));
  if (value_of(answer, "state") != state)
    return refusal(ErrorKind::unauthenticated, "the answer is not the one to this sign-in", "try again");
  if (const auto problem = value_of(answer, "error"); !problem.empty())
    return refusal(ErrorKind::unauthenticated,
                   problem + ": " + http::redact_text(value_of(answer, "error_description")));
  Form form{{"grant_type", Secret("authorization_code")},
            {"code", Secret(value_of(answer, "code"))},
            {"client_id", Secret(what.client_id)},
            {"redirect_uri", Secret(redirect)},
            {"code_verifier", Secret(verifier)}};
  if (!what.client_secret.empty()) form.emplace_back("client_secret", what.client_secret);
  return ask_token(client, what.token_url, form, stop);
}

Result<TokenReply> sign_in_by_device(const SignIn& what, http::Client& client, Clock& clock,
                                     const std::function<void(const std::string&)>& show, std::stop_token stop) {
  if (what.device_url.empty())
    return refusal(ErrorKind::unsupported, "this provider has no sign-in by device code",
                   "fasti connect " + what.connection);
  FASTI_TRY(DeviceCode device, ask_device_code(what, client, stop));
  show(device.message);
  const Instant end = clock.now() + device.life;
  Form form{{"grant_type", Secret("urn:ietf:params:oauth:grant-type:device_code")},
            {"client_id", Secret(what.client_id)},
            {"device_code", device.code}};
  if (!what.client_secret.empty()) form.emplace_back("client_secret", what.client_secret);
  while (clock.now() < end) {
    clock.sleep(device.interval, stop);
    if (stop.stop_requested()) return refusal(ErrorKind::cancelled, "stopped");
    auto reply = ask_token(client, what.token_url, form, stop);
    if (reply) return reply;
    const std::string code = oauth_code(reply.error());
    if (code == "slow_down") device.interval += std::chrono::seconds{5};
    const bool wait =
        code == "authorization_pending" || code == "slow_down" || reply.error().kind == ErrorKind::transient;
    if (!wait) return reply;
  }
  return refusal(ErrorKind::unauthenticated, "the code was not used in time", connect_hint(what.connection));
}

Status sign_in(const SignIn& what, const ConnectionSettings& table, const Services& services,
               const SignInPrompt& prompt) {
  const SecretKeeper keep = table.keeper();
  if (!keep) return refusal(ErrorKind::unsupported, "there is nowhere to keep what the sign-in gives");
  FASTI_TRY(const auto client, token_client(table, services));
  Result<TokenReply> reply = refusal(ErrorKind::internal, "");
  if (prompt.device) {
    reply = sign_in_by_device(what, *client, services.clock, prompt.show, prompt.stop);
  } else {
    FASTI_TRY(const auto receiver, listen_on_loopback());
    reply = sign_in_by_browser(what, *client, *receiver, prompt.show, prompt.stop);
  }
  if (!reply) return std::move(reply).error();
  if (const auto missing = missing_scopes(what.scope, reply->scope); !missing.empty())
    return refusal(ErrorKind::forbidden, "the permission " + missing.front() + " was not given",
                   "run fasti connect " + what.connection + " again and leave every box ticked");
  if (reply->refresh.empty())
    return refusal(ErrorKind::bad_reply, "the provider gave no refresh token",
                   "remove Fasti from the account's connected apps, then " + connect_hint(what.connection));
  return keep("refresh_token", reply->refresh.reveal());
}

}  // namespace auth
}  // namespace v1
}  // namespace fasti
