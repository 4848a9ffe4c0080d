// fasti report, runs, log, status: looking back. Nothing here changes anything.
#include "app/commands/commands.hpp"
#include "app/contract/json.hpp"
#include "app/exit_code.hpp"
#include "app/render/report_csv.hpp"
#include "app/render/report_text.hpp"
#include "app/terminal/text.hpp"
#include "engine/base/file_system.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

namespace {

Result<RunReport> find_run(const Hub& hub, const std::string& id) {
  if (!id.empty()) return hub.run(id);
  FASTI_TRY(auto latest, hub.runs(1));
  if (latest.empty())
    return Error{ErrorKind::not_found, "there is no run to report yet", {}, "fasti sync makes one", {}};
  return hub.run(latest.front().run);
}

void show_review(Session& session, const RunReport& run, const std::vector<ConflictInfo>& conflicts,
                 const std::vector<ParkedInfo>& parked) {
  session.out << run_text(run, session.columns);
  if (!run.steps.empty()) session.out << "\n" << plan_text(run.steps, session.columns);
  if (!conflicts.empty()) session.out << "\nConflicts\n" << conflicts_text(conflicts, session.columns);
  if (!parked.empty()) {
    session.out << "\nParked (set aside; never read as deleted, tried again when something changes)\n"
                << parked_text(parked, session.columns);
  }
}

}  // namespace

Result<int> report(Session& session, const ReportArguments& arguments) {
  if (!arguments.html_file.empty()) return usage("--html comes with a later version", "fasti report --csv FILE");
  FASTI_TRY(auto hub, open_hub(session));
  FASTI_TRY(auto run, find_run(hub, arguments.run));
  FASTI_TRY(auto all, hub.conflicts(Hub::ConflictFilter::all));
  FASTI_TRY(auto parked, hub.parked());
  std::vector<ConflictInfo> conflicts;
  for (auto& conflict : all) {
    if (conflict.open || conflict.run == run.run) conflicts.push_back(std::move(conflict));
  }
  if (!arguments.csv_file.empty()) {
    auto csv = report_csv(run, conflicts, parked);
    if (arguments.csv_file == "-") {
      session.out << csv;
      return kDone;
    }
    FASTI_CHECK(system_files().write_atomically(arguments.csv_file, csv));
    if (!session.json) session.out << "Wrote " << arguments.csv_file << "\n";
  }
  if (session.json) {
    session.out << review_json(run, conflicts, parked) << "\n";
  } else if (arguments.csv_file.empty()) {
    show_review(session, run, conflicts, parked);
  }
  return kDone;
}

Result<int> runs(Session& session, std::size_t limit) {
  FASTI_TRY(auto hub, open_hub(session));
  FASTI_TRY(auto all, hub.runs(limit));
  session.out << (session.json ? runs_json(all) + "\n" : runs_text(all, session.columns));
  return kDone;
}

Result<int> log(Session& session, const LogArguments& arguments) {
  FASTI_TRY(auto hub, open_hub(session));
  LogFilter filter;
  filter.record = arguments.record;
  filter.run = arguments.run;
  filter.limit = arguments.limit;
  FASTI_TRY(auto entries, hub.log(filter));
  session.out << (session.json ? log_json(entries) + "\n" : log_text(entries, session.columns));
  return kDone;
}

Result<int> status(Session& session) {
  FASTI_TRY(auto hub, open_hub(session));
  FASTI_TRY(auto targets, hub.status());
  session.out << (session.json ? status_json(targets) + "\n" : status_text(targets, session.columns));
  return kDone;
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
