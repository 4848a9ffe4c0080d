// Inputs that broke other programs: each is read as said, or refused with its line.
#include <gtest/gtest.h>

#include "connectors/ical/object.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {
namespace {

const Instant kNow = *parse_instant("2026-11-20T12:00:00Z");

std::string calendar(const std::string& lines) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:u1\r\n" + lines + "END:VEVENT\r\nEND:VCALENDAR\r\n";
}

Span zoned(const char* start, const char* end, const char* zone) {
  return {SpanKind::zoned, *parse_time(start), *parse_time(end), zone};
}
Span floating(const char* start, const char* end) {
  return {SpanKind::floating, *parse_time(start), *parse_time(end), ""};
}
Span days(const char* start, const char* end) {
  return {SpanKind::all_day, LocalSeconds(*parse_date(start)), LocalSeconds(*parse_date(end)), ""};
}

struct Nasty {
  const char* name;
  std::string lines;
  std::string path;
  std::optional<Value> value;  ///< nullopt: absent
};

class NastyInput : public testing::TestWithParam<Nasty> {};

TEST_P(NastyInput, IsReadAsSaid) {
  const auto object = read_object(calendar(GetParam().lines));
  ASSERT_TRUE(object) << object.error().text();
  const auto found = object->properties.find(GetParam().path);
  ASSERT_EQ(found != object->properties.end(), GetParam().value.has_value());
  EXPECT_TRUE(!GetParam().value || found->second == *GetParam().value);
  WriteRequest request;
  request.shadow = calendar(GetParam().lines);
  request.set = object->properties;
  const auto same = patch_object(request, kNow);
  ASSERT_TRUE(same) << same.error().text();
  EXPECT_TRUE(read_object(*same)->properties == object->properties) << *same;
}

std::string str(const char* text) { return text; }

INSTANTIATE_TEST_SUITE_P(
    Table, NastyInput,
    testing::Values(
        Nasty{"fold_inside_a_character",
              "SUMMARY:Gr\xC3\r\n \xB6\xC3\x9F"
              "e\r\n",
              "SUMMARY",
              str("Gr\xC3\xB6\xC3\x9F"
                  "e")},
        Nasty{"fold_with_tab", "SUMMARY:a\r\n\tb\r\n", "SUMMARY", str("ab")},
        Nasty{"empty_fold", "SUMMARY:a\r\n \r\n b\r\n", "SUMMARY", str("ab")},
        Nasty{"bare_line_feeds", "SUMMARY:a\n b\nLOCATION:c\n", "LOCATION", str("c")},
        Nasty{"blank_lines", "\r\nSUMMARY:a\r\n\r\n", "SUMMARY", str("a")},
        Nasty{"escaped_everything", "SUMMARY:a\\\\n\\n\\N\\;\\,\\:\\\"\\x\r\n", "SUMMARY", str("a\\n\n\n;,:\"\\x")},
        Nasty{"backslash_at_the_end", "SUMMARY:a\\\r\n", "SUMMARY", str("a\\")},
        Nasty{"text_that_looks_like_a_component", "SUMMARY:END:VEVENT\r\n", "SUMMARY", str("END:VEVENT")},
        Nasty{"colon_in_a_quoted_parameter", "SUMMARY;X=\"a:b;c\":d\r\n", "SUMMARY", str("d")},
        Nasty{"lower_case", "summary:a\r\n", "SUMMARY", str("a")},
        Nasty{"empty_text_is_absent", "SUMMARY:\r\n", "SUMMARY", std::nullopt},
        Nasty{"status_in_lower_case", "STATUS:confirmed\r\n", "STATUS", str("CONFIRMED")},
        Nasty{"no_end", "DTSTART:20260413T180000Z\r\n", "DTSTART",
              zoned("2026-04-13T18:00:00", "2026-04-13T18:00:00", "UTC")},
        Nasty{"end_equals_start", "DTSTART:20260413T180000Z\r\nDTEND:20260413T180000Z\r\n", "DTSTART",
              zoned("2026-04-13T18:00:00", "2026-04-13T18:00:00", "UTC")},
        Nasty{"end_before_start", "DTSTART:20260413T180000Z\r\nDTEND:20260413T170000Z\r\n", "DTSTART",
              zoned("2026-04-13T18:00:00", "2026-04-13T18:00:00", "UTC")},
        Nasty{"no_length", "DTSTART:20260413T180000Z\r\nDURATION:PT0S\r\n", "DTSTART",
              zoned("2026-04-13T18:00:00", "2026-04-13T18:00:00", "UTC")},
        Nasty{"ends_in_another_zone", "DTSTART;TZID=Europe/Berlin:20260413T180000\r\nDTEND:20260413T170000Z\r\n",
              "DTSTART", zoned("2026-04-13T18:00:00", "2026-04-13T19:00:00", "Europe/Berlin")},
        Nasty{"windows_zone", "DTSTART;TZID=W. Europe Standard Time:20260413T180000\r\n", "DTSTART",
              zoned("2026-04-13T18:00:00", "2026-04-13T18:00:00", "Europe/Berlin")},
        Nasty{"quoted_zone", "DTSTART;TZID=\"Europe/Berlin\":20260413T180000\r\n", "DTSTART",
              zoned("2026-04-13T18:00:00", "2026-04-13T18:00:00", "Europe/Berlin")},
        Nasty{"floating", "DTSTART:20260413T180000\r\nDURATION:PT90M\r\n", "DTSTART",
              floating("2026-04-13T18:00:00", "2026-04-13T19:30:00")},
        Nasty{"a_date_without_end", "DTSTART;VALUE=DATE:20260413\r\n", "DTSTART", days("2026-04-13", "2026-04-14")},
        Nasty{"a_date_ending_on_itself", "DTSTART;VALUE=DATE:20260413\r\nDTEND;VALUE=DATE:20260413\r\n", "DTSTART",
              days("2026-04-13", "2026-04-14")},
        Nasty{"a_date_without_value_parameter", "DTSTART:20260413\r\nDURATION:P2D\r\n", "DTSTART",
              days("2026-04-13", "2026-04-15")},
        Nasty{"leap_day", "DTSTART;VALUE=DATE:20280229\r\n", "DTSTART", days("2028-02-29", "2028-03-01")},
        Nasty{"weeks", "DTSTART:20260413T180000\r\nDURATION:P1W\r\n", "DTSTART",
              floating("2026-04-13T18:00:00", "2026-04-20T18:00:00")},
        Nasty{"geo_with_escaped_semicolon", "GEO:37.5\\;-122.25\r\n", "GEO", Geo{37.5, -122.25}},
        Nasty{"geo_that_is_none", "GEO:here\r\n", "GEO", std::nullopt},
        Nasty{"priority_that_is_none", "PRIORITY:high\r\n", "PRIORITY", std::nullopt},
        Nasty{"categories_with_blanks", "CATEGORIES: a , b,,\r\n", "CATEGORIES", Choices{"a", "b"}},
        Nasty{"rdate_twice", "DTSTART:20260413T180000\r\nRDATE:20260414T180000,20260414T180000\r\n", "RRULE",
              Recurrence{{}, {}, {"2026-04-14T18:00:00"}, {}}},
        Nasty{"attendee_without_mailto", "ATTENDEE;CN=\"A^'B^'\":urn:uuid:1\r\n", "ATTENDEE",
              People{{"urn:uuid:1", "A\"B\"", "required"}}}),
    [](const auto& nasty) { return std::string(nasty.param.name); });

TEST(NastyInput, IsRefusedWithItsLine) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"DTSTART:20260230\r\n", "line 5"},
      {"DTSTART:20261301T000000\r\n", "line 5"},
      {"DTSTART:99999999\r\n", "line 5"},
      {"SUMMARY:a\r\nDTSTART:soon\r\n", "line 6"},
      {"DTSTART:20260413T250000\r\n", "line 5"},
      {"DTSTART;TZID=Mars/Olympus:20260413T180000\r\n", "Mars/Olympus"},
      {"DTSTART:20260413T180000\r\nDURATION:soon\r\n", "line 6"},
      {"DTSTART:20260413T180000\r\nDURATION:P999999999D\r\n", "line 6"},
      {"RECURRENCE-ID:20260413T180000Z\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:u1\r\nRECURRENCE-ID:20260414T180000Z\r\n",
       "without their series"},
      {"END:VEVENT\r\nBEGIN:VEVENT\r\nUID:u1\r\n", "one UID"},
      {"END:VEVENT\r\nBEGIN:VEVENT\r\nUID:u2\r\n", "several UIDs"}};
  for (const auto& [lines, part] : table) {
    const auto object = read_object(calendar(lines));
    ASSERT_FALSE(object) << lines;
    EXPECT_EQ(object.error().kind, ErrorKind::bad_input);
    EXPECT_NE(object.error().text().find(part), std::string::npos) << lines << object.error().text();
  }
}

TEST(NastyInput, CutOffAnywhereItIsNeverReadAsWhole) {
  const std::string whole = calendar("SUMMARY:a\r\nDTSTART:20260413T180000Z\r\n");
  const std::string last = "END:VCALENDAR";
  for (std::size_t size = 0; size < whole.size() - 2; ++size) {
    EXPECT_FALSE(split_calendar(whole.substr(0, size))) << size;
    EXPECT_FALSE(read_object(whole.substr(0, size))) << size;
  }
  EXPECT_TRUE(read_object(whole.substr(0, whole.size() - 2)));
}

TEST(NastyInput, NestingAndEndlessLinesAreOnlySlow) {
  std::string deep;
  for (int i = 0; i < 20000; ++i) deep += "BEGIN:X\r\n";
  EXPECT_FALSE(read_object(calendar(deep)));
  EXPECT_TRUE(read_object(calendar("SUMMARY:" + std::string(2'000'000, 'x') + "\r\n")));
  std::string folded = "SUMMARY:x";
  for (int i = 0; i < 100'000; ++i) folded += "\r\n y";
  EXPECT_TRUE(read_object(calendar(folded + "\r\n")));
}

TEST(ZeroLength, IsWrittenAsADurationThatEveryServerTakes) {
  WriteRequest request;
  request.uid = "u1";
  request.set = {{"DTSTART", zoned("2026-04-13T18:00:00", "2026-04-13T18:00:00", "Europe/Berlin")}};
  const auto text = create_object(request, kNow);
  ASSERT_TRUE(text);
  EXPECT_NE(text->find("DURATION:PT0S\r\n"), std::string::npos);
  EXPECT_EQ(text->find("DTEND"), std::string::npos);
  EXPECT_TRUE(read_object(*text)->properties == request.set);
  request.shadow = calendar("DTSTART:20260413T180000Z\r\nDTEND:20260413T190000Z\r\n");
  const auto shrunk = patch_object(request, kNow);
  ASSERT_TRUE(shrunk);
  EXPECT_NE(shrunk->find("DURATION:PT0S\r\n"), std::string::npos);
  EXPECT_EQ(shrunk->find("DTEND"), std::string::npos);
}

TEST(NewOverride, DropsWhatIsClearedAndKeepsWhatIsNotNamed) {
  WriteRequest request;
  request.shadow = calendar(
      "SUMMARY:s\r\nDESCRIPTION:d\r\nLOCATION:l\r\nCATEGORIES:c\r\nX-ODD:o\r\nATTENDEE:mailto:a@b.c\r\n"
      "DTSTART:20260413T180000Z\r\nRRULE:FREQ=WEEKLY\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\n"
      "END:VALARM\r\n");
  const std::string part = "2026-04-20T18:00:00";
  request.set = {{make_path("SUMMARY", part), std::string("t")}};
  for (const char* name : {"DESCRIPTION", "CATEGORIES", "ATTENDEE", "VALARM"})
    request.clear.push_back(make_path(name, part));
  const auto text = patch_object(request, kNow);
  ASSERT_TRUE(text) << text.error().text();
  const Properties now = read_object(*text)->properties;
  for (const std::string& path : request.clear) EXPECT_EQ(now.count(path), 0U) << path;
  for (const char* name : {"DESCRIPTION", "CATEGORIES", "ATTENDEE", "VALARM"}) EXPECT_EQ(now.count(name), 1U) << name;
  EXPECT_EQ(now.count(make_path("LOCATION", part)), 1U);
  EXPECT_EQ(now.count(make_path("X-ODD", part)), 1U);
}

}  // namespace
}  // namespace ical
}  // namespace v1
}  // namespace fasti
