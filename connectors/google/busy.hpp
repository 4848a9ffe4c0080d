#pragma once
// Somebody's free and busy times (freeBusy) as a collection that is only read: "busy:alice@example.org". Times and
// nothing else; there are no ids, so a span is its own.
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "connectors/google/session.hpp"

namespace fasti {
inline namespace v1 {
namespace google {

/// The address in "busy:ADDRESS"; empty: a calendar.
std::string busy_address(const std::string& collection);
/// Whether its free and busy times are told to us.
Result<CollectionInfo> open_busy(Session& session, const std::string& collection);
/// Every busy span in the window: what overlaps or touches is one.
Result<PullResult> pull_busy(Session& session, const PullRequest& request, const PageSink& sink);
std::vector<Result<RemoteObject>> fetch_busy(Session& session, const std::string& collection,
                                             std::span<const std::string> ids);

}  // namespace google
}  // namespace v1
}  // namespace fasti
