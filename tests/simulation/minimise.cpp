#include "tests/simulation/minimise.hpp"

#include <algorithm>

#include "tests/simulation/world.hpp"

namespace fasti {
inline namespace v1 {
namespace simulation {
namespace {

bool fails(const Script& script, std::size_t& plays_left) {
  if (plays_left == 0) return false;
  --plays_left;
  return !play(script, false).problems.empty();
}

bool drop_ops(Script& script, std::size_t chunk, std::size_t& plays_left) {
  bool dropped = false;
  for (std::size_t end = script.ops.size(); end >= chunk && chunk > 0;) {
    Script shorter = script;
    const auto first = shorter.ops.begin() + static_cast<std::ptrdiff_t>(end - chunk);
    shorter.ops.erase(first, first + static_cast<std::ptrdiff_t>(chunk));
    if (fails(shorter, plays_left)) {
      script = std::move(shorter);
      dropped = true;
    }
    end = std::min(end - chunk, script.ops.size());
  }
  return dropped;
}

}  // namespace

Script minimise(const Script& failing, std::size_t plays_max) {
  Script script = failing;
  std::size_t plays_left = plays_max;
  for (auto& probability : script.faults) {
    Script calmer = script;
    calmer.faults[static_cast<std::size_t>(&probability - script.faults.data())] = 0;
    if (probability > 0 && fails(calmer, plays_left)) script = calmer;
  }
  for (std::size_t chunk = std::max<std::size_t>(1, script.ops.size() / 2); chunk > 0; chunk /= 2) {
    drop_ops(script, chunk, plays_left);
  }
  while (plays_left > 0 && drop_ops(script, 1, plays_left)) {
  }
  return script;
}

}  // namespace simulation
}  // namespace v1
}  // namespace fasti
