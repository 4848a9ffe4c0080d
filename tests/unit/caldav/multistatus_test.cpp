#include "connectors/caldav/multistatus.hpp"

#include <gmock/gmock.h>

#include "connectors/caldav/bodies.hpp"
#include "connectors/caldav/href.hpp"

namespace fasti {
inline namespace v1 {
namespace caldav {
namespace {

using testing::HasSubstr;

TEST(Multistatus, ReadsEveryWayOfNamingNamespaces) {
  // Radicale and DAViCal: a default namespace; Xandikos: ns0; sabre: d and cal, with &quot; in the version.
  const std::vector<std::string> shapes = {
      R"(<multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><response><href>/a/1.ics</href><propstat><prop><getetag>"1"</getetag><C:calendar-data>x</C:calendar-data></prop><status>HTTP/1.1 200 OK</status></propstat></response><sync-token>t</sync-token></multistatus>)",
      R"(<ns0:multistatus xmlns:ns0="DAV:"><ns0:response><ns0:href>/a/1.ics</ns0:href><ns0:propstat><ns0:status>HTTP/1.1 200 OK</ns0:status><ns0:prop><ns0:getetag>"1"</ns0:getetag><ns1:calendar-data xmlns:ns1="urn:ietf:params:xml:ns:caldav">x</ns1:calendar-data></ns0:prop></ns0:propstat></ns0:response><ns0:sync-token>t</ns0:sync-token></ns0:multistatus>)",
      R"(<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns" xmlns:cal="urn:ietf:params:xml:ns:caldav"><d:response><d:href>/a/1.ics</d:href><d:propstat><d:prop><d:getetag>&quot;1&quot;</d:getetag><cal:calendar-data>x</cal:calendar-data></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response><d:sync-token>t</d:sync-token></d:multistatus>)",
      "<multistatus xmlns='DAV:'>\n <response>\n  <href>\n /a/1.ics \n</href>\n  <propstat>\n   <prop>\n    "
      "<getetag>\"1\"</getetag>\n <c:calendar-data xmlns:c='urn:ietf:params:xml:ns:caldav'><![CDATA[x]]>"
      "</c:calendar-data>  </prop>\n   <status>HTTP/1.1 200 OK</status>\n  </propstat>\n </response>\n"
      "<sync-token><![CDATA[t]]></sync-token></multistatus>"};
  for (const auto& shape : shapes) {
    const auto answer = parse_multistatus(shape);
    ASSERT_TRUE(answer) << shape;
    ASSERT_EQ(answer->responses.size(), 1u);
    EXPECT_EQ(answer->responses[0].href, "/a/1.ics");
    EXPECT_EQ(answer->responses[0].etag, "\"1\"");
    EXPECT_EQ(answer->responses[0].calendar_data, "x");
    EXPECT_EQ(answer->sync_token, "t");
  }
}

TEST(Multistatus, ForeignNamespacesAreNotMistakenForDav) {
  const auto answer = parse_multistatus(
      R"(<D:multistatus xmlns:D="DAV:"><D:response><D:href>/a</D:href><D:propstat><D:prop><x:getetag xmlns:x="urn:x">no</x:getetag></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response></D:multistatus>)");
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->responses[0].etag);
}

TEST(Multistatus, WhatIsNotWholeIsUnreadable) {
  const std::string whole =
      R"(<D:multistatus xmlns:D="DAV:"><D:response><D:href>/a</D:href></D:response></D:multistatus>)";
  ASSERT_TRUE(parse_multistatus(whole));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto answer = parse_multistatus(whole.substr(0, length));
    ASSERT_FALSE(answer) << length;
    EXPECT_EQ(answer.error().kind, ErrorKind::bad_reply);
  }
  for (const auto* other : {"<html><body>Log in</body></html>", "<multistatus/>", "plain", "\xff\xfe\x01"})
    EXPECT_FALSE(parse_multistatus(other)) << other;
}

TEST(Multistatus, DeepNestingIsNoProblem) {
  std::string deep = R"(<D:multistatus xmlns:D="DAV:">)";
  for (int i = 0; i < 100000; ++i) deep += "<D:response>";
  for (int i = 0; i < 100000; ++i) deep += "</D:response>";
  EXPECT_TRUE(parse_multistatus(deep + "</D:multistatus>"));
}

TEST(Multistatus, ErrorBodiesNameTheirCondition) {
  const auto cyrus = parse_error(
      R"(<?xml version="1.0"?><error xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><C:unique-scheduling-object-resource><href>/dav/calendars/user/a/x.ics</href></C:unique-scheduling-object-resource></error>)");
  EXPECT_EQ(cyrus.condition, "unique-scheduling-object-resource");
  EXPECT_EQ(cyrus.href, "/dav/calendars/user/a/x.ics");
  const auto sabre = parse_error(
      R"(<d:error xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns"><s:exception>Sabre\DAV\Exception</s:exception><s:message>Validation error</s:message><d:valid-sync-token/></d:error>)");
  EXPECT_EQ(sabre.condition, "valid-sync-token");
  EXPECT_EQ(sabre.text, "Validation error");
  EXPECT_EQ(parse_error("Internal Server Error").condition, "");
}

TEST(Bodies, EscapeWhatTheyCarry) {
  const std::vector<std::string> hrefs = {"/a&b/<1>.ics"};
  EXPECT_THAT(multiget_body(hrefs), HasSubstr("<D:href>/a&amp;b/&lt;1&gt;.ics</D:href>"));
  EXPECT_THAT(sync_collection_body("t&1", Bodies::without), HasSubstr("<D:sync-token>t&amp;1</D:sync-token>"));
  EXPECT_THAT(mkcalendar_body("A & \x01\"B\""), HasSubstr("<D:displayname>A &amp; &quot;B&quot;</D:displayname>"));
}

TEST(Calendar, ComparesHrefsDecoded) {
  const Calendar calendar(*http::parse_url("https://h/"), "/al ice/cal");
  EXPECT_EQ(calendar.url(), "https://h/al%20ice/cal/");
  for (const auto* href : {"/al%20ice/cal/a%20b%40c%2Bd.ics", "/al%20ice/cal/a%20b@c%2bd.ics",
                           "https://other/al%20ice/cal/a%20b@c+d.ics", " \n/al ice/cal/a b@c+d.ics "})
    EXPECT_EQ(calendar.id_of(href), "a b@c+d.ics") << href;
  EXPECT_EQ(calendar.id_of("/al%20ice/cal/"), "");
  EXPECT_EQ(calendar.id_of("/al%20ice/cal"), "");
  EXPECT_EQ(calendar.id_of("/al%20ice/calendar/x.ics"), std::nullopt);
  EXPECT_EQ(calendar.id_of(calendar.href_of("{odd};\xc3\xa4.ics")), "{odd};\xc3\xa4.ics");
}

}  // namespace
}  // namespace caldav
}  // namespace v1
}  // namespace fasti
