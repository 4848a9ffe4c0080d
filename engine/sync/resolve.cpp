// Answers to conflicts (rule 9): an answer is a local edit that supersedes all contenders.
#include "engine/base/id.hpp"
#include "engine/base/try.hpp"
#include "engine/model/value_json.hpp"
#include "engine/sync/engine.hpp"
#include "engine/sync/run.hpp"
#include "engine/sync/state.hpp"
#include "engine/sync/write.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {
namespace {

Error bad_answer(const std::string& message, const std::string& id) {
  return {ErrorKind::bad_input, message, "conflict " + id, "see: fasti conflicts show " + id, {}};
}

/// The side that `take` means: "local" or a target.
Result<std::string> side_of(const ConflictInfo& info, const std::string& take) {
  if (take == "local") return take;
  if (take == "remote") {
    if (info.remotes.size() == 1) return info.remotes.begin()->first;
    std::string names;
    for (const auto& [name, value] : info.remotes) names += " " + name;
    return bad_answer("several remotes contend:" + names, info.id);
  }
  if (info.remotes.count(take)) return take;
  return bad_answer("\"" + take + "\" does not contend here", info.id);
}

std::optional<Value> value_of(const ConflictInfo& info, const std::string& side) {
  if (side == "local") return info.local;
  auto it = info.remotes.find(side);
  return it == info.remotes.end() ? std::nullopt : it->second;
}

class Answer {
 public:
  Answer(Run& run, store::ConflictRow row, Case c) : run_(run), row_(std::move(row)), case_(std::move(c)) {}

  /// The contenders shown are always current: what moved since the last run makes a new revision (rule 9).
  bool refresh() {
    ConflictInfo& info = row_.info;
    if (!info.open || row_.group.empty()) return false;
    const Value* mine = case_.row.record.find(info.field);
    std::optional<Value> local = mine ? std::optional<Value>(*mine) : std::nullopt;
    std::map<std::string, std::optional<Value>> remotes;
    for (const store::Link& link : case_.links) {
      if (!link.seen_present || !contends(link)) continue;
      const TargetRun& target = *run_.find(link.target);
      Fields theirs = target.target->mapping->decode(link.seen, &case_.row.record, *target.references, true).fields;
      auto it = theirs.find(info.field);
      remotes[link.target] = it == theirs.end() ? std::nullopt : it->second;
    }
    if (local == info.local && remotes == info.remotes) return false;
    info.local = local;
    info.remotes = remotes;
    ++info.revision;
    return true;
  }

  const store::ConflictRow& row() const { return row_; }

  Status take(const std::string& side, const std::optional<Value>& value, bool both) {
    if (row_.group.empty()) return take_existence(side);
    if (both) FASTI_CHECK(keep_both());
    Record after = case_.row.record;
    if (value) {
      set(after, row_.info.field, value);
    } else if (side != "local") {
      FASTI_CHECK(take_unit(side, after));
    } else if (!row_.info.open) {
      set(after, row_.info.field, row_.info.local);
    }
    FASTI_CHECK(write(after));
    if (row_.info.open) FASTI_CHECK(supersede());
    return close(value ? "value" : side);
  }

 private:
  bool contends(const store::Link& link) const {
    const TargetRun& target = *run_.find(link.target);
    for (const std::string& path : all_paths(link.seen, link.stored)) {
      auto owner = target.properties.find(path_name(path));
      if (owner == target.properties.end() || same_at(link.seen, link.stored, path)) continue;
      if (make_path(owner->second.group, path_part(path)) == row_.group) return true;
    }
    return false;
  }

  static void set(Record& record, const std::string& path, const std::optional<Value>& value) {
    if (value || path_part(path).empty()) {
      record.fields[path] = value;
    } else {
      record.fields.erase(path);
    }
  }

  /// All fields of the unit as that side shows them now; a settled one only has the value that was logged.
  Status take_unit(const std::string& side, Record& after) {
    for (const store::Link& link : case_.links) {
      if (link.target != side || !row_.info.open) continue;
      const TargetRun& target = *run_.find(side);
      Fields decoded = target.target->mapping->decode(link.seen, &case_.row.record, *target.references, true).fields;
      for (const FieldDef& field : case_.kind->fields) {
        if (case_.kind->group_of(field.name) != path_name(row_.group)) continue;
        std::string path = make_path(field.name, path_part(row_.group));
        auto it = decoded.find(path);
        if (it != decoded.end()) set(after, path, it->second);
      }
      return {};
    }
    set(after, row_.info.field, value_of(row_.info, side));
    return {};
  }

  Status write(const Record& after) {
    const Record& before = case_.row.record;
    if (after.fields == before.fields && after.deleted == before.deleted) {
      return run_.engine.store.add_work(case_.kind->name, case_.id());
    }
    std::map<std::string, store::Stamp> stamps = case_.row.stamps;
    Instant now = run_.now();
    for (const auto& [path, value] : after.fields) {
      auto it = before.fields.find(path);
      if (it == before.fields.end() || !(it->second == value)) stamps[path] = {"local", now, now, 0, false};
    }
    stamps[""] = {"local", now, now, 0, false};
    FASTI_TRY(auto revision, store_record(run_, case_.row, after, stamps, "local", "resolve"));
    (void)revision;
    return {};
  }

  /// What each contender shows is no edit any more: the answer is written over it.
  Status supersede() {
    for (store::Link& link : case_.links) {
      const TargetRun& target = *run_.find(link.target);
      bool changed = false;
      for (const std::string& path : all_paths(link.seen, link.stored)) {
        auto owner = target.properties.find(path_name(path));
        if (owner == target.properties.end()) continue;
        if (make_path(owner->second.group, path_part(path)) != row_.group || same_at(link.seen, link.stored, path)) {
          continue;
        }
        auto seen = link.seen.find(path);
        if (seen == link.seen.end()) {
          link.stored.erase(path);
          link.sent.erase(path);
        } else {
          link.stored[path] = link.sent[path] = seen->second;
        }
        changed = true;
      }
      if (!changed) continue;
      FASTI_TRY(auto id, run_.engine.store.save_link(link));
      (void)id;
    }
    return {};
  }

  /// "local" keeps what the local record is (there or deleted); a target, what that target shows.
  Status take_existence(const std::string& side) {
    Record after = case_.row.record;
    bool alive = side == "local" ? !after.deleted : row_.info.remotes.at(side).has_value();
    after.deleted = !alive;
    for (store::Link& link : case_.links) {
      if (alive && link.base_present && !link.seen_present) {
        link.base_present = false;  // no deletion any more: it is created again
        link.state = store::LinkState::gone;
      } else if (!alive && link.seen_present) {
        FASTI_CHECK(keep_lost_edits(link));
        link.stored = link.sent = link.seen;  // no edit any more: it is deleted
        link.base_present = true;
      } else {
        continue;
      }
      FASTI_TRY(auto id, run_.engine.store.save_link(link));
      (void)id;
    }
    FASTI_CHECK(release_ambiguous());
    FASTI_CHECK(write(after));
    return close(side);
  }

  /// Objects that waited because several matched: now they are records of their own.
  Status release_ambiguous() {
    for (const auto& [target, value] : row_.info.remotes) {
      FASTI_TRY(auto parked, run_.engine.store.links_in_state(target, store::LinkState::parked));
      for (store::Link& link : parked) {
        if (!link.record.empty()) continue;
        link.state = store::LinkState::stranger;
        FASTI_TRY(auto id, run_.engine.store.save_link(link));
        (void)id;
      }
    }
    return {};
  }

  /// The edits that the deletion wins over stay in the conflict log.
  Status keep_lost_edits(const store::Link& link) {
    const TargetRun& target = *run_.find(link.target);
    Fields theirs = target.target->mapping->decode(link.seen, &case_.row.record, *target.references, true).fields;
    for (const auto& [path, value] : theirs) {
      const Value* mine = case_.row.record.find(path);
      if (value ? mine && *mine == *value : mine == nullptr) continue;
      store::ConflictRow lost = row_;
      lost.info.id = make_uuid_from(row_.info.id + "\n" + link.target + "\n" + path).substr(0, 12);
      lost.info.field = lost.group = path;
      lost.info.local = mine ? std::optional<Value>(*mine) : std::nullopt;
      lost.info.base = lost.info.local;
      lost.info.remotes = {{link.target, value}};
      lost.info.strategy = "ask";
      lost.info.winner = "local";
      lost.info.losers = {link.target};
      lost.info.open = lost.frozen = false;
      FASTI_CHECK(run_.engine.store.save_conflict(lost));
    }
    return {};
  }

  Status keep_both() {
    for (const auto& [name, value] : row_.info.remotes) {
      Record copy = case_.row.record;
      FASTI_CHECK(take_unit(name, copy));
      copy.revision = 0;
      copy.id = make_uuid_from("keep_both\n" + row_.info.id + "\n" + name);
      FASTI_TRY(auto known, run_.engine.store.load_record(copy.kind, copy.id));
      if (known) continue;
      std::map<std::string, store::Stamp> stamps;
      for (const auto& [path, field] : copy.fields) stamps[path] = {"local", run_.now(), run_.now(), 0, false};
      FASTI_TRY(auto revision, store_record(run_, {}, copy, stamps, "local", "keep_both"));
      (void)revision;
    }
    return {};
  }

  Status close(const std::string& winner) {
    ConflictInfo& info = row_.info;
    info.losers.clear();
    if (winner != "local") info.losers.push_back("local");
    for (const auto& [name, value] : info.remotes) {
      if (name != winner) info.losers.push_back(name);
    }
    info.winner = winner;
    info.open = false;
    ++info.revision;
    row_.frozen = false;
    return run_.engine.store.save_conflict(row_);
  }

  Run& run_;
  store::ConflictRow row_;
  Case case_;
};

}  // namespace

Status Engine::resolve(const std::string& conflict, std::int64_t revision, const std::string& take,
                       const std::optional<Value>& value) {
  FASTI_TRY(auto run, start_run(*state_, "resolve", {}));
  run.id.clear();
  FASTI_TRY(auto transaction, state_->store.begin());
  FASTI_TRY(auto row, state_->store.conflict(conflict));
  if (!row) return Error{ErrorKind::not_found, "no conflict \"" + conflict + "\"", "", "see: fasti conflicts list", {}};
  const Error moved{ErrorKind::precondition_failed,
                    "it has moved since you looked at it",
                    "conflict " + conflict,
                    "see: fasti conflicts show " + conflict,
                    {}};
  if (revision != 0 && revision != row->info.revision) return moved;
  bool both = take == "both";
  std::string side = "local";
  if (!value && !both) {
    FASTI_TRY(side, side_of(row->info, take));
  }
  FASTI_TRY(auto c, load_case(run, row->info.kind, row->info.record));
  if (!c) return Error{ErrorKind::not_found, "its record is gone", "conflict " + conflict, "", {}};
  Answer answer(run, std::move(*row), std::move(*c));
  if (answer.refresh()) {
    FASTI_CHECK(state_->store.save_conflict(answer.row()));
    FASTI_CHECK(transaction->commit());
    return moved;
  }
  FASTI_CHECK(answer.take(side, value, both));
  return transaction->commit();
}

}  // namespace sync
}  // namespace v1
}  // namespace fasti
