#pragma once
// The `[connections.NAME]` table of a CalDAV connection as typed values. Every problem is bad_config with its place.
#include <fasti/connector.hpp>

#include "connectors/caldav/session.hpp"

namespace fasti {
inline namespace v1 {
namespace caldav {

struct Settings {
  SessionOptions session;
  http::ClientOptions client;
  bool sends_password_in_clear = false;
};

std::vector<std::string> setting_keys();
Result<Settings> read_settings(const ConnectionSettings& table);

}  // namespace caldav
}  // namespace v1
}  // namespace fasti
