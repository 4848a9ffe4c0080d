#include "tests/corpus/ical_series.hpp"

#include <algorithm>
#include <map>

#include "connectors/ical/event.hpp"
#include "engine/base/try.hpp"

namespace fasti {
namespace {

using ical::Event;
using ical::EventLine;
using ical::When;
using ical::Zones;

std::int64_t sequence_of(const Event& event) { return ical::read_integer(event.value("SEQUENCE")).value_or(0); }

bool is_cancelled(const Event& event) { return ical::same_name(event.value("STATUS"), "CANCELLED"); }

Result<SeriesOverride> read_override(const Event& event, const EventLine& id, const std::optional<When>& series,
                                     const Zones& zones) {
  SeriesOverride out;
  FASTI_TRY(When when, ical::read_when(id.property.value, id.property, zones));
  out.key_is_date = when.kind == SpanKind::all_day;
  if (series) {
    FASTI_TRY(when, ical::as_in(when, *series));
  }
  out.key = when.wall;
  out.and_future = ical::same_name(id.property.get("RANGE"), "THISANDFUTURE");
  out.cancelled = is_cancelled(event);
  FASTI_TRY(auto span, ical::read_span(event, zones));
  if (span) out.span = span->span;
  return out;
}

Result<SeriesInput> read_series_input(std::vector<const Event*> events, const Zones& zones) {
  std::stable_sort(events.begin(), events.end(),
                   [](const Event* a, const Event* b) { return sequence_of(*a) < sequence_of(*b); });
  SeriesInput input;
  std::optional<When> start;
  for (const Event* event : events) {
    if (event->find("RECURRENCE-ID")) continue;
    FASTI_TRY(auto span, ical::read_span(*event, zones));
    if (const EventLine* due = span ? nullptr : event->find("DUE")) {
      FASTI_TRY(const When when, ical::read_when(due->property.value, due->property, zones));
      input.span = Span{when.kind, when.wall, when.wall, when.zone};
    }
    if (!span) continue;
    input.span = span->span;
    input.length = span->form == ical::EndForm::duration ? SeriesLength::nominal : SeriesLength::exact;
    start = ical::start_of(span->span);
    FASTI_TRY(auto recurrence, ical::read_recurrence(*event, *start, zones));
    input.recurrence = recurrence.value_or(Recurrence());
  }
  for (const Event* event : events) {
    const EventLine* id = event->find("RECURRENCE-ID");
    if (!id) continue;
    FASTI_TRY(SeriesOverride change, read_override(*event, *id, start, zones));
    input.overrides.push_back(std::move(change));
  }
  return input;
}

}  // namespace

Result<std::vector<SeriesInput>> read_series_inputs(std::string_view text, std::string_view component) {
  const ical::Document document(text);
  const Zones zones(document);
  std::vector<Event> events;
  for (const ical::Component& candidate : document.components())
    if (candidate.name == component) events.emplace_back(document, candidate);
  std::map<std::string, std::vector<const Event*>> by_uid;
  std::size_t nameless = 0;
  for (const Event& event : events) {
    std::string uid(event.value("UID"));
    // Nothing can be the override of an event without a UID.
    if (uid.empty()) uid = "\n" + std::to_string(nameless++);
    by_uid[uid].push_back(&event);
  }
  std::vector<SeriesInput> inputs;
  for (const auto& [uid, of_uid] : by_uid) {
    FASTI_TRY(SeriesInput input, read_series_input(of_uid, zones));
    inputs.push_back(std::move(input));
  }
  return inputs;
}

}  // namespace fasti
