#pragma once
// Values as text for fingerprints and stories. Independent of the engine's own JSON; not meant to be read back.
#include <cstdint>
#include <string>
#include <string_view>

#include <fasti/connector.hpp>
#include <fasti/record.hpp>

namespace fasti {
inline namespace v1 {
namespace support {

std::string text_of(const Value& value);
std::string text_of(const std::optional<Value>& value);
std::string text_of(const Properties& properties);
std::string text_of(const Fields& fields);

/// FNV-1a, 64 bits.
class Fingerprint {
 public:
  void add(std::string_view bytes) {
    for (char c : bytes) mix(static_cast<unsigned char>(c));
    mix(0x1f);
  }
  std::uint64_t value() const { return hash_; }
  std::string hex() const;

 private:
  void mix(unsigned char byte) { hash_ = (hash_ ^ byte) * 1099511628211ULL; }
  std::uint64_t hash_ = 14695981039346656037ULL;
};

}  // namespace support
}  // namespace v1
}  // namespace fasti
