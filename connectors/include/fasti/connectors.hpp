#pragma once
// The providers that Fasti ships. Link Fasti::connectors.
#include <vector>

#include <fasti/connector.hpp>

namespace fasti {
inline namespace v1 {

std::vector<ConnectorFactory> builtin_connectors();

}  // namespace v1
}  // namespace fasti
