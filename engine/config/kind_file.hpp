#pragma once
// A kind's file (schema/kinds/*.toml) as a Kind.
#include <string>
#include <vector>

#include "engine/model/kind.hpp"

namespace fasti {
inline namespace v1 {
namespace config {

const std::vector<std::string>& kind_keys();
const std::vector<std::string>& kind_field_keys();
Result<Kind> parse_kind(const std::string& file, const std::string& text);

}  // namespace config
}  // namespace v1
}  // namespace fasti
