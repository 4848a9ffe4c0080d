#include "connectors/http/url.hpp"

#include <algorithm>
#include <charconv>

#include "connectors/http/redact.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace http {
namespace {

int default_port(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Error bad_url(std::string_view text, const std::string& why) {
  Error error;
  error.kind = ErrorKind::bad_config;
  error.message = "\"" + redact_url(text) + "\" " + why;
  error.hint = "write an address like https://dav.example.org/path/";
  return error;
}

void lower(std::string& text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
}

/// RFC 3986 5.2.4.
std::string without_dots(std::string_view path) {
  std::string out;
  std::size_t at = 0;
  while (at < path.size()) {
    const auto end = std::min(path.find('/', at + 1), path.size());
    const auto segment = path.substr(at, end - at);
    const bool last = end == path.size();
    if (segment == "/..") {
      const auto parent = out.rfind('/');
      out.resize(parent == std::string::npos ? 0 : parent);
      if (last) out.push_back('/');
    } else if (segment == "/.") {
      if (last) out.push_back('/');
    } else {
      out += segment;
    }
    at = end;
  }
  return out.empty() ? "/" : out;
}

Status split_authority(std::string_view text, std::string_view authority, Url& url) {
  if (authority.find('@') != std::string_view::npos)
    return bad_url(text, "holds credentials; give username and password their own keys");
  const auto bracket = authority.rfind(']');
  const auto colon = authority.rfind(':');
  const bool has_port = colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  url.host = std::string(authority.substr(0, has_port ? colon : authority.size()));
  lower(url.host);
  url.port = default_port(url.scheme);
  if (has_port && colon + 1 < authority.size()) {
    const auto digits = authority.substr(colon + 1);
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
    if (problem != std::errc{} || end != digits.data() + digits.size() || url.port < 1 || url.port > 65535)
      return bad_url(text, "has no valid port");
  }
  if (url.host.empty()) return bad_url(text, "names no host");
  return {};
}

void split_path(std::string_view rest, Url& url) {
  rest = rest.substr(0, rest.find('#'));
  const auto question = rest.find('?');
  url.path = std::string(rest.substr(0, question));
  url.query = question == std::string_view::npos ? "" : std::string(rest.substr(question));
  if (url.path.empty()) url.path = "/";
}

}  // namespace

std::string Url::origin() const {
  std::string out = scheme + "://" + host;
  if (port != default_port(scheme)) out += ":" + std::to_string(port);
  return out;
}

std::string Url::text() const { return origin() + path + query; }

bool Url::same_origin(const Url& other) const {
  return scheme == other.scheme && host == other.host && port == other.port;
}

Result<Url> parse_url(std::string_view text) {
  const bool clean = std::none_of(text.begin(), text.end(), [](unsigned char c) { return c <= ' ' || c == 0x7f; });
  if (!clean) return bad_url(text, "holds a blank or a control character");
  Url url;
  const auto end = text.find("://");
  if (end != std::string_view::npos) url.scheme = std::string(text.substr(0, end));
  lower(url.scheme);
  if (url.scheme != "http" && url.scheme != "https") return bad_url(text, "is not an http or https address");
  const auto rest = text.substr(end + 3);
  const auto path = std::min(rest.find_first_of("/?#"), rest.size());
  FASTI_CHECK(split_authority(text, rest.substr(0, path), url));
  split_path(rest.substr(path), url);
  if (url.path.front() != '/') url.path.insert(0, "/");
  return url;
}

Result<Url> resolve(const Url& base, std::string_view reference) {
  const auto colon = reference.find("://");
  if (colon != std::string_view::npos && reference.find_first_of("/?#") == colon + 1) return parse_url(reference);
  if (reference.substr(0, 2) == "//") return parse_url(base.scheme + ":" + std::string(reference));
  Url url = base;
  if (reference.empty() || reference.front() == '#') return url;
  if (reference.front() == '?') {
    url.query = std::string(reference.substr(0, reference.find('#')));
    return url;
  }
  split_path(reference, url);
  if (reference.front() != '/') url.path = base.path.substr(0, base.path.rfind('/') + 1) + url.path;
  url.path = without_dots(url.path);
  return url;
}

std::string percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low >= 0) {
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

std::string percent_encode_path(std::string_view decoded) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(decoded.size() + 16);
  for (const char c : decoded) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~' || c == '/';
    if (plain) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.push_back('%');
      out.push_back(kDigits[byte >> 4]);
      out.push_back(kDigits[byte & 15]);
    }
  }
  return out;
}

}  // namespace http
}  // namespace v1
}  // namespace fasti
