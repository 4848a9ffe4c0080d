#include "engine/time/series.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/time/occurrence_set.hpp"
#include "tests/unit/time/walls.hpp"

namespace fasti {
namespace {

using std::chrono::hours;
using std::chrono::sys_seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Span zoned(const std::string& start, const std::string& end, const std::string& zone) {
  return {SpanKind::zoned, wall_of(start), wall_of(end), zone};
}
Span berlin(const std::string& start, const std::string& end) { return zoned(start, end, "Europe/Berlin"); }
Span all_day(const std::string& start, const std::string& end) {
  return {SpanKind::all_day, wall_of(start), wall_of(end), ""};
}
sys_seconds utc(const std::string& text) { return sys_seconds(wall_of(text).time_since_epoch()); }

/// A series as rule text and exceptions; the rest is filled in by the tests.
struct Given {
  SeriesInput input;
  Given(Span span, const std::string& rule) {
    input.span = std::move(span);
    if (!rule.empty()) input.recurrence.rules = {rule};
  }
  Given& change(const std::string& key, std::optional<Span> span) {
    input.overrides.push_back({wall_of(key), key.size() == 8, false, false, std::move(span)});
    return *this;
  }
  Given& change_future(const std::string& key, std::optional<Span> span) {
    change(key, std::move(span));
    input.overrides.back().and_future = true;
    return *this;
  }
  Given& cancel(const std::string& key) {
    change(key, std::nullopt);
    input.overrides.back().cancelled = true;
    return *this;
  }
  Given& rdate(const std::string& text) {
    input.recurrence.rdates.push_back(text);
    return *this;
  }
  Given& exdate(const std::string& text) {
    input.recurrence.exdates.push_back(text);
    return *this;
  }
  Series series() const { return *Series::make(input); }
};

std::string text_of(const Occurrence& occurrence) {
  return basic_time(occurrence.start) + "/" + basic_time(occurrence.end);
}

std::vector<std::string> texts(const std::vector<Occurrence>& occurrences) {
  std::vector<std::string> out;
  for (const Occurrence& occurrence : occurrences) out.push_back(text_of(occurrence));
  return out;
}

std::vector<std::string> starts(const Given& given, const std::string& from, const std::string& to) {
  const auto found = given.series().expand({utc(from), utc(to)});
  std::vector<std::string> out;
  for (const Occurrence& occurrence : *found) out.push_back(basic_time(occurrence.start));
  return out;
}

TEST(Series, OneEventIsOneOccurrence) {
  const Given one(berlin("20260611T180000", "20260611T200000"), "");
  EXPECT_THAT(texts(*one.series().expand({utc("20260611"), utc("20260612")})),
              ElementsAre("20260611T180000/20260611T200000"));
  EXPECT_EQ(*one.series().count(), 1);
}

TEST(Series, AWindowHasItsFirstInstantAndNotItsLast) {
  const Given daily({SpanKind::zoned, wall_of("20260601T120000"), wall_of("20260601T130000"), "UTC"}, "FREQ=DAILY");
  EXPECT_THAT(starts(daily, "20260602T120000", "20260604T120000"), ElementsAre("20260602T120000", "20260603T120000"));
  Window running{utc("20260602T123000"), utc("20260602T124500")};
  EXPECT_THAT(*daily.series().expand(running), IsEmpty());
  running.select = WindowSelect::overlapping;
  EXPECT_EQ(daily.series().expand(running)->size(), 1u);
  EXPECT_THAT(starts(daily, "20260604", "20260604"), IsEmpty());
  EXPECT_THAT(starts(daily, "20260604", "20260602"), IsEmpty());
}

TEST(Series, KeepsItsWallTimeAcrossAChangeOfTheClock) {
  const Given weekly(berlin("20260319T180000", "20260319T193000"), "FREQ=WEEKLY;COUNT=3");
  const auto found = *weekly.series().expand({utc("20260101"), utc("20270101")});
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[1].utc_start, utc("20260326T170000"));
  EXPECT_EQ(found[2].utc_start, utc("20260402T160000"));
  EXPECT_EQ(text_of(found[2]), "20260402T180000/20260402T193000");
  EXPECT_EQ(weekly.series().span_of(found[2]), berlin("20260402T180000", "20260402T193000"));
}

TEST(Series, ReadsATimeInAGapWithTheOffsetBeforeItAndTheFirstOfAFold) {
  const auto gap = *Given(berlin("20260328T023000", "20260328T024500"), "FREQ=DAILY;COUNT=3")
                        .series()
                        .expand({utc("20260101"), utc("20270101")});
  EXPECT_THAT(texts(gap), ElementsAre("20260328T023000/20260328T024500", "20260329T033000/20260329T034500",
                                      "20260330T023000/20260330T024500"));
  EXPECT_EQ(gap[1].utc_start, utc("20260329T013000"));
  const auto fold = *Given(berlin("20261024T023000", "20261024T024500"), "FREQ=DAILY;COUNT=2")
                         .series()
                         .expand({utc("20260101"), utc("20270101")});
  EXPECT_EQ(fold[1].utc_start, utc("20261025T003000"));
}

TEST(Series, AnExactLengthIsHoursAndANominalOneIsWallTime) {
  Given night(berlin("20260327T220000", "20260328T060000"), "FREQ=DAILY;COUNT=2");
  const Window all{utc("20260101"), utc("20270101")};
  EXPECT_THAT(texts(*night.series().expand(all)),
              ElementsAre("20260327T220000/20260328T060000", "20260328T220000/20260329T070000"));
  night.input.length = SeriesLength::nominal;
  EXPECT_THAT(texts(*night.series().expand(all)),
              ElementsAre("20260327T220000/20260328T060000", "20260328T220000/20260329T060000"));
}

TEST(Series, ATimeInAGapThatIsAnotherOccurrenceIsThatOne) {
  // 02:00 on 29 March is read as 03:00, which the rule has anyway.
  const Given hourly(berlin("20260329T010000", "20260329T011000"), "FREQ=HOURLY;COUNT=4");
  EXPECT_THAT(starts(hourly, "20260328", "20260330"),
              ElementsAre("20260329T010000", "20260329T030000", "20260329T040000"));
  EXPECT_EQ(*hourly.series().count(), 3);
}

TEST(Series, TheStartIsTheFirstOccurrenceAndTakesOneOfCount) {
  // A Tuesday, and the rule says Mondays.
  const Given series(berlin("20260602T180000", "20260602T190000"), "FREQ=WEEKLY;BYDAY=MO;COUNT=3");
  EXPECT_THAT(starts(series, "20260601", "20270101"),
              ElementsAre("20260602T180000", "20260608T180000", "20260615T180000"));
  EXPECT_THAT(starts(Given(series).exdate("2026-06-02T18:00:00"), "20260601", "20270101"),
              ElementsAre("20260608T180000", "20260615T180000"));
}

TEST(Series, OneThatEndsBeforeItsStartIsEmpty) {
  const Given cut(berlin("20260602T180000", "20260602T190000"), "FREQ=DAILY;UNTIL=20260601T220000Z");
  EXPECT_THAT(starts(cut, "20260101", "20270101"), IsEmpty());
  EXPECT_EQ(*cut.series().count(), 0);
}

TEST(Series, SeveralRulesAndDatesAreOneSet) {
  Given series(berlin("20260601T180000", "20260601T190000"), "FREQ=WEEKLY;COUNT=3");
  series.input.recurrence.rules.push_back("FREQ=MONTHLY;BYMONTHDAY=1,15;COUNT=3");
  series.rdate("2026-06-03T12:00:00").rdate("2026-06-08T18:00:00");
  EXPECT_THAT(
      starts(series, "20260101", "20270101"),
      ElementsAre("20260601T180000", "20260603T120000", "20260608T180000", "20260615T180000", "20260701T180000"));
  series.input.recurrence.exrules = {"FREQ=MONTHLY;BYMONTHDAY=1"};
  EXPECT_THAT(starts(series, "20260101", "20270101"),
              ElementsAre("20260603T120000", "20260608T180000", "20260615T180000"));
}

TEST(Series, AnRdatePeriodHasItsOwnLength) {
  Given series(berlin("20260601T180000", "20260601T190000"), "");
  series.rdate("2026-06-03T12:00:00/PT4H").rdate("2026-06-04T12:00:00/20260604T113000Z");
  EXPECT_THAT(texts(*series.series().expand({utc("20260101"), utc("20270101")})),
              ElementsAre("20260601T180000/20260601T190000", "20260603T120000/20260603T160000",
                          "20260604T120000/20260604T133000"));
  Window late{utc("20260603T130000"), utc("20260603T133000"), "UTC", WindowSelect::overlapping};
  EXPECT_EQ(series.series().expand(late)->size(), 1u);
}

TEST(Series, AnExdateMayBeADateOrSayAGapInAnotherWay) {
  Given daily(berlin("20260327T023000", "20260327T024500"), "FREQ=DAILY;COUNT=5");
  daily.exdate("2026-03-28").exdate("2026-03-29T03:30:00").exdate("2026-03-30T02:31:00");
  EXPECT_THAT(starts(daily, "20260101", "20270101"),
              ElementsAre("20260327T023000", "20260330T023000", "20260331T023000"));
  Given days(all_day("20260601", "20260602"), "FREQ=DAILY;COUNT=3");
  days.exdate("2026-06-02T00:00:00");
  EXPECT_THAT(starts(days, "20260101", "20270101"), ElementsAre("20260601T000000", "20260603T000000"));
}

TEST(Series, AllDayAndFloatingTimesArePlacedInTheZoneOfTheWindow) {
  const Series days = Given(all_day("20260601", "20260602"), "FREQ=DAILY").series();
  const auto found = *days.expand({utc("20260601T220000"), utc("20260602T220000"), "Europe/Berlin"});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].start, wall_of("20260602"));
  EXPECT_EQ(found[0].utc_start, utc("20260601T220000"));
  EXPECT_EQ(found[0].utc_end, utc("20260602T220000"));
  EXPECT_FALSE(days.expand({utc("20260601"), utc("20260602"), "Mars/Olympus"}));
}

TEST(SeriesOverride, MovesOneOccurrenceAcrossOthersAndToAnotherZone) {
  Given weekly(berlin("20260601T180000", "20260601T190000"), "FREQ=WEEKLY;COUNT=4");
  weekly.change("20260608T180000", berlin("20260623T090000", "20260623T100000"));
  weekly.change("20260615T180000", zoned("20260615T120000", "20260615T123000", "America/New_York"));
  const Series series = weekly.series();
  const auto found = *series.expand({utc("20260101"), utc("20270101")});
  EXPECT_THAT(texts(found), ElementsAre("20260601T180000/20260601T190000", "20260615T120000/20260615T123000",
                                        "20260622T180000/20260622T190000", "20260623T090000/20260623T100000"));
  EXPECT_EQ(found[1].utc_start, utc("20260615T160000"));
  EXPECT_EQ(series.span_of(found[1]).zone, "America/New_York");
  EXPECT_EQ(found[3].key, wall_of("20260608T180000"));
  EXPECT_EQ(found[3].override_index, 0);
  EXPECT_EQ(found[0].override_index, -1);
}

TEST(SeriesOverride, OneMovedIntoOrOutOfTheWindowIsSeenWhereItIs) {
  Given weekly(berlin("20260601T180000", "20260601T190000"), "FREQ=WEEKLY");
  weekly.change("20270111T180000", berlin("20260603T180000", "20260603T190000"));
  weekly.change("20260608T180000", berlin("20270105T180000", "20270105T190000"));
  EXPECT_THAT(starts(weekly, "20260601", "20260612"), ElementsAre("20260601T180000", "20260603T180000"));
  EXPECT_THAT(starts(weekly, "20270104", "20270112"), ElementsAre("20270104T180000", "20270105T180000"));
}

TEST(SeriesOverride, WithoutATimeKeepsItsTimeOrIsNothing) {
  Given weekly(berlin("20260601T180000", "20260601T190000"), "FREQ=WEEKLY;COUNT=2");
  weekly.change("20260608T180000", std::nullopt).change("20260609T180000", std::nullopt);
  const auto found = *weekly.series().expand({utc("20260101"), utc("20270101")});
  EXPECT_THAT(texts(found), ElementsAre("20260601T180000/20260601T190000", "20260608T180000/20260608T190000"));
  EXPECT_EQ(found[1].override_index, 0);
  EXPECT_EQ(*weekly.series().count(), 2);
}

TEST(SeriesOverride, OfAnExcludedOccurrenceOrAfterTheEndIsGone) {
  Given weekly(berlin("20260601T180000", "20260601T190000"), "FREQ=WEEKLY;UNTIL=20260615T160000Z");
  weekly.change("20260608T180000", berlin("20260609T180000", "20260609T190000")).exdate("2026-06-08T18:00:00");
  weekly.change("20260622T180000", berlin("20260623T180000", "20260623T190000"));
  weekly.change("20260603T180000", berlin("20260603T180000", "20260603T190000"));
  EXPECT_THAT(starts(weekly, "20260101", "20270101"),
              ElementsAre("20260601T180000", "20260603T180000", "20260615T180000"));
}

TEST(SeriesOverride, IsFoundByItsDateAndByTheOtherWayToSayAGap) {
  Given daily(berlin("20260328T023000", "20260328T024500"), "FREQ=DAILY;COUNT=3");
  daily.change("20260328", berlin("20260328T120000", "20260328T130000"));
  daily.change("20260329T033000", berlin("20260329T120000", "20260329T130000"));
  EXPECT_THAT(starts(daily, "20260101", "20270101"),
              ElementsAre("20260328T120000", "20260329T120000", "20260330T023000"));
}

TEST(SeriesOverride, ACancelledOneIsGone) {
  Given weekly(berlin("20260601T180000", "20260601T190000"), "FREQ=WEEKLY;COUNT=3");
  weekly.cancel("20260608T180000");
  EXPECT_THAT(starts(weekly, "20260101", "20270101"), ElementsAre("20260601T180000", "20260615T180000"));
  EXPECT_EQ(*weekly.series().count(), 2);
}

TEST(SeriesOverride, StandsWithoutItsSeries) {
  SeriesInput input;
  input.overrides.push_back(
      {wall_of("20260608T180000"), false, false, false, berlin("20260609T180000", "20260609T190000")});
  const Series series = *Series::make(input);
  EXPECT_THAT(texts(*series.expand({utc("20260101"), utc("20270101")})),
              ElementsAre("20260609T180000/20260609T190000"));
  EXPECT_EQ(*series.count(), 1);
  EXPECT_EQ(series.next(utc("20260101"))->occurrence->start, wall_of("20260609T180000"));
}

TEST(SeriesOverride, ThisAndFutureShiftsWhatFollowsUntilTheNext) {
  Given weekly(berlin("20260601T180000", "20260601T190000"), "FREQ=WEEKLY;COUNT=5");
  weekly.change_future("20260608T180000", berlin("20260609T200000", "20260609T220000"));
  weekly.change("20260622T180000", berlin("20260622T080000", "20260622T083000"));
  weekly.change_future("20260629T180000", berlin("20260629T170000", "20260629T180000"));
  EXPECT_THAT(texts(*weekly.series().expand({utc("20260101"), utc("20270101")})),
              ElementsAre("20260601T180000/20260601T190000", "20260609T200000/20260609T220000",
                          "20260616T200000/20260616T220000", "20260622T080000/20260622T083000",
                          "20260629T170000/20260629T180000"));
  const auto next = *weekly.series().next(utc("20260610"));
  EXPECT_EQ(next.occurrence->key, wall_of("20260615T180000"));
  EXPECT_EQ(next.occurrence->override_index, 0);
}

TEST(SeriesOverride, ThisAndFutureCancelledEndsAnEndlessSeries) {
  Given weekly(berlin("20260601T180000", "20260601T190000"), "FREQ=WEEKLY");
  weekly.cancel("20260615T180000");
  EXPECT_EQ(*weekly.series().count(), std::nullopt);
  weekly.input.overrides.back().and_future = true;
  EXPECT_EQ(*weekly.series().count(), 2);
  EXPECT_FALSE(weekly.series().next(utc("20260609"))->occurrence);
}

TEST(SeriesSearch, FindsTheNextAndThePreviousStart) {
  Given weekly(berlin("20260601T180000", "20260601T190000"), "FREQ=WEEKLY;COUNT=3");
  weekly.change("20260608T180000", berlin("20260620T180000", "20260620T190000"));
  const Series series = weekly.series();
  auto next = [&](const std::string& after) { return basic_time(series.next(utc(after))->occurrence->start); };
  auto previous = [&](const std::string& at) { return basic_time(series.previous(utc(at))->occurrence->start); };
  EXPECT_EQ(next("20200101"), "20260601T180000");
  EXPECT_EQ(next("20260601T155959"), "20260601T180000");
  EXPECT_EQ(next("20260601T160000"), "20260615T180000");
  EXPECT_EQ(next("20260616"), "20260620T180000");
  EXPECT_FALSE(series.next(utc("20260620T160000"))->occurrence);
  EXPECT_EQ(previous("20300101"), "20260620T180000");
  EXPECT_EQ(previous("20260620T160000"), "20260615T180000");
  EXPECT_EQ(previous("20260615T160000"), "20260601T180000");
  EXPECT_FALSE(series.previous(utc("20260601T160000"))->occurrence);
  EXPECT_TRUE(*series.starts_at(utc("20260615T160000")));
  EXPECT_FALSE(*series.starts_at(utc("20260608T160000")));
}

TEST(SeriesSearch, NeedsNoYearsThatTheCalendarHas) {
  const Series daily = Given(berlin("20260601T180000", "20260601T190000"), "FREQ=DAILY;INTERVAL=1000000").series();
  EXPECT_TRUE(daily.next(sys_seconds::min())->occurrence);
  EXPECT_FALSE(daily.next(sys_seconds::max())->occurrence);
  EXPECT_TRUE(daily.previous(sys_seconds::max())->occurrence);
  EXPECT_FALSE(daily.previous(sys_seconds::min())->occurrence);
  EXPECT_FALSE(*daily.starts_at(sys_seconds::min()));
  EXPECT_FALSE(*daily.starts_at(sys_seconds::max()));
  EXPECT_EQ(daily.expand({sys_seconds::min(), sys_seconds::max()})->size(), 3u);
}

TEST(SeriesSearch, OrdersByInstantWhereAGapTurnsWallTimesAround) {
  // 02:30 is read as 03:30; 03:15 stands after it in the set and before it in time.
  Given series(berlin("20260329T023000", "20260329T023500"), "FREQ=DAILY");
  series.input.recurrence.rules.push_back("FREQ=DAILY;BYHOUR=3;BYMINUTE=15");
  EXPECT_THAT(starts(series, "20260101", "20260330"), ElementsAre("20260329T031500", "20260329T033000"));
  EXPECT_EQ(series.series().next(utc("20260329"))->occurrence->start, wall_of("20260329T031500"));
  EXPECT_EQ(series.series().previous(utc("20260329T120000"))->occurrence->start, wall_of("20260329T033000"));
}

TEST(SeriesSearch, LeavesOutWhatAnExruleExcludes) {
  Given daily(berlin("20260601T180000", "20260601T190000"), "FREQ=DAILY");
  daily.input.recurrence.exrules = {"FREQ=WEEKLY;BYDAY=TU,WE,TH"};
  EXPECT_EQ(daily.series().next(utc("20260602"))->occurrence->start, wall_of("20260605T180000"));
  EXPECT_EQ(daily.series().previous(utc("20260605"))->occurrence->start, wall_of("20260601T180000"));
}

TEST(SeriesWindow, WithAnEndInAGapOrFoldHasWhatIsReadIntoIt) {
  const Given daily(berlin("20260301T023000", "20260301T024500"), "FREQ=DAILY");
  EXPECT_THAT(starts(daily, "20260329T011500", "20260329T020000"), ElementsAre("20260329T033000"));
  EXPECT_THAT(starts(daily, "20261025T000000", "20261025T011500"), ElementsAre("20261025T023000"));
}

TEST(SeriesWindow, OverlapsALengthThatTheClockMadeLongerOnTheWall) {
  const Given once(berlin("20260327T220000", "20260331T230000"), "FREQ=YEARLY");
  // In 2027 the clock changes on the 28th as well; 96 hours from a spring start end an hour later on the wall.
  EXPECT_EQ(
      once.series().expand({utc("20260331T203000"), utc("20260331T204500"), "UTC", WindowSelect::overlapping})->size(),
      1u);
}

TEST(SeriesBudget, ASparseRuleSaysHowFarItLooked) {
  // Odd seconds never come at a step of two from an even one.
  const Series never =
      Given(berlin("20260601T180000", "20260601T190000"), "FREQ=SECONDLY;INTERVAL=2;BYSECOND=1;COUNT=9")
          .exdate("2026-06-01T18:00:00")
          .series();
  Window limits;
  limits.steps = 500;
  const Found found = *never.next(utc("20260601"), limits);
  EXPECT_TRUE(found.gave_up);
  EXPECT_FALSE(found.occurrence);
  EXPECT_GT(found.searched_to, wall_of("20260601T190000"));
  EXPECT_THAT(never.starts_at(utc("20270101"), limits).error().message, HasSubstr("no occurrence up to 2026-06-0"));
  EXPECT_TRUE(never.previous(utc("20270101"), limits)->gave_up);
}

TEST(SeriesBudget, WhatLiesBeforeTheEndOfTheSearchIsSure) {
  Given never(berlin("20260601T180000", "20260601T190000"), "FREQ=SECONDLY;INTERVAL=2;BYSECOND=1");
  never.change("20260601T180000", berlin("20260602T180000", "20260602T190000"));
  Window limits;
  limits.steps = 500;
  EXPECT_TRUE(never.series().next(utc("20260601"), limits)->gave_up);
  limits.steps = 50'000;
  const Found found = *never.series().next(utc("20260601"), limits);
  EXPECT_FALSE(found.gave_up);
  ASSERT_TRUE(found.occurrence);
  EXPECT_EQ(found.occurrence->start, wall_of("20260602T180000"));
}

TEST(SeriesBudget, ATimeOfWhichItIsUnknownWhetherItCountsIsNotInTheAnswer) {
  // Every step of the walk may be the last, also one beside the gap and one that an EXRULE takes.
  const Span start = berlin("20260329T013000", "20260329T013000");
  for (const char* exrule : {"", "FREQ=MINUTELY;INTERVAL=20;COUNT=99999999", "FREQ=MINUTELY;INTERVAL=20"}) {
    const OccurrenceSet set = *OccurrenceSet::make({{"FREQ=MINUTELY;INTERVAL=10"}, {exrule}, {}, {}}, start);
    const auto times = [&](std::int64_t allowed) {
      Steps steps(allowed);
      SetWalk walk(set, steps);
      walk.seek(set.start());
      std::vector<WallCount> out;
      while (const auto item = walk.next()) {
        if (out.size() == 60) break;
        out.push_back(item->wall);
      }
      return out;
    };
    const auto all = times(Steps::kDefault);
    for (std::int64_t allowed = 0; allowed < 300; ++allowed) {
      const auto some = times(allowed);
      EXPECT_TRUE(some.size() <= all.size() && std::equal(some.begin(), some.end(), all.begin()))
          << exrule << " " << allowed;
    }
  }
}

TEST(SeriesBudget, ARuleThatGivesUpHidesNothingOfAnother) {
  // The second rule gives up after the window; the first still has a time ready within it.
  Given two(berlin("20260601T180000", "20260601T190000"), "FREQ=DAILY");
  two.input.recurrence.rules.push_back("FREQ=SECONDLY;INTERVAL=2;BYSECOND=1");
  for (std::int64_t steps = 0; steps < 12'000; steps += 79) {
    const auto found = two.series().expand({utc("20260601"), utc("20260604"), "UTC", WindowSelect::starting, steps});
    EXPECT_TRUE(!found || found->size() == 3) << steps;
  }
}

TEST(SeriesBudget, CountIsCountedOnceAndNotWithEveryQuestion) {
  Given daily(berlin("20260101T180000", "20260101T190000"), "FREQ=DAILY;COUNT=9000");
  for (int day = 0; day < 2000; ++day) {
    const std::string key = fasti::text_of(count_of("20260101T180000") + day * 86400);
    daily.change(key, berlin(key, fasti::text_of(count_of(key) + 60)));
  }
  const Series series = daily.series();
  Window few{utc("20480101"), utc("20480201")};
  few.steps = 200;
  EXPECT_EQ(series.expand(few)->size(), 31u);
  EXPECT_EQ(series.previous(utc("29000101"), few)->occurrence->start, wall_of("20500822T180000"));
  EXPECT_EQ(*series.count(), 9000);
}

TEST(SeriesBudget, ACountTooLargeToBeCountedOnceStillHolds) {
  const Given many(berlin("20260101T000000", "20260101T000001"), "FREQ=SECONDLY;COUNT=50000");
  EXPECT_EQ(*many.series().count(), 50'000);
  EXPECT_EQ(many.series().previous(utc("29000101"))->occurrence->start, wall_of("20260101T135319"));
  EXPECT_FALSE(many.series().next(utc("20260101T125319"))->occurrence);
  Window few;
  few.steps = 1000;
  EXPECT_TRUE(many.series().previous(utc("29000101"), few)->gave_up);
}

TEST(SeriesBudget, ATooLargeAnswerIsAnErrorAndNeverAPart) {
  Window window{utc("20260601"), utc("20270601")};
  window.steps = 1500;
  const Series dense = Given(berlin("20260601T180000", "20260601T180001"), "FREQ=SECONDLY").series();
  const auto found = dense.expand(window);
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("too many occurrences"));
  window.to = utc("20260601T161000");
  EXPECT_EQ(dense.expand(window)->size(), 600u);
}

TEST(SeriesInput, IsReadFromTheFieldsOfARecord) {
  Fields fields;
  fields["when"] = berlin("20260601T180000", "20260601T190000");
  fields["recurrence"] = Recurrence{{"FREQ=WEEKLY;COUNT=4"}, {}, {}, {}};
  fields["title@2026-06-08T18:00:00"] = std::string("Final");
  fields["when@2026-06-15T18:00:00"] = berlin("20260616T180000", "20260616T190000");
  fields["status@2026-06-22T18:00:00"] = std::string("cancelled");
  fields["title@2026-06-01T18:00:00"] = std::nullopt;
  const Series series = *Series::make(*series_input(fields));
  EXPECT_THAT(texts(*series.expand({utc("20260101"), utc("20270101")})),
              ElementsAre("20260601T180000/20260601T190000", "20260608T180000/20260608T190000",
                          "20260616T180000/20260616T190000"));
  fields["title@tomorrow"] = std::string("?");
  EXPECT_THAT(series_input(fields).error().message, HasSubstr("tomorrow"));
}

TEST(SeriesInput, RefusesWhatCannotBeRead) {
  const auto refusal = [](const Given& given) {
    const auto series = Series::make(given.input);
    return series ? "" : series.error().message;
  };
  EXPECT_THAT(refusal(Given(zoned("20260601", "20260601", "Nowhere/At_All"), "")), HasSubstr("Nowhere/At_All"));
  EXPECT_THAT(refusal(Given(berlin("20260601", "20260601"), "FREQ=NEVER")), HasSubstr("NEVER"));
  EXPECT_THAT(refusal(Given(berlin("20260601", "20260601"), "").rdate("someday")), HasSubstr("someday"));
  EXPECT_THAT(refusal(Given(berlin("20260601", "20260601"), "").rdate("2026-06-03T12:00:00/soon")), HasSubstr("soon"));
  Given many(berlin("20260601", "20260601"), "FREQ=DAILY");
  many.input.recurrence.rules.resize(101, "FREQ=DAILY");
  EXPECT_THAT(refusal(many), HasSubstr("101 rules"));
  EXPECT_THAT(refusal(Given(berlin("20260601", "20260601"), "").exdate("2026-13-01")), HasSubstr("2026-13-01"));
}

}  // namespace
}  // namespace fasti
