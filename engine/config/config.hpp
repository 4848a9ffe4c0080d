#pragma once
// fasti.toml, its kinds and its mappings as typed settings. Reading only: nothing here changes a file. Every error is
// bad_config with file:line:column and the nearest known name; what is not supported yet is refused, never ignored.
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fasti/connector.hpp>
#include <fasti/hub.hpp>

#include "engine/base/file_system.hpp"
#include "engine/mapping/mapping.hpp"
#include "engine/model/kind.hpp"
#include "engine/model/policy.hpp"

namespace fasti {
inline namespace v1 {
namespace config {

struct Connection {
  std::string name;
  std::string provider;
  std::string place;
  std::optional<double> rate;  ///< requests per second
  std::optional<int> parallel;
  std::shared_ptr<const ConnectionSettings> settings;
};

struct Sync {
  std::string name;
  std::string connection;
  std::string collection;
  std::string kind;
  std::string mapping_name;  ///< file name without .toml
  Direction direction = Direction::both;
  bool enabled = true;
  bool create = false;
  std::optional<DeleteLimit> max_delete;
  std::chrono::seconds sweep{7 * 24 * 3600};
  std::optional<std::chrono::seconds> every;
  std::string cron;
  std::optional<KindPolicy> policy;  ///< narrows the kind's (rule 7)
  bool marker = true;                ///< false for public feeds (rule 5)
  std::string place;
};

struct Config {
  std::string file;
  std::string folder;
  std::string store;  ///< absolute path
  std::vector<Connection> connections;
  std::vector<Sync> syncs;  ///< in file order: it is the default priority (rule 8)
  std::map<std::string, Kind> kinds;
  std::map<std::string, KindPolicy> policies;                      ///< by kind; every kind has one
  std::map<std::string, std::shared_ptr<const Mapping>> mappings;  ///< by file name without .toml
  std::map<std::string, std::vector<PropertyInfo>> properties;     ///< by provider: what its mappings may name
  std::map<std::string, ProviderKeys> mapping_keys;                ///< by provider: what it adds to mapping files

  const Connection* connection(const std::string& name) const;
};

/// Kinds are looked for in FOLDER/kinds/*.toml, then in the built-in ones (schema/kinds, compiled in); mappings in
/// FOLDER/mappings/NAME.toml, then in the built-in ones (mappings/, compiled in), so that a fasti.toml alone works.
Result<Config> load(const std::string& file, FileSystem& files, const std::vector<ConnectorFactory>& factories,
                    CredentialSource* credentials);

/// Only where the store is, for repairing it: nothing else in the file needs to be right.
Result<std::string> store_path(const std::string& file, FileSystem& files);

/// --config, $FASTI_CONFIG, ./fasti.toml, $XDG_CONFIG_HOME/fasti/fasti.toml, /etc/fasti/fasti.toml.
Result<std::string> find_config(const std::string& given, FileSystem& files);

/// A mapping file that needs no sync (CSV import): looked up like the others, by name or path.
Result<std::shared_ptr<const Mapping>> load_mapping(const Config& config, const std::string& name_or_path,
                                                    FileSystem& files);

/// The compiled-in files: name ("kinds/booking.toml", "mappings/caldav-booking.toml") -> text. `fasti init` writes
/// them.
const std::map<std::string, std::string>& builtin_files();

}  // namespace config
}  // namespace v1
}  // namespace fasti
