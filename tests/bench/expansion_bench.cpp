// What expanding a series costs per occurrence, beside libical where it is installed: the same rules for the same
// years, as instants of Europe/Berlin. And what one question costs far from the start.
#include <benchmark/benchmark.h>

#include <string>

#include "engine/model/time_text.hpp"
#include "engine/time/series.hpp"
#ifdef FASTI_BENCH_LIBICAL
#include <libical/ical.h>
#endif

namespace fasti {
namespace {

struct Case {
  const char* name;
  const char* start;
  const char* rule;
  int years;
};

const Case kCases[] = {
    {"daily", "20200106T180000", "FREQ=DAILY", 20},
    {"weekly_two_days", "20200106T180000", "FREQ=WEEKLY;BYDAY=MO,WE", 20},
    {"monthly_last_friday", "20200131T180000", "FREQ=MONTHLY;BYDAY=-1FR", 20},
    {"monthly_second_to_last_workday", "20200130T180000", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", 20},
    {"yearly_date", "20200106T180000", "FREQ=YEARLY", 20},
    {"yearly_sunday_of_march", "20200329T180000", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", 20},
    {"yearly_week", "20200511T180000", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", 20},
    {"hourly_workdays", "20200106T080000", "FREQ=HOURLY;BYHOUR=8,9,10,11,12,13,14,15,16;BYDAY=MO,TU,WE,TH,FR", 5},
    {"daily_three_times", "20200106T080000", "FREQ=DAILY;BYHOUR=8,12,18;BYMINUTE=0,30", 5},
};

LocalSeconds start_of(const Case& given) { return *parse_time(given.start); }

Series series_of(const Case& given) {
  SeriesInput input;
  input.span = Span{SpanKind::zoned, start_of(given), start_of(given) + std::chrono::hours(1), "Europe/Berlin"};
  input.recurrence.rules = {given.rule};
  return *Series::make(std::move(input));
}

Window window_of(const Case& given) {
  const std::chrono::sys_seconds from(start_of(given).time_since_epoch());
  return {from - std::chrono::days(1), from + std::chrono::days(365 * given.years)};
}

void expand(benchmark::State& state, const Case& given) {
  const Series series = series_of(given);
  const Window window = window_of(given);
  std::size_t occurrences = 0;
  for (auto _ : state) {
    const auto found = series.expand(window);
    occurrences += found->size();
    benchmark::DoNotOptimize(found->data());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(occurrences));
}

void make_series(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(series_of(kCases[1]));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(make_series);

void next_after_centuries(benchmark::State& state, const Case& given) {
  const Series series = series_of(given);
  const std::chrono::sys_seconds at(parse_time("26000101T000000")->time_since_epoch());
  for (auto _ : state) benchmark::DoNotOptimize(series.next(at));
  state.SetItemsProcessed(state.iterations());
}

#ifdef FASTI_BENCH_LIBICAL
void expand_libical(benchmark::State& state, const Case& given) {
  icaltimezone* zone = icaltimezone_get_builtin_timezone("Europe/Berlin");
  icaltimetype start = icaltime_from_string(given.start);
  start.zone = zone;
  const icalrecurrencetype rule = icalrecurrencetype_from_string(given.rule);
  const time_t end = window_of(given).to.time_since_epoch().count();
  std::int64_t occurrences = 0;
  for (auto _ : state) {
    icalrecur_iterator* walk = icalrecur_iterator_new(rule, start);
    for (icaltimetype at = icalrecur_iterator_next(walk); !icaltime_is_null_time(at);
         at = icalrecur_iterator_next(walk)) {
      const time_t utc = icaltime_as_timet_with_zone(at, zone);
      if (utc >= end) break;
      benchmark::DoNotOptimize(utc);
      ++occurrences;
    }
    icalrecur_iterator_free(walk);
  }
  state.SetItemsProcessed(occurrences);
}
#endif

const bool registered = [] {
  for (const Case& given : kCases) {
    const std::string name = given.name;
    benchmark::RegisterBenchmark(("expand/" + name).c_str(), [&given](benchmark::State& s) { expand(s, given); });
#ifdef FASTI_BENCH_LIBICAL
    benchmark::RegisterBenchmark(("libical/" + name).c_str(),
                                 [&given](benchmark::State& s) { expand_libical(s, given); });
#endif
    benchmark::RegisterBenchmark(("next_after_centuries/" + name).c_str(),
                                 [&given](benchmark::State& s) { next_after_centuries(s, given); });
  }
  return true;
}();

}  // namespace
}  // namespace fasti
