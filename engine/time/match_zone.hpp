#pragma once
// Zones of the database by what they do: for calendars that describe a zone and give it a name that means nothing.
#include <chrono>
#include <string>
#include <vector>

#include "engine/time/transitions.hpp"

namespace fasti {
inline namespace v1 {

/// The offsets of some zone from one instant to another.
struct OffsetHistory {
  std::chrono::sys_seconds from{};
  std::chrono::sys_seconds to{};
  std::chrono::seconds initial{};     ///< at `from`
  std::vector<OffsetChange> changes;  ///< from < at < to, in order of time; only `at` and `after` count
};

/// All zones with exactly these offsets (their changes up to `tolerance` away), those that speak for most places first.
/// A zone whose offset never changes is behind "UTC" or "Etc/GMT-3", which say just that.
std::vector<std::string> zones_with(const OffsetHistory& history, std::chrono::seconds tolerance = {});

/// The zones whose name has this place last ("Kuala Lumpur"), in any case; not aliases like "Singapore" or
/// "US/Eastern".
std::vector<std::string> zones_of_place(std::string_view place);
/// The place that a zone is named after, in upper case with blanks; empty for "UTC", "US/Eastern", "Etc/GMT+1".
std::string place_of_zone(std::string_view zone);

}  // namespace v1
}  // namespace fasti
