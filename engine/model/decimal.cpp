#include "engine/model/decimal.hpp"

namespace fasti {
inline namespace v1 {
namespace {

std::string_view take_digits(std::string_view& text) {
  const auto end = text.find_first_not_of("0123456789");
  const auto digits = text.substr(0, end);
  text.remove_prefix(digits.size());
  return digits;
}

}  // namespace

std::optional<Decimal> parse_decimal(std::string_view text) {
  const bool minus = !text.empty() && text.front() == '-';
  if (minus || (!text.empty() && text.front() == '+')) text.remove_prefix(1);
  auto whole = take_digits(text);
  std::string_view fraction;
  if (whole.empty()) return std::nullopt;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    fraction = take_digits(text);
    if (fraction.empty()) return std::nullopt;
  }
  if (!text.empty()) return std::nullopt;
  whole.remove_prefix(whole.find_first_not_of('0') == std::string_view::npos ? whole.size() - 1
                                                                             : whole.find_first_not_of('0'));
  fraction = fraction.substr(0, fraction.find_last_not_of('0') + 1);
  std::string digits(whole);
  if (!fraction.empty()) digits.append(1, '.').append(fraction);
  if (minus && digits != "0") digits.insert(0, 1, '-');
  return Decimal{digits};
}

}  // namespace v1
}  // namespace fasti
