// One round of a run: what there is to look at, hops 4 and 5 for all of it, then hops 6 to 8; at once, or in parts
// where it would not fit into memory.
#include <algorithm>
#include <span>

#include "engine/base/id.hpp"
#include "engine/base/try.hpp"
#include "engine/sync/make_plan.hpp"
#include "engine/sync/references.hpp"
#include "engine/sync/run.hpp"
#include "engine/sync/split.hpp"
#include "engine/sync/write.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {
namespace {

std::vector<std::string> siblings(const Settings& settings, const Target& target) {
  std::vector<std::string> names;
  for (const Target& other : settings.targets) {
    if (other.connection == target.connection) names.push_back(other.name);
  }
  return names;
}

/// A deletion waits until the connection's other targets were read too: it may be a move (rule 18).
bool may_be_a_move(const Run& run, const Case& c) {
  for (const store::Link& link : c.links) {
    if (link.state != store::LinkState::live || !link.base_present || link.seen_present) continue;
    for (const TargetRun& other : run.targets) {
      const TargetRun* mine = const_cast<Run&>(run).find(link.target);
      bool sibling = mine && other.target->connection == mine->target->connection && &other != mine;
      if (sibling && other.target->kind == c.kind->name && other.target->enabled && !other.row.paused &&
          other.from_remote() && !other.pulled) {
        return true;
      }
    }
  }
  return false;
}

void freeze_ambiguous(Case& c) {
  if (c.ambiguous_in.empty()) return;
  merge::Conflict conflict;
  conflict.local = Value(true);
  for (const std::string& target : c.ambiguous_in)
    conflict.remotes[target] = Value(std::string("several objects match"));
  conflict.strategy = "ask";
  c.merged.conflicts.push_back(std::move(conflict));
  c.merged.frozen_existence = c.freeze = true;
}

Status add_copies(Run& run, Cases& cases) {
  std::size_t count = cases.all.size();
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<merge::Copy> copies = cases.all[i].merged.copies;
    for (merge::Copy& copy : copies) {
      Case c;
      c.kind = cases.all[i].kind;
      c.row.record = std::move(copy.record);
      c.row.record.revision = 0;
      std::string seed = "keep_both\n" + c.row.record.id;
      for (const merge::Unit& unit : copy.units) {
        const Value* value = c.row.record.find(unit.path());
        seed += "\n" + unit.path() + "\n" + (value ? label_of(*c.kind, c.row.record) : "");
      }
      c.row.record.id = make_uuid_from(seed + copy.of_side);
      FASTI_TRY(auto known, run.engine.store.load_record(c.kind->name, c.row.record.id));
      if (known || cases.find(c.kind->name, c.row.record.id)) continue;
      c.cause = "keep_both";
      c.origin = "local";
      merge_case(run, c);
      make_plan(run, c);
      cases.add(std::move(c));
      ++cases.copies;
    }
  }
  return {};
}

Status check_approvals(const Run& run, const std::map<std::string, std::string>& expected) {
  for (const std::string& name : run.approved) {
    auto now = run.held.find(name);
    auto then = expected.find(name);
    if (now == run.held.end() || then == expected.end() || now->second == then->second) continue;
    return Error{ErrorKind::held,
                 name + ": what is held has changed since; it was:\n" + then->second + "now it is:\n" + now->second,
                 name,
                 "look at it with: fasti plan",
                 {}};
  }
  return {};
}

/// Everything that a round has to look at: the work list, and what strangers lead to.
Status gather_work(Run& run, Adoption& adoption, std::vector<WorkItem>& items) {
  FASTI_TRY(auto work, run.engine.store.work());
  for (auto& [kind, record] : work) items.push_back({std::move(kind), std::move(record), true, {}, {}, 0});
  return adoption.decide(items);
}

enum class Look { first, again };

/// The records of the work list, with what belongs to them.
Status load_listed(Run& run, std::span<const WorkItem> items, Cases& cases) {
  constexpr std::size_t kCasesPerView = 100;  // then others get their turn
  store::Store& store = run.engine.store;
  while (!items.empty()) {
    std::vector<const WorkItem*> vanished;
    const std::size_t size = std::min(items.size(), kCasesPerView);
    FASTI_TRY(auto view, store.view());
    for (const WorkItem& item : items.first(size)) {
      if (!item.listed) continue;
      FASTI_TRY(auto loaded, load_case(run, item.kind, item.record));
      if (loaded) {
        cases.add(std::move(*loaded));
      } else {
        vanished.push_back(&item);
      }
    }
    FASTI_CHECK(view->commit());
    for (const WorkItem* item : vanished) {
      if (!run.dry) FASTI_CHECK(store.remove_work(item->kind, item->record));
    }
    items = items.subspan(size);
  }
  return {};
}

Status attach_strangers(Adoption& adoption, WorkItem& item, Look look, Cases& cases) {
  FASTI_CHECK(adoption.attach(cases, item));
  Case* c = cases.find(item.kind, item.record);
  std::int64_t revision = c ? c->row.record.revision : -1;
  if (look == Look::first) {
    item.revision = revision;
  } else if (c && revision != item.revision) {
    // The app wrote since it was counted: no guard has seen what it would come to now.
    c->left_out = c->raced = true;
  }
  return {};
}

/// Hops 4 and 5 for some items, up to the guard.
Status plan_some(Run& run, Adoption& adoption, std::span<WorkItem> items, Look look, Cases& cases) {
  FASTI_CHECK(load_listed(run, items, cases));
  for (WorkItem& item : items) FASTI_CHECK(attach_strangers(adoption, item, look, cases));
  const std::size_t notes = run.report.notes.size();
  split_series(run, cases);
  if (look == Look::again) run.report.notes.resize(notes);
  for (Case& c : cases.all) {
    if (c.left_out) continue;
    if (may_be_a_move(run, c)) {
      c.left_out = c.waits = true;
      if (look == Look::again) continue;
      run.report.notes.push_back(
          label_of(*c.kind, c.row.record) +
          ": vanished in one collection; carried once the connection's others are read too, for it "
          "may have moved there");
      continue;
    }
    merge_case(run, c);
    freeze_ambiguous(c);
    make_plan(run, c);
  }
  return add_copies(run, cases);
}

Status carry_out_some(Run& run, Cases& cases, bool& raced) {
  FASTI_CHECK(carry_out(run, cases));
  raced |= std::any_of(cases.all.begin(), cases.all.end(), [](const Case& c) { return c.raced; });
  return {};
}

/// All at once, as long as they fit into memory.
Status round_at_once(Run& run, Adoption& adoption, std::vector<WorkItem>& items,
                     const std::map<std::string, std::string>& expected, bool& raced) {
  Cases cases;
  FASTI_CHECK(plan_some(run, adoption, items, Look::first, cases));
  Guard guard(run);
  guard.count(cases.all);
  guard.judge();
  guard.hold(cases.all);
  FASTI_CHECK(check_approvals(run, expected));
  for (const Case& c : cases.all) add_steps(c, run.report.steps);
  return run.dry ? Status{} : carry_out_some(run, cases, raced);
}

/// The steps of a round, with what the guard will ask about each.
struct PartSteps {
  std::vector<Step> steps;
  std::vector<const TargetRun*> deleted_by;

  void add(Run& run, const Case& c) {
    add_steps(c, steps);
    deleted_by.resize(steps.size(), deleter_of(run, c));
  }
  void move_unheld(const Guard& guard, std::vector<Step>& out) {
    if (out.empty() && !guard.holds_any()) {
      out = std::move(steps);
      return;
    }
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (!guard.holds(steps[i], deleted_by[i])) out.push_back(std::move(steps[i]));
    }
  }
};

/// A series that was cut and the new record that goes on with it must be looked at together (rule 10).
bool needs_company(Run& run, std::span<const WorkItem> items, const Cases& cases) {
  return std::any_of(items.begin(), items.end(), [](const WorkItem& item) { return !item.listed; }) &&
         std::any_of(cases.all.begin(), cases.all.end(), [&](const Case& c) { return may_be_cut(run, c); });
}

/// Everything is planned and counted before the first write, and planned again part by part to be carried out: the same
/// as at once, with twice the work and a fraction of the memory.
Status round_in_parts(Run& run, Adoption& adoption, std::vector<WorkItem>& items,
                      const std::map<std::string, std::string>& expected, bool& raced) {
  const std::size_t size = std::max<std::size_t>(run.engine.settings.cases_in_memory / 2, 1);
  auto part_from = [&](std::size_t begin) {
    return std::span<WorkItem>(items).subspan(begin, std::min(size, items.size() - begin));
  };
  const std::size_t notes = run.report.notes.size();
  Guard guard(run);
  PartSteps steps;
  PartSteps of_copies;
  steps.steps.reserve(items.size());
  for (std::size_t begin = 0; begin < items.size(); begin += size) {
    Cases cases;
    FASTI_CHECK(plan_some(run, adoption, part_from(begin), Look::first, cases));
    if (needs_company(run, items, cases)) {
      run.report.notes.resize(notes);
      renew_references(run, false);
      return round_at_once(run, adoption, items, expected, raced);
    }
    guard.count(cases.all);
    for (std::size_t i = 0; i < cases.all.size(); ++i) {
      (i + cases.copies < cases.all.size() ? steps : of_copies).add(run, cases.all[i]);
    }
  }
  guard.judge();
  FASTI_CHECK(check_approvals(run, expected));
  steps.move_unheld(guard, run.report.steps);
  of_copies.move_unheld(guard, run.report.steps);
  steps = {};
  if (run.dry) return {};
  for (std::size_t begin = 0; begin < items.size() && !run.stopping(); begin += size) {
    Cases cases;
    FASTI_CHECK(plan_some(run, adoption, part_from(begin), Look::again, cases));
    guard.hold(cases.all);
    FASTI_CHECK(carry_out_some(run, cases, raced));
  }
  return {};
}

}  // namespace

void renew_references(Run& run, bool frozen) {
  for (TargetRun& target : run.targets) {
    auto references =
        std::make_shared<StoreReferences>(run.engine.store, siblings(run.engine.settings, *target.target));
    if (frozen) references->freeze();
    target.references = std::move(references);
  }
}

Status plan_all(Run& run, Cases& cases) {
  renew_references(run, false);
  Adoption adoption(run);
  std::vector<WorkItem> items;
  FASTI_CHECK(gather_work(run, adoption, items));
  FASTI_CHECK(plan_some(run, adoption, items, Look::first, cases));
  Guard guard(run);
  guard.count(cases.all);
  guard.judge();
  guard.hold(cases.all);
  return {};
}

Status carry_out(Run& run, Cases& cases) {
  std::vector<Outgoing> outgoing;
  FASTI_CHECK(intend(run, cases.all, outgoing));
  FASTI_CHECK(send(run, std::move(outgoing)));
  return finish_work(run, cases.all);
}

Status run_round(Run& run, const std::map<std::string, std::string>& expected, bool& raced) {
  renew_references(run, false);
  Adoption adoption(run);
  std::vector<WorkItem> items;
  FASTI_CHECK(gather_work(run, adoption, items));
  if (items.size() <= run.engine.settings.cases_in_memory) {
    return round_at_once(run, adoption, items, expected, raced);
  }
  renew_references(run, true);
  return round_in_parts(run, adoption, items, expected, raced);
}

}  // namespace sync
}  // namespace v1
}  // namespace fasti
