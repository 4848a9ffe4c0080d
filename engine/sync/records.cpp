// Local records: put, import, get, list, remove. Each write is one short transaction with its journal entries; none
// waits for a run.
#include "engine/base/id.hpp"
#include "engine/base/try.hpp"
#include "engine/model/value_json.hpp"
#include "engine/sync/engine.hpp"
#include "engine/sync/run.hpp"
#include "engine/sync/state.hpp"
#include "engine/sync/write.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {
namespace {

Result<const Kind*> kind_named(const Engine::State& state, const std::string& name) {
  if (const Kind* kind = state.kind(name)) return kind;
  std::string known;
  for (const auto& [other, kind] : state.settings.kinds) known += (known.empty() ? "" : ", ") + other;
  return Error{ErrorKind::bad_input, "unknown kind \"" + name + "\"", "", "known kinds: " + known, {}};
}

/// given: set; null: cleared; absent: unchanged (merge) or cleared (replace).
Record combined(const Record& old, const Record& given, PutMode mode) {
  Record record = old;
  record.kind = given.kind;
  record.id = given.id;
  record.deleted = false;
  if (mode == PutMode::replace || old.deleted) {
    for (auto it = record.fields.begin(); it != record.fields.end();) {
      bool occurrence = !path_part(it->first).empty();
      if (occurrence) {
        it = record.fields.erase(it);
      } else {
        it->second = std::nullopt;
        ++it;
      }
    }
  }
  for (const auto& [path, value] : given.fields) {
    if (value || path_part(path).empty()) {
      record.fields[path] = value;
    } else {
      record.fields.erase(path);
    }
  }
  return record;
}

/// Only what is given: a zone that left the database must not lock a record.
Status check_zones(const Record& given) {
  for (const auto& [path, value] : given.fields) {
    const auto* span = value ? std::get_if<Span>(&*value) : nullptr;
    if (!span || span->kind != SpanKind::zoned || is_zone(span->zone)) continue;
    auto utc = to_utc(span->start, span->zone);
    if (utc) continue;
    Error error = utc.error();
    error.message = "field \"" + path + "\": " + error.message;
    return error;
  }
  return {};
}

struct Saved {
  Record record;
  enum class What { created, updated, unchanged } what = What::unchanged;
};

/// Inside a transaction.
Result<Saved> save_put(Run& run, const Record& given, PutMode mode, const std::string& origin) {
  Engine::State& state = run.engine;
  FASTI_TRY(const Kind* kind, kind_named(state, given.kind));
  Record wanted = given;
  if (wanted.id.empty()) wanted.id = make_uuid7(state.clock, state.random);
  if (!is_record_id(wanted.id)) {
    return Error{ErrorKind::bad_input, "an id is 1-128 printable ASCII characters", wanted.kind, "", {}};
  }
  FASTI_TRY(auto existing, state.store.load_record(wanted.kind, wanted.id));
  store::RecordRow before = existing ? *existing : store::RecordRow{};
  Record after = combined(before.record, wanted, mode);
  FASTI_CHECK(validate(*kind, after));
  FASTI_CHECK(check_zones(given));
  bool existed = existing && !before.record.deleted;
  if (existed && after.fields == before.record.fields) return Saved{before.record, Saved::What::unchanged};
  std::map<std::string, store::Stamp> stamps = before.stamps;
  Instant now = run.now();
  for (const auto& [path, value] : after.fields) {
    auto it = before.record.fields.find(path);
    bool changed = !existed || it == before.record.fields.end() || !(it->second == value);
    if (changed) stamps[path] = {"local", now, now, 0, false};
  }
  for (const auto& [path, value] : before.record.fields) {
    if (!after.fields.count(path)) stamps[path] = {"local", now, now, 0, false};
  }
  FASTI_TRY(after.revision, store_record(run, before, after, stamps, origin, "edit"));
  return Saved{after, existed ? Saved::What::updated : Saved::What::created};
}

}  // namespace

Result<Record> Engine::put(const Record& record, PutMode mode, const std::string& origin) {
  Run run{*state_};
  FASTI_TRY(auto transaction, state_->store.begin());
  FASTI_TRY(auto saved, save_put(run, record, mode, origin));
  FASTI_CHECK(transaction->commit());
  return saved.record;
}

Result<RunReport> Engine::import(const std::vector<Record>& records) {
  Run run{*state_};
  run.id = make_uuid7(state_->clock, state_->random);
  run.report.run = run.id;
  run.report.command = "import";
  run.report.started = run.now();
  FASTI_TRY(auto transaction, state_->store.begin());
  for (const Record& record : records) {
    FASTI_TRY(auto saved, save_put(run, record, PutMode::merge, "import"));
    if (saved.what == Saved::What::created) ++run.report.local.created;
    if (saved.what == Saved::What::updated) ++run.report.local.updated;
  }
  FASTI_TRY(auto conflicts, state_->store.conflicts(true));
  FASTI_TRY(auto parked, state_->store.parked());
  run.report.conflicts = conflicts.size();
  run.report.parked = parked.size();
  run.report.finished = run.now();
  run.report.seconds = std::chrono::duration<double>(*run.report.finished - run.report.started).count();
  FASTI_CHECK(state_->store.save_run({run.report, ""}));
  FASTI_CHECK(transaction->commit());
  return run.report;
}

Result<Record> Engine::get(const std::string& kind, const std::string& id) {
  FASTI_TRY(const Kind* known, kind_named(*state_, kind));
  FASTI_TRY(auto row, state_->store.load_record(known->name, id));
  if (!row || row->record.deleted) {
    return Error{ErrorKind::not_found, "no " + kind + " \"" + id + "\"", "", "see: fasti list " + kind, {}};
  }
  return row->record;
}

Result<std::vector<Record>> Engine::list(const std::string& kind) {
  FASTI_TRY(const Kind* known, kind_named(*state_, kind));
  std::vector<Record> records;
  FASTI_CHECK(state_->store.each_record(known->name, false, [&](store::RecordRow&& row) {
    records.push_back(std::move(row.record));
    return Status{};
  }));
  return records;
}

Status Engine::remove(const std::string& kind, const std::string& id) {
  FASTI_TRY(const Kind* known, kind_named(*state_, kind));
  Run run{*state_};
  FASTI_TRY(auto transaction, state_->store.begin());
  FASTI_TRY(auto row, state_->store.load_record(known->name, id));
  if (!row || row->record.deleted) {
    return Error{ErrorKind::not_found, "no " + kind + " \"" + id + "\"", "", "see: fasti list " + kind, {}};
  }
  Record after = row->record;
  after.deleted = true;
  std::map<std::string, store::Stamp> stamps = row->stamps;
  stamps[""] = {"local", run.now(), run.now(), 0, false};
  FASTI_TRY(auto revision, store_record(run, *row, after, stamps, "local", "delete"));
  (void)revision;
  return transaction->commit();
}

}  // namespace sync
}  // namespace v1
}  // namespace fasti
