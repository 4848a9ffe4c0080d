// `fasti repair`: saves what can be read of a damaged store into a fresh one, and swaps them.
#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "engine/base/id.hpp"
#include "engine/base/try.hpp"
#include "engine/store/sqlite/database.hpp"
#include "engine/store/sqlite/migrate.hpp"
#include "engine/store/sqlite/salvage.hpp"
#include "engine/store/sqlite/sqlite_store.hpp"

namespace fasti {
inline namespace v1 {
namespace store {
namespace {

using Lines = std::vector<std::string>;

std::vector<std::string> tables_of(SQLite::Database& database) {
  // In order of creation: what others refer to comes first. The search index is rebuilt on demand.
  SQLite::Statement query(database,
                          "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
                          " AND name NOT IN ('key_field', 'record_key') ORDER BY rowid");
  std::vector<std::string> out;
  while (query.executeStep()) out.push_back(query.getColumn(0).getString());
  return out;
}

std::string schema_of(SQLite::Database& database) {
  std::string out;
  SQLite::Statement query(database, "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema ORDER BY name");
  while (query.executeStep()) {
    for (int i = 0; i < 4; ++i) out.append(query.getColumn(i).getString()).append("\n");
  }
  return out;
}

/// integrity_check believes what the schema says; a flipped bit there is seen only beside an undamaged one.
bool has_our_schema(SQLite::Database& database) {
  std::vector<Migration> steps = migrations();
  const int version = database.execAndGet("PRAGMA user_version").getInt();
  if (version < 1 || version > steps.back().number) return false;
  steps.resize(static_cast<std::size_t>(version));
  SQLite::Database model(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  migrate(model, steps);
  return schema_of(database) == schema_of(model) && check_ours(database, version).ok();
}

bool is_sound(SQLite::Database& database) {
  try {
    if (!has_our_schema(database)) return false;
    if (database.execAndGet("PRAGMA integrity_check(1)").getString() != "ok") return false;
    if (SQLite::Statement(database, "PRAGMA foreign_key_check").executeStep()) return false;
    for (const std::string& table : tables_of(database)) {
      if (!is_understood(database, table)) return false;
    }
    return true;
  } catch (const SQLite::Exception&) {
    return false;
  }
}

/// A flipped bit in the header must not keep us from our own tables; a file without them is a stranger's.
Status check_not_foreign(SQLite::Database& database) {
  try {
    const Status ours = check_ours(database, migrations().back().number);
    if (ours.ok() || database.execAndGet("PRAGMA application_id").getInt() == kApplicationId) return ours;
    if (database.tableExists("journal") && database.tableExists("link_values")) return {};
    return ours;
  } catch (const SQLite::Exception&) {
    return {};
  }
}

Error failed(const std::string& what, const std::string& path, int code) {
  return Error{ErrorKind::disk, what + ": " + std::generic_category().message(code), path,
               "the damaged store is still in its place", std::nullopt};
}

void remove_with_log(const std::string& path) {
  for (const char* end : {"", "-wal", "-shm"}) ::unlink((path + end).c_str());
}

std::string line_of(const std::string& table, const Salvaged& result) {
  std::string line = table + ": " + std::to_string(result.saved) + " rows saved";
  if (result.lost != 0) line += ", " + std::to_string(result.lost) + " lost";
  if (result.unreadable) line += ", and a part of it could not be read";
  return line;
}

std::uint64_t drop(SQLite::Database& fresh, const char* condition) {
  return static_cast<std::uint64_t>(fresh.exec(std::string("DELETE FROM link WHERE ") + condition));
}

/// What is left must hold together: a half link would be read as a base that never was.
void make_whole(SQLite::Database& fresh, Lines& lines) {
  const std::uint64_t without_values = drop(fresh, "id NOT IN (SELECT link FROM link_values)");
  const std::uint64_t without_record = drop(fresh,
                                            "record <> '' AND NOT EXISTS (SELECT 1 FROM record WHERE record.kind ="
                                            " link.kind AND record.id = link.record)");
  const std::uint64_t dropped = without_values + without_record;
  if (dropped != 0) {
    lines.push_back("link: " + std::to_string(dropped) + " dropped because a part of them or their record is lost");
  }
  fresh.exec("UPDATE target SET cursor = ''");
  lines.emplace_back("cursors dropped: the next run makes complete listings and finds lost links by their markers");
}

Result<Lines> copy_all(SQLite::Database& damaged, const std::string& fresh_path, Clock& clock, Random& random) {
  FASTI_TRY(std::unique_ptr<Database> opened, Database::open(fresh_path));
  SQLite::Database& fresh = opened->handle();
  Lines lines;
  std::uint64_t saved = 0;
  SQLite::Transaction transaction(fresh, SQLite::TransactionBehavior::IMMEDIATE);
  for (const std::string& table : tables_of(fresh)) {
    const Salvaged result = salvage_table(damaged, fresh, table);
    saved += result.saved;
    lines.push_back(line_of(table, result));
  }
  if (saved == 0) {
    return Error{
        ErrorKind::corrupt_store, "nothing of this file can be read; it was not touched", "",
        "put a backup in its place, or move it away and run `fasti sync`: links are found again by their markers",
        std::nullopt};
  }
  make_whole(fresh, lines);
  SQLite::Statement name(fresh, "INSERT INTO meta (key, value) VALUES ('store_id', ?) ON CONFLICT DO NOTHING");
  name.bind(1, make_uuid7(clock, random));
  name.exec();
  transaction.commit();
  if (fresh.execAndGet("PRAGMA integrity_check(1)").getString() != "ok") {
    return Error{ErrorKind::internal, "the repaired copy is not sound", "", "", std::nullopt};
  }
  // Everything into the one file that is going to be renamed.
  SQLite::Statement(fresh, "PRAGMA wal_checkpoint(TRUNCATE)").executeStep();
  return lines;
}

/// The old file keeps a second name before the new one takes its place: at no moment is there no store, which the
/// next run would take for a new one.
Status swap_in(const std::string& path, const std::string& fresh, const std::string& kept) {
  for (const char* end : {"", "-wal"}) {
    const std::string from = path + end;
    std::error_code code;
    if (!std::filesystem::exists(from, code)) continue;
    if (::link(from.c_str(), (kept + end).c_str()) != 0) std::filesystem::copy_file(from, kept + end, code);
    if (code) return failed("the damaged store cannot be kept", kept + end, code.value());
  }
  // A log that belongs to the old file must not be replayed into the new one.
  ::unlink((path + "-wal").c_str());
  ::unlink((path + "-shm").c_str());
  if (::rename(fresh.c_str(), path.c_str()) != 0)
    return failed("the repaired store cannot be put in place", path, errno);
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const int fd = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0) {
    ::fsync(fd);
    ::close(fd);
  }
  return {};
}

Result<Lines> repair(const std::string& path, Clock& clock, Random& random) {
  const std::string fresh = path + ".repairing";
  remove_with_log(fresh);
  Result<Lines> lines = Lines();
  {
    SQLite::Database damaged(path, SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX, 1000);
    FASTI_CHECK(check_not_foreign(damaged));
    if (is_sound(damaged)) return Lines{"the store is sound: nothing was changed"};
    // Lets a schema with one bad entry be read for the others.
    SQLite::Statement(damaged, "PRAGMA writable_schema = ON").executeStep();
    lines = copy_all(damaged, fresh, clock, random);
  }
  if (!lines.ok()) {
    remove_with_log(fresh);
    return lines;
  }
  const std::string kept = path + ".damaged-" + std::to_string(clock.now().time_since_epoch().count());
  if (const Status swapped = swap_in(path, fresh, kept); !swapped) {
    remove_with_log(fresh);
    return swapped.error();
  }
  lines.value().push_back("the damaged store is kept as " + kept);
  return lines;
}

}  // namespace

Result<std::vector<std::string>> repair_sqlite(const std::string& path, Clock& clock, Random& random) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return Error{ErrorKind::not_found, "there is no store", path, "", std::nullopt};
  }
  try {
    auto lines = repair(path, clock, random);
    if (lines.ok()) return lines;
    Error error = std::move(lines).error();
    if (error.place.empty()) error.place = path;
    return error;
  } catch (const SQLite::Exception& exception) {
    remove_with_log(path + ".repairing");
    return error_of(exception, path);
  }
}

}  // namespace store
}  // namespace v1
}  // namespace fasti
