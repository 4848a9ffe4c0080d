#pragma once
// When a record's series takes place: what a merge has to know of it (rule 10). Expansion itself is engine/time.
#include <optional>
#include <string>

#include <fasti/record.hpp>

#include "engine/model/kind.hpp"

namespace fasti {
inline namespace v1 {
namespace merge {

struct Timing {
  std::optional<Span> when;
  std::optional<Recurrence> recurrence;
  bool operator==(const Timing&) const = default;
};

/// From the first span and the first recurrence that the kind has.
Timing timing_of(const Kind& kind, const Fields& fields);

/// The wall time that an occurrence key names ("2026-04-13T18:00:00", "2026-04-13"); nothing for anything else.
std::optional<LocalSeconds> key_time(const std::string& key);
/// The key of the occurrence that a shift makes of this one; nothing where a day would become a time.
std::optional<std::string> shifted_key(const std::string& key, std::chrono::seconds shift, bool all_day);

/// Whether the series has an occurrence of this key. A series that cannot be expanded has every key.
bool has_occurrence(const Timing& timing, const std::string& key);

/// `after` is `before` with an earlier end: the first occurrence that it no longer has.
std::optional<LocalSeconds> cut_of(const Timing& before, const Timing& after);

}  // namespace merge
}  // namespace v1
}  // namespace fasti
