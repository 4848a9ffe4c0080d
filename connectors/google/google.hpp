#pragma once
// The Google Calendar provider (API v3): provider = "google". README.md says what was decided and why.
#include <memory>

#include <fasti/connector.hpp>

#include "connectors/google/settings.hpp"
#include "connectors/http/services.hpp"

namespace fasti {
inline namespace v1 {
namespace google {

ConnectorFactory google_factory(Services services);
/// With settings of the caller's own: tests bring their own tokens.
std::shared_ptr<Connector> make_connector(Services services, Settings settings);

}  // namespace google
}  // namespace v1
}  // namespace fasti
