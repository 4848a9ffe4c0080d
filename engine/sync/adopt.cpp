// Strangers: who are these objects that no link knows? Marker first, then UID, then (at first contact only) the
// mapping's `match`; whatever is left is a new record (rules 5, 17, 18).
#include <algorithm>
#include <memory>
#include <tuple>

#include "engine/base/hash.hpp"
#include "engine/base/id.hpp"
#include "engine/base/try.hpp"
#include "engine/model/value_json.hpp"
#include "engine/sync/case.hpp"
#include "engine/sync/references.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {
namespace {

struct Pairing {
  std::size_t stranger;
  std::string record;  ///< empty: new
  enum class By { marker, uid, match, nothing } by = By::nothing;
};

/// What is remembered of a stranger after it was decided about.
struct Stranger {
  std::int64_t link = 0;
  std::string target;
  std::string kind;
  std::string remote_id;
  std::unique_ptr<store::Link> whole;         ///< empty where there are too many
  std::unique_ptr<Mapping::Decoded> decoded;  ///< what `match` was asked with; empty as well
};

}  // namespace

class Adoption::Impl {
 public:
  explicit Impl(Run& run) : run_(run) {}

  Status decide() {
    for (TargetRun& target : run_.targets) {
      if (!target.pulled || !target.from_remote()) continue;
      auto take = [&](store::Link&& link) { return decide_next(target, std::move(link)); };
      FASTI_CHECK(run_.engine.store.each_link_in_state(target.target->name, store::LinkState::stranger, take));
    }
    FASTI_CHECK(set_aside_ambiguous());
    hold_first_contacts();
    forget_what_decided();
    return {};
  }

  void add_items(std::vector<WorkItem>& items) const {
    std::map<std::pair<std::string, std::string>, std::size_t> index;
    for (std::size_t n = 0; n < items.size(); ++n) index.emplace(std::make_pair(items[n].kind, items[n].record), n);
    auto item_of = [&](const std::string& kind, const std::string& record) -> WorkItem& {
      auto [it, fresh] = index.emplace(std::make_pair(kind, record), items.size());
      if (fresh) items.push_back({kind, record, false, {}, {}, 0});
      return items[it->second];
    };
    for (std::size_t n = 0; n < pairings_.size(); ++n) {
      std::size_t i = pairings_[n].stranger;
      if (!targets_[i]->held) item_of(kind_of(i), pairings_[n].record).pairings.push_back(n);
    }
    for (const auto& [i, record] : ambiguous_) {
      item_of(kind_of(i), record).ambiguous_in.insert(strangers_[i].target);
    }
  }

  Status attach(Cases& cases, const WorkItem& item) {
    for (std::size_t n : item.pairings) FASTI_CHECK(attach_one(cases, pairings_[n]));
    if (item.ambiguous_in.empty()) return {};
    Case* c = cases.find(item.kind, item.record);
    if (!c) {
      FASTI_TRY(auto loaded, load_case(run_, item.kind, item.record));
      if (!loaded) return {};
      c = &cases.add(std::move(*loaded));
    }
    c->ambiguous_in = item.ambiguous_in;
    return {};
  }

 private:
  const std::string& kind_of(std::size_t i) const { return strangers_[i].kind; }

  Status decide_next(TargetRun& target, store::Link&& link) {
    std::size_t i = strangers_.size();
    strangers_.push_back({link.id, link.target, link.kind, link.remote_id, nullptr, nullptr});
    strangers_[i].whole = std::make_unique<store::Link>(std::move(link));
    targets_.push_back(&target);
    FASTI_CHECK(decide_one(i));
    if (i >= run_.engine.settings.cases_in_memory) forget_values(strangers_[i]);
    return {};
  }

  Status decide_one(std::size_t i) {
    const store::Link& stranger = *strangers_[i].whole;
    key_.reset();
    if (stranger.marker && stranger.marker->store == run_.engine.store.store_id()) {
      FASTI_TRY(bool ours, follow_marker(i));
      if (ours) return {};
    }
    if (!stranger.uid.empty()) {
      FASTI_TRY(bool known, follow_uid(i));
      if (known) return {};
    }
    if (!targets_[i]->row.contacted) {
      FASTI_TRY(bool matched, follow_match(i));
      if (matched) return {};
    }
    FASTI_TRY(std::string id, fresh_id(stranger));
    pair(i, id, Pairing::By::nothing);
    if (!stranger.uid.empty()) by_uid_[{kind_of(i), stranger.uid}] = id;
    if (key_) by_match_.emplace(std::make_pair(kind_of(i), *std::move(key_)), Match{strangers_[i].target, id});
    return {};
  }

  /// The same in a plan and in the run that applies it; another one when a deleted record had it.
  Result<std::string> fresh_id(const store::Link& stranger) {
    std::string seed = run_.engine.store.store_id() + "\n" + stranger.target + "\n" + stranger.remote_id;
    for (int turn = 0;; ++turn) {
      std::string id = make_uuid_from(seed + "\n" + std::to_string(turn));
      FASTI_TRY(auto revision, run_.engine.store.record_revision(stranger.kind, id));
      if (!revision) return id;
    }
  }

  Result<bool> follow_marker(std::size_t i) {
    const store::Link& stranger = *strangers_[i].whole;
    const std::string& record = stranger.marker->record;
    FASTI_TRY(bool taken, taken_in_target(i, record));
    FASTI_TRY(bool copied, copy_of_linked(stranger, record));
    // A duplicate of an object that is linked: the linked one keeps the marker, this is a new record (rule 5).
    if (taken || copied) return false;
    pair(i, record, Pairing::By::marker);
    if (!stranger.uid.empty()) by_uid_[{kind_of(i), stranger.uid}] = record;
    return true;
  }

  /// Ids and UIDs outlive every edit within a target: another one with our marker is a copy, even when the original
  /// was deleted since.
  Result<bool> copy_of_linked(const store::Link& stranger, const std::string& record) {
    FASTI_TRY(auto link, run_.engine.store.link_of_record(stranger.target, stranger.kind, record));
    if (!link || (link->state != store::LinkState::gone && !link->base_present)) return false;
    return stranger.uid.empty() || stranger.uid != link->uid;
  }

  Result<bool> follow_uid(std::size_t i) {
    const store::Link& stranger = *strangers_[i].whole;
    std::string record;
    auto fresh = by_uid_.find({kind_of(i), stranger.uid});
    if (fresh != by_uid_.end()) {
      record = fresh->second;
    } else {
      FASTI_TRY(record, record_with_uid(kind_of(i), stranger.uid));
    }
    if (record.empty()) return false;
    FASTI_TRY(bool taken, taken_in_target(i, record));
    if (taken) {
      return park_twin(stranger, record);
    }
    pair(i, record, Pairing::By::uid);
    return true;
  }

  Result<std::string> record_with_uid(const std::string& kind, const std::string& uid) {
    FASTI_TRY(auto holders, run_.engine.store.holders_of_uid(kind, uid));
    for (store::Holder& holder : holders) {
      FASTI_TRY(auto row, run_.engine.store.load_record(kind, holder.record));
      if (row && (!row->record.deleted || holder.seen_present)) return std::move(holder.record);
    }
    FASTI_TRY(auto row, run_.engine.store.load_record(kind, uid));
    return row && !row->record.deleted ? uid : std::string();
  }

  /// True when another object of the same target already stands for the record. One that vanished does not: then the
  /// stranger is the same object under a new name (rule 18).
  Result<bool> taken_in_target(std::size_t i, const std::string& record) {
    const Stranger& stranger = strangers_[i];
    if (taken_.count({stranger.target, stranger.kind, record})) return true;
    FASTI_TRY(auto link, run_.engine.store.link_of_record(stranger.target, stranger.kind, record));
    return link && link->seen_present && link->remote_id != stranger.remote_id;
  }

  Result<bool> park_twin(const store::Link& stranger, const std::string& record) {
    store::Parked row;
    row.target = stranger.target;
    row.remote_id = stranger.remote_id;
    row.direction = "in";
    row.reason = "a second object with the UID " + stranger.uid + " (the first is record " + record +
                 "); remove one of them, or give it another UID";
    row.raw = stranger.shadow;
    row.hash = short_hash(stranger.seen_version);
    row.at = run_.now();
    if (!run_.dry) FASTI_CHECK(run_.engine.store.save_parked(row));
    return true;
  }

  /// The text that two things share when they match, or nothing when a field of `match` is missing.
  std::optional<std::string> match_key(const std::vector<std::string>& match, const Fields& fields) const {
    std::string key;
    for (const std::string& name : match) {
      std::string field = name.substr(0, name.find('.'));
      auto it = fields.find(field);
      if (it == fields.end() || !it->second) return std::nullopt;
      const Span* span = std::get_if<Span>(&*it->second);
      if (span && name.size() > field.size()) {
        Span start = *span;
        start.end = start.start;
        key += plain_json(Value(start));
      } else {
        key += plain_json(it->second);
      }
      key += '\n';
    }
    return key.empty() ? std::nullopt : std::optional<std::string>(key);
  }

  Mapping::Decoded decode(std::size_t i, const store::Link& link) const {
    return targets_[i]->target->mapping->decode(link.seen, nullptr, *targets_[i]->references);
  }

  /// Kept for the record that the stranger becomes: nothing is stored until then that a mapping could see.
  std::optional<std::string> match_key_of(std::size_t i, const std::vector<std::string>& match) {
    Stranger& stranger = strangers_[i];
    if (!stranger.decoded) stranger.decoded = std::make_unique<Mapping::Decoded>(decode(i, *stranger.whole));
    return match_key(match, stranger.decoded->fields);
  }

  Result<bool> follow_match(std::size_t i) {
    const std::vector<std::string>& match = targets_[i]->target->mapping->match();
    if (match.empty()) return false;
    FASTI_CHECK(index_records(kind_of(i), match));
    key_ = match_key_of(i, match);
    if (!key_) return false;
    auto it = by_match_.find({kind_of(i), *key_});
    // Two alike in one target and nowhere else are two records.
    if (it == by_match_.end() || it->second.target == strangers_[i].target) return false;
    const std::string record = it->second.record;
    auto rival = std::find_if(pairings_.begin(), pairings_.end(), [&](const Pairing& pairing) {
      return pairing.record == record && strangers_[pairing.stranger].target == strangers_[i].target;
    });
    if (rival != pairings_.end() && rival->by == Pairing::By::match) ambiguous_[rival->stranger] = record;
    FASTI_TRY(bool taken, taken_in_target(i, record));
    if (taken) {
      ambiguous_[i] = record;
      return true;
    }
    pair(i, record, Pairing::By::match);
    return true;
  }

  /// Two objects of one target that both match: nobody but a person knows which one is meant (rule 17). They and the
  /// record wait for an answer; nothing is created anywhere.
  Status set_aside_ambiguous() {
    pairings_.erase(std::remove_if(pairings_.begin(), pairings_.end(),
                                   [&](const Pairing& pairing) { return ambiguous_.count(pairing.stranger) != 0; }),
                    pairings_.end());
    for (const auto& [i, record] : ambiguous_) {
      run_.report.notes.push_back(strangers_[i].target + ": " + strangers_[i].remote_id +
                                  " is one of several that match record " + record +
                                  "; a conflict asks which one is meant");
      FASTI_TRY(auto stranger, whole(i));
      if (!stranger) continue;
      stranger->state = store::LinkState::parked;
      stranger->park_reason = "several objects here match record " + record;
      if (run_.dry) continue;
      FASTI_TRY(auto id, run_.engine.store.save_link(*stranger));
      (void)id;
    }
    return {};
  }

  Status index_records(const std::string& kind, const std::vector<std::string>& match) {
    if (!indexed_.insert(kind).second) return {};
    return run_.engine.store.each_record(kind, false, [&](store::RecordRow&& row) {
      if (auto key = match_key(match, row.record.fields)) {
        by_match_.emplace(std::make_pair(kind, *key), Match{"", row.record.id});
      }
      return Status{};
    });
  }

  /// A round in parts needs the room.
  void forget_what_decided() {
    by_uid_.clear();
    by_match_.clear();
    taken_.clear();
    if (strangers_.size() <= run_.engine.settings.cases_in_memory) return;
    for (Stranger& stranger : strangers_) forget_values(stranger);
  }

  static void forget_values(Stranger& stranger) {
    stranger.whole.reset();
    stranger.decoded.reset();
  }

  void pair(std::size_t i, const std::string& record, Pairing::By by) {
    taken_.insert({strangers_[i].target, strangers_[i].kind, record});
    pairings_.push_back({i, record, by});
  }

  Result<std::optional<store::Link>> whole(std::size_t i) const {
    if (strangers_[i].whole) return std::optional<store::Link>(*strangers_[i].whole);
    return run_.engine.store.link(strangers_[i].link);
  }

  /// A target where anything was paired at first contact waits until `apply RUN` (rule 17).
  void hold_first_contacts() {
    std::map<std::string, std::string> pairs;
    std::map<std::string, std::size_t> count;
    for (const Pairing& pairing : pairings_) {
      TargetRun& target = *targets_[pairing.stranger];
      if (target.row.contacted) continue;
      if (pairing.by != Pairing::By::uid && pairing.by != Pairing::By::match) continue;
      const Stranger& stranger = strangers_[pairing.stranger];
      const char* why = pairing.by == Pairing::By::uid ? "same UID" : "same ";
      pairs[stranger.target] += stranger.remote_id + " = " + pairing.record + "\n";
      ++count[stranger.target];
      run_.report.notes.push_back(
          stranger.target + ": " + stranger.remote_id + " is paired with " + partner(pairing) + " (" + why +
          (pairing.by == Pairing::By::match ? join(target.target->mapping->match()) : "") + ")");
    }
    for (const auto& [i, record] : ambiguous_) pairs[strangers_[i].target] += strangers_[i].remote_id + " = ?\n";
    for (auto& [name, text] : pairs) {
      TargetRun& target = *run_.find(name);
      run_.held[name] = "contact\n" + text;
      if (run_.approved.count(name)) continue;
      target.held = true;
      target.report.held = "first contact: " + std::to_string(count[name]) +
                           " objects were paired with records; look at the pairing, then: fasti apply " + run_.id;
    }
  }

  std::string partner(const Pairing& pairing) const {
    for (const Pairing& other : pairings_) {
      if (&other == &pairing) break;
      if (other.record == pairing.record && other.by == Pairing::By::nothing) {
        return strangers_[other.stranger].target + " " + strangers_[other.stranger].remote_id;
      }
    }
    return "record " + pairing.record;
  }

  static std::string join(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
  }

  Status attach_one(Cases& cases, const Pairing& pairing) {
    FASTI_TRY(auto found, whole(pairing.stranger));
    if (!found) return {};
    store::Link& link = *found;
    Case* c = cases.find(link.kind, pairing.record);
    if (!c) {
      FASTI_TRY(auto loaded, load_case(run_, link.kind, pairing.record));
      if (loaded) {
        c = &cases.add(std::move(*loaded));
      } else {
        FASTI_TRY(bool made, make_record(cases, link, pairing));
        if (!made) return {};
        c = cases.find(link.kind, pairing.record);
      }
    }
    link.record = pairing.record;
    link.state = store::LinkState::live;
    link.created = link.marker && link.marker->store == run_.engine.store.store_id() && link.marker->created &&
                   link.marker->record == pairing.record;
    for (store::Link& old : c->links) {
      if (old.target != link.target) continue;
      rehome(*c, old, link);
      return {};
    }
    c->links.push_back(std::move(link));
    return {};
  }

  /// The linked object vanished and this one is it, under another name: the base goes on (rule 18).
  void rehome(Case& c, store::Link& old, const store::Link& found) {
    c.dropped_links.push_back(found.id);
    c.rehomed.insert(old.target);
    if (old.state == store::LinkState::gone) {
      old.base_present = false;
      old.sent.clear();
      old.stored.clear();
    }
    old.remote_id = found.remote_id;
    old.seen = found.seen;
    old.seen_present = true;
    old.seen_version = found.seen_version;
    old.shadow = found.shadow;
    old.marker = found.marker;
    old.uid = found.uid;
    old.state = store::LinkState::live;
    old.listing = found.listing;
    old.confirmed = old.observed = found.confirmed;
  }

  Result<bool> make_record(Cases& cases, const store::Link& link, const Pairing& pairing) {
    std::unique_ptr<Mapping::Decoded> known = std::move(strangers_[pairing.stranger].decoded);
    Mapping::Decoded decoded = known ? std::move(*known) : decode(pairing.stranger, link);
    for (const MappingProblem& problem : decoded.problems) {
      if (!problem.fatal) continue;
      store::Parked row{link.target,
                        link.remote_id,
                        "",
                        "in",
                        problem.path + ": " + problem.message,
                        link.shadow,
                        short_hash(link.seen_version),
                        run_.now()};
      if (!run_.dry) FASTI_CHECK(run_.engine.store.save_parked(row));
      return false;
    }
    Case c;
    c.kind = run_.engine.kind(link.kind);
    c.row.record.kind = link.kind;
    c.row.record.id = pairing.record;
    for (auto& [path, value] : decoded.fields) {
      if (!value) continue;
      c.row.record.fields[path] = std::move(value);
      c.row.stamps[path] = {link.target, link.seen_after, link.seen_until, 0, false};
    }
    c.origin = link.target;
    if (!targets_[pairing.stranger]->row.contacted) c.cause = "first_contact";
    cases.add(std::move(c));
    return true;
  }

  Run& run_;
  std::vector<Stranger> strangers_;
  std::vector<TargetRun*> targets_;
  std::vector<Pairing> pairings_;
  std::set<std::tuple<std::string, std::string, std::string>> taken_;  ///< target, kind, record of every pairing
  std::map<std::pair<std::string, std::string>, std::string> by_uid_;
  struct Match {
    std::string target;  ///< empty: a local record
    std::string record;
  };
  std::map<std::pair<std::string, std::string>, Match> by_match_;
  std::map<std::size_t, std::string> ambiguous_;  ///< stranger -> the record it may be
  std::set<std::string> indexed_;
  std::optional<std::string> key_;  ///< by which the present stranger was matched with nobody
};

Adoption::Adoption(Run& run) : impl_(std::make_unique<Impl>(run)) {}

Adoption::~Adoption() = default;

Status Adoption::decide(std::vector<WorkItem>& items) {
  FASTI_CHECK(impl_->decide());
  impl_->add_items(items);
  return {};
}

Status Adoption::attach(Cases& cases, const WorkItem& item) { return impl_->attach(cases, item); }

}  // namespace sync
}  // namespace v1
}  // namespace fasti
