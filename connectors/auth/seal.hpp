#pragma once
// AES-256-GCM over one secret, bound to the place it is kept at, so that a row cannot be moved to another connection.
#include <optional>
#include <string>

#include "engine/base/secret.hpp"

namespace fasti {
inline namespace v1 {
namespace auth {

inline constexpr std::size_t kSealKeyBytes = 32;

/// Text for a store: "1." and base64 of nonce, ciphertext and tag.
std::string seal(const Secret& key, const std::string& place, const Secret& plain);
/// nullopt: another key, another place, or a damaged text.
std::optional<Secret> unseal(const Secret& key, const std::string& place, const std::string& sealed);

}  // namespace auth
}  // namespace v1
}  // namespace fasti
