#include "app/render/report_text.hpp"

#include <map>

#include "app/terminal/text.hpp"
#include "engine/model/time_text.hpp"
#include "engine/model/value_json.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

namespace {

using Align = Table::Align;

std::string counts_text(const Counts& counts) {
  std::string out;
  auto add = [&](std::uint64_t count, const char* what) {
    if (count > 0) out += (out.empty() ? "" : ", ") + std::to_string(count) + " " + what;
  };
  add(counts.created, "created");
  add(counts.updated, "updated");
  add(counts.deleted, "deleted");
  return out.empty() ? "nothing changed" : out;
}

std::string outcome_text(const RunReport& report) {
  switch (report.outcome) {
    case Outcome::ok:
      return "done";
    case Outcome::waiting:
      return "done, something waits for you";
    case Outcome::held:
      return "a guard holds a target";
    case Outcome::partial:
      return "a connection failed, the others are done";
    case Outcome::failed:
      return "failed";
  }
  return {};
}

std::string joined(const std::vector<std::string>& items) {
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "" : ", ") + item;
  return out;
}

std::string state_of(const TargetReport& target) {
  if (target.error) return "failed: " + printable(target.error->message);
  if (target.held) return "held: " + printable(*target.held);
  return target.cursor == "expired" ? "cursor had expired: read in full" : "";
}

std::string targets_table(const std::vector<TargetReport>& targets, std::size_t columns) {
  Table table({{"target", Align::left},
               {"read", Align::right},
               {"created", Align::right},
               {"updated", Align::right},
               {"deleted", Align::right},
               {"requests", Align::right},
               {"", Align::left}});
  for (const auto& target : targets) {
    table.add({printable(target.target), std::to_string(target.pulled), std::to_string(target.written.created),
               std::to_string(target.written.updated), std::to_string(target.written.deleted),
               std::to_string(target.requests), state_of(target)});
  }
  return table.empty() ? "" : table.text(2, columns);
}

std::string hints(const RunReport& report) {
  std::string out;
  auto add = [&](const std::string& what, const std::string& command) { out += "  " + what + ": " + command + "\n"; };
  for (const auto& target : report.syncs) {
    if (target.held) add("to let " + printable(target.target) + " go ahead", "fasti apply " + report.run);
    if (target.error && !target.error->hint.empty()) add(printable(target.target), printable(target.error->hint));
  }
  if (report.conflicts > 0) {
    add(count_of(report.conflicts, "conflict") + (report.conflicts == 1 ? " waits" : " wait"), "fasti conflicts");
  }
  if (report.parked > 0) {
    add(count_of(report.parked, "parked object") + (report.parked == 1 ? " waits" : " wait"), "fasti report");
  }
  return out;
}

std::string side_line(const std::string& side, const std::optional<Value>& value, const ConflictInfo& conflict,
                      std::size_t columns) {
  std::string mark = side == conflict.winner ? "✓ " : "  ";
  std::string name = shorten(printable(side), 14);
  name.resize(name.size() + (14 - std::min<std::size_t>(14, width(name))), ' ');
  std::size_t room = columns > 30 ? columns - 22 : 50;
  return "    " + mark + name + "  " + shorten(value_text(value), room) + "\n";
}

}  // namespace

std::string moment(Instant at) {
  if (at == Instant{}) return "–";
  auto text = iso_instant(at).substr(0, 19);
  text[10] = ' ';
  return text;
}

std::string value_text(const std::optional<Value>& value) {
  if (!value) return "–";
  auto text = printable(display_text(value));
  return text.empty() ? "\"\"" : text;
}

std::string run_text(const RunReport& report, std::size_t columns) {
  std::string out = report.command.empty() ? "" : report.command + " ";
  out += report.run + ": " + outcome_text(report) + " in " + seconds_text(report.seconds) + "\n";
  out += "  here: " + counts_text(report.local) + "\n";
  out += targets_table(report.syncs, columns);
  for (const auto& note : report.notes) out += wrap("· " + printable(note), 2, columns);
  if (report.undone_by) out += "  taken back by run " + *report.undone_by + "\n";
  return out + hints(report);
}

std::string plan_text(const std::vector<Step>& steps, std::size_t columns) {
  if (steps.empty()) return "Nothing to do: every side agrees.\n";
  std::vector<std::string> order;
  std::map<std::string, std::vector<const Step*>> groups;
  for (const auto& step : steps) {
    if (groups[step.target].empty()) order.push_back(step.target);
    groups[step.target].push_back(&step);
  }
  std::string out;
  for (const auto& target : order) {
    out += (out.empty() ? "" : "\n") + (target == "local" ? "here" : printable(target)) + ": " +
           count_of(groups[target].size(), "step") + "\n";
    for (const auto* step : groups[target]) {
      std::string line = step->op;
      line.resize(std::max<std::size_t>(line.size(), 7), ' ');
      line += " " + printable(step->label.empty() ? step->record : step->label);
      if (step->op != "create" && !step->fields.empty()) line += "  [" + printable(joined(step->fields)) + "]";
      line += "  (" + step->cause + (step->unprotected ? ", unprotected" : "") + ")";
      out += "  " + shorten(line, columns > 2 ? columns - 2 : columns) + "\n" + wrap(printable(step->why), 10, columns);
    }
  }
  return out;
}

std::string conflict_text(const ConflictInfo& conflict, std::size_t columns) {
  std::string out = conflict.id + "  " + (conflict.open ? "OPEN" : "settled") + "  " + conflict.kind + " " +
                    printable(conflict.record) + (conflict.field.empty() ? "" : ", " + printable(conflict.field)) +
                    "  " + moment(conflict.at) + "\n";
  out += side_line("before", conflict.base, conflict, columns);
  out += side_line("local", conflict.local, conflict, columns);
  for (const auto& [target, value] : conflict.remotes) out += side_line(target, value, conflict, columns);
  if (conflict.open) {
    return out + "    to settle it: fasti conflicts resolve " + conflict.id + " --take local|TARGET|both\n";
  }
  out += "    " + printable(conflict.winner) + " won by " + printable(conflict.strategy);
  if (!conflict.losers.empty()) out += "; kept in the log: " + printable(joined(conflict.losers));
  return out + "\n";
}

std::string conflicts_text(const std::vector<ConflictInfo>& conflicts, std::size_t columns) {
  if (conflicts.empty()) return "No conflicts.\n";
  std::string out;
  for (const auto& conflict : conflicts) out += conflict_text(conflict, columns);
  return out;
}

std::string parked_text(const std::vector<ParkedInfo>& parked, std::size_t columns) {
  std::string out;
  for (const auto& one : parked) {
    out += "  " + printable(one.target) + "  " + printable(one.record.empty() ? one.remote_id : one.record) + "  " +
           (one.direction == "in" ? "cannot be read" : "cannot be written") + "\n" +
           wrap(printable(one.reason), 4, columns);
  }
  return out;
}

std::string runs_text(const std::vector<RunReport>& runs, std::size_t columns) {
  if (runs.empty()) return "No runs yet.\n";
  Table table({{"run", Align::left},
               {"started (UTC)", Align::left},
               {"command", Align::left},
               {"outcome", Align::left},
               {"here", Align::right},
               {"remote", Align::right},
               {"", Align::left}});
  for (const auto& run : runs) {
    std::uint64_t remote = 0;
    for (const auto& target : run.syncs) remote += target.written.total();
    table.add({run.run, moment(run.started), run.command, name(run.outcome), std::to_string(run.local.total()),
               std::to_string(remote),
               run.undone_by  ? "taken back"
               : run.finished ? ""
                              : "not finished"});
  }
  return table.text(0, columns);
}

std::string log_text(const std::vector<JournalEntry>& entries, std::size_t columns) {
  if (entries.empty()) return "Nothing in the journal matches.\n";
  std::string out;
  for (const auto& entry : entries) {
    std::string where = entry.side.empty() || entry.side == entry.origin ? "" : " → " + printable(entry.side);
    std::string line = moment(entry.at) + "  " + (entry.type == EntryType::observed ? "saw   " : "wrote ") + " " +
                       printable(entry.origin) + where + "  " + entry.kind + " " + printable(entry.record);
    if (!entry.field.empty()) line += " " + printable(entry.field);
    line += ": " + value_text(entry.before) + " → " + value_text(entry.after);
    if (!entry.cause.empty()) line += "  (" + printable(entry.cause) + ")";
    out += shorten(line, columns) + "\n";
  }
  return out;
}

namespace {

std::string zone_data_line(const ZoneDataStatus& zones) {
  constexpr std::size_t kShort = 12;
  if (zones.hash.empty()) return "";
  std::string line = "Time zone data " + zones.hash.substr(0, kShort);
  if (zones.changed)
    line += ", new on " + moment(*zones.changed) + " UTC: " + std::to_string(zones.moved) +
            (zones.moved == 1 ? " future record" : " future records") + " moved";
  return line + ".\n";
}

}  // namespace

std::string status_text(const std::vector<TargetStatus>& targets, std::size_t columns) {
  if (targets.empty()) return "No syncs yet: add a [[sync]] block to fasti.toml.\n";
  Table table({{"target", Align::left},
               {"last success (UTC)", Align::left},
               {"records", Align::right},
               {"owed", Align::right},
               {"parked", Align::right},
               {"conflicts", Align::right},
               {"state", Align::left}});
  for (const auto& target : targets) {
    std::string state = target.paused           ? "paused"
                        : target.held           ? "held: " + printable(*target.held)
                        : !target.error.empty() ? "failed: " + printable(target.error)
                        : target.last_success   ? "ok"
                                                : "never run";
    table.add({printable(target.target), target.last_success ? moment(*target.last_success) : "–",
               std::to_string(target.records), std::to_string(target.owed), std::to_string(target.parked),
               std::to_string(target.conflicts), state});
  }
  return table.text(0, columns) + zone_data_line(targets.front().zone_data);
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
