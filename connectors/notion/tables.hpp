#pragma once
// The data sources of a connection: found, made, and what this process knows of each: its columns, and which of them
// the mappings mean.
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "connectors/notion/binding.hpp"
#include "connectors/notion/cursor.hpp"
#include "connectors/notion/rows.hpp"
#include "connectors/notion/session.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {

Result<std::vector<CollectionInfo>> list_sources(Session& session);
/// By id or address of a data source or of a database with one data source, or by name.
Result<CollectionInfo> open_source(Session& session, const std::string& wanted, bool create_if_missing);
/// forbidden when it is not there, so that what was in it is never read as deleted.
Result<Schema> read_source(Session& session, const std::string& id, const std::stop_token& stop);

/// After a listing of nothing: of a database in the trash nothing is shown, either, while its data source looks
/// healthy.
Status confirm_empty(Session& session, const std::string& id, const std::stop_token& stop);

struct Table {
  Schema schema;
  Binding binding;
  KnownRows known;                            ///< as the last pull, and what was written since, have it
  std::map<std::string, SeriesState> series;  ///< by page, as far as this process has read them
  std::map<std::string, Instant> written;     ///< by series: when its rows were written last
};

class Tables {
 public:
  explicit Tables(Session& session) : session_(session) {}

  std::vector<Error> prepare(const CollectionUse& use);
  /// As prepared, else with every column by its own name.
  Result<const Table*> of(const std::string& collection, const std::stop_token& stop);
  KnownRows& known(const std::string& collection) { return tables_[collection].known; }
  std::map<std::string, Instant>& written(const std::string& collection) { return tables_[collection].written; }
  std::map<std::string, SeriesState>& series(const std::string& collection) { return tables_[collection].series; }
  /// A mapping uses it in this process.
  bool is_used(const std::string& collection) const { return kinds_.count(collection) != 0; }
  /// The options of its columns, as they are now.
  Status renew(const std::string& collection, const std::stop_token& stop);

 private:
  Status create_columns(const CollectionUse& use, const std::vector<MissingColumn>& missing);
  std::vector<Error> join(const std::string& collection, Table table);

  Session& session_;
  std::map<std::string, Table> tables_;
  std::map<std::string, std::string> kinds_;  ///< by collection
};

}  // namespace notion
}  // namespace v1
}  // namespace fasti
