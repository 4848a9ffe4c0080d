#pragma once
// The changes of a zone's offset between two instants, for writing VTIMEZONE components.
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <fasti/error.hpp>

#include "engine/time/posix_tail.hpp"

namespace fasti {
inline namespace v1 {

/// What holds at one instant.
struct OffsetInfo {
  std::chrono::seconds offset{};
  bool daylight = false;
  std::string name;  ///< "CET"
};
Result<OffsetInfo> offset_info_at(std::chrono::sys_seconds utc, std::string_view zone);

/// In order of time, from <= at < to.
Result<std::vector<OffsetChange>> offset_changes(std::string_view zone, std::chrono::sys_seconds from,
                                                 std::chrono::sys_seconds to);

}  // namespace v1
}  // namespace fasti
