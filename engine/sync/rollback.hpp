#pragma once
// Plans the way back from one run, on every side (rule 30). Nothing is stored or sent here.
#include <string>

#include "engine/sync/case.hpp"
#include "engine/sync/state.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {

/// Fills `cases` with one planned case per record that run `undone` touched. Call after a pull.
Status plan_rollback(Run& run, const std::string& undone, bool origin, Cases& cases);

}  // namespace sync
}  // namespace v1
}  // namespace fasti
