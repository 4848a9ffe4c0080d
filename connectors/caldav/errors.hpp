#pragma once
// What a WebDAV answer that is no success means to the engine, its XML precondition included. Pure.
#include <string>

#include <fasti/error.hpp>

#include "connectors/caldav/multistatus.hpp"
#include "connectors/http/transport.hpp"
#include "engine/base/clock.hpp"

namespace fasti {
inline namespace v1 {
namespace caldav {

Error make_error(ErrorKind kind, std::string place, std::string message, std::string hint = "");
/// An HTTP answer that is no success.
Error answer_error(const http::Response& response, const std::string& what, const std::string& place, Instant now);
/// The same for a status inside a multistatus.
Error inner_error(int status, const DavError& dav, const std::string& what, const std::string& place);
/// For an answer that is a success of the wrong shape: a captive portal's page with 200, …
Error shape_error(const http::Response& response, const std::string& what, const std::string& place);

}  // namespace caldav
}  // namespace v1
}  // namespace fasti
