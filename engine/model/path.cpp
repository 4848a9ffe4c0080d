#include <fasti/value.hpp>

namespace fasti {
inline namespace v1 {

std::string make_path(const std::string& name, const std::string& part) {
  return part.empty() ? name : name + '@' + part;
}

std::string path_name(const std::string& path) { return path.substr(0, path.rfind('@')); }

std::string path_part(const std::string& path) {
  const auto at = path.rfind('@');
  return at == std::string::npos ? std::string() : path.substr(at + 1);
}

}  // namespace v1
}  // namespace fasti
