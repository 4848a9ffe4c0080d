#include "app/record_view.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

const HubReferences::Records& HubReferences::records(const std::string& kind) const {
  auto it = loaded_.find(kind);
  if (it != loaded_.end()) return it->second;
  Records& records = loaded_[kind];
  auto listed = hub_.list(kind);
  if (listed) {
    for (auto& record : *listed) {
      auto id = record.id;
      records.emplace(std::move(id), std::move(record));
    }
  }
  return records;
}

std::vector<std::string> HubReferences::find(const std::string& kind, const std::string& field,
                                             const std::string& text) const {
  std::vector<std::string> ids;
  for (const auto& [id, record] : records(kind)) {
    const auto* value = record.find(field);
    const auto* found = value ? std::get_if<std::string>(value) : nullptr;
    if (found && *found == text) ids.push_back(id);
  }
  return ids;
}

std::optional<Value> HubReferences::field(const std::string& kind, const std::string& id,
                                          const std::string& field) const {
  const auto& all = records(kind);
  auto it = all.find(id);
  const auto* value = it == all.end() ? nullptr : it->second.find(field);
  return value ? std::optional<Value>(*value) : std::nullopt;
}

bool HubReferences::has(const std::string& kind, const std::string& id) const { return records(kind).count(id) > 0; }

}  // namespace app
}  // namespace v1
}  // namespace fasti
