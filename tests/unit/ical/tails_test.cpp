// RANGE=THISANDFUTURE: read as occurrences of their own, kept as long as all of them change alike.
#include <gtest/gtest.h>

#include <string>

#include "connectors/ical/inspect.hpp"
#include "connectors/ical/object.hpp"
#include "connectors/ical/tails.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/series.hpp"

namespace fasti {
namespace {

const Instant kNow = *parse_instant("2026-11-20T12:00:00Z");

std::string event(const std::string& lines) {
  return "BEGIN:VEVENT\r\nUID:u1\r\nDTSTAMP:20260101T000000Z\r\n" + lines + "END:VEVENT\r\n";
}
std::string calendar(const std::string& events) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + events + "END:VCALENDAR\r\n";
}

/// Five Mondays at 18:00, from the third on at 19:30 and longer, with another title; the fourth has one of its own.
const std::string kMaster = event(
    "SUMMARY:Training\r\nDTSTART;TZID=Europe/Berlin:20260406T180000\r\nDTEND;TZID=Europe/Berlin:20260406T190000\r\n"
    "RRULE:FREQ=WEEKLY;COUNT=6\r\nEXDATE;TZID=Europe/Berlin:20260511T180000\r\n");
const std::string kTail = event(
    "RECURRENCE-ID;TZID=Europe/Berlin;RANGE=THISANDFUTURE:20260420T180000\r\nSUMMARY:Late training\r\nX-A:1\r\n"
    "DTSTART;TZID=Europe/Berlin:20260420T193000\r\nDTEND;TZID=Europe/Berlin:20260420T213000\r\n"
    "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\n");
const std::string kSingle = event(
    "RECURRENCE-ID;TZID=Europe/Berlin:20260427T180000\r\nSUMMARY:With guests\r\n"
    "DTSTART;TZID=Europe/Berlin:20260427T180000\r\nDTEND;TZID=Europe/Berlin:20260427T190000\r\n");
const std::string kText = calendar(kMaster + kTail + kSingle);
const char* const kThird = "@2026-04-20T18:00:00";
const char* const kFifth = "@2026-05-04T18:00:00";

Properties read(const std::string& text) {
  auto object = ical::read_object(text);
  EXPECT_TRUE(object.ok()) << (object.ok() ? "" : object.error().text());
  return object.ok() ? object->properties : Properties();
}
std::string patched(const std::string& text, Properties set, std::vector<std::string> clear = {},
                    std::vector<std::string> remove_parts = {}) {
  WriteRequest request;
  request.shadow = text;
  request.set = std::move(set);
  request.clear = std::move(clear);
  request.remove_parts = std::move(remove_parts);
  auto result = ical::patch_object(request, kNow);
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().text());
  return result.ok() ? *result : "";
}
Value berlin(const char* start, const char* end) {
  return Span{SpanKind::zoned, *parse_time(start), *parse_time(end), "Europe/Berlin"};
}
Value text_value(const char* text) { return std::string(text); }
bool has_range(const std::string& text) { return text.find("RANGE=THISANDFUTURE") != std::string::npos; }

TEST(Tail, EveryOccurrenceOfItIsOneOfItsOwn) {
  const Properties p = read(kText);
  EXPECT_EQ(p.at("SUMMARY"), text_value("Training"));
  EXPECT_EQ(p.at(std::string("DTSTART") + kThird), berlin("2026-04-20T19:30:00", "2026-04-20T21:30:00"));
  EXPECT_EQ(p.at(std::string("DTSTART") + kFifth), berlin("2026-05-04T19:30:00", "2026-05-04T21:30:00"));
  EXPECT_EQ(p.at(std::string("SUMMARY") + kFifth), text_value("Late training"));
  EXPECT_EQ(p.at(std::string("VALARM") + kFifth), Value(Reminders{{std::chrono::minutes(15), "popup"}}));
  EXPECT_EQ(p.at(std::string("*") + kFifth), p.at(std::string("*") + kThird));
  EXPECT_EQ(p.at("SUMMARY@2026-04-27T18:00:00"), text_value("With guests"));
  EXPECT_EQ(p.at("DTSTART@2026-04-27T18:00:00"), berlin("2026-04-27T18:00:00", "2026-04-27T19:00:00"));
  EXPECT_FALSE(p.contains("DTSTART@2026-04-13T18:00:00")) << "before the tail";
  EXPECT_FALSE(p.contains("DTSTART@2026-05-11T18:00:00")) << "excluded";
  EXPECT_FALSE(p.contains(std::string("RANGE") + kThird));
}

TEST(Tail, WithoutIsTheSame) {
  const std::string cancelled = event(
      "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260427T180000\r\nSTATUS:CANCELLED\r\n"
      "DTSTART;TZID=Europe/Berlin:20260427T180000\r\n");
  const std::string elsewhere = event(
      "RECURRENCE-ID;RANGE=THISANDFUTURE:20260420T160000Z\r\nSUMMARY:a\r\nDTSTART;TZID=Asia/Tokyo:20260421T010000\r\n"
      "DURATION:PT2H\r\n");
  const std::string days =
      event("SUMMARY:a\r\nDTSTART;VALUE=DATE:20260406\r\nRRULE:FREQ=WEEKLY;COUNT=4\r\n") +
      event("RECURRENCE-ID;VALUE=DATE;RANGE=THISANDFUTURE:20260413\r\nDTSTART;VALUE=DATE:20260414\r\nSUMMARY:b\r\n");
  for (const std::string& text : {kText, calendar(kMaster + kTail + cancelled), calendar(kMaster + elsewhere),
                                  calendar(kTail + kSingle + kMaster), calendar(days)}) {
    const auto open = ical::without_tails(text);
    ASSERT_TRUE(open) << text;
    EXPECT_TRUE(has_range(text));
    EXPECT_FALSE(has_range(*open)) << *open;
    EXPECT_EQ(read(*open), read(text)) << *open;
    EXPECT_GT(read(text).size(), read(calendar(kMaster)).size());
  }
  const Properties p = read(calendar(kMaster + kTail + cancelled));
  EXPECT_EQ(p.at(std::string("STATUS") + kFifth), text_value("CANCELLED"));
  EXPECT_EQ(p.at(std::string("DTSTART") + kThird), berlin("2026-04-20T19:30:00", "2026-04-20T21:30:00"));
  EXPECT_EQ(ical::without_tails(calendar(kMaster + kSingle)).value(), calendar(kMaster + kSingle));
}

TEST(Tail, StaysOneWhenTheSeriesGetsAnotherTitle) {
  const std::string text = patched(kText, {{"SUMMARY", text_value("Practice")}});
  EXPECT_NE(text.find(kTail), std::string::npos) << "byte for byte";
  EXPECT_NE(text.find(kSingle), std::string::npos);
  Properties expected = read(kText);
  expected["SUMMARY"] = text_value("Practice");
  EXPECT_EQ(read(text), expected);
}

TEST(Tail, StaysOneWhenAllOfItChangesAlike) {
  const Properties set = {{std::string("SUMMARY") + kThird, text_value("Later")},
                          {std::string("SUMMARY") + kFifth, text_value("Later")}};
  const std::string text = patched(kText, set, {std::string("VALARM") + kThird, std::string("VALARM") + kFifth});
  EXPECT_TRUE(has_range(text));
  Properties expected = read(kText);
  for (const auto& [path, value] : set) expected[path] = value;
  expected.erase(std::string("VALARM") + kThird);
  expected.erase(std::string("VALARM") + kFifth);
  EXPECT_EQ(read(text), expected);
}

TEST(Tail, IsOpenedWhenOneOccurrenceOfItChanges) {
  for (const char* part : {kThird, kFifth}) {
    const Properties set = {{std::string("SUMMARY") + part, text_value("Finals")},
                            {std::string("DTSTART") + part, berlin("2026-05-05T10:00:00", "2026-05-05T11:00:00")}};
    const std::string text = patched(kText, set);
    EXPECT_FALSE(has_range(text));
    Properties expected = read(kText);
    for (const auto& [path, value] : set) expected[path] = value;
    EXPECT_EQ(read(text), expected) << text;
  }
}

TEST(Tail, IsOpenedWhenOneOccurrenceOfItGetsATitle) {
  for (const char* part : {kThird, kFifth}) {
    const std::string text = patched(kText, {{std::string("SUMMARY") + part, text_value("Finals")}});
    EXPECT_FALSE(has_range(text));
    Properties expected = read(kText);
    expected[std::string("SUMMARY") + part] = text_value("Finals");
    EXPECT_EQ(read(text), expected) << text;
  }
  const std::string cleared = patched(kText, {}, {std::string("VALARM") + kThird});
  Properties expected = read(kText);
  expected.erase(std::string("VALARM") + kThird);
  EXPECT_EQ(read(cleared), expected);
}

TEST(Tail, IsOpenedWhenAnOccurrenceGoesBackToItsSeries) {
  const std::string text = patched(kText, {}, {}, {"2026-05-04T18:00:00"});
  Properties expected = read(kText);
  std::erase_if(expected, [](const auto& item) { return path_part(item.first) == "2026-05-04T18:00:00"; });
  EXPECT_EQ(read(text), expected) << text;
  const std::string first = patched(kText, {}, {}, {"2026-04-20T18:00:00"});
  EXPECT_EQ(read(first).count(std::string("DTSTART") + kThird), 0u);
  EXPECT_EQ(read(first).at(std::string("SUMMARY") + kFifth), text_value("Late training"));
}

TEST(Tail, IsOpenedWhenTheSeriesGetsAnotherTime) {
  Recurrence shorter = std::get<Recurrence>(read(kText).at("RRULE"));
  shorter.rules = {"FREQ=WEEKLY;COUNT=5"};
  const std::string text = patched(kText, {{"RRULE", shorter}});
  EXPECT_FALSE(has_range(text));
  Properties expected = read(kText);
  expected["RRULE"] = shorter;
  EXPECT_EQ(read(text), expected);
}

std::string with_rule(const std::string& rule) {
  std::string text = kText;
  return text.replace(text.find("FREQ=WEEKLY;COUNT=6"), 19, rule);
}

TEST(Tail, WithoutAnEndIsRefusedWithItsLine) {
  const auto object = ical::read_object(with_rule("FREQ=WEEKLY"));
  ASSERT_FALSE(object.ok());
  EXPECT_EQ(object.error().kind, ErrorKind::unsupported);
  EXPECT_NE(object.error().text().find("without an end"), std::string::npos) << object.error().text();
  EXPECT_NE(object.error().text().find("line 15"), std::string::npos) << object.error().text();
}

TEST(Tail, OfARuleThatCannotBeReadIsRefusedWithItsLine) {
  for (const char* rule : {"FREQ=NEVER", "RSCALE=HEBREW;FREQ=YEARLY", "FREQ=SECONDLY;COUNT=90000000"}) {
    const auto object = ical::read_object(with_rule(rule));
    ASSERT_FALSE(object.ok()) << rule;
    EXPECT_EQ(object.error().place, "line 15") << rule << object.error().text();
  }
}

TEST(Tail, MayBeShortAfterALongSeries) {
  const auto object = ical::read_object(with_rule("FREQ=DAILY;COUNT=3000"));
  EXPECT_NE(object.error().text().find("speaks of 2983 occurrences"), std::string::npos) << object.error().text();
  // 3,000 days from 2026-04-06 on, of which the tail has the last ten.
  std::string late = with_rule("FREQ=DAILY;COUNT=3000");
  for (const char* day : {"20260420T180000", "20260420T193000", "20260420T213000"})
    late.replace(late.find(day), 8, "20340613");
  const Properties p = read(late);
  EXPECT_EQ(p.at("DTSTART@2034-06-22T18:00:00"), berlin("2034-06-22T19:30:00", "2034-06-22T21:30:00"));
  EXPECT_FALSE(p.contains("DTSTART@2034-06-12T18:00:00"));
}

std::vector<Occurrence> expanded(const std::string& text, const char* from, const char* to) {
  const ical::Inspection inspection = ical::inspect(text);
  EXPECT_EQ(inspection.series.size(), 1u);
  if (inspection.series.empty()) return {};
  const auto series = Series::make(inspection.series.front());
  EXPECT_TRUE(series);
  Window window;
  window.from = std::chrono::sys_seconds(parse_time(from)->time_since_epoch());
  window.to = std::chrono::sys_seconds(parse_time(to)->time_since_epoch());
  return series->expand(window).value();
}

TEST(Tail, WithoutAnEndIsInspectedAndExpandedAllTheSame) {
  const std::string text = with_rule("FREQ=WEEKLY");
  const ical::Inspection inspection = ical::inspect(text);
  ASSERT_EQ(inspection.objects.size(), 1u);
  EXPECT_EQ(inspection.objects.front().properties.at(std::string("RANGE") + kThird), text_value("THISANDFUTURE"));
  ASSERT_EQ(inspection.problems.size(), 1u);
  EXPECT_EQ(inspection.problems.front().severity, "warning");
  EXPECT_NE(inspection.problems.front().text.find("a sync parks this event"), std::string::npos);
  const auto years_later = expanded(text, "2046-06-04T00:00:00", "2046-06-05T00:00:00");
  ASSERT_EQ(years_later.size(), 1u);
  EXPECT_EQ(years_later.front().start, *parse_time("2046-06-04T19:30:00"));
  EXPECT_EQ(years_later.front().end, *parse_time("2046-06-04T21:30:00"));
  EXPECT_EQ(years_later.front().key, *parse_time("2046-06-04T18:00:00"));
  EXPECT_EQ(expanded(text, "2026-04-13T00:00:00", "2026-04-14T00:00:00").front().start,
            *parse_time("2026-04-13T18:00:00"));
}

TEST(OverridesAlone, AreParkedByASyncAndShownToWhoLooks) {
  const std::string moved = event(
      "RECURRENCE-ID;TZID=Europe/Berlin:20260504T180000\r\nSUMMARY:Moved\r\n"
      "DTSTART;TZID=Europe/Berlin:20260505T100000\r\nDTEND;TZID=Europe/Berlin:20260505T110000\r\n");
  const std::string text = calendar(kSingle + moved);
  EXPECT_NE(ical::read_object(text).error().text().find("line 3"), std::string::npos);
  const ical::Inspection inspection = ical::inspect(text);
  ASSERT_EQ(inspection.objects.size(), 1u);
  const Properties& p = inspection.objects.front().properties;
  EXPECT_EQ(p.at("SUMMARY@2026-04-27T18:00:00"), text_value("With guests"));
  EXPECT_EQ(p.at("DTSTART@2026-05-04T18:00:00"), berlin("2026-05-05T10:00:00", "2026-05-05T11:00:00"));
  EXPECT_FALSE(p.contains("SUMMARY"));
  EXPECT_FALSE(p.contains("DTSTART"));
  ASSERT_EQ(inspection.problems.size(), 1u);
  EXPECT_EQ(inspection.problems.front().severity, "warning");
  const auto occurrences = expanded(text, "2026-01-01T00:00:00", "2027-01-01T00:00:00");
  ASSERT_EQ(occurrences.size(), 2u);
  EXPECT_EQ(occurrences[1].start, *parse_time("2026-05-05T10:00:00"));
  EXPECT_EQ(ical::written_back(text), text);
}

}  // namespace
}  // namespace fasti
