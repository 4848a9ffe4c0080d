#pragma once
// Long text in Notion's pieces of at most 2000 UTF-16 units, and back. Formatting is Notion's own: it is never read,
// and kept because what is not changed is not written.
#include <string>
#include <string_view>
#include <vector>

#include "connectors/notion/json.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {

constexpr std::size_t kPieceUnits = 2000;  ///< text.content
constexpr std::size_t kListMax = 100;      ///< elements of an array in one request

/// As JavaScript counts: two for what lies beyond the basic plane.
std::size_t utf16_units(std::string_view text);
/// Never inside a character. Empty text: no pieces.
std::vector<std::string> split_text(std::string_view text, std::size_t units = kPieceUnits);
/// plain_text of each item; mentions and equations are read as what people see.
std::string plain_text(const std::vector<Json>& items);

}  // namespace notion
}  // namespace v1
}  // namespace fasti
