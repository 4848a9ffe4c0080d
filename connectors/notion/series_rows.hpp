#pragma once
// The rows of series at Notion: read with their series, made, changed and put in the trash. What they mean is
// rows.hpp's.
#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "connectors/notion/pages.hpp"
#include "connectors/notion/rows.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {

/// Whose occurrence a page is; nullopt: a page of its own.
std::optional<RowMark> row_mark(const Page& page, const Binding& binding);
/// The page is a series with rows.
bool is_series(const Page& page, const Binding& binding);

class SeriesRows {
 public:
  SeriesRows(Session& session, Tables& tables) : session_(session), tables_(tables) {}

  /// Rows that a listing showed, by series. A copy that people made of a row and changed comes back as a page of its
  /// own. A series with a row that cannot be read is `unclear`: what the row says is not known to be nothing.
  Status collect(const Table& table, std::vector<Page>&& pages, std::map<std::string, Rows>& rows,
                 std::vector<Page>& others, std::map<std::string, Error>& unclear, const std::stop_token& stop);
  /// What became of rows that were known and that the listing did not show: one look at each. Series with a row of
  /// which nobody can tell are `unclear`: they cannot be read now.
  Status settle_missing(const std::string& collection, const std::map<std::string, Properties>& masters,
                        std::map<std::string, Rows>& rows, std::map<std::string, Error>& unclear,
                        const std::stop_token& stop);
  /// The series with its rows, as they are now.
  Result<SeriesState> read(const std::string& collection, const Page& master, const std::stop_token& stop);
  Result<RemoteObject> object(const std::string& collection, const Page& master, SeriesState state);

  /// Makes the rows those of `wanted`; `state` follows.
  Status write(const std::string& collection, const std::string& series, const Properties& wanted, SeriesState& state,
               const std::stop_token& stop);
  /// Rows that the window has reached, and cancelled occurrences into the rule's text.
  Status keep_up(const std::string& collection, const std::stop_token& stop);
  Status trash_all(const std::string& collection, const std::string& series, const std::stop_token& stop);

 private:
  RowWindow window(const Table& table) const;
  void note_trashed(const Table& table, const Properties& master, const std::string& key, KnownSeries& known) const;
  Result<Call> call_for(const std::string& collection, const Table& table, const std::string& series,
                        const RowStep& step, const std::stop_token& stop);

  Session& session_;
  Tables& tables_;
};

}  // namespace notion
}  // namespace v1
}  // namespace fasti
