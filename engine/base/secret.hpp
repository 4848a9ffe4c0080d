#pragma once
// A value that must never be shown. Prints as "***"; the real text needs reveal(), which is easy to grep for.
#include <ostream>
#include <string>
#include <utility>

namespace fasti {
inline namespace v1 {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  const std::string& reveal() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};

inline std::ostream& operator<<(std::ostream& out, const Secret&) { return out << "***"; }
inline std::string to_string(const Secret&) { return "***"; }

}  // namespace v1
}  // namespace fasti
