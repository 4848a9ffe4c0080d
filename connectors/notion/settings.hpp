#pragma once
// The `[connections.NAME]` table of a Notion connection as typed values. Every problem is bad_config with its place.
#include <fasti/connector.hpp>

#include "connectors/notion/session.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {

struct Settings {
  SessionOptions session;
  http::ClientOptions client;
};

std::vector<std::string> setting_keys();
/// The token as well: a static one ("ntn_…"), which Notion never replaces.
Result<Settings> read_settings(const ConnectionSettings& table);

}  // namespace notion
}  // namespace v1
}  // namespace fasti
