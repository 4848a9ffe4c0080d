#pragma once
// The little of RFC 3986 that HTTP connectors need: parts, resolving a Location or href, percent coding. Pure.
#include <string>
#include <string_view>

#include <fasti/error.hpp>

namespace fasti {
inline namespace v1 {
namespace http {

struct Url {
  std::string scheme;  ///< "http" or "https"
  std::string host;    ///< lower case; IPv6 in brackets
  int port = 0;        ///< the scheme's own when none is written
  std::string path;    ///< as written (percent-encoded), at least "/"
  std::string query;   ///< with its '?', or empty

  std::string origin() const;  ///< "https://host", with the port when it is not the scheme's own
  std::string text() const;
  bool same_origin(const Url& other) const;
};

/// bad_config: no http(s) address, userinfo (credentials have their own keys), blanks or control characters.
Result<Url> parse_url(std::string_view text);
/// A Location or href relative to `base`: absolute address, "//host/path", "/path" or "path"; fragments are dropped.
Result<Url> resolve(const Url& base, std::string_view reference);

std::string percent_decode(std::string_view text);
/// Everything but unreserved characters and '/' is escaped.
std::string percent_encode_path(std::string_view decoded);

}  // namespace http
}  // namespace v1
}  // namespace fasti
