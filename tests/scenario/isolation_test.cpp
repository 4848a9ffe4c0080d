// Stories about one object that cannot be read or written: the others never wait for it (S14).
#include <gtest/gtest.h>

#include "tests/support/scenario.hpp"

namespace fasti {
inline namespace v1 {
namespace {

using support::alpha;
using support::beta;
using support::Scenario;

TEST(Isolation, ARowThatCannotBeReadBeforeItsWriteHoldsUpNobodyElse) {
  Scenario world;
  auto& notion = world.add("notion", beta());
  auto& caldav = world.add("caldav", alpha());
  world.put("r1", {{"title", "Broken"}});
  world.settle();
  notion.set_unreadable("r1", true);
  world.wait(std::chrono::minutes(5));
  world.set("r1", "title", "Broken (moved)");
  for (const std::string code : {"r2", "r3", "r4"}) world.put(code, {{"title", "Well " + code}});
  for (int run = 0; run < 3; ++run) {
    world.wait(std::chrono::minutes(5));
    world.sync();
  }
  EXPECT_EQ(notion.size(), 4U);
  EXPECT_EQ(caldav.get("r1", "title"), "Broken (moved)");
  EXPECT_EQ(notion.get("r1", "title"), "Broken") << "nothing is written over what cannot be read";
  notion.set_unreadable("r1", false);
  world.settle();
  EXPECT_EQ(notion.get("r1", "title"), "Broken (moved)");
}

TEST(Isolation, WhatCannotBeReadIsNotWrittenUntilItCan) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& outlook = world.add("outlook", alpha());
  world.put("r1", {{"title", "Opening"}});
  world.put("r2", {{"title", "Final"}});
  world.settle();
  google.set_unreadable("r1", true);
  world.sync();
  const auto writes = google.writes();
  outlook.remove("r1");
  outlook.set("r2", "title", "Final (moved)");
  world.sync();
  EXPECT_EQ(google.writes(), writes + 1) << "only the other one";
  EXPECT_EQ(google.get("r2", "title"), "Final (moved)");
  EXPECT_TRUE(google.has("r1"));
  EXPECT_EQ(world.sync().steps.size(), 0U) << "and nothing is tried again and again";
  google.set_unreadable("r1", false);
  world.settle();
  EXPECT_FALSE(google.has("r1"));
}

TEST(Isolation, AMappingThatItsProviderCannotServeWaitsAloneAndClearsNothing) {
  Scenario world;
  auto& notion = world.add("notion", beta());
  world.add_beside("venues", "notion");
  auto& caldav = world.add("caldav", alpha());
  world.put("r1", {{"title", "Final"}, {"notes", "bring flags"}});
  world.settle();
  std::vector<std::string> cursors;
  notion.provider().refuses_use = [&](const CollectionUse& use) {
    cursors.push_back(use.cursor);
    std::vector<Error> out;
    if (use.collection == "calendar")
      out.push_back({ErrorKind::bad_config, "property \"notes\" was deleted", "notion", "bring it back", {}});
    return out;
  };
  // What the provider would show now has no notes.
  notion.set("r1", "notes", std::nullopt);
  caldav.set("r1", "title", "Final (moved)");
  world.wait(std::chrono::minutes(5));
  const auto writes = notion.writes();
  const auto report = world.sync();
  EXPECT_EQ(report.outcome, Outcome::partial);
  ASSERT_TRUE(support::report_of(report, "notion").error.has_value());
  EXPECT_EQ(support::report_of(report, "notion").error->message, "property \"notes\" was deleted");
  EXPECT_FALSE(support::report_of(report, "venues").error.has_value()) << "another sync of the connection goes on";
  EXPECT_EQ(world.get("r1", "notes"), "bring flags");
  EXPECT_EQ(caldav.get("r1", "notes"), "bring flags");
  EXPECT_EQ(notion.writes(), writes);
  EXPECT_EQ(world.side("venues").get("r1", "title"), "Final (moved)");
  EXPECT_EQ(cursors.size(), 2U) << "each use is asked for once";
}

TEST(Isolation, AWriteInDoubtIsNotLookedAtWhereTheMappingWaits) {
  Scenario world;
  auto& notion = world.add("notion", beta());
  world.put("r1", {{"title", "Final"}, {"notes", "bring flags"}});
  world.settle();
  world.set("r1", "title", "Final (moved)");
  world.crash_at_call(3);  // after pull and fetch: the write is out
  world.sync();
  notion.set("r1", "notes", std::nullopt);
  notion.provider().refuses_use = [](const CollectionUse&) {
    return std::vector<Error>{{ErrorKind::bad_config, "property \"notes\" was deleted", "notion", "bring it back", {}}};
  };
  world.wait(std::chrono::minutes(5));
  world.sync();
  EXPECT_EQ(world.get("r1", "notes"), "bring flags");
}

TEST(Isolation, WhatTimeMakesNecessaryIsAskedForOnceInRunsThatMayWriteAndInNoOthers) {
  Scenario world;
  auto& notion = world.add("notion", beta());
  world.put("r1", {{"title", "Final"}});
  world.settle();
  std::vector<std::string> kept;
  notion.provider().keeps_up = [&](const std::string& collection) { kept.push_back(collection); };
  world.plan();
  EXPECT_TRUE(kept.empty());
  world.sync();
  EXPECT_EQ(kept, std::vector<std::string>{"calendar"});
  world.stage().settings_of("notion").direction = Direction::from_remote;
  world.stage().kill_engine();
  world.sync();
  EXPECT_EQ(kept.size(), 1U);
}

}  // namespace
}  // namespace v1
}  // namespace fasti
