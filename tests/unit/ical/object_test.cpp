#include "connectors/ical/object.hpp"

#include <gtest/gtest.h>

#include <string>

#include "connectors/ical/inspect.hpp"
#include "connectors/ical/text.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
namespace {

const Instant kNow = *parse_instant("2026-11-20T12:00:00Z");
const char* kStamps = "DTSTAMP:20261120T120000Z\r\nLAST-MODIFIED:20261120T120000Z\r\n";

Span zoned(const char* start, const char* end, const char* zone) {
  return {SpanKind::zoned, *parse_time(start), *parse_time(end), zone};
}

std::string calendar(const std::string& lines) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:u1\r\n" + lines + kStamps +
         "END:VEVENT\r\nEND:VCALENDAR\r\n";
}

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

TEST(ReadObject, ReadsTheUsualEvent) {
  const auto object = ical::read_object(calendar(
      "SUMMARY:Final\\, at\r\n  last\r\nDTSTART;TZID=W. Europe Standard Time:20260413T180000\r\nDURATION:PT1H\r\n"
      "CATEGORIES:a,b\\,c\r\nCATEGORIES:d\r\nGEO:37.5;-122.25\r\nPRIORITY:5\r\nATTENDEE;CN=\"Li, A\":MAILTO:a@b.c\r\n"
      "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\n"));
  ASSERT_TRUE(object.ok()) << object.error().text();
  const Properties& p = object->properties;
  EXPECT_EQ(object->uid, "u1");
  EXPECT_EQ(object->modified, kNow);
  EXPECT_EQ(p.at("SUMMARY"), Value(std::string("Final, at last")));
  EXPECT_EQ(p.at("DTSTART"), Value(zoned("2026-04-13T18:00:00", "2026-04-13T19:00:00", "Europe/Berlin")));
  EXPECT_EQ(p.at("CATEGORIES"), Value(Choices{"a", "b,c", "d"}));
  EXPECT_EQ(p.at("GEO"), Value(Geo{37.5, -122.25}));
  EXPECT_EQ(p.at("PRIORITY"), Value(std::int64_t{5}));
  EXPECT_EQ(p.at("ATTENDEE"), Value(People{{"a@b.c", "Li, A", "required"}}));
  EXPECT_EQ(p.at("VALARM"), Value(Reminders{{std::chrono::minutes(15), "popup"}}));
  EXPECT_FALSE(p.contains("*"));
}

TEST(ReadObject, APeriodsLocalEndIsInTheZoneOfItsLine) {
  const std::string text = calendar(
      "DTSTART;TZID=Europe/Berlin:20260406T180000\r\nDTEND;TZID=Europe/Berlin:20260406T190000\r\n"
      "RDATE;VALUE=PERIOD;TZID=America/New_York:20260413T120000/20260413T140000,20260414T120000/PT30M\r\n"
      "RDATE;VALUE=PERIOD:20260415T160000Z/20260415T163000Z\r\n"
      "RDATE;VALUE=PERIOD;TZID=Europe/Berlin:20260416T180000/20260416T184500\r\n");
  const auto recurrence = std::get<Recurrence>(read(text).at("RRULE"));
  EXPECT_EQ(recurrence.rdates,
            (std::vector<std::string>{"2026-04-13T18:00:00/20260413T200000", "2026-04-14T18:00:00/PT30M",
                                      "2026-04-15T18:00:00/20260415T163000Z", "2026-04-16T18:00:00/20260416T184500"}));
  EXPECT_EQ(patched(text, {{"RRULE", recurrence}}), text) << "said already";
  Recurrence fewer = recurrence;
  fewer.rdates.erase(fewer.rdates.begin() + 1);
  EXPECT_EQ(std::get<Recurrence>(read(patched(text, {{"RRULE", fewer}})).at("RRULE")), fewer);
}

TEST(ReadObject, NamesWhatItCannotRead) {
  auto error = [](const std::string& lines) { return ical::read_object(calendar(lines)).error().text(); };
  EXPECT_NE(error("DTSTART;TZID=Foo:20260413T180000\r\n").find("unknown zone \"Foo\""), std::string::npos);
  EXPECT_NE(error("DTSTART:20260230\r\n").find("line 5"), std::string::npos);
  EXPECT_NE(error("RECURRENCE-ID:20260413T180000Z\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:u1\r\n"
                  "RECURRENCE-ID:20260414T180000Z\r\n")
                .find("without their series"),
            std::string::npos);
  EXPECT_FALSE(ical::read_object("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nEND:VEVENT\n").ok());
  EXPECT_FALSE(ical::read_object("").ok());
  EXPECT_FALSE(ical::read_object("<html>").ok());
}

TEST(ReadObject, AnEmbeddedZoneMayNameItsLocation) {
  const std::string text =
      "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Foo\nX-LIC-LOCATION:Europe/Berlin\nEND:VTIMEZONE\nBEGIN:VEVENT\nUID:1\n"
      "DTSTART;TZID=Foo:20260413T180000\nEND:VEVENT\nEND:VCALENDAR\n";
  EXPECT_EQ(read(text).at("DTSTART"), Value(zoned("2026-04-13T18:00:00", "2026-04-13T18:00:00", "Europe/Berlin")));
}

TEST(ReadObject, ServersMayReorderAndRefold) {
  const auto a =
      read(calendar("X-B;Q=2;P=\"1\":x\\;y\r\nX-A:1\r\nSUMMARY:s\r\nRRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO\r\n"));
  const auto b = read(calendar("RRULE:BYDAY=MO;FREQ=weekly\r\nx-a:1\r\nSUMM\r\n ARY:s\r\nX-B;P=1;Q=2:x;y\r\n"));
  EXPECT_EQ(a, b);
}

TEST(ReadObject, KeysOfOccurrencesAreWallTimesOfTheSeries) {
  const std::string text =
      "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART;TZID=Europe/Berlin:20260413T180000\nRRULE:FREQ=WEEKLY\n"
      "EXDATE:20260420T160000Z\nEND:VEVENT\nBEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20260427T160000Z\n"
      "DTSTART:20260427T170000Z\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR\n";
  const Properties p = read(text);
  EXPECT_EQ(p.at("SUMMARY@2026-04-27T18:00:00"), Value(std::string("x")));
  EXPECT_EQ(std::get<Recurrence>(p.at("RRULE")).exdates, std::vector<std::string>{"2026-04-20T18:00:00"});
}

TEST(ReadObject, ADateAsAKeyNamesTheOccurrenceOfThatDay) {
  const Properties p = read(
      "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART;TZID=Europe/Berlin:20260413T180000\nRRULE:FREQ=WEEKLY\n"
      "END:VEVENT\nBEGIN:VEVENT\nUID:1\nRECURRENCE-ID;VALUE=DATE:20260427\nDTSTART:20260427T170000Z\nSUMMARY:x\n"
      "END:VEVENT\nEND:VCALENDAR\n");
  EXPECT_EQ(p.at("SUMMARY@2026-04-27T18:00:00"), Value(std::string("x")));
}

TEST(PatchObject, NothingToChangeKeepsEveryByte) {
  const std::string text = calendar("summary;X-P=\"q\":Fin\r\n al\r\nDTSTART:20260413T180000Z\r\nX-ODD:a;b\r\n");
  EXPECT_EQ(patched(text, {}), text);
  EXPECT_EQ(patched(text, read(text)), text);
}

TEST(PatchObject, ReplacesOnlyTheLinesOfWhatChanged) {
  const std::string text = calendar(
      "SUMMARY;LANGUAGE=en:Old\r\nDTSTART;TZID=W. Europe Standard Time:20260413T180000\r\n"
      "DTEND;TZID=W. Europe Standard Time:20260413T190000\r\nX-ODD:a;b\r\n");
  EXPECT_EQ(patched(text, {{"SUMMARY", std::string("New; one")}}),
            calendar("SUMMARY;LANGUAGE=en:New\\; one\r\nDTSTART;TZID=W. Europe Standard Time:20260413T180000\r\n"
                     "DTEND;TZID=W. Europe Standard Time:20260413T190000\r\nX-ODD:a;b\r\n"));
  const std::string moved =
      patched(text, {{"DTSTART", zoned("2026-04-14T18:00:00", "2026-04-14T19:00:00", "Europe/Berlin")}});
  EXPECT_NE(moved.find("DTSTART;TZID=W. Europe Standard Time:20260414T180000\r\n"), std::string::npos);
  EXPECT_NE(moved.find("SEQUENCE:1\r\n"), std::string::npos);
  EXPECT_EQ(moved.find("VTIMEZONE"), std::string::npos);
}

TEST(PatchObject, ANewZoneBringsItsRules) {
  const Value span = zoned("2026-06-11T13:00:00", "2026-06-11T15:00:00", "America/New_York");
  const std::string text = patched(calendar("DTSTART:20260413T180000Z\r\n"), {{"DTSTART", span}});
  EXPECT_EQ(read(text).at("DTSTART"), span);
  EXPECT_NE(text.find("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\n"), std::string::npos);
  EXPECT_NE(text.find("RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\n"), std::string::npos);
}

TEST(PatchObject, AttendeesKeepTheirAnswers) {
  const std::string text = calendar("ATTENDEE;PARTSTAT=ACCEPTED;CN=A:mailto:a@x.y\r\nATTENDEE:mailto:b@x.y\r\n");
  const std::string out =
      patched(text, {{"ATTENDEE", People{{"a@x.y", "Ann", "optional"}, {"c@x.y", "", "required"}}}});
  EXPECT_NE(out.find("ATTENDEE;PARTSTAT=ACCEPTED;CN=Ann;ROLE=OPT-PARTICIPANT:mailto:a@x.y\r\n"), std::string::npos);
  EXPECT_EQ(out.find("b@x.y"), std::string::npos);
  EXPECT_NE(out.find("SCHEDULE-AGENT=CLIENT:mailto:c@x.y"), std::string::npos);
}

TEST(PatchObject, AnOccurrenceGetsItsOverrideAndLosesIt) {
  const std::string text = calendar(
      "SUMMARY:s\r\nDTSTART;TZID=Europe/Berlin:20260413T180000\r\n"
      "DTEND;TZID=Europe/Berlin:20260413T190000\r\nRRULE:FREQ=WEEKLY\r\n");
  const std::string with = patched(text, {{"SUMMARY@2026-04-20T18:00:00", std::string("t")}});
  const Properties p = read(with);
  EXPECT_EQ(p.at("SUMMARY"), Value(std::string("s")));
  EXPECT_EQ(p.at("SUMMARY@2026-04-20T18:00:00"), Value(std::string("t")));
  EXPECT_EQ(p.at("DTSTART@2026-04-20T18:00:00"),
            Value(zoned("2026-04-20T18:00:00", "2026-04-20T19:00:00", "Europe/Berlin")));
  EXPECT_EQ(read(patched(with, {}, {}, {"2026-04-20T18:00:00"})), read(text));
}

TEST(CreateObject, ReadsBackAsItWasGiven) {
  WriteRequest request;
  request.uid = "u-1";
  request.marker = {"store 1", "re/c%1", true, "k1"};
  request.set = {
      {"SUMMARY", std::string("Größe; \"x\",\nzwei ") + std::string(90, 'y')},
      {"DTSTART", zoned("2026-06-11T13:00:00", "2026-06-11T15:00:00", "America/Mexico_City")},
      {"RRULE", Recurrence{{"FREQ=WEEKLY;COUNT=4"}, {}, {"2026-06-13T13:00:00"}, {"2026-06-18T13:00:00"}}},
      {"SUMMARY@2026-06-25T13:00:00", std::string("moved")},
      {"DTSTART@2026-06-25T13:00:00", zoned("2026-06-26T13:00:00", "2026-06-26T15:00:00", "America/Mexico_City")},
      {"CATEGORIES", Choices{"a,b", "c"}},
      {"GEO", Geo{19.302861, -99.150528}},
      {"VALARM", Reminders{{std::chrono::minutes(30), "popup"}, {std::chrono::minutes(-5), "email"}}},
      {"ATTENDEE", People{{"a@b.c", "A: \"B\"", "organizer"}, {"d@e.f", "", "resource"}}},
      {"*", Opaque{"icalendar",
                   "X-A;P=\"1:2\":v\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER;VALUE=DATE-TIME:20260101T000000Z\n"
                   "END:VALARM\n"}}};
  auto text = ical::create_object(request, kNow);
  ASSERT_TRUE(text.ok()) << text.error().text();
  auto object = ical::read_object(*text);
  ASSERT_TRUE(object.ok()) << object.error().text() << *text;
  EXPECT_EQ(object->uid, "u-1");
  EXPECT_EQ(object->marker, request.marker);
  request.set.emplace("X-A", std::string("v"));
  EXPECT_EQ(object->properties, request.set) << *text;
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = text->find("\r\n", at);
    ASSERT_NE(end, std::string::npos);
    EXPECT_LE(end - at, 75u);
    at = end + 2;
  }
}

TEST(Calendar, SplitsAndMergesByteForByte) {
  const std::string text =
      "\xEF\xBB\xBF"
      "BEGIN:VCALENDAR\nBEGIN:VTODO\nUID:t\nEND:VTODO\nBEGIN:VEVENT\nUID:a\nSUMMARY:1\nEND:VEVENT\n"
      "BEGIN:VEVENT\nUID:b\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:no uid\nEND:VEVENT\nEND:VCALENDAR\n";
  auto parts = ical::split_calendar(text);
  ASSERT_TRUE(parts.ok());
  ASSERT_EQ(parts->size(), 3u);
  for (const auto& part : *parts) EXPECT_EQ(ical::merge_into_calendar(text, part.uid, part.text).value(), text);
  EXPECT_EQ((*parts)[1].line, 9u);
  const std::string without = ical::merge_into_calendar(text, "a", "").value();
  EXPECT_EQ(without.find("SUMMARY:1"), std::string::npos);
  EXPECT_NE(without.find("UID:t"), std::string::npos);
  EXPECT_EQ(ical::split_calendar(without).value().size(), 2u);
  EXPECT_EQ(ical::split_calendar(ical::merge_into_calendar("", "a", (*parts)[0].text).value()).value().size(), 1u);
  EXPECT_FALSE(ical::split_calendar("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\n").ok());
}

TEST(Text, FoldsNeverInsideACharacter) {
  std::string line = "SUMMARY:";
  for (int i = 0; i < 100; ++i) line += "ü";
  const std::string folded = ical::fold(line, "\n");
  const ical::Document document(folded);
  EXPECT_EQ(document.lines().front().content, line);
  EXPECT_EQ(folded.find("\xC3\n"), std::string::npos);
}

}  // namespace
}  // namespace fasti
