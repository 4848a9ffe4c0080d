#include "connectors/ical/zone_rules.hpp"

#include <algorithm>

#include "connectors/ical/event.hpp"
#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {
namespace {

using namespace std::chrono;

Error bad_zone(std::string message, std::size_t line) {
  return at_line(Error{ErrorKind::bad_input, std::move(message), "", "", std::nullopt}, line);
}

/// UNTIL is an instant, the onsets are wall times of the offset before.
std::string with_local_until(std::string rule, seconds before) {
  const std::size_t at = rule.find("UNTIL=");
  if (at == std::string::npos) return rule;
  const std::size_t from = at + 6;
  const std::size_t end = std::min(rule.find(';', from), rule.size());
  const std::string text = rule.substr(from, end - from);
  if (text.empty() || text.back() != 'Z') return rule;
  const auto wall = parse_time(std::string_view(text).substr(0, text.size() - 1));
  return wall ? rule.replace(from, end - from, basic_time(*wall + before)) : rule;
}

sys_seconds instant_of(LocalSeconds wall, seconds offset) { return sys_seconds(wall.time_since_epoch() - offset); }
LocalSeconds wall_of(sys_seconds utc, seconds offset) { return LocalSeconds(utc.time_since_epoch() + offset); }

/// Onsets are floating: their wall times stand as if they were instants.
sys_seconds as_instant(LocalSeconds wall) { return sys_seconds(wall.time_since_epoch()); }

}  // namespace

Result<ZoneRules::Observance> ZoneRules::read_observance(const Document& document, const Component& part) const {
  const Event event(document, part);
  const Zones none;
  const EventLine* start = event.find("DTSTART");
  const auto before = read_utc_offset(event.value("TZOFFSETFROM"));
  const auto after = read_utc_offset(event.value("TZOFFSETTO"));
  if (!start || !after)
    return bad_zone(std::string(part.name) + " without DTSTART or TZOFFSETTO", document.number(part));
  FASTI_TRY(When first, read_when(start->property.value, start->property, none));
  first = {SpanKind::floating, first.wall, ""};
  SeriesInput input;
  input.span = Span{SpanKind::floating, first.wall, first.wall, ""};
  for (const EventLine& line : event.lines()) {
    if (line.property.name == "RRULE")
      input.recurrence.rules.push_back(with_local_until(canonical_rule(line.property.value), before.value_or(*after)));
    if (line.property.name != "RDATE") continue;
    FASTI_TRY(const auto dates, read_dates(line, first, none));
    input.recurrence.rdates.insert(input.recurrence.rdates.end(), dates.begin(), dates.end());
  }
  FASTI_TRY(fasti::Series onsets, fasti::Series::make(std::move(input)));
  return Observance{std::move(onsets), first.wall, before.value_or(*after), *after, std::string(event.value("TZNAME"))};
}

Result<ZoneRules> ZoneRules::read(const Document& document, const Component& zone) {
  ZoneRules rules;
  for (std::size_t child : zone.children) {
    const Component& part = document.components()[child];
    if (part.name != "STANDARD" && part.name != "DAYLIGHT") continue;
    auto observance = rules.read_observance(document, part);
    if (!observance) return at_line(observance.error(), document.number(part));
    if (!observance->name.empty()) rules.names_.push_back(observance->name);
    rules.observances_.push_back(std::move(*observance));
  }
  if (rules.observances_.empty()) return bad_zone("VTIMEZONE without STANDARD or DAYLIGHT", document.number(zone));
  return rules;
}

const ZoneRules::Observance& ZoneRules::earliest() const {
  return *std::min_element(observances_.begin(), observances_.end(),
                           [](const Observance& a, const Observance& b) { return a.first < b.first; });
}

Result<OffsetHistory> ZoneRules::history(sys_seconds from, sys_seconds to) const {
  OffsetHistory out{from, to, earliest().before, {}};
  sys_seconds latest = sys_seconds::min();
  for (const Observance& observance : observances_) {
    // Wall times of the offset before, compared as instants only once they are ones.
    const LocalSeconds wall = wall_of(from, observance.before);
    FASTI_TRY(const Found last, observance.onsets.previous(as_instant(wall) + seconds(1)));
    if (last.occurrence) {
      const sys_seconds at = instant_of(last.occurrence->start, observance.before);
      if (at > latest) out.initial = observance.after;
      latest = std::max(latest, at);
    }
    Window window;
    window.from = as_instant(wall) + seconds(1);
    window.to = as_instant(wall_of(to, observance.before));
    FASTI_TRY(const auto onsets, observance.onsets.expand(window));
    for (const Occurrence& onset : onsets)
      out.changes.push_back(
          {instant_of(onset.start, observance.before), observance.before, observance.after, false, observance.name});
  }
  std::stable_sort(out.changes.begin(), out.changes.end(),
                   [](const OffsetChange& a, const OffsetChange& b) { return a.at < b.at; });
  return out;
}

Result<sys_seconds> ZoneRules::to_utc(LocalSeconds wall) const {
  const sys_seconds about(wall.time_since_epoch());
  FASTI_TRY(const OffsetHistory near, history(about - days(3), about + days(3)));
  seconds offset = near.initial;
  for (const OffsetChange& change : near.changes) {
    // Onward from where the later of both readings of the clock begins; in a gap and a fold that is the first offset.
    if (wall >= wall_of(change.at, std::max(offset, change.after))) offset = change.after;
  }
  return instant_of(wall, offset);
}

namespace {

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80; }

bool has_word(const std::string& text, const std::string& word) {
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const bool begins = at == 0 || !is_letter(text[at - 1]);
    const bool ends = at + word.size() == text.size() || !is_letter(text[at + word.size()]);
    if (begins && ends) return true;
  }
  return false;
}

/// 2: a hint is its name (however spelled), 1: a hint has its city in it.
int hinted(const std::string& zone, const std::vector<std::string>& hints) {
  int best = 0;
  for (const std::string& hint : hints) {
    std::string spelled = hint;
    std::replace(spelled.begin(), spelled.end(), '/', '-');
    std::string name = upper(zone);
    std::replace(name.begin(), name.end(), '/', '-');
    if (name.find('-') != std::string::npos && has_word(spelled, name)) return 2;
    const std::string place = place_of_zone(zone);
    if (!place.empty() && has_word(hint, place)) best = 1;
  }
  return best;
}

std::size_t shared_names(const std::string& zone, const OffsetHistory& history) {
  auto changes = offset_changes(zone, history.from, history.to);
  if (!changes || changes->size() != history.changes.size()) return 0;
  std::size_t same = 0;
  for (std::size_t i = 0; i < changes->size(); ++i) same += (*changes)[i].name == history.changes[i].name;
  return same;
}

}  // namespace

std::optional<std::string> match_zone(const ZoneRules& rules, year first, year last,
                                      const std::vector<std::string>& hints, seconds tolerance) {
  auto history = rules.history(sys_days(first / 1 / 1), sys_days((last + years(1)) / 1 / 1));
  if (!history) return std::nullopt;
  const auto zones = zones_with(*history, tolerance);
  if (zones.empty()) return std::nullopt;
  std::vector<std::string> loud;
  for (const std::string& hint : hints) loud.push_back(upper(hint));
  const std::string* best = nullptr;
  std::pair<int, std::size_t> best_score;
  for (const std::string& zone : zones) {
    std::size_t names = shared_names(zone, *history);
    if (history->changes.empty())
      if (auto info = offset_info_at(history->from, zone))
        names = static_cast<std::size_t>(std::count(rules.names().begin(), rules.names().end(), info->name));
    const std::pair<int, std::size_t> score{hinted(zone, loud), names};
    if (best && score <= best_score) continue;
    best = &zone;
    best_score = score;
  }
  return *best;
}

namespace {

constexpr std::pair<std::string_view, std::string_view> kDisplayNames[] = {
    {"ALASKA", "America/Anchorage"},
    {"ARIZONA", "America/Phoenix"},
    {"ATLANTIC TIME (CANADA)", "America/Halifax"},
    {"CENTRAL TIME (US & CANADA)", "America/Chicago"},
    {"EASTERN TIME (US & CANADA)", "America/New_York"},
    {"HAWAII", "Pacific/Honolulu"},
    {"INDIANA (EAST)", "America/Indianapolis"},
    {"MOUNTAIN TIME (US & CANADA)", "America/Denver"},
    {"NEWFOUNDLAND", "America/St_Johns"},
    {"PACIFIC TIME (US & CANADA)", "America/Los_Angeles"},
    {"SASKATCHEWAN", "America/Regina"},
};

/// "(UTC-05:00) …": the standard offset, which is taken off the name.
std::optional<seconds> take_offset(std::string& name) {
  const bool is_one = name.rfind("(UTC", 0) == 0 || name.rfind("(GMT", 0) == 0;
  const std::size_t end = name.find(')');
  if (!is_one || end == std::string::npos) return std::nullopt;
  std::string digits;
  for (char c : name.substr(4, end - 4))
    if (c != ':' && c != ' ') digits += c;
  name.erase(0, std::min(name.find_first_not_of(' ', end + 1), name.size()));
  return digits.empty() ? seconds(0) : read_utc_offset(digits);
}

/// Of a recent year; summer time is ahead everywhere that Windows lists.
std::optional<seconds> standard_offset(const std::string& zone) {
  const auto winter = offset_info_at(sys_days(year(2020) / 1 / 1), zone);
  const auto summer = offset_info_at(sys_days(year(2020) / 7 / 1), zone);
  if (!winter || !summer) return std::nullopt;
  return std::min(winter->offset, summer->offset);
}

}  // namespace

std::optional<std::string> zone_of_display_name(std::string_view text) {
  std::string name = upper(text);
  const auto offset = take_offset(name);
  if (const std::size_t at = name.find(" AND "); at != std::string::npos) name.replace(at, 5, " & ");
  std::vector<std::string> found;
  while (!name.empty()) {
    const std::size_t end = std::min(name.find(','), name.size());
    const std::string piece = name.substr(0, end);
    name.erase(0, std::min(name.find_first_not_of(' ', end + 1), name.size()));
    for (const auto& [phrase, zone] : kDisplayNames)
      if (piece == phrase) found.insert(found.end(), 2, std::string(zone));
    const auto places = zones_of_place(piece);
    if (places.size() == 1) found.push_back(places.front());
  }
  // One city by itself could be anything; two with one clock, or one with the offset beside it, are what Windows shows.
  if (found.empty() || (found.size() < 2 && !offset)) return std::nullopt;
  const auto wanted = offset ? offset : standard_offset(found.front());
  for (const std::string& zone : found)
    if (standard_offset(zone) != wanted) return std::nullopt;
  return found.front();
}

}  // namespace ical
}  // namespace v1
}  // namespace fasti
