#pragma once
// A zone as the C library reads it: another program over the same files. One at a time: the library keeps it in TZ.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>

namespace fasti {

class LibcZone {
 public:
  explicit LibcZone(const std::string& name) {
    if (const char* before = std::getenv("TZ")) before_ = before;
    set(":" + name);
  }
  ~LibcZone() { before_ ? set(*before_) : clear(); }
  LibcZone(const LibcZone&) = delete;
  LibcZone& operator=(const LibcZone&) = delete;

  std::chrono::seconds offset_at(std::chrono::sys_seconds utc) const {
    const std::time_t at = utc.time_since_epoch().count();
    std::tm parts{};
    localtime_r(&at, &parts);
    return std::chrono::seconds(parts.tm_gmtoff);
  }

  /// As RFC 5545 3.3.5 has it: the offset before a gap, the first pass of a fold.
  std::chrono::sys_seconds to_utc(std::chrono::local_seconds wall) const {
    // No zone changes twice in two days.
    const std::chrono::sys_seconds about(wall.time_since_epoch());
    const auto before = offset_at(about - std::chrono::days(1));
    const auto after = offset_at(about + std::chrono::days(1));
    for (const auto offset : {std::max(before, after), std::min(before, after)})
      if (offset_at(about - offset) == offset) return about - offset;
    return about - before;
  }

 private:
  static void set(const std::string& value) {
    setenv("TZ", value.c_str(), 1);
    tzset();
  }
  static void clear() {
    unsetenv("TZ");
    tzset();
  }
  std::optional<std::string> before_;
};

}  // namespace fasti
