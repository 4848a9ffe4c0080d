#pragma once
// Runs, plans, conflicts, the journal and targets as a person enjoys reading them. What scripts read is in
// app/contract. Everything that came from a provider is made safe to print here.
#include <string>
#include <vector>

#include <fasti/hub.hpp>
#include <fasti/report.hpp>

namespace fasti {
inline namespace v1 {
namespace app {

/// What a run did: one line for the run, a table of its targets, what waits, and the next command to type.
std::string run_text(const RunReport& report, std::size_t columns);
/// Steps grouped by target, each with its fields, cause and why.
std::string plan_text(const std::vector<Step>& steps, std::size_t columns);
/// Who contends, with what, who won and what was lost; a paragraph each.
std::string conflicts_text(const std::vector<ConflictInfo>& conflicts, std::size_t columns);
std::string conflict_text(const ConflictInfo& conflict, std::size_t columns);
std::string parked_text(const std::vector<ParkedInfo>& parked, std::size_t columns);
std::string runs_text(const std::vector<RunReport>& runs, std::size_t columns);
std::string log_text(const std::vector<JournalEntry>& entries, std::size_t columns);
std::string status_text(const std::vector<TargetStatus>& targets, std::size_t columns);

/// 2026-06-11 19:00:05 (UTC): short enough for a table.
std::string moment(Instant at);
/// A value on one line, safe to print; "–" for none.
std::string value_text(const std::optional<Value>& value);

}  // namespace app
}  // namespace v1
}  // namespace fasti
