#pragma once
// What a write means for a series: whether its pattern has to be written, which wipes every exception over there, and
// what has to be done to single occurrences afterwards. Deciding is pure; apply_parts sends.
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>

#include "connectors/outlook/session.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {

struct SeriesPlan {
  std::optional<GraphRecurrence> pattern;  ///< to be written with the series itself
  std::set<std::string> removed;           ///< occurrences to delete, by key
  /// What each occurrence of its own shall hold, by key and bare name; empty: what its series says.
  std::map<std::string, Properties> parts;
  /// Of those that had nothing of their own: what is said of them, over what their series says over there.
  std::map<std::string, Change> fresh;
  bool wipes = false;  ///< exceptions and deleted occurrences are lost with it
  /// Of a write that goes on after a while: what was there before it. What is there now and comes neither from that nor
  /// from the series was typed by people meanwhile, and stays.
  std::optional<Properties> resumed_over;
  bool has_follow_up() const { return !removed.empty() || !parts.empty(); }
};

/// `current`: nullptr for a create. `rejected` for what Graph cannot hold.
Result<SeriesPlan> plan_series(const WriteRequest& request, const GraphEvent* current);

/// Deletes and changes occurrences of `master`, which has been written already.
Status apply_parts(Session& session, const std::string& calendar, const GraphEvent& master, const SeriesPlan& plan,
                   const std::stop_token& stop);

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
