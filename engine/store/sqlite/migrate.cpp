#include "engine/store/sqlite/migrate.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>

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

namespace {

constexpr std::size_t kHeaderBytes = 100;

int number_at(const std::array<unsigned char, kHeaderBytes>& header, std::size_t at) {
  return static_cast<int>(std::uint32_t{header[at]} << 24 | std::uint32_t{header[at + 1]} << 16 |
                          std::uint32_t{header[at + 2]} << 8 | std::uint32_t{header[at + 3]});
}

}  // namespace

std::optional<int> settled_version(const std::string& path) {
  for (const char* log : {"-wal", "-journal"}) {
    std::error_code missing;
    if (std::filesystem::file_size(path + log, missing) != 0 && !missing) return std::nullopt;
  }
  // By SQLite's own hand: closing a descriptor of ours would drop the locks of every other connection of this process.
  sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
  const std::unique_ptr<const char, void (*)(const char*)> name(
      sqlite3_create_filename(path.c_str(), "", "", 0, nullptr), sqlite3_free_filename);
  if (vfs == nullptr || !name) return std::nullopt;
  const std::unique_ptr<void, void (*)(void*)> memory(std::calloc(1, static_cast<std::size_t>(vfs->szOsFile)),
                                                      std::free);
  auto* file = static_cast<sqlite3_file*>(memory.get());
  if (file == nullptr) return std::nullopt;
  std::array<unsigned char, kHeaderBytes> header{};
  const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;
  const bool read = vfs->xOpen(vfs, name.get(), file, flags, nullptr) == SQLITE_OK &&
                    file->pMethods->xRead(file, header.data(), static_cast<int>(header.size()), 0) == SQLITE_OK;
  if (file->pMethods != nullptr) file->pMethods->xClose(file);
  constexpr std::size_t kVersionAt = 60;
  constexpr std::size_t kApplicationAt = 68;
  const bool ours = read && std::memcmp(header.data(), "SQLite format 3", 16) == 0 &&
                    number_at(header, kApplicationAt) == kApplicationId;
  return ours ? std::optional<int>(number_at(header, kVersionAt)) : std::nullopt;
}

void migrate(SQLite::Database& database, const std::vector<Migration>& steps) {
  if (steps.empty() || database.execAndGet("PRAGMA user_version").getInt() >= steps.back().number) return;
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
