#pragma once
// What Fasti reads from an iCalendar text, for `fasti inspect`. Expansion of series is engine/time's.
#include <string>
#include <string_view>
#include <vector>

#include <fasti/connector.hpp>

#include "engine/time/series.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {

struct InspectProblem {
  std::size_t line = 0;
  std::string severity;  ///< "error": not read; "warning": read all the same
  std::string text;
};
struct Inspection {
  std::vector<RemoteObject> objects;  ///< in the order of the text
  std::vector<SeriesInput> series;    ///< of each object, for expansion
  std::vector<std::size_t> lines;     ///< where each object begins
  std::vector<InspectProblem> problems;
};
Inspection inspect(std::string_view text);

/// The text, taken apart as far as it can be read and put together again: byte for byte the same.
std::string written_back(std::string_view text);

}  // namespace ical
}  // namespace v1
}  // namespace fasti
