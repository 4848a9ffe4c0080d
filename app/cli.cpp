// The only user of CLI11: names, options, help and examples of every command.
#include "app/cli.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <functional>

#include "app/commands/commands.hpp"
#include "app/completion.hpp"
#include "app/contract/json.hpp"
#include "app/exit_code.hpp"
#include "engine/base/clock.hpp"
#include "engine/base/nearest.hpp"
#include "engine/store/sealed.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

namespace {

using Command = std::function<Result<int>(Session&)>;

struct Line {
  CLI::App app{"Keeps schedules, venues and bookings the same everywhere, and can take every run back.", "fasti"};
  Session* session = nullptr;
  std::string wait = "60";
  Command chosen;

  InitArguments init;
  CheckArguments check;
  ConnectArguments connect;
  ImportArguments import_file;
  ExportArguments export_file;
  PutArguments put;
  RecordArguments record;
  PlanArguments plan;
  ApplyArguments apply;
  SyncArguments sync;
  ResolveArguments resolve;
  ReportArguments report;
  LogArguments log;
  RollbackArguments rollback;
  InspectArguments inspect;
  SandboxArguments sandbox;
  PurgeArguments purge;
  std::string name;
  std::string value;
  bool all = false;
  std::size_t limit = 20;
};

std::string examples(const std::vector<std::string>& lines) {
  std::string out = "Examples:";
  for (const auto& line : lines) out += "\n  " + line;
  return out;
}

void add_common(Line& line, CLI::App* command) {
  command->add_option("--config", line.session->config, "fasti.toml to use (else $FASTI_CONFIG, ./fasti.toml, …)")
      ->type_name("FILE")
      ->group("Every command");
  command->add_flag("--json", line.session->json, "answer with JSON on stdout")->group("Every command");
  command->add_flag("-v,--verbose", line.session->verbose, "log to stderr what happens")->group("Every command");
  command->add_option("--wait", line.wait, "how long to wait for another run (seconds, 5m, 1h; default 60)")
      ->type_name("TIME")
      ->group("Every command");
}

CLI::App* add(Line& line, const std::string& group, const std::string& name, const std::string& summary,
              const std::vector<std::string>& shown, Command action) {
  auto* command = line.app.add_subcommand(name, summary)->group(group);
  command->footer(examples(shown));
  add_common(line, command);
  command->callback([&line, action = std::move(action)] { line.chosen = action; });
  return command;
}

void add_credentials(Line& line, const std::string& group) {
  auto* command =
      add(line, group, "credentials", "What sign-ins left sealed in the store: list, forget, rotate-key",
          {"fasti credentials list", "fasti credentials forget google", "fasti credentials rotate-key"}, {});
  command->callback([&line, command] {
    const auto chosen = command->get_subcommands();
    if (chosen.empty() || chosen.front()->get_name() == "list") line.chosen = credentials_list;
  });
  command->add_subcommand("list", "what is sealed, and since when")->fallthrough();
  auto* forget = command->add_subcommand("forget", "remove what is sealed for a connection")->fallthrough();
  forget->add_option("NAME", line.name, "the connection")->required();
  forget->callback([&line] { line.chosen = [&line](Session& s) { return credentials_forget(s, line.name); }; });
  auto* rotate = command->add_subcommand("rotate-key", "seal everything with a new key")->fallthrough();
  rotate->callback([&line] { line.chosen = credentials_rotate_key; });
}

void add_setup(Line& line) {
  const std::string group = "Set up";
  auto* command = add(line, group, "init", "Write a fasti.toml with kinds and mappings",
                      {"fasti init", "fasti init league",
                       "NOTION_TOKEN=ntn_... fasti init league --from-notion https://www.notion.so/..."},
                      [&line](Session& s) { return init(s, line.init); });
  command->add_option("DIR", line.init.folder, "folder for the files (default: here)");
  command->add_option("--from-notion", line.init.from_notion,
                      "address, id or name of a Notion database: propose a mapping");
  command->add_option("--kind", line.init.kind, "with --from-notion: what its rows are (default: booking)");
  command->add_option("--notion-url", line.init.url)->group("");

  command = add(line, group, "check", "Check config, mappings and what leaves this machine",
                {"fasti check", "fasti check --online"}, [&line](Session& s) { return check(s, line.check); });
  command->add_flag("--online", line.check.online, "also ask every provider: sign-in, collections, properties");
  command->add_flag("--create-missing", line.check.create_missing, "and let it make the properties that are missing");

  command = add(line, group, "collections", "List what a connection has, with blocks to paste",
                {"fasti collections club"}, [&line](Session& s) { return collections(s, line.name); });
  command->add_option("NAME", line.name, "the connection")->required();

  command = add(line, group, "connect", "Sign in to a provider; what it gives is sealed in the store",
                {"fasti connect google", "fasti connect outlook --device"},
                [&line](Session& s) { return connect(s, line.connect); });
  command->add_option("NAME", line.connect.name, "the connection")->required();
  command->add_flag("--device", line.connect.device, "by a code that is typed on another device");
  add_credentials(line, group);
}

void add_records(Line& line) {
  const std::string group = "Records";
  auto* command = add(line, group, "import", "Read records from CSV, JSON or .ics; all or nothing",
                      {"fasti import games.csv --mapping csv-booking", "fasti import club.ics --kind booking",
                       "fasti import - < records.jsonl"},
                      [&line](Session& s) { return import_file(s, line.import_file); });
  command->add_option("FILE", line.import_file.file, "a .csv, .json, .jsonl or .ics file, or - for JSON on stdin")
      ->required();
  command->add_option("--kind", line.import_file.kind, "kind of the records")->type_name("KIND");
  command->add_option("--mapping", line.import_file.mapping, "mapping of the columns (csv-booking, or a file)");

  command = add(line, group, "export", "Write records as CSV, JSON or .ics",
                {"fasti export games.csv --kind booking", "fasti export - --kind venue --format json"},
                [&line](Session& s) { return export_file(s, line.export_file); });
  command->add_option("FILE", line.export_file.file, "file to write, or - for stdout")->required();
  command->add_option("--kind", line.export_file.kind, "kind of the records")->type_name("KIND")->required();
  command->add_option("--mapping", line.export_file.mapping, "mapping to use (csv-KIND, ics-KIND)");
  command->add_option("--format", line.export_file.format, "csv, json or ics (default: by the file's name)");

  command = add(line, group, "put", "Create or change a record from JSON and print it",
                {"echo '{\"title\":\"Final\"}' | fasti put booking M104 -", "fasti put venue venue.json"},
                [&line](Session& s) { return put(s, line.put); });
  command->add_option("KIND", line.put.kind)->required();
  command->add_option("ID", line.put.id_or_file, "the record; without it the body's id, or a new one");
  command->add_option("FILE", line.put.file,
                      "a record or just its fields as JSON, or - for stdin; null clears a field");
  command->add_flag("--replace", line.put.replace, "clear every field that is not given");

  command = add(line, group, "get", "Print a record", {"fasti get booking M104"},
                [&line](Session& s) { return get(s, line.record); });
  command->add_option("KIND", line.record.kind)->required();
  command->add_option("ID", line.record.id)->required();

  command = add(line, group, "list", "List the records of a kind", {"fasti list booking", "fasti list venue --json"},
                [&line](Session& s) { return list(s, line.name); });
  command->add_option("KIND", line.name)->required();

  command = add(line, group, "delete", "Delete a record, here and (with the next sync) everywhere",
                {"fasti delete booking M104"}, [&line](Session& s) { return delete_record(s, line.record); });
  command->add_option("KIND", line.record.kind)->required();
  command->add_option("ID", line.record.id)->required();
}

void add_names(CLI::App* command, Names& names) {
  command->add_option("NAME", names, "syncs or targets, globs allowed (team/*); default: all");
}

void add_max_delete(CLI::App* command, std::string& limit) {
  command->add_option("--max-delete", limit, "approve up to N (or P%) deletions per target")->type_name("N|P%");
}

void add_runs(Line& line) {
  const std::string group = "Synchronize";
  auto* command = add(line, group, "plan", "Show what a sync would do, and why",
                      {"fasti plan", "fasti plan fixtures -o plan.json && fasti apply plan.json",
                       "fasti plan --exit-code || echo 'not in step'"},
                      [&line](Session& s) { return plan(s, line.plan); });
  add_names(command, line.plan.names);
  command->add_option("-o,--output", line.plan.file, "also write the plan for `apply`")->type_name("FILE");
  command->add_flag("--exit-code", line.plan.exit_code, "end with 3 when there are steps");
  add_max_delete(command, line.plan.max_delete);

  command =
      add(line, group, "apply", "Do exactly what a plan says, or release what a guard held",
          {"fasti apply plan.json", "fasti apply 0197c2f0-…"}, [&line](Session& s) { return apply(s, line.apply); });
  command->add_option("PLAN", line.apply.plan_or_run, "a plan.json, or the id of a run that was held")->required();
  add_max_delete(command, line.apply.max_delete);

  command = add(line, group, "sync", "Carry every edit to every side",
                {"fasti sync", "fasti sync fixtures 'team/*'", "fasti sync --max-delete 10"},
                [&line](Session& s) { return sync(s, line.sync); });
  add_names(command, line.sync.names);
  command->add_flag("--dry-run", line.sync.dry_run, "only show the plan");
  add_max_delete(command, line.sync.max_delete);

  command = add(line, group, "resync", "The same from complete listings", {"fasti resync", "fasti resync fixtures"},
                [&line](Session& s) { return resync(s, line.sync); });
  add_names(command, line.sync.names);
  add_max_delete(command, line.sync.max_delete);

  command = add(line, group, "rollback", "Take a run back on every side",
                {"fasti rollback 0197c2f0-… --dry-run", "fasti rollback 0197c2f0-… --yes",
                 "fasti rollback 0197c2f0-… --origin --yes"},
                [&line](Session& s) { return rollback(s, line.rollback); });
  command->add_option("RUN", line.rollback.run, "the run (`fasti runs` lists them)")->required();
  command->add_flag("--origin", line.rollback.origin, "also take back the edits it carried, where they were made");
  command->add_flag("--dry-run", line.rollback.dry_run, "only show the plan");
  command->add_flag("--yes", line.rollback.yes, "do not ask");
}

void add_conflicts(Line& line) {
  auto* command = add(line, "Review", "conflicts", "List and settle conflicts",
                      {"fasti conflicts", "fasti conflicts show 5k2…", "fasti conflicts resolve 5k2… --take local"},
                      [&line](Session& s) { return list_conflicts(s, line.all); });
  command->add_flag("--all", line.all, "also the settled ones");
  command->require_subcommand(0, 1);
  // CLI11 calls a command's callback after those of its subcommands: without one, `conflicts` lists.
  command->callback([&line, command] {
    if (command->get_subcommands().empty()) line.chosen = [&line](Session& s) { return list_conflicts(s, line.all); };
  });
  auto sub = [&](const std::string& name, const std::string& summary, const std::vector<std::string>& shown,
                 Command action) {
    auto* one = command->add_subcommand(name, summary);
    one->footer(examples(shown));
    add_common(line, one);
    one->callback([&line, action = std::move(action)] { line.chosen = action; });
    return one;
  };
  auto* one = sub("list", "List open conflicts", {"fasti conflicts list --all --json"},
                  [&line](Session& s) { return list_conflicts(s, line.all); });
  one->add_flag("--all", line.all, "also the settled ones");
  one = sub("show", "Show one conflict in full", {"fasti conflicts show 5k2…"},
            [&line](Session& s) { return show_conflict(s, line.name); });
  one->add_option("ID", line.name, "the conflict; its first letters will do")->required();
  one = sub("resolve", "Settle a conflict, or flip a settled one",
            {"fasti conflicts resolve 5k2… --take local", "fasti conflicts resolve 5k2… --value 'Kick-off moved'"},
            [&line](Session& s) { return resolve_conflict(s, line.resolve); });
  one->add_option("ID", line.resolve.id, "the conflict; its first letters will do")->required();
  auto* take = one->add_option("--take", line.resolve.take, "local, remote, a target, or both")->type_name("SIDE");
  one->add_option_function<std::string>(
         "--value", [&line](const std::string& text) { line.resolve.value = text; },
         "a value of your own: JSON or text")
      ->type_name("VALUE")
      ->excludes(take);
  one->add_option("--revision", line.resolve.revision, "refuse if the conflict has moved on from this revision");
}

void add_review(Line& line) {
  const std::string group = "Review";
  add_conflicts(line);
  auto* command = add(line, group, "report", "Run and conflict review",
                      {"fasti report", "fasti report --run 0197c2f0-… --csv review.csv"},
                      [&line](Session& s) { return report(s, line.report); });
  command->add_option("--run", line.report.run, "the run (default: the last one)");
  command->add_option("--csv", line.report.csv_file, "write a table for a spreadsheet")->type_name("FILE");
  command->add_option("--html", line.report.html_file)->group("");

  command = add(line, group, "runs", "List runs", {"fasti runs", "fasti runs --limit 100 --json"},
                [&line](Session& s) { return runs(s, line.limit); });
  command->add_option("--limit", line.limit, "how many (0: all; default 20)");

  command = add(line, group, "log", "Who changed what, where, by which rule",
                {"fasti log --record M104", "fasti log --run 0197c2f0-… --json"},
                [&line](Session& s) { return log(s, line.log); });
  command->add_option("--record", line.log.record)->type_name("ID");
  command->add_option("--run", line.log.run)->type_name("ID");
  command->add_option("--limit", line.log.limit, "how many (default: all)");

  add(line, group, "status", "Each target: last success, what waits, what is held",
      {"fasti status", "fasti status --json"}, [](Session& s) { return status(s); });

  command = add(line, group, "inspect", "Show what Fasti reads from an iCalendar file",
                {"fasti inspect club.ics", "fasti inspect club.ics --expand 2026-06-01 2026-07-01 --json",
                 "fasti inspect club.ics --roundtrip same.ics"},
                [&line](Session& s) { return inspect(s, line.inspect); });
  command->add_option("FILE", line.inspect.file, "an .ics file, or - for stdin")->required();
  command
      ->add_option("--expand", line.inspect.expand,
                   "every occurrence that starts from FROM to before TO (dates, times, or instants with Z)")
      ->type_name("FROM TO")
      ->expected(2);
  command->add_option("--roundtrip", line.inspect.roundtrip, "write the file back as Fasti does: unchanged")
      ->type_name("OUT");
}

void add_upkeep(Line& line) {
  const std::string group = "Upkeep";
  auto named = [&](const std::string& name, const std::string& summary,
                   Result<int> (*action)(Session&, const std::string&)) {
    auto* command = add(line, group, name, summary, {"fasti " + name + " fixtures"},
                        [&line, action](Session& s) { return action(s, line.name); });
    command->add_option("NAME", line.name, "the sync")->required();
  };
  named("pause", "Switch a sync off", pause);
  named("resume", "Switch it on again", resume);
  named("relink", "Rebuild a sync's links from our markers", relink);

  auto* command = add(line, group, "purge", "Remove at the provider what this store created there",
                      {"fasti purge fixtures --yes"}, [&line](Session& s) { return purge(s, line.purge); });
  command->add_option("NAME", line.purge.name, "the sync")->required();
  command->add_flag("--yes", line.purge.yes, "do not ask");

  command = add(line, group, "backup", "Write a consistent copy of the store", {"fasti backup fasti-monday.db"},
                [&line](Session& s) { return backup(s, line.name); });
  command->add_option("FILE", line.name)->required();
  command = add(line, group, "sandbox", "Run stand-ins for Google, Outlook and Notion on this machine, until stopped",
                {"fasti sandbox", "fasti sandbox --port 4700 --json"},
                [&line](Session& s) { return sandbox(s, line.sandbox); });
  command->add_option("--port", line.sandbox.port, "the first port to use (default: any that are free)")
      ->type_name("PORT")
      ->check(CLI::Range(0, 65534));
  add(line, group, "repair", "Save what can be read of a damaged store; the old file is kept", {"fasti repair"},
      [](Session& s) { return repair(s); });
}

CommandOutline outline(const CLI::App& app) {
  CommandOutline out{app.get_name(), app.get_description(), false, {}, {}};
  for (const auto* option : app.get_options()) {
    if (option->nonpositional() && !option->get_group().empty()) {
      auto names = option->get_lnames();
      out.options.push_back({names.empty() ? "-" + option->get_snames().front() : "--" + names.front(),
                             option->get_description(),
                             option->get_expected_max() > 0 && option->get_type_size_max() > 0});
    }
    std::string name = option->get_name(true, false);
    if (!option->nonpositional())
      out.takes_files |= name.find("FILE") != std::string::npos || name == "PLAN" || name == "DIR";
  }
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
    out.commands.push_back(outline(*command));
  return out;
}

void add_completion(Line& line) {
  auto* command =
      add(line, "Upkeep", "completion", "Print a completion script for bash, zsh or fish",
          {"source <(fasti completion bash)", "fasti completion fish > ~/.config/fish/completions/fasti.fish"},
          [&line](Session& s) -> Result<int> {
            auto script = completion_script(line.name, outline(line.app));
            if (!script) return usage("no completion for \"" + line.name + "\"", "bash, zsh and fish are there");
            s.out << *script;
            return kDone;
          });
  command->add_option("SHELL", line.name, "bash, zsh or fish")->required();
}

/// "90", "90s", "5m", "1h".
std::optional<std::chrono::seconds> parse_wait(const std::string& text) {
  std::size_t end = 0;
  while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
  if (end == 0 || end > 6) return std::nullopt;
  std::chrono::seconds number{std::stoll(text.substr(0, end))};
  auto unit = text.substr(end);
  if (unit.empty() || unit == "s") return number;
  if (unit == "m") return number * 60;
  if (unit == "h") return number * 3600;
  return std::nullopt;
}

int fail(Session& session, const Error& error) {
  show_error(session, error);
  return exit_code(error.kind);
}

/// The first word that is no option (nor the value of one that all commands take).
std::string first_word(const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--config" || arguments[i] == "--wait") {
      ++i;
    } else if (!arguments[i].empty() && arguments[i][0] != '-') {
      return arguments[i];
    }
  }
  return {};
}

std::optional<Error> unknown_command(const Line& line, const std::string& word) {
  std::vector<std::string> names;
  for (const auto* command : line.app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  if (word.empty() || std::find(names.begin(), names.end(), word) != names.end()) return std::nullopt;
  const auto& later = later_commands();
  if (std::find(later.begin(), later.end(), word) != later.end()) {
    return usage("`" + word + "` comes with a later version", "fasti --help lists what this one has");
  }
  auto near = nearest_name(word, names);
  return usage("there is no command \"" + word + "\"",
               near ? "did you mean `fasti " + *near + "`?" : "fasti --help lists the commands");
}

std::optional<int> parse(Line& line, const std::vector<std::string>& arguments, Session& session) {
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    line.app.parse(reversed);
    return std::nullopt;
  } catch (const CLI::CallForHelp& help) {
    session.out << line.app.help("", CLI::AppFormatMode::Normal);
    return kDone;
  } catch (const CLI::CallForVersion&) {
    session.out << "fasti " << FASTI_VERSION << "\n";
    return kDone;
  } catch (const CLI::ParseError& error) {
    auto word = first_word(arguments);
    session.json = std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
    std::string message = error.what();
    std::replace(message.begin(), message.end(), '\n', ' ');
    return fail(session, usage(message, "fasti " + (word.empty() ? "" : word + " ") + "--help shows how"));
  }
}

}  // namespace

const std::vector<std::string>& later_commands() {
  static const std::vector<std::string> names{"availability", "serve", "erase"};
  return names;
}

int run(const std::vector<std::string>& arguments, Session& session) {
  if (!session.vault) {
    const char* key = std::getenv("FASTI_KEY");
    session.vault = std::make_shared<auth::Vault>(system_files(), system_clock(), store::open_sealed_rows,
                                                  Secret(key != nullptr ? key : ""));
  }
  Line line;
  line.session = &session;
  line.app.set_version_flag("--version", "", "print the version");
  line.app.require_subcommand(1);
  line.app.get_formatter()->label("SUBCOMMAND", "COMMAND");
  line.app.footer("fasti COMMAND --help shows a command's options and examples. Start with `fasti init`.");
  add_common(line, &line.app);
  add_setup(line);
  add_records(line);
  add_runs(line);
  add_review(line);
  add_upkeep(line);
  add_completion(line);

  if (arguments.empty()) {
    session.out << line.app.help();
    return kBadUsage;
  }
  if (auto error = unknown_command(line, first_word(arguments))) {
    session.json = std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
    return fail(session, *error);
  }
  if (auto code = parse(line, arguments, session)) return *code;
  auto wait = parse_wait(line.wait);
  if (!wait)
    return fail(session, usage("--wait: \"" + line.wait + "\" is no time", "for example --wait 90 or --wait 5m"));
  session.wait = *wait;
  auto code = line.chosen(session);
  session.out.flush();
  return code ? *code : fail(session, code.error());
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
