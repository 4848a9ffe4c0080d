// Runs, intents, conflicts, parked objects and the backup.
#include "tests/contract/store/fixture.hpp"

namespace fasti {
namespace store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RunContract : public StoreContract {};

INSTANTIATE_TEST_SUITE_P(Sqlite, RunContract, testing::Values("memory", "file"), param_name);

RunRow full_run(const std::string& id) {
  RunRow row;
  RunReport& report = row.report;
  report.run = id;
  report.command = "sync";
  report.outcome = Outcome::partial;
  report.local = {1, 2, 3};
  TargetReport target;
  target.name = "team";
  target.target = "team/rhinos";
  target.provider = "google";
  target.pulled = 4;
  target.written = {5, 6, 7};
  target.requests = 8;
  target.cursor = "advanced";
  target.held = "too many deletions";
  target.error = Error{ErrorKind::rate_limited, "slow", "google", "wait", std::chrono::seconds(9)};
  report.syncs = {target, TargetReport()};
  report.conflicts = 10;
  report.parked = 11;
  report.seconds = 1.25;
  report.steps = {Step{"team/rhinos", "b1", "booking", "Match", "update", {"title", "when"}, "edit", "why", "d", true}};
  report.notes = {"one", "two"};
  report.started = at(12);
  report.finished = at(13);
  report.undone_by = "r9";
  row.held = "opaque";
  return row;
}

TEST_P(RunContract, facts_about_the_store_are_kept_by_key) {
  EXPECT_EQ(store().fact("zone_data").value(), std::nullopt);
  ASSERT_OK(store().set_fact("zone_data", "one\ntwo"));
  ASSERT_OK(store().set_fact("zone_data", "three"));
  ASSERT_OK(store().set_fact("other", ""));
  EXPECT_EQ(store().fact("zone_data").value(), "three");
  EXPECT_EQ(store().fact("other").value(), "");
  EXPECT_EQ(store().fact("store_id").value(), store().store_id());
}

TEST_P(RunContract, a_run_comes_back_as_it_was_saved) {
  const RunRow row = full_run("r1");
  ASSERT_OK(store().save_run(row));
  const RunRow got = *store().run("r1").value();
  const RunReport& a = got.report;
  const RunReport& b = row.report;
  EXPECT_EQ(std::tie(a.run, a.command, a.outcome, a.conflicts, a.parked, a.seconds, a.notes, a.started, a.finished),
            std::tie(b.run, b.command, b.outcome, b.conflicts, b.parked, b.seconds, b.notes, b.started, b.finished));
  EXPECT_EQ(a.undone_by, "r9");
  EXPECT_EQ(a.steps, b.steps);
  EXPECT_EQ(a.local.total(), 6U);
  ASSERT_EQ(a.syncs.size(), 2U);
  const TargetReport& target = a.syncs[0];
  EXPECT_EQ(target.target, "team/rhinos");
  EXPECT_EQ(target.name, "team");
  EXPECT_EQ(target.provider, "google");
  EXPECT_EQ(target.pulled, 4U);
  EXPECT_EQ(target.written.deleted, 7U);
  EXPECT_EQ(target.requests, 8U);
  EXPECT_EQ(target.cursor, "advanced");
  EXPECT_EQ(target.held, "too many deletions");
  EXPECT_EQ(target.error->kind, ErrorKind::rate_limited);
  EXPECT_EQ(target.error->text(), "google: slow; wait");
  EXPECT_EQ(target.error->retry_after, std::chrono::seconds(9));
  EXPECT_FALSE(a.syncs[1].error.has_value());
  EXPECT_EQ(got.held, "opaque");
  EXPECT_FALSE(store().run("r2").value().has_value());
}

TEST_P(RunContract, runs_come_newest_first_and_saving_again_replaces) {
  for (const char* id : {"r1", "r2", "r3"}) ASSERT_OK(store().save_run(full_run(id)));
  RunRow changed = full_run("r1");
  changed.report.finished.reset();
  changed.report.undone_by.reset();
  changed.held.clear();
  ASSERT_OK(store().save_run(changed));
  const auto ids = [&](std::size_t limit) {
    std::vector<std::string> out;
    const auto rows = store().runs(limit).value();
    for (const RunRow& row : rows) out.push_back(row.report.run);
    return out;
  };
  EXPECT_THAT(ids(0), ElementsAre("r3", "r2", "r1"));
  EXPECT_THAT(ids(2), ElementsAre("r3", "r2"));
  EXPECT_EQ(store().run("r1").value()->report.finished, std::nullopt);
  EXPECT_EQ(store().run("r1").value()->report.undone_by, std::nullopt);
}

Intent full_intent(const std::string& key) {
  Intent intent;
  intent.key = key;
  intent.run = "r1";
  intent.target = "club";
  intent.link = 3;
  intent.kind = "booking";
  intent.record = "b1";
  intent.op = "update";
  intent.remote_id = "/a.ics";
  intent.uid = "u";
  intent.expected_version = "v1";
  intent.set = {{"SUMMARY", Value(std::string("x"))}};
  intent.clear = {"LOCATION"};
  intent.remove_parts = {"2026-04-13"};
  intent.encoded = {{"SUMMARY", Value(std::string("x"))}, {"URL", Value(std::string("y"))}};
  intent.verbatim = "BEGIN";
  intent.before_present = true;
  intent.before_sent = {{"A", Value(true)}};
  intent.before_stored = {{"A", Value(false)}};
  intent.before_seen = {{"A", Value(std::int64_t{1})}};
  intent.before_shadow = "shadow";
  intent.after_version = "v2";
  intent.at = at(5);
  intent.error = "e";
  return intent;
}

void expect_same(const Intent& a, const Intent& b) {
  EXPECT_EQ(std::tie(a.key, a.run, a.target, a.link, a.kind, a.record, a.op, a.state, a.remote_id, a.uid),
            std::tie(b.key, b.run, b.target, b.link, b.kind, b.record, b.op, b.state, b.remote_id, b.uid));
  EXPECT_EQ(std::tie(a.expected_version, a.clear, a.remove_parts, a.verbatim, a.before_present, a.before_shadow),
            std::tie(b.expected_version, b.clear, b.remove_parts, b.verbatim, b.before_present, b.before_shadow));
  EXPECT_EQ(std::tie(a.set, a.encoded, a.before_sent, a.before_stored, a.before_seen),
            std::tie(b.set, b.encoded, b.before_sent, b.before_stored, b.before_seen));
  EXPECT_EQ(std::tie(a.after_version, a.at, a.error), std::tie(b.after_version, b.at, b.error));
}

TEST_P(RunContract, an_intent_comes_back_as_it_was_saved) {
  Intent intent = full_intent("k1");
  ASSERT_OK(store().save_intent(intent));
  expect_same(store().open_intents().value().at(0), intent);
  intent.encoded = intent.set;
  intent.before_stored = intent.before_sent;
  intent.before_seen = {};
  intent.clear.clear();
  ASSERT_OK(store().save_intent(intent));
  ASSERT_EQ(store().open_intents().value().size(), 1U);
  expect_same(store().open_intents().value().at(0), intent);
}

TEST_P(RunContract, only_open_intents_are_open_and_the_order_of_saving_stays) {
  for (const char* key : {"k3", "k1", "k2"}) ASSERT_OK(store().save_intent(full_intent(key)));
  ASSERT_OK(store().set_intent_state("k3", IntentState::confirmed, "v9", ""));
  ASSERT_OK(store().set_intent_state("k2", IntentState::failed, "", "refused"));
  EXPECT_FAILS(store().set_intent_state("k9", IntentState::failed, "", ""), ErrorKind::not_found);
  const auto keys = [](const std::vector<Intent>& intents) {
    std::vector<std::string> out;
    for (const Intent& intent : intents) out.push_back(intent.key);
    return out;
  };
  EXPECT_THAT(keys(store().open_intents().value()), ElementsAre("k1"));
  const auto all = store().intents_of_run("r1").value();
  EXPECT_THAT(keys(all), ElementsAre("k3", "k1", "k2"));
  EXPECT_EQ(all[0].state, IntentState::confirmed);
  EXPECT_EQ(all[0].after_version, "v9");
  EXPECT_EQ(all[2].state, IntentState::failed);
  EXPECT_EQ(all[2].error, "refused");
  EXPECT_THAT(store().intents_of_run("r2").value(), IsEmpty());
}

ConflictRow full_conflict(const std::string& id, std::int64_t when) {
  ConflictRow row;
  row.info.id = id;
  row.info.revision = 3;
  row.info.kind = "booking";
  row.info.record = "b1";
  row.info.field = "title";
  row.info.base = Value(std::string("a"));
  row.info.local = std::nullopt;
  row.info.remotes = {{"club", Value(Geo{19.25, -99.5})}, {"feed", std::nullopt}};
  row.info.strategy = "ask";
  row.info.winner = "club";
  row.info.losers = {"local", "feed"};
  row.info.run = "r1";
  row.info.at = at(when);
  row.frozen = true;
  row.group = "when";
  return row;
}

TEST_P(RunContract, a_conflict_comes_back_as_it_was_saved) {
  const ConflictRow row = full_conflict("c1", 5);
  ASSERT_OK(store().save_conflict(row));
  const ConflictRow got = *store().conflict("c1").value();
  const ConflictInfo& a = got.info;
  const ConflictInfo& b = row.info;
  EXPECT_EQ(std::tie(a.id, a.revision, a.open, a.kind, a.record, a.field, a.base, a.local, a.remotes),
            std::tie(b.id, b.revision, b.open, b.kind, b.record, b.field, b.base, b.local, b.remotes));
  EXPECT_EQ(std::tie(a.strategy, a.winner, a.losers, a.run, a.at, got.frozen, got.group),
            std::tie(b.strategy, b.winner, b.losers, b.run, b.at, row.frozen, row.group));
  EXPECT_FALSE(store().conflict("c2").value().has_value());
}

TEST_P(RunContract, open_conflicts_are_listed_by_age_and_by_record) {
  ConflictRow settled = full_conflict("c1", 1);
  settled.info.open = false;
  ConflictRow other = full_conflict("c4", 2);
  other.info.record = "b2";
  for (const ConflictRow& row : {full_conflict("c3", 9), settled, full_conflict("c2", 9), other}) {
    ASSERT_OK(store().save_conflict(row));
  }
  const auto ids = [](const std::vector<ConflictRow>& rows) {
    std::vector<std::string> out;
    for (const ConflictRow& row : rows) out.push_back(row.info.id);
    return out;
  };
  EXPECT_THAT(ids(store().conflicts(true).value()), ElementsAre("c4", "c2", "c3"));
  EXPECT_THAT(ids(store().conflicts(false).value()), ElementsAre("c1", "c4", "c2", "c3"));
  EXPECT_THAT(ids(store().open_conflicts_of("booking", "b1").value()), ElementsAre("c2", "c3"));
  EXPECT_THAT(ids(store().open_conflicts_of("venue", "b1").value()), IsEmpty());
}

TEST_P(RunContract, parked_objects_are_kept_by_target_object_record_and_direction) {
  const Parked in{"club", "/a.ics", "", "in", "unreadable", std::string("raw\0\xff", 5), "h", at(3)};
  Parked out{"club", "/a.ics", "b1", "out", "too long", "", "h", at(4)};
  ASSERT_OK(store().save_parked(out));
  ASSERT_OK(store().save_parked(in));
  out.reason = "still too long";
  ASSERT_OK(store().save_parked(out));
  auto rows = store().parked().value();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].direction, "in");
  EXPECT_EQ(rows[0].raw, in.raw);
  EXPECT_EQ(rows[0].at, at(3));
  EXPECT_EQ(rows[0].hash, "h");
  EXPECT_EQ(rows[1].reason, "still too long");
  EXPECT_EQ(rows[1].record, "b1");
  ASSERT_OK(store().remove_parked("club", "/a.ics", "", "in"));
  ASSERT_OK(store().remove_parked("club", "/never", "", "in"));
  rows = store().parked().value();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].target, "club");
  EXPECT_EQ(rows[0].remote_id, "/a.ics");
}

TEST_P(RunContract, a_backup_is_the_same_store_and_never_overwrites) {
  RecordRow row = booking("b1", "x");
  ASSERT_OK(store().save_record(row, 0));
  const std::string file = folder_ / "copy.db";
  ASSERT_OK(store().backup(file));
  {
    auto copy = open_sqlite(file, clock_, random_);
    ASSERT_OK(copy);
    EXPECT_EQ(copy.value()->store_id(), store().store_id());
    EXPECT_EQ(copy.value()->load_record("booking", "b1").value()->record.fields, row.record.fields);
  }
  const auto size = std::filesystem::file_size(file);
  EXPECT_FAILS(store().backup(file), ErrorKind::rejected);
  EXPECT_EQ(std::filesystem::file_size(file), size);
  EXPECT_FAILS(store().backup(folder_ / "no/such/folder/copy.db"), ErrorKind::disk);
  {
    auto transaction = store().begin().value();
    EXPECT_FAILS(store().backup(folder_ / "other.db"), ErrorKind::internal);
  }
  for (const auto& found : std::filesystem::directory_iterator(folder_.path())) {
    EXPECT_THAT(found.path().filename().string(), testing::Not(testing::HasSubstr("partial")));
  }
}

}  // namespace
}  // namespace store
}  // namespace fasti
