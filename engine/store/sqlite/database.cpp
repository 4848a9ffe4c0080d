#include "engine/store/sqlite/database.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <filesystem>

#include "engine/base/try.hpp"
#include "engine/store/sqlite/migrate.hpp"

namespace fasti {
inline namespace v1 {
namespace store {
namespace {

constexpr int kBusyMilliseconds = 60'000;

Error make(ErrorKind kind, const std::string& message, const std::string& path, const std::string& hint) {
  return Error{kind, message, path, hint, std::nullopt};
}

}  // namespace

Error error_of(const SQLite::Exception& exception, const std::string& path) {
  const std::string what = exception.what();
  switch (exception.getErrorCode() & 0xff) {
    case SQLITE_FULL:
      return make(ErrorKind::disk, "the disk is full (" + what + ")", path,
                  "make room on the disk, then run the same command again");
    case SQLITE_READONLY:
      return make(ErrorKind::disk, "the store is read-only (" + what + ")", path,
                  "give this user the right to write the file and its folder");
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return make(ErrorKind::disk, "the store cannot be opened (" + what + ")", path,
                  "check that its folder exists and that this user may write there");
    case SQLITE_IOERR:
      return make(ErrorKind::disk, "the disk reports a fault (" + what + ")", path,
                  "check the disk; then `fasti repair` if the store is damaged");
    case SQLITE_NOTADB:
      return make(ErrorKind::corrupt_store, "this is not a store: " + what + "; it was not touched", path,
                  "set `store` in fasti.toml to another path, or run `fasti repair` if this was one");
    case SQLITE_CORRUPT:
    case SQLITE_FORMAT:
      return damaged(path, what);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return make(ErrorKind::store_busy, "another program holds the store (" + what + ")", path,
                  "wait until it is done, then run the same command again");
    default:
      return make(ErrorKind::internal, "SQLite: " + what, path, "");
  }
}

Error damaged(const std::string& path, const std::string& what) {
  return make(ErrorKind::corrupt_store, "the store is damaged: " + what, path, "run `fasti repair`");
}

Database::Database(std::string path, int flags)
    : path_(std::move(path)),
      handle_(std::make_unique<SQLite::Database>(path_, flags | SQLite::OPEN_NOMUTEX, kBusyMilliseconds)) {}

Database::~Database() = default;

int Database::changes() const { return handle_->getChanges(); }

std::int64_t Database::last_row() const { return handle_->getLastInsertRowid(); }

std::optional<Error> Database::caught(const std::function<void()>& f) {
  try {
    f();
    return std::nullopt;
  } catch (const SQLite::Exception& exception) {
    Error error = error_of(exception, path_);
    if (in_transaction_) broken_ = error;
    return error;
  }
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path) {
  try {
    std::error_code ignored;
    const int newest = migrations().back().number;
    const auto settled = path == ":memory:" ? std::nullopt : settled_version(path);
    const bool known = settled && *settled <= newest;
    if (path != ":memory:" && !known && std::filesystem::exists(path, ignored)) {
      // Writable connections may replay or truncate a log when they close; a stranger's file must stay as it is.
      Database reader(path, SQLite::OPEN_READONLY);
      if (auto status = check_ours(*reader.handle_, newest); !status) {
        Error error = std::move(status).error();
        error.place = path;
        return error;
      }
    }
    std::unique_ptr<Database> database(new Database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE));
    if (sqlite3_db_readonly(database->handle_->getHandle(), "main") == 1) {
      throw SQLite::Exception("attempt to write a readonly database", SQLITE_READONLY);
    }
    database->configure();
    migrate(*database->handle_, migrations());
    return database;
  } catch (const SQLite::Exception& exception) {
    return error_of(exception, path);
  }
}

void Database::configure() {
  // FULL: an intent must be durable before its request leaves, also through a power cut.
  for (const char* pragma :
       {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON",
        "PRAGMA wal_autocheckpoint = 20000", "PRAGMA journal_size_limit = 67108864", "PRAGMA cache_size = -8192",
        "PRAGMA temp_store = MEMORY", "PRAGMA cell_size_check = ON", "PRAGMA trusted_schema = OFF"}) {
    SQLite::Statement(*handle_, pragma).executeStep();
  }
}

SQLite::Statement& Database::prepared(const char* sql) {
  auto& slot = prepared_[sql];
  if (!slot) slot = std::make_unique<SQLite::Statement>(*handle_, sql);
  return *slot;
}

std::pair<std::int64_t, std::int64_t> Database::freshness() {
  Query query(*this, "PRAGMA data_version");
  query.row();
  return {query.number(0), rollbacks_};
}

void Database::run(const char* sql) {
  Query query(*this, sql);
  query.run();
}

void Database::roll_back() noexcept {
  // Nothing is left to do where SQLite has rolled back by itself.
  if (sqlite3_get_autocommit(handle_->getHandle()) == 0) {
    sqlite3_exec(handle_->getHandle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  if (in_transaction_) ++rollbacks_;
  in_transaction_ = false;
  broken_.reset();
}

Database::Rollback::Rollback(Database& d) : database(&d) {
  database->run("BEGIN IMMEDIATE");
  database->in_transaction_ = true;
}

Database::Rollback::~Rollback() {
  if (database != nullptr) database->roll_back();
}

void Database::Rollback::commit() {
  database->run("COMMIT");
  database->in_transaction_ = false;
  database = nullptr;
}

class SqliteTransaction : public Transaction {
 public:
  SqliteTransaction(Database& database, std::unique_lock<std::recursive_mutex> lock)
      : database_(database), lock_(std::move(lock)) {}
  SqliteTransaction(const SqliteTransaction&) = delete;
  SqliteTransaction& operator=(const SqliteTransaction&) = delete;
  ~SqliteTransaction() override { end(); }

  Status commit() override {
    if (!lock_.owns_lock()) return make(ErrorKind::internal, "this transaction has already ended", "", "");
    std::optional<Error> failure = database_.broken_;
    if (!failure) {
      try {
        database_.run("COMMIT");
      } catch (const SQLite::Exception& exception) {
        failure = error_of(exception, database_.path_);
      }
    }
    if (!failure) database_.in_transaction_ = false;
    end();
    if (failure) return *failure;
    return {};
  }

 private:
  void end() {
    if (!lock_.owns_lock()) return;
    database_.roll_back();
    lock_.unlock();
  }

  Database& database_;
  std::unique_lock<std::recursive_mutex> lock_;
};

Result<std::unique_ptr<Transaction>> Database::begin(const char* sql) {
  std::unique_lock lock(mutex_);
  if (in_transaction_) return make(ErrorKind::internal, "a transaction was begun inside a transaction", path_, "");
  try {
    run(sql);
  } catch (const SQLite::Exception& exception) {
    return error_of(exception, path_);
  }
  in_transaction_ = true;
  return std::unique_ptr<Transaction>(std::make_unique<SqliteTransaction>(*this, std::move(lock)));
}

Query::~Query() {
  statement_.tryReset();
  statement_.clearBindings();
}

bool Query::row() { return statement_.executeStep(); }

void Query::run() {
  while (statement_.executeStep()) {
  }
}

std::string_view Query::view(int column) const {
  const SQLite::Column value = statement_.getColumn(column);
  const char* bytes = value.getText("");
  return {bytes, static_cast<std::size_t>(value.getBytes())};
}

std::int64_t Query::number(int column) const { return statement_.getColumn(column).getInt64(); }

bool Query::null(int column) const { return statement_.isColumnNull(column); }

void Query::bind_one(const std::string& value) { statement_.bindNoCopy(next_++, value); }

void Query::bind_one(const char* value) { statement_.bindNoCopy(next_++, value); }

void Query::bind_one(std::int64_t value) { statement_.bind(next_++, value); }

void Query::bind_null() { statement_.bind(next_++); }

}  // namespace store
}  // namespace v1
}  // namespace fasti
