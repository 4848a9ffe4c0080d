#include "tests/unit/caldav/dav_world.hpp"

namespace fasti {
inline namespace v1 {
namespace caldav {
namespace {

using support::answer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(Pull, FirstListingOfRadicaleIgnoresItsTombstonesAndFetchesBodiesAtOnce) {
  DavWorld world;
  world.on("REPORT /cal/", multistatus(multi(row("/cal/a.ics", etag("\"1\"")) + missing("/cal/old.ics") +
                                                 row("/cal/b.ics", etag("\"2\"")),
                                             "http://radicale.org/ns/sync/1")));
  world.on("REPORT /cal/", multistatus(multi(row("/cal/b.ics", etag("\"2\"") + data(event("b"))) +
                                             row("/cal/a.ics", etag("\"1\"") + data(event("a"))))));
  const auto result = world.pull();
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_EQ(result->coverage, Coverage::complete);
  EXPECT_EQ(result->cursor, "sync:http://radicale.org/ns/sync/1");
  EXPECT_FALSE(result->cursor_expired);
  EXPECT_THAT(world.seen(), ElementsAre("object a.ics \"1\"", "object b.ics \"2\""));
  EXPECT_EQ(world.connector->requests(), 2u);
  EXPECT_THAT(world.changes.front().object.shadow, HasSubstr("SUMMARY:Match\r\n"));
  EXPECT_THAT(world.transport->asked[0].body, Not(HasSubstr("calendar-data")));
}

TEST(Pull, ANoOpIsOneRequest) {
  DavWorld world;
  world.on("REPORT /cal/", multistatus(multi("", "t1")));
  const auto result = world.pull("sync:t1");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->coverage, Coverage::delta);
  EXPECT_EQ(result->cursor, "sync:t1");
  EXPECT_TRUE(world.changes.empty());
  EXPECT_EQ(world.connector->requests(), 1u);
}

TEST(Pull, ADeltaWithBodiesIsOneRequest) {
  DavWorld world;
  world.known = {{"same.ics", "\"7\""}};
  world.on("REPORT /cal/",
           multistatus(multi(row("/cal/a.ics", etag("\"2\"") + data(event("a"))) + missing("/cal/b.ics") +
                                 row("/cal/same.ics", etag("\"7\"") + data(event("same"))),
                             "t2")));
  const auto result = world.pull("sync:t1");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->coverage, Coverage::delta);
  EXPECT_EQ(result->cursor, "sync:t2");
  EXPECT_THAT(world.seen(), ElementsAre("gone b.ics", "listed same.ics \"7\"", "object a.ics \"2\""));
  EXPECT_EQ(world.connector->requests(), 1u);
}

TEST(Pull, XandikosAndDavicalGiveNoBodiesInADelta) {
  const std::string xandikos =
      "<D:response><D:href>/cal/a.ics</D:href><D:propstat><D:status>HTTP/1.1 200 OK</D:status><D:prop>" +
      etag("\"2\"") +
      "</D:prop></D:propstat><D:propstat><D:status>HTTP/1.1 404 Not Found</D:status><D:prop><C:calendar-data/>"
      "</D:prop></D:propstat></D:response>";
  for (const auto& shape : {xandikos, row("/cal/a.ics", etag("\"2\""))}) {
    DavWorld world;
    world.on("REPORT /cal/", multistatus(multi(shape + row("/cal/b.ics", etag("\"3\"")), "t2")));
    world.on("REPORT /cal/", multistatus(multi(row("/cal/a.ics", etag("\"2\"") + data(event("a"))) +
                                               row("/cal/b.ics", etag("\"3\"") + data(event("b"))))));
    ASSERT_TRUE(world.pull("sync:t1"));
    EXPECT_THAT(world.seen(), ElementsAre("object a.ics \"2\"", "object b.ics \"3\""));
    EXPECT_EQ(world.connector->requests(), 2u);
  }
}

TEST(Pull, ARefusedTokenBecomesOneCompleteListing) {
  const std::vector<http::Reply> refusals = {answer(403, dav_error("<d:valid-sync-token/>")),
                                             answer(500, "Internal Server Error"), answer(400), answer(409),
                                             answer(403, "<html>no</html>")};
  for (const auto& refusal : refusals) {
    DavWorld world;
    world.known = {{"a.ics", "\"1\""}};
    world.on("REPORT /cal/", refusal);
    world.on("REPORT /cal/", multistatus(multi(row("/cal/a.ics", etag("\"1\"")), "t9")));
    const auto result = world.pull("sync:stale");
    ASSERT_TRUE(result) << result.error().text();
    EXPECT_TRUE(result->cursor_expired);
    EXPECT_EQ(result->coverage, Coverage::complete);
    EXPECT_EQ(result->cursor, "sync:t9");
    EXPECT_THAT(world.seen(), ElementsAre("listed a.ics \"1\""));
    EXPECT_EQ(world.connector->requests(), 2u);
  }
}

TEST(Pull, DavicalsSilentFullListingProvesNoAbsence) {
  DavWorld world;
  world.known = {{"a.ics", "\"1\""}, {"b.ics", "\"1\""}};
  world.on("REPORT /cal/", multistatus(multi(row("/cal/a.ics", etag("\"1\"")), "data:,5")));
  const auto result = world.pull("sync:data:,999");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->coverage, Coverage::delta);
  EXPECT_THAT(world.seen(), ElementsAre("listed a.ics \"1\""));
}

TEST(Pull, ASweepListsEverythingThoughTheTokenSaysNothingIsNew) {
  DavWorld world;
  world.known = {{"a.ics", "\"1\""}};
  world.on("REPORT /cal/", multistatus(multi(row("/cal/a.ics", etag("\"1\"")), "t2")));
  const auto result = world.pull("sync:t1", PullMode::complete);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->coverage, Coverage::complete);
  EXPECT_THAT(world.transport->asked[0].body, HasSubstr("<D:sync-token></D:sync-token>"));
  EXPECT_EQ(world.connector->requests(), 1u);
}

TEST(Pull, WithoutSyncCollectionTheCtagTellsWhetherToList) {
  const auto refusal = answer(403, dav_error("<d:supported-report/>"));
  const auto own = [](const std::string& ctag) {
    return calendar_row("/cal/", "<S:getctag>" + ctag + "</S:getctag>" + etag("\"own\""));
  };
  DavWorld world;
  world.known = {{"a.ics", "\"1\""}};
  world.on("REPORT /cal/", refusal);
  world.on("PROPFIND /cal/", multistatus(multi(own("5") + row("/cal/a.ics", etag("\"1\"")))));
  const auto first = world.pull();
  ASSERT_TRUE(first) << first.error().text();
  EXPECT_EQ(first->cursor, "ctag:5");
  EXPECT_EQ(first->coverage, Coverage::complete);
  EXPECT_THAT(world.seen(), ElementsAre("listed a.ics \"1\""));

  DavWorld later;
  later.on("PROPFIND /cal/", multistatus(multi(own("5"))));
  const auto same = later.pull("ctag:5");
  ASSERT_TRUE(same);
  EXPECT_EQ(same->coverage, Coverage::delta);
  EXPECT_EQ(same->cursor, "ctag:5");
  EXPECT_EQ(later.connector->requests(), 1u);
  EXPECT_EQ(later.transport->asked[0].headers[1].second, "0");

  DavWorld changed;
  changed.known = {{"a.ics", "\"1\""}};
  changed.on("PROPFIND /cal/", multistatus(multi(own("6"))));
  changed.on("PROPFIND /cal/", multistatus(multi(own("6") + row("/cal/a.ics", etag("\"1\"")))));
  const auto moved = changed.pull("ctag:5");
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->coverage, Coverage::complete);
  EXPECT_EQ(moved->cursor, "ctag:6");
}

TEST(Pull, ATruncatedAnswerIsContinuedFromItsToken) {
  DavWorld world;
  world.known = {{"a.ics", "1"}, {"b.ics", "1"}};
  world.on("REPORT /cal/", multistatus(multi(row("/cal/a.ics", etag("1")) + missing("/cal/", 507), "t2")));
  world.on("REPORT /cal/", multistatus(multi(row("/cal/b.ics", etag("1")), "t3")));
  const auto result = world.pull();
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_EQ(result->coverage, Coverage::complete);
  EXPECT_EQ(result->cursor, "sync:t3");
  EXPECT_THAT(world.seen(), ElementsAre("listed a.ics 1", "listed b.ics 1"));
  EXPECT_THAT(world.transport->asked[1].body, HasSubstr(">t2<"));
}

TEST(Pull, ATruncatedAnswerThatStandsStillIsAnError) {
  DavWorld world;
  world.on("REPORT /cal/", multistatus(multi(missing("/cal/", 507), "t1")));
  EXPECT_EQ(world.pull("sync:t1").error().kind, ErrorKind::bad_reply);
}

TEST(Pull, RowsMissingFromAMultigetAreAskedForOneByOne) {
  DavWorld world;
  world.on("REPORT /cal/",
           multistatus(multi(row("/cal/a.ics", etag("1")) + row("/cal/b.ics", etag("2")) + row("/cal/c.ics", etag("3")),
                             "t1")));
  world.on("REPORT /cal/", multistatus(multi(row("/cal/a.ics", etag("1") + data(event("a"))))));
  world.on("GET /cal/b.ics", answer(200, event("b"), {{"ETag", "2"}}));
  world.on("GET /cal/c.ics", answer(404));
  world.on("PROPFIND /cal/", multistatus(multi(calendar_row("/cal/"))));
  ASSERT_TRUE(world.pull());
  EXPECT_THAT(world.seen(), ElementsAre("gone c.ics", "object a.ics 1", "object b.ics 2"));
}

TEST(Pull, AMultigetRefusedAsAWholeFallsBackToGets) {
  DavWorld world;
  world.on("REPORT /cal/", multistatus(multi(row("/cal/a.ics", etag("1")) + row("/cal/b.ics", etag("2")), "t1")));
  world.on("REPORT /cal/", answer(404));
  world.on("GET /cal/a.ics", answer(200, event("a"), {{"ETag", "1"}}));
  world.on("GET /cal/b.ics", answer(200, event("b"), {{"ETag", "2"}}));
  ASSERT_TRUE(world.pull());
  EXPECT_THAT(world.seen(), ElementsAre("object a.ics 1", "object b.ics 2"));
}

TEST(Pull, NothingThatIsNoListingIsReadAsAnEmptyOne) {
  const std::string whole = multi("", "t");
  const std::vector<std::pair<http::Reply, ErrorKind>> bad = {
      {answer(404), ErrorKind::not_found},
      {answer(401), ErrorKind::unauthenticated},
      {answer(403), ErrorKind::forbidden},
      {answer(200, "<html>log in</html>", {{"Content-Type", "text/html"}}), ErrorKind::bad_reply},
      {answer(207, "<html>log in</html>"), ErrorKind::bad_reply},
      {answer(207, whole.substr(0, whole.size() - 20)), ErrorKind::bad_reply},
      {answer(207, ""), ErrorKind::bad_reply},
      {answer(204), ErrorKind::bad_reply},
      {multistatus(multi("")), ErrorKind::bad_reply},
      {multistatus(multi(missing("http%3A//dav.example.org/cal/"), "t")), ErrorKind::not_found},
      {multistatus(multi(missing("/cal/"), "t")), ErrorKind::not_found},
      {multistatus(multi(row("/elsewhere/a.ics", etag("1")), "t")), ErrorKind::bad_reply},
      {answer(500), ErrorKind::transient},
      {support::silence(true), ErrorKind::transient}};
  for (std::size_t i = 0; i < bad.size(); ++i) {
    DavWorld world;
    world.on("REPORT /cal/", bad[i].first);
    const auto result = world.pull();
    ASSERT_FALSE(result) << i;
    EXPECT_EQ(result.error().kind, bad[i].second) << i << " " << result.error().text();
    EXPECT_TRUE(world.changes.empty());
    EXPECT_THAT(result.error().place, HasSubstr("club"));
  }
}

TEST(Pull, AVanishedCalendarIsNoReasonToStartOver) {
  DavWorld world;
  world.on("REPORT /cal/", answer(404));
  EXPECT_EQ(world.pull("sync:t1").error().kind, ErrorKind::not_found);
  EXPECT_EQ(world.connector->requests(), 1u);
}

TEST(Pull, TasksAreSkippedAndBrokenObjectsAreReportedAlone) {
  DavWorld world;
  const std::string task = "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VTODO\nUID:t\nEND:VTODO\nEND:VCALENDAR\n";
  const std::string broken = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:no uid\nEND:VEVENT\n";
  world.on("REPORT /cal/",
           multistatus(multi(row("/cal/t.ics", etag("1") + data(task)) + row("/cal/x.ics", etag("2") + data(broken)) +
                                 row("/cal/a.ics", etag("3") + data(event("a"))),
                             "t2")));
  ASSERT_TRUE(world.pull("sync:t1"));
  EXPECT_THAT(world.seen(), ElementsAre("object a.ics 3", "unreadable x.ics 2"));
  for (const auto& change : world.changes) {
    if (change.type != RemoteChange::Type::unreadable) continue;
    ASSERT_TRUE(change.reason);
    EXPECT_THAT(change.reason->place, HasSubstr("club: /cal/x.ics"));
    EXPECT_THAT(change.object.shadow, HasSubstr("no uid"));
  }
}

TEST(Pull, ASinkThatFailsStopsThePull) {
  DavWorld world;
  world.on("REPORT /cal/", multistatus(multi(missing("/cal/a.ics"), "t2")));
  PullRequest request;
  request.collection = "/cal/";
  request.cursor = "sync:t1";
  Error full;
  full.kind = ErrorKind::disk;
  const auto result = world.connector->pull_changes(request, [&](std::vector<RemoteChange>&&) { return Status(full); });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::disk);
}

TEST(Fetch, AnswersInOrderAndDoubtsAbsenceInAVanishedCalendar) {
  DavWorld world;
  world.on("REPORT /cal/", multistatus(multi(row("/cal/b.ics", etag("2") + data(event("b"))) + missing("/cal/a.ics"))));
  world.on("GET /cal/a.ics", answer(404));
  world.on("PROPFIND /cal/", multistatus(multi(calendar_row("/cal/"))));
  const std::vector<std::string> ids = {"a.ics", "b.ics"};
  const auto replies = world.connector->fetch("/cal/", ids);
  ASSERT_EQ(replies.size(), 2u);
  EXPECT_EQ(replies[0].error().kind, ErrorKind::not_found);
  ASSERT_TRUE(replies[1]);
  EXPECT_EQ(replies[1]->uid, "b");

  DavWorld gone;
  gone.on("REPORT /cal/", answer(404));
  gone.on("GET /cal/a.ics", answer(404));
  gone.on("GET /cal/b.ics", answer(404));
  gone.on("PROPFIND /cal/", answer(404));
  for (const auto& reply : gone.connector->fetch("/cal/", ids)) EXPECT_EQ(reply.error().kind, ErrorKind::forbidden);
}

}  // namespace
}  // namespace caldav
}  // namespace v1
}  // namespace fasti
