#pragma once
// What the stand-ins' token endpoints share: forms, and signed assertions (RFC 7515) as clients send them.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace fasti {
inline namespace v1 {
namespace emulators {

/// application/x-www-form-urlencoded, also as the query of an address (without its '?').
std::map<std::string, std::string> read_form(std::string_view text);

std::string base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);

struct Jwt {
  std::map<std::string, std::string> header;  ///< its texts
  std::map<std::string, std::string> claims;  ///< their texts
  std::map<std::string, std::int64_t> times;  ///< their numbers
  std::string signed_text;
  std::string signature;

  std::string head(const std::string& name) const;
  std::string claim(const std::string& name) const;
  std::int64_t time(const std::string& name) const;
};
std::optional<Jwt> read_jwt(const std::string& text);

/// `pem`: a public key or a certificate. By the algorithm that the header names, RS256 or PS256.
bool verifies(const Jwt& jwt, const std::string& pem);
/// base64url of the hash of a certificate's DER form; "" when there is none in the text.
std::string thumbprint_sha1(const std::string& pem);
std::string thumbprint_sha256(const std::string& pem);

/// RFC 7636: the verifier is the one behind an S256 challenge.
bool fits_challenge(const std::string& verifier, const std::string& challenge);

/// http://localhost, 127.0.0.1 or [::1] with any port and path.
bool is_loopback_redirect(const std::string& uri);

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
