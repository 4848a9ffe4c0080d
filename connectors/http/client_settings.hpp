#pragma once
// The keys that every connection over HTTP has in fasti.toml (rate, parallel, timeout, proxy, ca_file), read once for
// all connectors, and the small tools for reading a connector's own keys.
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <fasti/connector.hpp>

#include "connectors/http/client.hpp"
#include "connectors/http/url.hpp"

namespace fasti {
inline namespace v1 {
namespace http {

/// bad_config at the key: "PLACE: KEY WHY".
Error bad_key(const ConnectionSettings& table, const std::string& key, const std::string& why, std::string hint = "");
/// The key stands in the table, also as a secret, which get() does not show.
bool is_written(const ConnectionSettings& table, const std::string& key);
/// "90", "30s", "500ms", "2m"; nullopt when the key is not there.
Result<std::optional<std::chrono::milliseconds>> duration_of(const ConnectionSettings& table, const std::string& key);
/// "1000", "64K", "64M".
Result<std::optional<std::size_t>> bytes_of(const ConnectionSettings& table, const std::string& key);

/// `url`, or `fallback` when the key is not there; bad_config at the key.
Result<Url> url_of(const ConnectionSettings& table, const std::string& fallback = "");
bool is_loopback(const Url& url);

/// The keys that client_options() reads beside rate and parallel, which every connection may have.
std::vector<std::string> client_keys();
/// Everything but credentials.
Result<ClientOptions> client_options(const ConnectionSettings& table, std::size_t parallel_max = 64);

}  // namespace http
}  // namespace v1
}  // namespace fasti
