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

}  // namespace
}  // namespace v1
}  // namespace fasti
