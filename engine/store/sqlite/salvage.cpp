#include "engine/store/sqlite/salvage.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/model/value_json.hpp"
#include "engine/store/sqlite/report_json.hpp"
#include "engine/store/sqlite/row_json.hpp"

namespace fasti {
inline namespace v1 {
namespace store {
namespace {

using Check = bool (*)(std::string_view);

bool is_properties(std::string_view text) { return read_properties(text).ok(); }
bool is_value(std::string_view text) { return read_tagged(text).ok(); }
bool is_list(std::string_view text) { return read_list(text).ok(); }

/// Columns that must be understood, not only be there.
const std::map<std::string, Check>& checks() {
  static const std::map<std::string, Check> all{
      {"fields", [](std::string_view text) { return read_fields(text).ok(); }},
      {"stamps", [](std::string_view text) { return read_stamps(text).ok(); }},
      {"sent", is_properties},
      {"stored", is_properties},
      {"seen", is_properties},
      {"set_values", is_properties},
      {"encoded", is_properties},
      {"before_sent", is_properties},
      {"before_stored", is_properties},
      {"before_seen", is_properties},
      {"before", is_value},
      {"after", is_value},
      {"superseded", is_list},
      {"clear", is_list},
      {"remove_parts", is_list},
      {"marker", [](std::string_view text) { return read_marker(text).ok(); }},
      {"churn", [](std::string_view text) { return read_counters(text).ok(); }},
      {"report", [](std::string_view text) { return read_run_report(text).ok(); }},
      {"sides",
       [](std::string_view text) {
         ConflictInfo ignored;
         return read_conflict_sides(text, ignored).ok();
       }},
  };
  return all;
}

std::vector<std::string> columns_of(SQLite::Database& database, const std::string& table) {
  std::vector<std::string> out;
  SQLite::Statement query(database, "SELECT name FROM pragma_table_info(?)");
  query.bind(1, table);
  while (query.executeStep()) out.push_back(query.getColumn(0).getString());
  return out;
}

bool has_rowid(SQLite::Database& database, const std::string& table) {
  SQLite::Statement query(database, "SELECT wr FROM pragma_table_list(?)");
  query.bind(1, table);
  return query.executeStep() && query.getColumn(0).getInt() == 0;
}

std::string joined(const std::vector<std::string>& columns) {
  std::string out;
  for (const std::string& column : columns) out.append(out.empty() ? "" : ", ").append(column);
  return out;
}

bool row_is_understood(SQLite::Statement& row, const std::vector<std::string>& columns, int first) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto check = checks().find(columns[i]);
    const SQLite::Column value = row.getColumn(first + static_cast<int>(i));
    if (check == checks().end() || value.isNull()) continue;
    const char* text = value.getText("");
    if (!check->second({text, static_cast<std::size_t>(value.getBytes())})) return false;
  }
  return true;
}

class Copier {
 public:
  Copier(SQLite::Database& fresh, const std::string& table, const std::vector<std::string>& columns)
      : fresh_(fresh), columns_(columns), insert_(fresh, insert_sql(table, columns)) {}

  /// `first`: where the columns begin in the row.
  void copy(SQLite::Statement& row, int first) {
    if (!row_is_understood(row, columns_, first)) {
      ++result.lost;
      return;
    }
    insert_.tryReset();
    for (int i = 0; i < static_cast<int>(columns_.size()); ++i) bind(i + 1, row.getColumn(first + i));
    const int code = insert_.tryExecuteStep();
    if (code != SQLITE_DONE && (code & 0xff) != SQLITE_CONSTRAINT) throw SQLite::Exception(fresh_.getHandle(), code);
    if (code == SQLITE_DONE && fresh_.getChanges() > 0) {
      ++result.saved;
    } else {
      ++refused_;
    }
  }

  /// A second scan meets rows again: those are not losses.
  void count_refused_as_lost() { result.lost += refused_; }

  Salvaged result;

 private:
  void bind(int index, const SQLite::Column& value) {
    if (value.isNull()) {
      insert_.bind(index);
    } else if (value.isInteger()) {
      insert_.bind(index, value.getInt64());
    } else {
      insert_.bind(index, value.getString());  // every other column is text; the table refuses what is not
    }
  }

  static std::string insert_sql(const std::string& table, const std::vector<std::string>& columns) {
    std::string marks = "?";
    for (std::size_t i = 1; i < columns.size(); ++i) marks += ", ?";
    return "INSERT OR IGNORE INTO " + table + " (" + joined(columns) + ") VALUES (" + marks + ")";
  }

  SQLite::Database& fresh_;
  std::vector<std::string> columns_;
  SQLite::Statement insert_;
  std::uint64_t refused_ = 0;
};

std::int64_t last_rowid(SQLite::Database& damaged, const std::string& table) {
  try {
    return damaged.execAndGet("SELECT max(rowid) FROM " + table).getInt64();
  } catch (const SQLite::Exception&) {
    return damaged.execAndGet("PRAGMA page_count").getInt64() * 64;
  }
}

/// Where rows can be read again behind one that cannot: doubling steps until something is readable, then halving
/// back to its beginning, so that neither a lost page nor a nonsensical last row takes long.
std::optional<std::int64_t> readable_again(SQLite::Statement& rows, std::int64_t unreadable, std::int64_t last) {
  const auto readable = [&](std::int64_t from) {
    rows.tryReset();
    rows.bind(1, from);
    const int code = rows.tryExecuteStep();
    return code == SQLITE_ROW || code == SQLITE_DONE;
  };
  std::int64_t bad = unreadable;
  std::optional<std::int64_t> good;
  for (std::int64_t step = 1; !good; step = step > last / 2 ? last : step * 2) {
    if (bad >= last) return std::nullopt;
    const std::int64_t next = step > last - bad ? last : bad + step;
    if (readable(next)) {
      good = next;
    } else {
      bad = next;
    }
  }
  while (*good - bad > 1) {
    const std::int64_t middle = bad + (*good - bad) / 2;
    if (readable(middle)) {
      good = middle;
    } else {
      bad = middle;
    }
  }
  return good;
}

void copy_by_rowid(SQLite::Database& damaged, const std::string& table, const std::string& columns, Copier& copier) {
  const std::int64_t last = last_rowid(damaged, table);
  // A tree that is damaged so that its rows never end: no more attempts than there are pages to be damaged.
  std::int64_t attempts = damaged.execAndGet("PRAGMA page_count").getInt64();
  SQLite::Statement rows(
      damaged, "SELECT rowid, " + columns + " FROM " + table + " NOT INDEXED WHERE rowid >= ? ORDER BY rowid");
  std::optional<std::int64_t> next = std::numeric_limits<std::int64_t>::min();
  while (next && attempts-- >= 0) {
    rows.tryReset();
    rows.bind(1, *next);
    int code = SQLITE_ROW;
    while ((code = rows.tryExecuteStep()) == SQLITE_ROW) {
      const std::int64_t row = rows.getColumn(0).getInt64();
      if (row >= *next) next = row == std::numeric_limits<std::int64_t>::max() ? row : row + 1;
      copier.copy(rows, 1);
    }
    if (code == SQLITE_DONE) break;
    copier.result.unreadable = true;
    next = readable_again(rows, std::max<std::int64_t>(*next, 0), last);
  }
  copier.count_refused_as_lost();
}

/// Without row numbers there is no skipping: from both ends towards the damage.
void copy_from_both_ends(SQLite::Database& damaged, const std::string& table, const std::vector<std::string>& columns,
                         Copier& copier) {
  for (const char* order : {" ASC", " DESC"}) {
    SQLite::Statement rows(damaged,
                           "SELECT " + joined(columns) + " FROM " + table + " ORDER BY " + columns.front() + order);
    int code = SQLITE_ROW;
    while ((code = rows.tryExecuteStep()) == SQLITE_ROW) copier.copy(rows, 0);
    if (code == SQLITE_DONE) return;
    copier.result.unreadable = true;
  }
}

}  // namespace

Salvaged salvage_table(SQLite::Database& damaged, SQLite::Database& fresh, const std::string& table) {
  std::vector<std::string> columns;
  try {
    const std::vector<std::string> readable = columns_of(damaged, table);
    for (std::string& column : columns_of(fresh, table)) {
      if (std::find(readable.begin(), readable.end(), column) != readable.end()) columns.push_back(std::move(column));
    }
  } catch (const SQLite::Exception&) {
    columns.clear();
  }
  Salvaged nothing;
  nothing.unreadable = true;
  if (columns.empty()) return nothing;
  Copier copier(fresh, table, columns);
  try {
    if (has_rowid(fresh, table)) {
      copy_by_rowid(damaged, table, joined(columns), copier);
    } else {
      copy_from_both_ends(damaged, table, columns, copier);
    }
  } catch (const SQLite::Exception& exception) {
    const int code = exception.getErrorCode() & 0xff;
    if (code != SQLITE_CORRUPT && code != SQLITE_ERROR && code != SQLITE_NOTADB) throw;
    copier.result.unreadable = true;
  }
  return copier.result;
}

bool is_understood(SQLite::Database& database, const std::string& table) {
  const std::vector<std::string> columns = columns_of(database, table);
  SQLite::Statement rows(database, "SELECT " + joined(columns) + " FROM " + table);
  while (rows.executeStep()) {
    if (!row_is_understood(rows, columns, 0)) return false;
  }
  return true;
}

}  // namespace store
}  // namespace v1
}  // namespace fasti
