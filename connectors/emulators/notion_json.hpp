#pragma once
// A JSON tree without a heavy header, for the many files of the stand-in for Notion: reading a member that is not there
// gives null, so that rules can be written as they are said. Members are sorted by name; bytes of equal trees are
// equal.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace fasti {
inline namespace v1 {
namespace emulators {

class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::map<std::string, Json, std::less<>>;

  Json() = default;
  Json(std::nullptr_t) {}
  Json(bool value) : value_(value) {}
  Json(int value) : value_(static_cast<double>(value)) {}
  Json(std::int64_t value) : value_(static_cast<double>(value)) {}
  Json(std::size_t value) : value_(static_cast<double>(value)) {}
  Json(double value) : value_(value) {}
  Json(const char* text) : value_(std::string(text)) {}
  Json(std::string text) : value_(std::move(text)) {}
  Json(std::string_view text) : value_(std::string(text)) {}
  Json(Array items) : value_(std::move(items)) {}
  Json(Object members) : value_(std::move(members)) {}
  /// {"name", value} pairs.
  static Json object(std::initializer_list<std::pair<const std::string, Json>> members = {}) {
    return Json(Object(members));
  }
  static Json array(Array items = {}) { return Json(std::move(items)); }
  /// nullopt: not JSON, or not UTF-8.
  static std::optional<Json> parse(std::string_view text);

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_bool() const { return std::holds_alternative<bool>(value_); }
  bool is_number() const { return std::holds_alternative<double>(value_); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }

  bool truth() const { return is_bool() && std::get<bool>(value_); }
  double number() const { return is_number() ? std::get<double>(value_) : 0; }
  const std::string& text() const;  ///< "" of anything else
  const Array& items() const;       ///< none of anything else
  const Object& members() const;    ///< none of anything else
  Array& items();                   ///< becomes an array
  Object& members();                ///< becomes an object

  bool has(std::string_view name) const { return members().find(name) != members().end(); }
  const Json& operator[](std::string_view name) const;  ///< null: not there
  Json& operator[](std::string_view name);
  const Json& operator[](const char* name) const { return (*this)[std::string_view(name)]; }
  Json& operator[](const char* name) { return (*this)[std::string_view(name)]; }
  void push(Json item) { items().push_back(std::move(item)); }
  std::size_t size() const { return is_array() ? items().size() : members().size(); }

  std::string dump() const;
  void append_to(std::string& out) const;
  bool operator==(const Json&) const = default;

 private:
  std::variant<std::monostate, bool, double, std::string, Array, Object> value_;
};

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
