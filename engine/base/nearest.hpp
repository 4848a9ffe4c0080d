#pragma once
// "Did you mean …?": the known name closest to a mistyped one. For messages only, never for decisions.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fasti {
inline namespace v1 {

/// The known name with the fewest edits from `wanted` (case ignored), if it is close enough to be meant.
std::optional<std::string> nearest_name(std::string_view wanted, const std::vector<std::string>& known);

/// A hint: `did you mean "title"?`, else the known names when they are few, else nothing.
std::string nearest_hint(std::string_view wanted, const std::vector<std::string>& known);

}  // namespace v1
}  // namespace fasti
