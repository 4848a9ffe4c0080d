#pragma once
// The ics provider: folders with one .ics per object (vdir) and single .ics files. provider = "ics".
#include <fasti/connector.hpp>

#include "connectors/http/services.hpp"

namespace fasti {
inline namespace v1 {
namespace ics {

ConnectorFactory ics_factory(Services services);

}  // namespace ics
}  // namespace v1
}  // namespace fasti
