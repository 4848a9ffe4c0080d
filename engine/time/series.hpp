#pragma once
// The occurrences of one record: its span, its recurrence and the occurrences that were changed, moved or cancelled, as
// spans in a window. README.md says which choices were made where RFC 5545 leaves one. Not for splitting or merging
// series (engine/merge) and not for text (connectors/ical).
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fasti/error.hpp>
#include <fasti/record.hpp>
#include <fasti/value.hpp>

namespace fasti {
inline namespace v1 {

/// RECURRENCE-ID and what it changes.
struct SeriesOverride {
  LocalSeconds key{};        ///< wall time in the series zone; with `key_is_date` the midnight of its day
  bool key_is_date = false;  ///< names the occurrence of that day
  bool and_future = false;   ///< RANGE=THISANDFUTURE
  bool cancelled = false;
  std::optional<Span> span;  ///< absent: the time stays
};

/// How long the occurrences are (RFC 5545 3.8.5.3): DTEND gives an exact length, DURATION a nominal one. They differ
/// only across a change of the zone's offset.
enum class SeriesLength { exact, nominal };

struct SeriesInput {
  std::optional<Span> span;  ///< absent: overrides without their series
  Recurrence recurrence;     ///< empty: one event
  std::vector<SeriesOverride> overrides;
  SeriesLength length = SeriesLength::exact;
};

/// The names of the paths that series_input() reads: those of a record of kind booking, or of an iCalendar object.
struct SeriesPaths {
  std::string span = "when";
  std::string recurrence = "recurrence";
  std::string status = "status";
  std::string cancelled = "cancelled";
  std::string range = "range";  ///< "…@key" holding "THISANDFUTURE"
};
SeriesPaths ical_series_paths();  ///< DTSTART, RRULE, STATUS = CANCELLED, RANGE

/// `values` is a record's fields or a remote object's properties ("when", "when@2026-04-13T18:00:00", …). bad_input
/// when a key cannot be read.
Result<SeriesInput> series_input(const std::map<std::string, Value>& values, const SeriesPaths& paths);
Result<SeriesInput> series_input(const Fields& fields, const SeriesPaths& paths = {});

/// No allocation each: what it looks like as a Span, Series::span_of says.
struct Occurrence {
  LocalSeconds key{};  ///< its RECURRENCE-ID: wall time in the series zone (all-day: midnight)
  SpanKind kind = SpanKind::floating;
  LocalSeconds start{};  ///< wall time in the occurrence's zone
  LocalSeconds end{};
  std::chrono::sys_seconds utc_start{};  ///< all-day and floating: in Window::zone
  std::chrono::sys_seconds utc_end{};
  int override_index = -1;  ///< into Series::overrides(); -1: as the series says
  bool own_zone = false;    ///< start and end are in the zone of that override, not in the series'
};

enum class WindowSelect { starting, overlapping };

struct Window {
  std::chrono::sys_seconds from{};  ///< inclusive
  std::chrono::sys_seconds to{};    ///< exclusive
  std::string zone = "UTC";         ///< where all-day and floating times are placed
  WindowSelect select = WindowSelect::starting;
  std::int64_t steps = 1'000'000;  ///< the work one call may do (rule_walk.hpp)
};

/// The answer of next() and previous().
struct Found {
  std::optional<Occurrence> occurrence;
  /// No occurrence, and the budget was spent: there is none between the question and `searched_to` (series zone's
  /// wall time); nobody knows about later ones.
  bool gave_up = false;
  LocalSeconds searched_to{};
};

/// Immutable; any number of threads may ask.
class Series {
 public:
  /// bad_input for a rule, date or zone that cannot be read; unsupported for a calendar other than GREGORIAN.
  static Result<Series> make(SeriesInput input);

  /// In order of time. bad_input when the window holds more than the steps allow; never a part of the answer.
  Result<std::vector<Occurrence>> expand(const Window& window) const;
  /// The first one that starts after an instant, and the last one that starts before it.
  Result<Found> next(std::chrono::sys_seconds after, const Window& limits = {}) const;
  Result<Found> previous(std::chrono::sys_seconds before, const Window& limits = {}) const;
  /// Whether some occurrence starts at that instant.
  Result<bool> starts_at(std::chrono::sys_seconds instant, const Window& limits = {}) const;
  /// nullopt: endless. bad_input: more than the steps allow.
  Result<std::optional<std::int64_t>> count(const Window& limits = {}) const;

  Span span_of(const Occurrence& occurrence) const;
  const std::vector<SeriesOverride>& overrides() const;

  struct Body;

 private:
  explicit Series(std::shared_ptr<const Body> body) : body_(std::move(body)) {}
  std::shared_ptr<const Body> body_;
};

}  // namespace v1
}  // namespace fasti
