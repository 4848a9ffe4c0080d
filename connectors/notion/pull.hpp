#pragma once
// The rows of one data source: those that were edited since, or all of them, in windows where Notion shows no more than
// 10,000 of a query.
#include <set>
#include <string>

#include <fasti/connector.hpp>

#include "connectors/notion/body.hpp"
#include "connectors/notion/cursor.hpp"
#include "connectors/notion/series_rows.hpp"
#include "connectors/notion/tables.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {

class Puller {
 public:
  Puller(Session& session, Tables& tables, SeriesRows& rows) : session_(session), tables_(tables), rows_(rows) {}
  Result<PullResult> pull(const PullRequest& request, const PageSink& sink);

 private:
  struct Round;
  Status read_all(Round& round);
  Status read_window(Round& round, Query query);
  Result<std::string> ask_page(Round& round, Query& query);
  Status deliver(Round& round, std::vector<Page>&& pages);
  Status hand_over(Round& round, std::vector<RemoteChange>&& changes);
  Status deliver_series(Round& round);
  Status deliver_touched_series(Round& round);
  Status add_series(Round& round, const Page& master, SeriesState&& state, std::vector<RemoteChange>& changes);
  Result<PullResult> finish(Round& round, const Cursor& before);

  Session& session_;
  Tables& tables_;
  SeriesRows& rows_;
};

}  // namespace notion
}  // namespace v1
}  // namespace fasti
