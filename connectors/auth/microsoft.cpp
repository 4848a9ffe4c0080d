#include <nlohmann/json.hpp>

#include "connectors/auth/account.hpp"
#include "connectors/auth/jwt.hpp"
#include "connectors/auth/sign_in.hpp"
#include "connectors/auth/tokens.hpp"
#include "connectors/http/client_settings.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace auth {
namespace {

constexpr auto kLogin = "https://login.microsoftonline.com/";
constexpr auto kAppScope = "https://graph.microsoft.com/.default";
/// Entra takes five to ten minutes (facts/graph 1).
constexpr std::chrono::seconds kAssertionLife{300};

Result<std::string> endpoint(const ConnectionSettings& table, const std::string& tenant, const std::string& name) {
  FASTI_TRY(std::string base, secure_url(table, "login_url", kLogin));
  if (base.back() != '/') base += '/';
  return base + tenant + "/oauth2/v2.0/" + name;
}

/// Names that stand for many tenants: an app signs in to one.
bool is_concrete(const std::string& tenant) {
  return tenant != "common" && tenant != "organizations" && tenant != "consumers";
}

struct App {
  std::string client_id;
  std::string token_url;
  Secret client_secret;
  Secret certificate;  ///< PEM: the private key and the certificate
  std::string thumbprint;
};

/// The app proves who it is by a token that its certificate's key has signed.
Result<Form> assertion_form(const App& app, Instant at, Random& random) {
  const auto now = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch();
  const nlohmann::json claims{{"aud", app.token_url},
                              {"iss", app.client_id},
                              {"sub", app.client_id},
                              {"jti", random_uuid(random)},
                              {"nbf", now.count()},
                              {"iat", now.count()},
                              {"exp", (now + kAssertionLife).count()}};
  FASTI_TRY(auto assertion,
            sign_jwt(JwtAlgorithm::ps256, {{"x5t#S256", app.thumbprint}}, claims.dump(), app.certificate));
  return Form{{"client_assertion_type", Secret("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")},
              {"client_assertion", Secret(std::move(assertion))}};
}

Fetch app_fetch(std::shared_ptr<http::Client> client, const Services& services, App app) {
  return [client = std::move(client), &random = services.random,
          app = std::move(app)](std::stop_token stop) -> Result<TokenReply> {
    Form form{{"client_id", Secret(app.client_id)},
              {"scope", Secret(kAppScope)},
              {"grant_type", Secret("client_credentials")}};
    if (!app.client_secret.empty()) {
      form.emplace_back("client_secret", app.client_secret);
    } else {
      FASTI_TRY(auto proof, assertion_form(app, client->now(), random));
      form.insert(form.end(), proof.begin(), proof.end());
    }
    auto reply = ask_token(*client, app.token_url, form, std::move(stop));
    if (reply || reply.error().kind != ErrorKind::unauthenticated) return reply;
    Error error = std::move(reply).error();
    error.hint = "check tenant, client_id and the app's secret or certificate in the Entra admin center";
    return error;
  };
}

Result<std::shared_ptr<http::TokenSource>> app_tokens(const ConnectionSettings& table, const Services& services,
                                                      std::shared_ptr<http::Client> client, App app) {
  FASTI_TRY(const auto tenant, required(table, "tenant", "tenant = \"contoso.onmicrosoft.com\""));
  if (!is_concrete(tenant))
    return http::bad_key(table, "tenant", "must be one tenant for an app", "write its id or domain");
  FASTI_TRY(app.token_url, endpoint(table, tenant, "token"));
  if (app.client_secret.empty()) {
    auto thumbprint = certificate_thumbprint(app.certificate.reveal());
    if (!thumbprint)
      return http::bad_key(table, "certificate", "holds no certificate",
                           "one PEM file with the private key and the certificate");
    app.thumbprint = *std::move(thumbprint);
  }
  return cached_tokens(services.clock, app_fetch(std::move(client), services, std::move(app)));
}

}  // namespace

std::vector<std::string> microsoft_keys() {
  return {"tenant", "client_id", "client_secret", "certificate", "refresh_token", "token", "login_url"};
}
std::vector<std::string> microsoft_secrets() { return {"client_secret", "certificate", "refresh_token", "token"}; }

Result<std::shared_ptr<http::TokenSource>> microsoft_tokens(const ConnectionSettings& table, const Services& services,
                                                            const std::string& scope) {
  FASTI_TRY(auto fixed, optional_secret(table, "token"));
  if (fixed) return fixed_token(*std::move(fixed), "put a fresh access token into token");
  FASTI_TRY(auto client, token_client(table, services));
  App app;
  FASTI_TRY(app.client_id, required(table, "client_id", "register an app in the Entra admin center"));
  FASTI_TRY(auto secret, optional_secret(table, "client_secret"));
  FASTI_TRY(auto certificate, optional_secret(table, "certificate"));
  FASTI_TRY(auto refresh, optional_secret(table, "refresh_token"));
  if (!refresh) {
    if (!secret && !certificate)
      return http::bad_key(table, "client_id", "is not signed in yet", "fasti connect " + table.name());
    if (secret) app.client_secret = *std::move(secret);
    if (certificate) app.certificate = *std::move(certificate);
    return app_tokens(table, services, std::move(client), std::move(app));
  }
  RefreshGrant grant{table.name(),
                     "",
                     {{"client_id", Secret(app.client_id)}, {"scope", Secret(scope)}},
                     *std::move(refresh),
                     table.keeper()};
  FASTI_TRY(grant.token_url, endpoint(table, table.get("tenant").value_or("common"), "token"));
  if (secret) grant.form.emplace_back("client_secret", *std::move(secret));
  return refreshed_tokens(services, std::move(client), std::move(grant));
}

Status microsoft_sign_in(const ConnectionSettings& table, const Services& services, const SignInPrompt& prompt,
                         const std::string& scope) {
  SignIn what;
  what.connection = table.name();
  FASTI_TRY(what.client_id, required(table, "client_id",
                                     "register an app of type \"Mobile and desktop\" with the redirect address "
                                     "http://localhost in the Entra admin center"));
  FASTI_TRY(auto secret, optional_secret(table, "client_secret"));
  if (secret) what.client_secret = *std::move(secret);
  const std::string tenant = table.get("tenant").value_or("common");
  FASTI_TRY(what.authorize_url, endpoint(table, tenant, "authorize"));
  FASTI_TRY(what.token_url, endpoint(table, tenant, "token"));
  FASTI_TRY(what.device_url, endpoint(table, tenant, "devicecode"));
  what.scope = scope;
  what.extra = {{"response_mode", "query"}, {"prompt", "select_account"}};
  what.redirect_host = "localhost";  // the port is free to choose for this name only
  return sign_in(what, table, services, prompt);
}

}  // namespace auth
}  // namespace v1
}  // namespace fasti
