// Stories about writes: crashes around them, lost replies, ids that are taken, providers that refuse.
#include <gtest/gtest.h>

#include "tests/support/scenario.hpp"

namespace fasti {
inline namespace v1 {
namespace {

using support::alpha;
using support::beta;
using support::Fault;
using support::Scenario;

TEST(Writing, OneRecordInTwoCollectionsOfOneConnectionHasALinkEach) {
  Scenario world;
  auto& team = world.add("team", alpha());
  auto& venue = world.add_beside("venue", "team");
  world.put("r1", {{"title", "Final"}});
  world.settle();
  EXPECT_EQ(team.count("r1"), 1U);
  EXPECT_EQ(venue.count("r1"), 1U);
  venue.set("r1", "title", "Final (moved)");
  world.settle();
  EXPECT_EQ(team.get("r1", "title"), "Final (moved)");
}

TEST(Writing, ALostReplyToACreateMakesNoSecondObject) {
  for (const bool like_notion : {false, true}) {
    Scenario world;
    auto& side = world.add("there", like_notion ? beta() : alpha());
    world.put("r1", {{"title", "Final"}});
    world.stage().chaos().force(Fault::lost_reply, 1);
    world.sync();
    EXPECT_EQ(world.stage().chaos().counted(Fault::lost_reply), 1U);
    world.settle();
    EXPECT_EQ(side.count("r1"), 1U) << (like_notion ? "beta" : "alpha");
  }
}

TEST(Writing, ACreateInDoubtWaitsUntilTheIndexWouldShowIt) {
  Scenario world;
  auto& notion = world.add("notion", beta());
  world.put("r1", {{"title", "Final"}});
  world.stage().chaos().force(Fault::lost_reply, 1);
  world.stage().chaos().force(Fault::index_lag, 1000);
  world.sync();
  EXPECT_EQ(notion.count("r1"), 1U);
  auto app = [&] {
    RunOptions options;
    return world.stage().engine().run(sync::Engine::Mode::sync, options);
  };
  for (int i = 0; i < 4; ++i) {
    world.wait(std::chrono::seconds(5));
    auto report = app();
    ASSERT_TRUE(report.ok()) << report.error().text();
  }
  EXPECT_EQ(notion.count("r1"), 1U) << "not found yet is not not there";
  world.settle();
  EXPECT_EQ(notion.count("r1"), 1U);
}

TEST(Writing, ABatchWithAMissingPartAndACrashCreatesEachRecordOnce) {
  for (const bool like_notion : {false, true}) {
    for (int call = 1; call <= 6; ++call) {
      Scenario world;
      auto& side = world.add("there", like_notion ? beta() : alpha());
      for (int i = 1; i <= 6; ++i) world.put("r" + std::to_string(i), {{"title", "Match"}});
      world.stage().chaos().force(Fault::missing_part, 1);
      world.crash_at_call(call);
      world.sync();
      world.settle();
      EXPECT_EQ(side.size(), 6U) << "crash after call " << call;
      for (int i = 1; i <= 6; ++i) EXPECT_EQ(side.count("r" + std::to_string(i)), 1U);
    }
  }
}

TEST(Writing, AnOpenIntentIsLookedAtAndNeverSentAgainOverAPersonsEdit) {
  for (const bool like_notion : {false, true}) {
    Scenario world;
    auto& side = world.add("there", like_notion ? beta() : alpha());
    world.put("r1", {{"title", "Final"}});
    world.settle();
    world.set("r1", "title", "Ours");
    bool died = false;
    side.provider().after_write = [&](const WriteRequest&, bool) {
      if (!std::exchange(died, true)) throw support::Crash{"after the write"};
    };
    world.sync();
    ASSERT_TRUE(died);
    side.set("r1", "title", "A person's, on top of ours");
    world.settle();
    EXPECT_EQ(side.get("r1", "title"), "A person's, on top of ours");
    EXPECT_EQ(world.get("r1", "title"), "A person's, on top of ours");
  }
}

TEST(Writing, SomebodyFasterIsMergedAndNotOverwritten) {
  Scenario world;
  auto& google = world.add("google", alpha());
  world.put("r1", {{"title", "Final"}});
  world.settle();
  world.set("r1", "title", "Ours");
  google.provider().meddle = [&](const std::string&, const std::string&) {
    google.set("r1", "notes", "typed one second earlier");
  };
  world.stage().chaos().force(Fault::concurrent_edit, 1);
  world.sync();
  world.settle();
  EXPECT_EQ(world.stage().chaos().counted(Fault::concurrent_edit), 1U);
  EXPECT_EQ(google.get("r1", "title"), "Ours");
  EXPECT_EQ(google.get("r1", "notes"), "typed one second earlier");
  EXPECT_EQ(world.get("r1", "notes"), "typed one second earlier");
}

TEST(Writing, WithoutPreconditionsOnlyChangedFieldsAreWrittenAndThePlanSaysUnprotected) {
  Scenario world;
  auto& notion = world.add("notion", beta());
  world.put("r1", {{"title", "Final"}, {"notes", "bring flags"}});
  world.settle();
  world.set("r1", "title", "Ours");
  const auto planned = world.plan();
  ASSERT_EQ(planned.steps.size(), 1U);
  EXPECT_TRUE(planned.steps[0].unprotected);
  bool typed = false;
  notion.connector().on_request = [&](const WriteRequest&) {
    if (!std::exchange(typed, true)) notion.set("r1", "notes", "typed between re-read and write");
  };
  world.sync();
  notion.connector().on_request = nullptr;
  world.settle();
  EXPECT_TRUE(typed);
  EXPECT_EQ(notion.get("r1", "notes"), "typed between re-read and write");
  EXPECT_EQ(world.get("r1", "notes"), "typed between re-read and write");
  EXPECT_EQ(notion.get("r1", "title"), "Ours");
}

TEST(Writing, ABurnedIdIsNotUsedAgain) {
  Scenario world;
  auto nature = alpha();
  nature.burned_ids = true;
  auto& google = world.add("google", nature);
  world.put("r1", {{"title", "Final"}});
  world.settle();
  google.remove("r1");
  world.set("r1", "title", "Still on");
  world.settle();
  EXPECT_EQ(google.get("r1", "title"), "Still on");
  EXPECT_EQ(google.count("r1"), 1U);
}

TEST(Writing, ARefusedRecordIsParkedWhileOthersGoOnAndReturnsWhenItChanges) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  google.provider().refuse("too long");
  world.put("r1", {{"title", "a title that is too long"}});
  world.put("r2", {{"title", "Final"}});
  world.settle();
  EXPECT_TRUE(google.has("r2"));
  EXPECT_FALSE(google.has("r1"));
  EXPECT_TRUE(notion.has("r1"));
  const auto requests = google.provider().requests();
  const auto report = world.sync();
  EXPECT_EQ(report.parked, 1U);
  EXPECT_LE(google.provider().requests() - requests, 2U) << "not tried again and again";
  world.set("r1", "title", "Short");
  world.settle();
  EXPECT_EQ(google.get("r1", "title"), "Short");
  EXPECT_EQ(world.sync().parked, 0U);
}

TEST(Writing, ANoOpIsOneRequestForEachTarget) {
  Scenario world;
  auto& google = world.add("google", alpha());
  for (int i = 1; i <= 20; ++i) world.put("r" + std::to_string(i), {{"title", "Match"}});
  world.settle();
  const auto requests = google.provider().requests();
  const auto commits = world.stage().store().commits();
  world.sync();
  EXPECT_EQ(google.provider().requests() - requests, 1U);
  EXPECT_LE(world.stage().store().commits() - commits, 6U);
}

TEST(Writing, ALostCreateIsNotMistakenForADuplicateOfWhatWasThereBefore) {
  Scenario world;
  auto& notion = world.add("notion", beta());
  auto& google = world.add("google", alpha());
  world.put("r1", {{"title", "Opening"}});
  world.settle();
  const auto id = world.record_id("r1");
  google.set("r1", "title", "Opening (moved)");
  google.connector().at_call = [&](const std::string& call, bool before) {
    if (call != "pull" || !before || !notion.has("r1")) return;
    notion.copy("r1", "copy");
    notion.remove("r1");
  };
  world.stage().chaos().force(Fault::lost_reply, 1);
  world.sync();
  google.connector().at_call = nullptr;
  ASSERT_EQ(notion.size(), 2U) << "a duplicate that no listing has shown, and r1 made again";
  world.settle();
  EXPECT_EQ(notion.get("copy", "title"), "Opening");
  EXPECT_EQ(google.get("copy", "title"), "Opening");
  EXPECT_EQ(notion.count("r1"), 1U);
  EXPECT_EQ(notion.get("r1", "title"), "Opening (moved)");
  EXPECT_EQ(world.size(), 2U);
  EXPECT_EQ(world.record_id("r1"), id) << "the record is still the one it was";
}

TEST(Writing, WhatACreateInDoubtLeftThereIsNoEditAgainstALaterPut) {
  Scenario world;
  world.add("caldav", alpha());
  auto& google = world.add("google", alpha());
  world.put("r1", {{"title", "Final"}, {"notes", "bring flags"}});
  google.provider().before_write = [&](const WriteRequest&) {
    world.stage().chaos().force(Fault::lost_reply, 1);
    google.provider().before_write = nullptr;
  };
  world.sync();
  ASSERT_TRUE(google.has("r1"));
  world.set("r1", "notes", std::nullopt);
  world.sync({"caldav"});
  EXPECT_EQ(world.get("r1", "notes"), "(none)");
  world.settle();
  EXPECT_EQ(world.get("r1", "notes"), "(none)") << "an emptied field is not filled by our own write";
  EXPECT_EQ(google.get("r1", "notes"), "(none)");
}

TEST(Writing, AWriteInDoubtIsKnownByWhatOfItIsStillThere) {
  KindPolicy policy;
  policy.fallback.type = Policy::Type::ask;
  Scenario world(policy);
  auto& notion = world.add("notion", beta());
  world.put("r1", {{"title", "Final"}});
  world.settle();
  world.set("r1", "title", "Final (moved)");
  world.set("r1", "notes", "bring flags");
  world.stage().chaos().force(Fault::lost_reply, 1);
  world.sync();
  notion.set("r1", "notes", "bring two flags");
  world.set("r1", "notes", std::nullopt);
  EXPECT_EQ(world.sync().outcome, Outcome::waiting) << "emptied here, edited there: neither has seen the other";
  EXPECT_EQ(world.get("r1", "notes"), "(none)");
  EXPECT_EQ(notion.get("r1", "notes"), "bring two flags");
  EXPECT_EQ(world.conflicts().size(), 1U);
}

TEST(Writing, AWriteInDoubtThatKeptItsMinuteIsStillKnown) {
  KindPolicy policy;
  policy.fallback.type = Policy::Type::ask;
  Scenario world(policy);
  auto& notion = world.add("notion", beta());
  world.put("r1", {{"title", "Final"}});
  world.settle();
  // Somebody's edit, and our write in the same minute: the page's version does not move.
  notion.provider().before_write = [&](const WriteRequest& request) {
    if (request.op != WriteOp::update || !request.set.count("Notes")) return;
    notion.provider().before_write = nullptr;
    world.stage().chaos().force(Fault::lost_reply, 1);
  };
  notion.set("r1", "status", "confirmed");
  world.stage().clock().advance(std::chrono::milliseconds(1));
  const auto before = notion.object("r1")->version;
  auto app = world.stage().engine().put({"booking", world.record_id("r1"), {{"notes", "bring flags"}}, 0, false},
                                        PutMode::merge);
  ASSERT_TRUE(app.ok());
  ASSERT_TRUE(world.stage().engine().run(sync::Engine::Mode::sync, RunOptions{}).ok());
  ASSERT_EQ(notion.get("r1", "notes"), "bring flags");
  ASSERT_EQ(notion.object("r1")->version, before);
  world.set("r1", "notes", std::nullopt);
  world.settle();
  EXPECT_EQ(world.get("r1", "notes"), "(none)") << "what we wrote ourselves is no edit";
  EXPECT_EQ(notion.get("r1", "notes"), "(none)");
}

}  // namespace
}  // namespace v1
}  // namespace fasti
