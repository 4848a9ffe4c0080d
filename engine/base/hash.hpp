#pragma once
// SHA-256, for ids derived from content (hrefs, conflict ids, digests). The only user of OpenSSL in the engine.
#include <string>
#include <string_view>

namespace fasti {
inline namespace v1 {

/// The 32 bytes.
std::string sha256_bytes(std::string_view bytes);
std::string sha256_hex(std::string_view bytes);
/// 32 lower-case base32hex characters (160 bits) of the SHA-256: fits every provider's rules for client-made ids.
std::string short_hash(std::string_view bytes);

}  // namespace v1
}  // namespace fasti
