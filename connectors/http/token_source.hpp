#pragma once
// Where the bearer token of a connection comes from. connectors/auth has the real ones (OAuth 2, service accounts);
// the client asks before it sends, and once more when a server has refused what it was given.
#include <stop_token>

#include <fasti/error.hpp>

#include "engine/base/secret.hpp"

namespace fasti {
inline namespace v1 {
namespace http {

class TokenSource {
 public:
  virtual ~TokenSource() = default;
  /// A token that is good for the next minute at least. `refused`: one that a server has just answered with 401
  /// (empty: none); the source never gives that one again, and gets a fresh one at most once for it. unauthenticated:
  /// only a person can help, the hint says how; transient: the token endpoint does not answer.
  virtual Result<Secret> token(const Secret& refused, std::stop_token stop) = 0;
};

}  // namespace http
}  // namespace v1
}  // namespace fasti
