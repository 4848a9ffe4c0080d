#pragma once
// builtin_connectors() over services of the caller's choice: tests bring their own clock, network and files.
#include <vector>

#include <fasti/connectors.hpp>

#include "connectors/http/services.hpp"

namespace fasti {
inline namespace v1 {

std::vector<ConnectorFactory> builtin_connectors(const Services& services);

}  // namespace v1
}  // namespace fasti
