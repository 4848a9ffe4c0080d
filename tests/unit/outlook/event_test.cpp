// Single answers of Graph as objects: zones that nobody has, texts that Teams wrote, what cannot be read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/outlook/body.hpp"
#include "connectors/outlook/json.hpp"
#include "connectors/outlook/pull.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {
namespace {

using ::testing::HasSubstr;

std::string event_text(const std::string& zone, const std::string& more = {}) {
  return R"({"id":"E1","changeKey":"CK1","type":"singleInstance","subject":"Final","showAs":"busy","originalStartTimeZone":")" +
         zone +
         R"(","start":{"dateTime":"2026-06-11T16:00:00.0000000","timeZone":"UTC"},"end":{"dateTime":"2026-06-11T18:00:00.0000000","timeZone":"UTC"})" +
         more + "}";
}
Span span_in(const std::string& text) {
  const auto object = to_object(parse_event(text).value());
  EXPECT_TRUE(object.ok()) << object.error().text();
  return object ? std::get<Span>(object->properties.at("start")) : Span{};
}

TEST(OutlookEvent, StandsInTheZoneThatItWasMadeIn) {
  EXPECT_EQ(span_in(event_text("W. Europe Standard Time")).zone, "Europe/Berlin");
  EXPECT_EQ(span_in(event_text("America/Mexico_City")).start, *parse_time("2026-06-11T10:00:00"));
  EXPECT_EQ(span_in(event_text("tzone://Microsoft/Utc")).zone, "UTC");
  EXPECT_EQ(span_in(event_text("tzone://Microsoft/Custom")).zone, "UTC") << "the instants are right";
  const auto unknown = to_object(parse_event(event_text("Mars/Olympus")).value());
  ASSERT_FALSE(unknown.ok());
  EXPECT_THAT(unknown.error().message, HasSubstr("Mars/Olympus"));
}

TEST(OutlookEvent, ASeriesNeedsAZoneWithRules) {
  const std::string series =
      R"(,"recurrence":{"pattern":{"type":"daily","interval":1},"range":{"type":"noEnd","startDate":"2026-06-11","endDate":"0001-01-01","recurrenceTimeZone":"tzone://Microsoft/Custom"}})";
  EXPECT_FALSE(to_object(parse_event(event_text("tzone://Microsoft/Custom", series)).value()).ok());
  EXPECT_TRUE(to_object(parse_event(event_text("Romance Standard Time", series)).value()).ok());
}

TEST(OutlookEvent, WhatTeamsWroteIsNoPartOfTheText) {
  const std::string rule(80, '_');
  const std::string text = "bring flags\n\n" + rule + "\nMicrosoft Teams meeting\nJoin<https://x>\n" + rule + "\n";
  EXPECT_EQ(without_meeting(text), "bring flags");
  EXPECT_EQ(without_meeting(text + "PS: drums\n"), "bring flags\nPS: drums");
  EXPECT_EQ(without_meeting("a\n" + rule + "\nb"), "a\n" + rule + "\nb") << "a line of somebody's own";
  const std::string html =
      "<html><body><p>old</p><div>" + rule + "</div><div>Microsoft Teams</div><div>" + rule + "</div></body></html>";
  const std::string kept = meeting_of(html);
  EXPECT_THAT(to_html("new & <b>", kept), HasSubstr("new &amp; &lt;b&gt;</div><div>" + rule));
  EXPECT_EQ(meeting_of("<p>nothing of that</p>"), "");
}

TEST(OutlookEvent, AnswersThatAreNotGraphsAreErrors) {
  EXPECT_FALSE(parse_page("<html>sign in</html>").ok());
  EXPECT_FALSE(parse_page(R"({"error":{"code":"x"}})").ok());
  EXPECT_FALSE(parse_page(R"({"value":[{"subject":"without id"}]})").ok());
  EXPECT_FALSE(parse_batch("{}").ok());
  EXPECT_FALSE(to_object(parse_event(R"({"id":"E1","subject":"no times"})").value()).ok());
  EXPECT_EQ(parse_error("nonsense").code, "");
}

TEST(OutlookEvent, APatchHoldsOnlyWhatChanged) {
  const GraphEvent current = parse_event(event_text("UTC")).value();
  Change change;
  change.set["location"] = std::string("Arena");
  BodyContext context;
  context.current = &current;
  EXPECT_EQ(event_body(change, context).value(), R"({"location":{"displayName":"Arena"}})");
  change.set.clear();
  change.clear = {"body", "categories"};
  EXPECT_EQ(event_body(change, context).value(), R"({"body":{"content":"","contentType":"text"},"categories":[]})");
  change.set["colour"] = std::string("red");
  EXPECT_EQ(event_body(change, context).error().kind, ErrorKind::rejected);
}

TEST(OutlookEvent, ACursorIsReadAsItWasWritten) {
  const Cursor cursor{*parse_instant("2026-06-01T00:00:00Z"),
                      *parse_instant("2027-06-01T00:00:00Z"),
                      "https://graph.microsoft.com/v1.0/x?$deltatoken=y",
                      {"A", "B"}};
  const auto read = read_cursor(cursor_text(cursor));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->link, cursor.link);
  EXPECT_EQ(read->series, cursor.series);
  EXPECT_EQ(read->to, cursor.to);
  EXPECT_FALSE(read_cursor("sync:token").has_value());
  EXPECT_FALSE(read_cursor("").has_value());
}

}  // namespace
}  // namespace outlook
}  // namespace v1
}  // namespace fasti
