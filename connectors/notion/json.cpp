#include "connectors/notion/json.hpp"

#include <simdjson.h>

#include <cstring>
#include <type_traits>

namespace fasti {
inline namespace v1 {
namespace notion {

using Element = simdjson::dom::element;

/// An element is a pointer and a position: copied in and out, so that nobody else has to know simdjson.
struct Json::Access {
  static_assert(sizeof(Element) <= sizeof(Json) && std::is_trivially_copyable_v<Element>);
  static Json wrap(const Element& element) {
    Json out;
    std::memcpy(out.element_, &element, sizeof element);
    return out;
  }
  static Element unwrap(const Json& json) {
    Element out;
    std::memcpy(static_cast<void*>(&out), json.element_, sizeof out);
    return out;
  }
};

namespace {

std::vector<Json> elements(const Element& element) {
  std::vector<Json> out;
  simdjson::dom::array array;
  if (element.get(array) != simdjson::SUCCESS) return out;
  out.reserve(array.size());
  for (const Element one : array) out.push_back(Json::Access::wrap(one));
  return out;
}

}  // namespace

std::optional<Json> Json::find(std::string_view name) const {
  const Element element = Access::unwrap(*this);
  Element found;
  if (!element.is_object() || element[name].get(found) != simdjson::SUCCESS || found.is_null()) return std::nullopt;
  return Access::wrap(found);
}

std::string Json::text(std::string_view name) const {
  const auto found = find(name);
  return found ? found->as_text().value_or("") : "";
}

bool Json::flag(std::string_view name) const {
  const auto found = find(name);
  bool value = false;
  return found && Access::unwrap(*found).get(value) == simdjson::SUCCESS && value;
}

std::optional<double> Json::number(std::string_view name) const {
  const auto found = find(name);
  return found ? found->as_number() : std::nullopt;
}

std::optional<double> Json::as_number() const {
  double value = 0;
  if (Access::unwrap(*this).get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

std::optional<bool> Json::as_flag() const {
  bool value = false;
  if (Access::unwrap(*this).get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

std::vector<Json> Json::list(std::string_view name) const {
  const auto found = find(name);
  return found ? found->list() : std::vector<Json>();
}

std::vector<Json> Json::list() const { return elements(Access::unwrap(*this)); }

std::optional<std::string> Json::as_text() const {
  std::string_view value;
  if (Access::unwrap(*this).get(value) != simdjson::SUCCESS) return std::nullopt;
  return std::string(value);
}

bool Json::is_object() const { return Access::unwrap(*this).is_object(); }

std::vector<std::pair<std::string, Json>> Json::members() const {
  std::vector<std::pair<std::string, Json>> out;
  simdjson::dom::object object;
  if (Access::unwrap(*this).get(object) != simdjson::SUCCESS) return out;
  for (const auto field : object) out.emplace_back(std::string(field.key), Access::wrap(field.value));
  return out;
}

bool Json::is_array() const { return Access::unwrap(*this).is_array(); }

std::string Json::minified() const { return simdjson::minify(Access::unwrap(*this)); }

Result<Json> parse_json(std::string_view body) {
  thread_local simdjson::dom::parser parser;
  Element json;
  const auto problem = parser.parse(body.data(), body.size()).get(json);
  if (problem != simdjson::SUCCESS)
    return Error{ErrorKind::bad_reply, std::string("no JSON: ") + simdjson::error_message(problem), "", "", {}};
  return Json::Access::wrap(json);
}

}  // namespace notion
}  // namespace v1
}  // namespace fasti
