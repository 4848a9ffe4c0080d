#include "engine/sync/references.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {

std::vector<std::string> StoreReferences::find(const std::string& kind, const std::string& field,
                                               const std::string& text) const {
  auto key = std::make_tuple(kind, field, text);
  auto it = found_.find(key);
  if (it != found_.end()) return it->second;
  auto ids = store_.find_records(kind, field, text);
  return found_[key] = ids ? *ids : std::vector<std::string>{};
}

std::optional<Value> StoreReferences::field(const std::string& kind, const std::string& id,
                                            const std::string& field) const {
  auto key = std::make_pair(kind, id);
  auto it = records_.find(key);
  if (it == records_.end()) {
    auto row = store_.load_record(kind, id);
    std::optional<Record> record;
    if (row && *row && !(*row)->record.deleted) record = (*row)->record;
    it = records_.emplace(key, std::move(record)).first;
  }
  if (!it->second) return std::nullopt;
  const Value* value = it->second->find(field);
  return value ? std::optional<Value>(*value) : std::nullopt;
}

std::optional<std::string> StoreReferences::remote_id(const std::string& kind, const std::string& id) const {
  if (!frozen_) return look_up_id(kind, id);
  auto [it, fresh] = ids_.try_emplace({kind, id});
  if (fresh) it->second = look_up_id(kind, id);
  return it->second;
}

std::optional<std::string> StoreReferences::record_of(const std::string& kind, const std::string& remote_id) const {
  if (!frozen_) return look_up_record(kind, remote_id);
  auto [it, fresh] = records_of_.try_emplace({kind, remote_id});
  if (fresh) it->second = look_up_record(kind, remote_id);
  return it->second;
}

std::optional<std::string> StoreReferences::look_up_id(const std::string& kind, const std::string& id) const {
  for (const std::string& target : targets_) {
    auto link = store_.link_of_record(target, kind, id);
    if (link && *link && (*link)->seen_present && !(*link)->remote_id.empty()) return (*link)->remote_id;
  }
  return std::nullopt;
}

std::optional<std::string> StoreReferences::look_up_record(const std::string& kind,
                                                           const std::string& remote_id) const {
  for (const std::string& target : targets_) {
    auto link = store_.link_of_object(target, remote_id);
    if (link && *link && (*link)->kind == kind && !(*link)->record.empty()) return (*link)->record;
  }
  return std::nullopt;
}

}  // namespace sync
}  // namespace v1
}  // namespace fasti
