#pragma once
// The mapping's view of the other records, read from the store and remembered for one run.
#include <map>
#include <set>
#include <tuple>

#include "engine/mapping/mapping.hpp"
#include "engine/store/store.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {

class StoreReferences : public ReferenceView {
 public:
  /// `targets`: those of the connection that the relation would point into.
  StoreReferences(store::Store& store, std::vector<std::string> targets)
      : store_(store), targets_(std::move(targets)) {}

  /// From now on an answer about objects stays what it was: a round that is carried out in parts sees what it planned
  /// with, not what its first parts have created.
  void freeze() { frozen_ = true; }

  std::vector<std::string> find(const std::string& kind, const std::string& field,
                                const std::string& text) const override;
  std::optional<Value> field(const std::string& kind, const std::string& id, const std::string& field) const override;
  std::optional<std::string> remote_id(const std::string& kind, const std::string& id) const override;
  std::optional<std::string> record_of(const std::string& kind, const std::string& remote_id) const override;

 private:
  std::optional<std::string> look_up_id(const std::string& kind, const std::string& id) const;
  std::optional<std::string> look_up_record(const std::string& kind, const std::string& remote_id) const;

  store::Store& store_;
  std::vector<std::string> targets_;
  mutable std::map<std::tuple<std::string, std::string, std::string>, std::vector<std::string>> found_;
  mutable std::map<std::pair<std::string, std::string>, std::optional<Record>> records_;
  bool frozen_ = false;
  mutable std::map<std::pair<std::string, std::string>, std::optional<std::string>> ids_;
  mutable std::map<std::pair<std::string, std::string>, std::optional<std::string>> records_of_;
};

}  // namespace sync
}  // namespace v1
}  // namespace fasti
