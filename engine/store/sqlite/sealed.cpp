#include "engine/store/sealed.hpp"

#include "engine/base/try.hpp"
#include "engine/store/sqlite/database.hpp"

namespace fasti {
inline namespace v1 {
namespace store {
namespace {

class SqliteSealedRows final : public SealedRows {
 public:
  explicit SqliteSealedRows(std::unique_ptr<Database> database) : database_(std::move(database)) {}

  Result<std::vector<SealedRow>> all() override {
    return database_->guarded([&]() -> Result<std::vector<SealedRow>> {
      std::vector<SealedRow> rows;
      Query query(*database_, "SELECT connection, key, sealed, changed FROM credential ORDER BY connection, key");
      while (query.row()) rows.push_back({query.text(0), query.text(1), query.text(2), query.instant(3)});
      return rows;
    });
  }

  Status save(const std::vector<SealedRow>& rows) override {
    return database_->atomically([&]() -> Status {
      for (const SealedRow& row : rows) {
        Query(*database_,
              "INSERT INTO credential (connection, key, sealed, changed) VALUES (?, ?, ?, ?) "
              "ON CONFLICT (connection, key) DO UPDATE SET sealed = excluded.sealed, changed = excluded.changed")
            .bind(row.connection, row.key, row.sealed, row.changed)
            .run();
      }
      return {};
    });
  }

  Result<int> remove(const std::string& connection) override {
    return database_->atomically([&]() -> Result<int> {
      Query(*database_, "DELETE FROM credential WHERE connection = ?").bind(connection).run();
      return database_->changes();
    });
  }

 private:
  std::unique_ptr<Database> database_;
};

}  // namespace

Result<std::unique_ptr<SealedRows>> open_sealed_rows(const std::string& path) {
  FASTI_TRY(auto database, Database::open(path));
  return std::unique_ptr<SealedRows>(std::make_unique<SqliteSealedRows>(std::move(database)));
}

}  // namespace store
}  // namespace v1
}  // namespace fasti
