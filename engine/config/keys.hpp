#pragma once
// The keys fasti.toml may hold, as data, so that the editors' schema can be compared with them.
#include <string>
#include <vector>

namespace fasti {
inline namespace v1 {
namespace config {

const std::vector<std::string>& root_keys();
const std::vector<std::string>& connection_keys();  ///< besides the provider's own
const std::vector<std::string>& conflict_keys();
const std::vector<std::string>& sync_keys();
const std::vector<std::string>& later_sync_keys();  ///< of those: refused as not supported yet

}  // namespace config
}  // namespace v1
}  // namespace fasti
