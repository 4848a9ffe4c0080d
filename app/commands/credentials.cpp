// fasti connect: signs in. fasti credentials: what is sealed in the store.
#include <algorithm>

#include <fasti/connectors.hpp>

#include "app/commands/commands.hpp"
#include "app/contract/json.hpp"
#include "app/exit_code.hpp"
#include "app/terminal/text.hpp"
#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

Result<int> connect(Session& session, const ConnectArguments& arguments) {
  FASTI_TRY(const auto config, load_config(session));
  FASTI_TRY(const auto* const connection, find_connection(config, arguments.name));
  const auto factories = builtin_connectors();
  const auto factory = std::find_if(factories.begin(), factories.end(),
                                    [&](const auto& one) { return one.provider == connection->provider; });
  if (factory == factories.end() || !factory->sign_in) {
    Error error = usage("a " + connection->provider + " connection has no sign-in",
                        "its credentials stand in fasti.toml; fasti check --online tries them");
    error.place = connection->place;
    return error;
  }
  SignInPrompt prompt;
  prompt.device = arguments.device;
  prompt.stop = session.stop;
  prompt.show = [&session](const std::string& message) { session.err << printable(message) << "\n" << std::flush; };
  FASTI_CHECK(factory->sign_in(*connection->settings, prompt));
  return say(session, {{"name", connection->name}, {"state", "connected"}},
             "Signed in. `fasti check --online` tries it.");
}

Result<int> credentials_list(Session& session) {
  FASTI_TRY(const auto config, load_config(session));
  FASTI_TRY(const auto kept, session.vault->list());
  if (session.json) {
    session.out << credentials_json(kept) << "\n";
    return kDone;
  }
  if (kept.empty()) session.out << "Nothing is sealed in the store. `fasti connect NAME` signs in.\n";
  for (const auto& one : kept) {
    session.out << printable(one.connection) << "  " << printable(one.key) << "  since " << iso_instant(one.changed)
                << (one.readable ? "" : "  sealed with another key") << "\n";
  }
  return kDone;
}

Result<int> credentials_forget(Session& session, const std::string& name) {
  FASTI_TRY(const auto config, load_config(session));
  FASTI_TRY(const int count, session.vault->forget(name));
  if (count == 0) return usage("nothing is sealed for \"" + name + "\"", "fasti credentials list");
  return say(
      session, {{"name", name}, {"state", "forgotten"}},
      "Forgot what was sealed for " + name + ". The provider still knows the sign-in until it is revoked there.");
}

Result<int> credentials_rotate_key(Session& session) {
  FASTI_TRY(const auto config, load_config(session));
  FASTI_TRY(const int count, session.vault->rotate_key());
  return say(session, {{"state", "rotated"}, {"sealed", static_cast<std::uint64_t>(count)}},
             "Sealed " + count_of(static_cast<std::uint64_t>(count), "secret") + " with a new key.");
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
