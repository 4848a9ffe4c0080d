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

  std::vector<std::string> find(const std::string& kind, const std::string& field,
                                const std::string& text) const override;
  std::optional<Value> field(const std::string& kind, const std::string& id, const std::string& field) const override;
  std::optional<std::string> remote_id(const std::string& kind, const std::string& id) const override;
  std::optional<std::string> record_of(const std::string& kind, const std::string& remote_id) const override;

 private:
  store::Store& store_;
  std::vector<std::string> targets_;
  mutable std::map<std::tuple<std::string, std::string, std::string>, std::vector<std::string>> found_;
  mutable std::map<std::pair<std::string, std::string>, std::optional<Record>> records_;
};

}  // namespace sync
}  // namespace v1
}  // namespace fasti
