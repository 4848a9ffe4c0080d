#pragma once
// The Transport over libcurl's multi interface. Make one per process: it keeps connections, TLS sessions and the loaded
// CA bundle (53 ms) for its whole life. Costs nothing until the first request.
#include <memory>

#include "connectors/http/transport.hpp"

namespace fasti {
inline namespace v1 {
namespace http {

std::shared_ptr<Transport> make_curl_transport();

}  // namespace http
}  // namespace v1
}  // namespace fasti
