#include "engine/config/policy_file.hpp"

#include <algorithm>

#include "engine/base/nearest.hpp"
#include "engine/base/try.hpp"
#include "engine/config/keys.hpp"

namespace fasti {
inline namespace v1 {
namespace config {
namespace {

Status check_side(const TomlNode& at, const std::string& side, const std::vector<std::string>& sides) {
  if (std::find(sides.begin(), sides.end(), side) != sides.end()) return {};
  return bad_config(at, "unknown side \"" + side + '"', nearest_hint(side, sides));
}

bool is_set(FieldType type) {
  return type == FieldType::choices || type == FieldType::references || type == FieldType::people ||
         type == FieldType::reminders;
}

// `field` is nullptr for the kind's default.
Result<Policy> read_one(const TomlNode& node, const FieldDef* field, const std::vector<std::string>& sides) {
  Policy policy;
  if (node.is(TomlNode::Type::table)) {
    FASTI_CHECK(check_keys(node, strategy_keys()));
    if (node.members.size() != 1) return bad_config(node, "a strategy has one key", "write { prefer = \"local\" }");
    const auto& key = node.members.front().first;
    const auto& value = node.members.front().second;
    if (key == "priority") {
      policy.type = Policy::Type::priority;
      FASTI_TRY(policy.priority, text_list(node, key));
      if (policy.priority.empty()) return bad_config(value, "\"priority\" is empty");
      for (const auto& side : policy.priority) FASTI_CHECK(check_side(value, side, sides));
      return policy;
    }
    FASTI_TRY(const auto text, required_text(node, key, "the strategy"));
    policy.type = key == "prefer" ? Policy::Type::prefer : Policy::Type::custom;
    if (key == "prefer") FASTI_CHECK(check_side(value, text, sides));
    (key == "prefer" ? policy.prefer : policy.custom) = text;
    return policy;
  }
  static const std::vector<std::string> known = {"latest", "ask", "keep_both", "union"};
  const auto found = node.is(TomlNode::Type::text) ? std::find(known.begin(), known.end(), node.text) : known.end();
  if (found == known.end())
    return bad_config(node, "unknown strategy \"" + node.text + '"', nearest_hint(node.text, known));
  constexpr Policy::Type kTypes[] = {Policy::Type::latest, Policy::Type::ask, Policy::Type::keep_both,
                                     Policy::Type::set_union};
  policy.type = kTypes[found - known.begin()];
  if (policy.type == Policy::Type::set_union && !(field && is_set(field->type))) {
    return bad_config(node, "\"union\" is for fields that hold sets");
  }
  return policy;
}

}  // namespace

Result<KindPolicy> read_policy(const TomlNode& table, const Kind& kind, const std::vector<std::string>& sides,
                               KindPolicy policy) {
  FASTI_CHECK(check_keys(table, conflict_keys()));
  if (const auto* node = table.find("default")) {
    FASTI_TRY(policy.fallback, read_one(*node, nullptr, sides));
  }
  FASTI_TRY(const auto on_delete, optional_text(table, "delete"));
  if (on_delete) {
    const std::vector<std::string> known = {"edit_wins", "delete_wins", "ask"};
    const auto found = std::find(known.begin(), known.end(), *on_delete);
    if (found == known.end()) {
      return bad_config(*table.find("delete"), "unknown answer \"" + *on_delete + '"', nearest_hint(*on_delete, known));
    }
    policy.on_delete = static_cast<DeletePolicy>(found - known.begin());
  }
  std::vector<std::string> names;
  for (const auto& field : kind.fields) names.push_back(field.name);
  if (const auto* fields = table.find("fields")) {
    if (!fields->is(TomlNode::Type::table)) return bad_config(*fields, "must be a table: fields.NAME = \"ask\"");
    for (const auto& [name, node] : fields->members) {
      const auto* field = kind.find(name);
      if (!field) return bad_config(node, "unknown field \"" + name + '"', nearest_hint(name, names));
      FASTI_TRY(policy.fields[name], read_one(node, field, sides));
    }
  }
  return policy;
}

}  // namespace config
}  // namespace v1
}  // namespace fasti
