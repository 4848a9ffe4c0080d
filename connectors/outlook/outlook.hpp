#pragma once
// The Outlook provider (Microsoft Graph v1.0): provider = "outlook". README.md says what was decided and why.
#include <memory>

#include <fasti/connector.hpp>

#include "connectors/http/services.hpp"
#include "connectors/outlook/settings.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {

ConnectorFactory outlook_factory(Services services);
/// With settings of the caller's own: tests bring their own tokens.
std::shared_ptr<Connector> make_connector(Services services, Settings settings);

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
