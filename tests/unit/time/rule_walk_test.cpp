// Laws of walking a rule, for any rule: both directions give the same times, any point to start from gives the same
// rest, and no walk takes more steps than it is allowed.
#include "engine/time/rule_walk.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/unit/time/any_rule.hpp"
#include "tests/unit/time/walls.hpp"

namespace fasti {
namespace {

RulePeriods any_periods() {
  const std::string rule = *any_rule();
  const std::string start = text_of(count_of("20240101") + *rc::gen::inRange(0, 3 * 365 * 86400));
  RC_LOG() << rule << " from " << start << "\n";
  return bind_rule(rule, start);
}

constexpr std::int64_t kSteps = 20'000;

/// Everything in [from, to); nullopt: too much work for a test.
std::optional<std::vector<WallCount>> forwards(const RulePeriods& periods, WallCount from, WallCount to) {
  Steps steps(kSteps);
  RuleWalk walk(periods, steps);
  walk.seek(from);
  std::vector<WallCount> out;
  while (const auto at = walk.next()) {
    if (*at >= to) break;
    out.push_back(*at);
  }
  // What lies before the end is known although the walk beyond it was too long.
  if (walk.gave_up() && walk.reached() < to) return std::nullopt;
  return out;
}

std::optional<std::vector<WallCount>> backwards(const RulePeriods& periods, WallCount from, WallCount to) {
  Steps steps(kSteps);
  RuleWalk walk(periods, steps);
  walk.seek_back(to);
  std::vector<WallCount> out;
  while (const auto at = walk.previous()) {
    if (*at < from) break;
    out.push_back(*at);
  }
  if (walk.gave_up() && walk.reached() >= from) return std::nullopt;
  std::reverse(out.begin(), out.end());
  return out;
}

WallCount any_end(const RulePeriods& periods) {
  const bool dense = periods.rule().frequency < Frequency::daily;
  return periods.start() + *rc::gen::inRange(0, dense ? 3 * 86400 : 6 * 365 * 86400);
}

RC_GTEST_PROP(RuleWalkLaws, BackwardsIsForwardsReversed, ()) {
  const RulePeriods periods = any_periods();
  const WallCount to = any_end(periods);
  const auto there = forwards(periods, periods.start(), to);
  const auto back = backwards(periods, periods.start(), to);
  RC_PRE(there && back);
  RC_CLASSIFY(there->empty(), "empty");
  RC_ASSERT(*there == *back);
}

RC_GTEST_PROP(RuleWalkLaws, FromAnyPointIsTheRestFromTheStart, ()) {
  const RulePeriods periods = any_periods();
  const WallCount to = any_end(periods);
  const WallCount from = periods.start() + *rc::gen::inRange<WallCount>(-100'000, to - periods.start() + 1);
  auto all = forwards(periods, periods.start(), to);
  const auto rest = forwards(periods, from, to);
  RC_PRE(all && rest);
  all->erase(all->begin(), std::lower_bound(all->begin(), all->end(), from));
  RC_ASSERT(*all == *rest);
}

RC_GTEST_PROP(RuleWalkLaws, RisesAndStaysWithinItsEnds, ()) {
  const RulePeriods periods = any_periods();
  const auto all = forwards(periods, periods.start(), any_end(periods));
  RC_PRE(all.has_value());
  RC_ASSERT(std::adjacent_find(all->begin(), all->end(), std::greater_equal<>()) == all->end());
  if (periods.rule().count) RC_ASSERT(static_cast<std::int64_t>(all->size()) <= *periods.rule().count);
  if (!all->empty()) RC_ASSERT(all->front() >= periods.start() && all->back() <= periods.last());
}

RC_GTEST_PROP(RuleWalkLaws, NeverTakesMoreStepsThanAllowed, ()) {
  const RulePeriods periods = any_periods();
  const auto allowed = *rc::gen::inRange<std::int64_t>(0, 3000);
  Steps steps(allowed);
  RuleWalk walk(periods, steps);
  if (*rc::gen::arbitrary<bool>()) {
    walk.seek(*rc::gen::inRange(periods.start() - 100, periods.start() + 86400 * 365 * 50));
    while (walk.next()) {
    }
  } else {
    walk.seek_back(*rc::gen::inRange(periods.start() - 100, periods.start() + 86400 * 365 * 50));
    while (walk.previous()) {
    }
  }
  RC_ASSERT(steps.used() <= allowed);
  RC_ASSERT(walk.gave_up() || steps.used() < allowed + 1);
}

/// Periods looked at: the whole calendar must not be walked for a rule that says "never" or "hardly ever".
TEST(RuleWalkSteps, SparseAndAbsurdRulesAreBounded) {
  for (const char* rule :
       {"FREQ=SECONDLY;INTERVAL=2;BYSECOND=1", "FREQ=MINUTELY;INTERVAL=60;BYMINUTE=1", "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYWEEKNO=-53;BYDAY=MO", "FREQ=SECONDLY;INTERVAL=10000000000", "FREQ=YEARLY;INTERVAL=10000000000",
        "FREQ=WEEKLY;INTERVAL=2000000000", "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2;COUNT=2147483647",
        "FREQ=YEARLY;BYYEARDAY=366;BYMONTH=1"}) {
    const RulePeriods periods = bind_rule(rule, "20260601T000000");
    Steps steps;
    RuleWalk walk(periods, steps);
    walk.seek(periods.start() + 1);
    while (walk.next()) {
    }
    EXPECT_LE(steps.used(), Steps::kDefault) << rule;
    Steps back(Steps::kDefault);
    RuleWalk walk_back(periods, back);
    walk_back.seek_back(count_of("99991231T235959"));
    walk_back.previous();
    EXPECT_LE(back.used(), Steps::kDefault) << rule;
  }
}

TEST(RuleWalkSteps, FarAwayIsAsNearAsTheStart) {
  for (const char* rule : {"FREQ=DAILY", "FREQ=SECONDLY;INTERVAL=7", "FREQ=WEEKLY;BYDAY=MO,WE",
                           "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=YEARLY;BYWEEKNO=20", "FREQ=HOURLY;BYHOUR=9"}) {
    const RulePeriods periods = bind_rule(rule, "19970902T090000");
    Steps steps;
    RuleWalk walk(periods, steps);
    walk.seek(count_of("87650101"));
    EXPECT_TRUE(walk.next()) << rule;
    walk.seek_back(count_of("87650101"));
    EXPECT_TRUE(walk.previous()) << rule;
    EXPECT_LE(steps.used(), 60) << rule;
  }
}

TEST(RuleWalkSteps, AWholeDayOrMonthIsPassedOverAtOnce) {
  const RulePeriods periods = bind_rule("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO", "20260601T000000");
  Steps steps;
  RuleWalk walk(periods, steps);
  walk.seek(periods.start());
  EXPECT_EQ(text_of(*walk.next()), "20440229T000000");
  EXPECT_LE(steps.used(), 1000);
}

TEST(RuleWalkSeek, FindsADayThatWasSkippedIntoTheNextPeriodOrTheOneBefore) {
  Steps steps;
  const RulePeriods forward = bind_rule("RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=30;SKIP=FORWARD", "20260130");
  RuleWalk walk(forward, steps);
  walk.seek(count_of("20260301"));
  EXPECT_EQ(text_of(*walk.next()), "20260301T000000");
  const RulePeriods backward = bind_rule("RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=-31;SKIP=BACKWARD", "20260101");
  RuleWalk back(backward, steps);
  back.seek_back(count_of("20260201"));
  EXPECT_EQ(text_of(*back.previous()), "20260131T000000");
}

TEST(RuleWalkSeek, GoesBackFromTheOnlyPeriodThatTheCalendarHas) {
  for (const char* rule : {"FREQ=YEARLY;INTERVAL=38093", "FREQ=MONTHLY;INTERVAL=999999", "FREQ=WEEKLY;INTERVAL=9999999",
                           "FREQ=DAILY;INTERVAL=9999999999", "FREQ=HOURLY;INTERVAL=9999999999"}) {
    const RulePeriods periods = bind_rule(rule, "20130512T020000");
    Steps steps;
    RuleWalk walk(periods, steps);
    walk.seek_back(periods.start() + 1);
    EXPECT_EQ(walk.previous(), periods.start()) << rule;
    walk.seek_back(count_of("99991231T235959"));
    EXPECT_EQ(walk.previous(), periods.start()) << rule;
    EXPECT_FALSE(walk.previous()) << rule;
  }
}

TEST(RuleWalkEnd, IsTheLastYearOfTheCalendar) {
  EXPECT_EQ(first_of(bind_rule("FREQ=YEARLY", "99980601T120000"), 9).size(), 2u);
  EXPECT_EQ(first_of(bind_rule("FREQ=DAILY", "99991230T120000"), 9).size(), 2u);
  EXPECT_EQ(first_of(bind_rule("FREQ=YEARLY;BYWEEKNO=-1;BYDAY=SU", "99971228"), 9).size(), 2u);
  EXPECT_FALSE(RulePeriods::bind(*parse_rule("FREQ=DAILY"), LocalSeconds(std::chrono::seconds(400'000'000'000)),
                                 SpanKind::floating, nullptr));
}

}  // namespace
}  // namespace fasti
