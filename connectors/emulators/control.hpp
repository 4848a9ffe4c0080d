#pragma once
// What a test asks of a stand-in beside the provider's own API and on the same port: lies on request, the deeds of an
// administrator, and counts of what came. All below /sandbox/; README.md lists it. Not for tests in the process: they
// hold the object itself.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "connectors/emulators/faults.hpp"
#include "connectors/http/transport.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {

struct ControlCall {
  std::string method;
  std::vector<std::string> path;  ///< decoded segments below /sandbox/
  std::map<std::string, std::string> query;
  std::string body;

  std::string parameter(const std::string& name) const;
  bool is(const std::string& wanted_method, std::initializer_list<const char*> wanted_path) const;
};

/// nullopt: a question to the provider.
std::optional<ControlCall> control_call(const http::Request& request);

/// What came, as clients would count it.
struct Traffic {
  std::uint64_t requests = 0;                  ///< of the API; a batch is one
  std::uint64_t writes = 0;                    ///< that were stored
  std::map<std::string, std::uint64_t> calls;  ///< by method; each part of a batch is one
};

/// What every stand-in answers: `faults/NAME` and `counts`. nullopt: not one of these. Asked under the stand-in's lock.
std::optional<http::Response> control_answer(const ControlCall& call, Faults& faults, const Traffic& traffic);

http::Response control_done();
http::Response control_refused(const std::string& message);

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
