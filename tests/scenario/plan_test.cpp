// Whole plans as people read them: what one story makes every side do, line for line.
#include <gtest/gtest.h>

#include "tests/support/scenario.hpp"

namespace fasti {
inline namespace v1 {
namespace {

using support::alpha;
using support::beta;
using support::plan_text;
using support::Scenario;
using support::span_at;

const char* const kBerlin = "Europe/Berlin";

TEST(Plan, AFirstPublicationCreatesEachRecordOnceInEachTarget) {
  Scenario world;
  world.add("google", alpha());
  world.add("notion", beta());
  world.put("r1", {{"title", "Final"}, {"when", span_at("2026-07-19T15:00:00", kBerlin)}});
  world.put("r2", {{"title", "Semi-final"}});
  EXPECT_EQ(plan_text(world.plan()),
            "google: create Final because edit\n"
            "notion: create Final because edit\n"
            "google: create Semi-final because edit\n"
            "notion: create Semi-final because edit\n");
}

TEST(Plan, AnEditAnywhereIsCarriedToTheOthersOnly) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  world.add("caldav", alpha());
  world.put("r1", {{"title", "Final"}, {"notes", "bring flags"}});
  world.put("r2", {{"title", "Semi-final"}});
  world.put("r3", {{"title", "Opening"}});
  world.settle();
  google.set("r1", "title", "Final (moved)");
  notion.set("r2", "notes", "Gate 3");
  world.set("r3", "status", "confirmed");
  EXPECT_EQ(plan_text(world.plan()),
            "local: update Final (moved) [title] because edit\n"
            "notion: update Final (moved) [Title] because edit\n"
            "caldav: update Final (moved) [Title] because edit\n"
            "local: update Semi-final [notes] because edit\n"
            "google: update Semi-final [Notes] because edit\n"
            "caldav: update Semi-final [Notes] because edit\n"
            "google: update Opening [Status] because edit\n"
            "notion: update Opening [Status] because edit\n"
            "caldav: update Opening [Status] because edit\n");
}

TEST(Plan, AConflictIsSettledByItsRuleAndADeletionGoesEverywhere) {
  KindPolicy policy;
  policy.fallback.type = Policy::Type::prefer;
  policy.fallback.prefer = "notion";
  Scenario world(policy);
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  for (int i = 1; i <= 8; ++i) world.put("r" + std::to_string(i), {{"title", "Match " + std::to_string(i)}});
  world.settle();
  google.set("r1", "title", "From Google");
  notion.set("r1", "title", "From Notion");
  google.remove("r2");
  EXPECT_EQ(plan_text(world.plan()),
            "local: update From Notion [title] because edit\n"
            "google: update From Notion [Title] because edit\n"
            "local: delete Match 2 because delete\n"
            "notion: delete Match 2 because delete\n");
}

TEST(Plan, ARollbackTakesBackWhatTheRunWroteAndOnlyWithOriginWhatWasTyped) {
  for (const bool origin : {false, true}) {
    Scenario world;
    auto& google = world.add("google", alpha());
    world.add("notion", beta());
    world.put("r1", {{"title", "Final"}});
    world.settle();
    google.set("r1", "title", "Final (moved)");
    google.create("r2", {{"title", "Extra"}});
    const auto carried = world.sync();
    const std::string at_google_1 = origin ? "google: delete Extra because rollback\n" : "";
    const std::string at_google_2 = origin ? "google: update Final [Title] because rollback\n" : "";
    EXPECT_EQ(plan_text(world.rollback(carried.run, origin)),
              "local: delete Extra because rollback\n" + at_google_1 + "notion: delete Extra because rollback\n" +
                  "local: update Final [title] because rollback\n" + at_google_2 +
                  "notion: update Final [Title] because rollback\n");
  }
}

TEST(Plan, ARunWithNothingToDoIsEmpty) {
  Scenario world;
  world.add("google", alpha());
  world.add("notion", beta());
  world.put("r1", {{"title", "Final"}});
  world.settle();
  EXPECT_EQ(plan_text(world.plan()), "");
  EXPECT_EQ(plan_text(world.resync()), "");
}

}  // namespace
}  // namespace v1
}  // namespace fasti
