#pragma once
// A stand-in for one provider's HTTP API: a function from request to answer with a state behind it. The same object
// answers in process (in_process.hpp: tests, simulated worlds) and on a loopback port (`fasti sandbox`, official
// clients). Not for transport: lost replies and refused connections are made in in_process.hpp.
#include "connectors/http/transport.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {

class Service {
 public:
  virtual ~Service() = default;
  /// Thread-safe. `request.url` is absolute, credentials are in the Authorization header; `endpoint` is not looked at.
  virtual http::Response handle(const http::Request& request) = 0;
};

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
