#include "app/exchange/exchange.hpp"
#include "engine/base/clock.hpp"
#include "engine/base/id.hpp"
#include "engine/base/try.hpp"
#include "engine/model/value_json.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

namespace {

/// The kind's key of a record as one text; empty where a part of it is missing.
std::string key_of(const Kind& kind, const Record& record) {
  std::string key;
  for (const auto& field : kind.key) {
    const auto* value = record.find(field);
    if (value == nullptr) return {};
    key += plain_json(*value) + "\n";
  }
  return key;
}

using Ids = std::map<std::string, std::string>;  // by key

Result<Ids> known_keys(const Kind& kind, const Hub& hub) {
  Ids ids;
  if (kind.key.empty()) return ids;
  FASTI_TRY(auto records, hub.list(kind.name));
  for (const auto& record : records) {
    auto key = key_of(kind, record);
    if (!key.empty()) ids.emplace(key, record.id);
  }
  return ids;
}

Error bad_row(const Incoming& one, std::string message) {
  return Error{ErrorKind::bad_input, std::move(message), one.place, "nothing was imported", {}};
}

}  // namespace

Status assign_ids(std::vector<Incoming>& incoming, const std::map<std::string, Kind>& kinds, const Hub& hub) {
  std::map<std::string, Ids> keys;
  std::map<std::pair<std::string, std::string>, std::string> places;
  for (auto& one : incoming) {
    auto& record = one.record;
    const auto& kind = kinds.at(record.kind);
    if (keys.count(kind.name) == 0) {
      FASTI_TRY(keys[kind.name], known_keys(kind, hub));
    }
    auto key = key_of(kind, record);
    auto known = keys[kind.name].find(key);
    if (record.id.empty() && !key.empty() && known != keys[kind.name].end()) record.id = known->second;
    if (record.id.empty()) record.id = make_uuid7(system_clock(), system_random());
    if (!is_record_id(record.id)) {
      return bad_row(one, "\"" + record.id + "\" is no record id: 1-128 printable ASCII characters");
    }
    if (!key.empty()) keys[kind.name].emplace(key, record.id);
    auto [earlier, fresh] = places.emplace(std::pair(record.kind, record.id), one.place);
    if (!fresh) return bad_row(one, "the same " + record.kind + " as at " + earlier->second);
  }
  return {};
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
