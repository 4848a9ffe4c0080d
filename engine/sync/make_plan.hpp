#pragma once
// Hop 5: a merged record against what each target shows -> what happens to each link (rule 3), and the guard that
// holds a target before its first write (rule 20). Decisions only: nothing is stored or sent here.
#include <string>
#include <vector>

#include "engine/sync/case.hpp"
#include "engine/sync/state.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {

/// Makes one path of `properties` what it is in `from`, absent included.
void put(Properties& properties, const std::string& path, const Properties& from);

/// Fills c.plans from c.merged, one entry per target of the record's kind.
void make_plan(Run& run, Case& c);

/// The guard (rule 20) of one round, which may be looked at in parts: count all of them, judge once, then hold. A
/// target shows as held when the Guard ends, so that a part that is planned later is planned like those before it.
class Guard {
 public:
  explicit Guard(Run& run) : run_(run) {}
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  ~Guard();

  void count(const std::vector<Case>& cases);
  void judge();
  /// Plans of held targets keep only what needs no write; what vanished in a held target is left out.
  void hold(std::vector<Case>& cases) const;
  bool holds_any() const { return !holds_.empty(); }
  /// Whether hold() takes this step away. `deleted_by`: the target whose deletion won, or nullptr.
  bool holds(const Step& step, const TargetRun* deleted_by) const;

 private:
  struct Tally {
    std::set<std::string> written_deletes;  ///< records whose object there would be deleted
    std::set<std::string> caused_deletes;   ///< records that would be deleted here because their object there vanished
    std::set<std::string> updates;
    std::uint64_t vanished = 0;
  };
  struct Hold {
    TargetRun* target;
    bool vanished;
  };
  std::string judge_target(TargetRun& target, const Tally& tally, std::string& reason) const;

  Run& run_;
  std::map<std::string, Tally> tallies_;
  std::vector<Hold> holds_;
};

/// The target whose deletion decided about this record; nullptr: none.
const TargetRun* deleter_of(Run& run, const Case& c);

/// Adds the steps of a case as people and plan.json see them.
void add_steps(const Case& c, std::vector<Step>& steps);
std::vector<Step> steps_of(const std::vector<Case>& cases);

/// The id (client-chosen) and UID that a new object of this record gets.
std::string object_id(const Run& run, const Case& c, const LinkPlan& plan);
std::string object_uid(const Case& c);

}  // namespace sync
}  // namespace v1
}  // namespace fasti
