#pragma once
// What happens in a simulated world, as data: everything is drawn from the seed before the world begins, so that
// operations can be left out of a failing world without changing the others.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/chaos.hpp"

namespace fasti {
inline namespace v1 {
namespace simulation {

enum class OpKind {
  edit_local,
  create_local,
  delete_local,
  edit_remote,
  create_remote,
  delete_remote,
  copy_remote,
  mass_delete,
  break_remote,
  mend_remote,
  sync,
  sync_some,
  resync,
  plan,
  plan_and_apply,
  crash_in_run,
  resolve,
  approve,
  wait_minutes,
  wait_days,
  expire_cursors,
  toggle_outage,
  restart,
};

struct Op {
  OpKind kind = OpKind::sync;
  std::uint64_t seed = 0;
};

struct Script {
  std::uint64_t seed = 0;
  std::vector<Op> ops;
  std::array<double, support::kFaults> faults{};
};

/// Some records to begin with, then `ops` operations. `overrides`: probabilities that replace the drawn ones; negative:
/// as drawn.
Script draw_script(std::uint64_t seed, std::size_t ops, const std::array<double, support::kFaults>& overrides);

}  // namespace simulation
}  // namespace v1
}  // namespace fasti
