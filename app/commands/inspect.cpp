// fasti inspect: what Fasti reads from an iCalendar file. Needs no fasti.toml; with one, its kinds and mappings count.
#include "app/commands/commands.hpp"
#include "app/contract/json.hpp"
#include "app/exchange/inspect_ics.hpp"
#include "app/exit_code.hpp"
#include "app/render/report_text.hpp"
#include "app/terminal/text.hpp"
#include "engine/base/file_system.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

namespace {

constexpr const char* kMapping = "ics-booking";

/// A disk on which there is nothing but an empty fasti.toml: the built-in kinds and mappings.
class EmptyConfig : public FileSystem {
 public:
  Result<std::string> read(const std::string& path) override {
    if (is_config(path)) return std::string();
    return nothing(path);
  }
  Result<FileInfo> stat(const std::string& path) override {
    if (is_config(path)) return FileInfo{"fasti.toml", 0, 0, 0, false, false};
    return nothing(path);
  }
  Result<std::vector<FileInfo>> list(const std::string& path) override { return nothing(path); }
  Status write_atomically(const std::string& path, const std::string&) override { return nothing(path); }
  Status write_new(const std::string& path, const std::string&, Access) override { return nothing(path); }
  Status remove(const std::string& path) override { return nothing(path); }
  Status make_folders(const std::string& path) override { return nothing(path); }

 private:
  static bool is_config(const std::string& path) {
    const std::string name = "fasti.toml";
    return path.size() >= name.size() && path.compare(path.size() - name.size(), name.size(), name) == 0;
  }
  static Error nothing(const std::string& path) { return {ErrorKind::not_found, "there is nothing", path, {}, {}}; }
};

struct Reading {
  std::shared_ptr<const Mapping> mapping;
  Kind kind;
};

Result<Reading> how_to_read(const Session& session) {
  EmptyConfig empty;
  auto found = config_file(session);
  if (!found && !session.config.empty()) return found.error();
  FileSystem& files = found ? system_files() : static_cast<FileSystem&>(empty);
  FASTI_TRY(auto config, found ? load_config(session) : config::load("fasti.toml", files, {}, nullptr));
  FASTI_TRY(auto mapping, config::load_mapping(config, kMapping, files));
  FASTI_TRY(auto kind, find_kind(config, mapping->kind()));
  return Reading{std::move(mapping), std::move(kind)};
}

void show(Session& session, const std::string& file, const Inspection& inspection, const Kind& kind) {
  session.out << printable(file) << ": " << count_of(inspection.records.size(), "event") << "\n";
  Table table({{"starts", Table::Align::left}, {"", Table::Align::left}});
  for (const auto& one : inspection.occurrences) {
    table.add({value_text(one.span), printable(label_of(kind, inspection.records[one.record])) +
                                         (one.changed ? " (instead of " + one.recurrence_id + ")" : "")});
  }
  if (!table.empty()) session.out << table.text(2, session.columns);
  for (const auto& problem : inspection.problems) {
    session.out << "  line " << problem.line << ": " << problem.severity << ": " << printable(problem.text) << "\n";
  }
}

Result<std::optional<ExpandWindow>> window_of(const std::vector<std::string>& limits) {
  if (limits.size() != 2) return std::optional<ExpandWindow>();
  ExpandWindow window;
  for (std::size_t i = 0; i < 2; ++i) {
    const auto limit = parse_limit(limits[i]);
    if (!limit)
      return usage("--expand: \"" + limits[i] + "\" is no date or time", "write 2026-06-01 or 2026-06-01T18:00:00Z");
    (i == 0 ? window.from : window.to) = *limit;
  }
  if (window.to.wall < window.from.wall) return usage("--expand: TO is before FROM");
  return std::optional(window);
}

/// What would not come back as it was is not written at all.
Status write_back(const std::string& text, const InspectArguments& arguments) {
  const std::string same = ical::written_back(text);
  if (same != text)
    return Error{ErrorKind::internal, "the text would not come back unchanged", arguments.file,
                 "please report this file", std::nullopt};
  return system_files().write_atomically(arguments.roundtrip, same);
}

}  // namespace

Result<int> inspect(Session& session, const InspectArguments& arguments) {
  FASTI_TRY(const auto window, window_of(arguments.expand));
  FASTI_TRY(auto reading, how_to_read(session));
  FASTI_TRY(auto text, read_input(session, arguments.file));
  if (!arguments.roundtrip.empty()) FASTI_CHECK(write_back(text, arguments));
  auto inspection = inspect_ics(text, *reading.mapping, reading.kind, window);
  if (session.json) {
    session.out << inspection_json(inspection) << "\n";
  } else {
    show(session, arguments.file, inspection, reading.kind);
  }
  bool broken = false;
  for (const auto& problem : inspection.problems) broken = broken || problem.severity == "error";
  return broken ? kFailed : kDone;
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
