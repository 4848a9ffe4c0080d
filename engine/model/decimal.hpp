#pragma once
// Decimal numbers as exact digits. Text only: Fasti compares amounts, it never computes with them.
#include <optional>
#include <string_view>

#include <fasti/value.hpp>

namespace fasti {
inline namespace v1 {

/// "+012.50" -> "12.5", "-0" -> "0"; no exponent. nullopt: not a decimal number.
std::optional<Decimal> parse_decimal(std::string_view text);

}  // namespace v1
}  // namespace fasti
