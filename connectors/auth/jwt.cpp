#include "connectors/auth/jwt.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "connectors/auth/base64.hpp"

namespace fasti {
inline namespace v1 {
namespace auth {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;

Error bad_key_text(const std::string& message) {
  Error error;
  error.kind = ErrorKind::bad_config;
  error.message = message;
  return error;
}

Bio reader(const std::string& text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

/// No pass phrase is asked for on the terminal.
int no_pass_phrase(char*, int, int, void*) { return 0; }

}  // namespace

Result<std::string> sign_jwt(JwtAlgorithm algorithm, const std::map<std::string, std::string>& header,
                             const std::string& claims, const Secret& private_key) {
  const Bio bio = reader(private_key.reveal());
  const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_pass_phrase, nullptr));
  if (!key || EVP_PKEY_base_id(key.get()) != EVP_PKEY_RSA)
    return bad_key_text("the private key is no RSA key in PEM form without a pass phrase");

  nlohmann::json head(header);
  head["alg"] = algorithm == JwtAlgorithm::rs256 ? "RS256" : "PS256";
  head["typ"] = "JWT";
  const std::string signed_part = base64url(head.dump()) + "." + base64url(claims);

  const Digest digest(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;  // belongs to digest
  bool done = EVP_DigestSignInit(digest.get(), &options, EVP_sha256(), nullptr, key.get()) == 1;
  if (done && algorithm == JwtAlgorithm::ps256) {
    done = EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1;
  }
  const auto* bytes = reinterpret_cast<const unsigned char*>(signed_part.data());
  std::size_t size = 0;
  done = done && EVP_DigestSign(digest.get(), nullptr, &size, bytes, signed_part.size()) == 1;
  std::string signature(size, '\0');
  done = done && EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes,
                                signed_part.size()) == 1;
  if (!done) return bad_key_text("the private key cannot sign");
  signature.resize(size);
  return signed_part + "." + base64url(signature);
}

Result<std::string> certificate_thumbprint(const std::string& pem) {
  const Bio bio = reader(pem);
  const Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, no_pass_phrase, nullptr));
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (!certificate || X509_digest(certificate.get(), EVP_sha256(), hash, &size) != 1)
    return bad_key_text("there is no certificate in PEM form");
  return base64url(std::string_view(reinterpret_cast<const char*>(hash), size));
}

std::string random_uuid(Random& random) {
  const std::uint64_t high = (random.next() & 0xffffffffffff0fffULL) | 0x4000ULL;
  const std::uint64_t low = (random.next() & 0x3fffffffffffffffULL) | 0x8000000000000000ULL;
  char text[37];
  std::snprintf(text, sizeof text, "%08x-%04x-%04x-%04x-%012llx", static_cast<unsigned>(high >> 32U),
                static_cast<unsigned>(high >> 16U & 0xffffU), static_cast<unsigned>(high & 0xffffU),
                static_cast<unsigned>(low >> 48U), static_cast<unsigned long long>(low & 0xffffffffffffULL));
  return text;
}

}  // namespace auth
}  // namespace v1
}  // namespace fasti
