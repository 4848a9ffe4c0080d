#pragma once
// The CalDAV provider (RFC 4791, 6578): provider = "caldav". README.md says what was decided and why.
#include <fasti/connector.hpp>

#include "connectors/http/services.hpp"

namespace fasti {
inline namespace v1 {
namespace caldav {

ConnectorFactory caldav_factory(Services services);

}  // namespace caldav
}  // namespace v1
}  // namespace fasti
