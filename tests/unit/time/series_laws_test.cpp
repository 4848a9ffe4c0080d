// Laws of a series, for any rule, zone and overrides: windows fit together, and next and previous walk what expand
// lists.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "engine/time/series.hpp"
#include "engine/time/zone.hpp"
#include "tests/unit/time/any_rule.hpp"

namespace fasti {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using std::chrono::sys_seconds;

/// Zones whose clocks change in every way there is, and a day on which they do.
struct Place {
  const char* zone;
  const char* change;
};
constexpr Place kPlaces[] = {
    {"Europe/Berlin", "20260329"},     {"Europe/Berlin", "20261025"},       {"America/New_York", "20260308"},
    {"America/St_Johns", "20061029"},  {"Australia/Lord_Howe", "20260405"}, {"Pacific/Apia", "20111230"},
    {"Africa/Casablanca", "20260215"}, {"America/Caracas", "20160501"},     {"UTC", "20260329"}};

Span any_span() {
  const Place place = *rc::gen::elementOf(std::vector<Place>(std::begin(kPlaces), std::end(kPlaces)));
  const LocalSeconds start = wall_of(place.change) + seconds(*rc::gen::inRange(-20 * 96, 20 * 96) * 900);
  return {SpanKind::zoned, start, start + seconds(*rc::gen::inRange(0, 30) * 1800), place.zone};
}

void add_overrides(SeriesInput& input) {
  const Series plain = *Series::make(input);
  const sys_seconds start = *to_utc(input.span->start, input.span->zone);
  const auto found = plain.expand({start, start + hours(24 * 60), "UTC", WindowSelect::starting, 3000});
  if (!found || found->empty()) return;
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
    const Occurrence& at = (*found)[*rc::gen::inRange<std::size_t>(0, std::min<std::size_t>(found->size(), 20))];
    SeriesOverride change;
    change.key = at.key;
    change.cancelled = *rc::gen::inRange(0, 4) == 0;
    change.and_future = *rc::gen::inRange(0, 4) == 0;
    const LocalSeconds moved = at.start + seconds(*rc::gen::inRange(-200, 200) * 900);
    if (*rc::gen::inRange(0, 4) != 0) change.span = Span{SpanKind::zoned, moved, moved + hours(1), input.span->zone};
    input.overrides.push_back(change);
  }
}

struct Asked {
  Series series;
  sys_seconds from;
  sys_seconds to;
};

Asked any_question() {
  SeriesInput input;
  input.span = any_span();
  const std::string rule = *rc::gen::oneOf(
      any_rule(),
      rc::gen::element<std::string>("FREQ=DAILY", "FREQ=HOURLY", "FREQ=MINUTELY;INTERVAL=30",
                                    "FREQ=HOURLY;INTERVAL=5;COUNT=99", "FREQ=DAILY;BYHOUR=0,1,2,3,23;COUNT=99",
                                    "FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=0,20,40", "FREQ=WEEKLY;BYDAY=SU,MO,FR"));
  RC_LOG() << rule << " from " << basic_time(input.span->start) << " " << input.span->zone << "\n";
  input.recurrence.rules = {rule};
  const bool dense = rule.find("LY;") != std::string::npos && rule.find("FREQ=SECONDLY") != std::string::npos;
  add_overrides(input);
  for (const SeriesOverride& change : input.overrides)
    RC_LOG() << basic_time(change.key) << (change.and_future ? " and future" : "")
             << (change.cancelled ? " cancelled" : "") << (change.span ? " to " + basic_time(change.span->start) : "")
             << "\n";
  const sys_seconds start = *to_utc(input.span->start, input.span->zone);
  const sys_seconds from = start + seconds(*rc::gen::inRange(-3 * 96, 40 * 96) * 900);
  return {*Series::make(input), from, from + seconds(*rc::gen::inRange(0, dense ? 40 : 120 * 96) * 900)};
}

Window window(sys_seconds from, sys_seconds to) { return {from, to, "UTC", WindowSelect::starting, 20'000}; }

std::vector<std::int64_t> starts(const std::vector<Occurrence>& occurrences) {
  std::vector<std::int64_t> out;
  for (const Occurrence& occurrence : occurrences) out.push_back(occurrence.utc_start.time_since_epoch().count());
  return out;
}

RC_GTEST_PROP(SeriesLaws, TwoWindowsAreTheOneThatTheyMakeUp, ()) {
  const Asked asked = any_question();
  const auto middle = asked.from + seconds(*rc::gen::inRange<std::int64_t>(0, (asked.to - asked.from).count() + 1));
  const auto whole = asked.series.expand(window(asked.from, asked.to));
  const auto left = asked.series.expand(window(asked.from, middle));
  const auto right = asked.series.expand(window(middle, asked.to));
  RC_PRE(whole && left && right);
  RC_CLASSIFY(whole->empty(), "empty");
  auto joined = starts(*left);
  for (std::int64_t at : starts(*right)) joined.push_back(at);
  RC_ASSERT(starts(*whole) == joined);
}

RC_GTEST_PROP(SeriesLaws, NextWalksWhatExpandLists, ()) {
  const Asked asked = any_question();
  const auto whole = asked.series.expand(window(asked.from, asked.to));
  RC_PRE(whole.ok());
  auto expected = starts(*whole);
  expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
  if (expected.size() > 40) expected.resize(40);
  std::vector<std::int64_t> walked;
  sys_seconds at = asked.from - seconds(1);
  while (walked.size() < expected.size() + 1) {
    const auto found = asked.series.next(at, window({}, {}));
    RC_ASSERT(found.ok());
    RC_PRE(!found->gave_up);
    if (!found->occurrence || found->occurrence->utc_start >= asked.to) break;
    at = found->occurrence->utc_start;
    walked.push_back(at.time_since_epoch().count());
  }
  if (expected.size() == 40) walked.resize(std::min<std::size_t>(walked.size(), 40));
  RC_ASSERT(walked == expected);
}

RC_GTEST_PROP(SeriesLaws, PreviousWalksItBackwards, ()) {
  const Asked asked = any_question();
  const auto whole = asked.series.expand(window(asked.from, asked.to));
  RC_PRE(whole.ok());
  auto expected = starts(*whole);
  expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
  std::reverse(expected.begin(), expected.end());
  if (expected.size() > 40) expected.resize(40);
  std::vector<std::int64_t> walked;
  sys_seconds at = asked.to;
  while (walked.size() < expected.size()) {
    const auto found = asked.series.previous(at, window({}, {}));
    RC_ASSERT(found.ok());
    RC_PRE(!found->gave_up);
    if (!found->occurrence || found->occurrence->utc_start < asked.from) break;
    at = found->occurrence->utc_start;
    walked.push_back(at.time_since_epoch().count());
  }
  RC_ASSERT(walked == expected);
}

RC_GTEST_PROP(SeriesLaws, EveryStartStartsAndOverlapsItself, ()) {
  const Asked asked = any_question();
  const auto whole = asked.series.expand(window(asked.from, asked.to));
  RC_PRE(whole.ok());
  if (whole->empty()) return;
  const Occurrence one = (*whole)[*rc::gen::inRange<std::size_t>(0, whole->size())];
  const auto there = asked.series.starts_at(one.utc_start, window({}, {}));
  RC_PRE(there.ok());
  RC_ASSERT(*there);
  RC_ASSERT(one.utc_end >= one.utc_start);
  if (one.utc_end == one.utc_start) return;
  Window last_second = window(one.utc_end - seconds(1), one.utc_end);
  last_second.select = WindowSelect::overlapping;
  const auto overlapping = asked.series.expand(last_second);
  RC_PRE(overlapping.ok());
  RC_ASSERT(std::any_of(overlapping->begin(), overlapping->end(), [&](const Occurrence& other) {
    return other.key == one.key && other.utc_start == one.utc_start;
  }));
}

}  // namespace
}  // namespace fasti
