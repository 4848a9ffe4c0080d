// Hop 6: everything durable before anything is sent.
#include <algorithm>

#include "engine/base/hash.hpp"
#include "engine/base/id.hpp"
#include "engine/base/try.hpp"
#include "engine/model/value_json.hpp"
#include "engine/sync/write.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {
namespace {

constexpr std::size_t kCasesPerCommit = 500;

bool differs(const Record& a, const Record& b) { return a.deleted != b.deleted || !(a.fields == b.fields); }

std::map<std::string, store::Stamp> new_stamps(const Run& run, const Case& c) {
  std::map<std::string, store::Stamp> stamps = c.row.stamps;
  const Record& merged = c.merged.merged;
  for (const auto& [path, value] : merged.fields) {
    auto it = c.row.record.fields.find(path);
    bool changed = it == c.row.record.fields.end() || !(it->second == value);
    if (!changed) continue;
    auto from = c.merged.taken_from.find(path);
    if (from != c.merged.taken_from.end()) {
      const store::Link& link = c.links[from->second];
      stamps[path] = {link.target, link.seen_after, link.seen_until, 0, false};
    } else if (c.row.record.revision != 0) {
      stamps[path] = {"local", run.now(), run.now(), 0, true};
    }
  }
  return stamps;
}

std::string origin_of(const Case& c) {
  if (!c.origin.empty()) return c.origin;
  if (c.merged.deleted_by) return c.links[*c.merged.deleted_by].target;
  if (!c.merged.taken_from.empty()) return c.links[c.merged.taken_from.begin()->second].target;
  return c.cause.empty() ? "local" : c.cause;
}

void count_local(Run& run, const Case& c) {
  const Record& merged = c.merged.merged;
  if (c.row.record.revision == 0 || (c.row.record.deleted && !merged.deleted)) {
    ++run.report.local.created;
  } else if (merged.deleted && !c.row.record.deleted) {
    ++run.report.local.deleted;
  } else {
    ++run.report.local.updated;
  }
}

/// False: the app wrote this record since the merge read it.
Result<bool> write_local(Run& run, Case& c) {
  store::Store& store = run.engine.store;
  const Record& merged = c.merged.merged;
  if (c.row.record.revision != 0) {
    FASTI_TRY(auto now, store.record_revision(c.kind->name, c.id()));
    if (!now || *now != c.row.record.revision) return false;
  }
  c.intended_revision = c.row.record.revision;
  if (c.row.record.revision != 0 && !differs(c.row.record, merged)) return true;
  store::RecordRow row;
  row.record = merged;
  row.stamps = new_stamps(run, c);
  row.changed = run.now();
  auto saved = store.save_record(row, c.row.record.revision);
  if (!saved && saved.error().kind == ErrorKind::precondition_failed) return false;
  FASTI_TRY(c.intended_revision, std::move(saved));
  std::string cause = c.cause.empty() ? (merged.deleted ? "delete" : "edit") : c.cause;
  FASTI_CHECK(journal_applied(run, c.row.record, merged, origin_of(c), cause, nullptr));
  FASTI_CHECK(store.add_work(c.kind->name, c.id()));
  count_local(run, c);
  return true;
}

store::ConflictRow to_row(const Run& run, const Case& c, const merge::Conflict& conflict) {
  store::ConflictRow row;
  ConflictInfo& info = row.info;
  info.kind = c.kind->name;
  info.record = c.id();
  info.field = conflict.field;
  info.base = conflict.base;
  info.local = conflict.local;
  info.remotes = conflict.remotes;
  info.strategy = conflict.strategy;
  info.winner = conflict.winner;
  info.losers = conflict.losers;
  info.open = conflict.winner.empty();
  info.run = run.id;
  info.at = run.now();
  row.group = conflict.unit.field.empty() ? "" : conflict.unit.path();
  return row;
}

/// A record may be settled more than once in a run, when somebody was faster: every loser keeps a line of its own.
std::string contest_text(const ConflictInfo& info) {
  std::string text = info.local ? tagged_json(*info.local) : "-";
  for (const auto& [target, value] : info.remotes) text += "\n" + target + " " + (value ? tagged_json(*value) : "-");
  return text;
}

bool same_contest(const ConflictInfo& a, const ConflictInfo& b) {
  return a.field == b.field && a.local == b.local && a.remotes == b.remotes;
}

/// An open conflict shows the present contenders; a settled one is a line in the log; one that nobody contends any
/// more has closed itself (rule 9).
Status write_conflicts(Run& run, const Case& c) {
  store::Store& store = run.engine.store;
  std::set<std::string> still_open;
  for (const merge::Conflict& conflict : c.merged.conflicts) {
    store::ConflictRow row = to_row(run, c, conflict);
    const store::ConflictRow* known = nullptr;
    for (const store::ConflictRow& old : c.open) {
      if (old.group == row.group) known = &old;
    }
    if (row.info.open) {
      still_open.insert(row.group);
      bool nothing_new = known && (same_contest(known->info, row.info) || row.info.remotes.empty());
      if (nothing_new && known->frozen >= c.freeze) continue;
      row.info.id = known ? known->info.id : short_hash(run.id + "\n" + c.id() + "\n" + row.group).substr(0, 12);
      row.info.revision = known ? known->info.revision + 1 : 1;
      row.frozen = c.freeze || (known && known->frozen);
    } else {
      row.info.id = short_hash(run.id + "\n" + c.id() + "\n" + row.group + "\n" + row.info.strategy +
                               (conflict.losers.empty() ? "" : conflict.losers.front()) + "\n" + row.info.field + "\n" +
                               contest_text(row.info))
                        .substr(0, 12);
      row.info.revision = 1;
    }
    FASTI_CHECK(store.save_conflict(row));
  }
  for (const store::ConflictRow& old : c.open) {
    // A rollback did not look at what others contend for.
    const bool taken_back = c.taken_back.count(old.group) != 0;
    if (still_open.count(old.group) || (c.exempt && !taken_back)) continue;
    store::ConflictRow closed = old;
    closed.info.open = false;
    closed.frozen = false;
    closed.info.winner = taken_back ? "rollback" : "agreement";
    ++closed.info.revision;
    FASTI_CHECK(store.save_conflict(closed));
  }
  return {};
}

/// Takes the plan's values with it.
store::Intent intent_of(Run& run, const Case& c, LinkPlan& plan) {
  store::Intent intent;
  intent.key = make_uuid7(run.engine.clock, run.engine.random);
  intent.run = run.id;
  intent.target = plan.run->target->name;
  intent.link = plan.link.id;
  intent.kind = c.kind->name;
  intent.record = c.id();
  intent.remote_id = plan.link.remote_id;
  intent.uid = plan.link.uid;
  intent.expected_version = plan.before.seen_version;
  intent.set = std::move(plan.set);
  intent.clear = std::move(plan.clear);
  intent.remove_parts = std::move(plan.remove_parts);
  intent.encoded = std::move(plan.encoded);
  intent.verbatim = std::move(plan.verbatim);
  intent.before_present = plan.before.seen_present;
  intent.before_sent = std::move(plan.before.sent);
  intent.before_stored = std::move(plan.before.stored);
  intent.before_seen = std::move(plan.before.seen);
  intent.before_shadow = std::move(plan.before.shadow);
  intent.at = run.now();
  switch (plan.op) {
    case LinkPlan::Op::create:
      intent.op = "create";
      intent.expected_version.clear();
      break;
    case LinkPlan::Op::update:
      intent.op = "update";
      break;
    case LinkPlan::Op::remove:
      intent.op = "delete";
      break;
    default:
      intent.op = "rebase";
      intent.state = store::IntentState::confirmed;
      intent.after_version = plan.before.seen_version;
      break;
  }
  return intent;
}

Status write_plans(Run& run, Case& c, std::vector<Outgoing>& outgoing) {
  store::Store& store = run.engine.store;
  for (std::int64_t id : c.dropped_links) FASTI_CHECK(store.delete_link(id));
  for (LinkPlan& plan : c.plans) {
    bool writes = plan.op != LinkPlan::Op::none && plan.op != LinkPlan::Op::rebase;
    plan.link.kind = c.kind->name;
    plan.link.record = c.id();
    if (plan.changed || writes) {
      FASTI_TRY(plan.link.id, store.save_link(plan.link));
    }
    if (!plan.link.park_reason.empty() && plan.link.park_reason != plan.before.park_reason) {
      FASTI_CHECK(store.save_parked(
          {plan.link.target, plan.link.remote_id, c.id(), "out", plan.link.park_reason, "", "", run.now()}));
    }
    if (!writes && !plan.contended) continue;
    store::Intent intent = intent_of(run, c, plan);
    FASTI_CHECK(store.save_intent(intent));
    if (writes) outgoing.push_back({std::move(intent), std::move(plan.link)});
  }
  return {};
}

/// A link that a case adopted belongs to its record from now on, even if a plan had nothing to change.
Status write_adoptions(Run& run, const Case& c) {
  for (const store::Link& link : c.links) {
    bool planned = std::any_of(c.plans.begin(), c.plans.end(),
                               [&](const LinkPlan& plan) { return plan.before.id == link.id && link.id != 0; });
    if (planned || link.id == 0) continue;
    FASTI_TRY(auto stored, run.engine.store.link(link.id));
    if (!stored || stored->state != store::LinkState::stranger) continue;
    FASTI_TRY(auto id, run.engine.store.save_link(link));
    (void)id;
  }
  return {};
}

Status intend_case(Run& run, Case& c, std::vector<Outgoing>& outgoing) {
  if (c.left_out) return {};
  FASTI_TRY(bool current, write_local(run, c));
  if (!current) {
    c.left_out = c.raced = true;
    return {};
  }
  FASTI_CHECK(write_conflicts(run, c));
  FASTI_CHECK(write_plans(run, c, outgoing));
  return write_adoptions(run, c);
}

}  // namespace

Status journal_applied(Run& run, const Record& before, const Record& after, const std::string& origin,
                       const std::string& cause, std::map<std::string, std::int64_t>* seqs) {
  JournalEntry entry;
  entry.run = run.id;
  entry.at = run.now();
  entry.origin = origin;
  entry.side = "local";
  entry.type = EntryType::applied;
  entry.kind = after.kind;
  entry.record = after.id;
  entry.cause = cause;
  auto whole = [](const Record& record) { return Value(Opaque{"record", tagged_json(record.fields)}); };
  bool existed = before.revision != 0 && !before.deleted;
  if (existed != !after.deleted || !existed) {
    if (existed) entry.before = whole(before);
    if (!after.deleted) entry.after = whole(after);
    FASTI_TRY(auto seq, run.engine.store.append_journal(entry));
    if (seqs) (*seqs)[""] = seq;
    return {};
  }
  std::set<std::string> paths;
  for (const auto& [path, value] : before.fields) paths.insert(path);
  for (const auto& [path, value] : after.fields) paths.insert(path);
  for (const std::string& path : paths) {
    auto was = before.fields.find(path);
    auto is = after.fields.find(path);
    entry.before = was == before.fields.end() ? std::nullopt : was->second;
    entry.after = is == after.fields.end() ? std::nullopt : is->second;
    if (entry.before == entry.after) continue;
    entry.field = path;
    FASTI_TRY(auto seq, run.engine.store.append_journal(entry));
    if (seqs) (*seqs)[path] = seq;
  }
  return {};
}

Result<std::int64_t> store_record(Run& run, const store::RecordRow& before, const Record& after,
                                  const std::map<std::string, store::Stamp>& stamps, const std::string& origin,
                                  const std::string& cause) {
  std::map<std::string, std::int64_t> seqs;
  FASTI_CHECK(journal_applied(run, before.record, after, origin, cause, &seqs));
  store::RecordRow row;
  row.record = after;
  row.stamps = stamps;
  for (const auto& [path, seq] : seqs) {
    auto it = row.stamps.find(path);
    if (it != row.stamps.end()) it->second.seq = seq;
  }
  row.changed = run.now();
  FASTI_TRY(auto revision, run.engine.store.save_record(row, before.record.revision));
  FASTI_CHECK(run.engine.store.add_work(after.kind, after.id));
  return revision;
}

Status intend(Run& run, std::vector<Case>& cases, std::vector<Outgoing>& outgoing) {
  for (std::size_t begin = 0; begin < cases.size(); begin += kCasesPerCommit) {
    std::size_t end = std::min(cases.size(), begin + kCasesPerCommit);
    FASTI_TRY(auto transaction, run.engine.store.begin());
    for (std::size_t i = begin; i < end; ++i) FASTI_CHECK(intend_case(run, cases[i], outgoing));
    FASTI_CHECK(transaction->commit());
    if (run.options.progress) run.options.progress({"", "merge", end, cases.size()});
  }
  return {};
}

Status finish_work(Run& run, const std::vector<Case>& cases) {
  FASTI_TRY(auto open, run.engine.store.open_intents());
  std::set<std::string> in_doubt;
  for (const store::Intent& intent : open) in_doubt.insert(intent.kind + "\n" + intent.record);
  FASTI_TRY(auto transaction, run.engine.store.begin());
  for (const Case& c : cases) {
    if (c.left_out || c.waits || in_doubt.count(c.kind->name + "\n" + c.id())) continue;
    if (run.unfinished.count(c.kind->name + "\n" + c.id())) continue;
    FASTI_TRY(auto now, run.engine.store.record_revision(c.kind->name, c.id()));
    if (!now || *now == c.intended_revision) {
      FASTI_CHECK(run.engine.store.remove_work(c.kind->name, c.id()));
    }
  }
  return transaction->commit();
}

}  // namespace sync
}  // namespace v1
}  // namespace fasti
