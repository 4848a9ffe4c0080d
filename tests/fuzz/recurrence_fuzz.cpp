// Recurrence: any rule and dates are refused, or expanded within the budget, rising, and backwards as forwards. The
// first line is the start ("20260329T023000 Europe/Berlin", "20260329T023000" floating, "20260329" all-day); the others
// are rules, or dates after '+' (RDATE) and '-' (EXDATE).
#include <algorithm>
#include <cstdint>
#include <sstream>
#include <string>

#include "engine/model/time_text.hpp"
#include "engine/time/occurrence_set.hpp"
#include "engine/time/series.hpp"
#include "engine/time/zone.hpp"
#include "tests/fuzz/check.hpp"

namespace {

using namespace fasti;

constexpr std::int64_t kSteps = 3000;

std::optional<Span> read_start(const std::string& line) {
  const std::size_t space = std::min(line.find(' '), line.size());
  const std::string at = line.substr(0, space);
  Span span;
  if (auto day = parse_date(at)) {
    span.kind = SpanKind::all_day;
    span.start = LocalSeconds(*day);
    span.end = span.start + std::chrono::days(1);
    return span;
  }
  const auto time = parse_time(at);
  if (!time) return std::nullopt;
  span.start = *time;
  span.end = span.start + std::chrono::hours(1);
  if (space == line.size()) return span;
  span.kind = SpanKind::zoned;
  span.zone = line.substr(space + 1);
  // Looking for the name that a wrong one was meant to be costs more than all the rest.
  if (!is_zone(span.zone)) return std::nullopt;
  return span;
}

Recurrence read_recurrence(std::istream& in) {
  Recurrence out;
  for (std::string line; std::getline(in, line);) {
    if (line.empty()) continue;
    if (line.front() == '+')
      out.rdates.push_back(line.substr(1));
    else if (line.front() == '-')
      out.exdates.push_back(line.substr(1));
    else
      out.rules.push_back(line);
  }
  return out;
}

void check_walks(const OccurrenceSet& set) {
  Steps steps(kSteps);
  SetWalk walk(set, steps);
  walk.seek(set.start());
  std::vector<WallCount> there;
  while (const auto item = walk.next()) there.push_back(item->wall);
  FASTI_FUZZ_CHECK(steps.used() <= kSteps);
  FASTI_FUZZ_CHECK(std::adjacent_find(there.begin(), there.end(), std::greater_equal<>()) == there.end());
  if (there.empty()) return;
  Steps more(4 * kSteps);
  SetWalk back(set, more);
  back.seek_back(there.back() + 1);
  std::reverse(there.begin(), there.end());
  for (WallCount wall : there) {
    const auto item = back.previous();
    if (!item && back.gave_up()) return;
    FASTI_FUZZ_CHECK(item && item->wall == wall);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::istringstream in(std::string(reinterpret_cast<const char*>(data), size));
  std::string line;
  std::getline(in, line);
  SeriesInput input;
  input.span = read_start(line);
  if (!input.span) return 0;
  input.recurrence = read_recurrence(in);
  const auto set = OccurrenceSet::make(input.recurrence, *input.span);
  const auto series = Series::make(input);
  FASTI_FUZZ_CHECK(set.ok() == series.ok());
  if (!set) {
    FASTI_FUZZ_CHECK(!set.error().message.empty());
    return 0;
  }
  check_walks(*set);
  Window window;
  window.from = std::chrono::sys_seconds(input.span->start.time_since_epoch()) - std::chrono::days(2);
  window.to = window.from + std::chrono::days(400);
  window.steps = kSteps;
  if (const auto found = series->expand(window)) {
    for (const Occurrence& one : *found) FASTI_FUZZ_CHECK(one.utc_start >= window.from && one.utc_start < window.to);
    const auto next = series->next(window.from - std::chrono::seconds(1), window);
    FASTI_FUZZ_CHECK(next.ok());
    if (!found->empty() && !next->gave_up)
      FASTI_FUZZ_CHECK(next->occurrence && next->occurrence->utc_start == found->front().utc_start);
  }
  return 0;
}
