#pragma once
// Which units a record has, and who contends for each (rules 6 and 11). Part of the pure merge.
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/merge/three_way.hpp"

namespace fasti {
inline namespace v1 {
namespace merge {

/// Alike in presence and value.
bool same_at(const Properties& a, const Properties& b, const std::string& path);

/// The side's value of the whole unit: every field of the group, nullopt where it has none.
using UnitValue = std::map<std::string, std::optional<Value>>;  // by path

struct Candidate {
  std::optional<std::size_t> remote;  ///< nullopt: local
  UnitValue value;
  Instant after{};
  Instant until{};
};

/// Candidates that mean the same, possibly in forms of different loss. The first is the richest.
using Cluster = std::vector<Candidate>;

std::set<Unit> units_of(const Input& input);

/// Property paths of this remote that belong to the unit, with the direction of their lens.
struct UnitPath {
  std::string path;
  Direction direction;
};
std::vector<UnitPath> paths_of(const Kind& kind, const Remote& remote, const Unit& unit);

/// seen differs from stored in a property that may flow this way.
bool remote_changed(const Kind& kind, const Remote& remote, const Unit& unit);
/// seen differs from stored in a property that only we write: overwritten, and kept in the conflict log.
bool changed_against_direction(const Kind& kind, const Remote& remote, const Unit& unit);
/// encode(local) differs from what was sent.
bool local_changed(const Kind& kind, const Remote& remote, const Unit& unit);

UnitValue local_value(const Input& input, const Unit& unit);
UnitValue remote_value(const Input& input, const Remote& remote, const Unit& unit);
Record with_value(const Record& record, const UnitValue& value);

/// The contenders of a unit, grouped by agreement. Empty: nobody changed it remotely.
std::vector<Cluster> contenders(const Input& input, const Unit& unit);

}  // namespace merge
}  // namespace v1
}  // namespace fasti
