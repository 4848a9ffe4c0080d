// What a pull shows of a calendar, whatever its pages look like.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/scripted_transport.hpp"
#include "tests/unit/google/google_world.hpp"

namespace fasti {
inline namespace v1 {
namespace google {
namespace {

using ::testing::HasSubstr;
using Type = RemoteChange::Type;

std::string title(const RemoteChange& change, const std::string& part = {}) {
  const auto found = change.object.properties.find(make_path("summary", part));
  return found == change.object.properties.end() ? "(none)" : std::get<std::string>(found->second);
}

TEST(GooglePull, NothingNewIsOneRequest) {
  GoogleWorld world;
  for (int i = 0; i < 5; ++i) world.create(world.timed("Match"));
  world.create(world.weekly("Training"));
  const auto cursor = world.pull().result->cursor;
  world.wire.lines.clear();
  const auto again = world.pull(cursor);
  EXPECT_EQ(world.wire.lines.size(), 1U);
  EXPECT_EQ(again.result->coverage, Coverage::delta);
  EXPECT_TRUE(again.changes.empty());
}

TEST(GooglePull, AnExceptionAloneInADeltaShowsItsWholeSeries) {
  GoogleWorld world;
  const auto id = world.create(world.weekly("Training"));
  world.patch(id + "_20260625T160000Z", {{"summary", "Before the holidays"}});
  const auto cursor = world.pull().result->cursor;
  world.patch(id + "_20260618T160000Z", {{"summary", "With guests"}});
  world.remove(id + "_20260702T160000Z");
  const auto pulled = world.pull(cursor);
  ASSERT_EQ(pulled.changes.size(), 1U);
  const auto& change = pulled.changes.at(id);
  EXPECT_EQ(title(change), "Training");
  EXPECT_EQ(title(change, "2026-06-18T18:00:00"), "With guests");
  EXPECT_EQ(title(change, "2026-06-25T18:00:00"), "Before the holidays");
  EXPECT_EQ(std::get<Recurrence>(change.object.properties.at("recurrence")).exdates,
            std::vector<std::string>{"2026-07-02T18:00:00"});
}

TEST(GooglePull, EveryOrderOfPagesShowsTheSameCalendar) {
  GoogleWorld world;
  for (int i = 0; i < 6; ++i) {
    const auto id = world.create(world.weekly("Training " + std::to_string(i)));
    world.patch(id + "_20260618T160000Z", {{"summary", "With guests"}});
    world.remove(id + "_20260625T160000Z");
    world.create(world.timed("Match " + std::to_string(i)));
  }
  world.remove(world.create(world.timed("Off")));
  const auto quiet = world.pull();
  ASSERT_EQ(quiet.changes.size(), 12U);
  for (const char* fault : {"short_page", "duplicate_item", "reordered", "full_tombstones"})
    world.google.faults().set(fault, 0.6);
  for (int round = 0; round < 20; ++round) {
    const auto pulled = world.pull();
    ASSERT_TRUE(pulled.result) << pulled.result.error().text();
    ASSERT_EQ(pulled.changes.size(), quiet.changes.size());
    EXPECT_EQ(pulled.delivered, quiet.delivered) << "nothing twice";
    for (const auto& [id, change] : quiet.changes) {
      ASSERT_EQ(pulled.changes.count(id), 1U);
      EXPECT_EQ(pulled.changes.at(id).object.properties, change.object.properties);
      EXPECT_EQ(pulled.changes.at(id).object.version, change.object.version);
    }
  }
}

TEST(GooglePull, AnExpiredTokenIsACompleteListing) {
  GoogleWorld world;
  const auto id = world.create(world.timed("Final"));
  const auto cursor = world.pull().result->cursor;
  world.google.expire_sync_tokens(world.calendar);
  const auto pulled = world.pull(cursor);
  ASSERT_TRUE(pulled.result) << pulled.result.error().text();
  EXPECT_TRUE(pulled.result->cursor_expired);
  EXPECT_EQ(pulled.result->coverage, Coverage::complete);
  EXPECT_EQ(pulled.changes.count(id), 1U);
  EXPECT_FALSE(world.pull(pulled.result->cursor).result->cursor_expired);
}

TEST(GooglePull, ACalendarThatGivesNoTokenIsListedWholeAndOnlyOnce) {
  GoogleWorld world;
  world.create(world.timed("Final"));
  world.google.faults().set("no_sync_token", 1);
  const auto pulled = world.pull();
  EXPECT_EQ(pulled.result->coverage, Coverage::complete);
  EXPECT_TRUE(pulled.result->cursor.empty());
  EXPECT_EQ(world.wire.lines.size(), 1U);
}

TEST(GooglePull, WhatSlipsThroughBetweenTwoPagesComesWithTheNextDelta) {
  GoogleWorld world;
  for (int i = 0; i < 5; ++i) world.create(world.timed("Match"));
  world.google.faults().force("page_shift");
  const auto first = world.pull();
  EXPECT_EQ(first.changes.size(), 4U);
  const auto second = world.pull(first.result->cursor);
  std::set<std::string> ids;
  for (const auto& pulled : {first, second})
    for (const auto& [id, change] : pulled.changes) ids.insert(id);
  EXPECT_EQ(ids.size(), 5U);
}

TEST(GooglePull, AReminderAloneIsAChange) {
  GoogleWorld world;
  const auto id = world.create(world.timed("Final"));
  const auto first = world.pull();
  world.patch(id, {{"reminders", {{"useDefault", false}, {"overrides", {{{"method", "popup"}, {"minutes", 5}}}}}}});
  world.known[id] = first.changes.at(id).object.version;
  const auto second = world.pull(first.result->cursor);
  ASSERT_EQ(second.changes.count(id), 1U);
  EXPECT_EQ(second.changes.at(id).type, Type::object);
  EXPECT_EQ(second.changes.at(id).object.modified, first.changes.at(id).object.modified);
}

TEST(GooglePull, ASeriesThatIsDeletedIsGoneAsOne) {
  GoogleWorld world;
  const auto id = world.create(world.weekly("Training"));
  world.patch(id + "_20260618T160000Z", {{"summary", "With guests"}});
  const auto cursor = world.pull().result->cursor;
  world.remove(id);
  const auto pulled = world.pull(cursor);
  ASSERT_EQ(pulled.changes.size(), 1U);
  EXPECT_EQ(pulled.changes.at(id).type, Type::gone);
}

TEST(GooglePull, BirthdaysAndWorkingPlacesAreNobodysBookings) {
  GoogleWorld world;
  auto event = world.timed("Home");
  event["eventType"] = "workingLocation";
  world.create(event);
  EXPECT_TRUE(world.pull().changes.empty());
}

TEST(GooglePull, ATokenThatIsRefusedMidwayIsRefreshedOnce) {
  GoogleWorld world(Keys{{"token", ""}, {"client_id", "app"}, {"client_secret", "s"}, {"refresh_token", "refresh"}});
  world.google.add_refresh_token("refresh", world.kOwner);
  for (int i = 0; i < 3; ++i) world.create(world.timed("Match"));
  EXPECT_EQ(world.pull().changes.size(), 3U);
  world.google.expire_access_tokens();
  const auto again = world.pull();
  ASSERT_TRUE(again.result) << again.result.error().text();
  world.google.revoke("refresh");
  world.google.expire_access_tokens();
  const auto refused = world.pull();
  ASSERT_FALSE(refused.result);
  EXPECT_EQ(refused.result.error().kind, ErrorKind::unauthenticated);
  EXPECT_THAT(refused.result.error().hint, HasSubstr("fasti connect"));
}

TEST(GooglePull, AMissingScopeIsNamed) {
  GoogleWorld world;
  world.google.add_token("narrow", world.kOwner, "https://www.googleapis.com/auth/drive");
  const auto connector = world.make({{"token", "narrow"}});
  const auto listed = connector->collections();
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().kind, ErrorKind::forbidden);
  EXPECT_THAT(listed.error().hint, HasSubstr("https://www.googleapis.com/auth/calendar"));
}

TEST(GooglePull, CalendarsAreOpenedByIdNameAndAsPrimary) {
  GoogleWorld world;
  EXPECT_EQ(world.connector->open_collection("League", false)->id, world.calendar);
  EXPECT_EQ(world.connector->open_collection(world.calendar, false)->id, world.calendar);
  EXPECT_EQ(world.connector->open_collection("primary", false)->id, world.kOwner);
  const auto missing = world.connector->open_collection("Laegue", false);
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().hint, HasSubstr("League"));
  const auto made = world.connector->open_collection("Cup", true);
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_TRUE(made->created);
  world.google.add_user("bob@example.org", "UTC");
  world.google.share("bob@example.org", world.kOwner, "reader");
  EXPECT_TRUE(world.connector->open_collection("bob@example.org", false)->read_only);
}

TEST(GooglePull, FreeAndBusyTimesAreACollectionThatIsOnlyRead) {
  GoogleWorld world;
  world.calendar = world.kOwner;
  world.create(world.timed("Secret"));
  world.create(world.timed("Right behind it", "2026-06-11T20:00:00", "2026-06-11T21:00:00"));
  auto free = world.timed("Free", "2026-06-12T18:00:00", "2026-06-12T20:00:00");
  free["transparency"] = "transparent";
  world.create(free);
  ASSERT_TRUE(world.connector->open_collection("busy:alice@example.org", false)->read_only);
  const auto nobody = world.connector->open_collection("busy:nobody@example.org", false);
  ASSERT_FALSE(nobody);
  EXPECT_THAT(nobody.error().message, HasSubstr("notFound"));
  EXPECT_NE(nobody.error().hint, "");
  world.calendar = "busy:alice@example.org";
  const auto pulled = world.pull();
  EXPECT_EQ(pulled.result->coverage, Coverage::complete);
  ASSERT_EQ(pulled.changes.size(), 1U) << "what touches is one";
  const RemoteObject& object = pulled.changes.begin()->second.object;
  const Span span = std::get<Span>(object.properties.at("start"));
  EXPECT_EQ(span.start, *parse_time("2026-06-11T16:00:00"));
  EXPECT_EQ(span.end, *parse_time("2026-06-11T19:00:00"));
  EXPECT_EQ(object.properties.size(), 1U) << "times, and nothing else";
  EXPECT_EQ(world.fetch(object.id).properties, object.properties);
  EXPECT_EQ(world.send(world.create_request("r1", {})).error().kind, ErrorKind::forbidden);
}

TEST(GooglePull, ALoginPageIsNoEmptyCalendar) {
  GoogleWorld world;
  Services services{system_files(),
                    world.clock,
                    world.random,
                    std::make_shared<support::ScriptedTransport>([](const http::Request&) {
                      return support::answer(200, "<html>Sign in</html>", {{"Content-Type", "text/html"}});
                    }),
                    {}};
  auto connector = google_factory(services).make(support::table({{"token", "engine"}}));
  ASSERT_TRUE(connector);
  PullRequest request;
  request.collection = world.calendar;
  const auto result = (*connector)->pull_changes(request, [](std::vector<RemoteChange>&&) { return Status(); });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::bad_reply);
}

}  // namespace
}  // namespace google
}  // namespace v1
}  // namespace fasti
