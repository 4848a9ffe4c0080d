#pragma once
// What every command has in common: the streams, the options that all commands take, and the way to the store.
// Knows no command.
#include <chrono>
#include <istream>
#include <memory>
#include <ostream>
#include <stop_token>
#include <string>

#include <fasti/hub.hpp>

#include "app/contract/json.hpp"
#include "connectors/auth/vault.hpp"
#include "engine/config/config.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

struct Session {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool in_terminal = false;
  bool out_terminal = false;
  bool err_terminal = false;
  std::size_t columns = 100;
  std::stop_token stop;
  std::shared_ptr<auth::Vault> vault;  ///< made by run() when there is none
  // The options of every command.
  std::string config;
  bool json = false;
  bool verbose = false;
  std::chrono::seconds wait{60};

  std::ostream* progress_stream() const { return err_terminal && !verbose ? &err : nullptr; }
};

/// --config, or where else fasti.toml is looked for; bad_config when it is nowhere.
Result<std::string> config_file(const Session& session);
Result<config::Config> load_config(const Session& session);
/// bad_input with the nearest name when there is none.
Result<Kind> find_kind(const config::Config& config, const std::string& name);
/// bad_input with the nearest name when there is none.
Result<const config::Connection*> find_connection(const config::Config& config, const std::string& name);
Result<Hub> open_hub(const Session& session);

/// Shows `error` ("place: message", then the next command) and, with --json, as an object on stdout.
void show_error(const Session& session, const Error& error);

/// The answer of a small command: `members` with --json, else `text`. kDone.
int say(Session& session, const JsonMembers& members, const std::string& text);

/// Asks on a terminal; false without one, or for anything but y or yes.
bool confirm(Session& session, const std::string& question);

/// FILE, or stdin for "-".
Result<std::string> read_input(Session& session, const std::string& file);

/// bad_input, for arguments that a person typed.
Error usage(std::string message, std::string hint = {});

}  // namespace app
}  // namespace v1
}  // namespace fasti
