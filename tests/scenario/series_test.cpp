// Stories about a weekly training: one record with occurrences of their own (rule 10).
#include <gtest/gtest.h>

#include "tests/support/scenario.hpp"

namespace fasti {
inline namespace v1 {
namespace {

using support::alpha;
using support::Fault;
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

TEST(Series, ThisAndFollowingIsASplitThatTakesTheLaterOverridesAndPendingEdits) {
  Scenario world;
  auto& caldav = world.add("caldav", alpha());
  auto& google = world.add("google", alpha());
  begin(world);
  world.set("r1", "title@2026-05-25T18:00:00", "With guests");
  world.set("r1", "title@2026-04-20T18:00:00", "Without a coach");
  world.settle();
  ASSERT_EQ(caldav.get("r1", "title@2026-05-25T18:00:00"), "With guests");
  google.set("r1", "notes@2026-05-18T18:00:00", "bring flags");
  for (const std::string property : {"title", "when", "recurrence", "code"}) {
    caldav.set("r1", property + "@2026-05-25T18:00:00", std::nullopt);
  }
  caldav.set("r1", "recurrence", Recurrence{{"FREQ=WEEKLY;BYDAY=MO;UNTIL=20260510T235959Z"}, {}, {}, {}});
  caldav.create(
      "r2", {{"title", "Training"}, {"when", span_at("2026-05-11T19:00:00", kBerlin)}, {"recurrence", weekly("MO")}});
  world.settle();
  for (const auto* side : {&caldav, &google}) {
    EXPECT_EQ(side->size(), 2U);
    EXPECT_EQ(side->get("r2", "title@2026-05-25T19:00:00"), "With guests") << side->target();
    EXPECT_EQ(side->get("r2", "notes@2026-05-18T19:00:00"), "bring flags") << side->target();
    EXPECT_EQ(side->get("r1", "title@2026-04-20T18:00:00"), "Without a coach") << side->target();
    EXPECT_EQ(side->get("r1", "notes@2026-05-18T18:00:00"), "(none)") << side->target();
    EXPECT_EQ(side->get("r1", "title@2026-05-25T18:00:00"), "(none)") << side->target();
  }
  EXPECT_EQ(world.get("r2", "notes@2026-05-18T19:00:00"), "bring flags");
  EXPECT_TRUE(world.conflicts(false).empty());
}

TEST(Series, ATrimmedSeriesWaitsWhileItsListingIsCutOff) {
  Scenario world;
  auto& caldav = world.add("caldav", alpha());
  auto& google = world.add("google", alpha());
  begin(world);
  const auto rule = google.get("r1", "recurrence");
  caldav.set("r1", "recurrence", Recurrence{{"FREQ=WEEKLY;BYDAY=MO;UNTIL=20260510T235959Z"}, {}, {}, {}});
  for (int i = 1; i <= 12; ++i) caldav.create("extra" + std::to_string(i), {{"title", "Extra"}});
  caldav.create(
      "r2", {{"title", "Training"}, {"when", span_at("2026-05-11T18:00:00", kBerlin)}, {"recurrence", weekly("MO")}});
  world.stage().chaos().force(Fault::cut_off, 1);
  world.sync();
  EXPECT_EQ(google.get("r1", "recurrence"), rule) << "nothing is taken out of the calendar on half of the news";
  world.settle();
  EXPECT_NE(google.get("r1", "recurrence"), rule);
  EXPECT_TRUE(google.has("r2"));
}

TEST(Series, AnOverrideWhoseOccurrenceIsNoMoreIsKeptInTheConflictLog) {
  Scenario world;
  auto& caldav = world.add("caldav", alpha());
  auto& google = world.add("google", alpha());
  begin(world);
  world.set("r1", "title@2026-04-13T18:00:00", "With guests");
  world.settle();
  caldav.set("r1", "recurrence", Recurrence{{"FREQ=MONTHLY;BYDAY=1MO"}, {}, {}, {}});
  world.settle();
  ASSERT_EQ(world.conflicts(false).size(), 1U);
  EXPECT_EQ(world.conflicts(false)[0].strategy, "orphan_override");
  EXPECT_EQ(world.conflicts(false)[0].local, Value("With guests"));
  EXPECT_EQ(google.get("r1", "title@2026-04-13T18:00:00"), "(none)");
}

/// A provider that takes a series in several requests, and a write that ends between two of them.
class HalfASeries : public testing::TestWithParam<bool> {
 protected:
  HalfASeries() {
    Nature steps = alpha();
    steps.abilities.client_ids = GetParam();
    google_ = &world_.add("google", steps);
    caldav_ = &world_.add("caldav", alpha());
  }
  void expect_silence() {
    const auto writes = world_.writes();
    world_.sync();
    EXPECT_EQ(world_.writes(), writes);
    EXPECT_TRUE(world_.conflicts(false).empty());
  }
  Scenario world_;
  support::Side* google_ = nullptr;
  support::Side* caldav_ = nullptr;
};

TEST_P(HalfASeries, IsNoEditAndIsFinished) {
  begin(world_);
  world_.set("r1", "title", "Practice");
  world_.set("r1", "title@2026-04-13T18:00:00", "With guests");
  google_->provider().break_off(2);
  world_.sync();
  EXPECT_EQ(google_->get("r1", "title"), "Practice") << "half of it is there";
  EXPECT_EQ(google_->get("r1", "title@2026-04-13T18:00:00"), "(none)");
  world_.plan();
  world_.wait(std::chrono::hours(30));
  world_.sync();
  EXPECT_EQ(world_.get("r1", "title@2026-04-13T18:00:00"), "With guests");
  world_.settle();
  EXPECT_EQ(google_->get("r1", "title@2026-04-13T18:00:00"), "With guests");
  EXPECT_EQ(caldav_->get("r1", "title@2026-04-13T18:00:00"), "With guests");
  expect_silence();
}

TEST_P(HalfASeries, ThatIsNewIsFinishedAndNotMadeTwice) {
  google_->provider().break_off(2);
  world_.put("r1", {{"title", "Training"},
                    {"when", span_at("2026-04-06T18:00:00", kBerlin)},
                    {"recurrence", weekly("MO")},
                    {"title@2026-04-13T18:00:00", "With guests"}});
  world_.sync();
  ASSERT_EQ(google_->size(), 1U);
  world_.wait(std::chrono::hours(30));
  world_.sync();
  world_.settle();
  EXPECT_EQ(google_->size(), 1U);
  EXPECT_EQ(google_->get("r1", "title@2026-04-13T18:00:00"), "With guests");
  EXPECT_EQ(world_.size(), 1U);
  expect_silence();
}

TEST_P(HalfASeries, KeepsWhatAPersonTypedIntoIt) {
  begin(world_);
  world_.set("r1", "title@2026-04-13T18:00:00", "With guests");
  google_->provider().break_off(1);
  world_.sync();
  google_->set("r1", "notes", "bring flags");
  world_.settle();
  EXPECT_EQ(world_.get("r1", "notes"), "bring flags");
  EXPECT_EQ(google_->get("r1", "title@2026-04-13T18:00:00"), "With guests");
  EXPECT_EQ(caldav_->get("r1", "notes"), "bring flags");
  expect_silence();
}

TEST_P(HalfASeries, GivesWayToWhatTheAppWantsByThen) {
  begin(world_);
  world_.set("r1", "title", "Practice");
  world_.set("r1", "title@2026-04-13T18:00:00", "With guests");
  google_->provider().break_off(1);
  world_.sync();
  world_.set("r1", "title", "Training");
  world_.set("r1", "title@2026-04-13T18:00:00", std::nullopt);
  world_.settle();
  EXPECT_EQ(world_.get("r1", "title"), "Training");
  EXPECT_EQ(google_->get("r1", "title"), "Training");
  EXPECT_EQ(google_->get("r1", "title@2026-04-13T18:00:00"), "(none)");
  expect_silence();
}

TEST_P(HalfASeries, ThatIsRefusedInTheEndIsParkedAndHarmsNothing) {
  begin(world_);
  world_.set("r1", "title@2026-04-13T18:00:00", "With guests");
  google_->provider().break_off(1);
  world_.sync();
  google_->provider().refuse("guests");
  world_.sync();
  world_.sync();
  EXPECT_EQ(world_.get("r1", "title@2026-04-13T18:00:00"), "With guests");
  google_->provider().refuse("");
  world_.set("r1", "notes", "bring flags");
  world_.settle();
  EXPECT_EQ(google_->get("r1", "title@2026-04-13T18:00:00"), "With guests");
  expect_silence();
}

INSTANTIATE_TEST_SUITE_P(IdsAreOursOrTheirs, HalfASeries, testing::Bool());

}  // namespace
}  // namespace v1
}  // namespace fasti
