// Round trips of spans in every zone of the database, around every change of its offset from 1970 to 2037.
#include "engine/time/span.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "engine/time/transitions.hpp"
#include "engine/time/zone.hpp"
#include "engine/time/zone_clock.hpp"
#include "engine/time/zone_table.hpp"
#include "tests/unit/time/walls.hpp"

namespace fasti {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_seconds;

sys_seconds utc(const std::string& text) { return sys_seconds(wall_of(text).time_since_epoch()); }

/// Zones that have the same file are one.
std::vector<std::string> different_zones() {
  std::map<std::string, std::string> by_content;
  for (std::string_view name : zone_names()) by_content.emplace(zone_file(name), name);
  std::vector<std::string> zones;
  for (const auto& [content, name] : by_content) zones.push_back(name);
  return zones;
}

std::vector<OffsetChange> changes_of(const std::string& zone) {
  return *offset_changes(zone, utc("19700101"), utc("20380101"));
}

/// Instants on the day of a change: beside it, inside its gap or fold, and hours away.
std::vector<sys_seconds> around(const OffsetChange& change) {
  const seconds width = abs(change.after - change.before);
  std::vector<sys_seconds> at;
  for (const seconds& away : {seconds(0), seconds(1), width / 2, width, seconds(hours(23))}) {
    at.push_back(change.at + away);
    at.push_back(change.at - away);
  }
  return at;
}

/// One law, named by what broke it.
struct Checked {
  std::size_t number = 0;
  std::string broken;
  void that(bool holds, const std::string& zone, sys_seconds at) {
    ++number;
    if (!holds && broken.empty()) broken = zone + " at " + basic_time(LocalSeconds(at.time_since_epoch())) + "Z";
  }
};

TEST(SpanLaws, InstantsSurviveTheirWallTimesInEveryZone) {
  Checked round_trip;
  Checked moved;
  for (const std::string& zone : different_zones()) {
    for (const OffsetChange& change : changes_of(zone)) {
      for (sys_seconds at : around(change)) {
        const InstantRange given{at, at + hours(1)};
        const Span span = *zoned_span(given, zone);
        const InstantRange back = *instants_of(span);
        // Only what a fold repeats comes back as its first pass, earlier by the fold's width.
        const bool second_pass = *to_utc(*to_wall(at, zone), zone) != at;
        const seconds width = change.before - change.after;
        round_trip.that(
            second_pass ? width > seconds(0) && at >= change.at && at < change.at + width && back.start == at - width
                        : back.start == at,
            zone, at);
        round_trip.that(*to_wall(back.start, zone) == span.start, zone, at);
        const Span there = *in_zone(span, "Asia/Kolkata");
        const Span home = *in_zone(there, zone);
        moved.that(same_instants(span, there) && home == span, zone, at);
      }
    }
  }
  EXPECT_EQ(round_trip.broken, "");
  EXPECT_EQ(moved.broken, "");
  EXPECT_GT(round_trip.number, 100'000u);
}

TEST(SpanLaws, WallTimesSurviveTheirInstantsButInAGap) {
  Checked checked;
  for (const std::string& zone : different_zones()) {
    for (const OffsetChange& change : changes_of(zone)) {
      const LocalSeconds before(change.at.time_since_epoch() + change.before);
      const seconds gap = change.after - change.before;
      for (int quarter = -12; quarter <= 12; ++quarter) {
        const LocalSeconds wall = before + minutes(15) * quarter;
        const LocalSeconds back = *to_wall(*to_utc(wall, zone), zone);
        const bool in_gap = wall >= before && wall < before + gap;
        checked.that(back == (in_gap ? wall + gap : wall), zone, change.at);
      }
    }
  }
  EXPECT_EQ(checked.broken, "");
}

TEST(SpanLaws, AClockThatRemembersSaysWhatTheTableSays) {
  Checked checked;
  for (const std::string& zone : different_zones()) {
    ZoneClock clock(find_zone(zone));
    for (const OffsetChange& change : changes_of(zone)) {
      const LocalSeconds before(change.at.time_since_epoch() + change.before);
      for (LocalSeconds wall = before - days(3); wall < before + days(3); wall += minutes(97)) {
        const std::int64_t utc = to_utc(wall, zone)->time_since_epoch().count();
        checked.that(clock.utc_of(wall.time_since_epoch().count()) == utc, zone, change.at);
        checked.that(clock.wall_of(utc) == to_wall(sys_seconds(seconds(utc)), zone)->time_since_epoch().count(), zone,
                     change.at);
      }
    }
  }
  EXPECT_EQ(checked.broken, "");
}

RC_GTEST_PROP(SpanLaws, DaysSurviveBothEndConventions, ()) {
  const LocalDays first{days(*rc::gen::inRange(0, 24'837))};
  const LocalDays last = first + days(*rc::gen::inRange(0, 400));
  const Span span = *all_day_span(first, last, DayEnd::inclusive);
  RC_ASSERT(span == *all_day_span(first, last + days(1), DayEnd::exclusive));
  RC_ASSERT((days_of(span, DayEnd::inclusive) == DayRange{first, last}));
  RC_ASSERT((days_of(span, DayEnd::exclusive) == DayRange{first, last + days(1)}));
  RC_ASSERT(*in_zone(span, "Pacific/Apia") == span);
}

TEST(SpanEnds, AnAllDaySpanHasAtLeastItsFirstDay) {
  const LocalDays day = std::chrono::floor<days>(wall_of("20260611"));
  EXPECT_EQ(all_day_span(day, day, DayEnd::exclusive)->end, wall_of("20260612"));
  EXPECT_EQ(all_day_span(day, day, DayEnd::inclusive)->end, wall_of("20260612"));
  EXPECT_EQ(all_day_span(day, day - days(1), DayEnd::inclusive).error().kind, ErrorKind::bad_input);
}

TEST(SpanEnds, ATimedSpanTouchesDaysOfItsOwnWall) {
  const auto last = [](const char* start, const char* end) {
    const Span span{SpanKind::zoned, wall_of(start), wall_of(end), "Asia/Tokyo"};
    return basic_date(days_of(span, DayEnd::inclusive).end);
  };
  EXPECT_EQ(last("20260611T220000", "20260612"), "20260611");
  EXPECT_EQ(last("20260611T220000", "20260612T000001"), "20260612");
  EXPECT_EQ(last("20260611T220000", "20260611T220000"), "20260611");
  EXPECT_EQ(last("20260611", "20260611"), "20260611");
}

TEST(SpanEnds, AllDayIsPlacedWhereTheViewerIs) {
  const Span day = *all_day_span(std::chrono::floor<days>(wall_of("20260611")),
                                 std::chrono::floor<days>(wall_of("20260611")), DayEnd::inclusive);
  EXPECT_EQ(instants_of(day, "Asia/Tokyo")->start, utc("20260610T150000"));
  EXPECT_EQ(instants_of(day)->end, utc("20260612"));
  EXPECT_FALSE(instants_of(day, "Nowhere/At_All"));
}

}  // namespace
}  // namespace fasti
