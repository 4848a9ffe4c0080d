#include "connectors/auth/seal.hpp"

#include <openssl/evp.h>

#include <cstdlib>
#include <memory>

#include "connectors/auth/base64.hpp"
#include "connectors/auth/random_bytes.hpp"

namespace fasti {
inline namespace v1 {
namespace auth {
namespace {

constexpr std::string_view kVersion = "1.";
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

unsigned char* raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* raw(const std::string& text) { return reinterpret_cast<const unsigned char*>(text.data()); }
int size_of(const std::string& text) { return static_cast<int>(text.size()); }

}  // namespace

std::string seal(const Secret& key, const std::string& place, const Secret& plain) {
  const std::string nonce = random_bytes(kNonceBytes);
  std::string out(plain.reveal().size(), '\0');
  std::string tag(kTagBytes, '\0');
  const Cipher cipher(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  int size = 0;
  const bool done =
      key.reveal().size() == kSealKeyBytes &&
      EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, raw(key.reveal()), raw(nonce)) == 1 &&
      EVP_EncryptUpdate(cipher.get(), nullptr, &size, raw(place), size_of(place)) == 1 &&
      EVP_EncryptUpdate(cipher.get(), raw(out), &size, raw(plain.reveal()), size_of(plain.reveal())) == 1 &&
      EVP_EncryptFinal_ex(cipher.get(), raw(tag), &size) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(kTagBytes), raw(tag)) == 1;
  if (!done) std::abort();  // a key of the wrong length, or no memory: nothing may be written unsealed
  return std::string(kVersion) + base64url(nonce + out + tag);
}

std::optional<Secret> unseal(const Secret& key, const std::string& place, const std::string& sealed) {
  if (sealed.rfind(kVersion, 0) != 0 || key.reveal().size() != kSealKeyBytes) return std::nullopt;
  const auto bytes = from_base64(sealed.substr(kVersion.size()));
  if (!bytes || bytes->size() < kNonceBytes + kTagBytes) return std::nullopt;
  const std::string nonce = bytes->substr(0, kNonceBytes);
  const std::string text = bytes->substr(kNonceBytes, bytes->size() - kNonceBytes - kTagBytes);
  std::string tag = bytes->substr(bytes->size() - kTagBytes);
  std::string plain(text.size(), '\0');
  const Cipher cipher(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  int size = 0;
  std::string rest(kTagBytes, '\0');
  const bool done =
      EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, raw(key.reveal()), raw(nonce)) == 1 &&
      EVP_DecryptUpdate(cipher.get(), nullptr, &size, raw(place), size_of(place)) == 1 &&
      EVP_DecryptUpdate(cipher.get(), raw(plain), &size, raw(text), size_of(text)) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(kTagBytes), raw(tag)) == 1 &&
      EVP_DecryptFinal_ex(cipher.get(), raw(rest), &size) == 1;
  if (!done) return std::nullopt;
  return Secret(std::move(plain));
}

}  // namespace auth
}  // namespace v1
}  // namespace fasti
