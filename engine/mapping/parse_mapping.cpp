// Mapping files as entries: keys, types and pairings are checked here, so that encode and decode need not.
#include <algorithm>

#include "engine/base/hash.hpp"
#include "engine/base/nearest.hpp"
#include "engine/base/try.hpp"
#include "engine/mapping/entry.hpp"
#include "engine/mapping/file_mapping.hpp"
#include "engine/mapping/text_codec.hpp"
#include "engine/mapping/toml_tree.hpp"
#include "engine/model/value_json.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace {

bool is_texty(FieldType type) {
  return type == FieldType::text || type == FieldType::choice || type == FieldType::url || type == FieldType::email ||
         type == FieldType::phone;
}

bool is_reference(FieldType type) { return type == FieldType::reference || type == FieldType::references; }

std::vector<std::string> field_names(const Kind& kind) {
  std::vector<std::string> names;
  for (const auto& field : kind.fields) names.push_back(field.name);
  return names;
}

std::string article(FieldType type) { return std::string("a ") + name(type) + " field"; }

struct Reader {
  const Kind& kind;
  const std::vector<PropertyInfo>& infos;
  std::string provider;
  const ProviderKeys& keys;

  Result<const FieldDef*> field(const TomlNode& at, const std::string& field_name) const {
    if (const auto* found = kind.find(field_name)) return found;
    return bad_config(at, "unknown field \"" + field_name + '"', nearest_hint(field_name, field_names(kind)));
  }

  // What the provider says a property is; nullopt: it takes any.
  Result<std::optional<FieldType>> property_type(const TomlNode& at, const std::string& property) const {
    if (property.find('@') != std::string::npos) return bad_config(at, "a property's name holds no '@'");
    if (provider == "csv") return std::optional(FieldType::text);
    if (infos.empty()) return std::optional<FieldType>();
    std::vector<std::string> known;
    for (const auto& info : infos) {
      if (info.name == property) return std::optional(info.type);
      known.push_back(info.name);
    }
    if (property.starts_with("X-")) return std::optional(FieldType::text);
    return bad_config(at, "unknown property \"" + property + '"', nearest_hint(property, known));
  }

  bool read_only(const std::string& property) const {
    return std::any_of(infos.begin(), infos.end(),
                       [&](const PropertyInfo& info) { return info.name == property && info.read_only; });
  }

  Status read_property(const TomlNode& table, Entry& entry) const;
  Status read_pieces(const TomlNode& node, Entry& entry) const;
  Status read_direction(const TomlNode& table, Entry& entry) const;
  Status read_values(const TomlNode& table, Entry& entry) const;
  Status read_constants(const TomlNode& table, Entry& entry) const;
  Status read_lookup(const TomlNode& table, Entry& entry) const;
  Status read_span_keys(const TomlNode& table, Entry& entry) const;
  Status read_texts(const TomlNode& table, Entry& entry) const;
  Status read_template(const TomlNode& table, Entry& entry) const;
  Status check_pairing(const TomlNode& table, const Entry& entry) const;
  Result<Entry> read(const std::string& field_name, const TomlNode& table) const;
  Result<Entry> read_text_key(const std::string& key, const TomlNode& node) const;
};

Status Reader::read_pieces(const TomlNode& node, Entry& entry) const {
  if (entry.field.type != FieldType::span) return bad_config(node, "only a span field has start and end properties");
  FASTI_CHECK(check_keys(node, {"start", "end", "zone"}));
  FASTI_TRY(entry.start, required_text(node, "start", "\"property\""));
  FASTI_TRY(auto end, optional_text(node, "end"));
  FASTI_TRY(auto zone, optional_text(node, "zone"));
  entry.end = end.value_or("");
  entry.zone_property = zone.value_or("");
  for (const auto& [key, member] : node.members) {
    FASTI_TRY(const auto type, property_type(member, member.text));
    if (type && *type != FieldType::text) {
      return bad_config(member, "property \"" + member.text + "\" is no text: a span in pieces is made of texts");
    }
    entry.lens.properties.push_back(member.text);
  }
  return {};
}

Status Reader::read_property(const TomlNode& table, Entry& entry) const {
  const auto* node = table.find("property");
  if (!node) {
    if (table.find("const")) return {};
    return bad_config(table, "field \"" + entry.field.name + "\" needs \"property\"");
  }
  if (node->is(TomlNode::Type::table)) return read_pieces(*node, entry);
  FASTI_TRY(const auto property, optional_text(table, "property"));
  entry.property = *property;
  FASTI_TRY(const auto type, property_type(*node, entry.property));
  // A reference without a lookup is a relation wherever the provider takes any property.
  entry.property_type = type ? *type : table.find("lookup") ? FieldType::text : entry.field.type;
  entry.lens.properties = {entry.property};
  return {};
}

Status Reader::read_direction(const TomlNode& table, Entry& entry) const {
  FASTI_TRY(const auto text, optional_text(table, "direction"));
  const bool read_only_property = read_only(entry.property);
  if (read_only_property && text.value_or("from_remote") != "from_remote") {
    return bad_config(*table.find("direction"), "property \"" + entry.property + "\" can only be read");
  }
  entry.direction = read_only_property ? Direction::from_remote : Direction::both;
  if (!text) return {};
  static const std::vector<std::string> known = {"both", "to_remote", "from_remote"};
  const auto found = std::find(known.begin(), known.end(), *text);
  if (found == known.end()) {
    return bad_config(*table.find("direction"), "unknown direction \"" + *text + '"', nearest_hint(*text, known));
  }
  entry.direction = static_cast<Direction>(found - known.begin());
  return {};
}

Status Reader::read_values(const TomlNode& table, Entry& entry) const {
  const auto* node = table.find("values");
  if (!node) return {};
  if (!node->is(TomlNode::Type::table)) return bad_config(*node, "\"values\" must be a table: { ours = \"theirs\" }");
  if (!is_texty(entry.field.type) && entry.field.type != FieldType::choices) {
    return bad_config(*node, "\"values\" is for text and choices, not for " + article(entry.field.type));
  }
  for (const auto& [ours, theirs] : node->members) {
    if (!theirs.is(TomlNode::Type::text)) return bad_config(theirs, "\"" + ours + "\" must be text");
    const auto& options = entry.field.options;
    if (!options.empty() && std::find(options.begin(), options.end(), ours) == options.end()) {
      return bad_config(theirs, "\"" + ours + "\" is not an option of field \"" + entry.field.name + '"',
                        nearest_hint(ours, options));
    }
    for (const auto& pair : entry.values) {
      if (pair.second != theirs.text) continue;
      return bad_config(theirs, "\"" + theirs.text + "\" stands for both \"" + pair.first + "\" and \"" + ours + '"',
                        "each remote value may stand for one of ours only");
    }
    entry.values.emplace_back(ours, theirs.text);
  }
  return {};
}

Result<Value> constant_value(const TomlNode& node, const FieldDef& field) {
  if (node.is(TomlNode::Type::table)) return bad_config(node, "must be a plain value");
  // TOML scalars and arrays are written as JSON would be.
  auto value = read_plain(field, canonical_text(node));
  if (!value) return bad_config(node, value.error().message, value.error().hint);
  return value;
}

Status Reader::read_constants(const TomlNode& table, Entry& entry) const {
  if (const auto* node = table.find("const")) {
    // Written to a property it has the property's type, set on the field the field's.
    FieldDef target = entry.field;
    if (!entry.property.empty()) target = FieldDef{entry.property, entry.property_type, false, {}, {}, {}};
    FASTI_TRY(entry.constant, constant_value(*node, target));
    entry.direction = entry.property.empty() ? Direction::from_remote : Direction::to_remote;
    if (const auto* direction = table.find("direction")) {
      return bad_config(*direction, "\"const\" already says the direction");
    }
  }
  if (const auto* node = table.find("default")) {
    FASTI_TRY(entry.fallback, constant_value(*node, entry.field));
  }
  return {};
}

Status Reader::read_lookup(const TomlNode& table, Entry& entry) const {
  const bool reference = is_reference(entry.field.type);
  for (const auto* key : {"lookup", "on_unknown", "text"}) {
    const auto* node = table.find(key);
    if (node && !reference) {
      return bad_config(*node, std::string("\"") + key + "\" is for references, not for " + article(entry.field.type));
    }
    if (node && std::string_view(key) != "lookup" && !table.find("lookup")) {
      return bad_config(*node, std::string("\"") + key + "\" needs \"lookup\"");
    }
  }
  FASTI_TRY(auto lookup, optional_text(table, "lookup"));
  FASTI_TRY(auto on_unknown, optional_text(table, "on_unknown"));
  FASTI_TRY(auto text, optional_text(table, "text"));
  entry.lookup = lookup.value_or("");
  if (text) {
    FASTI_TRY(const auto* other, field(*table.find("text"), *text));
    if (other->type != FieldType::text) return bad_config(*table.find("text"), "\"text\" must name a text field");
    if (entry.field.type != FieldType::reference) {
      return bad_config(*table.find("text"), "\"text\" is for a single reference");
    }
    entry.text_field = *text;
    entry.lens.fields.push_back(*text);
  }
  if (!on_unknown) return {};
  if (*on_unknown == "create")
    return bad_config(*table.find("on_unknown"), "on_unknown = \"create\" is not supported yet");
  if (*on_unknown != "ask" && *on_unknown != "keep") {
    return bad_config(*table.find("on_unknown"), "unknown on_unknown \"" + *on_unknown + '"',
                      nearest_hint(*on_unknown, {"ask", "keep", "create"}));
  }
  entry.on_unknown = *on_unknown == "ask" ? Entry::Unknown::ask : Entry::Unknown::keep;
  return {};
}

Status Reader::read_span_keys(const TomlNode& table, Entry& entry) const {
  for (const auto* key : {"zone", "default_duration"}) {
    if (const auto* node = table.find(key); node && entry.field.type != FieldType::span) {
      return bad_config(*node, std::string("\"") + key + "\" is for spans, not for " + article(entry.field.type));
    }
  }
  FASTI_TRY(const auto duration, optional_text(table, "default_duration"));
  if (duration) {
    const auto seconds = duration_seconds(*duration);
    if (!seconds || *seconds <= 0) {
      return bad_config(*table.find("default_duration"), "\"" + *duration + "\" is no duration",
                        "write it like \"2h\"");
    }
    entry.default_duration = std::chrono::seconds{*seconds};
  }
  FASTI_TRY(const auto zone, optional_text(table, "zone"));
  if (!zone) return {};
  const auto& node = *table.find("zone");
  const auto dot = zone->find('.');
  if (dot == std::string::npos) {
    if (!is_zone(*zone)) {
      return bad_config(node, "\"" + *zone + "\" is no zone",
                        "write an IANA name or a reference's field: \"venue.zone\"");
    }
    entry.zone.fixed = *zone;
    return {};
  }
  FASTI_TRY(const auto* reference, field(node, zone->substr(0, dot)));
  if (reference->type != FieldType::reference) {
    return bad_config(node, "\"" + reference->name + "\" is no reference", "write it like \"venue.zone\"");
  }
  entry.zone = {"", reference->name, reference->to, zone->substr(dot + 1)};
  return {};
}

Status Reader::read_texts(const TomlNode& table, Entry& entry) const {
  FASTI_TRY(auto split, optional_text(table, "split"));
  if (split) {
    if (!is_splittable(entry.field.type)) {
      return bad_config(*table.find("split"), "\"split\" is for lists, not for " + article(entry.field.type));
    }
    if (entry.property_type != FieldType::text) {
      return bad_config(*table.find("split"), "property \"" + entry.property + "\" is a list already");
    }
    entry.split = *std::move(split);
  }
  FASTI_TRY(const auto html, optional_boolean(table, "html"));
  entry.html = html.value_or(false);
  if (entry.html && (entry.field.type != FieldType::text || entry.property_type != FieldType::text)) {
    return bad_config(*table.find("html"), "\"html\" is for text, not for " + article(entry.field.type));
  }
  return {};
}

Status Reader::read_template(const TomlNode& table, Entry& entry) const {
  FASTI_TRY(auto pattern, optional_text(table, "template"));
  if (!pattern) return {};
  const auto& node = *table.find("template");
  if (entry.direction != Direction::both && entry.direction != Direction::to_remote) {
    const auto* said = table.find("direction");  // else "const" or a read-only property implies it
    return bad_config(said ? *said : node, "a template goes to the remote side only");
  }
  if (!is_texty(entry.property_type)) {
    return bad_config(node, "property \"" + entry.property + "\" is no text: a template makes text");
  }
  entry.direction = Direction::to_remote;
  entry.property_type = FieldType::text;
  entry.pattern = *std::move(pattern);
  entry.lens.fields.clear();
  FASTI_TRY(const auto names, template_names(node, entry.pattern));
  for (const auto& one : names) {
    const auto first = one.substr(0, one.find('.'));
    FASTI_TRY(const auto* used, field(node, first));
    if (first.size() != one.size() && used->type != FieldType::reference) {
      return bad_config(node, "\"" + first + "\" is no reference, so \"" + one + "\" names nothing");
    }
    entry.lens.fields.push_back(first);
  }
  return {};
}

Status Reader::check_pairing(const TomlNode& table, const Entry& entry) const {
  if (entry.property.empty() || entry.one_way()) return {};
  const auto field_type_ = entry.field.type;
  const auto& node = *table.find("property");
  const bool text_property = is_texty(entry.property_type);
  if (is_reference(field_type_)) {
    if (text_property && entry.lookup.empty()) {
      return bad_config(table,
                        "field \"" + entry.field.name + "\" needs \"lookup\": property \"" + entry.property +
                            "\" holds text, not records",
                        "write lookup = \"name\"");
    }
    if (text_property && field_type_ == FieldType::references && entry.split.empty()) {
      return bad_config(
          table, "field \"" + entry.field.name + "\" needs \"split\": property \"" + entry.property + "\" is one text");
    }
    if (!text_property && !is_reference(entry.property_type)) {
      return bad_config(node, "property \"" + entry.property + "\" is " + name(entry.property_type) +
                                  ", which cannot hold " + article(field_type_));
    }
    return {};
  }
  if (entry.property_type == field_type_ || (text_property && is_texty(field_type_))) return {};
  if (text_property && is_splittable(field_type_)) {
    if (!entry.split.empty()) return {};
    return bad_config(
        table, "field \"" + entry.field.name + "\" needs \"split\": property \"" + entry.property + "\" is one text",
        "write split = \";\"");
  }
  if (text_property && field_type_ == FieldType::span) {
    return bad_config(node, "a span needs a span property, or start and end", "write { start = \"…\", end = \"…\" }");
  }
  if (text_property && field_type_ != FieldType::opaque) return {};
  return bad_config(node, "property \"" + entry.property + "\" is " + name(entry.property_type) +
                              ", which cannot hold " + article(field_type_));
}

Result<Entry> Reader::read(const std::string& field_name, const TomlNode& table) const {
  if (!table.is(TomlNode::Type::table)) return bad_config(table, "\"" + field_name + "\" must be a table");
  FASTI_TRY(const auto* def, field(table, field_name));
  FASTI_CHECK(check_keys(table, mapping_field_keys(), keys.field));
  Entry entry;
  entry.field = *def;
  entry.lens.fields = {field_name};
  FASTI_CHECK(read_property(table, entry));
  FASTI_CHECK(read_direction(table, entry));
  FASTI_CHECK(read_values(table, entry));
  FASTI_CHECK(read_constants(table, entry));
  FASTI_CHECK(read_lookup(table, entry));
  FASTI_CHECK(read_span_keys(table, entry));
  FASTI_CHECK(read_texts(table, entry));
  FASTI_CHECK(read_template(table, entry));
  FASTI_CHECK(check_pairing(table, entry));
  entry.options = texts_of_keys(table, keys.field);
  entry.lens.direction = entry.direction;
  return entry;
}

Result<Entry> Reader::read_text_key(const std::string& key, const TomlNode& node) const {
  if (!node.is(TomlNode::Type::text)) return bad_config(node, '"' + key + "\" must name a text field");
  FASTI_TRY(const auto* def, field(node, node.text));
  if (def->type != FieldType::text)
    return bad_config(node, '"' + key + "\" is for text, not for " + article(def->type));
  Entry entry;
  entry.field = *def;
  entry.property = key;
  entry.direction = Direction::to_remote;
  entry.options = {{key, node.text}};
  entry.lens = {{def->name}, {key}, Direction::to_remote};
  return entry;
}

Status read_match(const TomlNode& root, const Kind& kind, std::vector<std::string>& match) {
  const auto* node = root.find("match");
  if (!node) return {};
  FASTI_TRY(match, text_list(root, "match"));
  for (std::size_t i = 0; i < match.size(); ++i) {
    const auto dot = match[i].find('.');
    const auto* field = kind.find(match[i].substr(0, dot));
    if (!field) {
      return bad_config(node->items[i], "unknown field \"" + match[i].substr(0, dot) + '"',
                        nearest_hint(match[i].substr(0, dot), field_names(kind)));
    }
    if (dot == std::string::npos) continue;
    const auto part = match[i].substr(dot + 1);
    if (field->type != FieldType::span || (part != "start" && part != "end")) {
      return bad_config(node->items[i], "\"" + match[i] + "\" names no part of a field", "write \"when.start\"");
    }
  }
  return {};
}

Status read_root(const TomlNode& root, const MappingText& source, const Kind& kind, const ProviderKeys& keys,
                 MappingFile& file) {
  std::vector<std::string> more = keys.root;
  more.insert(more.end(), keys.texts.begin(), keys.texts.end());
  FASTI_CHECK(check_keys(root, mapping_keys(), more));
  file.options.merge(texts_of_keys(root, keys.root));
  FASTI_TRY(const auto kind_name, optional_text(root, "kind"));
  FASTI_TRY(const auto provider, optional_text(root, "provider"));
  if (!kind_name && !root.find("extends")) return bad_config(root, source.file + " needs \"kind\"");
  if (!provider && !root.find("extends") && file.provider.empty())
    return bad_config(root, source.file + " needs \"provider\"");
  if (kind_name && *kind_name != kind.name) {
    return bad_config(*root.find("kind"), "is for kind \"" + *kind_name + "\", not \"" + kind.name + '"');
  }
  if (file.provider.empty() && provider) file.provider = *provider;
  if (file.match.empty()) FASTI_CHECK(read_match(root, kind, file.match));
  if (const auto* fields = root.find("fields"); fields && !fields->is(TomlNode::Type::table)) {
    return bad_config(*fields, "\"fields\" must hold a table per field: [fields.title]");
  }
  return {};
}

std::string stem_of(const std::string& file) {
  const auto slash = file.find_last_of('/');
  auto stem = slash == std::string::npos ? file : file.substr(slash + 1);
  return stem.ends_with(".toml") ? stem.substr(0, stem.size() - 5) : stem;
}

}  // namespace

const std::vector<std::string>& mapping_keys() {
  static const std::vector<std::string> keys = {"kind", "provider", "extends", "match", "fields"};
  return keys;
}

const std::vector<std::string>& mapping_field_keys() {
  static const std::vector<std::string> keys = {
      "property", "direction", "values",     "const", "default",  "split",           "html",
      "zone",     "lookup",    "on_unknown", "text",  "template", "default_duration"};
  return keys;
}

Result<std::shared_ptr<const Mapping>> parse_mapping_chain(const std::vector<MappingText>& chain, const Kind& kind,
                                                           const std::vector<PropertyInfo>& provider_properties,
                                                           const ProviderKeys& provider_keys) {
  MappingFile file;
  file.name = stem_of(chain.front().file);
  file.kind = kind.name;
  std::vector<TomlNode> roots;
  std::string digest;
  for (const auto& source : chain) {
    FASTI_TRY(auto root, parse_toml(source.file, source.text));
    FASTI_CHECK(read_root(root, source, kind, provider_keys, file));
    digest += canonical_text(root) + '\n';
    roots.push_back(std::move(root));
  }
  if (const auto* extends = roots.back().find("extends")) {
    return bad_config(*extends, "extends \"" + extends->text + "\", which is not there");
  }
  const Reader reader{kind, provider_properties, file.provider, provider_keys};
  TomlNode all;  // the nearest table of each field
  for (const auto& root : roots) {
    const auto* fields = root.find("fields");
    if (!fields) continue;
    for (const auto& [field_name, table] : fields->members) {
      if (all.find(field_name)) continue;
      FASTI_TRY(auto entry, reader.read(field_name, table));
      file.entries.push_back(std::move(entry));
      all.members.emplace_back(field_name, table);
    }
  }
  for (const auto& key : provider_keys.texts) {
    const auto root = std::find_if(roots.begin(), roots.end(), [&key](const TomlNode& one) { return one.find(key); });
    if (root == roots.end()) continue;
    FASTI_TRY(auto entry, reader.read_text_key(key, *root->find(key)));
    file.entries.push_back(std::move(entry));
  }
  if (file.entries.empty())
    return bad_config(roots.front(), chain.front().file + " maps no field", "add [fields.title]");
  FASTI_CHECK(check_overlaps(all, file.entries, chain.front().file));
  file.hash = short_hash(digest);
  return make_file_mapping(std::move(file));
}

Result<std::shared_ptr<const Mapping>> parse_mapping(const std::string& file, const std::string& text, const Kind& kind,
                                                     const std::vector<PropertyInfo>& provider_properties,
                                                     const std::string* parent_text) {
  std::vector<MappingText> chain = {{file, text}};
  if (parent_text) {
    FASTI_TRY(const auto root, parse_toml(file, text));
    FASTI_TRY(const auto parent, optional_text(root, "extends"));
    if (parent) chain.push_back({*parent + ".toml", *parent_text});
  }
  return parse_mapping_chain(chain, kind, provider_properties);
}

}  // namespace v1
}  // namespace fasti
