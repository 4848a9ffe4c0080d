#pragma once
// What changed in one calendar since a cursor, or everything in its window. A cursor is the window that is baked into
// Graph's delta link, that link, and the series that were seen: a deleted occurrence names no series.
#include <set>
#include <string>

#include <fasti/connector.hpp>

#include "connectors/outlook/session.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {

struct Cursor {
  Instant from{};
  Instant to{};
  std::string link;
  std::set<std::string> series;
};
std::string cursor_text(const Cursor& cursor);
/// nullopt: not one of ours.
std::optional<Cursor> read_cursor(const std::string& text);

class Puller {
 public:
  explicit Puller(Session& session) : session_(session) {}
  Result<PullResult> pull(const PullRequest& request, const PageSink& sink);

 private:
  struct Round;
  bool still_covers(const Cursor& cursor);
  Result<PullResult> complete(const PullRequest& request, const PageSink& sink);
  Status read_round(Round& round, http::Reply reply);
  Status take_page(Round& round, std::vector<GraphEvent>&& events);
  Status flush(Round& round);
  Status settle_removed(Round& round);
  Status settle_waiting(Round& round);
  Status settle_series(Round& round, const std::set<std::string>& ids);
  Status finish(Round& round);

  Session& session_;
};

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
