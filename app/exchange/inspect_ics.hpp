#pragma once
// What an iCalendar file holds, as Fasti reads it: records, the occurrences written in it, and what is wrong with it.
// Changes nothing and needs no store.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/mapping/mapping.hpp"
#include "engine/model/kind.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

struct Occurrence {
  std::string uid;
  Span span;
  std::optional<std::chrono::sys_seconds> utc;  ///< of a start with a zone
  std::string recurrence_id;                    ///< empty for the event itself
};

struct FileProblem {
  std::size_t line = 0;
  std::string severity;  ///< "error": the event cannot be used; "warning": a part of it
  std::string text;
};

struct Inspection {
  std::vector<Record> records;
  std::vector<Occurrence> occurrences;  ///< in order of time
  std::vector<FileProblem> problems;
};

Inspection inspect_ics(std::string_view text, const Mapping& mapping, const Kind& kind);

}  // namespace app
}  // namespace v1
}  // namespace fasti
