// What the TZIDs of a text mean.
#include <algorithm>
#include <charconv>
#include <set>
#include <tuple>

#include "connectors/ical/event.hpp"
#include "connectors/ical/times.hpp"
#include "connectors/ical/zone_rules.hpp"
#include "engine/base/try.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {

std::string plain_tzid(std::string_view text) {
  std::string name = unescape_text(text);
  while (!name.empty() && (name.front() == ' ' || name.front() == '"')) name.erase(0, 1);
  while (!name.empty() && (name.back() == ' ' || name.back() == '"')) name.pop_back();
  return name;
}

namespace {

/// How far a series is held against the zone database: further, every old rule is wrong somewhere.
constexpr int kSeriesYears = 10;
constexpr int kEndless = 9999;
/// A change at 02:00 by the clock of winter, of summer or of Greenwich is the same one.
constexpr std::chrono::hours kOtherClock{3};
/// The year that the first eight digits of a value begin with; 0: none.
int year_in(std::string_view value) {
  int year = 0;
  if (value.size() >= 8) std::from_chars(value.data(), value.data() + 4, year);
  return year >= 1601 && year <= 9000 ? year : 0;
}

/// The zone that has the rules for most years from the first on.
std::optional<std::string> match_longest(const ZoneRules& rules, std::chrono::year first, std::chrono::year last,
                                         const std::vector<std::string>& hints) {
  std::optional<std::string> best = match_zone(rules, first, first, hints);
  // Who agrees up to one year agrees up to every earlier one: halve the years in doubt.
  std::chrono::year agreed = first;
  std::chrono::year doubted = last;
  while (best && doubted - agreed > std::chrono::years(1)) {
    const std::chrono::year middle = agreed + (doubted - agreed) / 2;
    auto zone = match_zone(rules, first, middle, hints);
    (zone ? agreed : doubted) = middle;
    if (zone) best = std::move(zone);
  }
  return best;
}

/// "US-Eastern", and what Windows shows to people.
std::optional<std::string> without_rules(const std::string& tzid) {
  std::string name = tzid;
  std::replace(name.begin(), name.end(), '-', '/');
  if (auto zone = resolve_zone(name)) return zone;
  return zone_of_display_name(tzid);
}

/// Whether both know the same offsets in these years, whenever they change.
bool same_clocks(const ZoneRules& rules, const std::string& zone, std::chrono::year first, std::chrono::year last) {
  const std::chrono::sys_seconds from = std::chrono::sys_days(first / 1 / 1);
  const std::chrono::sys_seconds to = std::chrono::sys_days((last + std::chrono::years(1)) / 1 / 1);
  const auto history = rules.history(from, to);
  const auto changes = offset_changes(zone, from, to);
  const auto initial = offset_at(from, zone);
  if (!history || !changes || !initial) return false;
  auto offsets = [](std::chrono::seconds at_first, const std::vector<OffsetChange>& all) {
    std::set<std::chrono::seconds> out{at_first};
    for (const OffsetChange& change : all) out.insert(change.after);
    return out;
  };
  return offsets(history->initial, history->changes) == offsets(*initial, *changes);
}

}  // namespace

Zones::Zones(const Document& document) : document_(&document) {
  for (const Component& component : document.components()) {
    if (component.name == "VCALENDAR" && of_calendar_.empty()) {
      for (std::size_t line : component.lines)
        if (has_name(document.lines()[line].content, "X-WR-TIMEZONE"))
          of_calendar_ = resolve_zone(plain_tzid(parse_property(document.lines()[line].content).value)).value_or("");
    }
    if (component.name != "VTIMEZONE") continue;
    std::string tzid;
    Embedded embedded{&component, ""};
    for (std::size_t line : component.lines) {
      const std::string_view content = document.lines()[line].content;
      if (has_name(content, "TZID")) tzid = plain_tzid(parse_property(content).value);
      if (has_name(content, "X-LIC-LOCATION")) embedded.location = parse_property(content).value;
    }
    if (!tzid.empty()) embedded_.emplace(std::move(tzid), std::move(embedded));
  }
}

const Zones::Years& Zones::years() const {
  if (!years_) years_ = find_years();
  return *years_;
}

Zones::Years Zones::find_years() const {
  Years out;
  int until = 0;
  auto see = [&](int year) {
    if (year == 0) return;
    out.first = out.first == 0 ? year : std::min(out.first, year);
    out.last = std::max(out.last, year);
  };
  for (const Component* event : find_events(*document_)) {
    for (std::size_t line : event->lines) {
      const Property property = parse_property(document_->lines()[line].content);
      const bool dates = is_one_of(property.name, {"RDATE", "EXDATE", "RECURRENCE-ID"});
      if (dates || property.name == "DTSTART" || property.name == "DTEND")
        for (std::string_view piece : split_list(property.value)) see(year_in(piece));
      out.series |= dates || property.name == "RRULE";
      if (property.name != "RRULE") continue;
      const std::string rule = canonical_rule(property.value);
      const std::size_t at = rule.find("UNTIL=");
      until = std::max(until, at == std::string::npos ? kEndless : year_in(std::string_view(rule).substr(at + 6)));
    }
  }
  if (out.first != 0) out.last = std::min(std::max(out.last, until), out.first + kSeriesYears);
  return out;
}

Zones::Match Zones::match(const std::string& tzid, const Embedded& embedded) const {
  // A feed has the same few descriptions with each of its events.
  using Key = std::tuple<std::string, std::string, int, int>;
  constexpr std::size_t kKnownMax = 200;
  thread_local std::map<Key, Match> known;
  const Years range = years();
  if (range.first == 0) return {};
  const Key key(std::string(document_->bytes(*embedded.component)), of_calendar_, range.first, range.last);
  if (auto found = known.find(key); found != known.end()) return found->second;
  Match out;
  if (const auto rules = ZoneRules::read(*document_, *embedded.component)) {
    const std::vector<std::string> hints = {tzid, of_calendar_};
    const std::chrono::year first(range.first);
    const std::chrono::year last(range.last);
    out.zone = match_zone(*rules, first, last, hints);
    // What a series was written with years ago may have been overtaken by a law that the database knows.
    if (!out.zone && range.series) out.zone = match_longest(*rules, first, last, hints);
    out.loose = !out.zone;
    if (!out.zone) out.zone = match_zone(*rules, first, last, hints, kOtherClock);
    if (!out.zone) out.zone = without_rules(tzid);
    if (out.loose && out.zone && !same_clocks(*rules, *out.zone, first, last)) out.zone.reset();
  }
  if (known.size() >= kKnownMax) known.clear();
  return known[key] = out;
}

Zones::Match Zones::find(const std::string& tzid) const {
  auto embedded = embedded_.find(tzid);
  if (auto zone = resolve_zone(tzid)) {
    // A Windows name stands for many places; the text may say which.
    const std::string location = embedded == embedded_.end() ? "" : embedded->second.location;
    for (const std::string& place : {location, of_calendar_}) {
      if (place.empty() || same_name(*zone, tzid)) continue;
      if (const auto windows = windows_zone(place); windows && same_name(*windows, tzid)) return {place, false};
    }
    return {zone, false};
  }
  if (embedded == embedded_.end()) return {without_rules(tzid), false};
  if (auto zone = resolve_zone(embedded->second.location)) return {zone, false};
  const Match out = match(tzid, embedded->second);
  if (out.zone)
    by_rules_[tzid] = {document_->number(*embedded->second.component),
                       "read as " + *out.zone + ", whose rules it " + (out.loose ? "nearly has" : "has")};
  return out;
}

Result<std::string> Zones::resolve(const std::string& text) const {
  const std::string tzid = plain_tzid(text);
  auto [entry, first] = resolved_.try_emplace(tzid);
  if (first) entry->second = find(tzid);
  if (entry->second.zone) return *entry->second.zone;
  Error error;
  error.kind = ErrorKind::bad_input;
  error.message = "unknown zone \"" + tzid + "\"";
  error.hint =
      has(tzid) ? "its VTIMEZONE has the rules of no zone of the database" : "use an IANA zone like \"Europe/Berlin\"";
  return error;
}

Result<When> Zones::place(LocalSeconds wall, const std::string& text) const {
  // The times of an event share one TZID, and nearly all of them are names.
  if (!last_named_.first.empty() && text == last_named_.first) return When{SpanKind::zoned, wall, last_named_.second};
  auto zone = resolve(text);
  const std::string tzid = plain_tzid(text);
  const auto embedded = embedded_.find(tzid);
  const bool by_name = zone && (!resolved_[tzid].loose || years().series);
  if (by_name) {
    last_named_ = {text, *zone};
    return When{SpanKind::zoned, wall, std::move(*zone)};
  }
  if (embedded == embedded_.end() || years().series) return zone.error();
  const auto rules = ZoneRules::read(*document_, *embedded->second.component);
  if (!rules) return zone.error();
  FASTI_TRY(const auto utc, rules->to_utc(wall));
  const auto in_zone = zone ? fasti::to_utc(wall, *zone) : Result<std::chrono::sys_seconds>(zone.error());
  if (in_zone && *in_zone == utc) return When{SpanKind::zoned, wall, std::move(*zone)};
  by_rules_[tzid] = {document_->number(*embedded->second.component), "no zone has its rules: read as instants in UTC"};
  return When{SpanKind::zoned, LocalSeconds(utc.time_since_epoch()), "UTC"};
}

std::optional<std::string> Zones::spelling(const std::string& zone) const {
  if (has(zone)) return zone;
  for (const auto& [tzid, embedded] : embedded_) {
    auto resolved = resolve(tzid);
    if (resolved && *resolved == zone) return tzid;
  }
  return std::nullopt;
}

}  // namespace ical
}  // namespace v1
}  // namespace fasti
