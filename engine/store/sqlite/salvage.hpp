#pragma once
// Copies what can be read of one damaged table into a fresh store, row by row. Not for deciding what to do with it.
#include <cstdint>
#include <string>

namespace SQLite {
class Database;
}

namespace fasti {
inline namespace v1 {
namespace store {

struct Salvaged {
  std::uint64_t saved = 0;
  std::uint64_t lost = 0;   ///< rows that are known to be missing; there may be more
  bool unreadable = false;  ///< pages could not be read: how many rows they held is not known
};

/// Rows whose content cannot be understood count as lost. Throws SQLite::Exception when `fresh` cannot be written.
Salvaged salvage_table(SQLite::Database& damaged, SQLite::Database& fresh, const std::string& table);

/// Whether every row of the table can be understood.
bool is_understood(SQLite::Database& database, const std::string& table);

}  // namespace store
}  // namespace v1
}  // namespace fasti
