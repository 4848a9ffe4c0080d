// Stories about what disappears: deletions, moves, resurrections, guards, edit against delete.
#include <gtest/gtest.h>

#include "tests/support/scenario.hpp"

namespace fasti {
inline namespace v1 {
namespace {

using support::alpha;
using support::beta;
using support::Fault;
using support::Scenario;

KindPolicy on_delete(DeletePolicy deletions) {
  KindPolicy out;
  out.on_delete = deletions;
  return out;
}

void fill(Scenario& world, int records) {
  for (int i = 1; i <= records; ++i) {
    world.put("r" + std::to_string(i), {{"title", "Match " + std::to_string(i)}, {"notes", "bring flags"}});
  }
  world.settle();
}

TEST(Deletion, ADeletionAnywhereDeletesEverywhereOnce) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  fill(world, 8);
  google.remove("r1");
  notion.remove("r2");
  world.settle();
  EXPECT_EQ(world.size(), 6U);
  EXPECT_EQ(google.size(), 6U);
  EXPECT_EQ(notion.size(), 6U);
  world.resync();
  world.settle();
  EXPECT_EQ(world.size(), 6U) << "nothing comes back";
}

TEST(Deletion, AnEditWinsAgainstADeletionAndTheWholeRecordComesBack) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  fill(world, 4);
  google.remove("r1");
  world.set("r1", "title", "Still on");
  world.settle();
  EXPECT_EQ(world.get("r1", "title"), "Still on");
  EXPECT_EQ(google.get("r1", "title"), "Still on");
  EXPECT_EQ(google.get("r1", "notes"), "bring flags") << "all of it, not only the edited field";
  EXPECT_EQ(notion.get("r1", "title"), "Still on");
  EXPECT_EQ(google.count("r1"), 1U);
}

TEST(Deletion, ADeletionWinsWhereThatIsThePolicyAndTheEditIsLogged) {
  Scenario world(on_delete(DeletePolicy::delete_wins));
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  fill(world, 4);
  google.remove("r1");
  notion.set("r1", "title", "Still on");
  world.settle();
  EXPECT_FALSE(world.has("r1"));
  EXPECT_FALSE(notion.has("r1"));
  EXPECT_FALSE(world.conflicts(false).empty());
}

TEST(Deletion, EditAgainstDeleteCanBeAsked) {
  Scenario world(on_delete(DeletePolicy::ask));
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  fill(world, 4);
  google.remove("r1");
  notion.set("r1", "title", "Still on");
  EXPECT_EQ(world.sync().outcome, Outcome::waiting);
  EXPECT_TRUE(notion.has("r1"));
  EXPECT_FALSE(google.has("r1"));
  const auto open = world.conflicts();
  ASSERT_EQ(open.size(), 1U);
  ASSERT_TRUE(world.resolve(open[0], "notion").ok());
  world.settle();
  EXPECT_EQ(google.get("r1", "title"), "Still on");
  EXPECT_TRUE(world.conflicts().empty());
}

TEST(Deletion, ADragIntoAnotherSyncedCalendarIsAMoveWhateverIsReadFirst) {
  for (const bool swapped : {false, true}) {
    Scenario world;
    auto& notion = world.add("notion", beta());
    world.add(swapped ? "b" : "a", alpha());
    world.add_beside(swapped ? "a" : "b", swapped ? "b" : "a");
    auto& a = world.side("a");
    auto& b = world.side("b");
    world.stage().settings_of("a").direction = Direction::from_remote;
    world.stage().settings_of("b").direction = Direction::from_remote;
    a.create("r1", {{"title", "Training"}}, "training@club");
    world.settle();
    ASSERT_TRUE(notion.has("r1"));
    a.move("r1", b);
    world.settle();
    EXPECT_EQ(world.size(), 1U);
    EXPECT_EQ(notion.count("r1"), 1U);
    b.set("r1", "title", "Training, moved");
    world.settle();
    EXPECT_EQ(notion.get("r1", "title"), "Training, moved");
  }
}

TEST(Deletion, AnUndeleteAfterAConfirmedDeletionIsTheSameRecord) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  fill(world, 4);
  const auto record = world.record_id("r1");
  google.remove("r1");
  world.settle();
  ASSERT_FALSE(notion.has("r1"));
  world.wait(std::chrono::hours(30));
  google.restore("r1");
  world.settle();
  EXPECT_EQ(world.record_id("r1"), record);
  EXPECT_EQ(google.count("r1"), 1U);
  EXPECT_EQ(notion.count("r1"), 1U);
}

TEST(Deletion, AFeedNeedsTwoCompleteListingsToDelete) {
  Scenario world;
  auto& feed = world.add("feed", support::feed());
  auto& google = world.add("google", alpha());
  for (int i = 1; i <= 8; ++i) feed.create("r" + std::to_string(i), {{"title", "Match"}});
  world.settle();
  ASSERT_EQ(google.size(), 8U);
  feed.remove("r1");
  world.sync();
  EXPECT_TRUE(google.has("r1")) << "one listing proves nothing";
  world.wait(std::chrono::minutes(10));
  world.settle();
  EXPECT_FALSE(google.has("r1"));
  EXPECT_EQ(google.size(), 7U);
}

TEST(Deletion, AGuardHoldsOneTargetAndLeavesTheOthersAlone) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  fill(world, 12);
  notion.set("r12", "title", "Final (moved)");
  for (int i = 1; i <= 6; ++i) world.remove("r" + std::to_string(i));
  const auto held = world.sync();
  EXPECT_EQ(held.outcome, Outcome::held);
  EXPECT_EQ(held.exit_code(), 4);
  EXPECT_TRUE(support::report_of(held, "google").held.has_value());
  EXPECT_EQ(google.size(), 12U);
  EXPECT_EQ(notion.size(), 12U);
  world.sync();
  EXPECT_EQ(google.size(), 12U) << "still held";
  const auto again = world.sync();
  world.approve(again);
  world.settle();
  EXPECT_EQ(google.size(), 6U);
  EXPECT_EQ(notion.size(), 6U);
  EXPECT_EQ(google.get("r12", "title"), "Final (moved)");
}

TEST(Deletion, TwoDeletionsAreNoMassDeletion) {
  Scenario world;
  auto& google = world.add("google", alpha());
  fill(world, 2);
  world.remove("r1");
  world.remove("r2");
  EXPECT_EQ(world.sync().outcome, Outcome::ok);
  EXPECT_EQ(google.size(), 0U);
}

TEST(Deletion, MaxDeleteApprovesBeforehand) {
  Scenario world;
  auto& google = world.add("google", alpha());
  fill(world, 8);
  for (int i = 1; i <= 6; ++i) world.remove("r" + std::to_string(i));
  RunOptions options;
  options.max_delete = DeleteLimit{6, false};
  auto report = world.stage().engine().run(sync::Engine::Mode::sync, options);
  ASSERT_TRUE(report.ok()) << report.error().text();
  EXPECT_EQ(report->outcome, Outcome::ok);
  EXPECT_EQ(google.size(), 2U);
}

TEST(Deletion, ACollectionThatVanishedIsAnErrorAndDeletesNothing) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  fill(world, 6);
  google.provider().drop_collection("calendar");
  const auto report = world.sync();
  EXPECT_TRUE(support::report_of(report, "google").error.has_value());
  EXPECT_EQ(world.size(), 6U);
  EXPECT_EQ(notion.size(), 6U);
}

TEST(Deletion, ADuplicateMadeBeforeItsOriginalWasDeletedEverywhereIsANewRecord) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  fill(world, 8);
  google.copy("r1", "copy");
  google.set("copy", "title", "Somebody's own");
  world.remove("r1");
  world.settle();
  google.copy("copy", "second");
  google.set("second", "title", "Somebody's second");
  world.settle();
  EXPECT_EQ(google.get("copy", "title"), "Somebody's own");
  EXPECT_EQ(google.get("second", "title"), "Somebody's second");
  EXPECT_EQ(world.get("second", "title"), "Somebody's second");
  EXPECT_EQ(notion.get("second", "title"), "Somebody's second");
  EXPECT_FALSE(world.has("r1"));
  EXPECT_FALSE(notion.has("r1"));
}

TEST(Deletion, WhatComesBackToLifeIsWhatItShowsNotWhatWasDeleted) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  fill(world, 8);
  world.remove("r1");
  world.settle();
  world.wait(std::chrono::hours(2));
  google.restore("r1");
  google.set("r1", "title", "Back, in another hall");
  world.settle();
  EXPECT_EQ(google.get("r1", "title"), "Back, in another hall");
  EXPECT_EQ(world.get("r1", "title"), "Back, in another hall");
  EXPECT_EQ(notion.get("r1", "title"), "Back, in another hall");
  EXPECT_TRUE(world.conflicts(false).empty());
}

TEST(Deletion, AnEditThatTheDeleterHasSeenDoesNotContestEvenIfItsTargetIsHeld) {
  KindPolicy policy;
  policy.fields["tags"].type = Policy::Type::set_union;
  Scenario world(policy);
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  for (int i = 1; i <= 8; ++i) {
    world.put("r" + std::to_string(i), {{"title", "Match"}, {"tags", Choices{"old"}}});
  }
  world.settle();
  google.set("r1", "tags", Choices{"theirs"});
  world.set("r1", "tags", Choices{"ours"});
  for (const std::string code : {"r5", "r6", "r7", "r8"}) world.remove(code);
  const auto held = world.sync();
  ASSERT_EQ(held.outcome, Outcome::held);
  ASSERT_EQ(world.get("r1", "tags"), "[ours, theirs]");
  world.remove("r1");
  world.settle();
  EXPECT_FALSE(world.has("r1"));
  EXPECT_FALSE(google.has("r1"));
  EXPECT_FALSE(notion.has("r1"));
}

TEST(Deletion, AnEditThatWasTakenInIsKnownToWhoeverSawItEvenWhileItsOwnSideWaits) {
  KindPolicy policy;
  policy.fields["tags"].type = Policy::Type::set_union;
  Scenario world(policy);
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  fill(world, 8);
  world.set("r1", "tags", Choices{"ours"});
  notion.set("r1", "tags", Choices{"theirs"});
  google.provider().meddle = [&](const std::string&, const std::string&) { notion.provider().set_down(true); };
  world.stage().chaos().force(Fault::concurrent_edit, 1);
  world.sync();
  ASSERT_EQ(google.get("r1", "tags"), "[ours, theirs]");
  ASSERT_EQ(notion.get("r1", "tags"), "[theirs]");
  google.remove("r1");
  notion.provider().set_down(false);
  world.settle();
  EXPECT_FALSE(world.has("r1"));
  EXPECT_FALSE(google.has("r1"));
  EXPECT_FALSE(notion.has("r1"));
}

TEST(Deletion, AWriteInDoubtThatTheProviderRewroteDoesNotContestTheNextDeletion) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  fill(world, 8);
  world.set("r1", "notes", "bring flags\nGate 3\n");
  world.stage().chaos().force(Fault::lost_reply, 2);
  world.sync();
  ASSERT_EQ(notion.get("r1", "notes"), "bring flags\nGate 3");
  world.remove("r1");
  world.settle();
  EXPECT_FALSE(world.has("r1"));
  EXPECT_FALSE(google.has("r1"));
  EXPECT_FALSE(notion.has("r1"));
}

TEST(Deletion, WhatAFeedStillListsDoesNotComeBackAfterItsDeletionHere) {
  Scenario world;
  auto& feed = world.add("feed", support::feed());
  auto& google = world.add("google", alpha());
  world.stage().settings_of("feed").direction = Direction::from_remote;
  for (int i = 1; i <= 8; ++i) feed.create("r" + std::to_string(i), {{"title", "Match"}});
  world.settle();
  world.remove("r1");
  world.settle();
  for (int i = 0; i < 3; ++i) {
    world.wait(std::chrono::hours(24));
    world.resync();
  }
  EXPECT_FALSE(world.has("r1"));
  EXPECT_FALSE(google.has("r1"));
  EXPECT_TRUE(feed.has("r1"));
  EXPECT_EQ(world.size(), 7U);
}

}  // namespace
}  // namespace v1
}  // namespace fasti
