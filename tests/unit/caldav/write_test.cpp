#include "connectors/ical/object.hpp"
#include "tests/unit/caldav/dav_world.hpp"

namespace fasti {
inline namespace v1 {
namespace caldav {
namespace {

using support::answer;
using support::silence;
using testing::HasSubstr;

WriteRequest create_request(const std::string& id = "a") {
  WriteRequest request;
  request.op = WriteOp::create;
  request.collection = "/cal/";
  request.key = "w-1";
  request.id = id;
  request.uid = "uid-" + id;
  Span when;
  when.kind = SpanKind::zoned;
  when.zone = "UTC";
  when.start = LocalSeconds(std::chrono::hours(24 * 20000));
  when.end = when.start + std::chrono::hours(2);
  request.set = {{"SUMMARY", std::string("Match")}, {"DTSTART", when}};
  request.marker = Marker{"store", "record-" + id, true, "w-1"};
  return request;
}

/// What create_request(id) stores, or the same written by somebody else.
std::string stored_text(WriteRequest request = create_request()) {
  return *ical::create_object(request, Instant(std::chrono::hours(1)));
}

WriteRequest update_request(const std::string& version = "\"1\"") {
  WriteRequest request = create_request();
  request.op = WriteOp::update;
  request.id = "a.ics";
  request.version = version;
  request.shadow = stored_text();
  request.set = {{"SUMMARY", std::string("Final")}};
  request.key = request.marker.stamp = "w-2";
  return request;
}

std::string value_of(const http::Request& request, const std::string& name) {
  return http::header(request.headers, name).value_or("(none)");
}

TEST(Create, PutsAtTheIdAndOnlyIfNothingIsThere) {
  DavWorld world;
  world.on("PUT /cal/a.ics", answer(201, "", {{"ETag", "\"1\""}}));
  const auto request = create_request();
  EXPECT_EQ(world.connector->create_id(request), "a.ics");
  const auto reply = world.connector->create(request);
  ASSERT_TRUE(reply) << reply.error().text();
  EXPECT_EQ(reply->id, "a.ics");
  EXPECT_EQ(reply->version, "\"1\"");
  const auto& put = world.transport->asked[0];
  EXPECT_EQ(value_of(put, "If-None-Match"), "*");
  EXPECT_EQ(value_of(put, "Content-Type"), "text/calendar; charset=utf-8");
  EXPECT_THAT(put.body, HasSubstr("UID:uid-a\r\n"));
  EXPECT_EQ(world.connector->requests(), 1u);
}

TEST(Create, NamesAreWhatEveryServerTakes) {
  DavWorld world;
  WriteRequest request;
  request.uid = "odd/uid@x";
  const auto hashed = world.connector->create_id(request);
  EXPECT_EQ(hashed.find('/'), std::string::npos);
  EXPECT_EQ(hashed, world.connector->create_id(request));
  request.uid = "1234@example.org";
  EXPECT_EQ(world.connector->create_id(request), "1234@example.org.ics");
  request.uid.assign(300, 'x');
  EXPECT_LT(world.connector->create_id(request).size(), 200u);
  request.id = "h4sh.ics";
  EXPECT_EQ(world.connector->create_id(request), "h4sh.ics");
}

TEST(Create, SomethingElseAtTheNameIsAConflictOurOwnLostWriteIsNot) {
  auto other = create_request();
  other.marker.stamp = "another";
  for (const bool ours : {true, false}) {
    DavWorld world;
    world.on("PUT /cal/a.ics", answer(412));
    world.on("GET /cal/a.ics", answer(200, ours ? stored_text() : stored_text(other), {{"ETag", "\"9\""}}));
    const auto reply = world.connector->create(create_request());
    ASSERT_EQ(reply.ok(), ours);
    if (ours)
      EXPECT_EQ(reply->version, "\"9\"");
    else
      EXPECT_EQ(reply.error().kind, ErrorKind::precondition_failed);
  }
}

TEST(Create, ALostReplyIsRepeatedAndRecognised) {
  DavWorld world;
  world.on("PUT /cal/a.ics", silence(true));
  world.on("PUT /cal/a.ics", answer(412));
  world.on("GET /cal/a.ics", answer(200, stored_text(), {{"ETag", "\"9\""}}));
  const auto reply = world.connector->create(create_request());
  ASSERT_TRUE(reply);
  ASSERT_TRUE(reply->echo);
  EXPECT_EQ(reply->echo->uid, "uid-a");
}

TEST(Create, ALaterEditUnderOurStampIsNotTakenForOurEcho) {
  auto edited = create_request();
  edited.set["SUMMARY"] = std::string("Somebody's title");
  DavWorld world;
  world.on("PUT /cal/a.ics", answer(412));
  world.on("GET /cal/a.ics", answer(200, stored_text(edited), {{"ETag", "\"9\""}}));
  EXPECT_EQ(world.connector->create(create_request()).error().kind, ErrorKind::precondition_failed);
}

TEST(Create, WithoutAnETagTheObjectIsReadBack) {
  DavWorld world;
  world.on("PUT /cal/a.ics", answer(201));
  world.on("GET /cal/a.ics", answer(200, stored_text(), {{"ETag", "\"3\""}}));
  const auto reply = world.connector->create(create_request());
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->version, "\"3\"");
  EXPECT_TRUE(reply->echo);
}

TEST(Create, ATakenUidIsRefusedWithItsHolder) {
  const std::vector<http::Reply> shapes = {
      answer(409, dav_error("<c:no-uid-conflict><d:href>/cal/twin.ics</d:href></c:no-uid-conflict>")),
      answer(403, dav_error("<c:unique-scheduling-object-resource><d:href>/cal/twin.ics</d:href>"
                            "</c:unique-scheduling-object-resource>")),
      multistatus(multi("<D:response><D:href>/cal/a.ics</D:href><D:status>HTTP/1.1 412 Precondition Failed</D:status>"
                        "<D:error><C:no-uid-conflict><D:href>/cal/twin.ics</D:href></C:no-uid-conflict></D:error>"
                        "</D:response>"))};
  for (const auto& shape : shapes) {
    DavWorld world;
    world.on("PUT /cal/a.ics", shape);
    const auto reply = world.connector->create(create_request());
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().kind, ErrorKind::rejected);
    EXPECT_THAT(reply.error().text(), HasSubstr("/cal/twin.ics"));
  }
}

TEST(Create, OtherRefusals) {
  const std::vector<std::pair<http::Reply, ErrorKind>> shapes = {
      {answer(400), ErrorKind::rejected},
      {answer(415), ErrorKind::rejected},
      {answer(413), ErrorKind::rejected},
      {answer(403, dav_error("<c:valid-calendar-data/>")), ErrorKind::rejected},
      {answer(403, dav_error("<d:need-privileges/>")), ErrorKind::forbidden},
      {answer(403), ErrorKind::forbidden},
      {answer(404), ErrorKind::forbidden},
      {answer(401), ErrorKind::unauthenticated},
      {answer(507), ErrorKind::transient},
      {answer(500), ErrorKind::transient},
      {answer(202), ErrorKind::bad_reply},
      {multistatus(multi("<D:response><D:href>/cal/a.ics</D:href><D:status>HTTP/1.1 412 X</D:status><D:error>"
                         "<C:valid-calendar-data/></D:error></D:response>")),
       ErrorKind::rejected},
      {multistatus("junk"), ErrorKind::bad_reply}};
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    DavWorld world;
    world.on("PUT /cal/a.ics", shapes[i].first);
    const auto reply = world.connector->create(create_request());
    ASSERT_FALSE(reply) << i;
    EXPECT_EQ(reply.error().kind, shapes[i].second) << i << reply.error().text();
    EXPECT_EQ(reply.error().place, "club: /cal/a.ics");
  }
}

TEST(Update, WritesOnlyOverItsVersion) {
  for (const int status : {200, 201, 204}) {
    DavWorld world;
    world.on("PUT /cal/a.ics", answer(status, "", {{"ETag", "\"2\""}}));
    const auto reply = world.connector->update(update_request());
    ASSERT_TRUE(reply) << status;
    EXPECT_EQ(reply->version, "\"2\"");
    EXPECT_EQ(value_of(world.transport->asked[0], "If-Match"), "\"1\"");
    EXPECT_THAT(world.transport->asked[0].body, HasSubstr("SUMMARY:Final"));
  }
}

TEST(Update, AClashIsReportedAndOurOwnLostWriteRecognised) {
  auto landed = create_request();
  landed.set["SUMMARY"] = std::string("Final");
  landed.marker.stamp = "w-2";
  DavWorld ours;
  ours.on("PUT /cal/a.ics", silence(true)).on("PUT /cal/a.ics", answer(412));
  ours.on("GET /cal/a.ics", answer(200, stored_text(landed), {{"ETag", "\"2\""}}));
  EXPECT_TRUE(ours.connector->update(update_request()));

  DavWorld clash;
  clash.on("PUT /cal/a.ics", answer(412));
  clash.on("GET /cal/a.ics", answer(200, stored_text(), {{"ETag", "\"2\""}}));
  EXPECT_EQ(clash.connector->update(update_request()).error().kind, ErrorKind::precondition_failed);

  DavWorld gone;
  gone.on("PUT /cal/a.ics", answer(412)).on("GET /cal/a.ics", answer(404));
  gone.on("PROPFIND /cal/", multistatus(multi(calendar_row("/cal/"))));
  EXPECT_EQ(gone.connector->update(update_request()).error().kind, ErrorKind::not_found);

  DavWorld dark;
  dark.on("PUT /cal/a.ics", answer(412)).on("GET /cal/a.ics", answer(500));
  const auto reply = dark.connector->update(update_request());
  EXPECT_EQ(reply.error().kind, ErrorKind::transient);
  EXPECT_THAT(reply.error().message, HasSubstr("in doubt"));
}

TEST(Update, AWeakVersionIsComparedBeforeWriting) {
  DavWorld same;
  same.on("GET /cal/a.ics", answer(200, stored_text(), {{"ETag", "W/\"1\""}}));
  same.on("PUT /cal/a.ics", answer(204, "", {{"ETag", "W/\"2\""}}));
  EXPECT_TRUE(same.connector->update(update_request("W/\"1\"")));
  EXPECT_EQ(value_of(same.transport->asked[1], "If-Match"), "*");

  DavWorld moved;
  moved.on("GET /cal/a.ics", answer(200, stored_text(), {{"ETag", "W/\"5\""}}));
  EXPECT_EQ(moved.connector->update(update_request("W/\"1\"")).error().kind, ErrorKind::precondition_failed);
  EXPECT_EQ(moved.transport->asked.size(), 1u);
}

TEST(Update, AVerbatimRestorePutsExactlyThatText) {
  DavWorld world;
  world.on("PUT /cal/a.ics", answer(204, "", {{"ETag", "\"2\""}}));
  auto request = update_request();
  request.verbatim = "BEGIN:VCALENDAR\nX-ODD: kept \nEND:VCALENDAR\n";
  ASSERT_TRUE(world.connector->update(request));
  EXPECT_EQ(world.transport->asked[0].body, request.verbatim);
}

TEST(Remove, IsConditionalAndTakesEverySuccess) {
  WriteRequest request;
  request.op = WriteOp::remove;
  request.collection = "/cal/";
  request.id = "odd {name}.ics";
  request.version = "\"1\"";
  for (const int status : {200, 204}) {
    DavWorld world;
    world.on("DELETE /cal/odd%20%7Bname%7D.ics", answer(status));
    EXPECT_TRUE(world.connector->remove(request));
    EXPECT_EQ(value_of(world.transport->asked[0], "If-Match"), "\"1\"");
    EXPECT_TRUE(world.transport->asked[0].body.empty());
  }
}

TEST(Remove, GoneAfterALostReplyIsDone) {
  WriteRequest request;
  request.op = WriteOp::remove;
  request.collection = "/cal/";
  request.id = "a.ics";
  request.version = "\"1\"";
  DavWorld doubt;
  doubt.on("DELETE /cal/a.ics", silence(true)).on("DELETE /cal/a.ics", answer(404));
  EXPECT_TRUE(doubt.connector->remove(request));

  DavWorld plain;
  plain.on("DELETE /cal/a.ics", answer(404));
  EXPECT_EQ(plain.connector->remove(request).error().kind, ErrorKind::not_found);

  DavWorld clash;
  clash.on("DELETE /cal/a.ics", answer(412));
  clash.on("GET /cal/a.ics", answer(200, stored_text(), {{"ETag", "\"2\""}}));
  EXPECT_EQ(clash.connector->remove(request).error().kind, ErrorKind::precondition_failed);
}

TEST(Send, OneBatchOneReplyEachOneRefusalStopsNobody) {
  DavWorld world;
  std::vector<WriteRequest> requests;
  for (int i = 0; i < 10; ++i) {
    requests.push_back(create_request("e" + std::to_string(i)));
    const int status = i == 3 ? 400 : 201;
    world.on("PUT /cal/e" + std::to_string(i) + ".ics",
             answer(status, "", {{"ETag", "\"v" + std::to_string(i) + "\""}}));
  }
  const auto replies = world.connector->send(requests, {});
  ASSERT_EQ(replies.size(), 10u);
  for (std::size_t i = 0; i < 10; ++i) EXPECT_EQ(replies[i].ok(), i != 3) << i;
  EXPECT_EQ(replies[9]->id, "e9.ics");
  EXPECT_EQ(world.connector->requests(), 10u);
}

}  // namespace
}  // namespace caldav
}  // namespace v1
}  // namespace fasti
