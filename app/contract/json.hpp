#pragma once
// The JSON that scripts rely on (design: the contract of the commands), from the library's reports and back. One line,
// members in a fixed order. What people read is in app/render.
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <fasti/connector.hpp>
#include <fasti/error.hpp>
#include <fasti/hub.hpp>
#include <fasti/report.hpp>

#include "connectors/auth/vault.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

struct Inspection;

enum class Steps { leave_out, include };

/// A sync and every field of its records that leaves this machine with it (`fasti check`).
struct LeavingField {
  std::string fields;
  std::string direction;  ///< "<->" or "->"
  std::string properties;
};
struct LeavingSync {
  std::string name;
  std::string provider;
  std::string collection;
  std::vector<LeavingField> fields;
};

std::string error_json(const Error& error);
std::string run_json(const RunReport& report, Steps steps);
std::string runs_json(const std::vector<RunReport>& runs);
std::string conflict_json(const ConflictInfo& conflict);
std::string conflicts_json(const std::vector<ConflictInfo>& conflicts);
std::string log_json(const std::vector<JournalEntry>& entries);
std::string status_json(const std::vector<TargetStatus>& targets);
std::string collections_json(const std::vector<CollectionInfo>& collections);
std::string credentials_json(const std::vector<auth::Vault::Kept>& kept);
std::string review_json(const RunReport& run, const std::vector<ConflictInfo>& conflicts,
                        const std::vector<ParkedInfo>& parked);
std::string check_json(const std::vector<LeavingSync>& syncs, const std::vector<Error>& problems);
std::string inspection_json(const Inspection& inspection);
std::string records_json(const std::vector<Record>& records);
/// ["line",…]
std::string lines_json(const std::vector<std::string>& lines);
/// Several lines, for people.
std::string pretty(const std::string& json);
/// {"a":"x","b":7}: what small commands answer.
using JsonMembers = std::vector<std::pair<std::string, std::variant<std::string, std::uint64_t>>>;
std::string object_json(const JsonMembers& members);

/// The steps of a plan.json. bad_input with file:line:column.
Result<std::vector<Step>> read_plan(const std::string& file, std::string_view text);

/// One record, an array of records, or JSON Lines, each as its own text with the line it starts on.
struct JsonPart {
  std::string text;
  std::size_t line = 1;
};
Result<std::vector<JsonPart>> split_records(const std::string& file, std::string_view text);
/// The string member `name` of an object; empty when there is none.
std::string member_text(const std::string& json, const char* name);

}  // namespace app
}  // namespace v1
}  // namespace fasti
