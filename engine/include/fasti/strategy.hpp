#pragma once
// How a conflict is settled. The loser is always kept in the conflict log, whatever a strategy answers.
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fasti/value.hpp>

namespace fasti {
inline namespace v1 {

/// One side's value of the contested field. `side` is "local" or a target's name.
struct Contender {
  std::string side;
  std::optional<Value> value;  ///< nullopt: cleared
  /// When the value came to be: after `after`, not later than `until` (rule 8). Equal bounds: known exactly.
  Instant after{};
  Instant until{};
};

struct ConflictView {
  std::string kind;
  std::string record;
  std::string field;  ///< a path
  std::optional<Value> base;
  std::vector<Contender> contenders;  ///< at least two, local first, then in the order of fasti.toml
};

/// The winner's side, or a value of its own; neither: ask.
struct Settlement {
  std::optional<std::string> side;
  std::optional<Value> value;
};

/// A custom strategy, named in `[conflict.KIND]` by `{ custom = "NAME" }`. Must be a pure function of its argument:
/// it may be asked twice about the same conflict. An exception or a side that does not contend counts as "ask".
using Strategy = std::function<Settlement(const ConflictView&)>;

}  // namespace v1
}  // namespace fasti
