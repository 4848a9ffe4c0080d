// Stories about a law that moves a zone's clocks between two runs (rule 29): future events are wall times.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/time/zone.hpp"
#include "engine/time/zone_data.hpp"
#include "tests/support/scenario.hpp"

namespace fasti {
inline namespace v1 {
namespace {

using support::alpha;
using support::Scenario;
using support::Side;
using support::span_at;

const char* const kBerlin = "Europe/Berlin";
/// Summer time all year.
const std::map<std::string, std::string> kSummerForEver = {{kBerlin, "CEST-2CEST-2,M3.5.0,M10.5.0/3"}};

/// A provider that keeps instants: what it shows is in one zone, whatever was written.
class KeepsInstants final : public Connector {
 public:
  /// `zone`: of what it shows. `says_so`: by Capabilities::instants, for it looks the zone up when it shows.
  KeepsInstants(std::shared_ptr<Connector> inner, std::string zone, bool says_so)
      : inner_(std::move(inner)), zone_(std::move(zone)), says_so_(says_so) {}

  Capabilities capabilities() const override {
    Capabilities caps = inner_->capabilities();
    caps.instants = says_so_;
    return caps;
  }
  Result<std::vector<CollectionInfo>> collections() override { return inner_->collections(); }
  Result<CollectionInfo> open_collection(const std::string& wanted, bool create) override {
    return inner_->open_collection(wanted, create);
  }
  Result<std::vector<PropertyInfo>> properties(const std::string& collection) override {
    return inner_->properties(collection);
  }
  Result<PullResult> pull_changes(const PullRequest& request, const PageSink& sink) override {
    return inner_->pull_changes(request, [&](std::vector<RemoteChange>&& page) {
      for (RemoteChange& change : page) place(change.object.properties, zone_);
      return sink(std::move(page));
    });
  }
  std::vector<Result<RemoteObject>> fetch(const std::string& collection, std::span<const std::string> ids) override {
    auto objects = inner_->fetch(collection, ids);
    for (auto& object : objects)
      if (object) place(object->properties, zone_);
    return objects;
  }
  Result<std::vector<RemoteObject>> find_marked(const std::string& collection, const std::string& store,
                                                const std::string& record) override {
    auto objects = inner_->find_marked(collection, store, record);
    if (!objects) return objects;
    for (auto& object : *objects) place(object.properties, zone_);
    return objects;
  }
  std::vector<Result<Written>> send(std::span<const WriteRequest> requests, std::stop_token stop) override {
    std::vector<WriteRequest> in_utc(requests.begin(), requests.end());
    for (WriteRequest& request : in_utc) place(request.set, "UTC");
    auto replies = inner_->send(in_utc, stop);
    for (auto& reply : replies)
      if (reply && reply->echo) place(reply->echo->properties, zone_);
    return replies;
  }
  Result<Written> create(const WriteRequest& request) override { return inner_->create(request); }
  Result<Written> update(const WriteRequest& request) override { return inner_->update(request); }
  Result<Written> remove(const WriteRequest& request) override { return inner_->remove(request); }
  std::uint64_t requests() const override { return inner_->requests(); }

 private:
  static void place(Properties& properties, const std::string& zone) {
    for (auto& [path, value] : properties)
      if (auto* span = std::get_if<Span>(&value)) *span = in_zone(*span, zone).value();
  }
  std::shared_ptr<Connector> inner_;
  std::string zone_;
  bool says_so_;
};

struct Law : testing::Test {
  Scenario world;
  Side* wall = nullptr;
  Side* utc = nullptr;
  Side* there = nullptr;
  std::unique_ptr<AmendedZoneData> amended;

  /// A side with wall times, one that shows instants in UTC, and one that shows them in the zone of the event.
  void begin() {
    wall = &world.add("wall", alpha());
    utc = &world.add("utc", alpha());
    there = &world.add("there", alpha());
    wrap("utc", "UTC", false);
    wrap("there", kBerlin, true);
  }
  void wrap(const std::string& name, const std::string& zone, bool says_so) {
    sync::Target& target = world.stage().settings_of(name);
    target.connector = std::make_shared<KeepsInstants>(target.connector, zone, says_so);
  }
  void pass() { amended = std::make_unique<AmendedZoneData>(kSummerForEver); }
  ZoneDataStatus status() { return world.stage().engine().status().value().front().zone_data; }
  std::vector<JournalEntry> journal() {
    auto all = world.stage().store().journal("", "", 0, 0).value();
    std::erase_if(all, [](const JournalEntry& entry) { return entry.cause != "zone data"; });
    return all;
  }
};

TEST_F(Law, WhatKeepsInstantsIsWrittenAgainByWallTimeAndNothingElseIs) {
  begin();
  world.put("r1", {{"title", "Final"}, {"when", span_at("2026-12-11T18:00:00", kBerlin)}});
  world.put("r2", {{"title", "In summer"}, {"when", span_at("2026-06-11T18:00:00", kBerlin)}});
  world.put("r3", {{"title", "Elsewhere"}, {"when", span_at("2026-12-11T18:00:00", "Asia/Tokyo")}});
  world.settle();
  ASSERT_EQ(utc->get("r1", "when"), "2026-12-11 17:00:00..2026-12-11 18:00:00 UTC");
  EXPECT_EQ(status().hash, zone_data().hash());
  EXPECT_FALSE(status().changed);
  const auto before = world.writes();
  const auto walls = wall->writes();
  pass();
  const RunReport run = world.sync();
  EXPECT_EQ(utc->get("r1", "when"), "2026-12-11 16:00:00..2026-12-11 17:00:00 UTC");
  EXPECT_EQ(there->get("r1", "when"), "2026-12-11 16:00:00..2026-12-11 17:00:00 UTC");
  EXPECT_EQ(wall->get("r1", "when"), "2026-12-11 18:00:00..2026-12-11 19:00:00 Europe/Berlin");
  EXPECT_EQ(world.get("r1", "when"), "2026-12-11 18:00:00..2026-12-11 19:00:00 Europe/Berlin");
  EXPECT_EQ(wall->writes(), walls);
  EXPECT_EQ(world.writes(), before + 2);
  EXPECT_EQ(status().hash, zone_data().hash());
  EXPECT_EQ(status().moved, 1u);
  EXPECT_TRUE(status().changed);
  ASSERT_EQ(run.steps.size(), 2u);
  EXPECT_EQ(run.steps.front().cause, "zone data");
  EXPECT_NE(run.steps.front().why.find("zone data changed"), std::string::npos);
  ASSERT_FALSE(run.notes.empty());
  EXPECT_NE(run.notes.front().find("1 future record moved"), std::string::npos) << run.notes.front();
  ASSERT_EQ(journal().size(), 1u);
  EXPECT_EQ(journal().front().field, "when");
  EXPECT_TRUE(world.conflicts(false).empty());
}

TEST_F(Law, TheNextRunHasNothingToDoAndWritesNothingDown) {
  begin();
  world.put("r1", {{"title", "Final"}, {"when", span_at("2026-12-11T18:00:00", kBerlin)}});
  world.settle();
  pass();
  world.settle();
  const auto writes = world.writes();
  const auto requests = there->provider().requests();
  const auto commits = world.stage().store().commits();
  world.sync();
  EXPECT_EQ(world.writes(), writes);
  EXPECT_EQ(there->provider().requests(), requests + 1);
  const auto spent = world.stage().store().commits() - commits;
  amended.reset();  // the old law is back: other data, once more
  world.settle();
  EXPECT_EQ(status().moved, 1u);
  EXPECT_EQ(utc->get("r1", "when"), "2026-12-11 17:00:00..2026-12-11 18:00:00 UTC");
  const auto later = world.stage().store().commits();
  world.sync();
  EXPECT_EQ(world.stage().store().commits() - later, spent);
}

TEST_F(Law, APersonsEditOfAnythingElseIsNotReadAsAnEditOfTheTime) {
  begin();
  world.put("r1", {{"title", "Final"}, {"when", span_at("2026-12-11T18:00:00", kBerlin)}});
  world.settle();
  pass();
  there->set("r1", "title", "The final");
  world.settle();
  EXPECT_EQ(world.get("r1", "when"), "2026-12-11 18:00:00..2026-12-11 19:00:00 Europe/Berlin");
  EXPECT_EQ(wall->get("r1", "title"), "The final");
  EXPECT_EQ(there->get("r1", "when"), "2026-12-11 16:00:00..2026-12-11 17:00:00 UTC");
  EXPECT_TRUE(world.conflicts(false).empty());
}

TEST_F(Law, APersonsEditOfTheTimeWinsOverItWithoutAConflict) {
  begin();
  world.put("r1", {{"title", "Final"}, {"when", span_at("2026-12-11T18:00:00", kBerlin)}});
  world.settle();
  pass();
  utc->set("r1", "when", span_at("2026-12-11T19:00:00", "UTC"));
  world.settle();
  EXPECT_EQ(utc->get("r1", "when"), "2026-12-11 19:00:00..2026-12-11 20:00:00 UTC");
  EXPECT_EQ(there->get("r1", "when"), "2026-12-11 19:00:00..2026-12-11 20:00:00 UTC");
  EXPECT_TRUE(world.conflicts(false).empty());
}

TEST_F(Law, ADeletionIsNotContestedByIt) {
  begin();
  world.put("r1", {{"title", "Final"}, {"when", span_at("2026-12-11T18:00:00", kBerlin)}});
  world.put("r2", {{"title", "Another"}});
  world.settle();
  pass();
  utc->remove("r1");
  world.settle();
  EXPECT_FALSE(world.has("r1"));
  EXPECT_FALSE(there->has("r1"));
  EXPECT_TRUE(world.conflicts(false).empty());
}

TEST_F(Law, WhatIsOverStaysAsItIs) {
  begin();
  world.put("r1", {{"title", "Final"}, {"when", span_at("2026-12-11T18:00:00", kBerlin)}});
  world.settle();
  world.wait(std::chrono::hours(24 * 400));
  pass();
  const auto writes = world.writes();
  world.settle();
  there->set("r1", "title", "The final");
  world.settle();
  EXPECT_EQ(status().moved, 0u);
  EXPECT_EQ(world.writes(), writes + 2) << "the title only";
  EXPECT_EQ(utc->get("r1", "when"), "2026-12-11 17:00:00..2026-12-11 18:00:00 UTC");
  EXPECT_EQ(there->get("r1", "when"), "2026-12-11 17:00:00..2026-12-11 18:00:00 UTC");
  EXPECT_EQ(world.get("r1", "when"), "2026-12-11 18:00:00..2026-12-11 19:00:00 Europe/Berlin");
}

TEST_F(Law, ASeriesMovesWithAnyOfItsFutureOccurrencesAndKeepsItsRule) {
  auto& google = world.add("google", alpha());
  const Value monthly = Recurrence{{"FREQ=MONTHLY"}, {}, {}, {}};
  world.put("r1", {{"title", "Board"}, {"when", span_at("2026-06-11T18:00:00", kBerlin)}, {"recurrence", monthly}});
  const Value ended = Recurrence{{"FREQ=MONTHLY;COUNT=4"}, {}, {}, {}};
  world.put("r2", {{"title", "Ended"}, {"when", span_at("2026-06-11T18:00:00", kBerlin)}, {"recurrence", ended}});
  world.settle();
  const auto writes = world.writes();
  pass();
  world.settle();
  EXPECT_EQ(status().moved, 1u);
  EXPECT_EQ(world.writes(), writes);
  EXPECT_EQ(google.get("r1", "when"), "2026-06-11 18:00:00..2026-06-11 19:00:00 Europe/Berlin");
  ASSERT_EQ(journal().size(), 1u);
  EXPECT_EQ(std::get<Span>(*journal().front().after).start, span_at("2026-11-11T16:00:00", "UTC").start);
}

TEST_F(Law, AnOccurrenceOfItsOwnMovesToo) {
  begin();
  const Value weekly = Recurrence{{"FREQ=WEEKLY;COUNT=3"}, {}, {}, {}};
  world.put("r1", {{"title", "Training"},
                   {"when", span_at("2026-10-01T18:00:00", kBerlin)},
                   {"recurrence", weekly},
                   {"when@2026-10-08T18:00:00", span_at("2026-11-30T18:00:00", kBerlin)}});
  world.settle();
  pass();
  world.settle();
  EXPECT_EQ(status().moved, 1u);
  EXPECT_EQ(utc->get("r1", "when@2026-10-08T18:00:00"), "2026-11-30 16:00:00..2026-11-30 17:00:00 UTC");
  EXPECT_EQ(there->get("r1", "when@2026-10-08T18:00:00"), "2026-11-30 16:00:00..2026-11-30 17:00:00 UTC");
}

TEST_F(Law, APlanTellsAndTheRunAfterItStillWrites) {
  begin();
  world.put("r1", {{"title", "Final"}, {"when", span_at("2026-12-11T18:00:00", kBerlin)}});
  world.settle();
  pass();
  const RunReport plan = world.plan();
  EXPECT_EQ(plan.steps.size(), 2u);
  EXPECT_EQ(utc->get("r1", "when"), "2026-12-11 17:00:00..2026-12-11 18:00:00 UTC");
  const RunReport run = world.sync();
  ASSERT_EQ(run.steps.size(), 2u);
  EXPECT_EQ(run.steps.front().cause, "zone data");
  EXPECT_EQ(utc->get("r1", "when"), "2026-12-11 16:00:00..2026-12-11 17:00:00 UTC");
}

TEST_F(Law, OfALocalEditOnItsWayNothingIsLost) {
  begin();
  world.put("r1", {{"title", "Final"}, {"when", span_at("2026-12-11T18:00:00", kBerlin)}});
  world.settle();
  world.set("r1", "when", span_at("2026-12-12T18:00:00", kBerlin));
  pass();
  world.settle();
  EXPECT_EQ(utc->get("r1", "when"), "2026-12-12 16:00:00..2026-12-12 17:00:00 UTC");
  EXPECT_EQ(there->get("r1", "when"), "2026-12-12 16:00:00..2026-12-12 17:00:00 UTC");
  EXPECT_EQ(wall->get("r1", "when"), "2026-12-12 18:00:00..2026-12-12 19:00:00 Europe/Berlin");
}

}  // namespace
}  // namespace v1
}  // namespace fasti
