#include "app/exchange/inspect_ics.hpp"

#include <algorithm>

#include "app/exchange/exchange.hpp"
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

/// The event itself and each of its overrides.
void add_occurrences(const RemoteObject& object, Inspection& out) {
  for (const auto& [path, value] : object.properties) {
    const auto* span = std::get_if<Span>(&value);
    if (span == nullptr || path_name(path) != "DTSTART") continue;
    out.occurrences.push_back({out.records.size() - 1, object.uid, *span, utc_of(*span), path_part(path)});
  }
}

/// Instants first compare as instants; a date or a floating time stands where its wall time would be in UTC.
std::chrono::seconds order_of(const Occurrence& one) {
  return one.utc ? one.utc->time_since_epoch() : one.span.start.time_since_epoch();
}

}  // namespace

Inspection inspect_ics(std::string_view text, const Mapping& mapping, const Kind& kind) {
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
    add_occurrences(object, out);
  }
  std::stable_sort(out.problems.begin(), out.problems.end(),
                   [](const auto& a, const auto& b) { return a.line < b.line; });
  std::stable_sort(out.occurrences.begin(), out.occurrences.end(),
                   [](const Occurrence& a, const Occurrence& b) { return order_of(a) < order_of(b); });
  return out;
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
