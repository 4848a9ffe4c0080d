#pragma once
// The store's records as mappings see them outside a run (import, export, check): by id and by the text of a field.
// Remote ids are not known here.
#include <map>
#include <string>
#include <vector>

#include <fasti/hub.hpp>

#include "engine/mapping/mapping.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

class HubReferences : public ReferenceView {
 public:
  explicit HubReferences(const Hub& hub) : hub_(hub) {}
  std::vector<std::string> find(const std::string& kind, const std::string& field,
                                const std::string& text) const override;
  std::optional<Value> field(const std::string& kind, const std::string& id, const std::string& field) const override;
  std::optional<std::string> remote_id(const std::string&, const std::string&) const override { return std::nullopt; }
  std::optional<std::string> record_of(const std::string&, const std::string&) const override { return std::nullopt; }

  bool has(const std::string& kind, const std::string& id) const;

 private:
  using Records = std::map<std::string, Record>;
  const Records& records(const std::string& kind) const;

  const Hub& hub_;
  mutable std::map<std::string, Records> loaded_;  ///< one listing per kind, however many rows ask
};

}  // namespace app
}  // namespace v1
}  // namespace fasti
