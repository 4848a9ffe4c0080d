#pragma once
// What Graph is sent: typed properties as the JSON of an event, and calls as a batch. Pure; only what changed is in it.
#include <set>
#include <string>
#include <vector>

#include <fasti/connector.hpp>

#include "connectors/http/transport.hpp"
#include "connectors/outlook/event.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {

/// What a write changes of the series itself (part "") or of one occurrence, by bare names.
struct Change {
  Properties set;
  std::set<std::string> clear;
  bool empty() const { return set.empty() && clear.empty(); }
  bool touches(const std::string& name) const { return set.count(name) != 0 || clear.count(name) != 0; }
};
Change change_of(const WriteRequest& request, const std::string& part);
/// The occurrences that a write speaks of.
std::set<std::string> parts_of(const WriteRequest& request);

struct BodyContext {
  const GraphEvent* current = nullptr;          ///< what is there; nullptr: a new event
  std::string meeting;                          ///< the HTML that Teams wrote into the body
  const GraphRecurrence* recurrence = nullptr;  ///< the pattern to write with it
  const WriteRequest* marked = nullptr;         ///< whose marker is written
  bool unfinished = false;                      ///< the marker says that occurrences are still to be written
  bool invitations = false;                     ///< attendees may be written, which sends mail
};
/// The body of a POST or PATCH. `rejected` for what Graph cannot hold.
Result<std::string> event_body(const Change& change, const BodyContext& context);

std::string calendar_body(const std::string& name);

struct BatchItem {
  std::string id;
  std::string method;
  std::string url;  ///< relative to the version
  http::Headers headers;
  std::string body;  ///< JSON, or empty
};
std::string batch_body(const std::vector<BatchItem>& items);

/// POST getSchedule.
std::string schedule_body(const std::string& address, Instant from, Instant to);

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
