#include "engine/time/zone.hpp"

#include <algorithm>
#include <unordered_map>

#include "engine/time/windows_zones.hpp"
#include "engine/time/zone_data.hpp"
#include "engine/time/zone_table.hpp"

namespace fasti {
inline namespace v1 {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

int compare_any_case(std::string_view a, std::string_view b) {
  const std::size_t n = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < n; ++i)
    if (lower(a[i]) != lower(b[i])) return lower(a[i]) < lower(b[i]) ? -1 : 1;
  return a.size() == b.size() ? 0 : a.size() < b.size() ? -1 : 1;
}

const WindowsZone* find_windows(std::string_view name) {
  const auto zones = windows_zones();
  auto it = std::lower_bound(zones.begin(), zones.end(), name, [](const WindowsZone& zone, std::string_view n) {
    return compare_any_case(zone.name, n) < 0;
  });
  return it != zones.end() && compare_any_case(it->name, name) == 0 ? &*it : nullptr;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '"' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '"' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::optional<std::string> resolve_plain(std::string_view name) {
  if (const Zone* zone = find_zone_any_case(name)) return zone_name(*zone);
  if (compare_any_case(name, "Z") == 0) return "UTC";
  if (const WindowsZone* windows = find_windows(name)) {
    // CLDR says Etc/UTC; an instant given in Z has zone "UTC" everywhere else in Fasti.
    const std::string_view zone = windows->zone == "Etc/UTC" ? "UTC" : windows->zone;
    if (find_zone(zone)) return std::string(zone);
  }
  return std::nullopt;
}

using WindowsNames = std::unordered_map<std::string, std::string>;

/// IANA name -> Windows name, and content of the zone file -> Windows name for names younger than the table
/// ("Europe/Kyiv" is the same file as the "Europe/Kiev" that stands in it).
struct WindowsIndex {
  WindowsNames by_name;
  WindowsNames by_content;

  WindowsIndex() {
    for (const WindowsZone& zone : windows_zones()) add(zone.zone, zone.name);
    for (const WindowsZone& zone : windows_zones()) {
      std::string_view rest = zone.territories;
      while (!rest.empty()) {
        const std::size_t end = std::min(rest.find_first_of(" ,"), rest.size());
        const std::string_view item = rest.substr(0, end);
        const std::size_t equals = item.find('=');
        add(equals == std::string_view::npos ? item : item.substr(equals + 1), zone.name);
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
    }
    by_name.emplace("UTC", "UTC");
    for (const auto& [zone, windows] : by_name) {
      std::string bytes = zone_file(zone);
      if (!bytes.empty()) by_content.emplace(std::move(bytes), windows);
    }
  }
  void add(std::string_view zone, std::string_view windows) { by_name.emplace(zone, windows); }
};

}  // namespace

bool is_zone(std::string_view iana) { return find_zone(iana) != nullptr; }

std::optional<std::string> resolve_zone(std::string_view name) {
  name = trim(name);
  if (name.empty()) return std::nullopt;
  if (auto zone = resolve_plain(name)) return zone;
  const bool vendor = name.front() == '/' || name.find("://") != std::string_view::npos;
  for (std::size_t slash = name.find('/'); vendor && slash != std::string_view::npos; slash = name.find('/', slash + 1))
    if (auto zone = resolve_plain(name.substr(slash + 1))) return zone;
  return std::nullopt;
}

std::optional<std::string> windows_zone(std::string_view iana) {
  static const WindowsIndex index;
  auto it = index.by_name.find(std::string(iana));
  if (it != index.by_name.end()) return it->second;
  if (!is_zone(iana)) return std::nullopt;
  auto same = index.by_content.find(zone_file(iana));
  if (same == index.by_content.end()) return std::nullopt;
  return same->second;
}

Result<sys_seconds> to_utc(LocalSeconds wall, std::string_view zone) {
  const Zone* found = find_zone(zone);
  if (!found) return unknown_zone(zone);
  return sys_seconds(wall.time_since_epoch() - offset_of_wall(*found, wall));
}

Result<LocalSeconds> to_wall(sys_seconds utc, std::string_view zone) {
  const Zone* found = find_zone(zone);
  if (!found) return unknown_zone(zone);
  return LocalSeconds(utc.time_since_epoch() + period_at(*found, utc).offset);
}

Result<seconds> offset_at(sys_seconds utc, std::string_view zone) {
  const Zone* found = find_zone(zone);
  if (!found) return unknown_zone(zone);
  return period_at(*found, utc).offset;
}

Result<Span> in_zone(const Span& span, const std::string& zone) {
  if (span.kind != SpanKind::zoned || span.zone == zone) return span;
  auto start = to_utc(span.start, span.zone);
  if (!start) return start.error();
  auto end = to_utc(span.end, span.zone);
  if (!end) return end.error();
  auto wall_start = to_wall(*start, zone);
  if (!wall_start) return wall_start.error();
  auto wall_end = to_wall(*end, zone);
  if (!wall_end) return wall_end.error();
  return Span{SpanKind::zoned, *wall_start, *wall_end, zone};
}

bool same_instants(const Span& a, const Span& b) {
  if (a.kind != b.kind) return false;
  if (a.kind != SpanKind::zoned || a.zone == b.zone) return a.start == b.start && a.end == b.end;
  auto a_start = to_utc(a.start, a.zone);
  auto b_start = to_utc(b.start, b.zone);
  auto a_end = to_utc(a.end, a.zone);
  auto b_end = to_utc(b.end, b.zone);
  return a_start && b_start && a_end && b_end && *a_start == *b_start && *a_end == *b_end;
}

const std::string& zone_data_hash() { return zone_data().hash(); }

}  // namespace v1
}  // namespace fasti
