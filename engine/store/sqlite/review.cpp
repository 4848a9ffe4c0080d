// What waits for people: conflicts and parked objects.
#include "engine/base/try.hpp"
#include "engine/store/sqlite/report_json.hpp"
#include "engine/store/sqlite/store_impl.hpp"

namespace fasti {
inline namespace v1 {
namespace store {
namespace {

#define FASTI_CONFLICT                                                                                          \
  "SELECT id, revision, open, frozen, kind, record, field, field_group, strategy, winner, run, at, sides FROM " \
  "conflict "

Result<std::vector<ConflictRow>> read_conflicts(const Database& db, Query& query) {
  std::vector<ConflictRow> out;
  while (query.row()) {
    ConflictRow row;
    row.info.id = query.text(0);
    row.info.revision = query.number(1);
    row.info.open = query.flag(2);
    row.frozen = query.flag(3);
    row.info.kind = query.text(4);
    row.info.record = query.text(5);
    row.info.field = query.text(6);
    row.group = query.text(7);
    row.info.strategy = query.text(8);
    row.info.winner = query.text(9);
    row.info.run = query.text(10);
    row.info.at = query.instant(11);
    if (auto status = read_conflict_sides(query.view(12), row.info); !status) {
      return damaged(db.path(), "conflict " + row.info.id + ": " + status.error().message);
    }
    out.push_back(std::move(row));
  }
  return out;
}

}  // namespace

Status SqliteStore::save_conflict(const ConflictRow& row) {
  const ConflictInfo& info = row.info;
  const std::string sides = conflict_sides_json(info);
  return db().guarded([&]() -> Status {
    Query(db(),
          "INSERT OR REPLACE INTO conflict (id, revision, open, frozen, kind, record, field, field_group, strategy,"
          " winner, run, at, sides) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(info.id, info.revision, info.open, row.frozen, info.kind, info.record, info.field, row.group,
              info.strategy, info.winner, info.run, info.at, sides)
        .run();
    return {};
  });
}

Result<std::optional<ConflictRow>> SqliteStore::conflict(const std::string& id) {
  return db().guarded([&]() -> Result<std::optional<ConflictRow>> {
    Query query(db(), FASTI_CONFLICT "WHERE id = ?");
    FASTI_TRY(auto rows, read_conflicts(db(), query.bind(id)));
    return rows.empty() ? std::optional<ConflictRow>() : std::optional<ConflictRow>(std::move(rows.front()));
  });
}

Result<std::vector<ConflictRow>> SqliteStore::conflicts(bool open_only) {
  const char* sql = FASTI_CONFLICT "ORDER BY at, id";
  if (open_only) sql = FASTI_CONFLICT "WHERE open = 1 ORDER BY at, id";
  return db().guarded([&] {
    Query query(db(), sql);
    return read_conflicts(db(), query);
  });
}

Result<std::vector<ConflictRow>> SqliteStore::open_conflicts_of(const std::string& kind, const std::string& record) {
  return db().guarded([&] {
    Query query(db(), FASTI_CONFLICT "WHERE open = 1 AND record = ? AND kind = ? ORDER BY at, id");
    return read_conflicts(db(), query.bind(record, kind));
  });
}

Status SqliteStore::save_parked(const Parked& row) {
  return db().guarded([&]() -> Status {
    Query(db(),
          "INSERT OR REPLACE INTO parked (target, remote_id, record, direction, reason, raw, hash, at)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(row.target, row.remote_id, row.record, row.direction, row.reason, row.raw, row.hash, row.at)
        .run();
    return {};
  });
}

Status SqliteStore::remove_parked(const std::string& target, const std::string& remote_id, const std::string& record,
                                  const std::string& direction) {
  return db().guarded([&]() -> Status {
    Query(db(), "DELETE FROM parked WHERE target = ? AND remote_id = ? AND record = ? AND direction = ?")
        .bind(target, remote_id, record, direction)
        .run();
    return {};
  });
}

Result<std::vector<Parked>> SqliteStore::parked() {
  return db().guarded([&]() -> Result<std::vector<Parked>> {
    Query query(db(),
                "SELECT target, remote_id, record, direction, reason, raw, hash, at FROM parked"
                " ORDER BY target, remote_id, record, direction");
    std::vector<Parked> out;
    while (query.row()) {
      Parked row;
      row.target = query.text(0);
      row.remote_id = query.text(1);
      row.record = query.text(2);
      row.direction = query.text(3);
      row.reason = query.text(4);
      row.raw = query.text(5);
      row.hash = query.text(6);
      row.at = query.instant(7);
      out.push_back(std::move(row));
    }
    return out;
  });
}

}  // namespace store
}  // namespace v1
}  // namespace fasti
