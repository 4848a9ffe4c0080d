#include "connectors/ical/inspect.hpp"

#include <algorithm>
#include <map>

#include "connectors/ical/editor.hpp"
#include "connectors/ical/event.hpp"
#include "connectors/ical/object.hpp"
#include "connectors/ical/text.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {
namespace {

Result<SeriesInput> series_of(const RemoteObject& object, const std::string& text) {
  FASTI_TRY(SeriesInput input, series_input(object.properties, ical_series_paths()));
  const Document document(text);
  const Zones zones(document);
  FASTI_TRY(const Series series, read_series(document, zones, nullptr, Reading::look));
  if (series.span && series.span->form == EndForm::duration) input.length = SeriesLength::nominal;
  return input;
}

/// The object with what its expansion needs, or why it cannot be read.
Result<SeriesInput> take(const CalendarPart& part, RemoteObject& object, std::vector<ReadNote>& notes) {
  FASTI_TRY(object, read_part(part, &notes, Reading::look));
  object.id = part.uid;
  return series_of(object, part.text);
}

}  // namespace

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
    RemoteObject object;
    auto series = take(part, object, notes);
    for (ReadNote& note : notes) out.problems.push_back({note.line, "warning", part.uid + ": " + note.text});
    if (series) {
      out.objects.push_back(std::move(object));
      out.series.push_back(std::move(*series));
      out.lines.push_back(part.line);
    } else {
      const std::size_t line = line_of(series.error()).value_or(part.line);
      out.problems.push_back({line, "error", part.uid + ": " + series.error().message});
    }
  }
  std::stable_sort(out.problems.begin(), out.problems.end(),
                   [](const auto& a, const auto& b) { return a.line < b.line; });
  return out;
}

std::string written_back(std::string_view text) {
  const auto parts = split_calendar(text);
  std::map<std::string, std::string> objects;
  if (parts)
    for (const CalendarPart& part : *parts) objects.emplace(part.uid, part.text);
  if (auto merged = merge_into_calendar(text, objects); parts && merged) return std::move(*merged);
  const Document document(text);
  return Editor(document).apply();
}

}  // namespace ical
}  // namespace v1
}  // namespace fasti
