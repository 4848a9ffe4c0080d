#pragma once
// The `[connections.NAME]` table of an Outlook connection as typed values. Every problem is bad_config with its place.
#include <fasti/connector.hpp>

#include "connectors/outlook/session.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {

struct Settings {
  SessionOptions session;
  http::ClientOptions client;
};

std::vector<std::string> setting_keys();
/// Everything but the tokens.
Result<Settings> read_settings(const ConnectionSettings& table);

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
