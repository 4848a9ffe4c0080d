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

using Json = nlohmann::json;
constexpr auto kTokenUrl = "https://oauth2.googleapis.com/token";
constexpr auto kAuthorizeUrl = "https://accounts.google.com/o/oauth2/v2/auth";
/// The longest that Google takes (facts/google 1).
constexpr std::chrono::seconds kAssertionLife{3600};

struct ServiceAccount {
  std::string email;
  std::string key_id;
  Secret key;
  std::string subject;
  std::string token_url;
};

Result<ServiceAccount> read_service_account(const ConnectionSettings& table) {
  FASTI_TRY(const auto text, table.secret("service_account"));
  const Json json = Json::parse(text, nullptr, false);
  const auto field = [&](const char* name) {
    const auto it = json.find(name);
    return it != json.end() && it->is_string() ? it->get<std::string>() : std::string();
  };
  if (!json.is_object() || field("type") != "service_account" || field("client_email").empty() ||
      field("private_key").empty())
    return http::bad_key(table, "service_account", "is no key file of a Google service account",
                         "create a JSON key in the Google Cloud console: IAM, Service Accounts, Keys");
  ServiceAccount account{field("client_email"), field("private_key_id"), Secret(field("private_key")),
                         table.get("subject").value_or(""), ""};
  const std::string own = field("token_uri");
  FASTI_TRY(account.token_url, secure_url(table, "token_url", own.empty() ? kTokenUrl : own));
  return account;
}

std::string service_account_hint(const std::string& code, const Error& error, const ServiceAccount& account) {
  if (code == "unauthorized_client")
    return "grant domain-wide delegation to this client and these scopes in the Google Admin console";
  if (error.message.find("iat") != std::string::npos) return "set this machine's clock";
  if (!account.subject.empty()) return "check that subject is a user of the domain";
  return "create a new key for " + account.email;
}

Fetch service_account_fetch(std::shared_ptr<http::Client> client, ServiceAccount account, std::string scope) {
  return [client = std::move(client), account = std::move(account),
          scope = std::move(scope)](std::stop_token stop) -> Result<TokenReply> {
    const auto now = std::chrono::floor<std::chrono::seconds>(client->now()).time_since_epoch();
    Json claims{{"iss", account.email},
                {"scope", scope},
                {"aud", account.token_url},
                {"iat", now.count()},
                {"exp", (now + kAssertionLife).count()}};
    if (!account.subject.empty()) claims["sub"] = account.subject;
    std::map<std::string, std::string> header;
    if (!account.key_id.empty()) header["kid"] = account.key_id;
    FASTI_TRY(auto assertion, sign_jwt(JwtAlgorithm::rs256, header, claims.dump(), account.key));
    const Form form{{"grant_type", Secret("urn:ietf:params:oauth:grant-type:jwt-bearer")},
                    {"assertion", Secret(std::move(assertion))}};
    auto reply = ask_token(*client, account.token_url, form, std::move(stop));
    if (reply || reply.error().kind != ErrorKind::unauthenticated) return reply;
    Error error = std::move(reply).error();
    error.hint = service_account_hint(oauth_code(error), error, account);
    return error;
  };
}

}  // namespace

std::vector<std::string> google_keys() {
  return {"service_account", "subject", "client_id", "client_secret",
          "refresh_token",   "token",   "token_url", "auth_url"};
}
std::vector<std::string> google_secrets() { return {"service_account", "client_secret", "refresh_token", "token"}; }

Result<std::shared_ptr<http::TokenSource>> google_tokens(const ConnectionSettings& table, const Services& services,
                                                         const std::string& scope) {
  FASTI_TRY(auto fixed, optional_secret(table, "token"));
  if (fixed) return fixed_token(*std::move(fixed), "put a fresh access token into token");
  FASTI_TRY(auto client, token_client(table, services));
  if (http::is_written(table, "service_account")) {
    FASTI_TRY(auto account, read_service_account(table));
    return cached_tokens(services.clock, service_account_fetch(std::move(client), std::move(account), scope));
  }
  const std::string hint = "or write service_account = { file = \"google.json\" }";
  FASTI_TRY(const auto id, required(table, "client_id", hint));
  FASTI_TRY(auto secret, optional_secret(table, "client_secret"));
  FASTI_TRY(auto refresh, optional_secret(table, "refresh_token"));
  if (!refresh) return http::bad_key(table, "client_id", "is not signed in yet", "fasti connect " + table.name());
  RefreshGrant grant{table.name(), "", {{"client_id", Secret(id)}}, *std::move(refresh), table.keeper()};
  FASTI_TRY(grant.token_url, secure_url(table, "token_url", kTokenUrl));
  if (secret) grant.form.emplace_back("client_secret", *std::move(secret));
  return refreshed_tokens(services, std::move(client), std::move(grant));
}

Status google_sign_in(const ConnectionSettings& table, const Services& services, const SignInPrompt& prompt,
                      const std::string& scope) {
  SignIn what;
  what.connection = table.name();
  FASTI_TRY(what.client_id,
            required(table, "client_id",
                     "create an OAuth client of type \"Desktop app\" in the Google Cloud console: APIs & Services, "
                     "Credentials"));
  FASTI_TRY(auto secret, optional_secret(table, "client_secret"));
  if (secret) what.client_secret = *std::move(secret);
  FASTI_TRY(what.authorize_url, secure_url(table, "auth_url", kAuthorizeUrl));
  FASTI_TRY(what.token_url, secure_url(table, "token_url", kTokenUrl));
  what.scope = scope;
  what.extra = {{"access_type", "offline"}, {"prompt", "consent"}};
  return sign_in(what, table, services, prompt);
}

}  // namespace auth
}  // namespace v1
}  // namespace fasti
