#pragma once
// A `[conflict.KIND]` table as a KindPolicy.
#include <string>
#include <vector>

#include "engine/mapping/toml_tree.hpp"
#include "engine/model/kind.hpp"
#include "engine/model/policy.hpp"

namespace fasti {
inline namespace v1 {
namespace config {

/// `sides`: "local" and the names of the syncs. What the table leaves out is as in `policy`.
Result<KindPolicy> read_policy(const TomlNode& table, const Kind& kind, const std::vector<std::string>& sides,
                               KindPolicy policy = {});

}  // namespace config
}  // namespace v1
}  // namespace fasti
