// What the connector writes: once, over the version it knows, whole series, and no mail.
#include <gmock/gmock.h>

#include "tests/unit/outlook/outlook_world.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {
namespace {

using emulators::NetworkFault;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Properties match(const std::string& title) {
  return {{"subject", title}, {"start", berlin("2026-06-11T18:00:00", "2026-06-11T20:00:00")}};
}
Properties series(const std::string& title) {
  Properties out = {{"subject", title}, {"start", berlin("2026-10-08T18:00:00", "2026-10-08T20:00:00")}};
  out["recurrence"] = Recurrence{{"FREQ=WEEKLY;COUNT=6"}, {}, {}, {"2026-10-29T18:00:00"}};
  out["subject@2026-10-15T18:00:00"] = title + ", moved";
  out["start@2026-10-15T18:00:00"] = berlin("2026-10-16T19:00:00", "2026-10-16T21:00:00");
  return out;
}
const Recurrence& recurrence_of(const RemoteObject& object) {
  return std::get<Recurrence>(object.properties.at("recurrence"));
}
std::string subject_of(const RemoteObject& object, const std::string& part = {}) {
  const auto found = object.properties.find(make_path("subject", part));
  return found == object.properties.end() ? "(none)" : std::get<std::string>(found->second);
}
std::vector<Result<Written>> send(World& world, const std::vector<WriteRequest>& requests) {
  return world.connector->send(requests, {});
}
Result<Written> send(World& world, const WriteRequest& request) {
  return std::move(world.connector->send(std::span(&request, 1), {}).front());
}

TEST(OutlookWrite, ALostReplyAfterAStoredCreateMakesOneEvent) {
  for (const std::size_t count : {std::size_t{1}, std::size_t{7}}) {
    World world;
    std::vector<WriteRequest> requests;
    for (std::size_t i = 0; i < count; ++i) requests.push_back(world.create("r" + std::to_string(i), match("Final")));
    int lost = 0;
    world.network = [&](const http::Request& request) {
      return request.method == "POST" && lost++ == 0 ? NetworkFault::reply_lost : NetworkFault::none;
    };
    for (const auto& reply : send(world, requests)) ASSERT_TRUE(reply.ok()) << reply.error().text();
    EXPECT_EQ(lost, 2);
    EXPECT_EQ(world.pull().changes.size(), count);
  }
}

TEST(OutlookWrite, ALostReplyAfterAStoredUpdateIsRecognised) {
  World world;
  const auto written = send(world, world.create("r1", match("Final")));
  const auto object = world.fetch(written->id);
  int lost = 0;
  world.network = [&](const http::Request& request) {
    return request.method == "PATCH" && lost++ == 0 ? NetworkFault::reply_lost : NetworkFault::none;
  };
  const auto changed = send(world, world.update(object, {{"subject", std::string("Final (moved)")}}));
  ASSERT_TRUE(changed.ok()) << changed.error().text();
  EXPECT_EQ(changed->version, world.fetch(written->id).version);
}

TEST(OutlookWrite, PartsOfABatchThatWereThrottledFailedOrLeftOutAreSentAgain) {
  for (const char* fault : {"batch_part_throttled", "batch_part_failed", "batch_part_missing"}) {
    World world;
    world.server.faults().force(fault, 6);
    std::vector<WriteRequest> requests;
    for (int i = 0; i < 20; ++i)
      requests.push_back(world.create("r" + std::to_string(i), match("M" + std::to_string(i))));
    const auto replies = send(world, requests);
    for (std::size_t i = 0; i < replies.size(); ++i) {
      ASSERT_TRUE(replies[i].ok()) << fault << ": " << replies[i].error().text();
      EXPECT_EQ(subject_of(world.fetch(replies[i]->id)), "M" + std::to_string(i));
    }
    EXPECT_EQ(world.pull().changes.size(), 20U) << fault;
    EXPECT_EQ(world.server.faults().counted(fault), 6U);
  }
}

TEST(OutlookWrite, TwentyWritesAreOneRequest) {
  World world;
  std::vector<WriteRequest> requests;
  for (int i = 0; i < 20; ++i) requests.push_back(world.create("r" + std::to_string(i), match("M")));
  send(world, requests);
  EXPECT_EQ(world.connector->requests(), 1U);
}

TEST(OutlookWrite, AnotherVersionIsNeverWrittenOver) {
  for (const char* fault : {"", "conflict_409", "if_match_ignored"}) {
    World world;
    if (*fault) world.server.faults().set(fault, 1);
    const auto id = world.person.creates(world.calendar, "Final");
    const auto stale = world.fetch(id);
    world.person.patches(id, R"({"subject":"says a person"})");
    const auto written = send(world, world.update(stale, {{"subject", std::string("says the engine")}}));
    ASSERT_FALSE(written.ok()) << fault;
    EXPECT_EQ(written.error().kind, ErrorKind::precondition_failed);
    EXPECT_EQ(world.person.text(id, "subject"), "says a person");
  }
  World world;
  world.server.faults().force("conflict_from_nowhere");
  const auto object = world.fetch(world.person.creates(world.calendar, "Final"));
  EXPECT_EQ(send(world, world.update(object, {{"subject", std::string("x")}})).error().kind,
            ErrorKind::precondition_failed);
}

TEST(OutlookWrite, ASeriesWithItsExceptionsIsThereForPeopleAndComesBack) {
  World world;
  const auto written = send(world, world.create("r1", series("Training")));
  ASSERT_TRUE(written.ok()) << written.error().text();
  const auto object = world.fetch(written->id);
  EXPECT_EQ(object.version, written->version);
  ASSERT_TRUE(written->echo.has_value());
  EXPECT_EQ(object.properties, written->echo->properties);
  EXPECT_THAT(recurrence_of(object).exdates, ElementsAre("2026-10-29T18:00:00"));
  EXPECT_EQ(subject_of(object, "2026-10-15T18:00:00"), "Training, moved");
  EXPECT_EQ(object.properties.at("start@2026-10-15T18:00:00"),
            Value(berlin("2026-10-16T19:00:00", "2026-10-16T21:00:00")));
  const auto page = world.person.must(
      "GET", "/me/events/" + written->id +
                 "/instances?startDateTime=2026-01-01T00:00:00Z&endDateTime=2027-01-01T00:00:00Z&$select=start");
  EXPECT_THAT(page, HasSubstr("2026-10-16T17:00:00"));
  EXPECT_THAT(page, ::testing::Not(HasSubstr("2026-10-29")));
}

TEST(OutlookWrite, AnOccurrenceHasFromItsSeriesWhatItDoesNotSayItself) {
  World world;
  auto request = world.create("r1", series("Training"));
  request.set["body"] = std::string("bring flags");
  const auto written = send(world, request);
  ASSERT_TRUE(written.ok()) << written.error().text();
  const auto object = world.fetch(written->id);
  EXPECT_EQ(object.properties.at("body@2026-10-15T18:00:00"), Value(std::string("bring flags")));
  const auto renamed = send(world, world.update(object, {{"subject", std::string("Practice")},
                                                         {"location@2026-10-22T18:00:00", std::string("Hall 2")}}));
  ASSERT_TRUE(renamed.ok()) << renamed.error().text();
  const auto after = world.fetch(written->id);
  EXPECT_EQ(subject_of(after, "2026-10-22T18:00:00"), "Practice");
  EXPECT_EQ(after.properties.at("body@2026-10-22T18:00:00"), Value(std::string("bring flags")));
}

TEST(OutlookWrite, AnOccurrenceIsFoundOnALaterPage) {
  World world(9);
  auto request = world.create("r1", {{"subject", std::string("Daily")}});
  request.set["start"] = berlin("2026-10-08T18:00:00", "2026-10-08T20:00:00");
  request.set["recurrence"] = Recurrence{{"FREQ=DAILY;COUNT=20"}, {}, {}, {"2026-10-15T18:00:00"}};
  world.server.faults().set("short_page", 1);
  const auto written = send(world, request);
  ASSERT_TRUE(written.ok()) << written.error().text();
  EXPECT_THAT(recurrence_of(*written->echo).exdates, ElementsAre("2026-10-15T18:00:00"));
}

TEST(OutlookWrite, ExceptionsOutliveAChangeOfThePattern) {
  World world;
  const auto written = send(world, world.create("r1", series("Training")));
  const auto object = world.fetch(written->id);
  Recurrence longer = recurrence_of(object);
  longer.rules = {"FREQ=WEEKLY;COUNT=9"};
  const auto changed = send(world, world.update(object, {{"recurrence", longer}}));
  ASSERT_TRUE(changed.ok()) << changed.error().text();
  const auto after = world.fetch(written->id);
  EXPECT_THAT(recurrence_of(after).rules, ElementsAre("FREQ=WEEKLY;COUNT=9;BYDAY=TH"));
  EXPECT_THAT(recurrence_of(after).exdates, ElementsAre("2026-10-29T18:00:00"));
  EXPECT_EQ(subject_of(after, "2026-10-15T18:00:00"), "Training, moved");
}

TEST(OutlookWrite, AnotherDeletedOccurrenceTouchesNothingElse) {
  World world;
  const auto written = send(world, world.create("r1", series("Training")));
  const auto object = world.fetch(written->id);
  Recurrence fewer = recurrence_of(object);
  fewer.exdates = {"2026-10-22T18:00:00", "2026-10-29T18:00:00"};
  ASSERT_TRUE(send(world, world.update(object, {{"recurrence", fewer}})).ok());
  const auto after = world.fetch(written->id);
  EXPECT_EQ(recurrence_of(after), fewer);
  EXPECT_EQ(subject_of(after, "2026-10-15T18:00:00"), "Training, moved");
  fewer.exdates = {"2026-10-22T18:00:00"};
  ASSERT_TRUE(send(world, world.update(after, {{"recurrence", fewer}}, "back")).ok());
  EXPECT_EQ(recurrence_of(world.fetch(written->id)), fewer) << "a deleted occurrence comes back";
  EXPECT_EQ(subject_of(world.fetch(written->id), "2026-10-15T18:00:00"), "Training, moved");
}

/// The connection dies after each request of a write: what is there says that it is half, and the same write finishes
/// it.
void expect_every_half_finished(bool create, NetworkFault last) {
  bool whole = false;
  for (int stop = 1; !whole; ++stop) {
    ASSERT_LT(stop, 12);
    World world;
    auto request = world.create("r1", series("Training"));
    if (!create) {
      const auto made = send(world, request);
      ASSERT_TRUE(made.ok()) << made.error().text();
      Recurrence longer = recurrence_of(*made->echo);
      longer.rules = {"FREQ=WEEKLY;COUNT=9"};
      longer.exdates.push_back("2026-11-12T18:00:00");
      request = world.update(world.fetch(made->id), {{"recurrence", longer}, {"subject@2026-10-22T18:00:00", "Show"}});
    }
    int sent = 0;
    world.network = [&](const http::Request&) {
      ++sent;
      return sent > stop ? NetworkFault::request_lost : sent == stop ? last : NetworkFault::none;
    };
    const auto written = send(world, request);
    world.network = {};
    whole = written.ok();
    world.clock.advance(std::chrono::hours(30));
    world.connect();
    const auto there = world.connector->find_marked(world.calendar, "store-1", "r1");
    ASSERT_TRUE(there.ok()) << there.error().text();
    const bool half = !there->empty() && there->front().unfinished == request.key;
    // Nothing that was begun is called anything but in doubt.
    EXPECT_TRUE(whole || written.error().kind == ErrorKind::transient || !half) << stop;
    if (half) {
      EXPECT_EQ(world.pull().find(there->front().id)->object.unfinished, request.key);
      request.id = there->front().id;
      const auto again = send(world, request);
      ASSERT_TRUE(again.ok()) << stop << " " << again.error().text();
    }
    if (!half && !whole) continue;
    ASSERT_EQ(world.pull().changes.size(), 1U) << stop;
    const auto object = world.fetch(world.pull().changes.front().object.id);
    EXPECT_EQ(object.unfinished, "");
    EXPECT_EQ(object.marker->stamp, request.key);
    EXPECT_EQ(subject_of(object, "2026-10-15T18:00:00"), "Training, moved") << stop;
    EXPECT_EQ(recurrence_of(object).exdates.size(), create ? 1U : 2U) << stop;
    EXPECT_EQ(subject_of(object, "2026-10-22T18:00:00"), create ? "(none)" : "Show") << stop;
  }
}

TEST(OutlookWrite, HalfANewSeriesSaysSoAndIsFinished) {
  expect_every_half_finished(true, NetworkFault::none);
  expect_every_half_finished(true, NetworkFault::reply_lost);
}

TEST(OutlookWrite, HalfAChangeOfASeriesSaysSoAndIsFinished) {
  expect_every_half_finished(false, NetworkFault::none);
  expect_every_half_finished(false, NetworkFault::reply_lost);
}

TEST(OutlookWrite, WhatAPersonTypesIntoHalfASeriesStays) {
  World world;
  auto set = series("Training");
  const auto made = send(world, world.create("r1", set));
  const auto before = world.fetch(made->id);
  const auto request = world.update(
      before, {{"subject@2026-10-22T18:00:00", "Show"}, {"subject@2026-10-15T18:00:00", "Training, moved again"}});
  int sent = 0;
  world.network = [&](const http::Request&) { return ++sent > 2 ? NetworkFault::request_lost : NetworkFault::none; };
  ASSERT_FALSE(send(world, request).ok());
  world.network = {};
  world.connect();
  ASSERT_EQ(world.fetch(made->id).unfinished, request.key);
  world.person.patches(world.person.occurrence(made->id, "2026-10-22T16:00:00"), R"({"subject":"Says a person"})");
  ASSERT_TRUE(send(world, request).ok());
  EXPECT_EQ(subject_of(world.fetch(made->id), "2026-10-22T18:00:00"), "Says a person");
  EXPECT_EQ(subject_of(world.fetch(made->id), "2026-10-15T18:00:00"), "Training, moved again");
}

TEST(OutlookWrite, OfANewSeriesThatIsRefusedInPartNothingStays) {
  World world;
  auto request = world.create("r1", series("Training"));
  request.set["showAs@2026-10-15T18:00:00"] = std::string("nonsense");
  const auto refused = send(world, request);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::rejected);
  EXPECT_TRUE(world.pull().changes.empty());
}

/// A pattern that was written already would have taken the exceptions with it.
TEST(OutlookWrite, AnOccurrenceThatWouldCrossAnotherIsRefusedBeforeAnythingIsSent) {
  World world;
  auto moved = world.create("r1", series("Training"));
  moved.set["start@2026-10-15T18:00:00"] = berlin("2026-11-05T19:00:00", "2026-11-05T21:00:00");
  EXPECT_EQ(send(world, moved).error().kind, ErrorKind::rejected);
  const auto written = send(world, world.create("r2", series("Choir")));
  const auto object = world.fetch(written->id);
  Recurrence daily = recurrence_of(object);
  daily.rules = {"FREQ=DAILY;COUNT=30"};
  const auto writes = world.server.writes();
  const auto refused = send(world, world.update(object, {{"recurrence", daily}}));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::rejected);
  EXPECT_THAT(refused.error().message, HasSubstr("2026-10-15T18:00:00"));
  EXPECT_EQ(world.server.writes(), writes);
  EXPECT_EQ(world.fetch(written->id).properties, object.properties);
}

TEST(OutlookWrite, WhatGraphCannotRepeatIsRefusedBeforeAnythingIsSent) {
  World world;
  auto request = world.create("r1", match("Salaries"));
  request.set["recurrence"] = Recurrence{{"FREQ=MONTHLY;BYMONTHDAY=31"}, {}, {}, {}};
  const auto refused = send(world, request);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::rejected);
  EXPECT_EQ(world.connector->requests(), 0U);
}

TEST(OutlookWrite, ATeamsMeetingSurvivesANewText) {
  World world;
  const auto id = world.person.creates(
      world.calendar, "Call",
      R"("isOnlineMeeting":true,"onlineMeetingProvider":"teamsForBusiness","start":{"dateTime":"2026-06-11T18:00:00","timeZone":"UTC"},"end":{"dateTime":"2026-06-11T19:00:00","timeZone":"UTC"})");
  world.clock.advance(std::chrono::minutes(1));
  const auto object = world.fetch(id);
  EXPECT_EQ(object.properties.at("body"), Value(std::string("bring flags"))) << "without what Teams wrote";
  EXPECT_THAT(std::get<std::string>(object.properties.at("joinUrl")), HasSubstr("teams.microsoft.com"));
  ASSERT_TRUE(send(world, world.update(object, {{"body", std::string("bring <drums> & flags\nand friends")}})).ok());
  const auto after = world.fetch(id);
  EXPECT_EQ(after.properties.at("body"), Value(std::string("bring <drums> & flags\nand friends")));
  EXPECT_EQ(after.properties.count("joinUrl"), 1U);
  EXPECT_THAT(*world.person.text(id, "content"), HasSubstr("Join: https://teams.microsoft.com"));
}

TEST(OutlookWrite, NoMailGoesOutUnlessItIsAllowed) {
  const std::string guests =
      R"("attendees":[{"type":"required","emailAddress":{"address":"bob@example.org","name":"Bob"}}],"start":{"dateTime":"2026-06-11T18:00:00","timeZone":"UTC"},"end":{"dateTime":"2026-06-11T19:00:00","timeZone":"UTC"})";
  World world;
  const auto id = world.person.creates(world.calendar, "Meeting", guests);
  const auto mails = world.server.mails();
  const auto object = world.fetch(id);
  const auto people = std::get<People>(object.properties.at("attendees"));
  EXPECT_EQ(people.count({"bob@example.org", "Bob", "required"}), 1U);
  const auto refused = send(world, world.update(object, {{"subject", std::string("Other")}}));
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().text(), HasSubstr("mail to 1 person"));
  EXPECT_FALSE(send(world, world.removal(object)).ok());
  ASSERT_TRUE(send(world, world.update(object, {{"categories", Choices{"Red"}}})).ok()) << "nobody is told of that";
  auto invited = match("Party");
  invited["attendees"] = People{{"eve@example.org", "", "required"}};
  ASSERT_TRUE(send(world, world.create("r9", invited)).ok());
  EXPECT_EQ(world.server.mails(), mails);
  world.settings.session.invitations = true;
  world.connect();
  ASSERT_TRUE(send(world, world.update(world.fetch(id), {{"subject", std::string("Other")}})).ok());
  EXPECT_GT(world.server.mails(), mails);
}

TEST(OutlookWrite, OtherPeoplesMeetingsTakeOnlyWhatIsOurs) {
  World world;
  const auto object = world.fetch(world.server.invite(world.calendar, "Board"));
  EXPECT_FALSE(send(world, world.update(object, {{"subject", std::string("Bored")}})).ok());
  const Reminders reminder{{std::chrono::minutes(5), "popup"}};
  const auto written = send(world, world.update(object, {{"reminders", reminder}}));
  ASSERT_TRUE(written.ok()) << written.error().text();
  EXPECT_EQ(world.fetch(object.id).properties.at("reminders"), Value(reminder));
}

TEST(OutlookWrite, ACalledOffEventSaysSoToPeople) {
  World world;
  const auto written = send(world, world.create("r1", match("Final")));
  auto object = world.fetch(written->id);
  EXPECT_EQ(object.properties.at("status"), Value(std::string("confirmed")));
  ASSERT_TRUE(send(world, world.update(object, {{"status", std::string("cancelled")}})).ok());
  EXPECT_EQ(world.person.text(written->id, "subject"), "Canceled: Final");
  EXPECT_EQ(world.person.text(written->id, "showAs"), "free");
  object = world.fetch(written->id);
  EXPECT_EQ(subject_of(object), "Final");
  EXPECT_EQ(object.properties.at("status"), Value(std::string("cancelled")));
  ASSERT_TRUE(send(world, world.update(object, {{"subject", std::string("Grand final")}}, "again")).ok());
  EXPECT_EQ(world.person.text(written->id, "subject"), "Canceled: Grand final");
  object = world.fetch(written->id);
  ASSERT_TRUE(send(world, world.update(object, {{"status", std::string("confirmed")}}, "on")).ok());
  EXPECT_EQ(world.person.text(written->id, "subject"), "Grand final");
  EXPECT_EQ(world.person.text(written->id, "showAs"), "busy");
}

TEST(OutlookWrite, ASearchForAMarkerIsCheckedExactly) {
  World world;
  const auto ours = send(world, world.create("r1", match("Final")));
  ASSERT_TRUE(send(world, world.create("R1", match("Other case"))).ok());
  const auto elsewhere = world.server.add_calendar("Elsewhere");
  auto other = world.create("r1", match("Other calendar"));
  other.collection = elsewhere;
  other.key = "key-other";
  ASSERT_TRUE(send(world, other).ok());
  const auto found = world.connector->find_marked(world.calendar, "store-1", "r1");
  ASSERT_TRUE(found.ok()) << found.error().text();
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().id, ours->id);
}

TEST(OutlookWrite, DeletingWhatIsGoneHasWorked) {
  World world;
  const auto object = world.fetch(world.person.creates(world.calendar, "Final"));
  world.person.deletes(object.id);
  EXPECT_TRUE(send(world, world.removal(object)).ok());
}

}  // namespace
}  // namespace outlook
}  // namespace v1
}  // namespace fasti
