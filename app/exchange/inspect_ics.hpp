#pragma once
// What an iCalendar file holds, as Fasti reads it: records, the occurrences written in it, and what is wrong with it.
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

struct Occurrence {
  std::size_t record = 0;  ///< its place in Inspection::records
  std::string uid;
  Span span;
  std::optional<std::chrono::sys_seconds> utc;  ///< of a start with a zone
  std::string recurrence_id;                    ///< empty for the event itself
};

struct Inspection {
  std::vector<Record> records;
  std::vector<Occurrence> occurrences;         ///< in order of time
  std::vector<ical::InspectProblem> problems;  ///< in order of lines
};

Inspection inspect_ics(std::string_view text, const Mapping& mapping, const Kind& kind);

}  // namespace app
}  // namespace v1
}  // namespace fasti
