// Offsets, gaps and folds of every zone of the database from 1970 to 2037, against the C library's reading of it.
#include <gtest/gtest.h>

#include <map>

#include "engine/time/transitions.hpp"
#include "engine/time/zone.hpp"
#include "engine/time/zone_table.hpp"
#include "tests/support/libc_zone.hpp"
#include "tests/unit/time/walls.hpp"

namespace fasti {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_seconds;

const sys_seconds kFrom = std::chrono::sys_days(std::chrono::year(1970) / 1 / 1);
const sys_seconds kTo = std::chrono::sys_days(std::chrono::year(2038) / 1 / 1);

/// Zones that have the same file are one.
std::vector<std::string> different_zones() {
  std::map<std::string, std::string> by_content;
  for (std::string_view name : zone_names()) by_content.emplace(zone_file(name), name);
  std::vector<std::string> zones;
  for (const auto& [content, name] : by_content) zones.push_back(name);
  return zones;
}

TEST(ZonesOfTheCLibrary, HaveTheSameOffsetInEveryWeek) {
  std::size_t asked = 0;
  for (const std::string& zone : different_zones()) {
    const LibcZone libc(zone);
    std::string differs;
    for (sys_seconds at = kFrom; at < kTo && differs.empty(); at += days(7), ++asked)
      if (*offset_at(at, zone) != libc.offset_at(at)) differs = basic_time(LocalSeconds(at.time_since_epoch()));
    EXPECT_EQ(differs, "") << zone;
  }
  EXPECT_GT(asked, 1'000'000u);
}

TEST(ZonesOfTheCLibrary, ReadGapsAndFoldsAlike) {
  std::size_t asked = 0;
  for (const std::string& zone : different_zones()) {
    const LibcZone libc(zone);
    std::string differs;
    const auto changes = offset_changes(zone, kFrom, kTo);
    ASSERT_TRUE(changes) << zone;
    for (const OffsetChange& change : *changes) {
      EXPECT_EQ(libc.offset_at(change.at - seconds(1)), change.before) << zone;
      EXPECT_EQ(libc.offset_at(change.at), change.after) << zone;
      const LocalSeconds middle(change.at.time_since_epoch() + std::max(change.before, change.after));
      for (LocalSeconds wall = middle - hours(3); wall <= middle + hours(3); wall += minutes(10)) {
        for (const seconds& beside : {seconds(-1), seconds(0)}) {
          ++asked;
          if (*to_utc(wall + beside, zone) != libc.to_utc(wall + beside)) differs = basic_time(wall + beside);
        }
      }
    }
    EXPECT_EQ(differs, "") << zone;
  }
  EXPECT_GT(asked, 1'000'000u);
}

}  // namespace
}  // namespace fasti
