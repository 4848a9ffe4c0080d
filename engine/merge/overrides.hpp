#pragma once
// What a change of a series' timing does to its overrides (rule 10): they move with a constant shift, and those that
// a provider dropped as a side effect are a consequence, not cancellations.
#include "engine/merge/three_way.hpp"

namespace fasti {
inline namespace v1 {
namespace merge {

/// After all units are merged: an override moves with the series, or keeps its key where the new series has it too; one
/// whose occurrence is no more goes into the conflict log as `orphan_override`.
void rekey_overrides(const Input& input, Output& out);

}  // namespace merge
}  // namespace v1
}  // namespace fasti
