#pragma once
// A run from beginning to end; the hops read in order in run.cpp. Internal to engine/sync.
#include <string>
#include <vector>

#include "engine/sync/case.hpp"
#include "engine/sync/state.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {

/// A run that is written down. bad_input when `options.only` names nothing.
Result<Run> start_run(Engine::State& engine, const std::string& command, const RunOptions& options);
/// Counts, outcome and the run row.
Result<RunReport> finish_run(Run& run, const Status& status);

/// Hops 1 to 3 for every target in scope; a target's failure is its own.
Status pull_all(Run& run, PullMode mode);
/// Hop 4 and 5: everything on the work list, strangers included, merged, planned and guarded.
Status plan_all(Run& run, Cases& cases);
/// Hops 6 to 8 and the look at the echo.
Status carry_out(Run& run, Cases& cases);

/// Hops 4 to 8 for everything that there is to look at. `expected`: what `apply RUN` approves. `raced`: the app wrote
/// meanwhile, or was faster: another round.
Status run_round(Run& run, const std::map<std::string, std::string>& expected, bool& raced);
/// What mappings see of other records; `frozen`: as at the first look, whatever the round has written since.
void renew_references(Run& run, bool frozen);

/// The targets that a sync's or target's name, or a glob, means.
bool name_matches(const std::vector<std::string>& patterns, const Target& target);

}  // namespace sync
}  // namespace v1
}  // namespace fasti
