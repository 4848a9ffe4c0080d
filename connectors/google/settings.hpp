#pragma once
// The `[connections.NAME]` table of a Google connection as typed values. Signing in is connectors/auth's.
#include <string>

#include <fasti/connector.hpp>

#include "connectors/http/client.hpp"
#include "connectors/http/url.hpp"

namespace fasti {
inline namespace v1 {
namespace google {

/// Who of the guests of an event gets mail about our writes.
enum class SendUpdates {
  unset,  ///< nothing is written that guests would have to be told of (rule 26)
  none,
  external_only,
  all,
};

struct Settings {
  http::Url url;
  std::string quota_user;
  SendUpdates send_updates = SendUpdates::unset;
  http::ClientOptions client;
};

/// Everything but `client.tokens`. Every problem is bad_config with its place.
Result<Settings> read_settings(const ConnectionSettings& table);

}  // namespace google
}  // namespace v1
}  // namespace fasti
