#pragma once
// What changed in one calendar since a sync token, or everything in it.
#include <map>
#include <set>
#include <string>
#include <vector>

#include <fasti/connector.hpp>

#include "connectors/google/series.hpp"

namespace fasti {
inline namespace v1 {
namespace google {

class Puller {
 public:
  explicit Puller(Session& session) : session_(session) {}
  Result<PullResult> pull(const PullRequest& request, const PageSink& sink);

 private:
  struct Found;
  Result<std::string> list(const PullRequest& request, const std::string& token, const PageSink& sink, Found& found);
  Status take_page(const PullRequest& request, Page&& page, bool delta, const PageSink& sink, Found& found);
  Status settle_series(const PullRequest& request, Found& found, bool delta, const PageSink& sink);
  Status resolve_masters(const PullRequest& request, Found& found, bool delta, std::vector<RemoteChange>& out);
  Status emit_alone(const PullRequest& request, std::vector<Item>&& items, bool delta, std::vector<RemoteChange>& out);
  Status emit(const PullRequest& request, const Series& series, std::vector<RemoteChange>& out);
  Result<PullResult> complete(const PullRequest& request, const PageSink& sink);

  Session& session_;
};

}  // namespace google
}  // namespace v1
}  // namespace fasti
