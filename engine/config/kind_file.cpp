#include "engine/config/kind_file.hpp"

#include "engine/base/nearest.hpp"
#include "engine/base/try.hpp"
#include "engine/mapping/toml_tree.hpp"

namespace fasti {
inline namespace v1 {
namespace config {
namespace {

Result<FieldDef> read_field(const std::string& field_name, const TomlNode& table) {
  if (!table.is(TomlNode::Type::table)) return bad_config(table, "\"" + field_name + "\" must be a table");
  if (field_name.find_first_of("@.") != std::string::npos) {
    return bad_config(table, "a field's name holds no '@' and no '.'");
  }
  FASTI_CHECK(check_keys(table, kind_field_keys()));
  FieldDef field;
  field.name = field_name;
  FASTI_TRY(const auto type_name, required_text(table, "type", "field \"" + field_name + '"'));
  const auto type = field_type(type_name);
  if (!type) {
    std::vector<std::string> known;
    for (int i = 0; i <= static_cast<int>(FieldType::opaque); ++i) known.push_back(name(static_cast<FieldType>(i)));
    return bad_config(*table.find("type"), "unknown type \"" + type_name + '"', nearest_hint(type_name, known));
  }
  field.type = *type;
  FASTI_TRY(const auto required, optional_boolean(table, "required"));
  FASTI_TRY(const auto to, optional_text(table, "to"));
  FASTI_TRY(const auto group, optional_text(table, "group"));
  FASTI_TRY(field.options, text_list(table, "options"));
  field.required = required.value_or(false);
  field.to = to.value_or("");
  field.group = group.value_or("");
  const bool reference = field.type == FieldType::reference || field.type == FieldType::references;
  if (reference && !to)
    return bad_config(table, "field \"" + field_name + "\" needs \"to\"", "name the kind it refers to");
  if (!reference && to) return bad_config(*table.find("to"), "\"to\" is for references only");
  if (!field.options.empty() && field.type != FieldType::choice && field.type != FieldType::choices) {
    return bad_config(*table.find("options"), "\"options\" is for choice and choices only");
  }
  return field;
}

}  // namespace

const std::vector<std::string>& kind_keys() {
  static const std::vector<std::string> keys = {"kind", "label", "key", "fields"};
  return keys;
}

const std::vector<std::string>& kind_field_keys() {
  static const std::vector<std::string> keys = {"type", "required", "to", "options", "group"};
  return keys;
}

Result<Kind> parse_kind(const std::string& file, const std::string& text) {
  FASTI_TRY(const auto root, parse_toml(file, text));
  FASTI_CHECK(check_keys(root, kind_keys()));
  Kind kind;
  FASTI_TRY(kind.name, required_text(root, "kind", file));
  const auto* fields = root.find("fields");
  if (!fields || !fields->is(TomlNode::Type::table) || fields->members.empty()) {
    return bad_config(root, file + " declares no field", "add [fields.title]");
  }
  std::vector<std::string> names;
  for (const auto& [field_name, table] : fields->members) {
    FASTI_TRY(auto field, read_field(field_name, table));
    kind.fields.push_back(std::move(field));
    names.push_back(field_name);
  }
  FASTI_TRY(const auto label, optional_text(root, "label"));
  FASTI_TRY(kind.key, text_list(root, "key"));
  kind.label = label.value_or("");
  if (label && !kind.find(*label)) {
    return bad_config(*root.find("label"), "unknown field \"" + *label + '"', nearest_hint(*label, names));
  }
  for (const auto& one : kind.key) {
    if (!kind.find(one)) return bad_config(*root.find("key"), "unknown field \"" + one + '"', nearest_hint(one, names));
  }
  return kind;
}

}  // namespace config
}  // namespace v1
}  // namespace fasti
