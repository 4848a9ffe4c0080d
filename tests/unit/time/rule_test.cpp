#include "engine/time/rule.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/time/walls.hpp"

namespace fasti {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string refusal(const std::string& text) {
  const auto rule = parse_rule(text);
  return rule ? "" : rule.error().message;
}

TEST(RuleText, IsReadInAnyCaseAndOrder) {
  const auto rule = parse_rule("byday=+1mo,-1FR;interval=2;Freq=monthly;");
  ASSERT_TRUE(rule);
  EXPECT_EQ(rule->frequency, Frequency::monthly);
  EXPECT_EQ(rule->interval, 2);
  EXPECT_TRUE(rule->has_nth_weekdays);
  EXPECT_EQ(rule->nth_weekdays[1], 1ull << 1);
  EXPECT_EQ(rule->nth_weekdays_back[5], 1ull << 1);
}

TEST(RuleText, SaysWhichPartIsWrong) {
  EXPECT_THAT(refusal("INTERVAL=2"), HasSubstr("FREQ is missing"));
  EXPECT_THAT(refusal("FREQ=FORTNIGHTLY"), HasSubstr("FREQ cannot be \"FORTNIGHTLY\""));
  EXPECT_THAT(refusal("FREQ=DAILY;INTERVAL=0"), HasSubstr("INTERVAL cannot be \"0\""));
  EXPECT_THAT(refusal("FREQ=DAILY;COUNT=0"), HasSubstr("COUNT cannot be"));
  EXPECT_THAT(refusal("FREQ=DAILY;COUNT=99999999999999999999"), HasSubstr("COUNT cannot be"));
  EXPECT_THAT(refusal("FREQ=DAILY;UNTIL=20260230"), HasSubstr("UNTIL cannot be"));
  EXPECT_THAT(refusal("FREQ=DAILY;BYHOUR=24"), HasSubstr("BYHOUR cannot be \"24\""));
  EXPECT_THAT(refusal("FREQ=MONTHLY;BYMONTHDAY=0"), HasSubstr("BYMONTHDAY cannot be \"0\""));
  EXPECT_THAT(refusal("FREQ=WEEKLY;BYDAY=MO="), HasSubstr("BYDAY cannot be"));
  EXPECT_THAT(refusal("FREQ=WEEKLY;BYDAY="), HasSubstr("BYDAY cannot be"));
  EXPECT_THAT(refusal("FREQ=DAILY;BYEASTER=0"), HasSubstr("BYEASTER"));
  EXPECT_THAT(refusal("FREQ=DAILY;FREQ=DAILY"), HasSubstr("twice"));
  EXPECT_THAT(refusal("FREQ=DAILY;COUNT"), HasSubstr("no value"));
  EXPECT_THAT(refusal(""), HasSubstr("FREQ is missing"));
}

TEST(RuleText, RefusesWhatTheRfcForbids) {
  EXPECT_THAT(refusal("FREQ=WEEKLY;BYDAY=1MO"), HasSubstr("only MONTHLY and YEARLY"));
  EXPECT_THAT(refusal("FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO"), HasSubstr("beside BYWEEKNO"));
  EXPECT_THAT(refusal("FREQ=MONTHLY;BYWEEKNO=20"), HasSubstr("for YEARLY only"));
  EXPECT_THAT(refusal("FREQ=DAILY;BYYEARDAY=1"), HasSubstr("BYYEARDAY"));
  EXPECT_THAT(refusal("FREQ=WEEKLY;BYMONTHDAY=1"), HasSubstr("BYMONTHDAY"));
  EXPECT_THAT(refusal("FREQ=MONTHLY;BYSETPOS=1"), HasSubstr("BYSETPOS"));
  EXPECT_THAT(refusal("FREQ=MONTHLY;SKIP=FORWARD"), HasSubstr("RSCALE"));
}

TEST(RuleText, ReadsACountOfMinusOneAsNone) { EXPECT_FALSE(parse_rule("FREQ=DAILY;COUNT=-1")->count); }

TEST(RuleText, NamesACalendarThatNobodyCountsInHere) {
  const auto rule = parse_rule("RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L");
  ASSERT_FALSE(rule);
  EXPECT_EQ(rule.error().kind, ErrorKind::unsupported);
  EXPECT_THAT(rule.error().message, HasSubstr("HEBREW"));
}

TEST(RulePeriods, RefuseARuleThatDoesNotSuitItsStart) {
  EXPECT_FALSE(RulePeriods::bind(*parse_rule("FREQ=HOURLY"), wall_of("20260101"), SpanKind::all_day, nullptr));
}

TEST(RulePeriods, IgnoreTimesOfAnAllDayRule) {
  EXPECT_THAT(first_of(bind_rule("FREQ=DAILY;BYHOUR=9,10;COUNT=2", "20260101", SpanKind::all_day), 9),
              ElementsAre("20260101T000000", "20260102T000000"));
}

TEST(RulePeriods, ReadALeapSecondAsTheSecondBefore) {
  EXPECT_THAT(first_of(bind_rule("FREQ=MINUTELY;BYSECOND=59,60;COUNT=2", "20260101T000000"), 9),
              ElementsAre("20260101T000059", "20260101T000159"));
}

TEST(RuleUntil, IsInclusiveInEachOfItsForms) {
  const auto last = [](const std::string& until, SpanKind kind, const std::string& zone) {
    return first_of(bind_rule("FREQ=DAILY;UNTIL=" + until, "20260327T093000", kind, zone), 99).back();
  };
  EXPECT_EQ(last("20260330T093000", SpanKind::floating, ""), "20260330T093000");
  EXPECT_EQ(last("20260330T092959", SpanKind::floating, ""), "20260329T093000");
  // Berlin's clocks change on 29 March 2026: 09:30 is 08:30Z before and 07:30Z after.
  EXPECT_EQ(last("20260330T073000Z", SpanKind::zoned, "Europe/Berlin"), "20260330T093000");
  EXPECT_EQ(last("20260330T072959Z", SpanKind::zoned, "Europe/Berlin"), "20260329T093000");
  EXPECT_EQ(last("20260330T093000Z", SpanKind::floating, ""), "20260330T093000");
  EXPECT_EQ(last("20260330", SpanKind::zoned, "Europe/Berlin"), "20260330T093000");
  EXPECT_EQ(last("20260330", SpanKind::all_day, ""), "20260330T000000");
  EXPECT_EQ(last("20260330T220000Z", SpanKind::all_day, ""), "20260330T000000");
}

TEST(RuleUntil, ComparesInstantsWhereWallTimesRunTwiceOrNot) {
  // 25 October 2026, 02:30 in Berlin is 00:30Z (the first time) and 01:30Z.
  const auto folded = bind_rule("FREQ=MINUTELY;INTERVAL=15;UNTIL=20261025T003000Z", "20261025T020000", SpanKind::zoned,
                                "Europe/Berlin");
  EXPECT_THAT(first_of(folded, 99), ElementsAre("20261025T020000", "20261025T021500", "20261025T023000"));
  // 02:30 does not exist on 29 March: it is read as 03:30 (01:30Z), and 03:00 is 01:00Z.
  const auto gap = bind_rule("FREQ=MINUTELY;INTERVAL=30;UNTIL=20260329T010000Z", "20260329T013000", SpanKind::zoned,
                             "Europe/Berlin");
  EXPECT_THAT(first_of(gap, 99), ElementsAre("20260329T013000", "20260329T020000", "20260329T030000"));
}

TEST(RuleWeeks, ThoseOfAYearMayLieInTheYearBeforeAndAfter) {
  EXPECT_THAT(first_of(bind_rule("FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO,SU", "20241230T090000"), 4),
              ElementsAre("20241230T090000", "20250105T090000", "20251229T090000", "20260104T090000"));
  EXPECT_THAT(first_of(bind_rule("FREQ=YEARLY;BYWEEKNO=53", "20270103T000000"), 2),
              ElementsAre("20270103T000000", "20330102T000000"));
  EXPECT_THAT(first_of(bind_rule("FREQ=YEARLY;BYWEEKNO=-53", "20260101T000000"), 2),
              ElementsAre("20260101T000000", "20320101T000000"));
}

TEST(RuleWeeks, TheirYearsAreCountedFromTheOneOfTheStartsWeek) {
  EXPECT_THAT(first_of(bind_rule("FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO,TU;INTERVAL=3", "20241231T000000"), 3),
              ElementsAre("20241231T000000", "20280103T000000", "20280104T000000"));
}

TEST(RuleDays, AWeekdayNumberCountsInTheMonthOrInTheYear) {
  EXPECT_THAT(first_of(bind_rule("FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU", "20260101T000000"), 2),
              ElementsAre("20260329T000000", "20261025T000000"));
  EXPECT_THAT(first_of(bind_rule("FREQ=YEARLY;BYDAY=-1SU,1TH", "20260101T000000"), 3),
              ElementsAre("20260101T000000", "20261227T000000", "20270107T000000"));
  EXPECT_THAT(first_of(bind_rule("FREQ=YEARLY;BYDAY=53TH", "20260101T000000"), 2),
              ElementsAre("20261231T000000", "20321230T000000"));
  EXPECT_THAT(first_of(bind_rule("FREQ=MONTHLY;BYDAY=5MO", "20260101T000000"), 2),
              ElementsAre("20260330T000000", "20260629T000000"));
}

TEST(RuleDays, WithoutAMonthAYearlyMonthDayIsInTheMonthOfTheStart) {
  EXPECT_THAT(first_of(bind_rule("FREQ=YEARLY;BYMONTHDAY=29", "20240229T000000"), 2),
              ElementsAre("20240229T000000", "20280229T000000"));
}

TEST(RuleWalk, ADaylessMonthHasNone) {
  EXPECT_THAT(first_of(bind_rule("FREQ=MONTHLY;BYDAY=6MO", "20260101T000000"), 1), IsEmpty());
}

}  // namespace
}  // namespace fasti
