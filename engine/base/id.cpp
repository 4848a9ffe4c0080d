#include "engine/base/id.hpp"

#include <algorithm>
#include <array>

#include "engine/base/hash.hpp"

namespace fasti {
inline namespace v1 {

std::string make_uuid7(Clock& clock, Random& random) {
  const auto millis = static_cast<std::uint64_t>(clock.now().time_since_epoch().count()) & 0xffff'ffff'ffffULL;
  const std::uint64_t high = (millis << 16) | 0x7000U | (random.next() & 0x0fffU);
  const std::uint64_t low = (random.next() & 0x3fff'ffff'ffff'ffffULL) | 0x8000'0000'0000'0000ULL;
  const std::array<std::uint64_t, 2> halves{high, low};
  std::string out;
  out.reserve(36);
  for (int nibble = 0; nibble < 32; ++nibble) {
    if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) out.push_back('-');
    const std::uint64_t half = halves[static_cast<std::size_t>(nibble / 16)];
    out.push_back("0123456789abcdef"[(half >> (60 - 4 * (nibble % 16))) & 0xfU]);
  }
  return out;
}

std::string make_uuid_from(std::string_view seed) {
  std::string digits = sha256_hex(seed).substr(0, 32);
  digits[12] = '8';
  digits[16] = "89ab"[digits[16] & 3];
  for (std::size_t at : {20U, 16U, 12U, 8U}) digits.insert(at, 1, '-');
  return digits;
}

bool is_record_id(std::string_view id) {
  if (id.empty() || id.size() > 128 || id.front() == ' ' || id.back() == ' ') return false;
  return std::all_of(id.begin(), id.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace v1
}  // namespace fasti
