// fasti plan, apply, sync, resync, rollback: the commands that make a run.
#include "app/commands/commands.hpp"
#include "app/contract/json.hpp"
#include "app/exit_code.hpp"
#include "app/render/report_text.hpp"
#include "app/terminal/progress_bar.hpp"
#include "app/terminal/text.hpp"
#include "engine/base/file_system.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

Result<DeleteLimit> parse_max_delete(const std::string& text) {
  DeleteLimit limit;
  limit.percent = !text.empty() && text.back() == '%';
  auto digits = text.substr(0, text.size() - (limit.percent ? 1 : 0));
  bool number = !digits.empty() && digits.size() < 10 && digits.find_first_not_of("0123456789") == std::string::npos;
  if (number) limit.value = std::stoull(digits);
  if (!number || (limit.percent && limit.value > 100)) {
    return usage("--max-delete: \"" + text + "\" is neither a number nor a percentage",
                 "for example --max-delete 10 or 25%");
  }
  return limit;
}

namespace {

Result<RunOptions> run_options(const Session& session, const Names& names, const std::string& max_delete,
                               ProgressBar& bar) {
  RunOptions options;
  options.only = names;
  if (!max_delete.empty()) {
    FASTI_TRY(options.max_delete, parse_max_delete(max_delete));
  }
  options.stop = session.stop;
  options.progress = bar.sink();
  return options;
}

void show_run(Session& session, const RunReport& report, Steps steps) {
  if (session.json) {
    session.out << run_json(report, steps) << "\n";
  } else {
    session.out << run_text(report, session.columns);
  }
}

void show_plan(Session& session, const RunReport& report) {
  if (session.json) {
    session.out << run_json(report, Steps::include) << "\n";
    return;
  }
  session.out << plan_text(report.steps, session.columns);
  for (const auto& note : report.notes) session.out << wrap("· " + printable(note), 2, session.columns);
  for (const auto& target : report.syncs) {
    if (target.held) session.out << printable(target.target) << " is held: " << printable(*target.held) << "\n";
    if (target.error) session.err << printable(target.target) << ": " << printable(target.error->text()) << "\n";
  }
}

using RunCall = Result<RunReport> (Hub::*)(const RunOptions&);

/// Runs while a progress bar is shown, which is gone before the answer is printed.
Result<RunReport> call(Session& session, Hub& hub, RunCall what, const Names& names, const std::string& max_delete) {
  ProgressBar bar(session.progress_stream(), session.columns);
  FASTI_TRY(auto options, run_options(session, names, max_delete, bar));
  return (hub.*what)(options);
}

Result<int> sync_with(Session& session, const SyncArguments& arguments, RunCall what) {
  FASTI_TRY(auto hub, open_hub(session));
  FASTI_TRY(auto report, call(session, hub, what, arguments.names, arguments.max_delete));
  show_run(session, report, Steps::leave_out);
  return report.exit_code();
}

}  // namespace

Result<int> sync(Session& session, const SyncArguments& arguments) {
  if (arguments.dry_run) return plan(session, {arguments.names, {}, false, arguments.max_delete});
  return sync_with(session, arguments, &Hub::sync);
}

Result<int> resync(Session& session, const SyncArguments& arguments) {
  return sync_with(session, arguments, &Hub::resync);
}

Result<int> plan(Session& session, const PlanArguments& arguments) {
  FASTI_TRY(auto hub, open_hub(session));
  FASTI_TRY(auto report, call(session, hub, &Hub::plan, arguments.names, arguments.max_delete));
  if (!arguments.file.empty()) {
    FASTI_CHECK(system_files().write_atomically(arguments.file, run_json(report, Steps::include) + "\n"));
  }
  show_plan(session, report);
  if (!arguments.file.empty() && !session.json)
    session.out << "\nTo do exactly this: fasti apply " << arguments.file << "\n";
  bool differs = arguments.exit_code && !report.steps.empty();
  return worse(report.exit_code(), differs ? kWaiting : kDone);
}

Result<int> apply(Session& session, const ApplyArguments& arguments) {
  ProgressBar bar(session.progress_stream(), session.columns);
  FASTI_TRY(auto options, run_options(session, {}, arguments.max_delete, bar));
  auto with = [&]() -> Result<RunReport> {
    if (arguments.plan_or_run != "-" && !system_files().stat(arguments.plan_or_run)) {
      FASTI_TRY(auto hub, open_hub(session));
      return hub.apply(arguments.plan_or_run, options);
    }
    FASTI_TRY(auto text, read_input(session, arguments.plan_or_run));
    FASTI_TRY(auto steps, read_plan(arguments.plan_or_run, text));
    FASTI_TRY(auto hub, open_hub(session));
    return hub.apply(steps, options);
  };
  auto report = with();
  bar.clear();
  if (!report) return report.error();
  show_run(session, *report, Steps::leave_out);
  return report->exit_code();
}

Result<int> rollback(Session& session, const RollbackArguments& arguments) {
  if (!arguments.dry_run && !arguments.yes && !session.in_terminal) {
    return usage("rollback changes things on every side: say --yes",
                 "fasti rollback " + arguments.run + " --dry-run shows what it would do");
  }
  FASTI_TRY(auto hub, open_hub(session));
  ProgressBar bar(session.progress_stream(), session.columns);
  RollbackOptions options{arguments.origin, true, session.stop, bar.sink()};
  if (arguments.dry_run || !arguments.yes) {
    FASTI_TRY(auto planned, hub.rollback(arguments.run, options));
    bar.clear();
    if (arguments.dry_run) {
      show_plan(session, planned);
      return planned.exit_code();
    }
    session.err << plan_text(planned.steps, session.columns);
    if (!confirm(session, "Take run " + arguments.run + " back?")) {
      session.err << "Nothing was changed.\n";
      return kDone;
    }
  }
  options.dry_run = false;
  auto report = hub.rollback(arguments.run, options);
  bar.clear();
  if (!report) return report.error();
  show_run(session, *report, Steps::leave_out);
  return report->exit_code();
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
