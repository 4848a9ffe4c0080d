#include "engine/config/mapping_files.hpp"

#include <algorithm>

#include "engine/base/nearest.hpp"
#include "engine/base/try.hpp"
#include "engine/mapping/entry.hpp"
#include "engine/mapping/toml_tree.hpp"

namespace fasti {
inline namespace v1 {
namespace config {
namespace {

struct Link {
  MappingText text;
  TomlNode root;
};

bool is_built_in_mapping(const std::string& file) { return file.starts_with("mappings/"); }

std::string mapping_name(const std::string& file) {
  const auto start = file.rfind('/') + 1;
  return file.substr(start, file.size() - start - std::string_view(".toml").size());
}

std::vector<std::string> known_mappings(const std::string& folder, FileSystem& files) {
  std::vector<std::string> known;
  if (auto list = files.list(folder)) {
    for (const auto& one : *list) {
      if (!one.folder && one.name.ends_with(".toml")) known.push_back(mapping_name(one.name));
    }
  }
  for (const auto& [file, content] : builtin_files()) {
    if (is_built_in_mapping(file)) known.push_back(mapping_name(file));
  }
  return known;
}

// nullopt: there is no such file.
Result<std::optional<MappingText>> find_text(const Config& config, FileSystem& files, const std::string& name,
                                             bool may_be_path) {
  const bool path = may_be_path && name.ends_with(".toml");
  const auto file = path ? name : config.folder + "/mappings/" + name + ".toml";
  auto text = files.read(file);
  if (text) return std::optional(MappingText{file, *std::move(text)});
  if (text.error().kind != ErrorKind::not_found) return text.error();
  const auto built_in = builtin_files().find("mappings/" + name + ".toml");
  if (built_in == builtin_files().end()) return std::optional<MappingText>();
  return std::optional(MappingText{built_in->first, built_in->second});
}

Result<std::vector<Link>> read_chain(const Config& config, FileSystem& files, const std::string& first,
                                     const std::string& at) {
  constexpr std::size_t kDeepest = 8;
  std::vector<Link> chain;
  TomlNode asked;
  asked.place = at;
  for (std::string next = first; !next.empty();) {
    FASTI_TRY(auto text, find_text(config, files, next, chain.empty()));
    if (!text) {
      const auto hint = nearest_hint(next, known_mappings(config.folder + "/mappings", files));
      return bad_config(asked, "there is no mapping \"" + next + '"', hint);
    }
    const bool again =
        std::any_of(chain.begin(), chain.end(), [&text](const Link& link) { return link.text.file == text->file; });
    if (again) return bad_config(asked, "\"extends\" runs in a circle: \"" + next + "\" is extended already");
    if (chain.size() == kDeepest) {
      return bad_config(asked, "\"extends\" is more than " + std::to_string(kDeepest) + " files deep");
    }
    FASTI_TRY(auto root, parse_toml(text->file, text->text));
    FASTI_TRY(const auto extends, optional_text(root, "extends"));
    if (const auto* node = root.find("extends")) asked = *node;
    next = extends.value_or("");
    chain.push_back({*std::move(text), std::move(root)});
  }
  return chain;
}

// The nearest file that has the key; nullptr: none has it.
const TomlNode* nearest(const std::vector<Link>& chain, const std::string& key) {
  for (const auto& link : chain) {
    if (const auto* node = link.root.find(key)) return node;
  }
  return nullptr;
}

Status check_field_of(const TomlNode& at, const Kind& other, const std::string& field) {
  if (other.find(field)) return {};
  std::vector<std::string> known;
  for (const auto& one : other.fields) known.push_back(one.name);
  return bad_config(at, "kind \"" + other.name + "\" has no field \"" + field + '"', nearest_hint(field, known));
}

// `lookup` and `zone` name fields of other kinds: a wrong one would just never find anything.
Status check_other_kinds(const Config& config, const Kind& kind, const TomlNode& root) {
  const auto* fields = root.find("fields");
  if (!fields) return {};
  for (const auto& [name, table] : fields->members) {
    const auto* field = kind.find(name);
    const auto other = field ? config.kinds.find(field->to) : config.kinds.end();
    const auto* lookup = table.find("lookup");
    if (lookup && other != config.kinds.end() && lookup->text != "id") {
      FASTI_CHECK(check_field_of(*lookup, other->second, lookup->text));
    }
    const auto* zone = table.find("zone");
    const auto dot = zone ? zone->text.find('.') : std::string::npos;
    if (dot == std::string::npos) continue;
    const auto* reference = kind.find(zone->text.substr(0, dot));
    const auto placed = reference ? config.kinds.find(reference->to) : config.kinds.end();
    if (placed != config.kinds.end()) {
      FASTI_CHECK(check_field_of(*zone, placed->second, zone->text.substr(dot + 1)));
    }
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<const Mapping>> read_mapping_files(const Config& config, FileSystem& files,
                                                          const std::string& name_or_path, const std::string& at) {
  FASTI_TRY(const auto chain, read_chain(config, files, name_or_path, at));
  const auto* kind_node = nearest(chain, "kind");
  const auto* provider = nearest(chain, "provider");
  const auto& first = chain.front();
  if (!kind_node) return bad_config(first.root, first.text.file + " needs \"kind\"");
  const auto kind = config.kinds.find(kind_node->text);
  if (kind == config.kinds.end()) {
    std::vector<std::string> known;
    for (const auto& [name, one] : config.kinds) known.push_back(name);
    return bad_config(*kind_node, "unknown kind \"" + kind_node->text + '"', nearest_hint(kind_node->text, known));
  }
  std::vector<MappingText> texts;
  for (const auto& link : chain) texts.push_back(link.text);
  const std::string provider_name = provider ? provider->text : "";
  const auto properties = config.properties.find(provider_name);
  const auto keys = config.mapping_keys.find(provider_name);
  FASTI_TRY(auto mapping, parse_mapping_chain(
                              texts, kind->second,
                              properties == config.properties.end() ? std::vector<PropertyInfo>() : properties->second,
                              keys == config.mapping_keys.end() ? ProviderKeys() : keys->second));
  for (const auto& link : chain) FASTI_CHECK(check_other_kinds(config, kind->second, link.root));
  return mapping;
}

}  // namespace config
}  // namespace v1
}  // namespace fasti
