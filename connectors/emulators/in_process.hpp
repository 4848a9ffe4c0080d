#pragma once
// A Transport that carries requests to stand-ins in the same process, one after the other, and can lose them on the
// way as a network does.
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "connectors/emulators/service.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {

enum class NetworkFault {
  none,
  refused,       ///< nothing reached the server, and the client knows
  request_lost,  ///< nothing reached the server, the client does not know
  reply_lost,    ///< the server has done it, the client does not know
};

struct Network {
  std::map<std::string, Service*> hosts;  ///< by host name of the URL; another host is a refused connection
  std::function<NetworkFault(const http::Request&)> fault;  ///< asked once per request, in order; may be empty
};

std::shared_ptr<http::Transport> in_process(Network network);

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
