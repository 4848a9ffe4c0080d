#pragma once
// Keeps an access token until shortly before it expires, and fetches the next one when it is needed. Thread-safe.
#include <functional>
#include <memory>

#include "connectors/auth/token_endpoint.hpp"
#include "connectors/http/token_source.hpp"

namespace fasti {
inline namespace v1 {
namespace auth {

using Fetch = std::function<Result<TokenReply>(std::stop_token)>;

std::shared_ptr<http::TokenSource> cached_tokens(Clock& clock, Fetch fetch);
/// Always the same token; refusing it is the end.
std::shared_ptr<http::TokenSource> fixed_token(Secret token, std::string hint);

}  // namespace auth
}  // namespace v1
}  // namespace fasti
