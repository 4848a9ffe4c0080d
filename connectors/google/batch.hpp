#pragma once
// Many requests in one: multipart/mixed of application/http
// (https://developers.google.com/workspace/calendar/api/guides/batch). Pure.
#include <optional>
#include <string>
#include <vector>

#include "connectors/http/transport.hpp"

namespace fasti {
inline namespace v1 {
namespace google {

/// The page says 1000 today and said 50 before.
inline constexpr std::size_t kBatchMax = 50;

/// `url` of the batch endpoint; the parts' URLs become paths.
http::Request make_batch(const std::string& url, const std::vector<http::Request>& parts);
/// By part, matched by Content-ID: the order is the server's. nullopt: no answer for it in there.
std::vector<std::optional<http::Response>> read_batch(const http::Response& response, std::size_t parts);

}  // namespace google
}  // namespace v1
}  // namespace fasti
