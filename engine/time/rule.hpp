#pragma once
// A recurrence rule as values: what RFC 5545 3.3.10 (and RFC 7529 for SKIP) lets a text say. Not its expansion, which
// needs a start: rule_periods.hpp.
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fasti/error.hpp>
#include <fasti/value.hpp>

namespace fasti {
inline namespace v1 {

enum class Frequency { secondly, minutely, hourly, daily, weekly, monthly, yearly };

/// RFC 7529: what becomes of a day that a month or year does not have.
enum class Skip { omit, backward, forward };

struct Until {
  enum class Form { date, local, utc };
  LocalSeconds at{};  ///< as written
  Form form = Form::local;
  bool operator==(const Until&) const = default;
};

/// Bit sets have bit n for the value n; none set: the part is absent.
struct Rule {
  Frequency frequency = Frequency::daily;
  std::int64_t interval = 1;
  std::optional<std::int64_t> count;
  std::optional<Until> until;
  std::uint64_t seconds = 0;
  std::uint64_t minutes = 0;
  std::uint32_t hours = 0;
  std::uint32_t months = 0;
  std::uint32_t month_days = 0;
  std::uint32_t month_days_back = 0;  ///< bit 1: the last day
  bool has_by_day = false;
  std::uint32_t weekdays = 0;  ///< those of BYDAY without a number; bit 0: Sunday
  bool has_nth_weekdays = false;
  std::array<std::uint64_t, 7> nth_weekdays{};       ///< by weekday; bit n: "nFR"
  std::array<std::uint64_t, 7> nth_weekdays_back{};  ///< bit n: "-nFR"
  std::vector<int> year_days;                        ///< this and the next two: sorted, none twice
  std::vector<int> weeks;
  std::vector<int> positions;
  int week_start = 1;
  Skip skip = Skip::omit;
  bool operator==(const Rule&) const = default;
};

/// bad_input naming the part that is wrong; unsupported for an RSCALE other than GREGORIAN.
Result<Rule> parse_rule(std::string_view text);

}  // namespace v1
}  // namespace fasti
