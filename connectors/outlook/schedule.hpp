#pragma once
// Somebody's free and busy times (getSchedule) as a collection that is only read: "busy:alice@example.org". Times and
// how they are shown, nothing else; there are no ids, so a span is its own.
#include <stop_token>
#include <string>
#include <vector>

#include "connectors/outlook/session.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {

/// The address in "busy:ADDRESS"; empty: a calendar.
std::string schedule_address(const std::string& collection);
/// Whether the mailbox answers.
Result<CollectionInfo> open_schedule(Session& session, const std::string& collection);
/// Every busy span in the window.
Result<std::vector<RemoteObject>> busy_spans(Session& session, const std::string& collection,
                                             const std::stop_token& stop);

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
