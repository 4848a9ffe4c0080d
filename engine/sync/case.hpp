#pragma once
// Hop 4: gathers a record with its links and open conflicts, and merges it. Also the strangers: objects without a
// record yet, which a case adopts (rules 5, 17, 18).
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/sync/state.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {

/// nullopt when neither the record nor its kind exist any more.
Result<std::optional<Case>> load_case(Run& run, const std::string& kind, const std::string& record);

/// Fills case.merged. Pure but for reading references.
void merge_case(Run& run, Case& c);

/// What merge_record gives for a record that was just read from its only object and encodes to exactly what is there:
/// itself, in agreement with that object. nullopt: anything else.
std::optional<merge::Output> merge_fresh(Run& run, const Case& c);
/// The whole merge. merge_case is the quicker of the two.
merge::Output merge_fully(Run& run, const Case& c);

/// "kind\nrecord" -> the case; in the order of the work list, then of adoption.
struct Cases {
  std::vector<Case> all;
  std::map<std::string, std::size_t> index;

  Case* find(const std::string& kind, const std::string& record);
  Case& add(Case&& c);
};

/// Attaches every stranger to a case (in memory: nothing is stored before intend), or leaves it where a target is
/// held for first contact. Adds the pairings to run.held.
Status adopt_strangers(Run& run, Cases& cases);

}  // namespace sync
}  // namespace v1
}  // namespace fasti
