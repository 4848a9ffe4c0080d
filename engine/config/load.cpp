// fasti.toml as typed settings.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <sstream>

#include "engine/base/nearest.hpp"
#include "engine/base/try.hpp"
#include "engine/config/config.hpp"
#include "engine/config/connection_settings.hpp"
#include "engine/config/keys.hpp"
#include "engine/config/kind_file.hpp"
#include "engine/config/mapping_files.hpp"
#include "engine/config/policy_file.hpp"
#include "engine/mapping/toml_tree.hpp"

namespace fasti {
inline namespace v1 {
namespace config {
namespace {

Status refuse_later(const TomlNode& table, const std::vector<std::string>& keys) {
  for (const auto& key : keys) {
    if (const auto* node = table.find(key)) return bad_config(*node, "\"" + key + "\" is not supported yet");
  }
  return {};
}

std::string joined(const std::string& folder, const std::string& path) {
  return path.starts_with('/') ? path : folder + '/' + path;
}

std::string folder_of(const std::string& file) {
  const auto slash = file.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : file.substr(0, slash);
}

std::vector<std::string> names_of(const std::map<std::string, Kind>& kinds) {
  std::vector<std::string> names;
  for (const auto& [name, kind] : kinds) names.push_back(name);
  return names;
}

struct Loader {
  Config& config;
  FileSystem& files;
  const std::vector<ConnectorFactory>& factories;
  CredentialSource* credentials;

  const ConnectorFactory* factory(const std::string& provider) const {
    for (const auto& one : factories) {
      if (one.provider == provider) return &one;
    }
    return nullptr;
  }

  Status read_kinds();
  Status check_references(const std::string& file, const std::string& text) const;
  Status read_connection(const std::string& name, const TomlNode& table);
  Status read_connections(const TomlNode& root);
  Status read_schedule(const TomlNode& table, Sync& sync) const;
  Status read_limit(const TomlNode& table, Sync& sync) const;
  Status read_choices(const TomlNode& table, Sync& sync) const;
  Status read_mapping(const TomlNode& table, Sync& sync);
  Status read_sync(const TomlNode& table);
  Status read_policies(const TomlNode& root);
};

Status Loader::read_kinds() {
  std::map<std::string, std::string> own;  // kind -> file
  std::vector<std::pair<std::string, std::string>> sources;
  const auto folder = config.folder + "/kinds";
  if (auto list = files.list(folder)) {
    for (const auto& one : *list) {
      if (one.folder || !one.name.ends_with(".toml")) continue;
      const auto file = folder + '/' + one.name;
      FASTI_TRY(const auto text, files.read(file));
      FASTI_TRY(auto kind, parse_kind(file, text));
      const auto [other, is_new] = own.emplace(kind.name, file);
      if (!is_new) {
        return Error{
            ErrorKind::bad_config, "kind \"" + kind.name + "\" is there already, in " + other->second, file, {}, {}};
      }
      config.kinds.emplace(kind.name, std::move(kind));
      sources.push_back({file, text});
    }
  } else if (list.error().kind != ErrorKind::not_found) {
    return list.error();
  }
  for (const auto& [name, text] : builtin_files()) {
    if (!name.starts_with("kinds/")) continue;
    FASTI_TRY(auto kind, parse_kind(name, text));
    if (own.contains(kind.name)) continue;
    config.kinds.emplace(kind.name, std::move(kind));
  }
  for (const auto& [file, text] : sources) FASTI_CHECK(check_references(file, text));
  return {};
}

// Every kind must be known before what refers to it can be checked.
Status Loader::check_references(const std::string& file, const std::string& text) const {
  FASTI_TRY(const auto root, parse_toml(file, text));
  for (const auto& [name, table] : root.find("fields")->members) {
    const auto* to = table.find("to");
    if (to && !config.kinds.contains(to->text)) {
      return bad_config(*to, "unknown kind \"" + to->text + '"', nearest_hint(to->text, names_of(config.kinds)));
    }
  }
  return {};
}

Status Loader::read_connection(const std::string& name, const TomlNode& table) {
  if (!table.is(TomlNode::Type::table)) return bad_config(table, "\"" + name + "\" must be a table");
  Connection connection;
  connection.name = name;
  connection.place = table.place;
  FASTI_TRY(connection.provider, required_text(table, "provider", "connection \"" + name + '"'));
  const auto* maker = factory(connection.provider);
  if (!maker && connection.provider != "custom") {
    std::vector<std::string> known = {"custom"};
    for (const auto& one : factories) known.push_back(one.provider);
    return bad_config(*table.find("provider"), "unknown provider \"" + connection.provider + '"',
                      nearest_hint(connection.provider, known));
  }
  if (maker) {
    auto keys = connection_keys();
    keys.insert(keys.end(), maker->keys.begin(), maker->keys.end());
    FASTI_CHECK(check_keys(table, keys));
    for (const auto& key : maker->secrets) {
      if (const auto* node = table.find(key)) FASTI_CHECK(check_secret(key, *node));
    }
  }
  if (const auto* rate = table.find("rate")) {
    const bool whole = rate->is(TomlNode::Type::integer);
    if (!whole && !rate->is(TomlNode::Type::decimal)) return bad_config(*rate, "\"rate\" must be a number");
    connection.rate = whole ? static_cast<double>(rate->integer) : rate->decimal;
    if (!(*connection.rate > 0) || !std::isfinite(*connection.rate)) {
      return bad_config(*rate, "\"rate\" must be requests per second, above 0");
    }
  }
  if (const auto* parallel = table.find("parallel")) {
    if (!parallel->is(TomlNode::Type::integer) || parallel->integer < 1 || parallel->integer > 64) {
      return bad_config(*parallel, "\"parallel\" must be a whole number from 1 to 64");
    }
    connection.parallel = static_cast<int>(parallel->integer);
  }
  connection.settings = make_settings(name, table, config.folder, files, credentials);
  config.connections.push_back(std::move(connection));
  return {};
}

Status Loader::read_connections(const TomlNode& root) {
  const auto* tables = root.find("connections");
  if (!tables) return {};
  if (!tables->is(TomlNode::Type::table)) return bad_config(*tables, "write [connections.NAME]");
  for (const auto& [name, table] : tables->members) FASTI_CHECK(read_connection(name, table));
  return {};
}

Result<std::optional<std::chrono::seconds>> read_interval(const TomlNode& table, const std::string& key) {
  FASTI_TRY(const auto text, optional_text(table, key));
  if (!text) return std::optional<std::chrono::seconds>();
  const auto count = duration_seconds(*text);
  if (!count || *count <= 0) {
    return bad_config(*table.find(key), "\"" + *text + "\" is no duration", "write it like \"10m\" or \"30d\"");
  }
  return std::optional(std::chrono::seconds{*count});
}

bool is_cron(const std::string& text) {
  std::istringstream words(text);
  std::size_t count = 0;
  for (std::string word; words >> word; ++count) {
    if (word.find_first_not_of("0123456789*,-/") != std::string::npos) return false;
  }
  constexpr std::size_t kWords = 5;
  return count == kWords;
}

Status Loader::read_schedule(const TomlNode& table, Sync& sync) const {
  FASTI_TRY(sync.every, read_interval(table, "every"));
  FASTI_TRY(const auto cron, optional_text(table, "cron"));
  FASTI_TRY(const auto sweep, read_interval(table, "sweep"));
  if (cron && sync.every) return bad_config(*table.find("cron"), "\"every\" and \"cron\" exclude each other");
  if (cron && !is_cron(*cron)) {
    return bad_config(*table.find("cron"), "\"" + *cron + "\" is no cron time",
                      "write minute, hour, day, month and weekday: \"15 3 * * *\"");
  }
  sync.cron = cron.value_or("");
  if (sweep) sync.sweep = *sweep;
  return {};
}

Status Loader::read_limit(const TomlNode& table, Sync& sync) const {
  const auto* node = table.find("max_delete");
  if (!node) return {};
  if (node->is(TomlNode::Type::integer) && node->integer >= 0) {
    sync.max_delete = DeleteLimit{static_cast<std::uint64_t>(node->integer), false};
    return {};
  }
  const auto& text = node->text;
  const bool percent = text.size() >= 2 && text.size() <= 4 && text.ends_with('%') &&
                       text.find_first_not_of("0123456789") == text.size() - 1;
  if (!percent || std::stoi(text) > 100) {
    return bad_config(*node, "\"max_delete\" must be a count or a percentage", "write 5 or \"20%\"");
  }
  sync.max_delete = DeleteLimit{static_cast<std::uint64_t>(std::stoi(text)), true};
  return {};
}

Status Loader::read_choices(const TomlNode& table, Sync& sync) const {
  FASTI_TRY(const auto direction, optional_text(table, "direction"));
  if (direction) {
    const std::vector<std::string> known = {"both", "to_remote", "from_remote"};
    const auto found = std::find(known.begin(), known.end(), *direction);
    if (found == known.end()) {
      return bad_config(*table.find("direction"), "unknown direction \"" + *direction + '"',
                        nearest_hint(*direction, known));
    }
    sync.direction = static_cast<Direction>(found - known.begin());
  }
  FASTI_TRY(const auto enabled, optional_boolean(table, "enabled"));
  FASTI_TRY(const auto create, optional_boolean(table, "create"));
  FASTI_TRY(const auto marker, optional_boolean(table, "marker"));
  sync.enabled = enabled.value_or(true);
  sync.create = create.value_or(false);
  sync.marker = marker.value_or(true);
  FASTI_TRY(const auto invitations, optional_text(table, "invitations"));
  if (invitations.value_or("never") != "never") {
    return bad_config(*table.find("invitations"), "invitations = \"" + *invitations + "\" is not supported yet");
  }
  FASTI_TRY(const auto recurrence, optional_text(table, "recurrence"));
  if (recurrence.value_or("series") != "series") {
    return bad_config(*table.find("recurrence"), "recurrence = \"" + *recurrence + "\" is not supported yet");
  }
  return {};
}

Status Loader::read_mapping(const TomlNode& table, Sync& sync) {
  const auto* connection = config.connection(sync.connection);
  FASTI_TRY(const auto given, optional_text(table, "mapping"));
  sync.mapping_name = given.value_or(connection->provider + '-' + sync.kind);
  const auto& at = given ? *table.find("mapping") : table;
  auto& slot = config.mappings[sync.mapping_name];
  if (!slot) {
    FASTI_TRY(slot, read_mapping_files(config, files, sync.mapping_name, at.place));
  }
  if (slot->kind() != sync.kind) {
    return bad_config(
        at, "mapping \"" + sync.mapping_name + "\" is for kind \"" + slot->kind() + "\", not \"" + sync.kind + '"');
  }
  if (slot->provider() != connection->provider) {
    return bad_config(at, "mapping \"" + sync.mapping_name + "\" is for provider \"" + slot->provider() + "\", not \"" +
                              connection->provider + '"');
  }
  return {};
}

Status Loader::read_sync(const TomlNode& table) {
  if (!table.is(TomlNode::Type::table)) return bad_config(table, "write [[sync]]");
  FASTI_CHECK(check_keys(table, sync_keys()));
  FASTI_CHECK(refuse_later(table, later_sync_keys()));
  Sync sync;
  sync.place = table.place;
  FASTI_TRY(sync.name, required_text(table, "name", "a [[sync]]"));
  const auto what = "sync \"" + sync.name + '"';
  FASTI_TRY(sync.connection, required_text(table, "connection", what));
  FASTI_TRY(sync.collection, required_text(table, "collection", what));
  FASTI_TRY(sync.kind, required_text(table, "kind", what));
  if (sync.name == "local" || sync.name == "remote" || sync.name == "both") {
    return bad_config(*table.find("name"), "\"" + sync.name + "\" has a meaning of its own", "choose another name");
  }
  for (const auto& other : config.syncs) {
    if (other.name == sync.name) return bad_config(*table.find("name"), what + " is there already, at " + other.place);
  }
  std::vector<std::string> known;
  for (const auto& connection : config.connections) known.push_back(connection.name);
  if (!config.connection(sync.connection)) {
    return bad_config(*table.find("connection"), "unknown connection \"" + sync.connection + '"',
                      nearest_hint(sync.connection, known));
  }
  if (!config.kinds.contains(sync.kind)) {
    return bad_config(*table.find("kind"), "unknown kind \"" + sync.kind + '"',
                      nearest_hint(sync.kind, names_of(config.kinds)));
  }
  FASTI_CHECK(read_schedule(table, sync));
  FASTI_CHECK(read_limit(table, sync));
  FASTI_CHECK(read_choices(table, sync));
  FASTI_CHECK(read_mapping(table, sync));
  config.syncs.push_back(std::move(sync));
  return {};
}

Status Loader::read_policies(const TomlNode& root) {
  std::vector<std::string> sides = {"local"};
  for (const auto& sync : config.syncs) sides.push_back(sync.name);
  for (const auto& [name, kind] : config.kinds) config.policies[name];
  if (const auto* tables = root.find("conflict")) {
    if (!tables->is(TomlNode::Type::table)) return bad_config(*tables, "write [conflict.KIND]");
    for (const auto& [name, table] : tables->members) {
      const auto kind = config.kinds.find(name);
      if (kind == config.kinds.end()) {
        return bad_config(table, "unknown kind \"" + name + '"', nearest_hint(name, names_of(config.kinds)));
      }
      FASTI_TRY(config.policies[name], read_policy(table, kind->second, sides));
    }
  }
  // A sync narrows its kind's policy: what it leaves out stays the kind's.
  for (std::size_t i = 0; i < config.syncs.size(); ++i) {
    auto& sync = config.syncs[i];
    const auto* table = root.find("sync")->items[i].find("conflict");
    if (!table) continue;
    FASTI_TRY(sync.policy, read_policy(*table, config.kinds.at(sync.kind), sides, config.policies.at(sync.kind)));
  }
  return {};
}

Result<std::string> store_path(const std::string& file, const TomlNode& root) {
  FASTI_TRY(const auto store, optional_text(root, "store"));
  return joined(folder_of(file), store.value_or("fasti.db"));
}

}  // namespace

const Connection* Config::connection(const std::string& name) const {
  for (const auto& one : connections) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

Result<Config> load(const std::string& file, FileSystem& files, const std::vector<ConnectorFactory>& factories,
                    CredentialSource* credentials) {
  FASTI_TRY(const auto text, files.read(file));
  FASTI_TRY(const auto root, parse_toml(file, text));
  FASTI_CHECK(check_keys(root, root_keys()));
  FASTI_CHECK(refuse_later(root, later_root_keys()));
  Config config;
  config.file = file;
  config.folder = folder_of(file);
  FASTI_TRY(config.store, store_path(file, root));
  for (const auto& factory : factories) {
    config.properties[factory.provider] = factory.properties;
    config.mapping_keys[factory.provider] = {factory.mapping_keys, factory.field_keys, factory.text_keys};
  }
  Loader loader{config, files, factories, credentials};
  FASTI_CHECK(loader.read_kinds());
  FASTI_CHECK(loader.read_connections(root));
  if (const auto* syncs = root.find("sync")) {
    if (!syncs->is(TomlNode::Type::array)) return bad_config(*syncs, "write [[sync]]");
    for (const auto& table : syncs->items) FASTI_CHECK(loader.read_sync(table));
  }
  FASTI_CHECK(loader.read_policies(root));
  return config;
}

Result<std::string> store_path(const std::string& file, FileSystem& files) {
  FASTI_TRY(const auto text, files.read(file));
  FASTI_TRY(const auto root, parse_toml(file, text));
  return store_path(file, root);
}

Result<std::string> find_config(const std::string& given, FileSystem& files) {
  if (!given.empty()) return given;
  if (const char* named = std::getenv("FASTI_CONFIG"); named && *named) return std::string(named);
  const char* xdg = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  std::vector<std::string> places = {"./fasti.toml"};
  if (xdg && *xdg) {
    places.push_back(std::string(xdg) + "/fasti/fasti.toml");
  } else if (home && *home) {
    places.push_back(std::string(home) + "/.config/fasti/fasti.toml");
  }
  places.push_back("/etc/fasti/fasti.toml");
  for (const auto& place : places) {
    if (files.stat(place)) return place;
  }
  return Error{ErrorKind::bad_config, "there is no fasti.toml", {}, "fasti init", {}};
}

Result<std::shared_ptr<const Mapping>> load_mapping(const Config& config, const std::string& name_or_path,
                                                    FileSystem& files) {
  return read_mapping_files(config, files, name_or_path, {});
}

}  // namespace config
}  // namespace v1
}  // namespace fasti
