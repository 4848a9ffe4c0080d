// Stories about what a run has seen and must not forget: guard stops, plans, stale reads, expired cursors, the app
// writing while a run goes on.
#include <gtest/gtest.h>

#include "tests/support/scenario.hpp"

namespace fasti {
inline namespace v1 {
namespace {

using support::alpha;
using support::beta;
using support::Fault;
using support::plan_text;
using support::report_of;
using support::Scenario;

void fill(Scenario& world, int records) {
  for (int i = 1; i <= records; ++i) {
    world.put("r" + std::to_string(i), {{"title", "Match " + std::to_string(i)}, {"notes", "bring flags"}});
  }
  world.settle();
}

TEST(Observation, AGuardStopDoesNotEatTheEditThatCameWithIt) {
  Scenario world;
  auto& google = world.add("google", alpha());
  world.add("outlook", alpha());
  world.add("notion", beta());
  fill(world, 10);
  google.set("r1", "title", "Final (moved)");
  for (int i = 4; i <= 10; ++i) world.side("outlook").remove("r" + std::to_string(i));
  const auto held = world.sync();
  EXPECT_EQ(held.outcome, Outcome::held);
  EXPECT_EQ(google.size(), 10U) << "the deletions are held";
  world.sync();
  world.sync();
  EXPECT_EQ(world.get("r1", "title"), "Final (moved)");
  world.settle();
  EXPECT_EQ(world.side("notion").get("r1", "title"), "Final (moved)");
  EXPECT_EQ(world.side("outlook").get("r1", "title"), "Final (moved)");
  EXPECT_EQ(google.size(), 3U) << "approved now";
  EXPECT_EQ(world.size(), 3U);
}

TEST(Observation, AnEditSurvivesACrashAtEveryCommitOfTheRunThatSawIt) {
  for (int commit = 1; commit <= 12; ++commit) {
    Scenario world;
    auto& google = world.add("google", alpha());
    auto& notion = world.add("notion", beta());
    fill(world, 2);
    google.set("r1", "title", "Final (moved)");
    world.crash_at_commit(commit);
    world.sync();
    world.settle();
    EXPECT_EQ(world.get("r1", "title"), "Final (moved)") << "crash at commit " << commit;
    EXPECT_EQ(notion.get("r1", "title"), "Final (moved)") << "crash at commit " << commit;
    EXPECT_EQ(notion.count("r1"), 1U);
  }
}

TEST(Observation, APlanSeesTheEditWritesNothingAndTheNextRunCarriesIt) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& outlook = world.add("outlook", alpha());
  fill(world, 2);
  google.set("r1", "title", "Final (moved)");
  const auto writes = world.writes();
  const auto first = world.plan();
  const auto second = world.plan();
  EXPECT_EQ(world.writes(), writes);
  EXPECT_EQ(world.get("r1", "title"), "Match 1");
  EXPECT_EQ(plan_text(first), plan_text(second)) << "the cursor has moved, the plan has not";
  EXPECT_NE(plan_text(first).find("outlook: update"), std::string::npos) << plan_text(first);
  world.sync();
  EXPECT_EQ(outlook.get("r1", "title"), "Final (moved)");
}

TEST(Observation, AnImportedEditIsNotWrittenBackToWhereItWasMade) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& outlook = world.add("outlook", alpha());
  fill(world, 1);
  const auto before = google.writes();
  google.set("r1", "title", "Final (moved)");
  world.settle();
  EXPECT_EQ(google.writes(), before);
  EXPECT_EQ(outlook.get("r1", "title"), "Final (moved)");
}

TEST(Observation, AnEditAgainstTheDirectionIsPutBackAndKeptInTheConflictLog) {
  Scenario world;
  auto& google = world.add("google", alpha());
  fill(world, 1);
  world.stage().settings_of("google").direction = Direction::to_remote;
  world.stage().kill_engine();
  google.set("r1", "title", "Mine");
  world.settle();
  EXPECT_EQ(google.get("r1", "title"), "Match 1");
  EXPECT_EQ(world.get("r1", "title"), "Match 1");
  ASSERT_EQ(world.conflicts(false).size(), 1U);
  EXPECT_EQ(world.conflicts(false)[0].remotes.at("google"), Value("Mine"));
}

TEST(Observation, AStaleReadOfOurOwnWriteIsNotAnEdit) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& outlook = world.add("outlook", alpha());
  fill(world, 1);
  world.set("r1", "title", "New title");
  world.stage().chaos().force(Fault::stale_read, 1);
  world.sync();
  world.sync();
  world.settle();
  EXPECT_EQ(world.stage().chaos().counted(Fault::stale_read), 1U);
  for (const auto* side : {&google, &outlook}) EXPECT_EQ(side->get("r1", "title"), "New title");
  EXPECT_EQ(world.get("r1", "title"), "New title");
}

TEST(Observation, ATrueRevertCarriesAnOldVersionAndIsBelieved) {
  Scenario world;
  auto nature = alpha();
  nature.versions = support::Nature::Versions::content;
  auto& caldav = world.add("caldav", nature);
  auto& google = world.add("google", alpha());
  fill(world, 1);
  world.set("r1", "title", "New title");
  world.settle();
  caldav.set("r1", "title", "Match 1");
  world.settle();
  EXPECT_EQ(world.get("r1", "title"), "Match 1");
  EXPECT_EQ(google.get("r1", "title"), "Match 1");
}

TEST(Observation, WhatTheAppWritesDuringARunIsNotOverwritten) {
  Scenario world;
  auto& google = world.add("google", alpha());
  fill(world, 1);
  google.set("r1", "title", "Title of Google");
  support::SeededRandom random(5);
  sync::Engine app(world.stage().store(), world.stage().clock(), random, world.stage().settings());
  bool written = false;
  google.connector().at_call = [&](const std::string& call, bool before) {
    if (before || call != "pull" || std::exchange(written, true)) return;
    Record change{"booking", world.record_id("r1"), {{"notes", Value("typed meanwhile")}}, 0, false};
    EXPECT_TRUE(app.put(change, PutMode::merge).ok());
  };
  world.sync();
  google.connector().at_call = nullptr;
  world.settle();
  EXPECT_TRUE(written);
  EXPECT_EQ(world.get("r1", "notes"), "typed meanwhile");
  EXPECT_EQ(world.get("r1", "title"), "Title of Google");
  EXPECT_EQ(google.get("r1", "notes"), "typed meanwhile");
}

TEST(Observation, ApplyRefusesWhenAListedRecordHasMovedAndSaysWhat) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& outlook = world.add("outlook", alpha());
  fill(world, 2);
  google.set("r1", "title", "At nine");
  const auto planned = world.plan();
  google.set("r1", "title", "At ten");
  auto refused = world.apply(planned.steps);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::held);
  EXPECT_EQ(outlook.get("r1", "title"), "Match 1");
}

TEST(Observation, ApplyDoesItsRecordsWhileOthersWait) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& outlook = world.add("outlook", alpha());
  fill(world, 2);
  google.set("r1", "title", "At nine");
  const auto planned = world.plan();
  google.set("r2", "title", "Unrelated");
  auto applied = world.apply(planned.steps);
  ASSERT_TRUE(applied.ok()) << applied.error().text();
  EXPECT_EQ(outlook.get("r1", "title"), "At nine");
  EXPECT_EQ(outlook.get("r2", "title"), "Match 2") << "not in the plan";
  world.settle();
  EXPECT_EQ(outlook.get("r2", "title"), "Unrelated");
}

TEST(Observation, ACursorThatExpiresWhileWeCreateDeletesNothing) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  fill(world, 8);
  google.provider().expire_cursors();
  world.put("r9", {{"title", "Match 9"}});
  world.stage().chaos().force(Fault::lying_complete, 1);
  world.sync();
  world.settle();
  EXPECT_EQ(world.size(), 9U);
  EXPECT_EQ(google.size(), 9U);
  EXPECT_EQ(notion.size(), 9U);
}

TEST(Observation, ADeletionRightBeforeACursorExpiresIsSeenOnceTheProviderHasCaughtUp) {
  Scenario world;
  support::Nature slow = alpha();
  slow.abilities.visibility_lag = std::chrono::minutes(30);
  auto& outlook = world.add("outlook", slow);
  auto& google = world.add("google", alpha());
  fill(world, 8);
  outlook.set("r1", "title", "Seen a moment ago");
  world.sync();
  outlook.provider().expire_cursors();
  outlook.remove("r1");
  world.sync();
  EXPECT_EQ(google.size(), 8U) << "a listing that lags proves nothing yet";
  world.wait(std::chrono::minutes(31));
  world.sync();
  EXPECT_EQ(world.size(), 7U);
  EXPECT_EQ(google.size(), 7U);
  world.settle();
}

TEST(Observation, APartialListingDeletesNothing) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  fill(world, 9);
  world.stage().chaos().force(Fault::partial_listing, 1);
  world.sync();
  EXPECT_EQ(world.stage().chaos().counted(Fault::partial_listing), 1U);
  world.settle();
  EXPECT_EQ(world.size(), 9U);
  EXPECT_EQ(google.size(), 9U);
  EXPECT_EQ(notion.size(), 9U);
}

TEST(Observation, AProviderThatIsAwayDoesNotStopTheOthers) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& outlook = world.add("outlook", alpha());
  auto& notion = world.add("notion", beta());
  fill(world, 2);
  outlook.provider().set_down(true);
  google.set("r1", "title", "Final (moved)");
  const auto report = world.sync();
  EXPECT_EQ(report.outcome, Outcome::partial);
  EXPECT_TRUE(report_of(report, "outlook").error.has_value());
  EXPECT_EQ(notion.get("r1", "title"), "Final (moved)");
  outlook.provider().set_down(false);
  world.settle();
  EXPECT_EQ(outlook.get("r1", "title"), "Final (moved)");
}

TEST(Observation, AnUnreadableObjectIsParkedReadLaterAndNeverTakenForDeleted) {
  Scenario world;
  auto& caldav = world.add("caldav", alpha());
  auto& google = world.add("google", alpha());
  fill(world, 2);
  caldav.set_unreadable("r1", true);
  google.set("r2", "title", "Other");
  world.settle();
  EXPECT_EQ(caldav.get("r2", "title"), "Other");
  EXPECT_TRUE(google.has("r1"));
  auto parked = world.stage().store().parked();
  ASSERT_TRUE(parked.ok());
  EXPECT_EQ(parked->size(), 1U);
  caldav.set_unreadable("r1", false);
  caldav.set("r1", "title", "Readable again");
  world.settle();
  EXPECT_EQ(google.get("r1", "title"), "Readable again");
  EXPECT_TRUE(world.stage().store().parked()->empty());
}

}  // namespace
}  // namespace v1
}  // namespace fasti
