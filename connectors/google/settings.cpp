#include "connectors/google/settings.hpp"

#include "connectors/google/errors.hpp"
#include "connectors/http/client_settings.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace google {

Result<Settings> read_settings(const ConnectionSettings& table) {
  Settings out;
  FASTI_TRY(out.client, http::client_options(table));
  out.client.throttled = asks_for_patience;
  FASTI_TRY(out.url, http::url_of(table, "https://www.googleapis.com/"));
  if (out.url.path.back() != '/') out.url.path += '/';
  out.quota_user = table.get("quota_user").value_or("");
  if (const auto mail = table.get("send_updates")) {
    if (*mail == "none")
      out.send_updates = SendUpdates::none;
    else if (*mail == "externalOnly")
      out.send_updates = SendUpdates::external_only;
    else if (*mail == "all")
      out.send_updates = SendUpdates::all;
    else
      return http::bad_key(table, "send_updates", "is \"" + *mail + "\"", "write none, externalOnly or all");
  }
  return out;
}

}  // namespace google
}  // namespace v1
}  // namespace fasti
