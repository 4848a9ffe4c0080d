#include "app/session.hpp"

#include <iterator>

#include <fasti/connectors.hpp>

#include "app/exit_code.hpp"
#include "app/terminal/text.hpp"
#include "engine/base/file_system.hpp"
#include "engine/base/nearest.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

Result<std::string> config_file(const Session& session) {
  FASTI_TRY(auto file, config::find_config(session.config, system_files()));
  if (system_files().stat(file)) return file;
  return Error{ErrorKind::bad_config, "there is no such file", file, "fasti init writes one to start from", {}};
}

Result<config::Config> load_config(const Session& session) {
  FASTI_TRY(auto file, config_file(session));
  FASTI_TRY(auto config, config::load(file, system_files(), builtin_connectors(), session.vault.get()));
  if (session.vault) session.vault->attach(config.store);
  return config;
}

Result<Kind> find_kind(const config::Config& config, const std::string& name) {
  auto it = config.kinds.find(name);
  if (it != config.kinds.end()) return it->second;
  std::vector<std::string> names;
  for (const auto& entry : config.kinds) names.push_back(entry.first);
  return usage("there is no kind \"" + name + "\"", nearest_hint(name, names));
}

Result<const config::Connection*> find_connection(const config::Config& config, const std::string& name) {
  if (const auto* connection = config.connection(name)) return connection;
  std::vector<std::string> names;
  for (const auto& one : config.connections) names.push_back(one.name);
  return usage("there is no connection \"" + name + "\" in " + config.file, nearest_hint(name, names));
}

Result<Hub> open_hub(const Session& session) {
  FASTI_TRY(auto file, config_file(session));
  HubOptions options;
  options.wait = session.wait;
  options.credentials = session.vault.get();
  if (session.verbose) {
    options.log = [&err = session.err](LogLevel level, const std::string& line) {
      static constexpr const char* kNames[] = {"debug", "info", "warning", "error"};
      err << kNames[static_cast<int>(level)] << ": " << printable(line) << "\n";
    };
  }
  return Hub::open(file, builtin_connectors(), std::move(options));
}

void show_error(const Session& session, const Error& error) {
  session.err << (error.place.empty() ? "fasti" : printable(error.place)) << ": " << printable(error.message) << "\n";
  if (!error.hint.empty()) session.err << "  " << printable(error.hint) << "\n";
  if (session.json) session.out << error_json(error) << "\n";
}

int say(Session& session, const JsonMembers& members, const std::string& text) {
  session.out << (session.json ? object_json(members) : text) << "\n";
  return kDone;
}

bool confirm(Session& session, const std::string& question) {
  if (!session.in_terminal) return false;
  session.err << question << " [y/N] " << std::flush;
  std::string answer;
  std::getline(session.in, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

Result<std::string> read_input(Session& session, const std::string& file) {
  if (file != "-") return system_files().read(file);
  return std::string(std::istreambuf_iterator<char>(session.in), {});
}

Error usage(std::string message, std::string hint) {
  return Error{ErrorKind::bad_input, std::move(message), {}, std::move(hint), {}};
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
