#include "app/exchange/inspect_ics.hpp"

#include <algorithm>

#include "app/exchange/exchange.hpp"
#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/series.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

namespace {

std::optional<std::chrono::sys_seconds> utc_of(const Span& span) {
  if (span.kind != SpanKind::zoned) return std::nullopt;
  auto utc = to_utc(span.start, span.zone);
  return utc ? std::optional(*utc) : std::nullopt;
}

std::string uid_of(const RemoteObject& object) { return object.uid.empty() ? object.id : object.uid; }

/// The event itself and each of its overrides.
void add_written(const RemoteObject& object, Inspection& out) {
  for (const auto& [path, value] : object.properties) {
    const auto* span = std::get_if<Span>(&value);
    if (span == nullptr || path_name(path) != "DTSTART") continue;
    const std::string part = path_part(path);
    out.occurrences.push_back({out.records.size() - 1, uid_of(object), *span, utc_of(*span), part, !part.empty()});
  }
}

bool is_before(const Span& span, const std::optional<std::chrono::sys_seconds>& utc, const ExpandLimit& limit) {
  if (limit.instant && utc) return *utc < std::chrono::sys_seconds(limit.wall.time_since_epoch());
  return span.start < limit.wall;
}

/// Clocks everywhere are within a day of UTC's: a wider window, then each occurrence by its own clock.
Status add_expanded(const RemoteObject& object, const SeriesInput& input, const ExpandWindow& window, Inspection& out) {
  if (!input.span && input.overrides.empty()) return {};
  const bool recurs = !(input.recurrence == Recurrence()) || !input.overrides.empty();
  FASTI_TRY(const Series series, Series::make(input));
  Window wide;
  wide.from = std::chrono::sys_seconds(window.from.wall.time_since_epoch()) - std::chrono::days(2);
  wide.to = std::chrono::sys_seconds(window.to.wall.time_since_epoch()) + std::chrono::days(2);
  FASTI_TRY(const auto occurrences, series.expand(wide));
  for (const Occurrence& one : occurrences) {
    const Span span = series.span_of(one);
    const auto utc = span.kind == SpanKind::zoned ? std::optional(one.utc_start) : std::nullopt;
    if (is_before(span, utc, window.from) || !is_before(span, utc, window.to)) continue;
    const bool all_day = (input.span ? input.span->kind : span.kind) == SpanKind::all_day;
    const std::string key = all_day ? iso_date(std::chrono::floor<std::chrono::days>(one.key)) : iso_time(one.key);
    out.occurrences.push_back(
        {out.records.size() - 1, uid_of(object), span, utc, recurs ? key : "", one.override_index >= 0});
  }
  return {};
}

/// Instants first compare as instants; a date or a floating time stands where its wall time would be in UTC.
std::chrono::seconds order_of(const InspectedOccurrence& one) {
  return one.utc ? one.utc->time_since_epoch() : one.span.start.time_since_epoch();
}

}  // namespace

std::optional<ExpandLimit> parse_limit(const std::string& text) {
  if (const auto day = parse_date(text)) return ExpandLimit{LocalSeconds(*day), false};
  if (const auto wall = parse_time(text)) return ExpandLimit{*wall, false};
  std::string basic = text;
  const bool utc = !basic.empty() && basic.back() == 'Z';
  if (utc) basic.pop_back();
  if (const auto wall = utc ? parse_time(basic) : std::nullopt) return ExpandLimit{*wall, true};
  const auto instant = parse_instant(text);
  if (!instant) return std::nullopt;
  return ExpandLimit{LocalSeconds(std::chrono::floor<std::chrono::seconds>(instant->time_since_epoch())), true};
}

Inspection inspect_ics(std::string_view text, const Mapping& mapping, const Kind& kind,
                       const std::optional<ExpandWindow>& window) {
  auto read = ical::inspect(text);
  Inspection out;
  out.problems = std::move(read.problems);
  for (std::size_t i = 0; i < read.objects.size(); ++i) {
    const auto& object = read.objects[i];
    auto decoded = mapping.decode(object.properties, nullptr, no_references());
    for (const auto& problem : decoded.problems) {
      out.problems.push_back(
          {read.lines[i], problem.fatal ? "error" : "warning", problem.path + ": " + problem.message});
    }
    out.records.push_back({kind.name, event_record_id(object), std::move(decoded.fields)});
    if (!window) {
      add_written(object, out);
      continue;
    }
    const Status expanded = add_expanded(object, read.series[i], *window, out);
    if (!expanded) out.problems.push_back({read.lines[i], "error", uid_of(object) + ": " + expanded.error().message});
  }
  std::stable_sort(out.problems.begin(), out.problems.end(),
                   [](const auto& a, const auto& b) { return a.line < b.line; });
  std::stable_sort(out.occurrences.begin(), out.occurrences.end(),
                   [](const auto& a, const auto& b) { return order_of(a) < order_of(b); });
  return out;
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
