#pragma once
// A kind: a type of record, declared as data in schema/kinds/*.toml.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fasti/error.hpp>
#include <fasti/record.hpp>
#include <fasti/value.hpp>

namespace fasti {
inline namespace v1 {

struct FieldDef {
  std::string name;
  FieldType type = FieldType::text;
  bool required = false;
  std::string to;                    ///< reference(s): the kind they point to
  std::vector<std::string> options;  ///< choice(s): the allowed values; empty: any
  std::string group;  ///< fields that merge as one (rule 10: when + recurrence; venue + location); default: own name
};

struct Kind {
  std::string name;
  std::string label;             ///< field that names a record to people
  std::vector<std::string> key;  ///< natural key for imports
  std::vector<FieldDef> fields;  ///< in the order of the file

  const FieldDef* find(std::string_view field) const;
  /// The group of a field; its own name when it has none declared.
  std::string group_of(std::string_view field) const;
};

const char* name(FieldType type) noexcept;
std::optional<FieldType> field_type(std::string_view name) noexcept;
/// Whether a field of that type may hold such a value.
bool holds_type(FieldType type, const Value& value);

/// Refuses unknown fields (with the nearest name), wrong types, unknown choices, missing required ones and bad spans.
/// Occurrence paths ("title@2026-04-13T18:00:00") are checked like their field.
Status validate(const Kind& kind, const Record& record);
/// What people call the record: its label field, else its id.
std::string label_of(const Kind& kind, const Record& record);

}  // namespace v1
}  // namespace fasti
