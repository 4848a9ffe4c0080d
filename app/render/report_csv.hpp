#pragma once
// The review of a run as one table for a spreadsheet: steps, conflicts and parked objects. Cells that a spreadsheet
// would run as a formula are made harmless.
#include <string>
#include <vector>

#include <fasti/report.hpp>

namespace fasti {
inline namespace v1 {
namespace app {

std::string report_csv(const RunReport& run, const std::vector<ConflictInfo>& conflicts,
                       const std::vector<ParkedInfo>& parked);

}  // namespace app
}  // namespace v1
}  // namespace fasti
