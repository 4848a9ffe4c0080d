#include "connectors/outlook/settings.hpp"

#include <charconv>

#include "connectors/http/client_settings.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {
namespace {

constexpr const char* kGraph = "https://graph.microsoft.com/v1.0/";
/// More requests of one app to one mailbox are refused.
constexpr std::size_t kParallelMax = 4;
/// A view over more than 1825 days is refused.
constexpr std::chrono::hours kViewMax = std::chrono::days(1800);
constexpr std::chrono::hours kPast = std::chrono::days(60);
constexpr std::chrono::hours kFuture = std::chrono::days(730);

Result<std::chrono::hours> window_of(const ConnectionSettings& table, const std::string& key,
                                     std::chrono::hours usual) {
  const auto text = table.get(key);
  if (!text) return usual;
  int number = 0;
  const char* const end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, number);
  const std::string unit(read.ptr, end);
  const int hours = unit == "d" || unit.empty() ? 24 : unit == "w" ? 24 * 7 : unit == "h" ? 1 : 0;
  if (read.ec != std::errc{} || hours == 0 || number < 0)
    return http::bad_key(table, key, "is no number of days", "write \"90d\"");
  return std::chrono::hours(hours) * number;
}

}  // namespace

std::vector<std::string> setting_keys() {
  auto keys = http::client_keys();
  keys.insert(keys.end(), {"user", "window_past", "window_future", "invitations"});
  return keys;
}

Result<Settings> read_settings(const ConnectionSettings& table) {
  Settings out;
  FASTI_TRY(out.session.url, http::url_of(table, kGraph));
  if (out.session.url.path.back() != '/') out.session.url.path += '/';
  if (!out.session.url.query.empty()) return http::bad_key(table, "url", "has a query");
  out.session.user = table.get("user").value_or("");
  FASTI_TRY(out.session.past, window_of(table, "window_past", kPast));
  FASTI_TRY(out.session.future, window_of(table, "window_future", kFuture));
  if (out.session.future < std::chrono::days(1))
    return http::bad_key(table, "window_future", "is less than a day", "write \"730d\"");
  if (out.session.past + out.session.future > kViewMax)
    return http::bad_key(table, "window_future", "and window_past are more than 1800 days, which Outlook refuses");
  const std::string invitations = table.get("invitations").value_or("never");
  if (invitations != "never" && invitations != "all")
    return http::bad_key(table, "invitations", "is \"" + invitations + "\"", "write never or all");
  out.session.invitations = invitations == "all";
  FASTI_TRY(out.client, http::client_options(table, kParallelMax));
  return out;
}

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
