#include "tests/simulation/minimise.hpp"

#include <algorithm>

#include "tests/simulation/world.hpp"

namespace fasti {
inline namespace v1 {
namespace simulation {
namespace {

/// "S1", "L2", …: what a problem starts with.
std::string law(const std::vector<std::string>& problems) {
  return problems.empty() ? std::string() : problems.front().substr(0, problems.front().find(' '));
}

class Player {
 public:
  Player(std::string wanted, std::size_t plays_left) : wanted_(std::move(wanted)), plays_left_(plays_left) {}
  bool tired() const { return plays_left_ == 0; }
  /// Breaks the same law: another one would be another story.
  bool fails(const Script& script) {
    if (tired()) return false;
    --plays_left_;
    return law(play(script, false).problems) == wanted_;
  }

 private:
  std::string wanted_;
  std::size_t plays_left_;
};

bool drop_ops(Script& script, std::size_t chunk, Player& player) {
  bool dropped = false;
  for (std::size_t end = script.ops.size(); end >= chunk && chunk > 0;) {
    Script shorter = script;
    const auto first = shorter.ops.begin() + static_cast<std::ptrdiff_t>(end - chunk);
    shorter.ops.erase(first, first + static_cast<std::ptrdiff_t>(chunk));
    if (player.fails(shorter)) {
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
  Player player(law(play(script, false).problems), plays_max);
  for (std::size_t i = 0; i < script.faults.size(); ++i) {
    Script calmer = script;
    calmer.faults[i] = 0;
    if (script.faults[i] > 0 && player.fails(calmer)) script = calmer;
  }
  for (std::size_t chunk = std::max<std::size_t>(1, script.ops.size() / 2); chunk > 0; chunk /= 2) {
    drop_ops(script, chunk, player);
  }
  while (!player.tired() && drop_ops(script, 1, player)) {
  }
  return script;
}

}  // namespace simulation
}  // namespace v1
}  // namespace fasti
