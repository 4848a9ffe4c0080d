#pragma once
// Everything outside the process that a connector may touch, handed to its factory, so that tests can replace each.
// The references must outlive every connector made with them.
#include <memory>

#include <fasti/hub.hpp>

#include "connectors/http/transport.hpp"
#include "engine/base/clock.hpp"
#include "engine/base/file_system.hpp"

namespace fasti {
inline namespace v1 {

struct Services {
  FileSystem& files;
  Clock& clock;
  Random& random;
  /// Shared by all connections: one connection cache and one loaded CA bundle for the life of the process.
  std::shared_ptr<http::Transport> transport;
  LogSink log;  ///< may be empty
};

}  // namespace v1
}  // namespace fasti
