#pragma once
// Spans as Notion's dates: whole days with an inclusive end, times to the minute. Notion answers with an offset and
// forgets the zone; the zone comes back from the record (rule 2).
#include <optional>

#include <fasti/error.hpp>
#include <fasti/value.hpp>

#include "connectors/notion/cell.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {

/// Times in UTC, or in the zone where Notion names one. nullopt: no date or time that exists.
std::optional<Span> span_of(const DateTexts& texts);
/// Seconds are cut. rejected: a time that the zone data cannot place.
Result<DateTexts> texts_of(const Span& span);
std::optional<std::chrono::year_month_day> day_of(const DateTexts& texts);

}  // namespace notion
}  // namespace v1
}  // namespace fasti
