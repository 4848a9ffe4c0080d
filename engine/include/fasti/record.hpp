#pragma once
// A record: one thing of a kind, with a stable id and typed fields.
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <fasti/value.hpp>

namespace fasti {
inline namespace v1 {

/// By path (value.hpp). A path that is not there is absent; a nullopt is cleared; else it is set: three states.
/// An occurrence's path holds only what differs from the series (rule 10: inherited until edited).
using Fields = std::map<std::string, std::optional<Value>>;

struct Record {
  std::string kind;
  std::string id;  ///< UUIDv7, or the caller's own: 1-128 printable ASCII characters
  Fields fields;
  std::int64_t revision = 0;  ///< grows with every change; compared before a write
  bool deleted = false;       ///< a tombstone: fields are those it had when it was deleted

  /// nullptr when absent or cleared.
  const Value* find(const std::string& path) const {
    auto it = fields.find(path);
    return it != fields.end() && it->second ? &*it->second : nullptr;
  }
};

enum class PutMode { merge, replace };  ///< merge: absent fields stay; replace: absent fields are cleared

}  // namespace v1
}  // namespace fasti
