#pragma once
// The Outlook provider (Microsoft Graph v1.0): provider = "outlook". README.md says what was decided and why.
#include <functional>

#include <fasti/connector.hpp>

#include "connectors/http/services.hpp"
#include "connectors/http/token_source.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {

/// Tokens for a connection's table: connectors/auth has the real ones.
using TokensOf = std::function<Result<std::shared_ptr<http::TokenSource>>(const ConnectionSettings&, const Services&)>;

ConnectorFactory outlook_factory(Services services);
ConnectorFactory outlook_factory(Services services, TokensOf tokens);

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
