#pragma once
// Base64 without padding in the URL-safe alphabet (RFC 7515, RFC 7636), and its way back from either alphabet.
#include <optional>
#include <string>
#include <string_view>

namespace fasti {
inline namespace v1 {
namespace auth {

std::string base64url(std::string_view bytes);
/// nullopt: not base64.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace auth
}  // namespace v1
}  // namespace fasti
