// A whole installation with a Google calendar: the engine, its store and the stand-in, and what goes wrong between
// them.
#include <gtest/gtest.h>

#include <unistd.h>
#include <fasti/hub.hpp>
#include <filesystem>
#include <fstream>
#include <set>

#include "tests/unit/google/google_world.hpp"

namespace fasti {
inline namespace v1 {
namespace google {
namespace {

using emulators::NetworkFault;

/// One store, one calendar.
class League : public ::testing::Test {
 protected:
  League() {
    static int made = 0;
    folder_ = std::filesystem::path(::testing::TempDir()) /
              ("fasti-google-" + std::to_string(::getpid()) + "-" + std::to_string(++made));
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "fasti.toml") << "store = \"fasti.db\"\n"
                                             "[connections.google]\nprovider = \"google\"\n"
                                             "client_id = \"app\"\nclient_secret = { env = \"FASTI_TEST_SECRET\" }\n"
                                             "refresh_token = { env = \"FASTI_TEST_SECRET\" }\n"
                                             "[[sync]]\nname = \"league\"\nconnection = \"google\"\n"
                                             "collection = \"League\"\nkind = \"booking\"\n";
    ::setenv("FASTI_TEST_SECRET", "refresh", 1);
    world_.google.add_refresh_token("refresh", world_.kOwner);
  }
  ~League() override { std::filesystem::remove_all(folder_); }

  Hub& hub() {
    if (!hub_) {
      Services services{system_files(), world_.clock, world_.random, world_.transport, {}};
      auto opened = Hub::open((folder_ / "fasti.toml").string(), {google_factory(services)});
      if (!opened) throw std::runtime_error(opened.error().text());
      hub_ = std::make_unique<Hub>(std::move(*opened));
    }
    return *hub_;
  }

  RunReport sync() {
    auto report = hub().sync();
    if (!report) throw std::runtime_error(report.error().text());
    world_.clock.advance(std::chrono::minutes(5));
    return *report;
  }
  /// Until a run has nothing to write.
  void settle() {
    for (int round = 0; round < 8; ++round) {
      const auto report = sync();
      const auto& counts = report.syncs.at(0).written;
      const bool quiet = counts.created + counts.updated + counts.deleted == 0 && !report.syncs.at(0).error;
      if (quiet && report.local.created + report.local.updated + report.local.deleted == 0) return;
    }
    ADD_FAILURE() << "does not come to rest";
  }

  void put(const std::string& id, Fields fields) {
    const auto stored = hub().put(Record{"booking", id, std::move(fields)});
    ASSERT_TRUE(stored) << stored.error().text();
  }
  Fields booking(const std::string& title) {
    return {{"title", Value(title)}, {"when", Value(span_of("2026-06-11T18:00:00", "2026-06-11T20:00:00"))}};
  }
  std::optional<Value> field(const std::string& id, const std::string& path) {
    const auto record = hub().get("booking", id);
    if (!record) return std::nullopt;
    const auto* value = record->find(path);
    return value ? std::optional(*value) : std::nullopt;
  }
  std::vector<GoogleWorld::Json> events() {
    std::vector<GoogleWorld::Json> out;
    const auto page = world_.ask("GET", world_.events());
    for (const auto& one : page["items"]) out.push_back(one);
    return out;
  }
  std::multiset<std::string> titles() {
    std::multiset<std::string> out;
    for (const auto& one : events())
      if (one["status"] != "cancelled" && !one.contains("recurringEventId")) out.insert(one.value("summary", ""));
    return out;
  }

  GoogleWorld world_;
  std::filesystem::path folder_;
  std::unique_ptr<Hub> hub_;
};

TEST_F(League, EditsGoBothWaysAndTheSecondSyncIsOneRequest) {
  put("r1", booking("Final"));
  const auto id = world_.create(world_.timed("Friendly"));
  settle();
  EXPECT_EQ(titles(), (std::multiset<std::string>{"Final", "Friendly"}));
  EXPECT_EQ(hub().list("booking")->size(), 2U);
  world_.patch(id, {{"summary", "Friendly (moved)"}});
  put("r1", {{"title", Value(std::string("Grand final"))}});
  settle();
  EXPECT_EQ(titles(), (std::multiset<std::string>{"Grand final", "Friendly (moved)"}));
  world_.wire.lines.clear();
  const auto report = sync();
  EXPECT_EQ(world_.wire.lines.size(), 1U);
  EXPECT_EQ(report.syncs.at(0).written.updated, 0U);
  world_.remove(id);
  settle();
  EXPECT_EQ(hub().list("booking")->size(), 1U);
}

TEST_F(League, ASeriesWithExceptionsGoesBothWaysAcrossSummerTime) {
  auto event = world_.timed("Training", "2026-10-19T18:00:00", "2026-10-19T19:30:00");
  event["recurrence"] = {"RRULE:FREQ=WEEKLY;COUNT=4"};
  const auto id = world_.create(event);
  world_.patch(id + "_20261026T170000Z",
               {{"start", {{"dateTime", "2026-10-26T20:00:00"}, {"timeZone", "Europe/Berlin"}}},
                {"end", {{"dateTime", "2026-10-26T21:30:00"}, {"timeZone", "Europe/Berlin"}}}});
  world_.remove(id + "_20261102T170000Z");
  settle();
  ASSERT_EQ(hub().list("booking")->size(), 1U);
  const auto record = hub().list("booking")->front();
  EXPECT_EQ(field(record.id, "when@2026-10-26T18:00:00"), Value(span_of("2026-10-26T20:00:00", "2026-10-26T21:30:00")));
  EXPECT_EQ(std::get<Recurrence>(*field(record.id, "recurrence")).exdates,
            std::vector<std::string>{"2026-11-02T18:00:00"});

  auto changed = record;
  changed.fields["title@2026-10-26T18:00:00"] = Value(std::string("Late training"));
  auto& recurrence = std::get<Recurrence>(*changed.fields["recurrence"]);
  recurrence.exdates.push_back("2026-11-09T18:00:00");
  put(record.id, changed.fields);
  settle();
  EXPECT_EQ(world_.get(id + "_20261026T170000Z")["summary"], "Late training");
  EXPECT_EQ(world_.ask("GET", world_.events(id) + "/instances")["items"].size(), 2U);
  EXPECT_EQ(field(record.id, "title@2026-10-26T18:00:00"), Value(std::string("Late training")));
}

/// Each trouble strikes once in each of two runs: nothing is lost, nothing is there twice.
TEST_F(League, TroubleOnTheWayLosesNothingAndDoublesNothing) {
  int number = 0;
  for (const char* fault : {"page_shift", "short_page", "duplicate_item", "reordered", "delayed", "expired_token",
                            "rate_403", "rate_429", "quota_403", "backend_error", "error_after_write",
                            "stale_credentials", "part_conflict", "part_missing", "full_tombstones"}) {
    SCOPED_TRACE(fault);
    const std::string name = std::to_string(++number);
    for (int i = 0; i < 4; ++i) put(name + "-" + std::to_string(i), booking("ours " + name + std::to_string(i)));
    world_.create(world_.timed("theirs " + name));
    ASSERT_TRUE(world_.google.faults().force(fault));
    sync();
    for (int i = 0; i < 4; ++i)
      put(name + "-" + std::to_string(i), {{"title", Value("mine " + name + std::to_string(i))}});
    world_.google.faults().force(fault);
    sync();
    world_.google.faults().set_quiet(false);
    settle();
    const auto seen = titles();
    EXPECT_EQ(seen.size(), static_cast<std::size_t>(number) * 5);
    for (int i = 0; i < 4; ++i) EXPECT_EQ(seen.count("mine " + name + std::to_string(i)), 1U);
    EXPECT_EQ(seen.count("theirs " + name), 1U);
    EXPECT_EQ(hub().list("booking")->size(), static_cast<std::size_t>(number) * 5);
  }
}

TEST_F(League, ALostReplyAnywhereInARunIsMadeGood) {
  for (int lost = 1; lost <= 8; ++lost) {
    SCOPED_TRACE(lost);
    const std::string id = "r" + std::to_string(lost);
    auto fields = booking("Training " + id);
    fields["recurrence"] = Value(Recurrence{{"FREQ=WEEKLY;COUNT=4"}, {}, {}, {}});
    fields["title@2026-06-18T18:00:00"] = Value("With guests " + id);
    put(id, fields);
    int sent = 0;
    world_.wire.fault = [&](const http::Request&) {
      return ++sent == lost ? NetworkFault::reply_lost : NetworkFault::none;
    };
    (void)hub().sync();
    world_.wire.fault = nullptr;
    settle();
    EXPECT_EQ(titles().count("Training " + id), 1U);
    EXPECT_EQ(field(id, "title@2026-06-18T18:00:00"), Value("With guests " + id));
    std::size_t exceptions = 0;
    for (const auto& one : events()) exceptions += one.value("summary", "") == "With guests " + id ? 1 : 0;
    EXPECT_EQ(exceptions, 1U);
  }
}

TEST_F(League, AnInterruptionAnywhereInAChangeOfASeriesIsMadeGood) {
  auto fields = booking("Training");
  fields["recurrence"] = Value(Recurrence{{"FREQ=WEEKLY;COUNT=4"}, {}, {}, {}});
  fields["title@2026-06-18T18:00:00"] = Value("With guests");
  put("r1", fields);
  settle();
  for (int lost = 1; lost <= 8; ++lost) {
    SCOPED_TRACE(lost);
    const std::string count = std::to_string(4 + lost);
    const std::string guests = "With " + count + " guests";
    put("r1", {{"recurrence", Value(Recurrence{{"FREQ=WEEKLY;COUNT=" + count}, {}, {}, {}})},
               {"title@2026-06-18T18:00:00", Value(guests)}});
    int sent = 0;
    world_.wire.fault = [&](const http::Request&) {
      return ++sent > lost ? NetworkFault::request_lost : sent == lost ? NetworkFault::reply_lost : NetworkFault::none;
    };
    (void)hub().sync();
    world_.wire.fault = nullptr;
    hub_.reset();
    world_.clock.advance(std::chrono::hours(30));
    settle();
    EXPECT_EQ(titles().count("Training"), 1U);
    EXPECT_EQ(field("r1", "title@2026-06-18T18:00:00"), Value(guests));
    EXPECT_EQ(std::get<Recurrence>(*field("r1", "recurrence")).rules.front(), "FREQ=WEEKLY;COUNT=" + count);
    std::size_t exceptions = 0;
    for (const auto& one : events()) exceptions += one.value("summary", "") == guests ? 1 : 0;
    EXPECT_EQ(exceptions, 1U);
    EXPECT_TRUE(hub().conflicts(Hub::ConflictFilter::all)->empty());
  }
}

TEST_F(League, APersonsEditBetweenOurLookAndOurWriteSurvives) {
  put("r1", booking("Final"));
  settle();
  const std::string id = events().at(0)["id"];
  put("r1", {{"title", Value(std::string("Grand final"))}});
  bool typed = false;
  world_.wire.fault = [&](const http::Request& request) {
    if (request.method == "PATCH" && !std::exchange(typed, true)) world_.patch(id, {{"description", "Gate 3"}});
    return NetworkFault::none;
  };
  sync();
  world_.wire.fault = nullptr;
  settle();
  EXPECT_TRUE(typed);
  EXPECT_EQ(world_.get(id)["summary"], "Grand final");
  EXPECT_EQ(field("r1", "notes"), Value(std::string("Gate 3")));
}

TEST_F(League, CheckOnlineNamesAReadOnlyCalendarAndAMissingScope) {
  EXPECT_TRUE(hub().check_online()->empty());
  world_.google.share(world_.calendar, world_.kOwner, "reader");
  auto problems = *hub().check_online();
  ASSERT_FALSE(problems.empty());
  EXPECT_EQ(problems.front().kind, ErrorKind::forbidden) << problems.front().text();
  world_.google.share(world_.calendar, world_.kOwner, "");
  problems = *hub().check_online();
  ASSERT_FALSE(problems.empty());
  EXPECT_EQ(problems.front().kind, ErrorKind::not_found) << problems.front().text();
}

}  // namespace
}  // namespace google
}  // namespace v1
}  // namespace fasti
