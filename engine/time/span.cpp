#include "engine/time/span.hpp"

#include <algorithm>

#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {

using std::chrono::days;
using std::chrono::seconds;

Result<Span> all_day_span(LocalDays first, LocalDays end, DayEnd convention) {
  if (end < first)
    return Error{ErrorKind::bad_input, "the end " + iso_date(end) + " lies before the start " + iso_date(first), "", "",
                 std::nullopt};
  const bool one_more = convention == DayEnd::inclusive || end == first;
  return Span{SpanKind::all_day, LocalSeconds(first), LocalSeconds(end + days(one_more ? 1 : 0)), ""};
}

DayRange days_of(const Span& span, DayEnd convention) {
  const LocalDays first = std::chrono::floor<days>(span.start);
  // A meeting until midnight does not touch the next day; one without a length touches its own.
  const LocalDays end = std::max(std::chrono::ceil<days>(span.end), first + days(1));
  return {first, convention == DayEnd::inclusive ? end - days(1) : end};
}

Result<Span> zoned_span(InstantRange instants, const std::string& zone) {
  FASTI_TRY(const LocalSeconds start, to_wall(instants.start, zone));
  FASTI_TRY(const LocalSeconds end, to_wall(instants.end, zone));
  return Span{SpanKind::zoned, start, end, zone};
}

Result<InstantRange> instants_of(const Span& span, const std::string& zone_of_viewer) {
  const std::string& zone = span.kind == SpanKind::zoned ? span.zone : zone_of_viewer;
  InstantRange out;
  FASTI_TRY(out.start, to_utc(span.start, zone));
  FASTI_TRY(out.end, to_utc(span.end, zone));
  // An end in the second pass of a fold has no wall time of its own: read as the first it can lie before the start.
  out.end = std::max(out.start, out.end);
  return out;
}

}  // namespace v1
}  // namespace fasti
