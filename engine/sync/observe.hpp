#pragma once
// Hops 1 to 3: pull a target's changes and write what was seen, with the cursor, before anything is decided.
// Nothing here looks at local values (but for a changed mapping) or plans anything.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/sync/references.hpp"
#include "engine/sync/state.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {

/// Finds (or makes) the collection the first time. A new or another collection puts all records on the work list.
Status open_target(Run& run, TargetRun& target);

/// Shows the provider what the mapping needs, before anything is read or written.
CollectionUse use_of(const TargetRun& target);
Status prepare_collection(const TargetRun& target);

/// One pull with everything it proves. `mode` complete: a full listing even where a cursor works.
Status pull_target(Run& run, TargetRun& target, PullMode mode);

/// Looks at single objects again, after a lost race or an in-doubt write.
Status refetch(Run& run, TargetRun& target, const std::vector<std::string>& ids);

/// Alike but for white space, which providers rewrite.
bool reads_the_same(const Value& a, const Value& b);

/// Writes observations of one target into the store.
class Observer {
 public:
  Observer(Run& run, TargetRun& target, std::int64_t listing);

  enum class Trust { listing, fetched };  ///< fetched: a direct GET settles stale reads and undeletes
  Status object(RemoteObject&& object, Trust trust);
  Status listed(const std::string& id);
  Status unreadable(const RemoteChange& change);
  Status absent(store::Link&& link);
  Status gone(const std::string& id);

  /// Objects that must be asked for directly before they are believed (rule 4, rule 18).
  std::vector<std::string>& doubtful() { return doubtful_; }
  const std::set<std::string>& unreadable_ids() const { return unreadable_; }

 private:
  Result<bool> is_half(const RemoteObject& object);
  Status stranger(RemoteObject&& object, Properties&& seen);
  Status changed(store::Link& link, const RemoteObject& object, Properties&& seen);
  void echo(store::Link& link, const Properties& seen) const;
  void recognise_rewriting(store::Link& link, const Properties& seen) const;
  Status rebase_to_new_mapping(store::Link& link);
  Status journal_change(const store::Link& link, const Properties& seen);
  Status unpark(const std::string& remote_id, const std::string& record);

  Run& run_;
  TargetRun& target_;
  std::int64_t listing_;
  StoreReferences references_;
  std::set<std::string> unreadable_;
  std::vector<std::string> doubtful_;
};

}  // namespace sync
}  // namespace v1
}  // namespace fasti
