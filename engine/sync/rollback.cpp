// Takes a run back on every side (rule 30). What the run wrote gets its before-image; edits that people made at their
// origin stay there, wait as `ask`, and go back only with --origin. Reads `applied` entries and confirmed intents only.
#include <algorithm>

#include "engine/base/try.hpp"
#include "engine/model/value_json.hpp"
#include "engine/sync/make_plan.hpp"
#include "engine/sync/rollback.hpp"
#include "engine/sync/write.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {
namespace {

using Intents = std::vector<store::Intent>;

Result<Fields> whole_record(const std::optional<Value>& value) {
  const Opaque* opaque = value ? std::get_if<Opaque>(&*value) : nullptr;
  return opaque ? read_fields(opaque->text) : Result<Fields>(Fields{});
}

class Undo {
 public:
  Undo(Run& run, const std::string& undone, bool origin, Cases& cases)
      : run_(run), undone_(undone), origin_(origin), cases_(cases) {}

  Status plan() {
    FASTI_TRY(auto entries, run_.engine.store.journal("", undone_, 0, 0));
    for (JournalEntry& entry : entries) {
      if (entry.type != EntryType::applied || entry.side != "local") continue;
      entries_[{entry.kind, entry.record}].push_back(std::move(entry));
    }
    FASTI_TRY(auto intents, run_.engine.store.intents_of_run(undone_));
    for (store::Intent& intent : intents) {
      if (intent.state != store::IntentState::confirmed) continue;
      auto key = std::make_pair(intent.kind, intent.record);
      entries_[key];
      intents_[key][intent.target].push_back(std::move(intent));
    }
    for (const auto& [key, unused] : entries_) FASTI_CHECK(plan_record(key.first, key.second));
    return {};
  }

 private:
  Status plan_record(const std::string& kind, const std::string& id) {
    FASTI_TRY(auto loaded, load_case(run_, kind, id));
    if (!loaded) return {};
    Case& c = cases_.add(std::move(*loaded));
    c.exempt = true;
    c.freeze = true;
    c.cause = "rollback";
    c.merged.merged = c.row.record;
    c.merged.agreed.resize(c.links.size());
    find_later_edits(c);
    FASTI_CHECK(restore_local(c));
    freeze_other_edits(c);
    make_plan(run_, c);
    for (auto& [target, intents] : intents_[{kind, id}]) restore_remote(c, target, intents);
    return {};
  }

  void note(const Case& c, const std::string& text) {
    run_.report.notes.push_back(label_of(*c.kind, c.row.record) + ": " + text);
  }

  static std::string unit_key(const Case& c, const std::string& path) {
    return c.id() + "\n" + make_path(c.kind->group_of(path_name(path)), path_part(path));
  }

  /// What people edited elsewhere since the run is newer than all of it: that field stays on every side.
  void find_later_edits(const Case& c) {
    for (const store::Link& link : c.links) {
      if (!link.seen_present || !link.base_present) continue;
      const TargetRun& target = *run_.find(link.target);
      for (const std::string& path : all_paths(link.seen, link.stored)) {
        auto owner = target.properties.find(path_name(path));
        if (owner == target.properties.end() || same_at(link.seen, link.stored, path)) continue;
        auto intents = intents_[{c.kind->name, c.id()}].find(link.target);
        if (intents != intents_[{c.kind->name, c.id()}].end() && left_there(intents->second.front(), link, path))
          continue;
        kept_.insert(c.id() + "\n" + make_path(owner->second.group, path_part(path)));
      }
    }
  }

  /// The very edit that the run carried, which an earlier rollback without --origin left where it was made.
  bool left_there(const store::Intent& first, const store::Link& now, const std::string& path) const {
    return origin_ && !same_at(first.before_seen, first.before_stored, path) &&
           same_at(now.seen, first.before_seen, path);
  }

  Status restore_local(Case& c) {
    Record& desired = c.merged.merged;
    std::map<std::string, std::pair<std::optional<Value>, std::optional<Value>>> fields;  // first before, last after
    for (const JournalEntry& entry : entries_[{c.kind->name, c.id()}]) {
      if (entry.field.empty()) {
        FASTI_CHECK(restore_existence(c, entry));
        continue;
      }
      auto [it, fresh] = fields.try_emplace(entry.field, entry.before, entry.after);
      if (!fresh) it->second.second = entry.after;
    }
    for (const auto& [path, change] : fields) {
      const Value* value = c.row.record.find(path);
      std::optional<Value> now = value ? std::optional<Value>(*value) : std::nullopt;
      if (now == change.first) continue;
      if (now != change.second || kept_.count(unit_key(c, path))) {
        note(c, path + " was edited since and stays");
        kept_.insert(unit_key(c, path));
        continue;
      }
      if (change.first) {
        desired.fields[path] = change.first;
      } else if (path_part(path).empty()) {
        desired.fields[path] = std::nullopt;
      } else {
        desired.fields.erase(path);
      }
    }
    return {};
  }

  Status restore_existence(Case& c, const JournalEntry& entry) {
    Record& desired = c.merged.merged;
    if (entry.after) {
      if (c.row.record.deleted) return {};
      FASTI_TRY(Fields made, whole_record(entry.after));
      FASTI_TRY(bool used, referenced(c));
      if (!(c.row.record.fields == made) || used) {
        note(c, used ? "something outside the run refers to it; it stays" : "edited since; it stays");
        kept_.insert(c.id() + "\n");
        return {};
      }
      desired.deleted = true;
      return {};
    }
    if (!c.row.record.deleted) return {};
    FASTI_TRY(desired.fields, whole_record(entry.before));
    desired.deleted = false;
    return {};
  }

  Result<bool> referenced(const Case& c) {
    for (const auto& [name, kind] : run_.engine.settings.kinds) {
      for (const FieldDef& field : kind.fields) {
        if (field.to != c.kind->name) continue;
        bool found = false;
        FASTI_CHECK(run_.engine.store.each_record(name, false, [&](store::RecordRow&& row) {
          const Value* value = row.record.find(field.name);
          Reference mine{c.kind->name, c.id()};
          const Reference* one = value ? std::get_if<Reference>(value) : nullptr;
          const References* many = value ? std::get_if<References>(value) : nullptr;
          bool refers = (one && *one == mine) || (many && many->count(mine));
          found |= refers && !entries_.count({name, row.record.id});
          return Status{};
        }));
        if (found) return true;
      }
    }
    return false;
  }

  /// A remote edit that the run did not touch is the next sync's business.
  void freeze_other_edits(Case& c) {
    auto& with_intents = intents_[{c.kind->name, c.id()}];
    for (const store::Link& link : c.links) {
      if (with_intents.count(link.target)) continue;
      const TargetRun& target = *run_.find(link.target);
      for (const std::string& path : all_paths(link.seen, link.stored)) {
        auto owner = target.properties.find(path_name(path));
        if (owner == target.properties.end() || same_at(link.seen, link.stored, path)) continue;
        c.merged.frozen.insert({owner->second.group, path_part(path)});
      }
    }
  }

  void restore_remote(Case& c, const std::string& target, Intents& intents) {
    TargetRun* run = run_.find(target);
    auto link = std::find_if(c.links.begin(), c.links.end(), [&](const auto& l) { return l.target == target; });
    if (!run || link == c.links.end()) return;
    LinkPlan plan;
    plan.run = run;
    plan.before = plan.link = *link;
    plan.cause = "rollback";
    plan.why = "as it was before run " + undone_;
    const store::Intent& first = intents.front();
    const store::Intent& last = intents.back();
    bool made_by_run = first.op == "create";
    bool adopted_by_run = first.op != "create" && first.before_stored.empty() && first.before_sent.empty();
    bool gone_now = last.op == "delete" || (last.op == "rebase" && !last.before_present);
    if (made_by_run) {
      undo_create(c, plan);
    } else if (gone_now) {
      undo_delete(c, first, last, plan);
    } else if (adopted_by_run && c.merged.merged.deleted) {
      undo_adoption(c, first, last, plan);
    } else {
      undo_update(c, intents, plan);
    }
    bool writes = plan.op != LinkPlan::Op::none && plan.op != LinkPlan::Op::rebase;
    if (writes && (!run->pulled || run->stopped)) {
      note(c, target + " cannot be reached now; it is owed");
      c.waits = true;
      return;
    }
    c.plans.erase(
        std::remove_if(c.plans.begin(), c.plans.end(), [&](const LinkPlan& other) { return other.run == run; }),
        c.plans.end());
    if (plan.op != LinkPlan::Op::none || plan.changed) c.plans.push_back(std::move(plan));
  }

  bool edited_since(const store::Link& link) const { return link.seen_present && !(link.seen == link.stored); }

  void undo_create(Case& c, LinkPlan& plan) {
    if (!plan.before.seen_present) {
      // An earlier rollback removed it and left the record here.
      if (origin_ && !c.merged.merged.deleted) take_back_existence(c, true);
      return;
    }
    if (edited_since(plan.before) || kept_.count(c.id() + "\n")) {
      if (edited_since(plan.before)) note(c, "edited in " + plan.before.target + " since; it stays there");
      return;
    }
    plan.op = LinkPlan::Op::remove;
    if (c.merged.merged.deleted) return;
    if (origin_) {
      take_back_existence(c, true);
    } else {
      freeze_existence(c, plan, false);
    }
  }

  static void take_back_existence(Case& c, bool deleted) {
    c.merged.merged.deleted = deleted;
    c.taken_back.insert("");
  }

  void undo_adoption(Case& c, const store::Intent& first, const store::Intent& last, LinkPlan& plan) {
    if (!plan.before.seen_present) return;
    bool left = !plan.before.base_present && plan.before.seen == first.before_seen;
    if (origin_ && (left || !edited_since(plan.before))) {
      if (left) {
        // Ours to remove from now on, also if this run does not get that far.
        plan.link.base_present = true;
        plan.link.sent = last.encoded;
        plan.link.stored = plan.before.seen;
      }
      plan.op = LinkPlan::Op::remove;
      take_back_existence(c, true);
      return;
    }
    plan.op = LinkPlan::Op::rebase;
    plan.changed = plan.contended = true;
    plan.link.base_present = false;
    plan.link.sent.clear();
    plan.link.stored.clear();
    freeze_existence(c, plan, true);
  }

  void undo_delete(Case& c, const store::Intent& first, const store::Intent& last, LinkPlan& plan) {
    if (plan.before.seen_present || c.merged.merged.deleted) return;
    bool deleted_by_person = last.op == "rebase";
    if (deleted_by_person && !origin_) {
      plan.op = LinkPlan::Op::rebase;
      plan.changed = plan.contended = true;
      plan.link.state = store::LinkState::live;
      plan.link.base_present = true;
      plan.link.sent = first.before_sent;
      plan.link.stored = first.before_stored;
      freeze_existence(c, plan, false);
      return;
    }
    plan.op = LinkPlan::Op::create;
    if (origin_) take_back_existence(c, false);
    plan.link.base_present = false;
    plan.set = deleted_by_person ? first.before_stored : first.before_seen;
    plan.encoded = first.before_sent;
    plan.link.state = store::LinkState::live;
    plan.link.sent.clear();
    plan.link.stored.clear();
    plan.link.seen.clear();
    if (plan.run->caps.verbatim) {
      plan.verbatim = first.before_shadow.empty() ? plan.before.shadow : first.before_shadow;
    } else {
      ++plan.link.generation;
      plan.link.remote_id = object_id(run_, c, plan);
    }
    if (plan.link.uid.empty()) plan.link.uid = object_uid(c);
  }

  /// Paths that the run wrote, with the value that was there before; and paths whose base the run moved.
  void undo_update(Case& c, const Intents& intents, LinkPlan& plan) {
    const store::Intent& first = intents.front();
    const store::Intent& last = intents.back();
    took_edit_back_ = false;
    std::set<std::string> written;
    for (const store::Intent& intent : intents) {
      for (const auto& [path, value] : intent.set) written.insert(path);
      written.insert(intent.clear.begin(), intent.clear.end());
      for (const std::string& path : all_paths(intent.before_seen, intent.encoded)) {
        if (std::count(intent.remove_parts.begin(), intent.remove_parts.end(), path_part(path))) written.insert(path);
      }
    }
    std::set<std::string> paths = all_paths(first.before_seen, first.before_stored);
    for (const std::string& path : all_paths(plan.before.seen, plan.before.stored)) paths.insert(path);
    bool all_back = true;
    for (const std::string& path : paths) all_back &= undo_path(c, first, last, path, written.count(path) != 0, plan);
    bool writes = !plan.set.empty() || !plan.clear.empty();
    plan.op = writes ? LinkPlan::Op::update : plan.changed ? LinkPlan::Op::rebase : LinkPlan::Op::none;
    bool untouched = all_back && plan.before.seen_version == last.after_version && !last.after_version.empty();
    bool only_ours = last.op != "rebase" && !took_edit_back_;
    if (writes && only_ours && plan.run->caps.verbatim && untouched && !first.before_shadow.empty()) {
      plan.verbatim = first.before_shadow;
    }
  }

  /// False: somebody edited it since.
  bool undo_path(Case& c, const store::Intent& first, const store::Intent& last, const std::string& path, bool wrote,
                 LinkPlan& plan) {
    auto owner = plan.run->properties.find(path_name(path));
    if (owner == plan.run->properties.end()) return true;
    const store::Link& now = plan.before;
    merge::Unit unit{owner->second.group, path_part(path)};
    bool contended = !same_at(first.before_seen, first.before_stored, path);
    bool base_moved = !same_at(now.stored, first.before_stored, path) || !same_at(now.sent, first.before_sent, path);
    const bool left = left_there(first, now, path);
    if (!wrote && !left && (!contended || !base_moved)) {
      if (!contended && base_moved && same_at(now.seen, now.stored, path) && same_at(now.sent, last.encoded, path)) {
        put(plan.link.sent, path, first.before_sent);
        plan.changed = true;
      }
      return true;
    }
    bool takes_back_edit = contended && origin_;
    const Properties& wanted = takes_back_edit ? first.before_stored : first.before_seen;
    bool unchanged =
        same_at(now.seen, now.stored, path) && (same_at(now.sent, last.encoded, path) || last.op == "rebase");
    if (kept_.count(c.id() + "\n" + unit.path()) || (!unchanged && !left && !same_at(now.seen, wanted, path))) {
      note(c, unit.path() + " was edited in " + now.target + " since and stays there");
      return false;
    }
    took_edit_back_ |= takes_back_edit;
    if (left) {
      // From now on no edit, but the run's own value, and owed to be taken back until that is confirmed.
      put(plan.link.sent, path, last.encoded);
      put(plan.link.stored, path, now.seen);
      plan.changed = true;
    }
    if (origin_) c.taken_back.insert(unit.path());
    if (wrote || takes_back_edit) {
      restore_path(c, first, path, unit, wanted, contended && !takes_back_edit, plan);
    } else {
      // The person's edit stays where it was made; as an edit again, not as the base.
      put(plan.link.sent, path, first.before_sent);
      put(plan.link.stored, path, first.before_stored);
      plan.changed = plan.contended = true;
      freeze(c, unit, plan, wanted);
    }
    return true;
  }

  /// Writes what was there. The base moves when the write is confirmed, not before: a crash in between must not make
  /// an edit of what this run has not taken back yet.
  void restore_path(Case& c, const store::Intent& first, const std::string& path, const merge::Unit& unit,
                    const Properties& wanted, bool lost_edit, LinkPlan& plan) {
    put(plan.encoded, path, lost_edit ? wanted : first.before_sent);
    if (same_at(wanted, plan.before.seen, path)) {
      put(plan.link.sent, path, plan.encoded);
      put(plan.link.stored, path, plan.before.seen);
      plan.changed = true;
    } else if (auto value = wanted.find(path); value == wanted.end()) {
      plan.clear.push_back(path);
    } else {
      plan.set[path] = value->second;
    }
    if (origin_) {
      take_back_here(c, unit, path, first, plan);
    } else if (lost_edit || !carried_from_elsewhere(c, plan, path, first)) {
      freeze(c, unit, plan, wanted);
    }
  }

  /// After the way back the record encodes to what this target gets: nothing is left to settle.
  bool carried_from_elsewhere(const Case& c, const LinkPlan& plan, const std::string& path,
                              const store::Intent& first) const {
    Properties encoded = plan.run->target->mapping->encode(c.merged.merged, *plan.run->references).properties;
    return same_at(encoded, first.before_sent, path);
  }

  /// --origin: the edit was made here, by puts that the run only carried. They are undone one by one, newest first,
  /// until the record is what this target had.
  void take_back_here(Case& c, const merge::Unit& unit, const std::string& path, const store::Intent& first,
                      const LinkPlan& plan) {
    if (carried_from_elsewhere(c, plan, path, first)) return;
    Record& desired = c.merged.merged;
    auto entries = run_.engine.store.journal(c.id(), "", 0, 0);
    if (!entries) return;
    for (auto entry = entries->rbegin(); entry != entries->rend(); ++entry) {
      bool here = entry->type == EntryType::applied && entry->side == "local" && entry->kind == c.kind->name;
      if (!here || entry->field.empty() || unit_key(c, entry->field) != c.id() + "\n" + unit.path()) continue;
      const Value* now = desired.find(entry->field);
      if ((now ? std::optional<Value>(*now) : std::nullopt) != entry->after) continue;
      desired.fields[entry->field] = entry->before;
      if (carried_from_elsewhere(c, plan, path, first)) return;
    }
  }

  void freeze(Case& c, const merge::Unit& unit, const LinkPlan& plan, const Properties& theirs) {
    merge::Conflict* row = nullptr;
    for (merge::Conflict& conflict : c.merged.conflicts) {
      if (conflict.unit == unit) row = &conflict;
    }
    if (!row) {
      c.merged.frozen.insert(unit);
      c.merged.conflicts.push_back({});
      row = &c.merged.conflicts.back();
      row->unit = unit;
      row->field = unit.path();
      row->strategy = "ask";
      const Value* local = c.merged.merged.find(row->field);
      row->local = local ? std::optional<Value>(*local) : std::nullopt;
      row->base = row->local;
    }
    Fields decoded = plan.run->target->mapping->decode(theirs, &c.merged.merged, *plan.run->references, true).fields;
    auto value = decoded.find(row->field);
    row->remotes[plan.before.target] = value == decoded.end() ? std::nullopt : value->second;
    c.waits = true;
  }

  void freeze_existence(Case& c, const LinkPlan& plan, bool there) {
    merge::Conflict conflict;
    conflict.base = there ? std::nullopt : std::optional<Value>(true);
    conflict.local = there ? std::nullopt : std::optional<Value>(true);
    conflict.remotes[plan.before.target] = there ? std::optional<Value>(true) : std::nullopt;
    conflict.strategy = "ask";
    c.merged.conflicts.push_back(std::move(conflict));
    c.waits = true;
  }

  Run& run_;
  std::string undone_;
  bool origin_;
  Cases& cases_;
  std::map<std::pair<std::string, std::string>, std::vector<JournalEntry>> entries_;
  std::map<std::pair<std::string, std::string>, std::map<std::string, Intents>> intents_;
  std::set<std::string> kept_;
  bool took_edit_back_ = false;
};

}  // namespace

Status plan_rollback(Run& run, const std::string& undone, bool origin, Cases& cases) {
  return Undo(run, undone, origin, cases).plan();
}

}  // namespace sync
}  // namespace v1
}  // namespace fasti
