// What writes do to a calendar, request by request.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/google/google_world.hpp"

namespace fasti {
inline namespace v1 {
namespace google {
namespace {

using emulators::NetworkFault;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Properties training(int count = 4) {
  return {{"summary", std::string("Training")},
          {"start", span_of("2026-06-11T18:00:00", "2026-06-11T20:00:00")},
          {"recurrence", Recurrence{{"FREQ=WEEKLY;COUNT=" + std::to_string(count)}, {}, {}, {}}}};
}

std::vector<std::string> exdates_of(const RemoteObject& object) {
  return std::get<Recurrence>(object.properties.at("recurrence")).exdates;
}

std::string text_at(const RemoteObject& object, const std::string& path) {
  const auto found = object.properties.find(path);
  return found == object.properties.end() ? "(none)" : std::get<std::string>(found->second);
}

TEST(GoogleWrite, ACreateIsOneRequestWithOurIdAndMarker) {
  GoogleWorld world;
  const auto request =
      world.create_request("r1", {{"summary", std::string("Final")}, {"start", days_of("2026-07-19", "2026-07-21")}});
  const auto written = world.send(request);
  ASSERT_TRUE(written) << written.error().text();
  EXPECT_THAT(world.wire.lines, ElementsAre(HasSubstr("conferenceDataVersion=1&sendUpdates=none")));
  const auto event = world.get(written->id);
  EXPECT_EQ(event["start"]["date"], "2026-07-19");
  EXPECT_EQ(event["end"]["date"], "2026-07-21");
  EXPECT_EQ(event["extendedProperties"]["private"]["fasti-record"], "r1");
  ASSERT_TRUE(written->echo);
  EXPECT_EQ(written->echo->properties, world.fetch(written->id).properties);
}

TEST(GoogleWrite, ManyWritesGoInBatchesOfFifty) {
  GoogleWorld world;
  std::vector<WriteRequest> requests;
  for (int i = 0; i < 120; ++i)
    requests.push_back(world.create_request(
        "r" + std::to_string(i), {{"summary", std::to_string(i)}, {"start", days_of("2026-07-19", "2026-07-20")}}));
  for (const auto& reply : world.connector->send(requests, {})) ASSERT_TRUE(reply) << reply.error().text();
  EXPECT_EQ(world.wire.lines.size(), 3U);
}

TEST(GoogleWrite, ASeriesWithAMovedAndACancelledOccurrenceIsWrittenWhole) {
  GoogleWorld world;
  auto set = training();
  set["summary@2026-06-18T18:00:00"] = std::string("Training with guests");
  set["start@2026-06-18T18:00:00"] = span_of("2026-06-18T19:30:00", "2026-06-18T21:30:00");
  std::get<Recurrence>(set["recurrence"]).exdates = {"2026-06-25T18:00:00"};
  const auto written = world.send(world.create_request("r1", set));
  ASSERT_TRUE(written) << written.error().text();
  const auto there = world.ask("GET", world.events(written->id) + "/instances")["items"];
  ASSERT_EQ(there.size(), 3U);
  const auto object = world.fetch(written->id);
  EXPECT_EQ(object.properties.at("start@2026-06-18T18:00:00"), set["start@2026-06-18T18:00:00"]);
  EXPECT_EQ(text_at(object, "summary@2026-06-18T18:00:00"), "Training with guests");
  EXPECT_THAT(exdates_of(object), ElementsAre("2026-06-25T18:00:00"));
  EXPECT_EQ(object.marker->stamp, "write-r1");
  EXPECT_EQ(written->version, object.version);
  ASSERT_TRUE(written->echo);
  EXPECT_EQ(written->echo->properties, object.properties);
}

TEST(GoogleWrite, ACancelledOccurrenceIsADeletionOfItAndComesBack) {
  GoogleWorld world;
  const auto id = world.create(world.weekly("Training"));
  auto object = world.fetch(id);
  auto recurrence = std::get<Recurrence>(object.properties.at("recurrence"));
  recurrence.exdates = {"2026-06-18T18:00:00"};
  auto written = world.send(world.update_request(object, {{"recurrence", recurrence}}));
  ASSERT_TRUE(written) << written.error().text();
  EXPECT_EQ(world.get(id)["recurrence"], GoogleWorld::Json({"RRULE:FREQ=WEEKLY;COUNT=4"}))
      << "the series itself is left as it is";
  EXPECT_EQ(world.ask("GET", world.events(id) + "/instances")["items"].size(), 3U);
  object = world.fetch(id);
  EXPECT_THAT(exdates_of(object), ElementsAre("2026-06-18T18:00:00"));
  EXPECT_EQ(written->version, object.version);

  recurrence.exdates.clear();
  written = world.send(world.update_request(object, {{"recurrence", recurrence}}, "change-2"));
  ASSERT_TRUE(written) << written.error().text();
  EXPECT_EQ(world.ask("GET", world.events(id) + "/instances")["items"].size(), 4U);
  EXPECT_THAT(exdates_of(world.fetch(id)), ElementsAre());
}

TEST(GoogleWrite, OtherTimesOfASeriesKeepItsExceptions) {
  for (const bool lost : {false, true}) {
    GoogleWorld world;
    const auto id = world.create(world.weekly("Training"));
    world.patch(id + "_20260618T160000Z", {{"summary", "With guests"}});
    const auto object = world.fetch(id);
    world.google.faults().set("exceptions_lost", lost ? 1 : 0);
    const auto written =
        world.send(world.update_request(object, {{"recurrence", Recurrence{{"FREQ=WEEKLY;COUNT=6"}, {}, {}, {}}}}));
    ASSERT_TRUE(written) << written.error().text();
    EXPECT_EQ(text_at(world.fetch(id), "summary@2026-06-18T18:00:00"), "With guests") << lost;
    EXPECT_EQ(world.ask("GET", world.events(id) + "/instances")["items"].size(), 6U);
  }
}

TEST(GoogleWrite, AnExceptionMovesWithItsSeriesWhenThatIsWhatTheRequestSays) {
  GoogleWorld world;
  const auto id = world.create(world.weekly("Training"));
  world.patch(id + "_20260618T160000Z", {{"summary", "With guests"}});
  auto request =
      world.update_request(world.fetch(id), {{"start", span_of("2026-06-12T18:00:00", "2026-06-12T20:00:00")},
                                             {"summary@2026-06-19T18:00:00", std::string("With guests")}});
  request.remove_parts = {"2026-06-18T18:00:00"};
  const auto written = world.send(request);
  ASSERT_TRUE(written) << written.error().text();
  const auto object = world.fetch(id);
  EXPECT_EQ(text_at(object, "summary@2026-06-19T18:00:00"), "With guests");
  EXPECT_EQ(object.properties.count("summary@2026-06-18T18:00:00"), 0U);
}

TEST(GoogleWrite, NobodyElsesFieldIsNamed) {
  GoogleWorld world;
  auto event = world.timed("Final");
  event["colorId"] = "7";
  event["guestsCanModify"] = true;
  event["extendedProperties"]["shared"]["app"] = "theirs";
  event["reminders"] = {{"useDefault", false}, {"overrides", {{{"method", "popup"}, {"minutes", 5}}}}};
  const auto id = world.create(event);
  const auto before = world.get(id);
  ASSERT_TRUE(world.send(world.update_request(world.fetch(id), {{"description", std::string("Gate 3")}})));
  auto after = world.get(id);
  EXPECT_EQ(after["description"], "Gate 3");
  after["extendedProperties"].erase("private");
  for (const auto& [name, value] : before.items())
    if (name != "etag" && name != "updated") {
      EXPECT_EQ(after[name], value) << name;
    }
}

TEST(GoogleWrite, FromDaysToTimesAndBack) {
  GoogleWorld world;
  const auto id = world.create(world.timed("Final"));
  ASSERT_TRUE(world.send(world.update_request(world.fetch(id), {{"start", days_of("2026-07-19", "2026-07-20")}})));
  EXPECT_EQ(world.get(id)["start"], GoogleWorld::Json({{"date", "2026-07-19"}}));
  const auto times = span_of("2026-07-19T15:00:00", "2026-07-19T17:00:00", "America/New_York");
  ASSERT_TRUE(world.send(world.update_request(world.fetch(id), {{"start", times}}, "change-2")));
  EXPECT_EQ(world.fetch(id).properties.at("start"), Value(times));
}

TEST(GoogleWrite, BothRemindersMembersAreAlwaysSent) {
  GoogleWorld world;
  const auto id = world.create(world.timed("Final"));
  const Reminders wanted{{std::chrono::minutes(30), "popup"}, {std::chrono::minutes(1440), "email"}};
  ASSERT_TRUE(world.send(world.update_request(world.fetch(id), {{"reminders", wanted}})));
  EXPECT_EQ(world.fetch(id).properties.at("reminders"), Value(wanted));
  auto request = world.update_request(world.fetch(id), {}, "change-2");
  request.clear = {"reminders"};
  ASSERT_TRUE(world.send(request));
  EXPECT_EQ(world.get(id)["reminders"], GoogleWorld::Json({{"useDefault", false}}));
}

TEST(GoogleWrite, ABookingThatIsOffStaysAnEvent) {
  GoogleWorld world;
  const auto id = world.create(world.timed("Final"));
  ASSERT_TRUE(world.send(world.update_request(world.fetch(id), {{"status", std::string("cancelled")}})));
  EXPECT_EQ(world.get(id)["status"], "tentative");
  EXPECT_EQ(text_at(world.fetch(id), "status"), "cancelled");
  world.patch(id, {{"status", "confirmed"}});
  EXPECT_EQ(text_at(world.fetch(id), "status"), "(none)");
}

TEST(GoogleWrite, AMeetLinkIsAskedForOnce) {
  GoogleWorld world;
  const auto id = world.create(world.timed("Final"));
  ASSERT_TRUE(world.send(world.update_request(world.fetch(id), {{"conference", std::string("hangoutsMeet")}})));
  const auto object = world.fetch(id);
  EXPECT_THAT(text_at(object, "hangoutLink"), StartsWith("https://meet.google.com/"));
  EXPECT_EQ(text_at(object, "conference"), "hangoutsMeet");
  auto request = world.update_request(object, {}, "change-2");
  request.clear = {"conference"};
  ASSERT_TRUE(world.send(request));
  EXPECT_EQ(text_at(world.fetch(id), "hangoutLink"), "(none)");
}

TEST(GoogleWrite, GuestsGetNoMailUnlessSomebodySaidSo) {
  const Properties with_guest = {{"summary", std::string("Final")},
                                 {"start", days_of("2026-07-19", "2026-07-20")},
                                 {"attendees", People{{"bob@example.com", "Bob", "required"}}}};
  GoogleWorld silent;
  const auto refused = silent.send(silent.create_request("r1", with_guest));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::rejected);
  EXPECT_THAT(refused.error().hint, HasSubstr("send_updates"));
  EXPECT_TRUE(silent.google.mail().empty());

  GoogleWorld loud(Keys{{"send_updates", "all"}});
  const auto written = loud.send(loud.create_request("r1", with_guest));
  ASSERT_TRUE(written) << written.error().text();
  ASSERT_EQ(loud.google.mail().size(), 1U);
  EXPECT_THAT(loud.google.mail()[0].to, ElementsAre("bob@example.com"));
  // What guests never see is no news to them.
  auto request =
      loud.update_request(loud.fetch(written->id), {{"reminders", Reminders{{std::chrono::minutes(5), "popup"}}}});
  ASSERT_TRUE(loud.send(request));
  EXPECT_TRUE(loud.google.mail().back().to.empty());
}

TEST(GoogleWrite, AGuestsAnswerSurvivesAChangeOfTheList) {
  GoogleWorld world(Keys{{"send_updates", "none"}});
  auto event = world.timed("Final");
  event["attendees"] = {{{"email", "bob@example.com"}, {"responseStatus", "accepted"}, {"comment", "with Eve"}}};
  const auto id = world.create(event);
  const People both{{"bob@example.com", "", "required"}, {"eve@example.com", "Eve", "optional"}};
  ASSERT_TRUE(world.send(world.update_request(world.fetch(id), {{"attendees", both}})));
  const auto list = world.get(id)["attendees"];
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0]["responseStatus"], "accepted");
  EXPECT_EQ(list[0]["comment"], "with Eve");
  EXPECT_EQ(world.fetch(id).properties.at("attendees"), Value(both));
}

TEST(GoogleWrite, ALostReplyToAConditionalWriteIsNotARefusal) {
  GoogleWorld world;
  const auto id = world.create(world.timed("Final"));
  bool lost = false;
  const auto request = world.update_request(world.fetch(id), {{"summary", std::string("Final (moved)")}});
  world.wire.fault = [&](const http::Request& sent) {
    return sent.method == "PATCH" && !std::exchange(lost, true) ? NetworkFault::reply_lost : NetworkFault::none;
  };
  const auto written = world.send(request);
  ASSERT_TRUE(written) << written.error().text();
  EXPECT_EQ(world.get(id)["summary"], "Final (moved)");
}

TEST(GoogleWrite, PatienceIsAskedForIn403And429AndGiven) {
  GoogleWorld world;
  for (const char* fault : {"rate_403", "rate_429"}) {
    world.google.faults().force(fault, 2);
    const auto written = world.send(world.create_request(fault, {{"start", days_of("2026-07-19", "2026-07-20")}}));
    ASSERT_TRUE(written) << written.error().text();
  }
  world.google.faults().force("quota_403");
  const auto refused = world.send(world.create_request("r9", {{"start", days_of("2026-07-19", "2026-07-20")}}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::rate_limited);
  EXPECT_TRUE(refused.error().retry_after);
}

TEST(GoogleWrite, PartsOfABatchThatClashAreSentByThemselves) {
  GoogleWorld world;
  std::vector<WriteRequest> requests;
  for (int i = 0; i < 6; ++i)
    requests.push_back(world.create_request("r" + std::to_string(i), {{"start", days_of("2026-07-19", "2026-07-20")}}));
  world.google.faults().force("part_conflict", 2);
  world.google.faults().force("rate_403", 1);
  for (const auto& reply : world.connector->send(requests, {})) EXPECT_TRUE(reply) << reply.error().text();
  EXPECT_EQ(world.ask("GET", world.events())["items"].size(), 6U);
}

TEST(GoogleWrite, AMissingPartIsInDoubt) {
  GoogleWorld world;
  std::vector<WriteRequest> requests;
  for (int i = 0; i < 3; ++i)
    requests.push_back(world.create_request("r" + std::to_string(i), {{"start", days_of("2026-07-19", "2026-07-20")}}));
  world.google.faults().force("part_missing", 1);
  int open = 0;
  for (const auto& reply : world.connector->send(requests, {})) {
    if (reply) continue;
    ++open;
    EXPECT_EQ(reply.error().kind, ErrorKind::transient);
  }
  EXPECT_EQ(open, 1);
}

TEST(GoogleWrite, ADeletedIdIsTriedToBeBroughtBackOnce) {
  for (const bool refused : {false, true}) {
    GoogleWorld world;
    const auto request =
        world.create_request("r1", {{"summary", std::string("Final")}, {"start", days_of("2026-07-19", "2026-07-20")}});
    ASSERT_TRUE(world.send(request));
    world.remove(request.id);
    world.google.faults().set("undelete_refused", refused ? 1 : 0);
    auto again = request;
    again.set["summary"] = std::string("Final, again");
    const auto written = world.send(again);
    EXPECT_EQ(written.ok(), !refused);
    if (refused) {
      EXPECT_EQ(written.error().kind, ErrorKind::precondition_failed);
    } else {
      EXPECT_EQ(world.get(request.id)["summary"], "Final, again");
    }
  }
}

TEST(GoogleWrite, ADeletionOfWhatIsGoneIsDone) {
  GoogleWorld world;
  const auto id = world.create(world.timed("Final"));
  auto request = world.update_request(world.fetch(id), {});
  request.op = WriteOp::remove;
  world.remove(id);
  const auto removed = world.send(request);
  EXPECT_TRUE(removed) << removed.error().text();
}

TEST(GoogleWrite, ASeriesWhoseExceptionAPersonEditedIsNotDeleted) {
  GoogleWorld world;
  const auto id = world.create(world.weekly("Training"));
  auto request = world.update_request(world.fetch(id), {});
  request.op = WriteOp::remove;
  world.patch(id + "_20260618T160000Z", {{"summary", "With guests"}});
  const auto removed = world.send(request);
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().kind, ErrorKind::precondition_failed);
  EXPECT_EQ(world.get(id)["status"], "confirmed");
}

TEST(GoogleWrite, AnExceptionThatAPersonEditedIsNotWrittenOver) {
  GoogleWorld world;
  const auto id = world.create(world.weekly("Training"));
  world.patch(id + "_20260618T160000Z", {{"summary", "With guests"}});
  const auto request =
      world.update_request(world.fetch(id), {{"summary@2026-06-18T18:00:00", std::string("With friends")}});
  world.patch(id + "_20260618T160000Z", {{"summary", "With parents"}});
  const auto written = world.send(request);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::precondition_failed);
  const auto object = world.fetch(id);
  EXPECT_EQ(text_at(object, "summary@2026-06-18T18:00:00"), "With parents");
  EXPECT_NE(object.version, request.version) << "nothing is left open";
}

TEST(GoogleWrite, AnExceptionWhoseETagMovedWithItsSeriesIsWritten) {
  GoogleWorld world;
  const auto id = world.create(world.weekly("Training"));
  world.patch(id + "_20260618T160000Z", {{"description", "With guests"}});
  world.google.faults().set("exception_etags", 1);
  const auto written = world.send(world.update_request(
      world.fetch(id), {{"summary", std::string("Practice")}, {"summary@2026-06-18T18:00:00", std::string("Show")}}));
  ASSERT_TRUE(written) << written.error().text();
  EXPECT_EQ(text_at(world.fetch(id), "summary@2026-06-18T18:00:00"), "Show");
}

/// A crash after each request of a write in steps: what is there says that it is half, and the same write finishes it.
TEST(GoogleWrite, HalfAWriteSaysSoAndIsFinishedLater) {
  auto set = training();
  set["summary@2026-06-18T18:00:00"] = std::string("With guests");
  for (int stop = 1; stop <= 4; ++stop) {
    GoogleWorld world;
    const auto request = world.create_request("r1", set);
    int sent = 0;
    world.wire.fault = [&](const http::Request&) {
      return ++sent > stop ? NetworkFault::request_lost : NetworkFault::none;
    };
    const auto written = world.send(request);
    world.wire.fault = nullptr;
    world.clock.advance(std::chrono::hours(30));
    if (!written) {
      EXPECT_EQ(written.error().kind, ErrorKind::transient);
      EXPECT_EQ(world.pull().changes.at(request.id).object.unfinished, request.key) << stop;
      EXPECT_EQ(world.fetch(request.id).unfinished, request.key) << stop;
      const auto again = world.send(request);
      ASSERT_TRUE(again) << again.error().text();
    }
    const auto object = world.fetch(request.id);
    EXPECT_EQ(text_at(object, "summary@2026-06-18T18:00:00"), "With guests") << stop;
    EXPECT_EQ(object.marker->stamp, request.key);
    EXPECT_EQ(object.unfinished, "");
  }
}

TEST(GoogleWrite, OfACreateThatIsRefusedInPartNothingStays) {
  GoogleWorld world;
  auto set = training();
  set["summary@2026-06-19T18:00:00"] = std::string("On a day without training");
  const auto written = world.send(world.create_request("r1", set));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::rejected);
  EXPECT_TRUE(world.ask("GET", world.events())["items"].empty());
}

TEST(GoogleWrite, HalfAnUpdateSaysSoAndIsFinishedLater) {
  for (int stop = 1; stop <= 3; ++stop) {
    GoogleWorld world;
    // Other times, which may take every exception with them.
    world.google.faults().set("exceptions_lost", 1);
    const auto id = world.create(world.weekly("Training"));
    world.patch(id + "_20260702T160000Z", {{"summary", "Last one"}});
    const auto before = world.fetch(id);
    const auto request = world.update_request(before, {{"summary", std::string("Practice")},
                                                       {"recurrence", Recurrence{{"FREQ=WEEKLY;COUNT=6"}, {}, {}, {}}},
                                                       {"summary@2026-06-18T18:00:00", std::string("With guests")}});
    int sent = 0;
    world.wire.fault = [&](const http::Request&) {
      return ++sent > stop ? NetworkFault::request_lost : NetworkFault::none;
    };
    const auto written = world.send(request);
    world.wire.fault = nullptr;
    world.clock.advance(std::chrono::hours(30));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::transient);
    EXPECT_EQ(world.fetch(id).unfinished, request.key);
    if (stop == 1) world.patch(id + "_20260625T160000Z", {{"summary", "Says a person"}});
    const auto again = world.send(request);
    ASSERT_TRUE(again) << again.error().text();
    const auto object = world.fetch(id);
    EXPECT_EQ(text_at(object, "summary"), "Practice");
    EXPECT_EQ(text_at(object, "summary@2026-06-18T18:00:00"), "With guests") << stop;
    EXPECT_EQ(text_at(object, "summary@2026-07-02T18:00:00"), "Last one") << stop;
    if (stop == 1) {
      EXPECT_EQ(text_at(object, "summary@2026-06-25T18:00:00"), "Says a person");
    }
    EXPECT_EQ(again->version, object.version);
  }
}

}  // namespace
}  // namespace google
}  // namespace v1
}  // namespace fasti
