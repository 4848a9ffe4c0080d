#include "engine/merge/three_way.hpp"

#include <algorithm>

#include "engine/merge/overrides.hpp"
#include "engine/merge/settle.hpp"
#include "engine/merge/units.hpp"

namespace fasti {
inline namespace v1 {
namespace merge {
namespace {

std::optional<Value> at(const UnitValue& value, const std::string& path) {
  auto it = value.find(path);
  return it == value.end() ? std::nullopt : it->second;
}

/// The one field in which the clusters differ, else the unit's own name.
std::string contested_field(const std::vector<Cluster>& clusters, const Unit& unit) {
  std::vector<std::string> differing;
  for (const auto& [path, value] : clusters.front().front().value) {
    for (const Cluster& cluster : clusters) {
      if (at(cluster.front().value, path) != value) {
        differing.push_back(path);
        break;
      }
    }
  }
  return differing.size() == 1 ? differing.front() : unit.path();
}

Conflict describe_contest(const Input& input, const std::vector<Cluster>& clusters, const Unit& unit) {
  Conflict conflict;
  conflict.unit = unit;
  conflict.field = contested_field(clusters, unit);
  const Value* local = input.local.find(conflict.field);
  conflict.local = local ? std::optional<Value>(*local) : std::nullopt;
  for (const Cluster& cluster : clusters) {
    for (const Candidate& candidate : cluster) {
      if (!candidate.remote) continue;
      const Remote& remote = input.remotes[*candidate.remote];
      conflict.remotes[remote.target] = at(candidate.value, conflict.field);
      if (conflict.base) continue;
      const Fields bases = remote.read_base();
      auto base = bases.find(conflict.field);
      if (base != bases.end()) conflict.base = base->second;
    }
  }
  return conflict;
}

void take_value(const Input& input, const UnitValue& value, Output& out) {
  std::map<std::string, std::optional<Value>> changed;
  for (const auto& [path, field] : value) {
    const Value* now = input.local.find(path);
    if (now ? !field || !(*field == *now) : field.has_value()) changed[path] = field;
  }
  out.merged = with_value(out.merged, changed);
}

void take_cluster(const Input& input, const Unit& unit, const Cluster& cluster, Output& out) {
  UnitValue before = local_value(input, unit);
  bool local_agrees = std::any_of(cluster.begin(), cluster.end(), [](const Candidate& c) { return !c.remote; });
  const UnitValue& value = local_agrees ? before : cluster.front().value;
  take_value(input, value, out);
  for (const auto& [path, field] : value) {
    if (field != at(before, path) && cluster.front().remote) out.taken_from[path] = *cluster.front().remote;
  }
  for (const Candidate& candidate : cluster) {
    if (candidate.remote) out.agreed[*candidate.remote].insert(unit);
  }
}

void name_winner(const Input& input, const std::vector<Cluster>& clusters, std::size_t winner, Conflict& conflict) {
  conflict.winner = side_name(input, clusters[winner].front());
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    if (i == winner) continue;
    for (const Candidate& candidate : clusters[i]) conflict.losers.push_back(side_name(input, candidate));
  }
}

void keep_losers(const Input& input, const std::vector<Cluster>& clusters, std::size_t winner, const Unit& unit,
                 Output& out) {
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    if (i == winner) continue;
    std::string side = side_name(input, clusters[i].front());
    auto it =
        std::find_if(out.copies.begin(), out.copies.end(), [&](const Copy& copy) { return copy.of_side == side; });
    if (it == out.copies.end()) {
      out.copies.push_back({side, {}, input.local});
      it = out.copies.end() - 1;
    }
    it->units.insert(unit);
    it->record = with_value(it->record, clusters[i].front().value);
  }
}

/// A rollback took a local edit back at a provider: it stays here and waits for an answer (rule 30).
void keep_frozen(const Input& input, const Unit& unit, Output& out) {
  Conflict conflict;
  conflict.unit = unit;
  conflict.field = unit.path();
  conflict.local = at(local_value(input, unit), conflict.field);
  conflict.strategy = "ask";
  for (const Remote& remote : input.remotes) {
    if (!remote.seen_present || !local_changed(*input.kind, remote, unit)) continue;
    auto seen = remote.decoded.find(conflict.field);
    conflict.remotes[remote.target] = seen == remote.decoded.end() ? std::nullopt : seen->second;
  }
  if (conflict.remotes.empty()) return;
  conflict.base = conflict.remotes.begin()->second;
  out.frozen.insert(unit);
  out.conflicts.push_back(std::move(conflict));
}

bool says_local(const Input& input, const Unit& unit, const Cluster& cluster) {
  UnitValue mine = local_value(input, unit);
  return std::any_of(cluster.begin(), cluster.end(),
                     [&](const Candidate& candidate) { return !candidate.remote || candidate.value == mine; });
}

void merge_unit(const Input& input, const Unit& unit, Output& out) {
  std::vector<Cluster> clusters = contenders(input, unit);
  bool frozen = input.frozen.count(unit.path()) != 0;
  if (clusters.empty()) {
    if (frozen) keep_frozen(input, unit, out);
    return;
  }
  if (frozen && clusters.size() == 1 && !says_local(input, unit, clusters.front())) {
    // Frozen by a rollback: even an edit made on top of the local value waits for an answer (rule 30).
    clusters.insert(clusters.begin(), {{std::nullopt, local_value(input, unit), Instant{}, Instant{}}});
  }
  if (clusters.size() == 1) {
    take_cluster(input, unit, clusters.front(), out);
    return;
  }
  Conflict conflict = describe_contest(input, clusters, unit);
  Verdict verdict;
  if (frozen) {
    verdict.strategy = "ask";
  } else {
    verdict = settle(input, clusters, unit, conflict);
  }
  conflict.strategy = verdict.strategy;
  switch (verdict.type) {
    case Verdict::Type::ask:
      out.frozen.insert(unit);
      break;
    case Verdict::Type::keep_both:
      keep_losers(input, clusters, verdict.cluster, unit, out);
      [[fallthrough]];
    case Verdict::Type::cluster:
      take_cluster(input, unit, clusters[verdict.cluster], out);
      name_winner(input, clusters, verdict.cluster, conflict);
      break;
    case Verdict::Type::value:
      take_value(input, verdict.value, out);
      conflict.winner = verdict.strategy;
      for (const Cluster& cluster : clusters) {
        for (const Candidate& candidate : cluster) {
          if (candidate.value != verdict.value) conflict.losers.push_back(side_name(input, candidate));
        }
      }
      break;
  }
  out.conflicts.push_back(std::move(conflict));
}

/// An edit against a field's direction never contends: it is overwritten, and kept (rule 11).
void log_edits_against_direction(const Input& input, const Unit& unit, Output& out) {
  for (const Remote& remote : input.remotes) {
    if (!changed_against_direction(*input.kind, remote, unit)) continue;
    Conflict conflict;
    conflict.unit = unit;
    conflict.field = unit.path();
    const Value* local = input.local.find(conflict.field);
    conflict.local = local ? std::optional<Value>(*local) : std::nullopt;
    conflict.base = conflict.local;
    auto seen = remote.decoded.find(conflict.field);
    conflict.remotes[remote.target] = seen == remote.decoded.end() ? std::nullopt : seen->second;
    conflict.strategy = "direction";
    conflict.winner = "local";
    conflict.losers = {remote.target};
    out.conflicts.push_back(std::move(conflict));
  }
}

/// An edit that a deletion would lose. What encodes from the local value anyway is none: often it is our own write,
/// whose reply was lost. Without a base and not made by us, an object is always worth keeping (rule 17).
bool edited_remotely(const Input& input, const std::set<Unit>& units, const Remote& remote) {
  if (!remote.seen_present) return false;
  bool ours_or_agreed = remote.base_present || remote.created;
  return std::any_of(units.begin(), units.end(), [&](const Unit& unit) {
    if (!remote_changed(*input.kind, remote, unit)) return false;
    if (!ours_or_agreed) return true;
    for (const UnitPath& path : paths_of(*input.kind, remote, unit)) {
      if (path.direction != Direction::to_remote && !same_at(remote.seen, remote.encoded, path.path)) return true;
    }
    return false;
  });
}

/// A person's local edit that the deleted object never got (rule 13).
bool edited_locally(const Input& input, const std::set<Unit>& units, const Remote& gone) {
  for (const Unit& unit : units) {
    if (!local_changed(*input.kind, gone, unit)) continue;
    bool stamped = false;
    bool person = false;
    for (const auto& [path, value] : local_value(input, unit)) {
      auto it = input.stamps.find(path);
      if (it == input.stamps.end()) continue;
      stamped = true;
      person |= !it->second.derived && !it->second.re_anchored;
    }
    if (person || !stamped) return true;
  }
  return false;
}

struct Existence {
  std::vector<std::size_t> deleted;    ///< remotes whose object vanished
  std::vector<std::string> editors;    ///< sides with edits that the deletion would lose
  std::vector<std::size_t> newcomers;  ///< objects without a base on a tombstone: an undelete
};

Existence look_at_existence(const Input& input, const std::set<Unit>& units) {
  Existence existence;
  for (std::size_t i = 0; i < input.remotes.size(); ++i) {
    const Remote& remote = input.remotes[i];
    if (remote.base_present && !remote.seen_present && remote.may_delete) existence.deleted.push_back(i);
    if (input.local.deleted && remote.seen_present && !remote.base_present) existence.newcomers.push_back(i);
    if (edited_remotely(input, units, remote)) existence.editors.push_back(remote.target);
  }
  // A deletion made with everything in sight is not contested by what another deleter had not seen.
  bool all_miss_an_edit = !existence.deleted.empty() &&
                          std::all_of(existence.deleted.begin(), existence.deleted.end(),
                                      [&](std::size_t i) { return edited_locally(input, units, input.remotes[i]); });
  if (!input.local.deleted && all_miss_an_edit) existence.editors.insert(existence.editors.begin(), "local");
  return existence;
}

DeletePolicy delete_policy(const Input& input, const Existence& existence) {
  std::optional<DeletePolicy> narrowed;
  for (std::size_t i : existence.deleted) {
    const KindPolicy* own = input.remotes[i].policy;
    DeletePolicy mine = own ? own->on_delete : input.policy->on_delete;
    if (narrowed && *narrowed != mine) return input.policy->on_delete;
    narrowed = mine;
  }
  return narrowed ? *narrowed : input.policy->on_delete;
}

/// What a deletion wins over is kept, field by field (S1).
void keep_lost_edits(const Input& input, const std::set<Unit>& units, const std::string& deleter, Output& out) {
  for (const Unit& unit : units) {
    Conflict conflict;
    conflict.unit = unit;
    conflict.field = unit.path();
    conflict.strategy = "delete_wins";
    conflict.winner = deleter;
    UnitValue mine = local_value(input, unit);
    conflict.local = at(mine, conflict.field);
    conflict.base = conflict.local;
    bool lost_here = false;
    for (const Remote& remote : input.remotes) {
      if (remote_changed(*input.kind, remote, unit)) {
        UnitValue theirs = remote_value(input, remote, unit);
        for (const auto& [path, value] : theirs) {
          if (value != at(mine, path)) conflict.field = path;
        }
        conflict.remotes[remote.target] = at(theirs, conflict.field);
        conflict.losers.push_back(remote.target);
      } else if (!remote.seen_present && remote.base_present && local_changed(*input.kind, remote, unit)) {
        lost_here = true;
      }
    }
    conflict.local = at(mine, conflict.field);
    if (lost_here && !input.local.deleted) conflict.losers.push_back("local");
    if (!conflict.losers.empty()) out.conflicts.push_back(std::move(conflict));
  }
}

enum class Fate { lives, dies, frozen };

Conflict existence_conflict(const Input& input, const Existence& existence) {
  Conflict conflict;
  conflict.base = Value(true);
  conflict.local = input.local.deleted ? std::nullopt : std::optional<Value>(true);
  for (std::size_t i : existence.deleted) conflict.remotes[input.remotes[i].target] = std::nullopt;
  for (std::size_t i : existence.newcomers) conflict.remotes[input.remotes[i].target] = Value(true);
  for (const Remote& remote : input.remotes) {
    if (remote.seen_present && std::count(existence.editors.begin(), existence.editors.end(), remote.target)) {
      conflict.remotes[remote.target] = Value(true);
    }
  }
  return conflict;
}

Fate decide_fate(const Input& input, const std::set<Unit>& units, const Existence& existence, Output& out) {
  bool somebody_deleted = input.local.deleted || !existence.deleted.empty();
  bool undelete = !existence.newcomers.empty();
  bool anybody_there =
      std::any_of(input.remotes.begin(), input.remotes.end(), [](const Remote& remote) { return remote.seen_present; });
  bool agreed = input.local.deleted ? !anybody_there : existence.deleted.empty() && !input.missing;
  bool frozen = input.frozen.count("") != 0 && !agreed;
  if (!somebody_deleted && !frozen) return Fate::lives;
  bool contested = undelete || !existence.editors.empty() || frozen;
  if (!contested) return Fate::dies;
  Conflict conflict = existence_conflict(input, existence);
  if (frozen) {
    conflict.strategy = "ask";
    out.conflicts.push_back(std::move(conflict));
    return Fate::frozen;
  }
  if (undelete) return Fate::lives;
  DeletePolicy policy = delete_policy(input, existence);
  std::string deleter = input.local.deleted ? "local" : input.remotes[existence.deleted.front()].target;
  Fate fate = Fate::frozen;
  switch (policy) {
    case DeletePolicy::ask:
      conflict.strategy = "ask";
      break;
    case DeletePolicy::edit_wins:
      conflict.strategy = "edit_wins";
      conflict.winner = existence.editors.front();
      conflict.losers = {deleter};
      fate = Fate::lives;
      break;
    case DeletePolicy::delete_wins:
      conflict.strategy = "delete_wins";
      conflict.winner = deleter;
      conflict.losers = existence.editors;
      keep_lost_edits(input, units, deleter, out);
      fate = Fate::dies;
      break;
  }
  out.conflicts.push_back(std::move(conflict));
  return fate;
}

}  // namespace

Output merge_record(const Input& input) {
  Output out;
  out.merged = input.local;
  out.agreed.resize(input.remotes.size());
  // Nobody to agree or disagree with.
  if (input.remotes.empty() && input.frozen.empty() && !input.local.deleted) return out;
  std::set<Unit> units = units_of(input);
  Existence existence = look_at_existence(input, units);
  Fate fate = decide_fate(input, units, existence, out);
  if (fate == Fate::frozen) {
    out.frozen_existence = true;
    return out;
  }
  if (fate == Fate::dies) {
    out.merged.deleted = true;
    if (!input.local.deleted && !existence.deleted.empty()) out.deleted_by = existence.deleted.front();
    return out;
  }
  out.revived = input.local.deleted;
  out.merged.deleted = false;
  for (const Unit& unit : units) {
    merge_unit(input, unit, out);
    log_edits_against_direction(input, unit, out);
  }
  rekey_overrides(input, out);
  return out;
}

}  // namespace merge
}  // namespace v1
}  // namespace fasti
