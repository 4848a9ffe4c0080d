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

}  // namespace
}  // namespace v1
}  // namespace fasti
