#pragma once
// One SQLite connection with its lock, its prepared statements and its transaction. Exceptions of SQLiteCpp end here:
// guarded() turns them into Errors. Not for what the rows mean.
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <fasti/error.hpp>

#include "engine/store/store.hpp"

namespace SQLite {
class Database;
class Exception;
class Statement;
}  // namespace SQLite

namespace fasti {
inline namespace v1 {
namespace store {

Error error_of(const SQLite::Exception& exception, const std::string& path);
Error damaged(const std::string& path, const std::string& what);

class Database {
 public:
  /// Opens or makes the file and brings its schema up to date.
  static Result<std::unique_ptr<Database>> open(const std::string& path);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  const std::string& path() const { return path_; }
  SQLite::Database& handle() { return *handle_; }
  int changes() const;
  std::int64_t last_row() const;
  SQLite::Statement& prepared(const char* sql);

  Result<std::unique_ptr<Transaction>> begin() { return begin("BEGIN IMMEDIATE"); }
  Result<std::unique_ptr<Transaction>> view() { return begin("BEGIN DEFERRED"); }
  bool in_transaction() const { return in_transaction_; }
  /// Moves when what was read before may no longer be so: another connection committed, or this one rolled back.
  std::pair<std::int64_t, std::int64_t> freshness();

  /// Runs f under the lock. Inside a transaction a failure poisons it: SQLite may have rolled everything back
  /// already (disk full), and later statements must not commit one by one.
  template <class F>
  auto guarded(F&& f) -> decltype(f()) {
    const std::lock_guard lock(mutex_);
    if (broken_) return *broken_;
    std::optional<decltype(f())> result;
    if (auto error = caught([&] { result.emplace(f()); })) return *std::move(error);
    return *std::move(result);
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
  std::optional<Error> caught(const std::function<void()>& f);
  Result<std::unique_ptr<Transaction>> begin(const char* sql);
  void configure();
  void run(const char* sql);
  void roll_back() noexcept;

  std::string path_;
  std::unique_ptr<SQLite::Database> handle_;
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
  ~Query();

  template <class... Values>
  Query& bind(const Values&... values) {
    (bind_one(values), ...);
    return *this;
  }
  bool row();
  void run();

  std::string text(int column) const { return std::string(view(column)); }
  /// Valid until the next row.
  std::string_view view(int column) const;
  std::int64_t number(int column) const;
  bool null(int column) const;
  bool flag(int column) const { return number(column) != 0; }
  Instant instant(int column) const { return Instant(std::chrono::milliseconds(number(column))); }
  std::optional<std::string> optional_text(int column) const {
    return null(column) ? std::nullopt : std::optional<std::string>(text(column));
  }
  std::optional<Instant> optional_instant(int column) const {
    return null(column) ? std::nullopt : std::optional<Instant>(instant(column));
  }

 private:
  void bind_one(const std::string& value);
  void bind_one(const char* value);
  void bind_one(std::int64_t value);
  void bind_null();
  void bind_one(int value) { bind_one(std::int64_t{value}); }
  void bind_one(bool value) { bind_one(std::int64_t{value ? 1 : 0}); }
  void bind_one(Instant value) { bind_one(std::int64_t{value.time_since_epoch().count()}); }
  template <class T>
  void bind_one(const std::optional<T>& value) {
    if (value) {
      bind_one(*value);
    } else {
      bind_null();
    }
  }

  SQLite::Statement& statement_;
  int next_ = 1;
};

}  // namespace store
}  // namespace v1
}  // namespace fasti
