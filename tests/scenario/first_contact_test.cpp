// Stories about objects that were there before Fasti came, and about markers.
#include <gtest/gtest.h>

#include "tests/support/scenario.hpp"

namespace fasti {
inline namespace v1 {
namespace {

using support::alpha;
using support::beta;
using support::Fault;
using support::report_of;
using support::Scenario;
using support::span_at;

const char* const kMexico = "America/Mexico_City";

TEST(FirstContact, TargetsWithPairsAreHeldUntilThePairingIsApproved) {
  Scenario world;
  auto& google = world.add("google", alpha(), {"title", "when.start"});
  auto& notion = world.add("notion", beta(), {"title", "when.start"});
  google.create("g1", {{"title", "Final"}, {"when", span_at("2026-07-19T15:00:00", kMexico)}});
  notion.create("g1",
                {{"title", "Final"}, {"when", span_at("2026-07-19T15:00:00", kMexico)}, {"notes", "bring flags"}});
  notion.create("n2", {{"title", "Draw"}, {"when", span_at("2026-07-01T15:00:00", kMexico)}});
  const auto report = world.sync();
  EXPECT_EQ(report.outcome, Outcome::held);
  EXPECT_EQ(google.size() + notion.size(), 3U) << "nothing is created before the pairing is seen";
  world.approve(report);
  world.settle();
  EXPECT_EQ(world.size(), 2U);
  EXPECT_EQ(google.size(), 2U);
  EXPECT_EQ(notion.size(), 2U);
  EXPECT_EQ(google.get("g1", "notes"), "bring flags");
}

TEST(FirstContact, EmptyNeverBeatsAValue) {
  Scenario world;
  auto& google = world.add("google", alpha(), {"title"});
  auto& notion = world.add("notion", beta(), {"title"});
  notion.create("r1", {{"title", "Final"}, {"notes", "bring flags"}});
  google.create("r1", {{"title", "Final"}});
  world.settle();
  EXPECT_EQ(world.get("r1", "notes"), "bring flags");
  EXPECT_EQ(google.get("r1", "notes"), "bring flags");
  EXPECT_EQ(notion.get("r1", "notes"), "bring flags");
}

TEST(FirstContact, ClustersDoNotDependOnTheOrderOfTheConnections) {
  for (const bool swapped : {false, true}) {
    Scenario world;
    auto& google = world.add("google", alpha(), {"title", "when.start"});
    if (swapped) world.add("caldav", alpha(), {"title", "when.start"});
    auto& notion = world.add("notion", beta(), {"title", "when.start"});
    if (!swapped) world.add("caldav", alpha(), {"title", "when.start"});
    const auto three = span_at("2026-07-19T15:00:00", kMexico);
    google.create("r1", {{"title", "Final"}, {"when", three}}, "final@fifa");
    world.side("caldav").create("r1", {{"title", "Final"}, {"when", span_at("2026-07-19T15:01:00", kMexico)}},
                                "final@fifa");
    notion.create("r1", {{"title", "Final"}, {"when", three}});
    world.settle();
    EXPECT_EQ(world.size(), 1U) << "swapped: " << swapped;
    EXPECT_EQ(google.size() + world.side("caldav").size() + notion.size(), 3U);
  }
}

TEST(FirstContact, TwoCandidatesInOneTargetAreAQuestion) {
  Scenario world;
  auto& google = world.add("google", alpha(), {"title"});
  auto& notion = world.add("notion", beta(), {"title"});
  google.create("r1", {{"title", "Final"}});
  notion.create("r1", {{"title", "Final"}});
  notion.create("r2", {{"title", "Final"}});
  const auto report = world.sync();
  world.approve(report);
  world.sync();
  EXPECT_EQ(google.size(), 1U) << "created nowhere";
  EXPECT_EQ(notion.size(), 2U);
  EXPECT_FALSE(world.conflicts().empty());
}

TEST(FirstContact, ADuplicatedRowIsARecordOfItsOwn) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  world.put("r1", {{"title", "Final"}});
  world.settle();
  notion.copy("r1", "r2");
  world.settle();
  EXPECT_EQ(world.size(), 2U);
  EXPECT_TRUE(google.has("r2"));
  notion.remove("r2");
  world.settle();
  EXPECT_TRUE(notion.has("r1")) << "deleting the copy leaves the original";
  EXPECT_TRUE(google.has("r1"));
  EXPECT_FALSE(google.has("r2"));
}

TEST(FirstContact, PurgeRemovesOnlyWhatThisStoreCreated) {
  Scenario world;
  auto& google = world.add("google", alpha(), {"title"});
  google.create("theirs", {{"title", "Made by people"}});
  world.settle();
  world.put("ours", {{"title", "Made by us"}});
  world.set("theirs", "notes", "adopted and written to");
  world.settle();
  ASSERT_EQ(google.size(), 2U);
  auto purged = world.stage().engine().purge("google");
  ASSERT_TRUE(purged.ok()) << purged.error().text();
  EXPECT_EQ(purged->removed, 1U);
  EXPECT_TRUE(google.has("theirs"));
  EXPECT_FALSE(google.has("ours"));
}

TEST(FirstContact, AForeignStoresMarkerIsLeftAlone) {
  Scenario world;
  auto& google = world.add("google", alpha());
  world.put("r1", {{"title", "Final"}});
  world.settle();
  Scenario other;
  auto& google_of_other = other.add("google", alpha());
  google_of_other.create("r1", {{"title", "Final"}});
  const auto id = google_of_other.object("r1")->id;
  ASSERT_TRUE(google.object("r1")->marker.has_value());
  auto request = WriteRequest{};
  request.op = WriteOp::update;
  request.collection = "calendar";
  request.key = "of another store";
  request.id = id;
  request.version = google_of_other.object("r1")->version;
  request.marker = *google.object("r1")->marker;
  ASSERT_TRUE(google_of_other.provider().update(request).ok());
  other.settle();
  EXPECT_EQ(other.size(), 1U);
  EXPECT_EQ(google_of_other.object("r1")->marker, request.marker) << "read, adopted, not repaired";
  const auto writes = other.writes();
  other.sync();
  EXPECT_EQ(other.writes(), writes);
}

TEST(FirstContact, ARestoredStoreRebuildsRecordsFromItsOwnMarkers) {
  Scenario world;
  auto& google = world.add("google", alpha());
  world.put("r1", {{"title", "Final"}, {"notes", "bring flags"}});
  world.settle();
  const auto record = world.record_id("r1");
  auto links = world.stage().store().links_of_record("booking", record);
  ASSERT_TRUE(links.ok());
  for (const auto& link : *links) ASSERT_TRUE(world.stage().store().delete_link(link.id).ok());
  ASSERT_TRUE(world.stage().store().forget_record("booking", record).ok());
  google.provider().expire_cursors();
  world.stage().kill_engine();
  world.settle();
  EXPECT_EQ(world.record_id("r1"), record) << "the same record, under its old id";
  EXPECT_EQ(world.get("r1", "notes"), "bring flags");
  EXPECT_EQ(google.size(), 1U);
}

}  // namespace
}  // namespace v1
}  // namespace fasti
