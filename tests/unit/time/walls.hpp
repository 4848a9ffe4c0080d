#pragma once
// Wall times as short texts, so that a test reads like RFC 5545: "19970902T090000", or "19970902" for midnight.
#include <string>
#include <vector>

#include "engine/model/time_text.hpp"
#include "engine/time/rule_walk.hpp"

namespace fasti {

inline LocalSeconds wall_of(const std::string& text) {
  return text.size() == 8 ? LocalSeconds(*parse_date(text)) : *parse_time(text);
}
inline WallCount count_of(const std::string& text) { return wall_of(text).time_since_epoch().count(); }
inline std::string text_of(WallCount wall) { return basic_time(LocalSeconds(std::chrono::seconds(wall))); }

inline RulePeriods bind_rule(const std::string& rule, const std::string& start, SpanKind kind = SpanKind::floating,
                             const std::string& zone = "") {
  return *RulePeriods::bind(*parse_rule(rule), wall_of(start), kind, zone.empty() ? nullptr : find_zone(zone));
}

/// The first `most` times of a rule.
inline std::vector<std::string> first_of(const RulePeriods& periods, std::size_t most) {
  Steps steps;
  RuleWalk walk(periods, steps);
  walk.seek(periods.start());
  std::vector<std::string> out;
  while (out.size() < most) {
    const auto at = walk.next();
    if (!at) break;
    out.push_back(text_of(*at));
  }
  return out;
}

}  // namespace fasti
