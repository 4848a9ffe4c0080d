#pragma once
// Settles one contest by the rules the user chose. Part of the pure merge.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/merge/units.hpp"

namespace fasti {
inline namespace v1 {
namespace merge {

struct Verdict {
  enum class Type { ask, cluster, value, keep_both };
  Type type = Type::ask;
  std::size_t cluster = 0;  ///< type cluster, keep_both: the winner
  UnitValue value;          ///< type value: nobody's own (a union, a custom strategy's)
  std::string strategy;     ///< as reports print it
};

/// "local" or the target's name.
std::string side_name(const Input& input, const Candidate& candidate);

/// The policy that decides: the kind's, unless all contending syncs that narrow it agree (rule 7).
Policy policy_for(const Input& input, const std::vector<Cluster>& clusters, const Unit& unit);

/// `clusters` has at least two entries.
Verdict settle(const Input& input, const std::vector<Cluster>& clusters, const Unit& unit, const Conflict& conflict);

}  // namespace merge
}  // namespace v1
}  // namespace fasti
