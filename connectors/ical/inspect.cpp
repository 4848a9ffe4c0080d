#include "connectors/ical/inspect.hpp"

#include <algorithm>
#include <charconv>

#include "connectors/ical/object.hpp"
#include "connectors/ical/text.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {
namespace {

std::size_t line_in(const Error& error) {
  std::size_t line = 1;
  if (error.place.rfind("line ", 0) == 0)
    std::from_chars(error.place.data() + 5, error.place.data() + error.place.size(), line);
  return line;
}

}  // namespace

Inspection inspect(std::string_view text) {
  Inspection out;
  const Document document(text);
  for (const TextProblem& problem : document.problems())
    out.problems.push_back({problem.line, "warning", problem.text});
  auto parts = split_calendar(text);
  if (!parts) {
    out.problems.push_back({line_in(parts.error()), "error", parts.error().message});
    return out;
  }
  for (CalendarPart& part : *parts) {
    auto object = part.problem ? Result<RemoteObject>(*part.problem) : read_object(part.text);
    if (object) {
      object->id = part.uid;
      out.objects.push_back(std::move(*object));
      out.lines.push_back(part.line);
    } else {
      // The part's lines are numbered by themselves; where it begins in the file is what a person can find.
      out.problems.push_back({part.line, "error", part.uid + ": " + object.error().message});
    }
  }
  std::stable_sort(out.problems.begin(), out.problems.end(),
                   [](const auto& a, const auto& b) { return a.line < b.line; });
  return out;
}

}  // namespace ical
}  // namespace v1
}  // namespace fasti
