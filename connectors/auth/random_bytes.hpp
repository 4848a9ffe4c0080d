#pragma once
// Bytes nobody can guess, from OpenSSL's generator: verifiers, states, keys, nonces. Not for anything that a seed must
// repeat.
#include <cstddef>
#include <string>

namespace fasti {
inline namespace v1 {
namespace auth {

/// Ends the process when the operating system has no randomness: going on would be worse.
std::string random_bytes(std::size_t count);

}  // namespace auth
}  // namespace v1
}  // namespace fasti
