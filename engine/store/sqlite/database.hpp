#pragma once
// One SQLite connection with its lock, its prepared statements and its transaction. Exceptions of SQLiteCpp end here:
// guarded() turns them into Errors. Not for what the rows mean.
#include <SQLiteCpp/SQLiteCpp.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <fasti/error.hpp>

#include "engine/store/store.hpp"

namespace fasti {
inline namespace v1 {
namespace store {

Error error_of(const SQLite::Exception& exception, const std::string& path);
Error damaged(const std::string& path, const std::string& what);

class Database {
 public:
  /// Opens or makes the file and brings its schema up to date.
  static Result<std::unique_ptr<Database>> open(const std::string& path);

  const std::string& path() const { return path_; }
  SQLite::Database& handle() { return handle_; }
  SQLite::Statement& prepared(const char* sql);

  Result<std::unique_ptr<Transaction>> begin();
  bool in_transaction() const { return in_transaction_; }
  /// Moves when what was read before may no longer be so: another connection committed, or this one rolled back.
  std::pair<std::int64_t, std::int64_t> freshness();

  /// Runs f under the lock. Inside a transaction a failure poisons it: SQLite may have rolled everything back
  /// already (disk full), and later statements must not commit one by one.
  template <class F>
  auto guarded(F&& f) -> decltype(f()) {
    const std::lock_guard lock(mutex_);
    if (broken_) return *broken_;
    try {
      return f();
    } catch (const SQLite::Exception& exception) {
      Error error = error_of(exception, path_);
      if (in_transaction_) broken_ = error;
      return error;
    }
  }

  /// Same, for several statements that must all happen or none.
  template <class F>
  auto atomically(F&& f) -> decltype(f()) {
    return guarded([&]() -> decltype(f()) {
      if (in_transaction_) return f();
      Rollback rollback(*this);
      auto result = f();
      if (result.ok()) rollback.commit();
      return result;
    });
  }

 private:
  friend class SqliteTransaction;

  struct Rollback {
    explicit Rollback(Database& database);
    Rollback(const Rollback&) = delete;
    Rollback& operator=(const Rollback&) = delete;
    ~Rollback();
    void commit();
    Database* database;
  };

  Database(std::string path, int flags);
  void configure();
  void run(const char* sql);
  void roll_back() noexcept;

  std::string path_;
  SQLite::Database handle_;
  std::recursive_mutex mutex_;
  std::unordered_map<const char*, std::unique_ptr<SQLite::Statement>> prepared_;
  bool in_transaction_ = false;
  std::int64_t rollbacks_ = 0;
  std::optional<Error> broken_;
};

/// One use of a prepared statement; ready for the next use when it goes out of scope. `sql` must be a literal: its
/// address is the key. Texts that are bound must outlive it.
class Query {
 public:
  Query(Database& database, const char* sql) : statement_(database.prepared(sql)) {}
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query() {
    statement_.tryReset();
    statement_.clearBindings();
  }

  template <class... Values>
  Query& bind(const Values&... values) {
    (bind_one(values), ...);
    return *this;
  }
  bool row() { return statement_.executeStep(); }
  void run() {
    while (statement_.executeStep()) {
    }
  }

  std::string text(int column) const { return statement_.getColumn(column).getString(); }
  std::string_view view(int column) const {
    const SQLite::Column value = statement_.getColumn(column);
    const char* bytes = value.getText("");
    return {bytes, static_cast<std::size_t>(value.getBytes())};
  }
  std::int64_t number(int column) const { return statement_.getColumn(column).getInt64(); }
  bool flag(int column) const { return number(column) != 0; }
  bool null(int column) const { return statement_.isColumnNull(column); }
  Instant instant(int column) const { return Instant(std::chrono::milliseconds(number(column))); }
  std::optional<std::string> optional_text(int column) const {
    return null(column) ? std::nullopt : std::optional<std::string>(text(column));
  }
  std::optional<Instant> optional_instant(int column) const {
    return null(column) ? std::nullopt : std::optional<Instant>(instant(column));
  }

 private:
  void bind_one(const std::string& value) { statement_.bindNoCopy(next_++, value); }
  void bind_one(const char* value) { statement_.bindNoCopy(next_++, value); }
  void bind_one(std::int64_t value) { statement_.bind(next_++, value); }
  void bind_one(int value) { statement_.bind(next_++, value); }
  void bind_one(bool value) { statement_.bind(next_++, value ? 1 : 0); }
  void bind_one(Instant value) {
    statement_.bind(next_++, static_cast<std::int64_t>(value.time_since_epoch().count()));
  }
  template <class T>
  void bind_one(const std::optional<T>& value) {
    if (value) {
      bind_one(*value);
    } else {
      statement_.bind(next_++);
    }
  }

  SQLite::Statement& statement_;
  int next_ = 1;
};

}  // namespace store
}  // namespace v1
}  // namespace fasti
