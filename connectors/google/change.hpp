#pragma once
// What a write request asks of a series, taken apart into what happens to its master and to single occurrences. Pure.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <fasti/connector.hpp>

#include "connectors/google/body.hpp"
#include "connectors/google/series.hpp"

namespace fasti {
inline namespace v1 {
namespace google {

struct OccurrenceChange {
  enum class Type {
    edit,
    cancel,   ///< a DELETE of the occurrence
    restore,  ///< of a cancelled one
    reset,    ///< it is as its series says again
  };
  Type type = Type::edit;
  std::map<std::string, Value> set;  ///< by property name
  std::set<std::string> clear;
  bool asked = true;  ///< false: only kept from before, and let go where the series has no such occurrence any more
};

struct SeriesChange {
  std::map<std::string, const Value*> set;  ///< of the master
  std::set<std::string> clear;
  std::optional<std::vector<std::string>> lines;
  bool retimed = false;                                 ///< exceptions may be lost with it
  std::map<std::string, OccurrenceChange> occurrences;  ///< by part
  /// Takes several requests: not to be read as finished before the last one.
  bool in_steps() const { return !occurrences.empty(); }
};

/// `before`: null for a create. bad_input when the request cannot be carried out on it.
Result<SeriesChange> plan_change(const WriteRequest& request, const Series* before);

/// What is left to do where this is already there: an occurrence is named only with what differs.
std::map<std::string, OccurrenceChange> left_to_do(const SeriesChange& change, const Properties& now);

}  // namespace google
}  // namespace v1
}  // namespace fasti
