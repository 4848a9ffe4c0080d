#include "connectors/notion/date.hpp"

#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/span.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {
namespace {

using std::chrono::minutes;
using std::chrono::sys_seconds;

struct Moment {
  std::optional<sys_seconds> instant;
  std::optional<LocalSeconds> wall;  ///< in the zone that stands beside it
};

/// A time without offset and zone is UTC.
std::optional<Moment> moment_of(const std::string& text, const std::string& zone) {
  if (const auto instant = parse_instant(text)) return Moment{std::chrono::floor<minutes>(*instant), std::nullopt};
  std::string wall_text = text;
  if (const auto dot = wall_text.find('.'); dot != std::string::npos) wall_text.resize(dot);
  const auto wall = parse_time(wall_text);
  if (!wall) return std::nullopt;
  const auto cut = std::chrono::floor<minutes>(*wall);
  if (!zone.empty()) return Moment{std::nullopt, cut};
  return Moment{sys_seconds{cut.time_since_epoch()}, std::nullopt};
}

std::optional<LocalSeconds> wall_in(const Moment& moment, const std::string& zone) {
  if (moment.wall) return moment.wall;
  const auto wall = to_wall(*moment.instant, zone);
  return wall ? std::optional(*wall) : std::nullopt;
}

std::string clock_text(LocalSeconds wall) { return iso_time(std::chrono::floor<minutes>(wall)); }

std::string offset_text(std::chrono::seconds offset) {
  const auto total = std::chrono::duration_cast<minutes>(offset).count();
  const auto size = total < 0 ? -total : total;
  const auto two = [](auto number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return (total < 0 ? "-" : "+") + two(size / 60) + ":" + two(size % 60);
}

/// With its offset: exact where a wall time happens twice.
Result<std::string> instant_text(LocalSeconds wall, const std::string& zone) {
  const auto cut = std::chrono::floor<minutes>(wall);
  FASTI_TRY(const auto utc, to_utc(cut, zone));
  FASTI_TRY(const auto offset, offset_at(utc, zone));
  // In a gap the wall time does not exist: what is written is the instant that it means.
  const LocalSeconds shown{(utc + offset).time_since_epoch()};
  return iso_time(shown) + ".000" + offset_text(offset);
}

}  // namespace

std::optional<Span> span_of(const DateTexts& texts) {
  const std::string& end_text = texts.end.empty() ? texts.start : texts.end;
  const auto first = parse_date(texts.start);
  const auto last = parse_date(end_text);
  if (first || last) {
    if (!first || !last) return std::nullopt;
    const auto span = all_day_span(*first, *last, DayEnd::inclusive);
    return span ? std::optional(*span) : std::nullopt;
  }
  std::string zone = "UTC";
  if (!texts.zone.empty()) {
    const auto known = resolve_zone(texts.zone);
    if (!known) return std::nullopt;
    zone = *known;
  }
  const auto start = moment_of(texts.start, texts.zone);
  const auto end = moment_of(end_text, texts.zone);
  if (!start || !end) return std::nullopt;
  const auto from = wall_in(*start, zone);
  const auto to = wall_in(*end, zone);
  if (!from || !to || *to < *from) return std::nullopt;
  return Span{SpanKind::zoned, *from, *to, zone};
}

Result<DateTexts> texts_of(const Span& span) {
  if (span.kind == SpanKind::all_day) {
    const DayRange days = days_of(span, DayEnd::inclusive);
    DateTexts out{iso_date(days.first), iso_date(days.end), ""};
    if (out.end == out.start) out.end.clear();
    return out;
  }
  DateTexts out;
  if (span.kind == SpanKind::floating) {
    out.start = clock_text(span.start) + ".000Z";
    out.end = clock_text(span.end) + ".000Z";
  } else {
    FASTI_TRY(out.start, instant_text(span.start, span.zone));
    FASTI_TRY(out.end, instant_text(span.end, span.zone));
  }
  if (out.end == out.start) out.end.clear();
  return out;
}

std::optional<std::chrono::year_month_day> day_of(const DateTexts& texts) {
  const auto day = parse_date(texts.start.substr(0, 10));
  return day ? std::optional(std::chrono::year_month_day{*day}) : std::nullopt;
}

}  // namespace notion
}  // namespace v1
}  // namespace fasti
