#include "connectors/emulators/jwt.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "connectors/http/url.hpp"
#include "engine/base/hash.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

using Json = nlohmann::json;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kVerifierMin = 43;
constexpr std::size_t kVerifierMax = 128;

std::unique_ptr<BIO, decltype(&BIO_free)> reader(const std::string& pem) {
  return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free};
}

Certificate certificate_in(const std::string& pem) {
  return {PEM_read_bio_X509(reader(pem).get(), nullptr, nullptr, nullptr), X509_free};
}

Key public_key_in(const std::string& pem) {
  if (const auto certificate = certificate_in(pem)) return {X509_get_pubkey(certificate.get()), EVP_PKEY_free};
  return {PEM_read_bio_PUBKEY(reader(pem).get(), nullptr, nullptr, nullptr), EVP_PKEY_free};
}

std::string thumbprint(const std::string& pem, const EVP_MD* hash) {
  const auto certificate = certificate_in(pem);
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (!certificate || X509_digest(certificate.get(), hash, bytes, &size) != 1) return "";
  return base64url(std::string_view(reinterpret_cast<const char*>(bytes), size));
}

std::string at(const std::map<std::string, std::string>& map, const std::string& name) {
  const auto found = map.find(name);
  return found == map.end() ? "" : found->second;
}

std::optional<Json> part(std::string_view text) {
  const auto bytes = from_base64url(text);
  if (!bytes) return std::nullopt;
  Json json = Json::parse(*bytes, nullptr, false);
  return json.is_object() ? std::optional(std::move(json)) : std::nullopt;
}

}  // namespace

std::map<std::string, std::string> read_form(std::string_view text) {
  std::map<std::string, std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    std::string pair(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    std::replace(pair.begin(), pair.end(), '+', ' ');
    const auto equals = pair.find('=');
    if (equals != std::string::npos)
      out[http::percent_decode(pair.substr(0, equals))] = http::percent_decode(pair.substr(equals + 1));
  }
  return out;
}

std::string base64url(std::string_view bytes) {
  std::string out;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char byte : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(byte);
    for (count += 8; count >= 6; count -= 6) out += kAlphabet[(bits >> (count - 6)) & 63U];
  }
  if (count > 0) out += kAlphabet[(bits << (6 - count)) & 63U];
  return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const char* const found = std::find(kAlphabet, kAlphabet + 64, c);
    if (found == kAlphabet + 64) return std::nullopt;
    bits = (bits << 6U) | static_cast<std::uint32_t>(found - kAlphabet);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>((bits >> count) & 0xFFU);
  }
  return out;
}

std::string Jwt::head(const std::string& name) const { return at(header, name); }
std::string Jwt::claim(const std::string& name) const { return at(claims, name); }
std::int64_t Jwt::time(const std::string& name) const {
  const auto found = times.find(name);
  return found == times.end() ? 0 : found->second;
}

std::optional<Jwt> read_jwt(const std::string& text) {
  const auto first = text.find('.');
  const auto second = text.find('.', first + 1);
  if (first == std::string::npos || second == std::string::npos) return std::nullopt;
  const auto header = part(std::string_view(text).substr(0, first));
  const auto claims = part(std::string_view(text).substr(first + 1, second - first - 1));
  const auto signature = from_base64url(std::string_view(text).substr(second + 1));
  if (!header || !claims || !signature) return std::nullopt;
  Jwt out;
  for (const auto& [name, value] : header->items())
    if (value.is_string()) out.header[name] = value.get<std::string>();
  for (const auto& [name, value] : claims->items()) {
    if (value.is_string()) out.claims[name] = value.get<std::string>();
    if (value.is_number_integer()) out.times[name] = value.get<std::int64_t>();
  }
  out.signed_text = text.substr(0, second);
  out.signature = *signature;
  return out;
}

bool verifies(const Jwt& jwt, const std::string& pem) {
  const bool pss = jwt.head("alg") == "PS256";
  if (!pss && jwt.head("alg") != "RS256") return false;
  const Key key = public_key_in(pem);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_PKEY_CTX* padding = nullptr;
  if (!key || EVP_DigestVerifyInit(context.get(), &padding, EVP_sha256(), nullptr, key.get()) != 1) return false;
  if (pss && (EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) != 1 ||
              EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, RSA_PSS_SALTLEN_DIGEST) != 1))
    return false;
  return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(jwt.signature.data()),
                          jwt.signature.size(), reinterpret_cast<const unsigned char*>(jwt.signed_text.data()),
                          jwt.signed_text.size()) == 1;
}

std::string thumbprint_sha1(const std::string& pem) { return thumbprint(pem, EVP_sha1()); }
std::string thumbprint_sha256(const std::string& pem) { return thumbprint(pem, EVP_sha256()); }

bool fits_challenge(const std::string& verifier, const std::string& challenge) {
  const bool long_enough = verifier.size() >= kVerifierMin && verifier.size() <= kVerifierMax;
  return long_enough && base64url(sha256_bytes(verifier)) == challenge;
}

bool is_loopback_redirect(const std::string& uri) {
  const auto url = http::parse_url(uri);
  return url && url->scheme == "http" && (url->host == "localhost" || url->host == "127.0.0.1" || url->host == "[::1]");
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
