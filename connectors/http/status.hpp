#pragma once
// What an HTTP status means to the engine: one table. Providers refine it with what their bodies say.
#include <optional>
#include <string>

#include <fasti/error.hpp>

#include "connectors/http/transport.hpp"
#include "engine/base/clock.hpp"

namespace fasti {
inline namespace v1 {
namespace http {

/// For statuses that are no success.
ErrorKind kind_of_status(int status);
bool is_success(int status);
/// The status with its name ("503 Service Unavailable").
std::string status_text(int status);
/// An Error for an answer that is no success: kind, "PUT: 403 Forbidden", Retry-After, and a hint.
Error status_error(const Response& response, const std::string& what, Instant now);
/// Retry-After in seconds or as an HTTP date (RFC 9110 10.2.3); nullopt when absent or unreadable, never negative.
std::optional<std::chrono::seconds> retry_after(const Headers& headers, Instant now);

}  // namespace http
}  // namespace v1
}  // namespace fasti
