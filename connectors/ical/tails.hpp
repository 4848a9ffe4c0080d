#pragma once
// RANGE=THISANDFUTURE: an override that changes a whole tail of its series, said in occurrences. Every occurrence that
// such an override speaks for is one of its own to all other calendars, which know no ranges.
#include <string>
#include <vector>

#include "connectors/ical/event.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {

/// An occurrence after the first one of a tail.
struct TailOccurrence {
  std::string key;
  Span span;
  const Override* of = nullptr;  ///< the override that speaks for it
};

bool has_tail(const Series& series);

/// In order of time; none without a RANGE. unsupported, with the line: the series has no end, or too many occurrences.
Result<std::vector<TailOccurrence>> tail_occurrences(const Series& series, const Zones& zones);

/// The text with an override for each occurrence, and no RANGE: the same occurrences.
Result<std::string> without_tails(const std::string& text);

}  // namespace ical
}  // namespace v1
}  // namespace fasti
