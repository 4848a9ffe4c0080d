#include "connectors/http/client_settings.hpp"

#include <algorithm>
#include <charconv>

#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace http {
namespace {

/// A positive number and what is written behind it.
std::optional<std::pair<double, std::string>> number_with_unit(const std::string& text) {
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || !(value > 0) || value > 1e15) return std::nullopt;
  return std::make_pair(value, std::string(end, text.data() + text.size()));
}

Status read_pace(const ConnectionSettings& table, std::size_t parallel_max, ClientOptions& out) {
  if (const auto text = table.get("rate")) {
    const auto parts = number_with_unit(*text);
    if (!parts || !parts->second.empty()) return bad_key(table, "rate", "is no number of requests per second");
    out.rate = parts->first;
  }
  if (const auto text = table.get("parallel")) {
    const auto parts = number_with_unit(*text);
    if (!parts || !parts->second.empty() || parts->first < 1 || parts->first > static_cast<double>(parallel_max))
      return bad_key(table, "parallel", "is no number from 1 to " + std::to_string(parallel_max));
    out.parallel = static_cast<std::size_t>(parts->first);
  }
  return {};
}

}  // namespace

Error bad_key(const ConnectionSettings& table, const std::string& key, const std::string& why, std::string hint) {
  Error error;
  error.kind = ErrorKind::bad_config;
  error.place = table.place(key);
  error.message = key + " " + why;
  error.hint = std::move(hint);
  return error;
}

bool is_written(const ConnectionSettings& table, const std::string& key) {
  return table.get(key).has_value() || table.place(key) != table.place("no such key");
}

Result<std::optional<std::chrono::milliseconds>> duration_of(const ConnectionSettings& table, const std::string& key) {
  const auto text = table.get(key);
  if (!text) return std::optional<std::chrono::milliseconds>();
  const auto parts = number_with_unit(*text);
  double scale = 0;
  if (parts && parts->second == "ms") scale = 1;
  if (parts && (parts->second.empty() || parts->second == "s")) scale = 1000;
  if (parts && parts->second == "m") scale = 60000;
  if (scale == 0 || parts->first * scale > 86400000) return bad_key(table, key, "is no duration", "write \"30s\"");
  return std::optional(std::chrono::milliseconds{static_cast<std::int64_t>(parts->first * scale)});
}

Result<std::optional<std::size_t>> bytes_of(const ConnectionSettings& table, const std::string& key) {
  const auto text = table.get(key);
  if (!text) return std::optional<std::size_t>();
  const auto parts = number_with_unit(*text);
  double scale = 0;
  if (parts && parts->second.empty()) scale = 1;
  if (parts && (parts->second == "K" || parts->second == "KiB")) scale = 1024;
  if (parts && (parts->second == "M" || parts->second == "MiB")) scale = 1024 * 1024;
  if (scale == 0 || parts->first * scale < 1) return bad_key(table, key, "is no size", "write \"64M\"");
  return std::optional(static_cast<std::size_t>(parts->first * scale));
}

Result<Url> url_of(const ConnectionSettings& table, const std::string& fallback) {
  const std::string address = table.get("url").value_or(fallback);
  if (address.empty()) return bad_key(table, "url", "is missing", "url = \"https://dav.example.org/\"");
  auto url = parse_url(address);
  if (url) return url;
  Error error = std::move(url).error();
  error.place = table.place("url");
  return error;
}

bool is_loopback(const Url& url) {
  return url.host == "localhost" || url.host == "[::1]" || url.host.compare(0, 4, "127.") == 0;
}

std::vector<std::string> client_keys() { return {"url", "ca_file", "proxy", "timeout"}; }

Result<ClientOptions> client_options(const ConnectionSettings& table, std::size_t parallel_max) {
  ClientOptions out;
  out.name = table.name();
  FASTI_CHECK(read_pace(table, parallel_max, out));
  out.endpoint.proxy = table.get("proxy");
  if (const auto file = table.get("ca_file"); file && !file->empty())
    out.endpoint.ca_file = file->front() == '/' ? *file : table.folder() + "/" + *file;
  FASTI_TRY(const auto timeout, duration_of(table, "timeout"));
  if (timeout) {
    out.endpoint.total_timeout = *timeout;
    out.endpoint.connect_timeout = std::min(out.endpoint.connect_timeout, *timeout);
  }
  return out;
}

}  // namespace http
}  // namespace v1
}  // namespace fasti
