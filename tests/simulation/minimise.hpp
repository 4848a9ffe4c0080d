#pragma once
// Leaves out of a failing script whatever it does not need to fail.
#include "tests/simulation/script.hpp"

namespace fasti {
inline namespace v1 {
namespace simulation {

/// A script that still fails, played at most `plays_max` times.
Script minimise(const Script& failing, std::size_t plays_max);

}  // namespace simulation
}  // namespace v1
}  // namespace fasti
