#include <algorithm>

#include "connectors/http/transport.hpp"

namespace fasti {
inline namespace v1 {
namespace http {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::optional<std::string> header(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    const bool same = key.size() == name.size() && std::equal(key.begin(), key.end(), name.begin(),
                                                              [](char a, char b) { return lower(a) == lower(b); });
    if (same) return value;
  }
  return std::nullopt;
}

}  // namespace http
}  // namespace v1
}  // namespace fasti
