#include "engine/base/hash.hpp"

// SHA-256 through EVP would load OpenSSL's configuration, providers and every algorithm name: a tenth of the CPU of a
// run that finds nothing to do. The plain functions need none of it, and are quicker for the short texts that ids come
// from.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <array>
#include <cstdint>

namespace fasti {
inline namespace v1 {
namespace {

using Digest = std::array<unsigned char, 32>;

Digest sha256(std::string_view bytes) {
  SHA256_CTX context;
  Digest digest{};
  SHA256_Init(&context);
  SHA256_Update(&context, bytes.data(), bytes.size());
  SHA256_Final(digest.data(), &context);
  return digest;
}

}  // namespace

std::string sha256_bytes(std::string_view bytes) {
  const Digest digest = sha256(bytes);
  return {digest.begin(), digest.end()};
}

std::string sha256_hex(std::string_view bytes) {
  std::string out;
  out.reserve(64);
  for (const unsigned byte : sha256(bytes)) {
    out.push_back("0123456789abcdef"[byte >> 4]);
    out.push_back("0123456789abcdef"[byte & 0xfU]);
  }
  return out;
}

std::string short_hash(std::string_view bytes) {
  const Digest digest = sha256(bytes);
  std::string out;
  out.reserve(32);
  for (std::size_t group = 0; group < 20; group += 5) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 5; ++i) bits = (bits << 8) | digest[group + i];
    for (int shift = 35; shift >= 0; shift -= 5) {
      out.push_back("0123456789abcdefghijklmnopqrstuv"[(bits >> shift) & 0x1fU]);
    }
  }
  return out;
}

}  // namespace v1
}  // namespace fasti
