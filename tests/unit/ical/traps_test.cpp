// Encodings, line ends and wrappings that real files come in: read as meant, and written back with every other byte as
// it was. Small copies of what the corpora hold, so that they are tested without them.
#include <gtest/gtest.h>

#include "connectors/ical/editor.hpp"
#include "connectors/ical/encoding.hpp"
#include "connectors/ical/event.hpp"
#include "connectors/ical/inspect.hpp"
#include "connectors/ical/object.hpp"
#include "connectors/ical/text.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {
namespace {

const Instant kNow = *parse_instant("2026-11-20T12:00:00Z");

std::string event(const std::string& lines) {
  return "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:u1\r\n" + lines + "END:VEVENT\r\nEND:VCALENDAR\r\n";
}

std::string utf16(const std::string& text, Encoding encoding) { return encode_utf16(text, encoding); }

std::string summary_of(const std::string& text) {
  const auto object = read_object(text);
  if (!object) return "error: " + object.error().text();
  const auto found = object->properties.find("SUMMARY");
  return found == object->properties.end() ? "" : std::get<std::string>(found->second);
}

/// With this LOCATION.
std::string patched(const std::string& text, const std::string& location) {
  WriteRequest request;
  request.shadow = text;
  request.set["LOCATION"] = location;
  const auto out = patch_object(request, kNow);
  return out ? *out : "error: " + out.error().text();
}

struct Trap {
  const char* name;
  std::string text;
  std::string summary;
};

class TextTrap : public testing::TestWithParam<Trap> {};

TEST_P(TextTrap, IsReadAndKept) {
  const std::string& text = GetParam().text;
  const Document document(text);
  EXPECT_EQ(Editor(document).apply(), text);
  EXPECT_EQ(summary_of(text), GetParam().summary);
  const std::string other = patched(text, "Halle");
  EXPECT_EQ(summary_of(other), GetParam().summary) << other;
  const auto object = read_object(other);
  ASSERT_TRUE(object);
  EXPECT_EQ(object->properties.at("LOCATION"), Value(std::string("Halle")));
  const auto parts = split_calendar(text);
  ASSERT_TRUE(parts) << parts.error().text();
  ASSERT_EQ(parts->size(), 1U);
  EXPECT_EQ(summary_of(parts->front().text), GetParam().summary);
  const auto merged = merge_into_calendar(text, parts->front().uid, parts->front().text);
  ASSERT_TRUE(merged) << merged.error().text();
  EXPECT_EQ(*merged, text);
}

const std::string kWide = "SUMMARY:Zo\xC3\xAB \xF0\x9F\x8E\xBE\r\n";

INSTANTIATE_TEST_SUITE_P(
    Table, TextTrap,
    testing::Values(
        Trap{"utf16_little", utf16("\xEF\xBB\xBF" + event(kWide), Encoding::utf16_le), "Zo\xC3\xAB \xF0\x9F\x8E\xBE"},
        Trap{"utf16_big", utf16("\xEF\xBB\xBF" + event(kWide), Encoding::utf16_be), "Zo\xC3\xAB \xF0\x9F\x8E\xBE"},
        Trap{"utf16_without_mark", utf16(event(kWide), Encoding::utf16_le), "Zo\xC3\xAB \xF0\x9F\x8E\xBE"},
        Trap{"byte_order_mark", "\xEF\xBB\xBF" + event("SUMMARY:a\r\n"), "a"},
        Trap{"latin1", event("SUMMARY:M\xFCnchen\r\nX-B:\xC4\r\n"), "M\xC3\xBCnchen"},
        Trap{"windows_1252", event("SUMMARY:\x80 5 \x96 \x93so\x94\r\n"), "€ 5 – “so”"},
        Trap{"latin1_among_utf8", event("SUMMARY:M\xFCnchen M\xC3\xBCnchen\r\n"), "M\xC3\xBCnchen M\xC3\xBCnchen"},
        Trap{"nul", event(std::string("SUMMARY:a\0b\r\n", 13)), "ab"},
        Trap{"control_characters",
             event("SUMMARY:a\x07\x0B"
                   "b\x7F\r\n"),
             "ab"},
        Trap{"mixed_line_ends",
             "BEGIN:VCALENDAR\nBEGIN:VEVENT\r\nUID:u1\nSUMMARY:a\r\n b\n c\r\nEND:VEVENT\nEND:VCALENDAR", "abc"},
        Trap{"doubled_cr", "BEGIN:VCALENDAR\r\r\nBEGIN:VEVENT\r\r\nSUMMARY:a\r\r\nEND:VEVENT\r\r\nEND:VCALENDAR\r\r\n",
             "a"},
        Trap{"cr_only", "BEGIN:VCALENDAR\rBEGIN:VEVENT\rSUMMARY:a\r b\rEND:VEVENT\rEND:VCALENDAR\r", "ab"},
        Trap{"cr_among_others", event("SUMMARY:a\rDESCRIPTION:b\r\n"), "a"},
        Trap{"cr_in_a_pasted_text", event("SUMMARY:a\rNote: b\r\n"), "a Note: b"},
        Trap{"folded_name", event("SUMM\r\n ARY\r\n :a\r\n"), "a"},
        Trap{"tab_fold", event("SUMMARY:a\r\n\tb\r\n"), "ab"},
        Trap{"no_calendar_around", "BEGIN:VEVENT\nUID:u1\nSUMMARY:a\nEND:VEVENT", "a"},
        Trap{"calendar_in_a_calendar",
             "BEGIN:VCALENDAR\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\nEND:VEVENT\nEND:VCALENDAR\nEND:VCALENDAR\n",
             "a"},
        Trap{"event_in_an_unknown_component",
             "BEGIN:VCALENDAR\nBEGIN:X-BOX\nBEGIN:VEVENT\nSUMMARY:a\nEND:VEVENT\nEND:X-BOX\nEND:VCALENDAR\n", "a"},
        Trap{"missing_uid", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\nEND:VEVENT\nEND:VCALENDAR\n", "a"},
        Trap{"quoted_printable",
             event("SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Gr=C3=B6=\r\n=C3=9Fe=0D=0Aja\\;=3D\r\n"),
             "Gr\xC3\xB6\xC3\x9F"
             "e\nja;="},
        Trap{"quoted_printable_latin1", event("SUMMARY;CHARSET=ISO-8859-1;QUOTED-PRINTABLE:M=FCnchen\r\n"),
             "M\xC3\xBCnchen"},
        Trap{"quoted_printable_that_never_ends", event("SUMMARY;ENCODING=QUOTED-PRINTABLE:a=\r\n"), "a="},
        Trap{"caret_in_a_parameter", event("SUMMARY;X-A=^'b^^c^n:a^n\r\n"), "a^n"}),
    [](const auto& trap) { return std::string(trap.param.name); });

TEST(TextTrap, ANewLineIsWrittenInTheEncodingOfTheFile) {
  const std::string latin1 = patched(event("SUMMARY:M\xFCnchen\r\n"), "K\xC3\xB6ln");
  EXPECT_NE(latin1.find("LOCATION:K\xF6ln\r\n"), std::string::npos);
  EXPECT_EQ(std::get<std::string>(read_object(latin1)->properties.at("LOCATION")), "K\xC3\xB6ln");
  // No byte of it would say what it is: UTF-8, which iCalendar is written in.
  EXPECT_NE(patched(event("SUMMARY:M\xFCnchen\r\n"), "\xE4\xBA\xAC").find("LOCATION:\xE4\xBA\xAC\r\n"),
            std::string::npos);
  EXPECT_NE(patched(event("SUMMARY:M\xFCnchen\r\n"), "\xC3\x83\xC2\xBC").find("LOCATION:\xC3\x83\xC2\xBC\r\n"),
            std::string::npos);
  const std::string wide = utf16("\xEF\xBB\xBF" + event("SUMMARY:a\r\n"), Encoding::utf16_be);
  const std::string other = patched(wide, "K\xC3\xB6ln");
  EXPECT_EQ(detect_encoding(other), Encoding::utf16_be);
  EXPECT_NE(decode_utf16(other, Encoding::utf16_be)->find("LOCATION:K\xC3\xB6ln\r\n"), std::string::npos);
}

TEST(TextTrap, HalfACharacterOfUtf16ParksTheFile) {
  std::string text = utf16("\xEF\xBB\xBF" + event("SUMMARY:a\r\n"), Encoding::utf16_le);
  text.insert(2, "\x3D\xD8", 2);
  EXPECT_NE(read_object(text).error().text().find("UTF-16"), std::string::npos);
  EXPECT_FALSE(split_calendar(text));
  EXPECT_FALSE(merge_into_calendar(text, "u1", event("")));
  const Document document(text);
  EXPECT_EQ(Editor(document).apply(), text);
}

TEST(TextTrap, ALineThatIsReplacedKeepsItsOwnLineEnd) {
  const std::string text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\r\nLOCATION:a\r\nEND:VEVENT\r\nEND:VCALENDAR\n";
  EXPECT_NE(patched(text, "b").find("\r\nLOCATION:b\r\n"), std::string::npos);
}

TEST(TextTrap, ALineThatEndsInACrAloneIsReplacedByOneThatEndsAsOthersDo) {
  const std::string text = event("LOCATION:a\rSUMMARY:b\r\n");
  const std::string other = patched(text, std::string(100, 'c'));
  EXPECT_EQ(summary_of(other), "b");
  EXPECT_EQ(std::get<std::string>(read_object(other)->properties.at("LOCATION")), std::string(100, 'c'));
}

TEST(TextTrap, AnEventThatEndsInACrAloneIsTakenOutAndPutBack) {
  const std::string text =
      "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:u1\nRRULE:FREQ=DAILY\nEND:VEVENT\rBEGIN:VEVENT\nUID:u1\nRECURRENCE-ID:"
      "20260101\n"
      "END:VEVENT\rXXX:1\rBEGIN:VEVENT\nUID:u1\nRECURRENCE-ID:20260102\nEND:VEVENT\nEND:VCALENDAR\n";
  const auto parts = split_calendar(text);
  ASSERT_TRUE(parts);
  ASSERT_EQ(parts->size(), 1U);
  EXPECT_FALSE(parts->front().problem);
  EXPECT_EQ(*merge_into_calendar(text, "u1", parts->front().text), text);
}

TEST(TextTrap, AnEventsLinesAreThoseOfTheFile) {
  const Inspection inspection = inspect(
      "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Europe/Berlin\nEND:VTIMEZONE\nBEGIN:VEVENT\nUID:a\nDTSTART:20260101\n"
      "END:VEVENT\nEND:VCALENDAR\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:b\nSUMMARY:x\n y\nDTSTART:never\nEND:VEVENT\n"
      "BEGIN:VEVENT\nUID:c\nDTSTART:20260101T180000Z\nDTEND:20260101T170000Z\nEND:VEVENT\nEND:VCALENDAR\n");
  ASSERT_EQ(inspection.problems.size(), 2U);
  EXPECT_EQ(inspection.problems[0].line, 15U);
  EXPECT_EQ(inspection.problems[0].severity, "error");
  EXPECT_EQ(inspection.problems[1].line, 20U);
  EXPECT_EQ(inspection.problems[1].severity, "warning");
  EXPECT_EQ(inspection.objects.size(), 2U);
}

TEST(TextTrap, SeveralCalendarsInOneFileKeepTheirFrames) {
  const std::string first = "BEGIN:VCALENDAR\nX-A:1\nBEGIN:VEVENT\nUID:a\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR\n";
  const std::string head = "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:b\nSUMMARY:y\n";
  const std::string tail = "END:VEVENT\nX-B:2\nEND:VCALENDAR\n";
  const auto parts = split_calendar(first + head + tail);
  ASSERT_TRUE(parts);
  ASSERT_EQ(parts->size(), 2U);
  EXPECT_EQ(summary_of((*parts)[0].text), "x");
  EXPECT_EQ(summary_of((*parts)[1].text), "y");
  const auto merged = merge_into_calendar(first + head + tail, "b", patched((*parts)[1].text, "Halle"));
  ASSERT_TRUE(merged);
  EXPECT_EQ(merged->substr(0, first.size() + head.size()), first + head);
  EXPECT_EQ(merged->substr(merged->size() - tail.size()), tail);
  EXPECT_NE(merged->find("LOCATION:Halle\n"), std::string::npos);
}

TEST(TextTrap, ParametersAreReadAsRfc6868Says) {
  const std::string text = event("ATTENDEE;CN=\"J^'^nB^^^x; y\":mailto:a@b.c\r\n");
  const auto object = read_object(text);
  ASSERT_TRUE(object);
  EXPECT_EQ(object->properties.at("ATTENDEE"), Value(People{{"a@b.c", "J\"\nB^^x; y", "required"}}));
  EXPECT_NE(patched(text, "b").find("CN=\"J^'^nB^^^x; y\":"), std::string::npos);
}

TEST(Revisions, TheNewerOneCountsAndStaysTheNewer) {
  const std::string older =
      "BEGIN:VEVENT\r\nUID:u1\r\nSEQUENCE:1\r\nDTSTAMP:20300101T000000Z\r\nSUMMARY:old\r\nEND:VEVENT\r\n";
  const std::string newer =
      "BEGIN:VEVENT\r\nUID:u1\r\nSEQUENCE:1\r\nDTSTAMP:20300102T000000Z\r\nSUMMARY:new\r\nEND:VEVENT\r\n";
  for (const std::string& text : {older + newer, newer + older}) {
    const std::string calendar = "BEGIN:VCALENDAR\r\n" + text + "END:VCALENDAR\r\n";
    EXPECT_EQ(summary_of(calendar), "new");
    // Our stamp is before the other one's: SEQUENCE must say which is the newer.
    EXPECT_EQ(summary_of(patched(calendar, "b")), "new");
    EXPECT_NE(patched(calendar, "b").find("SUMMARY:old"), std::string::npos);
  }
  EXPECT_EQ(summary_of("BEGIN:VCALENDAR\r\n" + older + older + "END:VCALENDAR\r\n").rfind("error", 0), 0U);
}

TEST(WithUid, EveryEventWithoutOneGetsIt) {
  EXPECT_EQ(with_uid("begin:vevent\nsummary:a\nend:vevent\nBEGIN:VEVENT\nUID:\nEND:VEVENT\n", "u"),
            "begin:vevent\nsummary:a\nUID:u\nend:vevent\nBEGIN:VEVENT\nUID:u\nEND:VEVENT\n");
  EXPECT_EQ(with_uid(event(""), "other"), event(""));
}

TEST(LoneOverride, IsAnEventOfItsOwn) {
  const std::string text = event("RECURRENCE-ID:20260413T180000Z\r\nDTSTART:20260414T180000Z\r\nSUMMARY:a\r\n");
  EXPECT_EQ(summary_of(text), "a");
  EXPECT_NE(patched(text, "b").find("RECURRENCE-ID:20260413T180000Z\r\n"), std::string::npos);
}

TEST(Times, FormsThatAreNotAllowedAndClearAllTheSame) {
  auto start = [](const std::string& line) -> std::string {
    const auto object = read_object(event(line + "\r\n"));
    if (!object) return object.error().message;
    const Span span = std::get<Span>(object->properties.at("DTSTART"));
    return span.kind == SpanKind::all_day ? iso_date(std::chrono::floor<std::chrono::days>(span.start))
                                          : iso_time(span.start) + span.zone;
  };
  EXPECT_EQ(start("DTSTART:20260413T1800Z"), "2026-04-13T18:00:00UTC");
  EXPECT_EQ(start("DTSTART:20260413T180000+0200"), "2026-04-13T16:00:00UTC");
  EXPECT_EQ(start("DTSTART:2026-04-13T18:00:00Z"), "2026-04-13T18:00:00UTC");
  EXPECT_EQ(start("DTSTART;VALUE=DATE:20260413Z"), "2026-04-13");
  EXPECT_EQ(start("DTSTART: 20260413T180000Z "), "2026-04-13T18:00:00UTC");
  EXPECT_EQ(start("DTSTART;TZID=\"Europe/Berlin:20260413T180000\""), "2026-04-13T18:00:00Europe/Berlin");
  EXPECT_EQ(start("DTSTART:20260413T10300Z"), "DTSTART is not a date or time: \"20260413T10300\"");
  EXPECT_EQ(start("DTSTART:1234"), "DTSTART is not a date or time: \"1234\"");
}

TEST(VCalendar1, RulesAreTranslated) {
  EXPECT_EQ(translate_vcalendar_rule("D1 #10"), "FREQ=DAILY;INTERVAL=1;COUNT=10");
  EXPECT_EQ(translate_vcalendar_rule("D2"), "FREQ=DAILY;INTERVAL=2;COUNT=2");
  EXPECT_EQ(translate_vcalendar_rule("W1 TH 20060427T000000Z"),
            "FREQ=WEEKLY;INTERVAL=1;BYDAY=TH;UNTIL=20060427T000000Z");
  EXPECT_EQ(translate_vcalendar_rule("MP1 1+ 2- SU TU #2"), "FREQ=MONTHLY;INTERVAL=1;BYDAY=1SU,-2SU,1TU,-2TU;COUNT=2");
  EXPECT_EQ(translate_vcalendar_rule("MP6 1+ MO 2+ WE #0"), "FREQ=MONTHLY;INTERVAL=6;BYDAY=1MO,2WE");
  EXPECT_EQ(translate_vcalendar_rule("MD1 6 LD 3- #3"), "FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=6,-1,-3;COUNT=3");
  EXPECT_EQ(translate_vcalendar_rule("YM1 4 #2"), "FREQ=YEARLY;INTERVAL=1;BYMONTH=4;COUNT=2");
  EXPECT_EQ(translate_vcalendar_rule("YD1 100 #0"), "FREQ=YEARLY;INTERVAL=1;BYYEARDAY=100");
  for (const char* other : {"", "FREQ=DAILY", "D", "X1 #2", "D1 #x", "W1 0800", "MP1 SU", "D1 5"})
    EXPECT_EQ(translate_vcalendar_rule(other), "") << other;
  const std::string text = event("DTSTART:20060406T173000Z\r\nRRULE:MD1 6 #3\r\n");
  const auto object = read_object(text);
  ASSERT_TRUE(object);
  EXPECT_EQ(std::get<Recurrence>(object->properties.at("RRULE")).rules,
            std::vector<std::string>{"FREQ=MONTHLY;COUNT=3;BYMONTHDAY=6"});
  EXPECT_NE(patched(text, "b").find("RRULE:MD1 6 #3\r\n"), std::string::npos);
}

}  // namespace
}  // namespace ical
}  // namespace v1
}  // namespace fasti
