// What iCalendar text costs: reading an event, patching one, and taking a file of many apart and putting one back.
// Per event the time must not grow with the file: compare the items per second of 100 and 10,000 events.
#include <benchmark/benchmark.h>

#include <map>
#include <string>

#include "connectors/ical/event.hpp"
#include "connectors/ical/object.hpp"
#include "engine/base/clock.hpp"

#ifdef FASTI_BENCH_LIBICAL
#include <libical/ical.h>
#endif

namespace fasti {
namespace ical {
namespace {

std::string event_of(int i) {
  const std::string day = std::to_string(20260401 + i % 28);
  return "BEGIN:VEVENT\r\nUID:booking-" + std::to_string(i) +
         "@club.example.org\r\nDTSTAMP:20260301T120000Z\r\nLAST-MODIFIED:20260301T120000Z\r\nSEQUENCE:1\r\n"
         "SUMMARY:Training of the under 15\\, group " +
         std::to_string(i) + "\r\nDTSTART;TZID=Europe/Zurich:" + day + "T180000\r\nDTEND;TZID=Europe/Zurich:" + day +
         "T193000\r\nRRULE:FREQ=WEEKLY;COUNT=10\r\nLOCATION:Sports hall 2\\, Main Street 14\r\nDESCRIPTION:Bring the "
         "second set of shirts and\r\n  the flags\\nand drums.\r\nCATEGORIES:training,u15\r\nX-COLOUR:red\r\n"
         "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT30M\r\nDESCRIPTION:Reminder\r\nEND:VALARM\r\nEND:VEVENT\r\n";
}

std::string calendar_of(int events) {
  std::string text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Bench//EN\r\n";
  for (int i = 0; i < events; ++i) text += event_of(i);
  return text + "END:VCALENDAR\r\n";
}

void count_events(benchmark::State& state, std::int64_t each) { state.SetItemsProcessed(state.iterations() * each); }

void read_one(benchmark::State& state) {
  const std::string text = calendar_of(1);
  for (auto _ : state) benchmark::DoNotOptimize(read_object(text));
  count_events(state, 1);
}
BENCHMARK(read_one);

/// The same eight properties as libical_eight_properties reads, straight from the lines of the text.
struct Eight {
  std::string uid;
  std::string summary;
  When start;
  When end;
  std::string rule;
  std::string location;
  std::string description;
  std::int64_t sequence = 0;
};

void take_line(std::string_view content, const Zones& zones, Eight& out) {
  auto text = [&](std::string_view name, std::string& to) {
    if (has_name(content, name)) to = read_text(parse_property(content));
  };
  auto time = [&](std::string_view name, When& to) {
    if (!has_name(content, name)) return;
    const Property property = parse_property(content);
    if (auto when = read_when(property.value, property, zones)) to = std::move(*when);
  };
  switch (content.empty() ? '\0' : content.front()) {
    case 'U':
      return text("UID", out.uid);
    case 'L':
      return text("LOCATION", out.location);
    case 'R':
      if (has_name(content, "RRULE")) out.rule = parse_property(content).value;
      return;
    case 'S':
      if (has_name(content, "SEQUENCE")) out.sequence = read_integer(parse_property(content).value).value_or(0);
      return text("SUMMARY", out.summary);
    case 'D':
      time("DTSTART", out.start);
      time("DTEND", out.end);
      return text("DESCRIPTION", out.description);
    default:
      return;
  }
}

Eight eight_of(const Document& document, const Component& event, const Zones& zones) {
  Eight out;
  for (std::size_t line : event.lines) take_line(document.lines()[line].content, zones, out);
  return out;
}

void eight_properties(benchmark::State& state) {
  const std::string text = calendar_of(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    const Document document(text);
    const Zones zones(document);
    for (const Component* event : find_events(document)) benchmark::DoNotOptimize(eight_of(document, *event, zones));
  }
  count_events(state, state.range(0));
}
BENCHMARK(eight_properties)->RangeMultiplier(10)->Range(100, 10000)->Unit(benchmark::kMillisecond);

#ifdef FASTI_BENCH_LIBICAL
void libical_eight_properties(benchmark::State& state) {
  const std::string text = calendar_of(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    icalcomponent* calendar = icalparser_parse_string(text.c_str());
    for (icalcomponent* event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT); event;
         event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)) {
      benchmark::DoNotOptimize(icalcomponent_get_uid(event));
      benchmark::DoNotOptimize(icalcomponent_get_summary(event));
      benchmark::DoNotOptimize(icalcomponent_get_dtstart(event));
      benchmark::DoNotOptimize(icalcomponent_get_dtend(event));
      benchmark::DoNotOptimize(icalcomponent_get_location(event));
      benchmark::DoNotOptimize(icalcomponent_get_description(event));
      benchmark::DoNotOptimize(icalcomponent_get_sequence(event));
      icalproperty* rule = icalcomponent_get_first_property(event, ICAL_RRULE_PROPERTY);
      if (rule) benchmark::DoNotOptimize(icalproperty_get_rrule(rule));
    }
    icalcomponent_free(calendar);
  }
  count_events(state, state.range(0));
}
BENCHMARK(libical_eight_properties)->RangeMultiplier(10)->Range(100, 10000)->Unit(benchmark::kMillisecond);
#endif

void patch_one(benchmark::State& state) {
  WriteRequest request;
  request.shadow = calendar_of(1);
  request.set = {{"SUMMARY", std::string("Training in hall 3")}};
  request.marker = {"store", "record", true, "key"};
  const Instant now = system_clock().now();
  for (auto _ : state) benchmark::DoNotOptimize(patch_object(request, now));
  count_events(state, 1);
}
BENCHMARK(patch_one);

void split_and_read_file(benchmark::State& state) {
  const std::string text = calendar_of(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    const auto parts = split_calendar(text);
    for (const CalendarPart& part : *parts) benchmark::DoNotOptimize(read_object(part.text));
  }
  count_events(state, state.range(0));
}
BENCHMARK(split_and_read_file)->RangeMultiplier(10)->Range(100, 10000)->Unit(benchmark::kMillisecond);

void replace_every_tenth_in_file(benchmark::State& state) {
  const std::string text = calendar_of(static_cast<int>(state.range(0)));
  std::map<std::string, std::string> changed;
  const auto parts = split_calendar(text);
  for (std::size_t i = 0; i < parts->size(); i += 10) {
    std::string other = (*parts)[i].text;
    changed[(*parts)[i].uid] = other.replace(other.find("hall 2"), 6, "hall 3");
  }
  for (auto _ : state) benchmark::DoNotOptimize(merge_into_calendar(text, changed));
  count_events(state, state.range(0));
}
BENCHMARK(replace_every_tenth_in_file)->RangeMultiplier(10)->Range(100, 10000)->Unit(benchmark::kMillisecond);

void fill_empty_file(benchmark::State& state) {
  std::map<std::string, std::string> all;
  const auto parts = split_calendar(calendar_of(static_cast<int>(state.range(0))));
  for (const CalendarPart& part : *parts) all[part.uid] = part.text;
  for (auto _ : state) benchmark::DoNotOptimize(merge_into_calendar("", all));
  count_events(state, state.range(0));
}
BENCHMARK(fill_empty_file)->RangeMultiplier(10)->Range(100, 10000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ical
}  // namespace fasti
