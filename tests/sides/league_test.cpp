// One league in Google, in Outlook, in .ics files and on Radicale: what one person does is there for all others after
// one sync.
#include <gmock/gmock.h>

#include <tuple>

#include "tests/sides/league_world.hpp"

namespace fasti {
inline namespace v1 {
namespace sides {
namespace {

using testing::Contains;
using testing::SizeIs;

const std::vector<std::string> kSides = {"files", "google", "outlook", "radicale"};

void expect_same_agenda(LeagueWorld& world, const std::string& after) {
  const Agenda first = world.people["files"]->agenda();
  for (auto& [side, person] : world.people) EXPECT_EQ(person->agenda(), first) << side << " after " << after;
}

/// In one sync everywhere, and the next finds nothing to do in one request per collection.
void expect_settled(LeagueWorld& world, const std::string& after) {
  const auto report = world.sync();
  EXPECT_EQ(report.outcome, Outcome::ok) << after;
  for (const auto& target : report.syncs)
    EXPECT_FALSE(target.error || target.held) << (target.error ? target.error->text() : *target.held) << " " << after;
  const auto parked = world.hub().parked().value();
  for (const auto& one : parked) ADD_FAILURE() << one.target << " " << one.remote_id << ": " << one.reason;
  expect_same_agenda(world, after);
  world.requests();
  const auto again = world.sync();
  EXPECT_EQ(again.outcome, Outcome::ok) << after;
  EXPECT_EQ(world.requests(), 2u) << "after " << after;
  for (const auto& target : again.syncs)
    EXPECT_EQ(target.requests, target.provider == "ics" ? 0U : 1U) << target.target << " after " << after;
  for (const auto& step : again.steps) ADD_FAILURE() << step.target << " " << step.op << " " << step.label;
}

TEST(League, TheReadyMadeMappingsKeepTheirLaws) {
  LeagueWorld world;
  EXPECT_EQ(world.fasti({"check"}), 0) << world.said;
}

TEST(League, TheWorldCupIsInAllPlacesAndAnEditAnywhereIsEverywhere) {
  LeagueWorld world;
  const std::string data = std::string(FASTI_SOURCE_DIR) + "/examples/worldcup-2026/";
  for (const std::string kind : {"venue", "team", "schedule", "booking"}) {
    const std::string file = data + kind + (kind == "schedule" ? ".csv" : "s.csv");
    ASSERT_EQ(world.fasti({"import", file, "--mapping", "csv-" + kind}), 0) << world.said;
  }
  expect_settled(world, "import");
  EXPECT_THAT(world.people["google"]->agenda(), SizeIs(104));
  EXPECT_THAT(world.people["outlook"]->agenda(), Contains("2026-06-11T19:00:00.000Z Mexico - South Africa"));

  for (const std::string& side : kSides) {
    if (!world.has(side)) continue;
    world.people[side]->rename("Mexico - South Africa", "Moved by " + side);
    expect_settled(world, "rename in " + side);
    EXPECT_THAT(world.people["google"]->agenda(), Contains("2026-06-11T19:00:00.000Z Moved by " + side));
    world.people[side]->rename("Moved by " + side, "Mexico - South Africa");
    world.people[side]->create("Friendly of " + side, "2026-06-10T18:00:00", "2026-06-10T20:00:00");
    expect_settled(world, "create in " + side);
    EXPECT_THAT(world.people["outlook"]->agenda(), Contains("2026-06-10T16:00:00.000Z Friendly of " + side));
    world.people[side]->remove("Friendly of " + side);
    expect_settled(world, "delete in " + side);
    EXPECT_THAT(world.people["outlook"]->agenda(), SizeIs(104));
  }
}

/// Made on one side, changed on another.
class Series : public testing::TestWithParam<std::tuple<std::string, std::string>> {
 protected:
  void SetUp() override {
    for (const auto& side : {std::get<0>(GetParam()), std::get<1>(GetParam())})
      if (!world_.has(side)) GTEST_SKIP() << "skipped: no " << side << " (tests/servers/run.sh starts it)";
  }
  LeagueWorld world_;
};

TEST_P(Series, WithAMovedAndACancelledOccurrenceReadsTheSameEverywhere) {
  Person& maker = *world_.people[std::get<0>(GetParam())];
  Person& editor = *world_.people[std::get<1>(GetParam())];
  maker.create_series("Training");
  expect_settled(world_, "series");
  EXPECT_THAT(editor.agenda(), SizeIs(6));
  editor.move_second("Training");
  expect_settled(world_, "move");
  EXPECT_THAT(maker.agenda(), Contains("2026-10-14T17:00:00.000Z Training"));
  editor.cancel_third("Training");
  expect_settled(world_, "cancellation");
  EXPECT_EQ(maker.agenda(), (Agenda{"2026-10-06T16:00:00.000Z Training", "2026-10-14T17:00:00.000Z Training",
                                    "2026-10-27T17:00:00.000Z Training", "2026-11-03T17:00:00.000Z Training",
                                    "2026-11-10T17:00:00.000Z Training"}));
  editor.rename("Training", "Practice");
  expect_settled(world_, "rename");
  EXPECT_THAT(maker.agenda(), Contains("2026-11-10T17:00:00.000Z Practice"));
  EXPECT_EQ(world_.patterns_rewritten, 0);
  editor.remove("Practice");
  expect_settled(world_, "delete");
  EXPECT_THAT(maker.agenda(), SizeIs(0));
}

TEST_P(Series, MadeWithItsChangesArrivesWithThem) {
  Person& maker = *world_.people[std::get<0>(GetParam())];
  maker.create_series("Training");
  maker.move_second("Training");
  maker.cancel_third("Training");
  expect_settled(world_, "series");
  EXPECT_THAT(world_.people[std::get<1>(GetParam())]->agenda(), SizeIs(5));
}

INSTANTIATE_TEST_SUITE_P(MadeAndChanged, Series, testing::Combine(testing::ValuesIn(kSides), testing::ValuesIn(kSides)),
                         [](const auto& made) { return std::get<0>(made.param) + "_" + std::get<1>(made.param); });

}  // namespace
}  // namespace sides
}  // namespace v1
}  // namespace fasti
