#include "connectors/ical/inspect.hpp"

#include <algorithm>

#include "connectors/ical/object.hpp"
#include "connectors/ical/text.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {
Inspection inspect(std::string_view text) {
  Inspection out;
  const Document document(text);
  for (const TextProblem& problem : document.problems())
    out.problems.push_back({problem.line, "warning", problem.text});
  auto parts = split_calendar(text);
  if (!parts) {
    out.problems.push_back({line_of(parts.error()).value_or(1), "error", parts.error().message});
    return out;
  }
  for (CalendarPart& part : *parts) {
    std::vector<ReadNote> notes;
    auto object = read_part(part, &notes);
    for (ReadNote& note : notes) out.problems.push_back({note.line, "warning", part.uid + ": " + note.text});
    if (object) {
      object->id = part.uid;
      out.objects.push_back(std::move(*object));
      out.lines.push_back(part.line);
    } else {
      const std::size_t line = line_of(object.error()).value_or(part.line);
      out.problems.push_back({line, "error", part.uid + ": " + object.error().message});
    }
  }
  std::stable_sort(out.problems.begin(), out.problems.end(),
                   [](const auto& a, const auto& b) { return a.line < b.line; });
  return out;
}

}  // namespace ical
}  // namespace v1
}  // namespace fasti
