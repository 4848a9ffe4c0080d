#include "engine/store/sqlite/migrate.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

namespace fasti {
inline namespace v1 {
namespace store {

Status check_ours(SQLite::Database& database, int newest) {
  const int application = database.execAndGet("PRAGMA application_id").getInt();
  const int version = database.execAndGet("PRAGMA user_version").getInt();
  const bool empty = database.execAndGet("SELECT count(*) FROM sqlite_schema").getInt() == 0;
  if (empty && application == 0 && version == 0) return {};
  if (application != kApplicationId) {
    return Error{ErrorKind::corrupt_store, "this SQLite file belongs to another program; it was not touched", "",
                 "set `store` in fasti.toml to another path", std::nullopt};
  }
  if (version > newest) {
    return Error{ErrorKind::corrupt_store,
                 "this store was written by a newer Fasti (schema " + std::to_string(version) + ", this one knows " +
                     std::to_string(newest) + "); it was not touched",
                 "", "update Fasti, then run the same command again", std::nullopt};
  }
  return {};
}

void migrate(SQLite::Database& database, const std::vector<Migration>& steps) {
  for (const Migration& step : steps) {
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    // Read inside the transaction: another process may have been quicker.
    if (database.execAndGet("PRAGMA user_version").getInt() >= step.number) continue;
    database.exec(step.sql);
    database.exec("PRAGMA application_id = " + std::to_string(kApplicationId));
    database.exec("PRAGMA user_version = " + std::to_string(step.number));
    transaction.commit();
  }
}

}  // namespace store
}  // namespace v1
}  // namespace fasti
