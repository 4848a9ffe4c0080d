// The guard (rule 20) and the plan as people see it.
#include <algorithm>

#include "engine/base/hash.hpp"
#include "engine/model/value_json.hpp"
#include "engine/sync/make_plan.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {
namespace {

constexpr std::uint64_t kDeletesMin = 3;
constexpr std::uint64_t kDeletesMax = 100;
constexpr std::uint64_t kDeletePercentMax = 25;
constexpr std::uint64_t kUpdatesMax = 100;
constexpr std::uint64_t kUpdatePercentMax = 50;

bool too_many_deletes(std::uint64_t deletes, std::uint64_t total, const std::optional<DeleteLimit>& limit) {
  if (limit) return limit->percent ? deletes * 100 > total * limit->value : deletes > limit->value;
  if (deletes < kDeletesMin) return false;
  return deletes > kDeletesMax || deletes * 100 > total * kDeletePercentMax;
}

std::string as_text(const char* what, const std::set<std::string>& records) {
  std::string text = std::string(what) + "\n";
  for (const std::string& record : records) text += record + "\n";
  return text;
}

/// What a held target would have written waits; what needs no write (a moved base) goes on.
void drop_writes(Case& c, const std::string& target) {
  for (LinkPlan& plan : c.plans) {
    if (plan.run->target->name != target || plan.op == LinkPlan::Op::none || plan.op == LinkPlan::Op::rebase) continue;
    bool rebases = plan.op == LinkPlan::Op::update && plan.changed;
    plan.link.churn = plan.before.churn;
    plan.op = rebases ? LinkPlan::Op::rebase : LinkPlan::Op::none;
    plan.changed = rebases;
    plan.set.clear();
    plan.clear.clear();
    plan.remove_parts.clear();
    c.waits = true;
  }
}

std::optional<DeleteLimit> limit_of(const Run& run, const TargetRun& target) {
  return run.options.max_delete ? run.options.max_delete : target.target->max_delete;
}

std::string describe_hold(std::uint64_t count, std::uint64_t total, const char* what, const std::string& run) {
  return std::to_string(count) + " of " + std::to_string(total) + " records would be " + what +
         "; look at them, then: fasti apply " + run;
}

const char* op_name(LinkPlan::Op op) {
  switch (op) {
    case LinkPlan::Op::create:
      return "create";
    case LinkPlan::Op::update:
      return "update";
    case LinkPlan::Op::remove:
      return "delete";
    default:
      return "";
  }
}

Step local_step(const Case& c) {
  Step step;
  step.target = "local";
  step.record = c.id();
  step.kind = c.kind->name;
  step.label = label_of(*c.kind, c.merged.merged);
  step.cause = c.cause.empty() ? (c.merged.merged.deleted ? "delete" : "edit") : c.cause;
  const Record& before = c.row.record;
  const Record& after = c.merged.merged;
  if (before.revision == 0 || (before.deleted && !after.deleted)) {
    step.op = "create";
    step.why = c.origin.empty() ? "restored" : "found in " + c.origin;
  } else if (after.deleted && !before.deleted) {
    step.op = "delete";
    step.why = c.merged.deleted_by ? "deleted in " + c.links[*c.merged.deleted_by].target : "deleted";
  } else if (!(before.fields == after.fields)) {
    step.op = "update";
    std::set<std::string> origins;
    for (const auto& [path, from] : c.merged.taken_from) origins.insert(c.links[from].target);
    step.why = "changed in";
    for (const std::string& origin : origins) step.why += " " + origin;
  }
  if (step.op.empty()) return step;
  for (const auto& [path, value] : after.fields) {
    auto it = before.fields.find(path);
    if (it == before.fields.end() || !(it->second == value)) step.fields.push_back(path);
  }
  for (const auto& [path, value] : before.fields) {
    if (!after.fields.count(path)) step.fields.push_back(path);
  }
  std::sort(step.fields.begin(), step.fields.end());
  step.digest = c.row.record.revision == 0 ? "" : short_hash(record_json(after));
  return step;
}

}  // namespace

const TargetRun* deleter_of(Run& run, const Case& c) {
  return c.merged.deleted_by ? run.find(c.links[*c.merged.deleted_by].target) : nullptr;
}

void Guard::count(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    if (c.exempt) continue;
    std::string record = c.kind->name + "/" + c.id();
    if (c.merged.deleted_by) {
      Tally& tally = tallies_[c.links[*c.merged.deleted_by].target];
      tally.caused_deletes.insert(record);
      ++tally.vanished;
    }
    for (const LinkPlan& plan : c.plans) {
      Tally& tally = tallies_[plan.run->target->name];
      if (plan.op == LinkPlan::Op::remove) tally.written_deletes.insert(record);
      if (plan.op == LinkPlan::Op::update && plan.before.base_present) tally.updates.insert(record);
    }
  }
}

/// Returns what is held, as `apply` compares it; empty: nothing.
std::string Guard::judge_target(TargetRun& target, const Tally& tally, std::string& reason) const {
  auto counted = run_.engine.store.count_links(target.target->name);
  std::uint64_t total = counted ? *counted : 0;
  std::optional<DeleteLimit> limit = limit_of(run_, target);
  // A run that looks again, because somebody was faster, counts what it deleted before.
  std::uint64_t done = tally.written_deletes.empty() ? 0 : target.report.written.deleted;
  std::uint64_t deletes = tally.written_deletes.size() + done;
  if (too_many_deletes(deletes, total + done, limit)) {
    reason = describe_hold(deletes, total + done, "deleted there", run_.id);
    return as_text("delete", tally.written_deletes);
  }
  std::uint64_t before = total + tally.vanished;
  if (too_many_deletes(tally.caused_deletes.size(), before, limit)) {
    reason = describe_hold(tally.caused_deletes.size(), before, "deleted here because they vanished there", run_.id);
    return as_text("vanished", tally.caused_deletes);
  }
  if (tally.updates.size() > kUpdatesMax && tally.updates.size() * 100 > total * kUpdatePercentMax) {
    reason = describe_hold(tally.updates.size(), total, "changed there", run_.id);
    return as_text("update", tally.updates);
  }
  return "";
}

void Guard::judge() {
  for (TargetRun& target : run_.targets) {
    const std::string& name = target.target->name;
    auto it = tallies_.find(name);
    if (it == tallies_.end()) continue;
    std::string reason;
    std::string held = judge_target(target, it->second, reason);
    if (held.empty()) continue;
    run_.held[name] = held;
    if (run_.approved.count(name)) continue;
    target.report.held = reason;
    holds_.push_back({&target, held.rfind("vanished", 0) == 0});
  }
}

Guard::~Guard() {
  for (const Hold& hold : holds_) hold.target->held = true;
}

void Guard::hold(std::vector<Case>& cases) const {
  for (const Hold& hold : holds_) {
    for (Case& c : cases) {
      if (hold.vanished && deleter_of(run_, c) == hold.target) {
        c.left_out = true;
        c.waits = true;
        c.plans.clear();
      }
      drop_writes(c, hold.target->target->name);
    }
  }
}

bool Guard::holds(const Step& step, const TargetRun* deleted_by) const {
  return std::any_of(holds_.begin(), holds_.end(), [&](const Hold& hold) {
    return (hold.vanished && hold.target == deleted_by) || step.target == hold.target->target->name;
  });
}

void add_steps(const Case& c, std::vector<Step>& steps) {
  if (c.left_out) return;
  Step local = local_step(c);
  if (!local.op.empty()) steps.push_back(std::move(local));
  for (const LinkPlan& plan : c.plans) {
    if (plan.op == LinkPlan::Op::none || plan.op == LinkPlan::Op::rebase) continue;
    Step step;
    step.target = plan.run->target->name;
    step.record = c.id();
    step.kind = c.kind->name;
    step.label = label_of(*c.kind, c.merged.merged);
    step.op = op_name(plan.op);
    for (const auto& [path, value] : plan.set) step.fields.push_back(path);
    step.fields.insert(step.fields.end(), plan.clear.begin(), plan.clear.end());
    step.fields.insert(step.fields.end(), plan.remove_parts.begin(), plan.remove_parts.end());
    std::sort(step.fields.begin(), step.fields.end());
    step.cause = plan.cause;
    step.why = plan.why;
    step.digest = short_hash(tagged_json(plan.set) + "\n" + plan.verbatim);
    step.unprotected = !plan.run->caps.versions && plan.op != LinkPlan::Op::create;
    steps.push_back(std::move(step));
  }
}

std::vector<Step> steps_of(const std::vector<Case>& cases) {
  std::vector<Step> steps;
  for (const Case& c : cases) add_steps(c, steps);
  return steps;
}

}  // namespace sync
}  // namespace v1
}  // namespace fasti
