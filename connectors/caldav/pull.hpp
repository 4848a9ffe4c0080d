#pragma once
// What changed in one calendar since a cursor, or everything in it. Cursors are "sync:TOKEN" (RFC 6578) or, where the
// server has no sync-collection, "ctag:CTAG".
#include <set>
#include <string>

#include <fasti/connector.hpp>

#include "connectors/caldav/session.hpp"

namespace fasti {
inline namespace v1 {
namespace caldav {

class Puller {
 public:
  explicit Puller(Session& session) : session_(session) {}
  Result<PullResult> pull(const PullRequest& request, const PageSink& sink);

 private:
  struct Rows;
  Result<PullResult> by_token(const PullRequest& request, const std::string& token, const PageSink& sink);
  Result<PullResult> by_ctag(const PullRequest& request, const std::string& ctag, const PageSink& sink);
  Result<PullResult> complete(const PullRequest& request, const PageSink& sink);
  Result<PullResult> by_listing(const PullRequest& request, const PageSink& sink);
  Result<PullResult> by_sync(const PullRequest& request, const std::string& token, const PageSink& sink);
  Result<Rows> sort_rows(const PullRequest& request, const Calendar& calendar, Multistatus&& answer, bool delta);
  Status emit(const PullRequest& request, const Calendar& calendar, Rows&& rows, const PageSink& sink);
  Status fetch_bodies(const PullRequest& request, const Calendar& calendar, const std::vector<std::string>& ids,
                      const PageSink& sink);

  Session& session_;
  std::set<std::string> without_sync_;  ///< calendars whose server refused sync-collection
};

}  // namespace caldav
}  // namespace v1
}  // namespace fasti
