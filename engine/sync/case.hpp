#pragma once
// Hop 4: gathers a record with its links and open conflicts, and merges it. Also the strangers: objects without a
// record yet, which a case adopts (rules 5, 17, 18).
#include <map>
#include <memory>
#include <optional>
#include <set>
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
/// `encoded` gets what it encodes to.
std::optional<merge::Output> merge_fresh(Run& run, const Case& c, std::optional<Mapping::Encoded>* encoded = nullptr);
/// The whole merge. merge_case is the quicker of the two.
merge::Output merge_fully(Run& run, const Case& c);

/// "kind\nrecord" -> the case; in the order of the work list, then of adoption.
struct Cases {
  std::vector<Case> all;
  std::size_t copies = 0;  ///< those at the end that keep_both made
  std::map<std::string, std::size_t> index;

  Case* find(const std::string& kind, const std::string& record);
  Case& add(Case&& c);
};

/// One record that a round has to look at.
struct WorkItem {
  std::string kind;
  std::string record;
  bool listed = false;                 ///< on the work list; else only a stranger leads to it
  std::vector<std::size_t> pairings;   ///< of the Adoption: strangers that belong to it
  std::set<std::string> ambiguous_in;  ///< targets where several objects match it
  std::int64_t revision = 0;           ///< when it was counted; -1: there was nothing to look at
};

/// The strangers of a round: decided about all together, attached record by record.
class Adoption {
 public:
  explicit Adoption(Run& run);
  Adoption(const Adoption&) = delete;
  Adoption& operator=(const Adoption&) = delete;
  ~Adoption();

  /// Adds the strangers to the items, or leaves them where a target is held for first contact; adds the pairings to
  /// run.held.
  Status decide(std::vector<WorkItem>& items);
  /// Attaches the item's strangers to its case (in memory: nothing is stored before intend), which they may bring in.
  Status attach(Cases& cases, const WorkItem& item);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sync
}  // namespace v1
}  // namespace fasti
