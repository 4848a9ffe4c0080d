#pragma once
// A recurrence in a text column. Notion forgets the zone of a time, and a series is bound to the rules of its zone, so
// the zone stands beside the rule: "FREQ=WEEKLY;COUNT=6 in Europe/Berlin". Pure.
#include <optional>
#include <string>

#include <fasti/value.hpp>

namespace fasti {
inline namespace v1 {
namespace notion {

struct SeriesText {
  Recurrence recurrence;
  std::string zone;  ///< may be empty
};
/// One rule alone is written as such, everything else as JSON.
std::string series_text(const SeriesText& series);
/// nullopt: no recurrence.
std::optional<SeriesText> read_series_text(const std::string& text);

}  // namespace notion
}  // namespace v1
}  // namespace fasti
