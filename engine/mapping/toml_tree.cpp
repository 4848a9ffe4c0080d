#include "engine/mapping/toml_tree.hpp"

#include <toml++/toml.h>

#include <algorithm>

#include "engine/base/nearest.hpp"
#include "engine/base/try.hpp"
#include "engine/model/json_text.hpp"
#include "engine/model/time_text.hpp"
#include "engine/model/value_json.hpp"

namespace fasti {
inline namespace v1 {
namespace {

std::string place_of(const std::string& file, const toml::source_position& at) {
  return file + ':' + std::to_string(at.line) + ':' + std::to_string(at.column);
}

TomlNode convert(const std::string& file, const toml::node& node);

void convert_table(const std::string& file, const toml::table& table, TomlNode& out) {
  struct Member {
    toml::source_position at;
    std::string key;
    TomlNode node;
  };
  std::vector<Member> members;
  for (const auto& [key, value] : table) {
    auto node = convert(file, value);
    node.place = place_of(file, key.source().begin);
    members.push_back({key.source().begin, std::string(key.str()), std::move(node)});
  }
  // toml++ keeps tables by name; the order of the file is a priority in places.
  std::stable_sort(members.begin(), members.end(), [](const Member& a, const Member& b) { return a.at < b.at; });
  for (auto& member : members) out.members.emplace_back(std::move(member.key), std::move(member.node));
}

TomlNode convert(const std::string& file, const toml::node& node) {
  TomlNode out;
  out.place = place_of(file, node.source().begin);
  out.type = TomlNode::Type::other;
  if (const auto* table = node.as_table()) {
    out.type = TomlNode::Type::table;
    convert_table(file, *table, out);
  } else if (const auto* array = node.as_array()) {
    out.type = TomlNode::Type::array;
    for (const auto& item : *array) out.items.push_back(convert(file, item));
  } else if (const auto* text = node.as_string()) {
    out.type = TomlNode::Type::text;
    out.text = text->get();
  } else if (const auto* integer = node.as_integer()) {
    out.type = TomlNode::Type::integer;
    out.integer = integer->get();
  } else if (const auto* decimal = node.as_floating_point()) {
    out.type = TomlNode::Type::decimal;
    out.decimal = decimal->get();
  } else if (const auto* boolean = node.as_boolean()) {
    out.type = TomlNode::Type::boolean;
    out.boolean = boolean->get();
  }
  return out;
}

}  // namespace

TomlNode::TomlNode() = default;

const TomlNode* TomlNode::find(std::string_view key) const {
  for (const auto& [name, node] : members) {
    if (name == key) return &node;
  }
  return nullptr;
}

Result<TomlNode> parse_toml(const std::string& file, const std::string& text) {
  try {
    return convert(file, toml::parse(text));
  } catch (const toml::parse_error& error) {
    return Error{ErrorKind::bad_config,
                 "is not TOML: " + std::string(error.description()),
                 place_of(file, error.source().begin),
                 {},
                 {}};
  }
}

Error bad_config(const TomlNode& at, std::string message, std::string hint) {
  return Error{ErrorKind::bad_config, std::move(message), at.place, std::move(hint), {}};
}

Status check_keys(const TomlNode& table, const std::vector<std::string>& known, const std::vector<std::string>& also) {
  if (!table.is(TomlNode::Type::table)) return bad_config(table, "must be a table");
  std::vector<std::string> all = known;
  all.insert(all.end(), also.begin(), also.end());
  for (const auto& [key, node] : table.members) {
    if (std::find(all.begin(), all.end(), key) == all.end()) {
      return bad_config(node, "unknown key \"" + key + '"', nearest_hint(key, all));
    }
  }
  return {};
}

std::map<std::string, std::string> texts_of_keys(const TomlNode& table, const std::vector<std::string>& keys) {
  std::map<std::string, std::string> out;
  for (const auto& key : keys) {
    const auto* node = table.find(key);
    if (node) out[key] = node->is(TomlNode::Type::text) ? node->text : canonical_text(*node);
  }
  return out;
}

Result<std::optional<std::string>> optional_text(const TomlNode& table, const std::string& key) {
  const auto* node = table.find(key);
  if (!node) return std::optional<std::string>();
  if (!node->is(TomlNode::Type::text)) return bad_config(*node, '"' + key + "\" must be text");
  if (node->text.empty()) return bad_config(*node, '"' + key + "\" must not be empty");
  return std::optional<std::string>(node->text);
}

Result<std::optional<bool>> optional_boolean(const TomlNode& table, const std::string& key) {
  const auto* node = table.find(key);
  if (!node) return std::optional<bool>();
  if (!node->is(TomlNode::Type::boolean)) return bad_config(*node, '"' + key + "\" must be true or false");
  return std::optional<bool>(node->boolean);
}

Result<std::vector<std::string>> text_list(const TomlNode& table, const std::string& key) {
  std::vector<std::string> items;
  const auto* node = table.find(key);
  if (!node) return items;
  if (!node->is(TomlNode::Type::array)) return bad_config(*node, '"' + key + "\" must be an array of texts");
  for (const auto& item : node->items) {
    if (!item.is(TomlNode::Type::text)) return bad_config(item, '"' + key + "\" must be an array of texts");
    items.push_back(item.text);
  }
  return items;
}

Result<std::string> required_text(const TomlNode& table, const std::string& key, const std::string& what) {
  FASTI_TRY(auto text, optional_text(table, key));
  if (!text) return bad_config(table, what + " needs \"" + key + '"');
  return *std::move(text);
}

std::optional<std::int64_t> duration_seconds(std::string_view text) {
  if (const auto iso = parse_duration(text)) return iso->count();
  constexpr std::pair<char, std::int64_t> kUnits[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
  constexpr std::size_t kMostDigits = 9;
  if (text.size() < 2 || text.size() > kMostDigits + 1) return std::nullopt;
  std::int64_t count = 0;
  for (const char c : text.substr(0, text.size() - 1)) {
    if (c < '0' || c > '9') return std::nullopt;
    count = count * 10 + (c - '0');
  }
  for (const auto& unit : kUnits) {
    if (unit.first == text.back()) return count * unit.second;
  }
  return std::nullopt;
}

std::string canonical_text(const TomlNode& node) {
  std::string out;
  switch (node.type) {
    case TomlNode::Type::text:
      append_json_string(out, node.text);
      break;
    case TomlNode::Type::integer:
      append_json_number(out, node.integer);
      break;
    case TomlNode::Type::decimal:
      append_json_number(out, node.decimal);
      break;
    case TomlNode::Type::boolean:
      out += node.boolean ? "true" : "false";
      break;
    case TomlNode::Type::table:
      out.push_back('{');
      for (const auto& [key, member] : node.members) {
        append_json_string(out, key);
        out += ':' + canonical_text(member) + ',';
      }
      out.push_back('}');
      break;
    case TomlNode::Type::array:
      append_json_array(out, node.items, [&out](const TomlNode& item) { out += canonical_text(item); });
      break;
    case TomlNode::Type::other:
      out += "null";
  }
  return out;
}

}  // namespace v1
}  // namespace fasti
