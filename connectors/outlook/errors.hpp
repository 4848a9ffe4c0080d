#pragma once
// What an answer of Graph that is no success means to the engine. Pure.
#include <string>

#include <fasti/error.hpp>

#include "connectors/http/transport.hpp"
#include "engine/base/clock.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {

Error make_error(ErrorKind kind, std::string place, std::string message, std::string hint = "");
Error answer_error(const http::Response& response, const std::string& what, const std::string& place, Instant now);
/// "ErrorItemNotFound" compares without case.
bool same_code(const std::string& a, const std::string& b);

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
