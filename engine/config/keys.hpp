#pragma once
// The keys fasti.toml may hold, as data, so that the editors' schema can be compared with them.
#include <string>
#include <vector>

namespace fasti {
inline namespace v1 {
namespace config {

const std::vector<std::string>& root_keys();
const std::vector<std::string>& connection_keys();  ///< besides the provider's own
const std::vector<std::string>& secret_keys();
const std::vector<std::string>& conflict_keys();
const std::vector<std::string>& strategy_keys();  ///< of a strategy that is a table
const std::vector<std::string>& sync_keys();
const std::vector<std::string>& later_root_keys();  ///< of those: refused as not supported yet
const std::vector<std::string>& later_sync_keys();

}  // namespace config
}  // namespace v1
}  // namespace fasti
