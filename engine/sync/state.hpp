#pragma once
// What the hops of a run share: the engine's dependencies, the targets of this run, and one Case per record that has
// to be looked at. Internal to engine/sync.
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/merge/three_way.hpp"
#include "engine/merge/units.hpp"
#include "engine/sync/engine.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {

using merge::same_at;

struct Engine::State {
  store::Store& store;
  Clock& clock;
  Random& random;
  Settings settings;

  const Kind* kind(const std::string& name) const {
    auto it = settings.kinds.find(name);
    return it == settings.kinds.end() ? nullptr : &it->second;
  }
  void log(LogLevel level, const std::string& line) const {
    if (settings.log) settings.log(level, line);
  }
};

/// One target in one run.
struct TargetRun {
  const Target* target = nullptr;
  store::TargetRow row;
  TargetReport report;
  Capabilities caps;
  bool in_scope = false;  ///< named (or all are), enabled, not paused
  bool pulled = false;    ///< its listing came through: it takes part in merge, plan and send
  bool whole = false;     ///< … and was not cut short: what it did not show is not there
  bool held = false;
  bool remapped = false;     ///< the mapping changed since the last run (rule 28)
  bool remap_cause = false;  ///< … and this run has read everything by the new one
  bool fresh = false;        ///< its collection was made in this run
  bool written = false;      ///< something was sent: look at the echo
  bool stopped = false;      ///< an error in this run: nothing more is asked of it
  int doubts = 0;            ///< writes without an answer
  std::uint64_t requests_before = 0;
  std::optional<std::set<std::string>> parked;  ///< objects that could not be read; loaded with the first look
  std::shared_ptr<ReferenceView> references;
  struct Owner {
    std::string group;
    Direction direction = Direction::both;
  };
  std::map<std::string, Owner> properties;  ///< that the mapping names, with the unit they belong to
  std::vector<merge::Pairing> pairings;

  bool to_remote() const { return target->direction != Direction::from_remote; }
  bool from_remote() const { return target->direction != Direction::to_remote; }
};

/// What happens to one link of a record.
struct LinkPlan {
  enum class Op { none, rebase, create, update, remove };
  Op op = Op::none;
  store::Link link;    ///< as it will be stored at intend: base moved, nothing written yet
  store::Link before;  ///< as it was
  TargetRun* run = nullptr;
  Properties encoded;  ///< encode(merged)
  Properties set;
  std::vector<std::string> clear;
  std::vector<std::string> remove_parts;
  std::vector<std::string> overruled;  ///< edits there that the merge has settled and this write replaces
  std::string verbatim;                ///< rollback only
  bool contended = false;  ///< its remote edit took part in the merge: the base moves, so that rollback needs it
  bool changed = false;    ///< `link` differs from `before`
  bool waits = false;      ///< owed, held, parked, frozen: the record stays in the work list
  std::string cause = "edit";
  std::string why;
};

/// One record with all of its links: what the merge sees and what becomes of it.
struct Case {
  const Kind* kind = nullptr;
  store::RecordRow row;  ///< record.revision 0: not stored yet
  std::vector<store::Link> links;
  std::vector<store::ConflictRow> open;
  merge::Output merged;
  std::optional<Mapping::Encoded> encoded;  ///< what `merged` encodes to in its only link's target, if that was asked
  std::vector<LinkPlan> plans;
  bool waits = false;
  bool left_out = false;               ///< a guard holds it, or the app wrote meanwhile: nothing of it moves
  bool raced = false;                  ///< the app wrote meanwhile: merge again
  std::int64_t intended_revision = 0;  ///< of the record after intend; another one means a later put
  bool freeze = false;                 ///< its open conflicts wait for an answer, whatever the policy says (rule 30)
  bool exempt = false;                 ///< rollback: no guard, no churn
  std::set<std::string> taken_back;    ///< groups that a rollback took back where they were edited, too ("": existence)
  std::string cause;                   ///< of everything in it, when it is not a plain edit
  std::string origin;                  ///< a new record's target
  std::set<std::string> ambiguous_in;  ///< targets where several objects match it: a person decides (rule 17)
  std::set<std::string> rehomed;       ///< targets whose link found its object under a new name
  std::optional<LocalSeconds> cut;     ///< its occurrences from here on belong to another record now (rule 10)
  std::vector<std::int64_t> dropped_links;  ///< strangers that turned out to be those objects

  std::string id() const { return row.record.id; }
};

/// One run.
struct Run {
  Engine::State& engine;
  std::string id;
  RunOptions options;
  bool dry = false;
  std::vector<TargetRun> targets;
  RunReport report;
  std::set<std::string> lagging;     ///< "target\nkind\nrecord" of intents in doubt: only they wait (rule 22)
  std::set<std::string> approved;    ///< targets whose hold this run releases
  std::set<std::string> unfinished;  ///< "kind\nrecord" with a write that failed
  std::map<std::string, std::vector<std::string>> lost_races;  ///< target -> ids to look at again
  std::set<std::pair<std::string, std::string>> burned;        ///< records whose create met another object under its id
  bool owes = false;                         ///< in this round a reference had no object to point to (rule 16)
  bool created = false;                      ///< … and some object was made
  bool skipped = false;                      ///< a listed step of an apply was lost to somebody else's write
  bool exact = false;                        ///< apply: a lost race is skipped, not planned again
  std::map<std::string, std::string> held;   ///< target -> what is held, as apply compares it
  std::map<std::string, std::string> facts;  ///< about the store, to be written down with the run

  TargetRun* find(const std::string& target) {
    for (TargetRun& run : targets) {
      if (run.target->name == target) return &run;
    }
    return nullptr;
  }
  /// A write of ours to this target has no answer yet: what is there may be that write or somebody's edit.
  bool in_doubt(const TargetRun& target, const Case& c) const {
    return lagging.count(target.target->name + "\n" + c.kind->name + "\n" + c.id()) != 0;
  }
  Instant now() const { return engine.clock.now(); }
  bool stopping() const { return options.stop.stop_requested(); }
};

/// Only what the mapping names takes part in seen, stored and sent.
Properties mapped_only(const TargetRun& run, const Properties& properties);
std::set<std::string> all_paths(const Properties& a, const Properties& b);

}  // namespace sync
}  // namespace v1
}  // namespace fasti
