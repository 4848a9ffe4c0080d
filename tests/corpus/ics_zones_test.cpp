// Names of zones from the Unicode CLDR, and VTIMEZONEs of libical, against the zone database of this machine.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "connectors/ical/text.hpp"
#include "connectors/ical/zone_rules.hpp"
#include "engine/time/transitions.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono;

fs::path root() { return fs::path(FASTI_SOURCE_DIR) / "../shared/data/corpora/tz"; }

std::string bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string attribute(const std::string& text, std::size_t at, const std::string& name) {
  const std::size_t begin = text.find(name + "=\"", at) + name.size() + 2;
  return text.substr(begin, text.find('"', begin) - begin);
}

/// The offsets of a zone from one instant to another, as one line; no-ops left out.
std::string say(seconds initial, const std::vector<OffsetChange>& changes) {
  std::string out = std::to_string(initial.count());
  seconds offset = initial;
  for (const OffsetChange& change : changes) {
    if (change.after == offset) continue;
    offset = change.after;
    out += " " + std::to_string(change.at.time_since_epoch().count()) + "=" + std::to_string(offset.count());
  }
  return out;
}

std::string history_of(const std::string& zone, year first, year last) {
  const sys_seconds from = sys_days(first / 1 / 1);
  const auto changes = offset_changes(zone, from + seconds(1), sys_days(last / 1 / 1));
  const auto initial = offset_at(from, zone);
  return changes && initial ? say(*initial, *changes) : "unknown zone " + zone;
}

class WindowsNames : public testing::TestWithParam<const char*> {};

TEST_P(WindowsNames, MeanTheZonesOfTheCldr) {
  const fs::path file = root() / "unicode-org__cldr-via-nodatime" / GetParam();
  if (!fs::exists(file)) GTEST_SKIP() << "skipped: no ../shared";
  const std::string text = bytes_of(file);
  // What a name means follows the law of its place; that each name of an old file is known is all that can be held.
  const bool newest = std::string(GetParam()) == "windowsZones-48-2.xml";
  int names = 0;
  int territories = 0;
  for (std::size_t at = text.find("<mapZone "); at != std::string::npos; at = text.find("<mapZone ", at + 1)) {
    const std::string name = attribute(text, at, "other");
    const std::string types = attribute(text, at, "type");
    if (attribute(text, at, "territory") == "001") {
      ++names;
      const auto zone = resolve_zone(name);
      ASSERT_TRUE(zone) << name;
      if (!newest) continue;
      EXPECT_EQ(history_of(*zone, 2026y, 2030y), history_of(types, 2026y, 2030y))
          << name << " " << *zone << " " << types;
      continue;
    }
    for (std::size_t from = 0; newest && from < types.size();) {
      const std::size_t end = std::min(types.find(' ', from), types.size());
      const std::string zone = types.substr(from, end - from);
      from = end + 1;
      if (!is_zone(zone) || zone.rfind("Etc/", 0) == 0) continue;
      ++territories;
      const auto windows = windows_zone(zone);
      ASSERT_TRUE(windows) << zone;
      // Windows knows fewer zones than the world has: what counts is that the clocks are the same.
      const auto back = resolve_zone(*windows);
      EXPECT_EQ(history_of(*back, 2026y, 2030y), history_of(resolve_zone(name).value_or(""), 2026y, 2030y))
          << zone << ": " << *windows << ", not " << name;
    }
  }
  EXPECT_GT(names, 90);
  EXPECT_TRUE(!newest || territories > 300) << territories;
}

INSTANTIATE_TEST_SUITE_P(Cldr, WindowsNames,
                         testing::Values("windowsZones-21.xml", "windowsZones-36.xml", "windowsZones-48-2.xml"),
                         [](const auto& file) { return "v" + std::string(file.param).substr(13, 2); });

TEST(VtimezoneCorpus, RulesOfOtherPeopleGiveTheOffsetsOfTheDatabase) {
  const fs::path folder = root() / "libical__libical";
  if (!fs::exists(folder)) GTEST_SKIP() << "skipped: no ../shared";
  int same = 0;
  int all = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".ics") continue;
    const std::string text = bytes_of(entry.path());
    const Document document(text);
    const auto zone = std::find_if(document.components().begin(), document.components().end(),
                                   [](const Component& component) { return component.name == "VTIMEZONE"; });
    if (zone == document.components().end()) continue;
    std::string location;
    for (std::size_t line : zone->lines)
      if (has_name(document.lines()[line].content, "X-LIC-LOCATION"))
        location = parse_property(document.lines()[line].content).value;
    if (!is_zone(location)) continue;
    ++all;
    const auto rules = ZoneRules::read(document, *zone);
    ASSERT_TRUE(rules) << entry.path() << rules.error().text();
    const auto history = rules->history(sys_days(1970y / 1 / 1), sys_days(2037y / 1 / 1));
    ASSERT_TRUE(history) << entry.path();
    const std::string said = say(history->initial, history->changes);
    same += said == history_of(location, 1970y, 2037y);
  }
  std::cout << same << " of " << all << " VTIMEZONEs with full history as the database has them\n";
  EXPECT_GT(all, 300);
  // Their data and this machine's are of two versions.
  EXPECT_GT(same * 100, all * 95);
}

}  // namespace
}  // namespace ical
}  // namespace v1
}  // namespace fasti
