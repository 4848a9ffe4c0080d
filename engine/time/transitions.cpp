#include "engine/time/transitions.hpp"

#include "engine/time/zone_table.hpp"

namespace fasti {
inline namespace v1 {

Result<OffsetInfo> offset_info_at(std::chrono::sys_seconds utc, std::string_view zone) {
  const Zone* found = find_zone(zone);
  if (!found) return unknown_zone(zone);
  ZonePeriod period = period_at(*found, utc);
  return OffsetInfo{period.offset, period.daylight, std::move(period.name)};
}

Result<std::vector<OffsetChange>> offset_changes(std::string_view zone, std::chrono::sys_seconds from,
                                                 std::chrono::sys_seconds to) {
  const Zone* found = find_zone(zone);
  if (!found) return unknown_zone(zone);
  std::vector<OffsetChange> changes;
  ZonePeriod period = period_at(*found, from - std::chrono::seconds(1));
  while (period.end < to) {
    ZonePeriod next = period_at(*found, period.end);
    changes.push_back({next.begin, period.offset, next.offset, next.daylight, next.name});
    period = std::move(next);
  }
  return changes;
}

}  // namespace v1
}  // namespace fasti
