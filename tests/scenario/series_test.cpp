// Stories about a weekly training: one record with occurrences of their own (rule 10).
#include <gtest/gtest.h>

#include "tests/support/scenario.hpp"

namespace fasti {
inline namespace v1 {
namespace {

using support::alpha;
using support::Nature;
using support::Scenario;
using support::span_at;

const char* const kBerlin = "Europe/Berlin";

Value weekly(const std::string& day, std::vector<std::string> exdates = {}) {
  return Recurrence{{"FREQ=WEEKLY;BYDAY=" + day}, {}, {}, std::move(exdates)};
}

void begin(Scenario& world) {
  world.put("r1",
            {{"title", "Training"}, {"when", span_at("2026-04-06T18:00:00", kBerlin)}, {"recurrence", weekly("MO")}});
  world.settle();
}

TEST(Series, AnOccurrenceOfItsOwnTravelsAndInheritsTheRest) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& caldav = world.add("caldav", alpha());
  begin(world);
  google.set("r1", "when@2026-04-13T18:00:00", span_at("2026-04-13T20:00:00", kBerlin));
  google.set("r1", "title@2026-04-13T18:00:00", "Training");
  world.settle();
  EXPECT_EQ(world.get("r1", "when@2026-04-13T18:00:00"), "2026-04-13 20:00:00..2026-04-13 21:00:00 Europe/Berlin");
  EXPECT_EQ(caldav.get("r1", "when@2026-04-13T18:00:00"), "2026-04-13 20:00:00..2026-04-13 21:00:00 Europe/Berlin");
  EXPECT_EQ(caldav.get("r1", "title@2026-04-13T18:00:00"), "Training") << "inherited";
}

TEST(Series, ATitleOfTheSeriesReachesOccurrencesThatNeverHadTheirOwn) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& caldav = world.add("caldav", alpha());
  begin(world);
  google.set("r1", "when@2026-04-13T18:00:00", span_at("2026-04-13T20:00:00", kBerlin));
  google.set("r1", "title@2026-04-13T18:00:00", "Training");
  world.settle();
  caldav.set("r1", "title", "Training with guests");
  world.settle();
  EXPECT_EQ(world.get("r1", "title"), "Training with guests");
  EXPECT_EQ(world.get("r1", "title@2026-04-13T18:00:00"), "(none)") << "the copied old title is not its own";
  EXPECT_EQ(google.get("r1", "title@2026-04-13T18:00:00"), "Training with guests");
}

TEST(Series, TimeAndRuleMergeAsOneSoThatNoSeriesStartsOffItsRule) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& caldav = world.add("caldav", alpha());
  begin(world);
  caldav.set("r1", "recurrence", weekly("MO,WE"));
  world.wait(std::chrono::minutes(10));
  google.set("r1", "when", span_at("2026-04-07T19:00:00", kBerlin));
  google.set("r1", "recurrence", weekly("TU"));
  world.settle();
  EXPECT_EQ(world.get("r1", "when"), "2026-04-07 19:00:00..2026-04-07 20:00:00 Europe/Berlin");
  EXPECT_EQ(world.get("r1", "recurrence"), google.get("r1", "recurrence"));
  EXPECT_EQ(caldav.get("r1", "when"), google.get("r1", "when"));
  EXPECT_EQ(caldav.get("r1", "recurrence"), google.get("r1", "recurrence"));
  EXPECT_FALSE(world.conflicts(false).empty()) << "MO,WE lost, and is kept";
}

TEST(Series, ACancelledOccurrenceIsCarriedAsADateOfTheRule) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& caldav = world.add("caldav", alpha());
  begin(world);
  caldav.set("r1", "recurrence", weekly("MO", {"2026-04-20T18:00:00"}));
  world.settle();
  EXPECT_EQ(google.get("r1", "recurrence"), caldav.get("r1", "recurrence"));
  EXPECT_EQ(world.get("r1", "recurrence"), caldav.get("r1", "recurrence"));
}

TEST(Series, OverridesThatVanishWithAShiftOfTheSeriesAreShiftedAndNotCancelled) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& caldav = world.add("caldav", alpha());
  begin(world);
  caldav.set("r1", "title@2026-04-13T18:00:00", "Training with guests");
  world.settle();
  ASSERT_EQ(google.get("r1", "title@2026-04-13T18:00:00"), "Training with guests");
  google.set("r1", "title@2026-04-13T18:00:00", std::nullopt);
  google.set("r1", "when@2026-04-13T18:00:00", std::nullopt);
  google.set("r1", "recurrence@2026-04-13T18:00:00", std::nullopt);
  google.set("r1", "code@2026-04-13T18:00:00", std::nullopt);
  google.set("r1", "when", span_at("2026-04-06T19:00:00", kBerlin));
  world.settle();
  EXPECT_EQ(world.get("r1", "when"), "2026-04-06 19:00:00..2026-04-06 20:00:00 Europe/Berlin");
  EXPECT_EQ(world.get("r1", "title@2026-04-13T19:00:00"), "Training with guests");
  EXPECT_EQ(caldav.get("r1", "title@2026-04-13T19:00:00"), "Training with guests");
  EXPECT_EQ(caldav.get("r1", "title@2026-04-13T18:00:00"), "(none)");
}

}  // namespace
}  // namespace v1
}  // namespace fasti
