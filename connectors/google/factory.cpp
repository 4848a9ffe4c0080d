#include "connectors/auth/tokens.hpp"
#include "connectors/google/event.hpp"
#include "connectors/google/google.hpp"
#include "connectors/http/client_settings.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace google {
namespace {

constexpr const char* kScope = "https://www.googleapis.com/auth/calendar";

}  // namespace

ConnectorFactory google_factory(Services services) {
  ConnectorFactory factory;
  factory.provider = "google";
  factory.keys = {"url", "quota_user", "send_updates"};
  for (const auto& keys : {http::client_keys(), auth::google_keys()})
    factory.keys.insert(factory.keys.end(), keys.begin(), keys.end());
  factory.secrets = auth::google_secrets();
  factory.properties = property_list();
  factory.sign_in = [services](const ConnectionSettings& table, const SignInPrompt& prompt) {
    return auth::google_sign_in(table, services, prompt, kScope);
  };
  factory.make = [services =
                      std::move(services)](const ConnectionSettings& table) -> Result<std::shared_ptr<Connector>> {
    FASTI_TRY(auto settings, read_settings(table));
    FASTI_TRY(settings.client.tokens, auth::google_tokens(table, services, kScope));
    return make_connector(services, std::move(settings));
  };
  return factory;
}

}  // namespace google
}  // namespace v1
}  // namespace fasti
