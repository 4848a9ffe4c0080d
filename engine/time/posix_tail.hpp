#pragma once
// What a zone file says about the years after its last transition (the POSIX TZ text in its footer). The date library
// stops at the last transition, which is 2037 in Debian's files and much earlier in "slim" ones.
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fasti {
inline namespace v1 {

/// One change of a zone's offset.
struct OffsetChange {
  std::chrono::sys_seconds at{};
  std::chrono::seconds before{};
  std::chrono::seconds after{};
  bool daylight = false;  ///< after it
  std::string name;       ///< after it: "CEST"
  bool operator==(const OffsetChange&) const = default;
};

class PosixTail {
 public:
  /// nullopt: no yearly rule ("EET-2"), or one in a form that no zone of the database uses.
  static std::optional<PosixTail> parse(std::string_view text);
  /// The changes of three years around `year`, in order of time.
  std::vector<OffsetChange> changes_around(std::chrono::year year) const;

 private:
  struct Rule {
    unsigned month = 1;
    unsigned week = 1;
    unsigned weekday = 0;
    std::chrono::seconds time{};
    std::chrono::local_seconds in(std::chrono::year year) const;
  };
  std::string standard_name_;
  std::string daylight_name_;
  std::chrono::seconds standard_{};
  std::chrono::seconds daylight_{};
  Rule to_daylight_;
  Rule to_standard_;
};

}  // namespace v1
}  // namespace fasti
