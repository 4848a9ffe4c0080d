#include "connectors/emulators/notion_json.hpp"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/model/value_json.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

constexpr double kExact = 9007199254740992.0;  // above it not every integer is a double

Json tree_of(const nlohmann::json& from) {
  if (from.is_boolean()) return from.get<bool>();
  if (from.is_number()) return from.get<double>();
  if (from.is_string()) return from.get<std::string>();
  if (from.is_array()) {
    Json::Array items;
    for (const auto& one : from) items.push_back(tree_of(one));
    return items;
  }
  if (!from.is_object()) return nullptr;
  Json::Object members;
  for (const auto& [name, value] : from.items()) members.emplace(name, tree_of(value));
  return members;
}

void append_number(std::string& out, double value) {
  char text[40];
  const bool whole = std::floor(value) == value && std::abs(value) < kExact;
  const auto end = whole ? std::to_chars(text, text + sizeof text, static_cast<std::int64_t>(value)).ptr
                         : std::to_chars(text, text + sizeof text, value).ptr;
  out.append(text, end);
}

}  // namespace

std::optional<Json> Json::parse(std::string_view text) {
  const auto read = nlohmann::json::parse(text, nullptr, false);
  if (read.is_discarded()) return std::nullopt;
  return tree_of(read);
}

const std::string& Json::text() const {
  static const std::string kNone;
  return is_string() ? std::get<std::string>(value_) : kNone;
}

const Json::Array& Json::items() const {
  static const Array kNone;
  return is_array() ? std::get<Array>(value_) : kNone;
}

const Json::Object& Json::members() const {
  static const Object kNone;
  return is_object() ? std::get<Object>(value_) : kNone;
}

Json::Array& Json::items() {
  if (!is_array()) value_ = Array();
  return std::get<Array>(value_);
}

Json::Object& Json::members() {
  if (!is_object()) value_ = Object();
  return std::get<Object>(value_);
}

const Json& Json::operator[](std::string_view name) const {
  static const Json kNull;
  const auto found = members().find(name);
  return found == members().end() ? kNull : found->second;
}

Json& Json::operator[](std::string_view name) { return members()[std::string(name)]; }

void Json::append_to(std::string& out) const {
  if (is_bool()) {
    out += truth() ? "true" : "false";
  } else if (is_number()) {
    append_number(out, number());
  } else if (is_string()) {
    append_json_string(out, text());
  } else if (is_array()) {
    out += '[';
    for (const Json& one : items()) {
      if (out.back() != '[') out += ',';
      one.append_to(out);
    }
    out += ']';
  } else if (is_object()) {
    out += '{';
    for (const auto& [name, value] : members()) {
      if (out.back() != '{') out += ',';
      append_json_string(out, name);
      out += ':';
      value.append_to(out);
    }
    out += '}';
  } else {
    out += "null";
  }
}

std::string Json::dump() const {
  std::string out;
  append_to(out);
  return out;
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
