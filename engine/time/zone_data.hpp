#pragma once
// Which zone data is in use, and what a store has to remember of it to see later whose instants a change has moved.
// The data comes in through an interface, so that a test can pass a law. Not for conversions (zone.hpp).
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fasti/value.hpp>

namespace fasti {
inline namespace v1 {

class Zone;

class ZoneData {
 public:
  virtual ~ZoneData() = default;
  /// Cheap (a look at the files' dates): another one whenever the hash may be another one.
  virtual std::string stamp() const = 0;
  /// Identifies the data.
  virtual const std::string& hash() const = 0;
  /// By the name in lower case, or nullptr.
  virtual const Zone* find(const std::string& lower_name) const = 0;
  /// In alphabetical order.
  virtual std::vector<std::string_view> names() const = 0;
};

/// The data that all of engine/time uses.
const ZoneData& zone_data();
/// Another number whenever zone_data() is another one: for who keeps what it read.
std::uint64_t zone_data_number();

/// The machine's data, but for some zones, which follow a POSIX TZ text ("CET-1CEST,M3.5.0,M10.5.0/3") at all times.
/// In use in the whole process for as long as it lives; nothing else may be using zones when it begins or ends.
class AmendedZoneData {
 public:
  explicit AmendedZoneData(const std::map<std::string, std::string>& zones);
  AmendedZoneData(const AmendedZoneData&) = delete;
  AmendedZoneData& operator=(const AmendedZoneData&) = delete;
  ~AmendedZoneData();

 private:
  class Amended;
  std::unique_ptr<Amended> amended_;
};

/// A stretch of time, its end exclusive.
struct TimeRange {
  std::chrono::sys_seconds from{};
  std::chrono::sys_seconds to{};
};

/// The offsets of all zones over some years.
class ZoneOffsets {
 public:
  /// As the data in use has them.
  static ZoneOffsets now_known(const TimeRange& years);
  /// What is worth remembering at an instant: some 20 KB, made once.
  static std::string text_at(std::chrono::sys_seconds now);
  /// nullopt: not such a text.
  static std::optional<ZoneOffsets> parse(std::string_view text);

  /// As in zone.hpp, by these offsets. nullopt: a zone or a time that they do not cover.
  std::optional<std::chrono::sys_seconds> to_utc(LocalSeconds wall, const std::string& zone) const;
  /// The zones that have other offsets in the data in use, with when.
  std::map<std::string, std::vector<TimeRange>> changed() const;

 private:
  std::string text() const;
  struct Step {
    std::int64_t at = 0;
    std::int64_t offset = 0;
    bool operator==(const Step&) const = default;
  };
  /// The first step is the offset at the beginning.
  using Steps = std::vector<Step>;

  TimeRange years_;
  std::vector<Steps> steps_;                               ///< many zones share theirs
  std::map<std::string, std::size_t, std::less<>> zones_;  ///< name -> index into steps_
};

}  // namespace v1
}  // namespace fasti
