// fasti pause, resume, relink, purge, backup, repair.
#include "app/commands/commands.hpp"
#include "app/contract/json.hpp"
#include "app/exit_code.hpp"
#include "app/terminal/text.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

Result<int> pause(Session& session, const std::string& name) {
  FASTI_TRY(auto hub, open_hub(session));
  FASTI_CHECK(hub.set_paused(name, true));
  return say(session, {{"name", name}, {"state", "paused"}},
             "Paused " + name + ". `fasti resume " + name + "` goes on.");
}

Result<int> resume(Session& session, const std::string& name) {
  FASTI_TRY(auto hub, open_hub(session));
  FASTI_CHECK(hub.set_paused(name, false));
  return say(session, {{"name", name}, {"state", "running"}}, "Resumed " + name + "; the next sync includes it.");
}

Result<int> relink(Session& session, const std::string& name) {
  FASTI_TRY(auto hub, open_hub(session));
  FASTI_CHECK(hub.relink(name));
  return say(session, {{"name", name}, {"state", "relinking"}},
             "Forgot the links of " + name + "; the next sync rebuilds them from the markers.");
}

Result<int> purge(Session& session, const PurgeArguments& arguments) {
  const auto& name = arguments.name;
  if (!arguments.yes && !session.in_terminal) {
    return usage("purge removes objects at the provider: say --yes", "fasti purge " + name + " --yes");
  }
  FASTI_TRY(auto hub, open_hub(session));
  if (!arguments.yes && !confirm(session, "Remove at the provider everything this store created for " + name + "?")) {
    session.err << "Nothing was removed.\n";
    return kDone;
  }
  FASTI_TRY(auto report, hub.purge(name));
  return say(session, {{"name", name}, {"removed", report.removed}, {"left", report.left}},
             "Removed " + count_of(report.removed, "object") + "; left " + std::to_string(report.left) +
                 " that others made or changed.");
}

Result<int> backup(Session& session, const std::string& file) {
  FASTI_TRY(auto hub, open_hub(session));
  FASTI_CHECK(hub.backup(file));
  return say(session, {{"file", file}, {"state", "written"}}, "Wrote " + file + ", a store of its own.");
}

Result<int> repair(Session& session) {
  FASTI_TRY(auto file, config_file(session));
  FASTI_TRY(auto lines, repair_store(file));
  if (session.json) {
    session.out << lines_json(lines) << "\n";
    return kDone;
  }
  for (const auto& line : lines) session.out << printable(line) << "\n";
  return kDone;
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
