#pragma once
// The rules the user chose: how conflicts and deletions are settled, and which way edits may flow.
#include <map>
#include <string>
#include <vector>

namespace fasti {
inline namespace v1 {

enum class Direction { both, to_remote, from_remote };

struct Policy {
  enum class Type { latest, ask, keep_both, prefer, priority, set_union, custom };
  Type type = Type::latest;
  std::string prefer;                 ///< "local" or a sync's name
  std::vector<std::string> priority;  ///< "local" and sync names, strongest first
  std::string custom;                 ///< name of a Strategy
  bool operator==(const Policy&) const = default;
};

enum class DeletePolicy { edit_wins, delete_wins, ask };

struct KindPolicy {
  Policy fallback;
  DeletePolicy on_delete = DeletePolicy::edit_wins;
  std::map<std::string, Policy> fields;
  bool operator==(const KindPolicy&) const = default;
};

/// "latest", "prefer local", "priority a, b", …: as reports print it.
std::string describe(const Policy& policy);

}  // namespace v1
}  // namespace fasti
