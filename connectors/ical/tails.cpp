#include "connectors/ical/tails.hpp"

#include <algorithm>

#include "connectors/ical/edit.hpp"
#include "engine/base/try.hpp"
#include "engine/time/series.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {
namespace {

/// More single occurrences than any calendar shows well.
constexpr std::size_t kOccurrencesMax = 750;
/// Of the whole series, to find those: five centuries of days.
constexpr std::int64_t kSteps = 200'000;

/// A series is expanded for its tail only: that is where it fails, whatever its rule says.
Error at_tail(const Series& series, Error error) {
  const auto tail = std::find_if(series.overrides.begin(), series.overrides.end(),
                                 [](const Override& part) { return part.and_future; });
  return at_line(std::move(error), tail->event.number(*tail->event.find("RECURRENCE-ID")));
}

Error too_long(const std::string& why) {
  return Error{ErrorKind::unsupported, "RANGE=THISANDFUTURE " + why + ": no other calendar can say that", "",
               "let the calendar that made it split the series, or give it an end", std::nullopt};
}

Result<SeriesInput> input_of(const Series& series, const Zones& zones) {
  SeriesInput input;
  input.span = series.span->span;
  if (series.span->form == EndForm::duration) input.length = SeriesLength::nominal;
  FASTI_TRY(auto recurrence, read_recurrence(series.master, series.start, zones));
  if (recurrence) input.recurrence = std::move(*recurrence);
  for (const Override& part : series.overrides) {
    const auto key = read_key(part.key, series.start);
    // Occurrences name their override by its place in the list.
    if (!key) return Error{ErrorKind::bad_input, "not an occurrence: \"" + part.key + "\"", "", "", std::nullopt};
    SeriesOverride change;
    change.key = key->wall;
    change.and_future = part.and_future;
    FASTI_TRY(const auto span, read_span(part.event, zones));
    if (span) change.span = span->span;
    input.overrides.push_back(std::move(change));
  }
  return input;
}

Result<std::vector<TailOccurrence>> expand_tails(const Series& series, const Zones& zones) {
  FASTI_TRY(SeriesInput input, input_of(series, zones));
  FASTI_TRY(const auto expanded, fasti::Series::make(std::move(input)));
  Window all;
  all.from = std::chrono::sys_days(std::chrono::year(1) / 1 / 1);
  all.to = std::chrono::sys_days(std::chrono::year(9999) / 12 / 31);
  all.steps = kSteps;
  FASTI_TRY(const auto count, expanded.count(all));
  if (!count) return too_long("in a series without an end");
  FASTI_TRY(const auto occurrences, expanded.expand(all));
  std::vector<TailOccurrence> out;
  for (const Occurrence& one : occurrences) {
    if (one.override_index < 0) continue;
    const Override& part = series.overrides[static_cast<std::size_t>(one.override_index)];
    std::string key = key_of({series.start.kind, one.key, series.start.zone});
    if (part.and_future && key != part.key) out.push_back({std::move(key), expanded.span_of(one), &part});
  }
  if (out.size() > kOccurrencesMax) return too_long("that speaks of " + std::to_string(out.size()) + " occurrences");
  return out;
}

}  // namespace

bool has_tail(const Series& series) {
  return series.span && std::any_of(series.overrides.begin(), series.overrides.end(),
                                    [](const Override& part) { return part.and_future; });
}

Result<std::vector<TailOccurrence>> tail_occurrences(const Series& series, const Zones& zones) {
  if (!has_tail(series)) return std::vector<TailOccurrence>();
  auto out = expand_tails(series, zones);
  if (!out) return at_tail(series, std::move(out).error());
  return out;
}

Result<std::string> without_tails(const std::string& text) {
  const Document document(text);
  const Zones zones(document);
  FASTI_TRY(const Series series, read_series(document, zones));
  FASTI_TRY(const auto tail, tail_occurrences(series, zones));
  Editor editor(document);
  EditContext context{editor, zones, series.start, "", nullptr, {}, false};
  for (const Override& part : series.overrides) {
    if (!part.and_future) continue;
    const EventLine& id = *part.event.find("RECURRENCE-ID");
    editor.replace(id.line, head_of(id.property, {"RANGE"}) + ":" + std::string(id.property.value));
  }
  const auto after = document.lines()[find_events(document).back()->last].end;
  for (const TailOccurrence& one : tail) {
    const auto key = read_key(one.key, series.start);
    if (!key) continue;
    FASTI_TRY(const std::string copy, copy_as_override(context, {one.of->event, *key, one.span, false}));
    editor.insert(after, copy);
  }
  FASTI_CHECK(add_zones(context));
  return editor.apply();
}

}  // namespace ical
}  // namespace v1
}  // namespace fasti
