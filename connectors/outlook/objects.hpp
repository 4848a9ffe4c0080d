#pragma once
// Objects read by id, whole: a series with its exceptions and deleted occurrences, and our marker.
#include <map>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "connectors/outlook/session.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {

/// One reply per id, in order. not_found: Graph says so of this event while its calendar is there. An occurrence is a
/// part of its series and no object: not_found as well, unless parts are asked for.
enum class Parts { refuse, show };
std::vector<Result<GraphEvent>> get_events(Session& session, const std::string& calendar,
                                           std::span<const std::string> ids, const std::stop_token& stop,
                                           Parts parts = Parts::refuse);
/// All markers of a calendar by event, where asking for each event would take more requests.
Result<std::map<std::string, Marker>> all_markers(Session& session, const std::string& calendar,
                                                  const std::stop_token& stop);
/// The event in an answer to GET, POST or PATCH.
Result<GraphEvent> event_in(const http::Reply& reply, const std::string& what, const std::string& place, Instant now);

/// Ids of the events that carry our marker for this record. The search covers the mailbox and compares without case.
Result<std::vector<std::string>> search_marked(Session& session, const std::string& calendar, const std::string& store,
                                               const std::string& record, const std::stop_token& stop);

/// Occurrences of a series by key, as far as there are any; those that nobody changed, too.
Result<std::map<std::string, GraphEvent>> find_occurrences(Session& session, const std::string& calendar,
                                                           const GraphEvent& master, const std::set<std::string>& keys,
                                                           const std::stop_token& stop);

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
