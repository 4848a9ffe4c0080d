#pragma once
// Run reports and the sides of a conflict as JSON, for two columns that nobody searches.
#include <string>
#include <string_view>

#include <fasti/report.hpp>

namespace fasti {
inline namespace v1 {
namespace store {

const char* outcome_text(Outcome outcome);
std::string run_report_json(const RunReport& report);
Result<RunReport> read_run_report(std::string_view json);

/// base, local, remotes and losers.
std::string conflict_sides_json(const ConflictInfo& info);
Status read_conflict_sides(std::string_view json, ConflictInfo& info);

}  // namespace store
}  // namespace v1
}  // namespace fasti
