// Graph's pattern and the iCalendar rule say the same days, both ways: held against an expansion of the pattern that
// shares nothing with the connector.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "connectors/emulators/outlook_pattern.hpp"
#include "connectors/outlook/recurrence.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/series.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {
namespace {

using ::testing::HasSubstr;

Span span_on(const std::string& start, const std::string& zone = "Europe/Berlin") {
  if (const auto day = parse_date(start); day && start.size() == 10)
    return Span{SpanKind::all_day, LocalSeconds(*day), LocalSeconds(*day) + std::chrono::days(1), ""};
  return Span{SpanKind::zoned, *parse_time(start), *parse_time(start) + std::chrono::hours(2), zone};
}

emulators::OutlookPattern as_json(const GraphRecurrence& recurrence) {
  static const char* const kTypes[] = {"daily",           "weekly",         "absoluteMonthly",
                                       "relativeMonthly", "absoluteYearly", "relativeYearly"};
  static const char* const kDays[] = {"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
  static const char* const kIndexes[] = {"last", "", "first", "second", "third", "fourth"};
  emulators::OutlookPattern out;
  const Pattern& pattern = recurrence.pattern;
  out.type = kTypes[static_cast<int>(pattern.type)];
  out.interval = static_cast<int>(pattern.interval);
  for (int i = 0; i < 7; ++i)
    if ((pattern.days >> i & 1U) != 0) out.days_of_week.emplace_back(kDays[i]);
  out.first_day_of_week = kDays[pattern.first_day];
  out.day_of_month = pattern.day_of_month;
  out.month = pattern.month;
  out.index = kIndexes[pattern.index + 1];
  out.start = recurrence.range.start;
  out.range = recurrence.range.type == RangeType::no_end     ? "noEnd"
              : recurrence.range.type == RangeType::end_date ? "endDate"
                                                             : "numbered";
  out.end = recurrence.range.end;
  out.occurrences = static_cast<int>(recurrence.range.count);
  return out;
}

std::vector<std::string> days_of_rule(const std::string& rule, const Span& start, LocalDays last) {
  SeriesInput input;
  input.span = start;
  input.recurrence.rules = {rule};
  auto series = Series::make(input);
  EXPECT_TRUE(series.ok()) << rule;
  if (!series) return {};
  Window window;
  window.from = std::chrono::sys_seconds(start.start.time_since_epoch()) - std::chrono::days(2);
  window.to = std::chrono::sys_seconds(LocalSeconds(last).time_since_epoch()) + std::chrono::days(2);
  std::vector<std::string> out;
  auto found = series->expand(window);
  EXPECT_TRUE(found.ok());
  for (const Occurrence& one : *found)
    if (std::chrono::floor<std::chrono::days>(one.key) <= last)
      out.push_back(iso_date(std::chrono::floor<std::chrono::days>(one.key)));
  return out;
}

std::vector<std::string> days_of_pattern(const emulators::OutlookPattern& pattern, LocalDays last) {
  std::vector<std::string> out;
  for (const LocalDays day : expand(pattern, last)) out.push_back(iso_date(day));
  return out;
}

struct Case {
  std::string rule;
  std::string start;
  std::string back;  ///< as it is read again; empty: the same
};

class Translated : public ::testing::TestWithParam<Case> {};

TEST_P(Translated, MeansTheSameDaysThereAndBack) {
  const Span start = span_on(GetParam().start);
  const auto graph = to_graph(Recurrence{{GetParam().rule}, {}, {}, {}}, start);
  ASSERT_TRUE(graph.ok()) << graph.error().text();
  const auto last = std::chrono::floor<std::chrono::days>(start.start) + std::chrono::days(366 * 9);
  EXPECT_EQ(emulators::problem_of(as_json(*graph)), "");
  EXPECT_EQ(days_of_pattern(as_json(*graph), last), days_of_rule(GetParam().rule, start, last));
  const auto back = to_rule(*graph, start);
  ASSERT_TRUE(back.ok()) << back.error().text();
  EXPECT_EQ(*back, GetParam().back.empty() ? GetParam().rule : GetParam().back);
  EXPECT_EQ(days_of_rule(*back, start, last), days_of_rule(GetParam().rule, start, last));
  const auto again = to_graph(Recurrence{{*back}, {}, {}, {}}, start);
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_EQ(as_json(*again), as_json(*graph)) << "read and written again, it stays as it is";
}

INSTANTIATE_TEST_SUITE_P(
    Rules, Translated,
    ::testing::Values(Case{"FREQ=DAILY;COUNT=9", "2026-06-11T18:00:00", ""},
                      Case{"FREQ=DAILY;INTERVAL=3", "2026-06-11", ""},
                      Case{"FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "2026-06-11T18:00:00",
                           "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"},
                      Case{"FREQ=WEEKLY", "2026-06-11T18:00:00", "FREQ=WEEKLY;BYDAY=TH"},
                      Case{"FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TU;WKST=SU", "2026-06-14T18:00:00", ""},
                      Case{"FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TU", "2026-06-14T18:00:00", ""},
                      Case{"FREQ=MONTHLY", "2026-06-11T18:00:00", "FREQ=MONTHLY;BYMONTHDAY=11"},
                      Case{"FREQ=MONTHLY;BYMONTHDAY=-1", "2026-06-30", ""},
                      Case{"FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", "2026-06-30", ""},
                      Case{"FREQ=MONTHLY;INTERVAL=3;BYDAY=-1FR", "2026-06-26T18:00:00", ""},
                      Case{"FREQ=MONTHLY;BYDAY=2TU", "2026-06-09T18:00:00", ""},
                      Case{"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-06-30T18:00:00", ""},
                      Case{"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=3", "2026-06-03T18:00:00", ""},
                      Case{"FREQ=YEARLY", "2026-06-11", "FREQ=YEARLY;BYMONTHDAY=11;BYMONTH=6"},
                      Case{"FREQ=YEARLY;BYMONTHDAY=-1;BYMONTH=2", "2024-02-29", ""},
                      Case{"FREQ=YEARLY;BYDAY=1MO;BYMONTH=9", "2026-09-07", ""},
                      Case{"FREQ=WEEKLY;UNTIL=20261105T170000Z;BYDAY=TH", "2026-06-11T18:00:00", ""},
                      Case{"FREQ=WEEKLY;UNTIL=20261105T165959Z;BYDAY=TH", "2026-06-11T18:00:00",
                           "FREQ=WEEKLY;UNTIL=20261104T170000Z;BYDAY=TH"},
                      Case{"FREQ=WEEKLY;UNTIL=20260702;BYDAY=TH", "2026-06-11", ""}));

struct Refusal {
  std::string rule;
  std::string start;
  std::string why;
};
class Refused : public ::testing::TestWithParam<Refusal> {};
TEST_P(Refused, WithTheReason) {
  const auto graph = to_graph(Recurrence{{GetParam().rule}, {}, {}, {}}, span_on(GetParam().start));
  ASSERT_FALSE(graph.ok());
  EXPECT_EQ(graph.error().kind, ErrorKind::rejected);
  EXPECT_THAT(graph.error().message, HasSubstr(GetParam().why));
}
INSTANTIATE_TEST_SUITE_P(Rules, Refused,
                         ::testing::Values(Refusal{"FREQ=MONTHLY;BYMONTHDAY=31", "2026-01-31", "skips the months"},
                                           Refusal{"FREQ=MONTHLY", "2026-01-29", "skips the months"},
                                           Refusal{"FREQ=YEARLY", "2024-02-29", "skips the months"},
                                           Refusal{"FREQ=MONTHLY;BYMONTHDAY=1,15", "2026-06-01", "several days"},
                                           Refusal{"FREQ=MONTHLY;BYMONTHDAY=-2", "2026-06-29", "counted from the end"},
                                           Refusal{"FREQ=MONTHLY;BYDAY=5MO", "2026-06-29", "fourth"},
                                           Refusal{"FREQ=MONTHLY;BYDAY=-2MO", "2026-06-22", "fourth"},
                                           Refusal{"FREQ=MONTHLY;BYDAY=MO,WE", "2026-06-01", "each of several days"},
                                           Refusal{"FREQ=MONTHLY;BYDAY=1MO,3MO", "2026-06-01", "several numbered"},
                                           Refusal{"FREQ=YEARLY;BYMONTH=6,9", "2026-06-11", "several months"},
                                           Refusal{"FREQ=YEARLY;BYDAY=20MO", "2026-05-18", "within a year"},
                                           Refusal{"FREQ=YEARLY;BYWEEKNO=20", "2026-05-14", "BYWEEKNO"},
                                           Refusal{"FREQ=YEARLY;BYYEARDAY=100", "2026-04-10", "BYYEARDAY"},
                                           Refusal{"FREQ=DAILY;INTERVAL=2;BYDAY=MO,TU", "2026-06-15", "every few days"},
                                           Refusal{"FREQ=DAILY;BYMONTH=6", "2026-06-15", "BYMONTH"},
                                           Refusal{"FREQ=HOURLY", "2026-06-11T18:00:00", "several times a day"},
                                           Refusal{"FREQ=WEEKLY;BYDAY=MO", "2026-06-11T18:00:00", "first time"},
                                           Refusal{"FREQ=WEEKLY;UNTIL=20260601", "2026-06-11", "before it starts"},
                                           Refusal{"FREQ=DAILY;BYHOUR=9", "2026-06-11T18:00:00", "BYHOUR"}));

TEST(OutlookRecurrence, WhatIsNoSingleRuleIsRefused) {
  const Span start = span_on("2026-06-11T18:00:00");
  EXPECT_FALSE(to_graph(Recurrence{{"FREQ=DAILY"}, {}, {"2026-06-13T10:00:00"}, {}}, start).ok());
  EXPECT_FALSE(to_graph(Recurrence{{"FREQ=DAILY"}, {"FREQ=WEEKLY"}, {}, {}}, start).ok());
  EXPECT_FALSE(to_graph(Recurrence{{"FREQ=DAILY", "FREQ=WEEKLY"}, {}, {}, {}}, start).ok());
  EXPECT_FALSE(to_graph(Recurrence{{}, {}, {"2026-06-13T10:00:00"}, {}}, start).ok());
  Span floating = start;
  floating.kind = SpanKind::floating;
  EXPECT_FALSE(to_graph(Recurrence{{"FREQ=DAILY"}, {}, {}, {}}, floating).ok());
  EXPECT_TRUE(to_graph(Recurrence{{"FREQ=DAILY"}, {}, {}, {"2026-06-13T18:00:00"}}, start).ok())
      << "excluded dates are deleted occurrences there";
}

TEST(OutlookRecurrence, APatternWithoutWhatItNeedsIsUnreadable) {
  GraphRecurrence broken;
  broken.pattern.type = PatternType::weekly;
  EXPECT_FALSE(to_rule(broken, span_on("2026-06-11")).ok());
  broken.pattern.type = PatternType::absolute_yearly;
  broken.pattern.day_of_month = 3;
  EXPECT_FALSE(to_rule(broken, span_on("2026-06-11")).ok());
}

std::string part(const std::string& name, const std::vector<std::string>& values) {
  std::string out;
  for (const auto& value : values) out += (out.empty() ? ";" + name + "=" : ",") + value;
  return out;
}

/// Rules of all shapes, also such as Graph does not have.
std::string any_rule() {
  static const std::vector<std::string> kDays = {"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
  const auto frequency = *rc::gen::element<std::string>("DAILY", "WEEKLY", "MONTHLY", "YEARLY");
  std::string rule = "FREQ=" + frequency;
  if (*rc::gen::inRange(0, 2)) rule += ";INTERVAL=" + std::to_string(*rc::gen::inRange(1, 5));
  const bool numbers = frequency == "MONTHLY" || frequency == "YEARLY";
  const int shape = *rc::gen::inRange(0, numbers ? 6 : 2);
  const auto weekdays =
      *rc::gen::container<std::set<std::string>>(*rc::gen::inRange<std::size_t>(1, 6), rc::gen::elementOf(kDays));
  const std::vector<std::string> some(weekdays.begin(), weekdays.end());
  if (frequency == "YEARLY" && *rc::gen::inRange(0, 3)) rule += ";BYMONTH=" + std::to_string(*rc::gen::inRange(1, 13));
  if (shape == 1) rule += part("BYDAY", some);
  if (shape == 2) rule += part("BYDAY", some) + ";BYSETPOS=" + std::to_string(*rc::gen::element(1, 2, 3, 4, -1, -2));
  if (shape == 3) rule += ";BYDAY=" + std::to_string(*rc::gen::element(1, 2, 3, 4, 5, -1, -2)) + some.front();
  if (shape == 4) rule += ";BYMONTHDAY=" + std::to_string(*rc::gen::element(1, 15, 28, 29, 30, 31, -1, -2));
  if (shape == 5)
    rule += *rc::gen::element<std::string>(";BYMONTHDAY=28,29,30;BYSETPOS=-1", ";BYMONTHDAY=28,29;BYSETPOS=-1",
                                           ";BYMONTHDAY=28,29,30,31;BYSETPOS=-1");
  if (*rc::gen::inRange(0, 2)) rule += ";WKST=" + *rc::gen::elementOf(kDays);
  const int end = *rc::gen::inRange(0, 3);
  if (end == 1) rule += ";COUNT=" + std::to_string(*rc::gen::inRange(1, 40));
  if (end == 2) rule += ";UNTIL=20" + std::to_string(*rc::gen::inRange(26, 33)) + "1105T170000Z";
  return rule;
}

TEST(OutlookRecurrence, WhatIsAcceptedMeansTheSameDaysThereAndBack) {
  std::size_t accepted = 0;
  EXPECT_TRUE(rc::check("accepted rules", [&accepted] {
    const auto day = *parse_date("2026-01-01") + std::chrono::days(*rc::gen::inRange(0, 800));
    const bool all_day = *rc::gen::inRange(0, 2) == 0;
    const Span any = span_on(iso_date(day) + (all_day ? "" : "T18:00:00"));
    const std::string rule = any_rule();
    SeriesInput input;
    input.span = any;
    input.recurrence.rules = {rule};
    // Most starts are no time of their rule; the first one after it is.
    Span start = any;
    const auto last = day + std::chrono::days(366 * 6);
    for (LocalDays at = day; at < day + std::chrono::days(400); at += std::chrono::days(1)) {
      start.start = LocalSeconds(at) + (any.start - LocalSeconds(day));
      start.end = start.start + (any.end - any.start);
      if (to_graph(Recurrence{{rule}, {}, {}, {}}, start)) break;
    }
    const auto graph = to_graph(Recurrence{{rule}, {}, {}, {}}, start);
    if (!graph) return;
    ++accepted;
    const auto pattern = as_json(*graph);
    RC_ASSERT(emulators::problem_of(pattern) == "");
    const auto days = days_of_pattern(pattern, last);
    RC_ASSERT(days == days_of_rule(rule, start, last));
    const auto back = to_rule(*graph, start);
    RC_ASSERT(back.ok());
    RC_ASSERT(days_of_rule(*back, start, last) == days);
    const auto again = to_graph(Recurrence{{*back}, {}, {}, {}}, start);
    RC_ASSERT(again.ok());
    RC_ASSERT(days_of_pattern(as_json(*again), last) == days);
  }));
  EXPECT_GT(accepted, 30U);
}

}  // namespace
}  // namespace outlook
}  // namespace v1
}  // namespace fasti
