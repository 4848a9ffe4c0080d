#pragma once
// One `[fields.NAME]` table of a mapping after parsing: what moves, in which direction, through which transforms.
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/mapping/mapping.hpp"
#include "engine/mapping/toml_tree.hpp"

namespace fasti {
inline namespace v1 {

/// Where a span without a zone takes it from: a fixed one, or a field of the record that a reference names.
struct ZoneSource {
  std::string fixed;
  std::string reference;  ///< field of this kind
  std::string to;         ///< kind it refers to
  std::string field;      ///< field of that kind
  bool given() const { return !fixed.empty() || !reference.empty(); }
};

struct Entry {
  FieldDef field;
  Direction direction = Direction::both;
  FieldType property_type = FieldType::text;
  std::string property;                                     ///< empty: a span in pieces, or a `const` of the field
  std::string start, end, zone_property;                    ///< a span in pieces
  std::vector<std::pair<std::string, std::string>> values;  ///< ours, theirs
  std::optional<Value> constant;
  std::optional<Value> fallback;  ///< `default`
  std::string split;
  bool html = false;
  ZoneSource zone;
  std::optional<std::chrono::seconds> default_duration;
  std::string lookup;
  std::string text_field;
  enum class Unknown { keep, ask } on_unknown = Unknown::keep;
  std::string pattern;                         ///< `template`
  std::map<std::string, std::string> options;  ///< keys that only the provider knows
  Lens lens;

  bool in_pieces() const { return !start.empty(); }
  /// A constant or a template says nothing about the record.
  bool one_way() const { return !pattern.empty() || (constant && !lens.properties.empty()); }
};

/// Each property may be written by one entry only, and each field be read from one. `fields`: the tables by name.
Status check_overlaps(const TomlNode& fields, const std::vector<Entry>& entries, const std::string& file);

/// The keys a mapping file may hold, at its root and in a field's table.
const std::vector<std::string>& mapping_keys();
const std::vector<std::string>& mapping_field_keys();

struct MappingFile {
  std::string name;
  std::string kind;
  std::string provider;
  std::vector<std::string> match;
  std::vector<Entry> entries;
  std::map<std::string, std::string> options;  ///< keys that only the provider knows
  std::string hash;
};

/// The file text of a mapping and of what it extends, nearest first.
struct MappingText {
  std::string file;
  std::string text;
};
Result<std::shared_ptr<const Mapping>> parse_mapping_chain(const std::vector<MappingText>& chain, const Kind& kind,
                                                           const std::vector<PropertyInfo>& provider_properties,
                                                           const ProviderKeys& provider_keys = {});

/// What one entry gives for the fields of one part (the series or one occurrence with what it inherits).
struct EncodedEntry {
  Properties properties;
  bool owed = false;
  std::vector<std::string> problems;
};
EncodedEntry encode_entry(const Entry& entry, const Fields& view, const ReferenceView& references);

/// What one entry reads; `readable` false: the property holds what the field cannot.
struct DecodedEntry {
  Fields fields;
  bool readable = true;
  std::vector<std::string> problems;
};
struct DecodeContext {
  const ReferenceView& references;
  const Fields* current = nullptr;  ///< the same part of the current record
  const Fields& decoded;            ///< what the other entries gave so far
  bool recurring = false;
};
DecodedEntry decode_entry(const Entry& entry, const Properties& properties, const DecodeContext& context);

}  // namespace v1
}  // namespace fasti
