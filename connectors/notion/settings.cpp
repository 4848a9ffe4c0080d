#include "connectors/notion/settings.hpp"

#include "connectors/http/client_settings.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {
namespace {

Result<std::optional<std::size_t>> count_of(const ConnectionSettings& table, const std::string& key) {
  const auto text = table.get(key);
  if (!text) return std::optional<std::size_t>();
  if (text->empty() || text->size() > 6 || text->find_first_not_of("0123456789") != std::string::npos)
    return http::bad_key(table, key, "is no number");
  return std::optional<std::size_t>(std::stoul(*text));
}

}  // namespace

std::vector<std::string> setting_keys() {
  std::vector<std::string> keys = {"token", "budget", "parent", "small", "list_every", "index_lag"};
  const auto more = http::client_keys();
  keys.insert(keys.end(), more.begin(), more.end());
  return keys;
}

Result<Settings> read_settings(const ConnectionSettings& table) {
  Settings out;
  FASTI_TRY(out.client, http::client_options(table, 10));
  FASTI_TRY(out.session.url, http::url_of(table, "https://api.notion.com/"));
  auto& path = out.session.url.path;
  if (path.empty() || path.back() != '/') path += '/';
  if (path.ends_with("/v1/")) path.resize(path.size() - 3);
  FASTI_TRY(const auto budget, count_of(table, "budget"));
  if (budget) out.session.budget = *budget;
  FASTI_TRY(const auto rows, count_of(table, "small"));
  if (rows) out.session.small = *rows;
  FASTI_TRY(const auto age, http::duration_of(table, "list_every"));
  if (age) out.session.listing_age = std::chrono::floor<std::chrono::seconds>(*age);
  FASTI_TRY(const auto lag, http::duration_of(table, "index_lag"));
  if (lag) out.session.index_lag = std::chrono::floor<std::chrono::seconds>(*lag);
  if (const auto parent = table.get("parent")) {
    const auto id = find_uuid(*parent);
    if (!id) return http::bad_key(table, "parent", "is no page's id or address");
    out.session.parent = *id;
  }
  FASTI_TRY(auto token, table.secret("token"));
  out.client.endpoint.auth = {http::AuthScheme::bearer, "", Secret(std::move(token))};
  return out;
}

}  // namespace notion
}  // namespace v1
}  // namespace fasti
