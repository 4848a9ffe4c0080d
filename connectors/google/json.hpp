#pragma once
// JSON as it is read: a view into the document that parse_json() has read last on this thread; what is absent reads as
// nothing. Not for building bodies (body.cpp).
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fasti/error.hpp>

namespace fasti {
inline namespace v1 {
namespace google {

class Json {
 public:
  /// null counts as absent.
  std::optional<Json> find(std::string_view name) const;
  /// "" when it is absent or no text.
  std::string text(std::string_view name) const;
  bool flag(std::string_view name) const;
  std::optional<std::int64_t> number(std::string_view name) const;
  /// The elements of an array member, or of this array; empty when it is none.
  std::vector<Json> list(std::string_view name) const;
  std::vector<Json> list() const;
  /// Itself as a text; nullopt when it is none.
  std::optional<std::string> as_text() const;
  bool is_array() const;
  /// Without white space.
  std::string minified() const;

  struct Access;

 private:
  alignas(std::max_align_t) std::byte element_[16];
};

/// Valid until the next call on this thread. bad_reply when it is no JSON.
Result<Json> parse_json(std::string_view body);

}  // namespace google
}  // namespace v1
}  // namespace fasti
