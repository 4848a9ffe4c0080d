#include "connectors/caldav/href.hpp"

#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace caldav {

Result<std::string> decoded_path(const http::Url& base, std::string_view href) {
  const auto begin = href.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos)
    href = {};
  else
    href = href.substr(begin, href.find_last_not_of(" \t\r\n") - begin + 1);
  FASTI_TRY(const auto url, http::resolve(base, href));
  return http::percent_decode(url.path);
}

Calendar::Calendar(http::Url base, std::string path) : base_(std::move(base)), path_(std::move(path)) {
  if (path_.empty() || path_.back() != '/') path_.push_back('/');
  base_.query.clear();
  base_.path = http::percent_encode_path(path_);
}

std::string Calendar::url() const { return base_.text(); }

std::string Calendar::url_of(std::string_view id) const { return base_.text() + http::percent_encode_path(id); }

std::string Calendar::href_of(std::string_view id) const { return base_.path + http::percent_encode_path(id); }

std::optional<std::string> Calendar::id_of(std::string_view href) const {
  // RFC 4918 8.3: an address or an absolute path; anything else is a mangled one ("http%3A//…", Xandikos).
  const auto begin = href.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos || (href[begin] != '/' && href.find("://") == std::string_view::npos))
    return std::nullopt;
  const auto path = decoded_path(base_, href);
  if (!path) return std::nullopt;
  if (*path == path_ || *path + "/" == path_) return std::string();
  if (path->compare(0, path_.size(), path_) != 0) return std::nullopt;
  return path->substr(path_.size());
}

}  // namespace caldav
}  // namespace v1
}  // namespace fasti
