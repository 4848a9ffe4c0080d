// fasti init: a folder to start from. Writes nothing over a file that is there.
#include <algorithm>
#include <cstdlib>

#include <fasti/connectors.hpp>

#include "app/commands/commands.hpp"
#include "app/contract/json.hpp"
#include "app/exit_code.hpp"
#include "app/proposal/propose_mapping.hpp"
#include "engine/base/file_system.hpp"
#include "engine/base/try.hpp"
#include "engine/config/kind_file.hpp"

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

constexpr const char* kTokenVariable = "NOTION_TOKEN";

/// The connection that the files will describe, before there are files.
class FirstSettings final : public ConnectionSettings {
 public:
  explicit FirstSettings(std::string url) : url_(std::move(url)) {}
  std::string name() const override { return "notion"; }
  std::optional<std::string> get(const std::string& key) const override {
    return key == "url" && !url_.empty() ? std::optional(url_) : std::nullopt;
  }
  std::string place(const std::string& key) const override { return "fasti init: " + key; }
  Result<std::string> secret(const std::string&) const override {
    const char* token = std::getenv(kTokenVariable);
    if (token && *token) return std::string(token);
    return Error{
        ErrorKind::bad_config,
        std::string("the environment has no ") + kTokenVariable,
        "fasti init",
        "make a connection at notion.so/profile/integrations, share the database with it, and export its token",
        {}};
  }
  std::string folder() const override { return "."; }

 private:
  std::string url_;
};

using Texts = std::vector<std::pair<std::string, std::string>>;

std::string notion_part(const InitArguments& arguments, const CollectionInfo& source) {
  std::string out = "\n# --- A database in Notion ---------------------------------------------------------------\n";
  out += "[connections.notion]\nprovider = \"notion\"\n";
  if (!arguments.url.empty()) out += "url      = \"" + arguments.url + "\"\n";
  out += std::string("token    = { env = \"") + kTokenVariable + "\" }\n\n[[sync]]\nname       = \"notion\"\n";
  out += "connection = \"notion\"\ncollection = \"" + source.id + "\"\nkind       = \"" + arguments.kind + "\"\n";
  return out;
}

/// Asks for the columns, then puts the proposal in the place of the mapping that every folder starts with.
Status add_notion(const InitArguments& arguments, Texts& wanted) {
  const auto kind_text = config::builtin_files().find("kinds/" + arguments.kind + ".toml");
  if (kind_text == config::builtin_files().end())
    return usage("there is no ready-made kind \"" + arguments.kind + "\"");
  FASTI_TRY(const auto kind, config::parse_kind(kind_text->first, kind_text->second));
  const auto factories = builtin_connectors();
  const auto notion = std::find_if(factories.begin(), factories.end(),
                                   [](const ConnectorFactory& one) { return one.provider == "notion"; });
  if (notion == factories.end()) return usage("this build has no Notion");
  FASTI_TRY(const auto connector, notion->make(FirstSettings(arguments.url)));
  FASTI_TRY(const auto source, connector->open_collection(arguments.from_notion, false));
  FASTI_TRY(const auto properties, connector->properties(source.id));
  const std::string name = "mappings/notion-" + arguments.kind + ".toml";
  const std::string text =
      mapping_text(kind, "notion", pair_fields(kind, properties), "\"" + source.name + "\" in Notion");
  bool replaced = false;
  for (auto& [file, content] : wanted) {
    if (file == "fasti.toml") content += notion_part(arguments, source);
    if (file != name) continue;
    content = text;
    replaced = true;
  }
  if (!replaced) wanted.emplace_back(name, text);
  return {};
}

}  // namespace

Result<int> init(Session& session, const InitArguments& arguments) {
  auto& files = system_files();
  auto at = [&](const std::string& name) { return arguments.folder + "/" + name; };
  Texts wanted{{"fasti.toml", kTemplate}};
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
  if (!arguments.from_notion.empty()) FASTI_CHECK(add_notion(arguments, wanted));
  for (const char* folder : {"", "kinds", "mappings"}) FASTI_CHECK(files.make_folders(at(folder)));
  for (const auto& [name, text] : wanted) FASTI_CHECK(files.write_new(at(name), text));
  if (session.json) {
    session.out << object_json({{"config", at("fasti.toml")}}) << "\n";
    return kDone;
  }
  session.out << "Wrote " << at("fasti.toml") << " with " << wanted.size() - 1 << " kinds and mappings.\n"
              << "Next: look through fasti.toml, then\n"
              << (arguments.folder == "." ? "" : "  cd " + arguments.folder + "\n")
              << (arguments.from_notion.empty() ? "  fasti check\n" : "  fasti check --online --create-missing\n")
              << "  fasti sync --dry-run\n";
  return kDone;
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
