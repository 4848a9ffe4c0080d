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

/// Holds targets and cases; plans of held targets keep only what needs no write.
void guard(Run& run, std::vector<Case>& cases);

/// Steps as people and plan.json see them, in the order of the plan.
std::vector<Step> steps_of(const Run& run, const std::vector<Case>& cases);

/// The id (client-chosen) and UID that a new object of this record gets.
std::string object_id(const Run& run, const Case& c, const LinkPlan& plan);
std::string object_uid(const Case& c);

/// The write has to wait, but the merge has seen those edits: they must not contend again, with a deletion least of
/// all. What differs from the record by now stays to be written.
void acknowledge_overruled(LinkPlan& plan);

}  // namespace sync
}  // namespace v1
}  // namespace fasti
