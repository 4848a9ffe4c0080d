#pragma once
// What an iCalendar file holds, as Fasti reads it: records, occurrences, and what is wrong with it.
// Changes nothing and needs no store.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/ical/inspect.hpp"
#include "engine/mapping/mapping.hpp"
#include "engine/model/kind.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

/// An end of the window to expand: an instant ("…Z", "…+02:00"), or what the clocks at each occurrence show.
struct ExpandLimit {
  LocalSeconds wall{};
  bool instant = false;
};
/// nullopt: not a date or time.
std::optional<ExpandLimit> parse_limit(const std::string& text);
struct ExpandWindow {
  ExpandLimit from;  ///< inclusive
  ExpandLimit to;    ///< exclusive
};

struct InspectedOccurrence {
  std::size_t record = 0;  ///< its place in Inspection::records
  std::string uid;
  Span span;
  std::optional<std::chrono::sys_seconds> utc;  ///< of a start with a zone
  std::string recurrence_id;                    ///< empty for an event that is no series
  bool changed = false;                         ///< by an override
};

struct Inspection {
  std::vector<Record> records;
  std::vector<InspectedOccurrence> occurrences;  ///< in order of time
  std::vector<ical::InspectProblem> problems;    ///< in order of lines
};

/// Without a window the occurrences are the events and overrides that the file has.
Inspection inspect_ics(std::string_view text, const Mapping& mapping, const Kind& kind,
                       const std::optional<ExpandWindow>& window = std::nullopt);

}  // namespace app
}  // namespace v1
}  // namespace fasti
