#pragma once
// The zones of the machine's database behind one lookup: names to zones, instants and wall times to offsets. Internal
// to engine/time; others use zone.hpp and transitions.hpp.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fasti/error.hpp>

#include "engine/time/posix_tail.hpp"

namespace fasti {
inline namespace v1 {

class Zone;

/// By its exact name, or nullptr.
const Zone* find_zone(std::string_view name);
/// By its name in any case, or nullptr.
const Zone* find_zone_any_case(std::string_view name);
const std::string& zone_name(const Zone& zone);
/// In alphabetical order.
std::vector<std::string_view> zone_names();
Error unknown_zone(std::string_view name);

/// A stretch of time with one offset; begin and end are far away when there is no change on that side.
struct ZonePeriod {
  std::chrono::sys_seconds begin{};
  std::chrono::sys_seconds end{};
  std::chrono::seconds offset{};
  bool daylight = false;
  std::string name;
};
ZonePeriod period_at(const Zone& zone, std::chrono::sys_seconds utc);
/// RFC 5545 3.3.5: in a gap the offset before it, in a fold the first one.
std::chrono::seconds offset_of_wall(const Zone& zone, std::chrono::local_seconds wall);

/// The bytes of a zone's file; empty when it cannot be read.
std::string zone_file(std::string_view name);

}  // namespace v1
}  // namespace fasti
