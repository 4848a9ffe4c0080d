// fasti init: a folder to start from. Writes nothing over a file that is there.
#include "app/commands/commands.hpp"
#include "app/contract/json.hpp"
#include "app/exit_code.hpp"
#include "engine/base/file_system.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

namespace {

constexpr const char* kTemplate =
    R"(# Fasti: what is kept where. `fasti check` reads this file and says what is wrong with it, and where.
# Relative paths start from this file's folder. kinds/ and mappings/ beside it are yours to change.

store = "fasti.db"

# --- A folder of .ics files, one per booking (the layout of vdirsyncer, khal and pimsync) -------------------------
[connections.files]
provider = "ics"
path     = "calendars"

[[sync]]
name       = "files"
connection = "files"
collection = "bookings"             # ends in .ics: one file; else a folder with one .ics per booking
kind       = "booking"
create     = true                   # make it when it is missing

# --- Your own calendar on a CalDAV server (Nextcloud, Radicale, Fastmail, iCloud, ...): uncomment and fill in ------
# [connections.mine]
# provider = "caldav"
# url      = "https://dav.example.org/"        # the server, or one calendar's own address
# username = "alice"
# password = { env = "MY_CALDAV_PASSWORD" }    # or { file = "password.txt" }, or { command = ["pass", "caldav"] }
#
# [[sync]]
# name       = "calendar"
# connection = "mine"
# collection = "Bookings"           # display name or address; `fasti collections mine` lists them
# kind       = "booking"
# create     = true

# --- One public file for others to subscribe to: written, never read ----------------------------------------------
# [[sync]]
# name       = "feed"
# connection = "files"
# collection = "public.ics"
# kind       = "booking"
# direction  = "to_remote"
# marker     = false                # nothing of our bookkeeping in what strangers read
# create     = true

# --- What wins when two sides changed the same field ----------------------------------------------------------------
[conflict.booking]
default = "latest"                  # latest | ask | keep_both | { prefer = "local" } | { priority = ["local", "files"] }
delete  = "edit_wins"               # edit_wins | delete_wins | ask
)";

}  // namespace

Result<int> init(Session& session, const InitArguments& arguments) {
  auto& files = system_files();
  auto at = [&](const std::string& name) { return arguments.folder + "/" + name; };
  std::vector<std::pair<std::string, std::string>> wanted{{"fasti.toml", kTemplate}};
  for (const auto& [name, text] : config::builtin_files()) {
    if (name.rfind("kinds/", 0) == 0 || name.rfind("mappings/", 0) == 0) wanted.emplace_back(name, text);
  }
  for (const auto& [name, text] : wanted) {
    if (files.stat(at(name))) {
      return Error{ErrorKind::bad_input,
                   "is there already: nothing was written",
                   at(name),
                   "choose another folder: fasti init DIR",
                   {}};
    }
  }
  for (const char* folder : {"", "kinds", "mappings"}) FASTI_CHECK(files.make_folders(at(folder)));
  for (const auto& [name, text] : wanted) FASTI_CHECK(files.write_new(at(name), text));
  if (session.json) {
    session.out << object_json({{"config", at("fasti.toml")}}) << "\n";
    return kDone;
  }
  session.out << "Wrote " << at("fasti.toml") << " with " << wanted.size() - 1 << " kinds and mappings.\n"
              << "Next: look through fasti.toml, then\n"
              << (arguments.folder == "." ? "" : "  cd " + arguments.folder + "\n") << "  fasti check\n"
              << "  fasti sync --dry-run\n";
  return kDone;
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
