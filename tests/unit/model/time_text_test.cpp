#include "engine/model/time_text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/support/generators.hpp"

namespace fasti {
inline namespace v1 {
namespace {

using std::chrono::seconds;

TEST(TimeText, EveryFormReadsBack) {
  EXPECT_TRUE(rc::check("times", [] {
    const auto wall = *support::any_wall();
    const auto day = std::chrono::floor<std::chrono::days>(wall);
    RC_ASSERT(parse_time(iso_time(wall)) == wall);
    RC_ASSERT(parse_time(basic_time(wall)) == wall);
    RC_ASSERT(parse_date(iso_date(day)) == day);
    RC_ASSERT(parse_date(basic_date(day)) == day);
  }));
  EXPECT_TRUE(rc::check("instants", [] {
    const Instant instant{std::chrono::milliseconds{*rc::gen::inRange<std::int64_t>(-2000000000000, 9000000000000)}};
    RC_ASSERT(parse_instant(iso_instant(instant)) == instant);
  }));
  EXPECT_TRUE(rc::check("durations", [] {
    const seconds duration{*rc::gen::inRange(-100000000, 100000000)};
    RC_ASSERT(parse_duration(iso_duration(duration)) == duration);
  }));
}

TEST(TimeText, WritesTheShortForms) {
  const auto wall = *parse_time("2026-06-11T13:00:05");
  EXPECT_EQ(iso_time(wall), "2026-06-11T13:00:05");
  EXPECT_EQ(basic_time(wall), "20260611T130005");
  EXPECT_EQ(basic_date(*parse_date("2026-06-11")), "20260611");
  EXPECT_EQ(iso_instant(*parse_instant("2026-06-11T13:00:00-06:00")), "2026-06-11T19:00:00.000Z");
  EXPECT_EQ(iso_instant(Instant{std::chrono::milliseconds{-1}}), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(iso_duration(seconds{5400}), "PT1H30M");
  EXPECT_EQ(iso_duration(seconds{-86400}), "-P1D");
  EXPECT_EQ(iso_duration(seconds{0}), "PT0S");
  EXPECT_EQ(iso_duration(seconds{90061}), "P1DT1H1M1S");
}

TEST(TimeText, ReadsOnlyWhatExists) {
  for (const auto* text : {"2026-02-29", "2026-13-01", "2026-1-1", "20260611T", "", "2026-0611", "26-06-11"}) {
    EXPECT_EQ(parse_date(text), std::nullopt) << text;
  }
  for (const auto* text : {"2026-06-11", "2026-06-11T24:00", "2026-06-11T13:60", "2026-06-11T13:00Z", "20260611T1300",
                           "2026-06-11T13", "2026-06-11t13:00"}) {
    EXPECT_EQ(parse_time(text), std::nullopt) << text;
  }
  for (const auto* text : {"2026-06-11T13:00:00", "2026-06-11T13:00:00+2", "2026-06-11T13:00:00.Z"}) {
    EXPECT_EQ(parse_instant(text), std::nullopt) << text;
  }
  for (const auto* text : {"P", "PT", "1H", "PT1", "PT1S1H", "P1Y", "P1DT", "PT99999999999999H", "P1W1W"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(TimeText, ReadsWhatTheStandardsAllow) {
  EXPECT_EQ(parse_time("20261231T235960"), parse_time("2026-12-31T23:59:59"));
  EXPECT_EQ(parse_time("2026-06-11 13:00"), parse_time("2026-06-11T13:00:00"));
  EXPECT_EQ(parse_duration("+P2W"), seconds{1209600});
  EXPECT_EQ(parse_duration("-PT15M"), seconds{-900});
  EXPECT_EQ(parse_instant("2026-06-11T13:00:00.1234Z")->time_since_epoch() % seconds{1},
            std::chrono::milliseconds{123});
}

}  // namespace
}  // namespace v1
}  // namespace fasti
