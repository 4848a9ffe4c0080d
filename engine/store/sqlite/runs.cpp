// Targets, runs and intents.
#include <array>

#include "engine/base/try.hpp"
#include "engine/model/value_json.hpp"
#include "engine/store/sqlite/properties.hpp"
#include "engine/store/sqlite/report_json.hpp"
#include "engine/store/sqlite/row_json.hpp"
#include "engine/store/sqlite/store_impl.hpp"

namespace fasti {
inline namespace v1 {
namespace store {
namespace {

constexpr std::array<const char*, 4> kStates{"open", "confirmed", "failed", "abandoned"};

const char* state_name(IntentState state) { return kStates.at(static_cast<std::size_t>(state)); }

#define FASTI_TARGET                                                                                         \
  "SELECT name, sync, connection, collection, cursor, cursor_key, mapping_hash, contacted, paused, listing," \
  " listed, last_success, held, error FROM target "

TargetRow read_target(const Query& query) {
  TargetRow row;
  row.name = query.text(0);
  row.sync = query.text(1);
  row.connection = query.text(2);
  row.collection = query.text(3);
  row.cursor = query.text(4);
  row.cursor_key = query.text(5);
  row.mapping_hash = query.text(6);
  row.contacted = query.flag(7);
  row.paused = query.flag(8);
  row.listing = query.number(9);
  row.listed = query.instant(10);
  row.last_success = query.optional_instant(11);
  row.held = query.optional_text(12);
  row.error = query.text(13);
  return row;
}

#define FASTI_RUN "SELECT id, report, held FROM run "

Result<RunRow> read_run_row(const Database& db, const Query& query) {
  RunRow row;
  auto report = read_run_report(query.view(1));
  if (!report) return damaged(db.path(), "run " + query.text(0) + ": " + report.error().message);
  row.report = std::move(report).value();
  row.held = query.text(2);
  return row;
}

#define FASTI_INTENT                                                                                             \
  "SELECT key, run, target, link, kind, record, op, state, remote_id, uid, expected_version, after_version, at," \
  " error, set_values, clear, remove_parts, encoded, verbatim, before_present, before_sent, before_stored,"      \
  " before_seen, before_shadow FROM intent "

Status read_intent_columns(const Query& query, Intent& intent) {
  intent.key = query.text(0);
  intent.run = query.text(1);
  intent.target = query.text(2);
  intent.link = query.number(3);
  intent.kind = query.text(4);
  intent.record = query.text(5);
  intent.op = query.text(6);
  std::size_t state = 0;
  while (state < kStates.size() && query.view(7) != kStates.at(state)) ++state;
  if (state == kStates.size()) {
    return Error{ErrorKind::corrupt_store, "unknown state " + query.text(7), "", "", std::nullopt};
  }
  intent.state = static_cast<IntentState>(state);
  intent.remote_id = query.text(8);
  intent.uid = query.text(9);
  intent.expected_version = query.text(10);
  intent.after_version = query.text(11);
  intent.at = query.instant(12);
  intent.error = query.text(13);
  FASTI_CHECK(read_properties_column(query, 14, {}, intent.set));
  FASTI_TRY(intent.clear, read_list(query.view(15)));
  FASTI_TRY(intent.remove_parts, read_list(query.view(16)));
  FASTI_CHECK(read_properties_column(query, 17, intent.set, intent.encoded));
  intent.verbatim = query.text(18);
  intent.before_present = query.flag(19);
  FASTI_CHECK(read_properties_column(query, 20, {}, intent.before_sent));
  FASTI_CHECK(read_properties_column(query, 21, intent.before_sent, intent.before_stored));
  FASTI_CHECK(read_properties_column(query, 22, intent.before_stored, intent.before_seen));
  intent.before_shadow = query.text(23);
  return {};
}

Result<std::vector<Intent>> read_intents(const Database& db, Query& query) {
  std::vector<Intent> out;
  while (query.row()) {
    Intent intent;
    if (auto status = read_intent_columns(query, intent); !status) {
      return damaged(db.path(), "intent " + intent.key + ": " + status.error().message);
    }
    out.push_back(std::move(intent));
  }
  return out;
}

}  // namespace

Result<std::optional<TargetRow>> SqliteStore::target(const std::string& name) {
  return db().guarded([&]() -> Result<std::optional<TargetRow>> {
    Query query(db(), FASTI_TARGET "WHERE name = ?");
    if (!query.bind(name).row()) return std::optional<TargetRow>();
    return std::optional<TargetRow>(read_target(query));
  });
}

Result<std::vector<TargetRow>> SqliteStore::targets() {
  return db().guarded([&]() -> Result<std::vector<TargetRow>> {
    Query query(db(), FASTI_TARGET "ORDER BY name");
    std::vector<TargetRow> out;
    while (query.row()) out.push_back(read_target(query));
    return out;
  });
}

Status SqliteStore::save_target(const TargetRow& row) {
  return db().guarded([&]() -> Status {
    Query(db(),
          "INSERT OR REPLACE INTO target (name, sync, connection, collection, cursor, cursor_key, mapping_hash,"
          " contacted, paused, listing, listed, last_success, held, error)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(row.name, row.sync, row.connection, row.collection, row.cursor, row.cursor_key, row.mapping_hash,
              row.contacted, row.paused, row.listing, row.listed, row.last_success, row.held, row.error)
        .run();
    return {};
  });
}

Status SqliteStore::save_run(const RunRow& row) {
  const std::string json = run_report_json(row.report);
  const RunReport& report = row.report;
  return db().guarded([&]() -> Status {
    Query(db(),
          "INSERT INTO run (id, command, outcome, started, finished, undone_by, report, held)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET command = excluded.command,"
          " outcome = excluded.outcome, started = excluded.started, finished = excluded.finished,"
          " undone_by = excluded.undone_by, report = excluded.report, held = excluded.held")
        .bind(report.run, report.command, outcome_text(report.outcome), report.started, report.finished,
              report.undone_by, json, row.held)
        .run();
    return {};
  });
}

Result<std::optional<RunRow>> SqliteStore::run(const std::string& id) {
  return db().guarded([&]() -> Result<std::optional<RunRow>> {
    Query query(db(), FASTI_RUN "WHERE id = ?");
    if (!query.bind(id).row()) return std::optional<RunRow>();
    FASTI_TRY(RunRow row, read_run_row(db(), query));
    return std::optional<RunRow>(std::move(row));
  });
}

Result<std::vector<RunRow>> SqliteStore::runs(std::size_t limit) {
  return db().guarded([&]() -> Result<std::vector<RunRow>> {
    Query query(db(), FASTI_RUN "ORDER BY row DESC LIMIT ?");
    query.bind(limit == 0 ? std::int64_t{-1} : static_cast<std::int64_t>(limit));
    std::vector<RunRow> out;
    while (query.row()) {
      FASTI_TRY(RunRow row, read_run_row(db(), query));
      out.push_back(std::move(row));
    }
    return out;
  });
}

Status SqliteStore::save_intent(const Intent& intent) {
  const std::string set = tagged_json(intent.set);
  const auto clear = list_json(intent.clear);
  const auto parts = list_json(intent.remove_parts);
  const auto encoded = unless_same(intent.encoded, intent.set);
  const std::string sent = tagged_json(intent.before_sent);
  const auto stored = unless_same(intent.before_stored, intent.before_sent);
  const auto seen = unless_same(intent.before_seen, intent.before_stored);
  return db().guarded([&]() -> Status {
    Query(db(),
          "INSERT INTO intent (key, run, target, link, kind, record, op, state, at, remote_id, uid, expected_version,"
          " after_version, error, set_values, clear, remove_parts, encoded, verbatim, before_present, before_sent,"
          " before_stored, before_seen, before_shadow)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
          " ON CONFLICT (key) DO UPDATE SET run = excluded.run, target = excluded.target, link = excluded.link,"
          " kind = excluded.kind, record = excluded.record, op = excluded.op, state = excluded.state,"
          " at = excluded.at, remote_id = excluded.remote_id, uid = excluded.uid,"
          " expected_version = excluded.expected_version, after_version = excluded.after_version,"
          " error = excluded.error, set_values = excluded.set_values, clear = excluded.clear,"
          " remove_parts = excluded.remove_parts, encoded = excluded.encoded, verbatim = excluded.verbatim,"
          " before_present = excluded.before_present, before_sent = excluded.before_sent,"
          " before_stored = excluded.before_stored, before_seen = excluded.before_seen,"
          " before_shadow = excluded.before_shadow")
        .bind(intent.key, intent.run, intent.target, intent.link, intent.kind, intent.record, intent.op,
              state_name(intent.state), intent.at, intent.remote_id, intent.uid, intent.expected_version,
              intent.after_version, intent.error, set, clear, parts, encoded, intent.verbatim, intent.before_present,
              sent, stored, seen, intent.before_shadow)
        .run();
    return {};
  });
}

Status SqliteStore::set_intent_state(const std::string& key, IntentState state, const std::string& after_version,
                                     const std::string& error) {
  return db().guarded([&]() -> Status {
    Query(db(), "UPDATE intent SET state = ?, after_version = ?, error = ? WHERE key = ?")
        .bind(state_name(state), after_version, error, key)
        .run();
    if (db().changes() != 0) return {};
    return Error{ErrorKind::not_found, "there is no intent " + key, "", "", std::nullopt};
  });
}

Result<std::vector<Intent>> SqliteStore::open_intents() {
  return db().guarded([&] {
    Query query(db(), FASTI_INTENT "WHERE state = 'open' ORDER BY row");
    return read_intents(db(), query);
  });
}

Result<std::vector<Intent>> SqliteStore::intents_of_run(const std::string& run) {
  return db().guarded([&] {
    Query query(db(), FASTI_INTENT "WHERE run = ? ORDER BY row");
    return read_intents(db(), query.bind(run));
  });
}

}  // namespace store
}  // namespace v1
}  // namespace fasti
