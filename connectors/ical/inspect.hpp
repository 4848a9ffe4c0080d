#pragma once
// What Fasti reads from an iCalendar text, for `fasti inspect`. Expansion of series is not here.
#include <string>
#include <string_view>
#include <vector>

#include <fasti/connector.hpp>

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
  std::vector<std::size_t> lines;     ///< where each object begins
  std::vector<InspectProblem> problems;
};
Inspection inspect(std::string_view text);

}  // namespace ical
}  // namespace v1
}  // namespace fasti
