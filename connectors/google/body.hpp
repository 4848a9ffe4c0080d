#pragma once
// Typed properties as the JSON bodies of insert and PATCH: only what changes is named, null takes a member away, so
// that everything unmapped stays. Pure.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fasti/connector.hpp>

#include "connectors/google/event.hpp"

namespace fasti {
inline namespace v1 {
namespace google {

/// What happens to one resource: a master, or one occurrence.
struct Edit {
  std::map<std::string, const Value*> set;  ///< by property name
  std::set<std::string> clear;
  const Item* before = nullptr;  ///< null: there is none yet
  std::string new_id;            ///< of an insert
  std::string zone;              ///< the calendar's: where times without a zone are placed
  std::string key;               ///< of the write, for what must be made once
  const Marker* marker = nullptr;
  std::optional<std::string> open;                ///< kOpenKey; "" takes it away
  std::optional<std::vector<std::string>> lines;  ///< recurrence; an empty list takes it away
  bool restore = false;                           ///< a cancelled one stands again
};

/// bad_input names the property that has no form at Google.
Result<std::string> body_of(const Edit& edit);
/// Whether any of it is more than a private matter of this calendar's copy.
bool shows_to_guests(const Edit& edit);
/// Whether the body of this edit names people beside the calendar's owner.
bool invites(const Edit& edit);

/// RRULE, EXRULE, RDATE and EXDATE lines. Those of `before` that still say something wanted, and nothing else, stay as
/// they are. UNTIL as the API wants it: UTC for times, a day for days.
Result<std::vector<std::string>> recurrence_lines(const Recurrence& wanted, const Span& series,
                                                  const std::vector<std::string>& before);
/// The recurrence lines of an item as they stand.
std::vector<std::string> lines_of(const Item& item);

/// Where a part stands on the wall of its series.
LocalSeconds place_part(const std::string& part, const Span& series);
/// "2026-04-13T18:00:00+02:00" of a part, for instances?originalStart.
Result<std::string> original_start(const std::string& part, const Span& series);

}  // namespace google
}  // namespace v1
}  // namespace fasti
