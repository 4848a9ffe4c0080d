#pragma once
// Signed JSON Web Tokens (RFC 7515, RFC 7518) as Google's service accounts and Microsoft's certificates need them.
#include <map>
#include <string>

#include <fasti/error.hpp>

#include "connectors/http/services.hpp"
#include "engine/base/secret.hpp"

namespace fasti {
inline namespace v1 {
namespace auth {

enum class JwtAlgorithm { rs256, ps256 };

/// `header` and `claims` are JSON objects as text; "alg" and "typ" are put into the header here. `private_key`: PEM,
/// PKCS#8 or PKCS#1, without a pass phrase. bad_config when it is none.
Result<std::string> sign_jwt(JwtAlgorithm algorithm, const std::map<std::string, std::string>& header,
                             const std::string& claims, const Secret& private_key);

/// base64url of the SHA-256 of the first certificate of a PEM text (its DER form): "x5t#S256". bad_config when there
/// is none.
Result<std::string> certificate_thumbprint(const std::string& pem);

/// A random version 4 UUID, for "jti".
std::string random_uuid(Random& random);

}  // namespace auth
}  // namespace v1
}  // namespace fasti
