#pragma once
// What a Google answer that is no success means to the engine: by the reason in its body, not by its status (a 403 is a
// refusal or a request for patience). Pure.
#include <string>

#include <fasti/error.hpp>

#include "connectors/http/transport.hpp"
#include "engine/base/clock.hpp"

namespace fasti {
inline namespace v1 {
namespace google {

struct Refusal {
  std::string reason;  ///< "rateLimitExceeded"; empty when the body is none of Google's
  std::string message;
  std::string location;  ///< the parameter or header it is about
};
Refusal read_refusal(const http::Response& response);
/// The service asks for patience in its own words: http::ClientOptions::throttled.
bool asks_for_patience(const http::Response& response);
Error make_error(ErrorKind kind, std::string place, std::string message, std::string hint = "");
/// For an answer that is no success, or a success of the wrong shape.
Error answer_error(const http::Response& response, const std::string& what, const std::string& place, Instant now);

}  // namespace google
}  // namespace v1
}  // namespace fasti
