#pragma once
// Addresses of one calendar and its objects. hrefs are compared percent-decoded: servers escape as they like. An
// object's id is its decoded path below the calendar. Pure.
#include <optional>
#include <string>
#include <string_view>

#include "connectors/http/url.hpp"

namespace fasti {
inline namespace v1 {
namespace caldav {

/// Decoded path of an href, whatever origin it names (behind a proxy servers name their own).
Result<std::string> decoded_path(const http::Url& base, std::string_view href);

class Calendar {
 public:
  /// `path` is decoded, with or without its last slash.
  Calendar(http::Url base, std::string path);

  const std::string& path() const { return path_; }
  std::string url() const;
  std::string url_of(std::string_view id) const;
  /// Of an object as a server expects it in a multiget body.
  std::string href_of(std::string_view id) const;
  /// "" for the calendar itself, nullopt for what is not in it.
  std::optional<std::string> id_of(std::string_view href) const;

 private:
  http::Url base_;
  std::string path_;
};

}  // namespace caldav
}  // namespace v1
}  // namespace fasti
