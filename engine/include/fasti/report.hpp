#pragma once
// What runs, conflicts, the journal and the targets look like to people and scripts.
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fasti/error.hpp>
#include <fasti/plan.hpp>
#include <fasti/record.hpp>

namespace fasti {
inline namespace v1 {

enum class Outcome { ok, waiting, held, partial, failed };
const char* name(Outcome outcome) noexcept;

struct Counts {
  std::uint64_t created = 0;
  std::uint64_t updated = 0;
  std::uint64_t deleted = 0;
  std::uint64_t total() const { return created + updated + deleted; }
};

struct TargetReport {
  std::string name;  ///< of the sync
  std::string target;
  std::string provider;
  std::uint64_t pulled = 0;  ///< objects whose content was read
  Counts written;            ///< remote objects written, as the server saw it
  std::uint64_t requests = 0;
  std::string cursor = "none";      ///< none | advanced | unchanged | expired
  std::optional<std::string> held;  ///< why a guard holds this target
  std::optional<Error> error;
};

struct RunReport {
  std::string run;
  std::string command;  ///< sync | resync | plan | apply | rollback | import | put | ...
  Outcome outcome = Outcome::ok;
  Counts local;
  std::vector<TargetReport> syncs;
  std::uint64_t conflicts = 0;  ///< open ones, in the whole store
  std::uint64_t parked = 0;     ///< in the whole store
  double seconds = 0;
  std::vector<Step> steps;         ///< planned (plan) or sent (the others)
  std::vector<std::string> notes;  ///< what people should read: pairings, losses, rejected rollbacks
  Instant started{};
  std::optional<Instant> finished;
  std::optional<std::string> undone_by;  ///< a later rollback of this run

  /// The exit code of design.md section 5: 0, 1, 3, 4 or 5.
  int exit_code() const noexcept;
};

struct ConflictInfo {
  std::string id;
  std::int64_t revision = 0;
  bool open = true;
  std::string kind;
  std::string record;
  std::string field;
  std::optional<Value> base;
  std::optional<Value> local;
  std::map<std::string, std::optional<Value>> remotes;  ///< by target
  std::string strategy;
  std::string winner;  ///< side; empty while open
  std::vector<std::string> losers;
  std::string run;
  Instant at{};
};

enum class EntryType { observed, applied };

/// One line of the journal: one field of one record (field is empty for a creation or deletion of the whole record).
struct JournalEntry {
  std::int64_t seq = 0;
  std::string run;  ///< empty for a put outside any run
  Instant at{};
  std::string origin;  ///< "local", "import", a target's name, "rollback", …
  EntryType type = EntryType::applied;
  std::string side;  ///< applied: where it was written ("local" or a target); observed: where it was seen
  std::string kind;
  std::string record;
  std::string field;
  std::optional<Value> before;
  std::optional<Value> after;
  std::string cause;
};

/// The zone data of the last run.
struct ZoneDataStatus {
  std::string hash;                ///< identifies it; empty: no run yet
  std::optional<Instant> changed;  ///< when a run first met other data than the run before it
  std::uint64_t moved = 0;         ///< future records whose instants that change moved
};

struct TargetStatus {
  std::string name;
  std::string target;
  std::string provider;
  bool paused = false;
  std::optional<Instant> last_success;
  bool cursor = false;
  std::uint64_t records = 0;
  std::uint64_t owed = 0;
  std::uint64_t parked = 0;
  std::optional<std::string> held;
  std::uint64_t conflicts = 0;
  std::string error;         ///< of the last run, empty when it went well
  ZoneDataStatus zone_data;  ///< the same for all targets of a store
};

struct ParkedInfo {
  std::string target;
  std::string remote_id;
  std::string record;
  std::string direction;  ///< "in" (cannot be read) or "out" (cannot be written)
  std::string reason;
  Instant at{};
};

}  // namespace v1
}  // namespace fasti
