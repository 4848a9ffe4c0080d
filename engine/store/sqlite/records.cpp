// Records, the work list and the journal.
#include "engine/base/try.hpp"
#include "engine/model/value_json.hpp"
#include "engine/store/sqlite/row_json.hpp"
#include "engine/store/sqlite/store_impl.hpp"

namespace fasti {
inline namespace v1 {
namespace store {
namespace {

constexpr std::size_t kBatch = 256;

/// The columns id, revision, deleted, changed, fields, stamps.
Result<RecordRow> read_record_row(const Database& db, const Query& query, const std::string& kind) {
  RecordRow row;
  row.record.kind = kind;
  row.record.id = query.text(0);
  row.record.revision = query.number(1);
  row.record.deleted = query.flag(2);
  row.changed = query.instant(3);
  auto fields = read_fields(query.view(4));
  if (!fields) return damaged(db.path(), kind + " " + row.record.id + ": " + fields.error().message);
  row.record.fields = std::move(fields).value();
  FASTI_TRY(row.stamps, read_stamps(query.view(5)));
  return row;
}

Error moved(const Record& record, std::int64_t expected) {
  return Error{ErrorKind::precondition_failed,
               expected == 0 ? "there is such a record already"
                             : "the record is not at revision " + std::to_string(expected) + " any more",
               record.kind + " " + record.id, "", std::nullopt};
}

const char* type_name(EntryType type) { return type == EntryType::observed ? "observed" : "applied"; }

Result<std::optional<Value>> read_value(const Query& query, int column) {
  if (query.null(column)) return std::optional<Value>();
  FASTI_TRY(Value value, read_tagged(query.view(column)));
  return std::optional<Value>(std::move(value));
}

Result<JournalEntry> read_entry(const Query& query) {
  JournalEntry entry;
  entry.seq = query.number(0);
  entry.run = query.text(1);
  entry.at = query.instant(2);
  entry.origin = query.text(3);
  entry.type = query.view(4) == "observed" ? EntryType::observed : EntryType::applied;
  entry.side = query.text(5);
  entry.kind = query.text(6);
  entry.record = query.text(7);
  entry.field = query.text(8);
  FASTI_TRY(entry.before, read_value(query, 9));
  FASTI_TRY(entry.after, read_value(query, 10));
  entry.cause = query.text(11);
  return entry;
}

}  // namespace

Result<std::optional<RecordRow>> SqliteStore::load_record(const std::string& kind, const std::string& id) {
  return db().guarded([&]() -> Result<std::optional<RecordRow>> {
    Query query(db(), "SELECT id, revision, deleted, changed, fields, stamps FROM record WHERE kind = ? AND id = ?");
    if (!query.bind(kind, id).row()) return std::optional<RecordRow>();
    FASTI_TRY(RecordRow row, read_record_row(db(), query, kind));
    return std::optional<RecordRow>(std::move(row));
  });
}

Result<std::optional<std::int64_t>> SqliteStore::record_revision(const std::string& kind, const std::string& id) {
  return db().guarded([&]() -> Result<std::optional<std::int64_t>> {
    Query query(db(), "SELECT revision FROM record WHERE kind = ? AND id = ?");
    if (!query.bind(kind, id).row()) return std::optional<std::int64_t>();
    return std::optional<std::int64_t>(query.number(0));
  });
}

Result<std::int64_t> SqliteStore::save_record(const RecordRow& row, std::int64_t expected) {
  const Record& record = row.record;
  const std::string fields = tagged_json(record.fields);
  const std::string stamps = stamps_json(row.stamps);
  return db().atomically([&]() -> Result<std::int64_t> {
    std::int64_t row_number = 0;
    if (expected == 0) {
      Query insert(db(),
                   "INSERT INTO record (kind, id, revision, deleted, changed, fields, stamps)"
                   " VALUES (?, ?, 1, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
      insert.bind(record.kind, record.id, record.deleted, row.changed, fields, stamps).run();
      if (db().changes() == 0) return moved(record, expected);
      row_number = db().last_row();
    } else {
      Query update(db(),
                   "UPDATE record SET revision = revision + 1, deleted = ?, changed = ?, fields = ?, stamps = ?"
                   " WHERE kind = ? AND id = ? AND revision = ? RETURNING row");
      update.bind(record.deleted, row.changed, fields, stamps, record.kind, record.id, expected);
      if (!update.row()) return moved(record, expected);
      row_number = update.number(0);
      update.run();
    }
    index_keys(row_number, record);
    return expected + 1;
  });
}

Status SqliteStore::each_record(const std::string& kind, bool deleted, const std::function<Status(RecordRow&&)>& f) {
  std::string last;
  while (true) {
    // Batches: no statement is open while f runs, so that f may use the store.
    auto batch = db().guarded([&]() -> Result<std::vector<RecordRow>> {
      Query query(db(),
                  "SELECT id, revision, deleted, changed, fields, stamps FROM record"
                  " WHERE kind = ? AND id > ? AND (deleted = 0 OR ?) ORDER BY id LIMIT ?");
      query.bind(kind, last, deleted, static_cast<std::int64_t>(kBatch));
      std::vector<RecordRow> rows;
      while (query.row()) {
        FASTI_TRY(RecordRow row, read_record_row(db(), query, kind));
        rows.push_back(std::move(row));
      }
      return rows;
    });
    if (!batch) return std::move(batch).error();
    const bool more = batch->size() == kBatch;
    if (more) last = batch->back().record.id;
    for (RecordRow& row : *batch) FASTI_CHECK(f(std::move(row)));
    if (!more) return {};
  }
}

Result<std::uint64_t> SqliteStore::count_records(const std::string& kind) {
  return db().guarded([&]() -> Result<std::uint64_t> {
    Query query(db(),
                "SELECT (SELECT count(*) FROM record WHERE kind = ?1)"
                " - (SELECT count(*) FROM record INDEXED BY record_deleted WHERE kind = ?1 AND deleted = 1)");
    query.bind(kind).row();
    return static_cast<std::uint64_t>(query.number(0));
  });
}

const std::vector<SqliteStore::KeyField>& SqliteStore::key_fields(const std::string& kind) {
  const auto now = db().freshness();
  if (now != key_fields_as_of_) {
    key_fields_.clear();
    Query query(db(), "SELECT id, kind, field FROM key_field");
    while (query.row()) key_fields_[query.text(1)].push_back({query.number(0), query.text(2)});
    key_fields_as_of_ = now;
  }
  return key_fields_[kind];
}

std::optional<std::int64_t> SqliteStore::key_field(const std::string& kind, const std::string& field) {
  for (const KeyField& known : key_fields(kind)) {
    if (known.field == field) return known.id;
  }
  return std::nullopt;
}

std::int64_t SqliteStore::add_key_field(const std::string& kind, const std::string& field) {
  Query(db(), "INSERT INTO key_field (kind, field) VALUES (?, ?)").bind(kind, field).run();
  const std::int64_t id = db().last_row();
  Query(db(),
        "INSERT INTO record_key (row, key_field, text)"
        " SELECT record.row, ?, member.value FROM record, json_each(record.fields) AS member"
        " WHERE record.kind = ? AND record.deleted = 0 AND member.key = ? AND member.type = 'text'")
      .bind(id, kind, field)
      .run();
  key_fields_as_of_.reset();
  return id;
}

void SqliteStore::index_keys(std::int64_t row, const Record& record) {
  for (const KeyField& key : key_fields(record.kind)) {
    const Value* value = record.deleted ? nullptr : record.find(key.field);
    const std::string* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
    if (text == nullptr) {
      Query(db(), "DELETE FROM record_key WHERE row = ? AND key_field = ?").bind(row, key.id).run();
      continue;
    }
    Query(db(),
          "INSERT INTO record_key (row, key_field, text) VALUES (?, ?, ?)"
          " ON CONFLICT DO UPDATE SET text = excluded.text WHERE text <> excluded.text")
        .bind(row, key.id, *text)
        .run();
  }
}

Result<std::vector<std::string>> SqliteStore::find_records(const std::string& kind, const std::string& field,
                                                           const std::string& text) {
  const auto find = [&](std::int64_t key) {
    Query query(db(),
                "SELECT record.id FROM record_key JOIN record ON record.row = record_key.row"
                " WHERE record_key.key_field = ? AND record_key.text = ? ORDER BY record.id");
    query.bind(key, text);
    std::vector<std::string> ids;
    while (query.row()) ids.push_back(query.text(0));
    return ids;
  };
  auto known = db().guarded([&]() -> Result<std::optional<std::vector<std::string>>> {
    const auto key = key_field(kind, field);
    return key ? std::optional(find(*key)) : std::nullopt;
  });
  if (!known) return std::move(known).error();
  if (*known) return **known;
  // Only fields that somebody searches cost anything when records are saved.
  return db().atomically([&]() -> Result<std::vector<std::string>> {
    const auto key = key_field(kind, field);
    return find(key ? *key : add_key_field(kind, field));
  });
}

Result<std::vector<std::string>> SqliteStore::kinds() {
  return db().guarded([&]() -> Result<std::vector<std::string>> {
    // One index seek per kind, however many records there are.
    Query query(db(),
                "WITH RECURSIVE every(kind) AS (SELECT min(kind) FROM record UNION ALL"
                " SELECT (SELECT min(kind) FROM record WHERE kind > every.kind) FROM every WHERE kind IS NOT NULL)"
                " SELECT kind FROM every WHERE kind IS NOT NULL");
    std::vector<std::string> out;
    while (query.row()) out.push_back(query.text(0));
    return out;
  });
}

Status SqliteStore::forget_record(const std::string& kind, const std::string& id) {
  return db().guarded([&]() -> Status {
    Query(db(), "DELETE FROM record WHERE kind = ? AND id = ?").bind(kind, id).run();
    return {};
  });
}

Status SqliteStore::add_work(const std::string& kind, const std::string& record) {
  return db().guarded([&]() -> Status {
    Query(db(), "INSERT INTO work (kind, record) VALUES (?, ?) ON CONFLICT DO NOTHING").bind(kind, record).run();
    return {};
  });
}

Status SqliteStore::add_all_work(const std::string& kind, bool deleted) {
  return db().guarded([&]() -> Status {
    Query(db(),
          "INSERT INTO work (kind, record) SELECT kind, id FROM record WHERE kind = ? AND (deleted = 0 OR ?)"
          " ON CONFLICT DO NOTHING")
        .bind(kind, deleted)
        .run();
    return {};
  });
}

Status SqliteStore::remove_work(const std::string& kind, const std::string& record) {
  return db().guarded([&]() -> Status {
    Query(db(), "DELETE FROM work WHERE kind = ? AND record = ?").bind(kind, record).run();
    return {};
  });
}

Result<std::vector<std::pair<std::string, std::string>>> SqliteStore::work() {
  return db().guarded([&]() -> Result<std::vector<std::pair<std::string, std::string>>> {
    Query query(db(), "SELECT kind, record FROM work ORDER BY kind, record");
    std::vector<std::pair<std::string, std::string>> out;
    while (query.row()) out.emplace_back(query.text(0), query.text(1));
    return out;
  });
}

Result<std::int64_t> SqliteStore::append_journal(const JournalEntry& entry) {
  std::optional<std::string> before;
  std::optional<std::string> after;
  if (entry.before) before = tagged_json(*entry.before);
  if (entry.after) after = tagged_json(*entry.after);
  return db().guarded([&]() -> Result<std::int64_t> {
    Query(db(),
          "INSERT INTO journal (run, at, origin, type, side, kind, record, field, before, after, cause)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(entry.run, entry.at, entry.origin, type_name(entry.type), entry.side, entry.kind, entry.record,
              entry.field, before, after, entry.cause)
        .run();
    return db().last_row();
  });
}

#define FASTI_JOURNAL "SELECT seq, run, at, origin, type, side, kind, record, field, before, after, cause FROM journal"

Result<std::vector<JournalEntry>> SqliteStore::journal(const std::string& record, const std::string& run,
                                                       std::int64_t after, std::size_t limit) {
  // One statement per shape, so that each uses its index.
  const char* sql = FASTI_JOURNAL " WHERE seq > ?3 ORDER BY seq LIMIT ?4";
  if (!record.empty())
    sql = FASTI_JOURNAL " WHERE record = ?1 AND (?2 = '' OR run = ?2) AND seq > ?3 ORDER BY seq LIMIT ?4";
  if (record.empty() && !run.empty()) {
    sql = FASTI_JOURNAL " WHERE run = ?2 AND run <> '' AND seq > ?3 ORDER BY seq LIMIT ?4";
  }
  return db().guarded([&]() -> Result<std::vector<JournalEntry>> {
    Query query(db(), sql);
    query.bind(record, run, after, limit == 0 ? std::int64_t{-1} : static_cast<std::int64_t>(limit));
    std::vector<JournalEntry> out;
    while (query.row()) {
      auto entry = read_entry(query);
      if (!entry)
        return damaged(db().path(), "journal " + std::to_string(query.number(0)) + ": " + entry.error().message);
      out.push_back(std::move(entry).value());
    }
    return out;
  });
}

#undef FASTI_JOURNAL

}  // namespace store
}  // namespace v1
}  // namespace fasti
