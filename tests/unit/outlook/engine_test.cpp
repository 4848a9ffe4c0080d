// The real engine over the connector and its stand-in: what arrives, what it costs, and that no mishap loses an edit or
// makes anything twice.
#include <gmock/gmock.h>

#include "engine/config/config.hpp"
#include "engine/store/sqlite/sqlite_store.hpp"
#include "engine/sync/engine.hpp"
#include "tests/unit/outlook/outlook_world.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {
namespace {

using emulators::NetworkFault;

struct Office {
  explicit Office(std::uint64_t seed) : world(seed) {
    store = store::open_sqlite(":memory:", world.clock, world.random).value();
    const std::string file = testing::TempDir() + "/outlook-engine.toml";
    EXPECT_TRUE(system_files().write_atomically(file, "store = \"x.db\"\n").ok());
    const auto config = config::load(file, system_files(), {}, nullptr);
    EXPECT_TRUE(config.ok()) << config.error().text();
    settings.kinds = config->kinds;
    settings.policies = config->policies;
    sync::Target target;
    target.name = target.sync = "games";
    target.connection = "office";
    target.provider = "outlook";
    target.connector = world.connector;
    target.collection = "Games";
    target.kind = "booking";
    target.mapping = config::load_mapping(*config, "outlook-booking", system_files()).value();
    settings.targets.push_back(std::move(target));
    restart();
  }
  /// As after a crash: what is in the store and over there is all there is.
  void restart() { engine = std::make_unique<sync::Engine>(*store, world.clock, world.random, settings); }

  void put(const std::string& id, const std::string& title, Fields more = {}) {
    Record record;
    record.kind = "booking";
    record.id = id;
    record.fields = std::move(more);
    record.fields["title"] = title;
    if (!record.fields.count("when")) record.fields["when"] = berlin("2026-06-11T18:00:00", "2026-06-11T20:00:00");
    const auto done = engine->put(record, PutMode::merge);
    ASSERT_TRUE(done.ok()) << done.error().text();
  }
  RunReport sync() {
    world.clock.advance(std::chrono::minutes(1));
    const auto report = engine->run(sync::Engine::Mode::sync, {});
    EXPECT_TRUE(report.ok()) << report.error().text();
    return report ? *report : RunReport{};
  }
  std::string title(const std::string& id) {
    const auto record = engine->get("booking", id);
    if (!record || record->deleted) return "(none)";
    const auto found = record->fields.find("title");
    return found == record->fields.end() || !found->second ? "(none)" : std::get<std::string>(*found->second);
  }
  /// Every event over there, by subject.
  std::map<std::string, int> subjects() {
    std::map<std::string, int> out;
    const std::string page =
        world.person.must("GET", "/me/calendars/" + world.calendar + "/events?$top=1000&$select=subject");
    for (auto at = page.find("\"subject\":\""); at != std::string::npos; at = page.find("\"subject\":\"", at + 1))
      ++out[page.substr(at + 11, page.find('"', at + 11) - at - 11)];
    return out;
  }
  std::string id_of(const std::string& subject) {
    const std::string page =
        world.person.must("GET", "/me/calendars/" + world.calendar + "/events?$top=1000&$select=subject");
    const auto at = page.find("\"subject\":\"" + subject + "\"");
    if (at == std::string::npos) return {};
    const auto from = page.rfind("\"id\":\"", at) + 6;
    return page.substr(from, page.find('"', from) - from);
  }

  World world;
  std::unique_ptr<store::Store> store;
  sync::Settings settings;
  std::unique_ptr<sync::Engine> engine;
};

TEST(OutlookEngine, AnEditOnEitherSideArrivesAndThenThereIsSilence) {
  Office office(3);
  for (int i = 0; i < 40; ++i) office.put("r" + std::to_string(i), "Match " + std::to_string(i));
  const auto first = office.sync();
  EXPECT_EQ(first.syncs.at(0).written.created, 40U);
  EXPECT_LE(first.syncs.at(0).requests, 6U) << "open, listing, two batches, echo";
  auto quiet = office.sync();
  EXPECT_EQ(quiet.syncs.at(0).requests, 1U);
  EXPECT_EQ(quiet.syncs.at(0).written.total(), 0U);
  office.world.person.patches(office.id_of("Match 7"), R"({"subject":"Match 7, says a person"})");
  office.put("r8", "Match 8, says the app");
  office.sync();
  EXPECT_EQ(office.title("r7"), "Match 7, says a person");
  EXPECT_EQ(office.subjects().count("Match 8, says the app"), 1U);
  office.world.person.deletes(office.id_of("Match 9"));
  office.sync();
  EXPECT_EQ(office.title("r9"), "(none)");
  quiet = office.sync();
  EXPECT_EQ(quiet.syncs.at(0).requests, 1U);
  EXPECT_EQ(quiet.syncs.at(0).written.total(), 0U);
}

TEST(OutlookEngine, ASeriesReadsTheSameWhicheverSideMadeIt) {
  Office office(4);
  Fields fields;
  fields["when"] = berlin("2026-10-08T18:00:00", "2026-10-08T20:00:00");
  fields["recurrence"] = Recurrence{{"FREQ=WEEKLY;COUNT=6;BYDAY=TH"}, {}, {}, {"2026-10-29T18:00:00"}};
  fields["when@2026-10-15T18:00:00"] = berlin("2026-10-16T19:00:00", "2026-10-16T21:00:00");
  office.put("r1", "Training", fields);
  office.sync();
  const auto theirs = office.world.weekly("Choir");
  auto& person = office.world.person;
  person.patches(
      person.occurrence(theirs, "2026-10-15T16:00:00"),
      R"({"start":{"dateTime":"2026-10-16T19:00:00","timeZone":"W. Europe Standard Time"},"end":{"dateTime":"2026-10-16T21:00:00","timeZone":"W. Europe Standard Time"}})");
  person.deletes(person.occurrence(theirs, "2026-10-29T17:00:00"));
  office.sync();
  const auto all = office.engine->list("booking");
  ASSERT_TRUE(all.ok());
  ASSERT_EQ(all->size(), 2U);
  for (const Record& record : *all) {
    EXPECT_EQ(record.fields.at("when"), fields["when"]) << record.id;
    EXPECT_EQ(record.fields.at("recurrence"), fields["recurrence"]) << record.id;
    EXPECT_EQ(record.fields.at("when@2026-10-15T18:00:00"), fields["when@2026-10-15T18:00:00"]) << record.id;
  }
  const auto quiet = office.sync();
  EXPECT_EQ(quiet.syncs.at(0).requests, 1U);
  EXPECT_EQ(quiet.syncs.at(0).written.total(), 0U);
}

TEST(OutlookEngine, WhatTheServerDoesByItselfIsNoEdit) {
  Office office(5);
  office.world.server.faults().set("late_bump", 1);
  for (int i = 0; i < 5; ++i) office.put("r" + std::to_string(i), "Match " + std::to_string(i));
  office.sync();
  const auto written = office.world.server.writes();
  for (int i = 0; i < 3; ++i) office.sync();
  EXPECT_EQ(office.world.server.writes(), written);
}

class Mishaps : public ::testing::TestWithParam<std::uint64_t> {};

/// Both sides are edited while everything goes wrong; then the faults end and the world comes to rest.
TEST_P(Mishaps, LoseNothingAndMakeNothingTwice) {
  Office office(GetParam());
  support::SeededRandom dice(GetParam() * 77);
  auto& faults = office.world.server.faults();
  for (const auto name : emulators::kOutlookFaults) faults.set(name, 0.04);
  faults.set("if_match_ignored", 0);  // a race that no client can see
  faults.set("silent_cancellation", 0);
  office.world.network = [&](const http::Request&) {
    return dice.chance(0.03)   ? NetworkFault::reply_lost
           : dice.chance(0.03) ? NetworkFault::request_lost
                               : NetworkFault::none;
  };
  std::map<std::string, std::string> wanted;
  for (int round = 0; round < 12; ++round) {
    for (int i = 0; i < 3; ++i) {
      const std::string id = "r" + std::to_string(round * 3 + i);
      wanted[id] = "Match " + id;
      office.put(id, wanted[id]);
    }
    // A record is edited on one side at a time, so that there is one right answer.
    const std::string app = "r" + std::to_string(dice.below(static_cast<std::uint64_t>(round) * 3 + 3));
    wanted[app] = "App " + app + " " + std::to_string(round);
    office.put(app, wanted[app]);
    const std::string person = "p" + std::to_string(round);
    office.world.person.creates(office.world.calendar, person);
    wanted["by " + person] = person;
    if (round % 4 == 3) office.world.server.expire_cursors();
    if (round % 5 == 4) office.world.server.expire_tokens();
    office.sync();
  }
  faults.set_quiet(true);
  for (const auto name : emulators::kOutlookFaults) faults.set(name, 0);
  office.world.network = {};
  for (int i = 0; i < 8; ++i) {
    office.world.clock.advance(std::chrono::minutes(5));
    office.sync();
  }
  std::map<std::string, int> expected;
  for (const auto& one : wanted) ++expected[one.second];
  EXPECT_EQ(office.subjects(), expected);
  std::map<std::string, int> local;
  const auto all = office.engine->list("booking");
  for (const Record& record : *all) ++local[std::get<std::string>(*record.fields.at("title"))];
  EXPECT_EQ(local, expected);
  const auto quiet = office.sync();
  EXPECT_EQ(quiet.syncs.at(0).requests, 1U);
  EXPECT_EQ(quiet.syncs.at(0).written.total(), 0U);
}

/// A series of the app's: what each side owns of it, so that there is one right answer.
struct Training {
  std::string title;           ///< the person's
  std::string guests;          ///< of its second occurrence, the app's
  std::string coach;           ///< of its third, the person's
  int count = 6;               ///< the app's: Outlook forgets every exception when it changes
  bool fourth_is_off = false;  ///< the app's
};

class SeriesMishaps : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  static constexpr const char* kSecond = "2026-10-15T18:00:00";
  static constexpr const char* kThird = "2026-10-22T18:00:00";
  static constexpr const char* kFourth = "2026-10-29T18:00:00";

  void put(const std::string& id) {
    const Training& training = trainings_[id];
    Fields fields;
    Recurrence recurrence{{"FREQ=WEEKLY;COUNT=" + std::to_string(training.count) + ";BYDAY=TH"}, {}, {}, {}};
    if (training.fourth_is_off) recurrence.exdates.emplace_back(kFourth);
    Record record{"booking", id, {}, 0, false};
    const auto there = office_.engine->get("booking", id);
    if (!there || there->deleted) {
      record.fields["title"] = training.title;
      record.fields["when"] = berlin("2026-10-08T18:00:00", "2026-10-08T20:00:00");
    }
    record.fields["recurrence"] = recurrence;
    if (!training.guests.empty()) record.fields[make_path("title", kSecond)] = training.guests;
    const auto done = office_.engine->put(record, PutMode::merge);
    ASSERT_TRUE(done.ok()) << done.error().text();
  }
  void app_edits(const std::string& id, int round) {
    Training& training = trainings_[id];
    const std::string number = std::to_string(round);
    switch (dice_.below(3)) {
      case 0:
        training.guests = id + " with guests " + number;
        break;
      case 1:
        training.count = 6 + static_cast<int>(dice_.below(6));
        break;
      default:
        training.fourth_is_off = !training.fourth_is_off;
    }
    put(id);
  }
  /// Only of what is there, and whole: nobody could say what became of a text typed into a half that is taken away.
  void person_edits(const std::string& id, int round) {
    Training& training = trainings_[id];
    const std::string event = office_.id_of(training.title);
    if (event.empty()) return;
    const std::string text = id + " says a person " + std::to_string(round);
    auto& person = office_.world.person;
    if (dice_.chance(0.5)) {
      training.title = text;
      person.patches(event, R"({"subject":")" + text + "\"}");
    } else {
      training.coach = text;
      person.patches(person.occurrence(event, "2026-10-22T16:00:00"), R"({"subject":")" + text + "\"}");
    }
  }
  void make_trouble() {
    for (const auto name : emulators::kOutlookFaults) office_.world.server.faults().set(name, 0.04);
    office_.world.server.faults().set("if_match_ignored", 0);  // a race that no client can see
    office_.world.server.faults().set("silent_cancellation", 0);
    office_.world.network = [this](const http::Request&) {
      if (dies_after_ >= 0 && dies_after_-- == 0) dead_ = true;
      return dead_                ? NetworkFault::request_lost
             : dice_.chance(0.03) ? NetworkFault::reply_lost
             : dice_.chance(0.03) ? NetworkFault::request_lost
                                  : NetworkFault::none;
    };
  }
  void end_trouble() {
    for (const auto name : emulators::kOutlookFaults) office_.world.server.faults().set(name, 0);
    office_.world.network = {};
  }
  std::string text(const Record& record, const std::string& path) {
    const auto* value = record.find(path);
    return value ? std::get<std::string>(*value) : "";
  }

  Office office_{GetParam()};
  support::SeededRandom dice_{GetParam() * 131};
  std::map<std::string, Training> trainings_;
  int dies_after_ = -1;
  bool dead_ = false;
};

TEST_P(SeriesMishaps, LoseNothingAndMakeNothingTwice) {
  make_trouble();
  for (int round = 0; round < 14; ++round) {
    const std::string id = "s" + std::to_string(round % 4);
    if (round < 4) {
      trainings_[id].title = "Training " + id;
      trainings_[id].guests = id + " with guests";
      put(id);
    } else {
      app_edits("s" + std::to_string(dice_.below(4)), round);
      person_edits("s" + std::to_string(dice_.below(4)), round);
    }
    // In every other run the process ends somewhere.
    if (dice_.chance(0.5)) dies_after_ = static_cast<int>(dice_.below(30));
    office_.sync();
    dies_after_ = -1;
    if (std::exchange(dead_, false)) office_.restart();
    if (dice_.chance(0.2)) office_.world.clock.advance(std::chrono::hours(30));
  }
  end_trouble();
  for (int i = 0; i < 8; ++i) {
    office_.world.clock.advance(std::chrono::minutes(5));
    office_.sync();
  }
  std::map<std::string, int> expected;
  for (const auto& [id, training] : trainings_) {
    SCOPED_TRACE(id);
    ++expected[training.title];
    const auto record = office_.engine->get("booking", id);
    ASSERT_TRUE(record.ok());
    EXPECT_EQ(text(*record, "title"), training.title);
    EXPECT_EQ(text(*record, make_path("title", kSecond)), training.guests);
    EXPECT_EQ(text(*record, make_path("title", kThird)), training.coach);
    const auto& recurrence = std::get<Recurrence>(*record->find("recurrence"));
    EXPECT_EQ(recurrence.rules.front(), "FREQ=WEEKLY;COUNT=" + std::to_string(training.count) + ";BYDAY=TH");
    EXPECT_EQ(recurrence.exdates.size(), training.fourth_is_off ? 1U : 0U);
    const std::string event = office_.id_of(training.title);
    ASSERT_NE(event, "");
    const RemoteObject there = office_.world.fetch(event);
    EXPECT_EQ(there.properties.at(make_path("subject", kSecond)), Value(training.guests));
    EXPECT_EQ(there.properties.at("recurrence"), Value(recurrence));
    EXPECT_EQ(there.unfinished, "");
  }
  EXPECT_EQ(office_.subjects(), expected);
  EXPECT_EQ(office_.engine->list("booking")->size(), trainings_.size());
  const auto quiet = office_.sync();
  EXPECT_EQ(quiet.syncs.at(0).requests, 1U);
  EXPECT_EQ(quiet.syncs.at(0).written.total(), 0U);
}

/// FASTI_SEEDS: how many, where there is time for more. In the 13th a race is lost in the middle of a series, whose
/// pattern has taken the exceptions with it already.
std::uint64_t seeds() {
  const char* wanted = std::getenv("FASTI_SEEDS");
  return wanted ? std::stoull(wanted) : 13;
}

INSTANTIATE_TEST_SUITE_P(Seeds, SeriesMishaps, ::testing::Range<std::uint64_t>(1, seeds() + 1));

INSTANTIATE_TEST_SUITE_P(Seeds, Mishaps, ::testing::Range<std::uint64_t>(1, 25));

}  // namespace
}  // namespace outlook
}  // namespace v1
}  // namespace fasti
