// Stories about two people changing the same thing: who contends, who wins, and what becomes of the loser.
#include <gtest/gtest.h>

#include <set>

#include "tests/support/scenario.hpp"

namespace fasti {
inline namespace v1 {
namespace {

using support::alpha;
using support::beta;
using support::Scenario;

KindPolicy policy(Policy::Type type, const std::string& prefer = {}) {
  KindPolicy out;
  out.fallback.type = type;
  out.fallback.prefer = prefer;
  return out;
}

void begin(Scenario& world) {
  world.put("r1", {{"title", "B0"}, {"notes", "bring flags"}});
  world.settle();
}

TEST(Contention, ASideThatDidNotChangeNeverWins) {
  Scenario world(policy(Policy::Type::prefer, "local"));
  auto& google = world.add("google", alpha());
  auto& caldav = world.add("caldav", alpha());
  begin(world);
  google.set("r1", "title", "G1");
  caldav.set("r1", "title", "C1");
  world.settle();
  EXPECT_NE(world.get("r1", "title"), "B0") << "nobody chose to revert both";
  EXPECT_EQ(google.get("r1", "title"), caldav.get("r1", "title"));
  EXPECT_EQ(world.get("r1", "title"), google.get("r1", "title"));
  EXPECT_EQ(world.conflicts(false).size(), 1U);
}

TEST(Contention, ThePreferredSideWinsWhenItContends) {
  Scenario world(policy(Policy::Type::prefer, "caldav"));
  auto& google = world.add("google", alpha());
  auto& caldav = world.add("caldav", alpha());
  begin(world);
  caldav.set("r1", "title", "C1");
  google.set("r1", "title", "G1");
  world.settle();
  EXPECT_EQ(world.get("r1", "title"), "C1");
  EXPECT_EQ(google.get("r1", "title"), "C1");
  const auto conflicts = world.conflicts(false);
  ASSERT_EQ(conflicts.size(), 1U);
  EXPECT_FALSE(conflicts[0].open);
  EXPECT_EQ(conflicts[0].winner, "caldav");
  EXPECT_EQ(conflicts[0].losers, std::vector<std::string>{"google"});
  EXPECT_EQ(conflicts[0].remotes.at("google"), Value("G1"));
}

TEST(Contention, AuthorshipSurvivesFromRunToRun) {
  Scenario world(policy(Policy::Type::prefer, "google"));
  auto& google = world.add("google", alpha());
  auto& caldav = world.add("caldav", alpha());
  begin(world);
  caldav.provider().set_down(true);
  google.set("r1", "title", "G1");
  world.sync();
  caldav.set("r1", "title", "C1");
  google.set("r1", "title", "G2");
  world.sync();
  caldav.provider().set_down(false);
  world.settle();
  EXPECT_EQ(world.get("r1", "title"), "G2") << "the local value is Google's";
  EXPECT_EQ(caldav.get("r1", "title"), "G2");
}

TEST(Contention, AnEditMadeOnTopOfALocalOneIsNoConflict) {
  Scenario world(policy(Policy::Type::ask));
  auto& google = world.add("google", alpha());
  auto& caldav = world.add("caldav", alpha());
  begin(world);
  caldav.provider().set_down(true);
  world.set("r1", "title", "L1");
  world.sync();
  EXPECT_EQ(google.get("r1", "title"), "L1");
  google.set("r1", "title", "G1 on top of L1");
  world.sync();
  caldav.provider().set_down(false);
  world.settle();
  EXPECT_TRUE(world.conflicts(false).empty());
  EXPECT_EQ(caldav.get("r1", "title"), "G1 on top of L1");
}

TEST(Contention, EveryLoserOfARunThatHadToLookAgainKeepsALine) {
  Scenario world(policy(Policy::Type::prefer, "local"));
  auto& google = world.add("google", alpha());
  world.add("caldav", alpha());
  begin(world);
  world.set("r1", "title", "L1");
  google.set("r1", "title", "G1");
  google.provider().meddle = [&](const std::string&, const std::string&) { google.set("r1", "title", "G2"); };
  world.stage().chaos().force(support::Fault::concurrent_edit, 1);
  world.settle();
  EXPECT_EQ(google.get("r1", "title"), "L1");
  std::set<std::string> lost;
  for (const auto& conflict : world.conflicts(false))
    lost.insert(std::get<std::string>(conflict.remotes.at("google").value()));
  EXPECT_EQ(lost, (std::set<std::string>{"G1", "G2"}));
}

TEST(Contention, AskFreezesTheFieldWhileOthersFlow) {
  Scenario world(policy(Policy::Type::ask));
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  begin(world);
  world.set("r1", "title", "A");
  google.set("r1", "title", "B");
  google.set("r1", "notes", "Gate 3");
  const auto report = world.sync();
  EXPECT_EQ(report.outcome, Outcome::waiting);
  EXPECT_EQ(world.get("r1", "title"), "A");
  EXPECT_EQ(google.get("r1", "title"), "B");
  EXPECT_EQ(notion.get("r1", "title"), "B0");
  EXPECT_EQ(notion.get("r1", "notes"), "Gate 3");
  EXPECT_EQ(world.conflicts().size(), 1U);
}

TEST(Contention, AnAnswerToAnOldScreenIsRefused) {
  Scenario world(policy(Policy::Type::ask));
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  begin(world);
  world.set("r1", "title", "A");
  google.set("r1", "title", "B");
  world.sync();
  const auto shown = world.conflicts().at(0);
  google.set("r1", "title", "C");
  notion.set("r1", "title", "D");
  world.sync();
  const auto now = world.conflicts();
  ASSERT_EQ(now.size(), 1U);
  EXPECT_EQ(now[0].remotes.at("google"), Value("C"));
  EXPECT_EQ(now[0].remotes.at("notion"), Value("D"));
  const auto refused = world.resolve(shown, "google");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::precondition_failed);
  ASSERT_TRUE(world.resolve(now[0], "google").ok());
  world.settle();
  EXPECT_TRUE(world.conflicts().empty());
  EXPECT_EQ(world.get("r1", "title"), "C");
  EXPECT_EQ(google.get("r1", "title"), "C");
  EXPECT_EQ(notion.get("r1", "title"), "C");
}

TEST(Contention, AgreementClosesTheQuestion) {
  Scenario world(policy(Policy::Type::ask));
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  begin(world);
  world.set("r1", "title", "A");
  google.set("r1", "title", "B");
  world.sync();
  ASSERT_EQ(world.conflicts().size(), 1U);
  google.set("r1", "title", "A");
  world.settle();
  EXPECT_TRUE(world.conflicts().empty());
  EXPECT_EQ(notion.get("r1", "title"), "A");
}

TEST(Contention, LatestDoesNotTakeATouchedObjectForAnEditedField) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  begin(world);
  notion.set("r1", "title", "typed at ten");
  world.wait(std::chrono::minutes(60));
  world.set("r1", "title", "typed at eleven");
  world.wait(std::chrono::minutes(60));
  notion.set("r1", "notes", "typed at twelve");
  world.settle();
  EXPECT_EQ(world.get("r1", "title"), "typed at eleven");
  EXPECT_EQ(notion.get("r1", "title"), "typed at eleven");
  EXPECT_EQ(google.get("r1", "notes"), "typed at twelve");
}

TEST(Contention, LatestBelievesIntervalsThatDoNotOverlap) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  begin(world);
  notion.set("r1", "title", "typed at ten");
  notion.provider().set_down(true);
  world.wait(std::chrono::minutes(30));
  world.sync();
  world.wait(std::chrono::minutes(30));
  google.set("r1", "title", "typed at eleven");
  notion.provider().set_down(false);
  world.settle();
  EXPECT_EQ(world.get("r1", "title"), "typed at eleven") << "Google still had the old value at half past ten";
  EXPECT_EQ(notion.get("r1", "title"), "typed at eleven");
}

TEST(Contention, KeepBothMakesOneCopyEvenWhenTheRunIsRepeated) {
  for (int crash = 0; crash <= 8; ++crash) {
    Scenario world(policy(Policy::Type::keep_both));
    auto& google = world.add("google", alpha());
    auto& notion = world.add("notion", beta());
    begin(world);
    world.set("r1", "title", "L1");
    google.set("r1", "title", "G1");
    if (crash > 0) world.crash_at_commit(crash);
    world.sync();
    world.settle();
    EXPECT_EQ(world.size(), 2U) << "crash at commit " << crash;
    EXPECT_EQ(google.size(), 2U) << "crash at commit " << crash;
    EXPECT_EQ(notion.size(), 2U) << "crash at commit " << crash;
  }
}

TEST(Contention, TheOutcomeDoesNotDependOnTheOrderOfTheSides) {
  std::set<std::string> outcomes;
  for (const bool swapped : {false, true}) {
    KindPolicy by_priority;
    by_priority.fallback.type = Policy::Type::priority;
    by_priority.fallback.priority = {"notion", "google", "local"};
    Scenario world(by_priority);
    world.add(swapped ? "notion" : "google", swapped ? beta() : alpha());
    world.add(swapped ? "google" : "notion", swapped ? alpha() : beta());
    begin(world);
    world.set("r1", "title", "L1");
    world.side("google").set("r1", "title", "G1");
    world.side("notion").set("r1", "title", "N1");
    world.settle();
    outcomes.insert(world.get("r1", "title"));
  }
  EXPECT_EQ(outcomes, std::set<std::string>{"N1"});
}

}  // namespace
}  // namespace v1
}  // namespace fasti
