#include "connectors/google/batch.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "connectors/http/url.hpp"

namespace fasti {
inline namespace v1 {
namespace google {
namespace {

constexpr std::string_view kName = "fasti-part-";

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r' || text.back() == '\n')) text.remove_suffix(1);
  return text;
}

/// Takes header lines off the front, up to and with the blank line behind them.
http::Headers take_headers(std::string_view& text) {
  http::Headers headers;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty()) break;
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    headers.emplace_back(std::string(line.substr(0, colon)), std::string(trimmed(line.substr(colon + 1))));
  }
  return headers;
}

std::optional<std::string> boundary_of(const http::Response& response) {
  const auto type = http::header(response.headers, "Content-Type").value_or("");
  auto at = type.find("boundary=");
  if (at == std::string::npos) return std::nullopt;
  std::string boundary = type.substr(at + 9);
  if (!boundary.empty() && boundary.front() == '"') return boundary.substr(1, boundary.find('"', 1) - 1);
  return boundary.substr(0, boundary.find(';'));
}

std::optional<std::size_t> index_of(const http::Headers& headers) {
  const auto id = http::header(headers, "Content-ID").value_or("");
  const auto at = id.find(kName);
  if (at == std::string::npos) return std::nullopt;
  std::size_t index = 0;
  const char* from = id.data() + at + kName.size();
  if (std::from_chars(from, id.data() + id.size(), index).ec != std::errc()) return std::nullopt;
  return index;
}

std::optional<http::Response> read_part(std::string_view text) {
  const auto end = text.find('\n');
  const auto line = trimmed(text.substr(0, end));
  if (line.compare(0, 5, "HTTP/") != 0 || end == std::string_view::npos) return std::nullopt;
  http::Response out;
  const auto space = line.find(' ');
  if (space == std::string_view::npos ||
      std::from_chars(line.data() + space + 1, line.data() + line.size(), out.status).ec != std::errc())
    return std::nullopt;
  text.remove_prefix(end + 1);
  out.headers = take_headers(text);
  out.body = std::string(trimmed(text));
  return out;
}

}  // namespace

http::Request make_batch(const std::string& url, const std::vector<http::Request>& parts) {
  std::string boundary = "fasti_batch";
  const auto occurs = [&](const http::Request& part) { return part.body.find(boundary) != std::string::npos; };
  while (std::any_of(parts.begin(), parts.end(), occurs)) boundary += "_";
  http::Request out;
  out.method = "POST";
  out.url = url;
  out.headers = {{"Content-Type", "multipart/mixed; boundary=" + boundary}};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto& part = parts[i];
    const auto address = http::parse_url(part.url);
    out.body += "--" + boundary + "\r\nContent-Type: application/http\r\nContent-ID: <" + std::string(kName) +
                std::to_string(i) + ">\r\n\r\n";
    out.body += part.method + " " + (address ? address->path + address->query : part.url) + " HTTP/1.1\r\n";
    for (const auto& [name, value] : part.headers) out.body += name + ": " + value + "\r\n";
    if (!part.body.empty()) out.body += "Content-Length: " + std::to_string(part.body.size()) + "\r\n";
    out.body += "\r\n" + part.body + "\r\n";
  }
  out.body += "--" + boundary + "--\r\n";
  return out;
}

std::vector<std::optional<http::Response>> read_batch(const http::Response& response, std::size_t parts) {
  std::vector<std::optional<http::Response>> out(parts);
  const auto boundary = boundary_of(response);
  if (!boundary || boundary->empty()) return out;
  const std::string delimiter = "--" + *boundary;
  std::string_view rest = response.body;
  for (auto at = rest.find(delimiter); at != std::string_view::npos; at = rest.find(delimiter)) {
    rest.remove_prefix(at + delimiter.size());
    if (rest.compare(0, 2, "--") == 0) break;
    const auto line = rest.find('\n');
    if (line == std::string_view::npos) break;
    std::string_view part = rest.substr(line + 1, rest.find("\n" + delimiter) - line - 1);
    const auto headers = take_headers(part);
    const auto index = index_of(headers);
    if (index && *index < parts) out[*index] = read_part(part);
  }
  return out;
}

}  // namespace google
}  // namespace v1
}  // namespace fasti
