#include "engine/time/match_zone.hpp"

#include <algorithm>
#include <map>

#include "engine/time/windows_zones.hpp"
#include "engine/time/zone_data.hpp"
#include "engine/time/zone_table.hpp"

namespace fasti {
inline namespace v1 {
namespace {

/// The next instant at which the offset itself changes, or the far future.
ZonePeriod merged_period(const Zone& zone, std::chrono::sys_seconds at, std::chrono::sys_seconds until) {
  ZonePeriod period = period_at(zone, at);
  while (period.end < until) {
    ZonePeriod next = period_at(zone, period.end);
    if (next.offset != period.offset) break;
    period.end = next.end;
  }
  return period;
}

bool has_offsets(const Zone& zone, const OffsetHistory& history, std::chrono::seconds tolerance) {
  ZonePeriod period = merged_period(zone, history.from, history.to);
  std::chrono::seconds offset = history.initial;
  if (period.offset != offset) return false;
  for (const OffsetChange& change : history.changes) {
    if (change.after == offset) continue;
    if (period.end > change.at + tolerance || period.end < change.at - tolerance) return false;
    period = merged_period(zone, period.end, history.to);
    offset = change.after;
    if (period.offset != offset) return false;
  }
  return period.end >= history.to;
}

/// Windows has one name for each zone that people choose, and lists the places that it is for.
const std::map<std::string_view, std::size_t>& places_by_zone() {
  static const std::map<std::string_view, std::size_t> places = [] {
    std::map<std::string_view, std::size_t> out;
    for (const WindowsZone& zone : windows_zones()) {
      std::size_t& known = out[zone.zone];
      known = std::max(known, zone.territories.size());
    }
    return out;
  }();
  return places;
}

bool starts_with(std::string_view text, std::string_view head) { return text.substr(0, head.size()) == head; }

bool is_in_region(std::string_view name) {
  for (const char* region : {"Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/",
                             "Europe/", "Indian/", "Pacific/"})
    if (starts_with(name, region)) return true;
  return false;
}

std::string loud(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c == '_' ? ' ' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

/// Smaller comes first.
std::pair<int, int> rank(std::string_view name, bool fixed) {
  const bool says_offset = name == "UTC" || starts_with(name, "Etc/GMT");
  if (fixed && name == "UTC") return {0, 0};
  if (fixed && says_offset) return {1, static_cast<int>(name.size())};
  const auto places = places_by_zone().find(name);
  if (places != places_by_zone().end() && !says_offset) return {2, -static_cast<int>(places->second)};
  for (const char* region :
       {"Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/"})
    if (starts_with(name, region)) return {3, 0};
  return {4, 0};
}

}  // namespace

namespace {

/// By the order of zone_names(): the first question rules most zones out, and calendars ask it of few years.
const std::vector<std::chrono::seconds>& offsets_at(std::chrono::sys_seconds at) {
  constexpr std::size_t kKnownMax = 100;
  thread_local std::map<std::chrono::sys_seconds, std::vector<std::chrono::seconds>> known;
  thread_local std::uint64_t known_of = 0;
  if (known_of != zone_data_number()) known.clear();
  known_of = zone_data_number();
  if (const auto found = known.find(at); found != known.end()) return found->second;
  if (known.size() >= kKnownMax) known.clear();
  std::vector<std::chrono::seconds>& offsets = known[at];
  for (std::string_view name : zone_names()) offsets.push_back(period_at(*find_zone(name), at).offset);
  return offsets;
}

}  // namespace

std::vector<std::string> zones_with(const OffsetHistory& history, std::chrono::seconds tolerance) {
  const bool fixed = std::all_of(history.changes.begin(), history.changes.end(),
                                 [&](const OffsetChange& change) { return change.after == history.initial; });
  std::vector<std::string> found;
  const auto& initial = offsets_at(history.from);
  const auto names = zone_names();
  for (std::size_t i = 0; i < names.size(); ++i)
    if (initial[i] == history.initial && has_offsets(*find_zone(names[i]), history, tolerance))
      found.emplace_back(names[i]);
  std::stable_sort(found.begin(), found.end(),
                   [&](const auto& a, const auto& b) { return rank(a, fixed) < rank(b, fixed); });
  return found;
}

std::string place_of_zone(std::string_view zone) {
  return is_in_region(zone) ? loud(zone.substr(zone.rfind('/') + 1)) : std::string();
}

std::vector<std::string> zones_of_place(std::string_view place) {
  std::vector<std::string> found;
  const std::string wanted = loud(place);
  for (std::string_view name : zone_names())
    if (!wanted.empty() && place_of_zone(name) == wanted) found.emplace_back(name);
  return found;
}

}  // namespace v1
}  // namespace fasti
