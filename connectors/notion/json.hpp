#pragma once
// JSON as it is read: a view into the document that parse_json() has read last on this thread; what is absent reads as
// nothing. Not for building bodies (body.cpp).
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fasti/error.hpp>

namespace fasti {
inline namespace v1 {
namespace notion {

class Json {
 public:
  /// null counts as absent.
  std::optional<Json> find(std::string_view name) const;
  /// "" when it is absent or no text.
  std::string text(std::string_view name) const;
  bool flag(std::string_view name) const;
  std::optional<double> number(std::string_view name) const;
  /// The elements of an array member, or of this array; empty when it is none.
  std::vector<Json> list(std::string_view name) const;
  std::vector<Json> list() const;
  /// Itself as a text; nullopt when it is none.
  std::optional<std::string> as_text() const;
  std::optional<double> as_number() const;
  std::optional<bool> as_flag() const;
  bool is_array() const;
  bool is_object() const;
  /// Members of this object, in their order.
  std::vector<std::pair<std::string, Json>> members() const;
  /// Without white space.
  std::string minified() const;

  struct Access;

 private:
  alignas(std::max_align_t) std::byte element_[16];
};

/// Valid until the next call on this thread. bad_reply when it is no JSON.
Result<Json> parse_json(std::string_view body);

}  // namespace notion
}  // namespace v1
}  // namespace fasti
