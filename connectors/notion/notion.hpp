#pragma once
// The Notion provider (API 2026-03-11): provider = "notion". README.md says what was decided and why.
#include <memory>

#include <fasti/connector.hpp>

#include "connectors/http/services.hpp"
#include "connectors/notion/settings.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {

ConnectorFactory notion_factory(Services services);
/// With settings of the caller's own.
std::shared_ptr<Connector> make_connector(Services services, Settings settings);

}  // namespace notion
}  // namespace v1
}  // namespace fasti
