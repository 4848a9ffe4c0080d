// Stories about taking a run back on every side (rule 30).
#include <gtest/gtest.h>

#include "tests/support/scenario.hpp"

namespace fasti {
inline namespace v1 {
namespace {

using support::alpha;
using support::beta;
using support::Scenario;

TEST(Rollback, WhatARunCarriedIsTakenBackWhereItWasWrittenAndWaitsWhereItWasTyped) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  world.put("r1", {{"title", "B0"}, {"notes", "bring flags"}});
  world.settle();
  google.set("r1", "title", "Oops");
  const auto bad = world.sync();
  ASSERT_EQ(notion.get("r1", "title"), "Oops");
  const auto report = world.rollback(bad.run);
  EXPECT_EQ(report.exit_code(), 3) << "the origin's edit waits";
  EXPECT_EQ(world.get("r1", "title"), "B0");
  EXPECT_EQ(notion.get("r1", "title"), "B0");
  EXPECT_EQ(google.get("r1", "title"), "Oops") << "people typed it there";
  for (int i = 0; i < 3; ++i) world.sync();
  EXPECT_EQ(world.get("r1", "title"), "B0") << "the next sync does not undo the rollback";
  EXPECT_EQ(google.get("r1", "title"), "Oops");
  const auto open = world.conflicts();
  ASSERT_EQ(open.size(), 1U);
  ASSERT_TRUE(world.resolve(open[0], "local").ok());
  world.settle();
  EXPECT_EQ(google.get("r1", "title"), "B0");
}

TEST(Rollback, WithOriginTheEditItselfIsTakenBackToo) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  world.put("r1", {{"title", "B0"}, {"notes", "bring flags"}});
  world.settle();
  google.set("r1", "title", "Oops");
  const auto bad = world.sync();
  world.rollback(bad.run, true);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(world.get("r1", "title"), "B0");
    EXPECT_EQ(notion.get("r1", "title"), "B0");
    EXPECT_EQ(google.get("r1", "title"), "B0");
    world.settle();
  }
  EXPECT_TRUE(world.conflicts().empty());
}

TEST(Rollback, ASettledConflictIsUnsettledOnEverySide) {
  KindPolicy policy;
  policy.fallback.type = Policy::Type::prefer;
  policy.fallback.prefer = "google";
  Scenario world(policy);
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  world.put("r1", {{"title", "B0"}});
  world.settle();
  world.set("r1", "title", "A");
  google.set("r1", "title", "B");
  const auto settling = world.sync();
  ASSERT_EQ(world.get("r1", "title"), "B");
  world.rollback(settling.run);
  EXPECT_EQ(world.get("r1", "title"), "A");
  EXPECT_EQ(google.get("r1", "title"), "B");
  EXPECT_EQ(notion.get("r1", "title"), "B0");
  for (int i = 0; i < 3; ++i) world.sync();
  EXPECT_EQ(world.get("r1", "title"), "A");
  EXPECT_EQ(google.get("r1", "title"), "B");
}

TEST(Rollback, AnEditMadeSinceStays) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  world.put("r1", {{"title", "B0"}, {"notes", "bring flags"}});
  world.settle();
  google.set("r1", "title", "G1");
  google.set("r1", "notes", "Gate 3");
  const auto run = world.sync();
  notion.set("r1", "notes", "Gate 4");
  world.rollback(run.run, true);
  world.settle();
  EXPECT_EQ(world.get("r1", "title"), "B0");
  EXPECT_EQ(world.get("r1", "notes"), "Gate 4");
  EXPECT_EQ(google.get("r1", "notes"), "Gate 4");
}

TEST(Rollback, NamingTheRunApprovesItsOwnDeletions) {
  Scenario world;
  auto& google = world.add("google", alpha());
  std::vector<Record> records;
  for (int i = 1; i <= 40; ++i) {
    records.push_back(
        {"booking", "r" + std::to_string(i), {{"code", "r" + std::to_string(i)}, {"title", "Match"}}, 0, false});
  }
  auto imported = world.stage().engine().import(records);
  ASSERT_TRUE(imported.ok()) << imported.error().text();
  world.settle();
  ASSERT_EQ(google.size(), 40U);
  const auto report = world.rollback(imported->run);
  EXPECT_NE(report.outcome, Outcome::held);
  world.settle();
  EXPECT_EQ(world.size(), 0U);
  EXPECT_EQ(google.size(), 0U);
}

TEST(Rollback, AWriteThatIsRefusedStaysOwed) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& outlook = world.add("outlook", alpha());
  world.put("r1", {{"title", "B0"}});
  world.settle();
  google.set("r1", "title", "Oops");
  const auto bad = world.sync();
  outlook.provider().set_down(true);
  world.rollback(bad.run, true);
  EXPECT_EQ(world.get("r1", "title"), "B0");
  EXPECT_EQ(outlook.get("r1", "title"), "Oops");
  outlook.provider().set_down(false);
  world.settle();
  EXPECT_EQ(outlook.get("r1", "title"), "B0");
  EXPECT_EQ(google.get("r1", "title"), "B0");
}

TEST(Rollback, ADeletedRecordComesBackWhole) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  for (int i = 1; i <= 5; ++i) world.put("r" + std::to_string(i), {{"title", "Match"}, {"notes", "bring flags"}});
  world.settle();
  google.remove("r1");
  const auto deleting = world.sync();
  ASSERT_FALSE(notion.has("r1"));
  world.rollback(deleting.run, true);
  world.settle();
  EXPECT_EQ(world.get("r1", "notes"), "bring flags");
  EXPECT_EQ(notion.get("r1", "notes"), "bring flags");
  EXPECT_EQ(google.get("r1", "notes"), "bring flags");
  EXPECT_EQ(google.count("r1"), 1U);
  EXPECT_EQ(notion.count("r1"), 1U);
}

/// A plain rollback first, which leaves the edit waiting where it was typed; then the same run with --origin.
void roll_back_and_then_the_origin(Scenario& world, const std::string& run) {
  const auto plain = world.rollback(run);
  EXPECT_EQ(plain.exit_code(), 3) << "the origin's edit waits";
  world.sync();
  const auto whole = world.rollback(run, true);
  EXPECT_EQ(whole.exit_code(), 0);
  world.settle();
  EXPECT_TRUE(world.conflicts().empty());
}

TEST(Rollback, WhoNamesTheOriginAfterwardsGetsItTakenBackThereToo) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  world.put("r1", {{"title", "B0"}});
  world.settle();
  google.set("r1", "title", "Oops");
  const auto bad = world.sync();
  roll_back_and_then_the_origin(world, bad.run);
  EXPECT_EQ(world.get("r1", "title"), "B0");
  EXPECT_EQ(google.get("r1", "title"), "B0");
  EXPECT_EQ(notion.get("r1", "title"), "B0");
}

TEST(Rollback, WhoNamesTheOriginAfterwardsKeepsWhatWasTypedInBetween) {
  Scenario world;
  auto& google = world.add("google", alpha());
  world.put("r1", {{"title", "B0"}});
  world.settle();
  google.set("r1", "title", "Oops");
  const auto bad = world.sync();
  world.rollback(bad.run);
  google.set("r1", "title", "Oops, but better");
  world.rollback(bad.run, true);
  world.settle();
  EXPECT_EQ(google.get("r1", "title"), "Oops, but better");
}

TEST(Rollback, AnEditMadeHereIsTakenBackHereWhenTheOriginIsNamedAfterwards) {
  Scenario world;
  auto& google = world.add("google", alpha());
  world.put("r1", {{"title", "B0"}});
  world.settle();
  world.set("r1", "title", "Oops");
  const auto bad = world.sync();
  ASSERT_EQ(google.get("r1", "title"), "Oops");
  roll_back_and_then_the_origin(world, bad.run);
  EXPECT_EQ(world.get("r1", "title"), "B0");
  EXPECT_EQ(google.get("r1", "title"), "B0");
}

TEST(Rollback, ACreationIsTakenBackWhereItWasMadeWhenTheOriginIsNamedAfterwards) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  world.put("r1", {{"title", "B0"}});
  world.settle();
  google.create("r2", {{"title", "Oops"}});
  const auto bad = world.sync();
  ASSERT_TRUE(notion.has("r2"));
  roll_back_and_then_the_origin(world, bad.run);
  EXPECT_FALSE(world.has("r2"));
  EXPECT_FALSE(google.has("r2"));
  EXPECT_FALSE(notion.has("r2"));
}

TEST(Rollback, ADeletionIsTakenBackWhereItWasMadeWhenTheOriginIsNamedAfterwards) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  for (int i = 1; i <= 5; ++i) world.put("r" + std::to_string(i), {{"title", "Match"}});
  world.settle();
  google.remove("r1");
  const auto bad = world.sync();
  ASSERT_FALSE(notion.has("r1"));
  roll_back_and_then_the_origin(world, bad.run);
  EXPECT_EQ(world.get("r1", "title"), "Match");
  EXPECT_EQ(google.count("r1"), 1U);
  EXPECT_EQ(notion.count("r1"), 1U);
}

TEST(Rollback, ARecordMadeHereIsTakenBackHereWhenTheOriginIsNamedAfterwards) {
  Scenario world;
  auto& google = world.add("google", alpha());
  world.put("r1", {{"title", "B0"}});
  world.settle();
  world.put("r2", {{"title", "Oops"}});
  const auto bad = world.sync();
  ASSERT_TRUE(google.has("r2"));
  roll_back_and_then_the_origin(world, bad.run);
  EXPECT_FALSE(world.has("r2"));
  EXPECT_FALSE(google.has("r2"));
}

TEST(Rollback, ASettledConflictIsTakenBackOnEverySideWhenTheOriginIsNamedAfterwards) {
  KindPolicy policy;
  policy.fallback.type = Policy::Type::prefer;
  policy.fallback.prefer = "google";
  Scenario world(policy);
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  world.put("r1", {{"title", "B0"}});
  world.settle();
  notion.set("r1", "title", "A");
  google.set("r1", "title", "B");
  const auto settling = world.sync();
  ASSERT_EQ(world.get("r1", "title"), "B");
  roll_back_and_then_the_origin(world, settling.run);
  EXPECT_EQ(world.get("r1", "title"), "B0");
  EXPECT_EQ(google.get("r1", "title"), "B0");
  EXPECT_EQ(notion.get("r1", "title"), "B0");
}

TEST(Rollback, WhatWasToBeTakenBackAtTheOriginIsOwedAfterACrash) {
  int owed = 0;
  for (int commit = 1; commit <= 10; ++commit) {
    Scenario world;
    auto& google = world.add("google", alpha());
    world.put("r1", {{"title", "B0"}});
    world.settle();
    google.set("r1", "title", "Oops");
    const auto bad = world.sync();
    world.rollback(bad.run);
    world.crash_at_commit(commit);
    world.rollback(bad.run, true);
    const bool waits = !world.conflicts().empty();
    owed += !waits && google.get("r1", "title") == "Oops";
    world.settle();
    EXPECT_EQ(world.get("r1", "title"), "B0") << "crash at commit " << commit;
    EXPECT_EQ(google.get("r1", "title"), waits ? "Oops" : "B0") << "crash at commit " << commit;
  }
  EXPECT_GT(owed, 0) << "no crash fell between the decision and the write";
}

TEST(Rollback, ARollbackOfTheRollbackIsTheRunAgain) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  world.put("r1", {{"title", "B0"}});
  world.settle();
  google.set("r1", "title", "Right after all");
  const auto run = world.sync();
  const auto undone = world.rollback(run.run, true);
  ASSERT_EQ(notion.get("r1", "title"), "B0");
  world.rollback(undone.run, true);
  world.settle();
  EXPECT_EQ(world.get("r1", "title"), "Right after all");
  EXPECT_EQ(notion.get("r1", "title"), "Right after all");
  EXPECT_EQ(google.get("r1", "title"), "Right after all");
}

TEST(Rollback, ACrashAnywhereInARollbackIsFinishedByNamingItAgain) {
  for (int commit = 1; commit <= 14; ++commit) {
    Scenario world;
    auto& google = world.add("google", alpha());
    auto& notion = world.add("notion", beta());
    world.put("r1", {{"title", "B0"}});
    world.put("r2", {{"title", "B0"}});
    world.settle();
    google.set("r1", "title", "Oops");
    google.set("r2", "title", "Oops");
    const auto bad = world.sync();
    world.crash_at_commit(commit);
    world.rollback(bad.run, true);
    world.rollback(bad.run, true);
    world.settle();
    for (const auto* code : {"r1", "r2"}) {
      EXPECT_EQ(world.get(code, "title"), "B0") << "crash at commit " << commit;
      EXPECT_EQ(google.get(code, "title"), "B0") << "crash at commit " << commit;
      EXPECT_EQ(notion.get(code, "title"), "B0") << "crash at commit " << commit;
    }
  }
}

}  // namespace
}  // namespace v1
}  // namespace fasti
