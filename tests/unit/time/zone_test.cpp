#include "engine/time/zone.hpp"

#include <gtest/gtest.h>

#include <string>

#include "engine/time/posix_tail.hpp"
#include "engine/time/transitions.hpp"
#include "engine/time/windows_zones.hpp"
#include "engine/time/zone_data.hpp"

namespace fasti {
namespace {

using namespace std::chrono;

LocalSeconds wall(int y, unsigned m, unsigned d, int hour, int minute = 0) {
  return local_days(year(y) / month(m) / day(d)) + hours(hour) + minutes(minute);
}
sys_seconds utc(int y, unsigned m, unsigned d, int hour, int minute = 0) {
  return sys_seconds(wall(y, m, d, hour, minute).time_since_epoch());
}

TEST(Zone, KnowsNamesOfTheDatabaseExactly) {
  EXPECT_TRUE(is_zone("Europe/Berlin"));
  EXPECT_TRUE(is_zone("UTC"));
  EXPECT_FALSE(is_zone("europe/berlin"));
  EXPECT_FALSE(is_zone(""));
  EXPECT_FALSE(is_zone("localtime"));
  EXPECT_FALSE(is_zone("../../etc/passwd"));
}

TEST(Zone, ResolvesWhateverPeopleWrite) {
  EXPECT_EQ(resolve_zone("europe/BERLIN"), "Europe/Berlin");
  EXPECT_EQ(resolve_zone(" Europe/Berlin "), "Europe/Berlin");
  EXPECT_EQ(resolve_zone("Z"), "UTC");
  EXPECT_EQ(resolve_zone("GMT"), "GMT");
  EXPECT_EQ(resolve_zone("W. Europe Standard Time"), "Europe/Berlin");
  EXPECT_EQ(resolve_zone("w. europe standard time"), "Europe/Berlin");
  EXPECT_EQ(resolve_zone("/freeassociation.sourceforge.net/Europe/Berlin"), "Europe/Berlin");
  EXPECT_EQ(resolve_zone("/freeassociation.sourceforge.net/Tzfile/America/Argentina/Ushuaia"),
            "America/Argentina/Ushuaia");
  EXPECT_EQ(resolve_zone("/mozilla.org/20050126_1/Europe/Berlin"), "Europe/Berlin");
  EXPECT_EQ(resolve_zone("tzone://Microsoft/Utc"), "UTC");
}

TEST(Zone, NeverGuesses) {
  EXPECT_EQ(resolve_zone(""), std::nullopt);
  EXPECT_EQ(resolve_zone("Customized Time Zone"), std::nullopt);
  EXPECT_EQ(resolve_zone("Mars/Olympus"), std::nullopt);
  EXPECT_EQ(resolve_zone("/example.org/Nowhere"), std::nullopt);
  EXPECT_EQ(resolve_zone("tzone://Microsoft/Custom"), std::nullopt);
}

TEST(Zone, EveryWindowsNameMeansAZoneAndBack) {
  for (const WindowsZone& zone : windows_zones()) {
    auto resolved = resolve_zone(zone.name);
    ASSERT_TRUE(resolved) << zone.name;
    EXPECT_EQ(windows_zone(*resolved), zone.name);
  }
}

TEST(Zone, WindowsNamesForZonesYoungerThanTheTable) {
  EXPECT_EQ(windows_zone("Europe/Kyiv"), "FLE Standard Time");
  EXPECT_EQ(windows_zone("Asia/Kolkata"), "India Standard Time");
  EXPECT_EQ(windows_zone("UTC"), "UTC");
  EXPECT_EQ(windows_zone("Mars/Olympus"), std::nullopt);
}

TEST(Zone, GapTakesTheOffsetBeforeAndFoldTheFirst) {
  EXPECT_EQ(to_utc(wall(2026, 3, 29, 2, 30), "Europe/Berlin").value(), utc(2026, 3, 29, 1, 30));
  EXPECT_EQ(to_utc(wall(2026, 10, 25, 2, 30), "Europe/Berlin").value(), utc(2026, 10, 25, 0, 30));
  EXPECT_EQ(to_wall(utc(2026, 10, 25, 1, 30), "Europe/Berlin").value(), wall(2026, 10, 25, 2, 30));
}

TEST(Zone, GoesOnAfterTheLastTransitionOfTheFile) {
  EXPECT_EQ(to_utc(wall(2077, 7, 1, 12), "Europe/Berlin").value(), utc(2077, 7, 1, 10));
  EXPECT_EQ(to_utc(wall(2077, 1, 1, 12), "Europe/Berlin").value(), utc(2077, 1, 1, 11));
  EXPECT_EQ(to_wall(utc(2077, 7, 1, 10), "Europe/Berlin").value(), wall(2077, 7, 1, 12));
  EXPECT_EQ(to_wall(utc(2077, 1, 1, 10), "Australia/Sydney").value(), wall(2077, 1, 1, 21));
  EXPECT_EQ(to_utc(wall(2077, 3, 28, 2, 30), "Europe/Berlin").value(), utc(2077, 3, 28, 1, 30));
  EXPECT_EQ(to_utc(wall(2077, 10, 31, 2, 30), "Europe/Berlin").value(), utc(2077, 10, 31, 0, 30));
  EXPECT_EQ(to_utc(wall(2100, 7, 1, 12), "Asia/Tokyo").value(), utc(2100, 7, 1, 3));
}

TEST(Zone, AnUnknownZoneIsAnErrorNamingIt) {
  auto result = to_utc(wall(2026, 1, 1, 0), "Foo");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind, ErrorKind::bad_input);
  EXPECT_NE(result.error().message.find("\"Foo\""), std::string::npos);
  EXPECT_EQ(to_utc(wall(2026, 1, 1, 0), "Foo").error().text(), result.error().text());
  EXPECT_NE(to_utc(wall(2026, 1, 1, 0), "Europe/Berlim").error().hint.find("Europe/Berlin"), std::string::npos);
  EXPECT_FALSE(offset_at(utc(2026, 1, 1, 0), "Foo").ok());
  EXPECT_FALSE(to_wall(utc(2026, 1, 1, 0), "").ok());
}

TEST(Zone, SpansChangeZoneAndKeepTheirInstants) {
  const Span berlin{SpanKind::zoned, wall(2026, 6, 11, 13), wall(2026, 6, 11, 15), "Europe/Berlin"};
  const Span tokyo = in_zone(berlin, "Asia/Tokyo").value();
  EXPECT_EQ(tokyo.start, wall(2026, 6, 11, 20));
  EXPECT_TRUE(same_instants(berlin, tokyo));
  EXPECT_EQ(in_zone(tokyo, "Europe/Berlin").value(), berlin);
  Span later = tokyo;
  later.end += minutes(1);
  EXPECT_FALSE(same_instants(berlin, later));
  const Span all_day{SpanKind::all_day, wall(2026, 6, 11, 0), wall(2026, 6, 12, 0), ""};
  EXPECT_EQ(in_zone(all_day, "Asia/Tokyo").value(), all_day);
  EXPECT_FALSE(same_instants(all_day, berlin));
  EXPECT_FALSE(in_zone(berlin, "Foo").ok());
}

TEST(Zone, TheDataInUseHasAStableName) {
  EXPECT_EQ(zone_data_hash().size(), 32u);
  EXPECT_EQ(&zone_data_hash(), &zone_data_hash());
}

TEST(ZoneData, AnAmendedZoneFollowsItsLawUntilTheAmendmentEnds) {
  const std::string machine = zone_data_hash();
  {
    const std::map<std::string, std::string> law = {{"Europe/Berlin", "CEST-2CEST-2,M3.5.0,M10.5.0/3"}};
    const AmendedZoneData amended(law);
    EXPECT_EQ(to_utc(wall(2026, 12, 1, 12), "Europe/Berlin").value(), utc(2026, 12, 1, 10));
    EXPECT_EQ(to_utc(wall(2026, 12, 1, 12), "Europe/Paris").value(), utc(2026, 12, 1, 11));
    EXPECT_NE(zone_data_hash(), machine);
    EXPECT_NE(zone_data().stamp(), "");
  }
  EXPECT_EQ(to_utc(wall(2026, 12, 1, 12), "Europe/Berlin").value(), utc(2026, 12, 1, 11));
  EXPECT_EQ(zone_data_hash(), machine);
  EXPECT_EQ(zone_data().stamp(), zone_data().stamp());
}

TEST(ZoneOffsets, RememberWhatEveryZoneWas) {
  const auto text = ZoneOffsets::text_at(utc(2026, 6, 1, 0));
  EXPECT_LT(text.size(), 100'000u);
  const auto then = ZoneOffsets::parse(text);
  ASSERT_TRUE(then);
  for (const char* zone : {"Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Tokyo", "UTC"})
    for (LocalSeconds at = wall(2024, 1, 3, 0); at < wall(2045, 12, 29, 0); at += minutes(7 * 60 + 10))
      ASSERT_EQ(then->to_utc(at, zone), to_utc(at, zone).value()) << zone << " " << at.time_since_epoch().count();
  for (LocalSeconds at = wall(2026, 10, 25, 0); at < wall(2026, 10, 25, 6); at += minutes(10))
    ASSERT_EQ(then->to_utc(at, "Europe/Berlin"), to_utc(at, "Europe/Berlin").value());
  for (LocalSeconds at = wall(2026, 3, 29, 0); at < wall(2026, 3, 29, 6); at += minutes(10))
    ASSERT_EQ(then->to_utc(at, "Europe/Berlin"), to_utc(at, "Europe/Berlin").value());
  EXPECT_EQ(then->to_utc(wall(2023, 1, 1, 0), "UTC"), std::nullopt);
  EXPECT_EQ(then->to_utc(wall(2060, 1, 1, 0), "UTC"), std::nullopt);
  EXPECT_EQ(then->to_utc(wall(2026, 1, 1, 0), "Mars/Olympus"), std::nullopt);
  EXPECT_TRUE(then->changed().empty());
}

TEST(ZoneOffsets, SayWhenAZoneHasOtherOnesNow) {
  const auto then = ZoneOffsets::parse(ZoneOffsets::text_at(utc(2026, 6, 1, 0)));
  const std::map<std::string, std::string> law = {{"Europe/Berlin", "CET-1CEST,M3.5.0,M11.1.0/3"}};
  const AmendedZoneData amended(law);
  const auto changed = then->changed();
  ASSERT_EQ(changed.size(), 1u);
  const auto& ranges = changed.at("Europe/Berlin");
  ASSERT_EQ(ranges.size(), 22u) << "a week in each autumn";
  EXPECT_EQ(ranges[2].from, utc(2026, 10, 25, 1));
  EXPECT_EQ(ranges[2].to, utc(2026, 11, 1, 1));
  EXPECT_EQ(then->to_utc(wall(2026, 10, 27, 12), "Europe/Berlin"), utc(2026, 10, 27, 11));
}

TEST(ZoneOffsets, RefuseWhatIsNotTheirText) {
  for (const char* text : {"", "x", "1", "1 2", "2 1\n", "1 2\n3", "1 2\n3:4", "1 2\n3:4=UTC", "1 2\n3:4 3:5=UTC \n"})
    EXPECT_FALSE(ZoneOffsets::parse(text)) << text;
  EXPECT_TRUE(ZoneOffsets::parse("1 2\n3:4 4:5=UTC \n"));
}

TEST(Transitions, ListsTheChangesOfAYear) {
  const auto changes = offset_changes("Europe/Berlin", utc(2026, 1, 1, 0), utc(2027, 1, 1, 0)).value();
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0], (OffsetChange{utc(2026, 3, 29, 1), hours(1), hours(2), true, "CEST"}));
  EXPECT_EQ(changes[1], (OffsetChange{utc(2026, 10, 25, 1), hours(2), hours(1), false, "CET"}));
  EXPECT_TRUE(offset_changes("Asia/Tokyo", utc(2026, 1, 1, 0), utc(2090, 1, 1, 0)).value().empty());
}

TEST(Transitions, CrossFromTheFileIntoTheRule) {
  const auto changes = offset_changes("America/New_York", utc(2036, 1, 1, 0), utc(2041, 1, 1, 0)).value();
  ASSERT_EQ(changes.size(), 10u);
  EXPECT_EQ(changes[8].at, utc(2040, 3, 11, 7));
  EXPECT_EQ(changes[9].name, "EST");
}

TEST(Transitions, BoundsAreFromInclusiveToExclusive) {
  const sys_seconds change = utc(2026, 3, 29, 1);
  EXPECT_EQ(offset_changes("Europe/Berlin", change, change + seconds(1)).value().size(), 1u);
  EXPECT_TRUE(offset_changes("Europe/Berlin", change - seconds(1), change).value().empty());
}

TEST(PosixTail, ReadsEveryFormOfTheDatabase) {
  EXPECT_TRUE(PosixTail::parse("CET-1CEST,M3.5.0,M10.5.0/3"));
  EXPECT_TRUE(PosixTail::parse("<-02>2<-01>,M3.5.0/-1,M10.5.0/0"));
  EXPECT_TRUE(PosixTail::parse("EET-2EEST,M3.4.4/50,M10.4.4/50"));
  EXPECT_TRUE(PosixTail::parse("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"));
  EXPECT_FALSE(PosixTail::parse("JST-9"));
  EXPECT_FALSE(PosixTail::parse(""));
  EXPECT_FALSE(PosixTail::parse("CET-1CEST"));
  EXPECT_FALSE(PosixTail::parse("CET-1CEST,M13.5.0,M10.5.0"));
  EXPECT_FALSE(PosixTail::parse("<CET-1CEST"));
}

}  // namespace
}  // namespace fasti
