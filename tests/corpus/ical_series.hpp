#pragma once
// The series of an iCalendar text as engine/time wants them, one per UID: what a program that shows a calendar would
// ask about. Components other than VEVENT count as `component` asks.
#include <string>
#include <string_view>
#include <vector>

#include "engine/time/series.hpp"

namespace fasti {

Result<std::vector<SeriesInput>> read_series_inputs(std::string_view text, std::string_view component = "VEVENT");

}  // namespace fasti
