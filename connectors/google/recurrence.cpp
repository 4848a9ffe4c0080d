#include <algorithm>

#include "connectors/google/body.hpp"
#include "connectors/google/json.hpp"
#include "connectors/ical/event.hpp"
#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace google {
namespace {

Error no_date(const std::string& text) {
  return {ErrorKind::bad_input, "no date of a series: \"" + text + "\"", "", "", std::nullopt};
}

Result<std::string> utc_text(LocalSeconds wall, const std::string& zone) {
  FASTI_TRY(const auto utc, to_utc(wall, zone.empty() ? "UTC" : zone));
  return basic_time(LocalSeconds(utc.time_since_epoch())) + "Z";
}

/// A DATE-TIME UNTIL cuts the last day of an all-day series, one without Z is refused for a timed one.
Result<std::string> with_until(const std::string& rule, const Span& series) {
  const auto begin = rule.find("UNTIL=");
  if (begin == std::string::npos) return rule;
  const auto from = begin + 6;
  const auto end = std::min(rule.find(';', from), rule.size());
  const std::string text = rule.substr(from, end - from);
  std::string until = text;
  if (series.kind == SpanKind::all_day) {
    until = text.substr(0, 8);
  } else if (text.back() != 'Z') {
    const auto day = parse_date(text);
    const auto wall =
        day ? std::optional(LocalSeconds(*day) + std::chrono::hours(24) - std::chrono::seconds(1)) : parse_time(text);
    if (!wall) return no_date(text);
    FASTI_TRY(until, utc_text(*wall, series.zone));
  }
  return rule.substr(0, from) + until + rule.substr(end);
}

struct DateLine {
  std::string head;
  std::string dates;
};

/// One line per form that the dates have: times, days, periods.
Status add_dates(const char* name, const std::vector<std::string>& keys, const Span& series,
                 std::vector<std::string>& out) {
  std::vector<DateLine> lines;
  for (const std::string& key : keys) {
    const auto slash = key.find('/');
    const auto head = key.substr(0, slash);
    const auto day = parse_date(head);
    const auto wall = day ? std::nullopt : parse_time(head);
    if (!day && !wall) return no_date(key);
    const bool utc = series.zone.empty() || series.zone == "UTC";
    const std::string zone = utc ? "" : ";TZID=" + series.zone;
    std::string form = name + (day ? std::string(";VALUE=DATE")
                                   : (slash == std::string::npos ? "" : std::string(";VALUE=PERIOD")) + zone);
    std::string text = day ? basic_date(*day) : basic_time(*wall) + (utc ? "Z" : "");
    if (slash != std::string::npos) text += key.substr(slash);
    auto line = std::find_if(lines.begin(), lines.end(), [&](const DateLine& l) { return l.head == form; });
    if (line == lines.end())
      lines.push_back({std::move(form), std::move(text)});
    else
      line->dates += "," + text;
  }
  for (auto& line : lines) out.push_back(line.head + ":" + line.dates);
  return {};
}

/// Takes `key` out of a list; false when it is not in it.
bool take(std::vector<std::string>& list, const std::string& key) {
  const auto found = std::find(list.begin(), list.end(), key);
  if (found == list.end()) return false;
  list.erase(found);
  return true;
}

/// Whether an old line says nothing but what is wanted; then it is taken out of `open`.
bool keeps(const std::string& line, const ical::When& series, Recurrence& open) {
  const ical::EventLine entry{0, ical::parse_property(line)};
  const ical::Name name = entry.property.name;
  if (name == "RRULE") return take(open.rules, ical::canonical_rule(entry.property.value));
  if (name == "EXRULE") return take(open.exrules, ical::canonical_rule(entry.property.value));
  if (name != "RDATE" && name != "EXDATE") return false;
  const auto keys = ical::read_dates(entry, series, ical::Zones());
  if (!keys) return false;
  auto left = name == "RDATE" ? open.rdates : open.exdates;
  for (const auto& key : *keys)
    if (!take(left, key)) return false;
  (name == "RDATE" ? open.rdates : open.exdates) = std::move(left);
  return true;
}

}  // namespace

Result<std::vector<std::string>> recurrence_lines(const Recurrence& wanted, const Span& series,
                                                  const std::vector<std::string>& before) {
  Recurrence open = wanted;
  for (auto* rules : {&open.rules, &open.exrules}) {
    for (auto& rule : *rules) {
      FASTI_TRY(rule, with_until(rule, series));
    }
  }
  std::vector<std::string> out;
  for (const auto& line : before)
    if (keeps(line, ical::start_of(series), open)) out.push_back(line);
  for (const auto& rule : open.rules) out.push_back("RRULE:" + rule);
  for (const auto& rule : open.exrules) out.push_back("EXRULE:" + rule);
  FASTI_CHECK(add_dates("RDATE", open.rdates, series, out));
  FASTI_CHECK(add_dates("EXDATE", open.exdates, series, out));
  return out;
}

std::vector<std::string> lines_of(const Item& item) {
  std::vector<std::string> out;
  const auto json = parse_json(item.json);
  if (!json) return out;
  for (const Json& one : json->list("recurrence"))
    if (auto line = one.as_text()) out.push_back(std::move(*line));
  return out;
}

LocalSeconds place_part(const std::string& part, const Span& series) {
  if (const auto day = parse_date(part)) return LocalSeconds(*day);
  return parse_time(part).value_or(series.start);
}

Result<std::string> original_start(const std::string& part, const Span& series) {
  if (series.kind == SpanKind::all_day) {
    const auto day = parse_date(part);
    if (!day) return no_date(part);
    return iso_date(*day);
  }
  const auto wall = parse_time(part);
  if (!wall) return no_date(part);
  FASTI_TRY(const auto utc, to_utc(*wall, series.zone.empty() ? "UTC" : series.zone));
  return iso_time(LocalSeconds(utc.time_since_epoch())) + "Z";
}

}  // namespace google
}  // namespace v1
}  // namespace fasti
