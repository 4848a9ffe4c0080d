#include "engine/sync/run.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <span>

#include "engine/base/hash.hpp"
#include "engine/base/id.hpp"
#include "engine/base/nearest.hpp"
#include "engine/base/try.hpp"
#include "engine/sync/make_plan.hpp"
#include "engine/sync/observe.hpp"
#include "engine/sync/reaction.hpp"
#include "engine/sync/rollback.hpp"
#include "engine/sync/write.hpp"
#include "engine/sync/zone_change.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {
namespace {

constexpr int kRoundsMax = 3;  ///< a race lost this often waits for the next run

void describe_mapping(TargetRun& run, const Kind& kind) {
  for (const Lens& lens : run.target->mapping->lenses()) {
    Direction direction = lens.direction;
    if (run.target->direction != Direction::both && direction == Direction::both) direction = run.target->direction;
    run.pairings.push_back({lens.fields, lens.properties, direction});
    for (const std::string& property : lens.properties) {
      run.properties[property] = {kind.group_of(lens.fields.front()), direction};
    }
  }
}

Result<TargetRun> prepare_target(Run& run, const Target& target, bool named) {
  TargetRun prepared;
  prepared.target = &target;
  FASTI_TRY(auto row, run.engine.store.target(target.name));
  if (row) prepared.row = std::move(*row);
  prepared.row.name = target.name;
  prepared.row.sync = target.sync;
  prepared.row.connection = target.connection;
  prepared.in_scope = named && target.enabled && !prepared.row.paused;
  prepared.report.name = target.sync;
  prepared.report.target = target.name;
  prepared.report.provider = target.provider;
  if (target.connector) {
    prepared.caps = target.connector->capabilities();
    prepared.requests_before = target.connector->requests();
  }
  const Kind* kind = run.engine.kind(target.kind);
  if (kind) describe_mapping(prepared, *kind);
  return prepared;
}

enum class Reach { connection, target };

/// `reach`: what an error that concerns the whole connection stops.
void fail_target(Run& run, TargetRun& target, const Error& error, Reach reach = Reach::connection) {
  run.engine.log(LogLevel::error, target.target->name + ": " + error.text());
  target.report.error = error;
  target.row.error = error.text();
  target.stopped = true;
  if (reach == Reach::target || !stops_connection(error.kind)) return;
  for (TargetRun& other : run.targets) {
    if (other.target->connection != target.target->connection || other.stopped) continue;
    other.stopped = true;
    if (other.in_scope) other.report.error = error;
  }
}

/// Errors of the store end the run; those of a provider are the target's own.
bool is_ours(const Error& error) {
  return error.kind == ErrorKind::corrupt_store || error.kind == ErrorKind::internal ||
         error.kind == ErrorKind::store_busy || (error.kind == ErrorKind::disk && error.place == "store");
}

PullMode mode_for(const Run& run, const TargetRun& target, PullMode wanted) {
  bool due = target.row.listed != Instant{} && target.row.listed + target.target->sweep <= run.now();
  return due ? PullMode::complete : wanted;
}

/// The collections must be known before recover() may look into them.
Status open_all(Run& run) {
  for (TargetRun& target : run.targets) {
    if (!target.in_scope || target.stopped) continue;
    Status opened = target.target->unusable ? Status(*target.target->unusable) : open_target(run, target);
    if (opened) {
      // A property that is missing there is this mapping's trouble; other syncs of the connection go on.
      Status prepared = prepare_collection(target);
      const bool refused = !prepared && prepared.error().kind == ErrorKind::bad_config;
      if (!prepared) fail_target(run, target, prepared.error(), refused ? Reach::target : Reach::connection);
      continue;
    }
    if (is_ours(opened.error())) return opened;
    fail_target(run, target, opened.error());
  }
  return {};
}

Status look_at_echo(Run& run) {
  for (TargetRun& target : run.targets) {
    if (!target.written || target.stopped || !target.caps.cursor || run.stopping()) continue;
    Status pulled = pull_target(run, target, PullMode::changes);
    if (pulled) continue;
    if (is_ours(pulled.error())) return pulled;
    fail_target(run, target, pulled.error());
  }
  return {};
}

/// After everything else, so that what was just written is kept up, too.
Status keep_up(Run& run) {
  for (TargetRun& target : run.targets) {
    const bool writes = target.in_scope && target.pulled && target.to_remote() && !target.stopped && !target.held;
    if (!writes || run.stopping()) continue;
    Status kept = target.target->connector->keep_up(target.row.collection, run.options.stop);
    if (!kept) fail_target(run, target, kept.error());
  }
  return {};
}

Status look_at_lost_races(Run& run) {
  for (auto& [name, ids] : run.lost_races) {
    TargetRun* target = run.find(name);
    if (!target || target->stopped || ids.empty()) continue;
    Status looked = refetch(run, *target, ids);
    if (looked) continue;
    if (is_ours(looked.error())) return looked;
    fail_target(run, *target, looked.error());
  }
  run.lost_races.clear();
  run.unfinished.clear();
  return {};
}

Status finish_targets(Run& run) {
  for (TargetRun& target : run.targets) {
    if (!target.in_scope) continue;
    store::TargetRow& row = target.row;
    if (!run.dry) {
      row.held = target.report.held;
      if (target.pulled && !target.held) row.contacted = true;
      if (target.pulled && !target.report.error && !target.held) row.last_success = run.now();
    }
    row.error = target.report.error ? target.report.error->text() : "";
    if (row.collection.empty() && row.error.empty()) continue;
    FASTI_CHECK(run.engine.store.save_target(row));
  }
  return {};
}

Outcome outcome_of(const Run& run) {
  bool held = std::any_of(run.targets.begin(), run.targets.end(), [](const TargetRun& t) { return t.held; });
  bool failed = std::any_of(run.targets.begin(), run.targets.end(),
                            [](const TargetRun& t) { return t.in_scope && t.report.error.has_value(); });
  if (held) return Outcome::held;
  if (failed) return Outcome::partial;
  return run.report.conflicts + run.report.parked > 0 || (run.exact && run.skipped) ? Outcome::waiting : Outcome::ok;
}

std::string pack(const std::map<std::string, std::string>& held) {
  std::string text;
  for (const auto& [name, what] : held) text += name + "\x1f" + what + "\x1e";
  return text;
}

std::map<std::string, std::string> unpack(const std::string& text) {
  std::map<std::string, std::string> held;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = text.find('\x1e', at);
    std::size_t mid = text.find('\x1f', at);
    if (end == std::string::npos || mid == std::string::npos || mid > end) break;
    held[text.substr(at, mid - at)] = text.substr(mid + 1, end - mid - 1);
    at = end + 1;
  }
  return held;
}

/// Hop by hop; `expected` is what `apply RUN` approves.
Status run_sync(Run& run, PullMode mode, const std::map<std::string, std::string>& expected) {
  FASTI_CHECK(follow_zone_data(run));
  FASTI_CHECK(open_all(run));
  FASTI_CHECK(recover(run));
  FASTI_CHECK(pull_all(run, mode));
  for (int round = 0; round < kRoundsMax && !run.stopping(); ++round) {
    bool raced = false;
    run.owes = run.created = false;
    FASTI_CHECK(run_round(run, expected, raced));
    // What was made just now may be what another record points to: that is no matter for the next run.
    const bool related = run.owes && run.created;
    if (run.dry || run.exact || (run.lost_races.empty() && !raced && !related)) break;
    FASTI_CHECK(look_at_lost_races(run));
  }
  if (run.dry) return {};
  FASTI_CHECK(look_at_echo(run));
  return keep_up(run);
}

bool same_steps(std::vector<Step> a, std::vector<Step> b, std::string& difference) {
  auto order = [](const Step& x, const Step& y) {
    return std::tie(x.record, x.target, x.op) < std::tie(y.record, y.target, y.op);
  };
  std::sort(a.begin(), a.end(), order);
  std::sort(b.begin(), b.end(), order);
  auto text = [](const Step& step) {
    std::string fields;
    for (const std::string& field : step.fields) fields += (fields.empty() ? "" : ", ") + field;
    return step.op + " " + step.label + " (" + step.record + ") in " + step.target + " [" + fields + "]";
  };
  for (const Step& step : a) {
    bool found = std::any_of(b.begin(), b.end(), [&](const Step& other) {
      return other.target == step.target && other.record == step.record && other.op == step.op &&
             other.fields == step.fields && other.digest == step.digest;
    });
    if (!found) difference += "no longer: " + text(step) + "\n";
  }
  for (const Step& step : b) {
    bool found = std::any_of(a.begin(), a.end(), [&](const Step& other) {
      return other.target == step.target && other.record == step.record && other.op == step.op &&
             other.fields == step.fields && other.digest == step.digest;
    });
    if (!found) difference += "now: " + text(step) + "\n";
  }
  return difference.empty();
}

Status run_apply(Run& run, const std::vector<Step>& plan) {
  FASTI_CHECK(follow_zone_data(run));
  FASTI_CHECK(open_all(run));
  FASTI_CHECK(recover(run));
  FASTI_CHECK(pull_all(run, PullMode::changes));
  Cases cases;
  FASTI_CHECK(plan_all(run, cases));
  std::set<std::string> listed;
  for (const Step& step : plan) listed.insert(step.kind + "\n" + step.record);
  for (Case& c : cases.all) {
    if (listed.count(c.kind->name + "\n" + c.id())) continue;
    c.left_out = true;
    c.plans.clear();
  }
  std::vector<Step> now = steps_of(cases.all);
  std::string difference;
  if (!same_steps(plan, now, difference)) {
    return Error{ErrorKind::held,
                 "the plan no longer holds; nothing was written\n" + difference,
                 "",
                 "make a new one: fasti plan -o plan.json",
                 {}};
  }
  run.report.steps = now;
  FASTI_CHECK(carry_out(run, cases));
  return look_at_echo(run);
}

/// Some providers never give an id out again: what a rollback brings back there gets another one.
Status create_under_new_ids(Run& run) {
  for (int round = 0; round < kRoundsMax && !run.burned.empty() && !run.stopping(); ++round) {
    std::set<std::pair<std::string, std::string>> again;
    again.swap(run.burned);
    run.lost_races.clear();
    run.unfinished.clear();
    Cases cases;
    for (const auto& [kind, record] : again) {
      FASTI_TRY(auto loaded, load_case(run, kind, record));
      if (!loaded) continue;
      Case& c = cases.add(std::move(*loaded));
      c.exempt = true;
      c.cause = "rollback";
      merge_case(run, c);
      make_plan(run, c);
    }
    FASTI_CHECK(carry_out(run, cases));
  }
  return {};
}

Status run_rollback(Run& run, const std::string& undone, const RollbackOptions& options) {
  FASTI_CHECK(follow_zone_data(run));
  FASTI_CHECK(open_all(run));
  FASTI_CHECK(recover(run));
  FASTI_CHECK(pull_all(run, PullMode::changes));
  Cases cases;
  FASTI_CHECK(plan_rollback(run, undone, options.origin, cases));
  run.report.steps = steps_of(cases.all);
  if (run.dry) return {};
  FASTI_CHECK(carry_out(run, cases));
  FASTI_CHECK(create_under_new_ids(run));
  return look_at_echo(run);
}

}  // namespace

bool name_matches(const std::vector<std::string>& patterns, const Target& target) {
  if (patterns.empty()) return true;
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return fnmatch(pattern.c_str(), target.name.c_str(), 0) == 0 ||
           fnmatch(pattern.c_str(), target.sync.c_str(), 0) == 0;
  });
}

Result<Run> start_run(Engine::State& engine, const std::string& command, const RunOptions& options) {
  for (const std::string& pattern : options.only) {
    bool known = std::any_of(engine.settings.targets.begin(), engine.settings.targets.end(),
                             [&](const Target& target) { return name_matches({pattern}, target); });
    if (known) continue;
    std::vector<std::string> names;
    for (const Target& target : engine.settings.targets) names.push_back(target.name);
    return Error{ErrorKind::bad_input, "no sync is named \"" + pattern + "\"", "", nearest_hint(pattern, names), {}};
  }
  Run run{engine};
  run.id = make_uuid7(engine.clock, engine.random);
  run.options = options;
  run.dry = command == "plan";
  run.report.run = run.id;
  run.report.command = command;
  run.report.started = run.now();
  for (const Target& target : engine.settings.targets) {
    FASTI_TRY(auto prepared, prepare_target(run, target, name_matches(options.only, target)));
    run.targets.push_back(std::move(prepared));
  }
  renew_references(run, false);
  return run;
}

Status pull_all(Run& run, PullMode mode) {
  for (TargetRun& target : run.targets) {
    if (!target.in_scope || target.stopped || run.stopping()) continue;
    Status pulled = pull_target(run, target, mode_for(run, target, mode));
    target.pulled = pulled.ok();
    if (pulled) continue;
    if (is_ours(pulled.error())) return pulled;
    fail_target(run, target, pulled.error());
  }
  return {};
}

Result<RunReport> finish_run(Run& run, const Status& status) {
  RunReport& report = run.report;
  FASTI_TRY(auto transaction, run.engine.store.begin());
  FASTI_CHECK(finish_targets(run));
  for (TargetRun& target : run.targets) {
    if (target.target->connector) {
      target.report.requests = target.target->connector->requests() - target.requests_before;
    }
    if (target.in_scope) report.syncs.push_back(target.report);
  }
  FASTI_TRY(auto conflicts, run.engine.store.conflicts(true));
  FASTI_TRY(auto parked, run.engine.store.parked());
  report.conflicts = conflicts.size();
  report.parked = parked.size();
  report.finished = run.now();
  report.seconds = std::chrono::duration<double>(*report.finished - report.started).count();
  report.outcome = status ? outcome_of(run) : status.error().kind == ErrorKind::held ? Outcome::held : Outcome::failed;
  store::RunRow row{std::move(report), pack(run.held)};
  FASTI_CHECK(run.engine.store.save_run(row));
  for (const auto& [key, value] : run.facts) FASTI_CHECK(run.engine.store.set_fact(key, value));
  FASTI_CHECK(transaction->commit());
  if (!status) return status.error();
  return std::move(row.report);
}

Result<RunReport> Engine::run(Mode mode, const RunOptions& options) {
  const char* names[] = {"sync", "resync", "plan"};
  FASTI_TRY(auto run, start_run(*state_, names[static_cast<int>(mode)], options));
  return finish_run(run, run_sync(run, mode == Mode::resync ? PullMode::complete : PullMode::changes, {}));
}

Result<RunReport> Engine::apply(const std::vector<Step>& plan, const RunOptions& options) {
  FASTI_TRY(auto run, start_run(*state_, "apply", options));
  run.exact = true;
  return finish_run(run, run_apply(run, plan));
}

Result<RunReport> Engine::apply(const std::string& id, const RunOptions& options) {
  FASTI_TRY(auto row, state_->store.run(id));
  if (!row) return Error{ErrorKind::not_found, "no run \"" + id + "\"", "", "see: fasti runs", {}};
  FASTI_TRY(auto run, start_run(*state_, "apply", options));
  std::map<std::string, std::string> expected = unpack(row->held);
  for (const auto& [name, what] : expected) run.approved.insert(name);
  return finish_run(run, run_sync(run, PullMode::changes, expected));
}

Result<RunReport> Engine::rollback(const std::string& id, const RollbackOptions& options) {
  FASTI_TRY(auto row, state_->store.run(id));
  if (!row) return Error{ErrorKind::not_found, "no run \"" + id + "\"", "", "see: fasti runs", {}};
  RunOptions run_options;
  run_options.stop = options.stop;
  run_options.progress = options.progress;
  FASTI_TRY(auto run, start_run(*state_, "rollback", run_options));
  run.dry = options.dry_run;
  Status done = run_rollback(run, id, options);
  if (done && !run.dry) {
    row->report.undone_by = run.id;
    FASTI_CHECK(state_->store.save_run(*row));
  }
  return finish_run(run, done);
}

}  // namespace sync
}  // namespace v1
}  // namespace fasti
