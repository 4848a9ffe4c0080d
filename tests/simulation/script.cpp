#include "tests/simulation/script.hpp"

namespace fasti {
inline namespace v1 {
namespace simulation {
namespace {

struct Weight {
  OpKind kind;
  unsigned weight;
};

constexpr Weight kWeights[] = {
    {OpKind::edit_local, 120},    {OpKind::create_local, 30},  {OpKind::delete_local, 15},  {OpKind::edit_remote, 180},
    {OpKind::create_remote, 40},  {OpKind::delete_remote, 25}, {OpKind::copy_remote, 8},    {OpKind::mass_delete, 4},
    {OpKind::sync, 200},          {OpKind::sync_some, 30},     {OpKind::resync, 15},        {OpKind::plan, 15},
    {OpKind::plan_and_apply, 10}, {OpKind::crash_in_run, 60},  {OpKind::resolve, 30},       {OpKind::approve, 15},
    {OpKind::wait_minutes, 50},   {OpKind::wait_days, 6},      {OpKind::expire_cursors, 8}, {OpKind::toggle_outage, 12},
    {OpKind::restart, 8},         {OpKind::break_remote, 8},   {OpKind::mend_remote, 10}};

OpKind draw_kind(support::SeededRandom& random) {
  unsigned total = 0;
  for (const auto& entry : kWeights) total += entry.weight;
  auto left = random.below(total);
  for (const auto& entry : kWeights) {
    if (left < entry.weight) return entry.kind;
    left -= entry.weight;
  }
  return OpKind::sync;
}

}  // namespace

Script draw_script(std::uint64_t seed, std::size_t ops, const std::array<double, support::kFaults>& overrides) {
  support::SeededRandom random(seed * 2654435761ULL + 17);
  Script script;
  script.seed = seed;
  const bool calm = random.chance(0.15);
  // Some mishaps only show where two or three of them meet again and again.
  const bool focused = !calm && random.chance(0.25);
  std::array<std::size_t, 3> often{};
  for (auto& fault : often) fault = random.below(support::kFaults);
  for (std::size_t i = 0; i < support::kFaults; ++i) {
    static constexpr double kProbabilities[] = {0.02, 0.05, 0.15, 0.3};
    const bool drawn = random.chance(0.35) && !calm;
    const double probability = kProbabilities[random.below(4)];
    if (drawn) script.faults[i] = probability;
    if (focused) script.faults[i] = 0;
    if (overrides[i] >= 0) script.faults[i] = overrides[i];
  }
  for (const std::size_t fault : often) {
    if (focused && overrides[fault] < 0) script.faults[fault] = 0.4;
  }
  const std::size_t records = 2 + random.below(6);
  for (std::size_t i = 0; i < records; ++i) {
    const OpKind kind = random.chance(0.5) ? OpKind::create_local : OpKind::create_remote;
    script.ops.push_back({kind, random.next()});
  }
  for (std::size_t i = 0; i < ops; ++i) {
    const OpKind kind = draw_kind(random);
    script.ops.push_back({kind, random.next()});
  }
  return script;
}

}  // namespace simulation
}  // namespace v1
}  // namespace fasti
