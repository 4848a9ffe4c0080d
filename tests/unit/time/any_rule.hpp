#pragma once
// Any rule text that RFC 5545 allows, as RapidCheck draws it.
#include <rapidcheck.h>

#include <string>
#include <vector>

#include "tests/unit/time/walls.hpp"

namespace fasti {

inline std::string list_of(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) (out += out.empty() ? "" : ",") += value;
  return out;
}

/// A BY part with one to four values, or nothing.
inline rc::Gen<std::string> by_part(const std::string& name, rc::Gen<std::string> value) {
  return rc::gen::exec([name, value]() -> std::string {
    if (*rc::gen::inRange(0, 5) != 0) return "";
    const auto size = *rc::gen::inRange<std::size_t>(1, 5);
    return ";" + name + "=" + list_of(*rc::gen::container<std::vector<std::string>>(size, value));
  });
}

inline rc::Gen<std::string> number(int low, int high) {
  return rc::gen::map(rc::gen::inRange(low, high + 1), [](int n) { return std::to_string(n); });
}
inline rc::Gen<std::string> signed_number(int high) {
  return rc::gen::map(rc::gen::pair(rc::gen::inRange(1, high + 1), rc::gen::arbitrary<bool>()),
                      [](const std::pair<int, bool>& n) { return std::to_string(n.second ? n.first : -n.first); });
}
inline rc::Gen<std::string> weekday(bool numbered, int high) {
  return rc::gen::exec([=]() -> std::string {
    const std::string day = *rc::gen::element<std::string>("MO", "TU", "WE", "TH", "FR", "SA", "SU");
    return (numbered && *rc::gen::arbitrary<bool>() ? *signed_number(high) : "") + day;
  });
}

inline std::string days_part(const std::string& frequency) {
  const bool yearly = frequency == "YEARLY";
  const bool monthly = frequency == "MONTHLY";
  const bool short_one = !yearly && !monthly && frequency != "WEEKLY" && frequency != "DAILY";
  std::string rule = *by_part("BYMONTH", number(1, 12));
  const std::string weeks = yearly ? *by_part("BYWEEKNO", signed_number(53)) : "";
  rule += weeks;
  if (frequency != "WEEKLY") rule += *by_part("BYMONTHDAY", signed_number(31));
  if (yearly || short_one) rule += *by_part("BYYEARDAY", signed_number(366));
  return rule + *by_part("BYDAY", weekday((yearly || monthly) && weeks.empty(), yearly ? 53 : 5));
}

inline rc::Gen<std::string> any_rule() {
  return rc::gen::exec([]() -> std::string {
    const std::string frequency =
        *rc::gen::element<std::string>("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY");
    std::string rule = "RSCALE=GREGORIAN;FREQ=" + frequency + ";INTERVAL=" + *number(1, 5) + days_part(frequency);
    rule += *by_part("BYHOUR", number(0, 23)) + *by_part("BYMINUTE", number(0, 59));
    rule += *by_part("BYSECOND", number(0, 60));
    if (rule.find("BY") != std::string::npos) rule += *by_part("BYSETPOS", signed_number(8));
    rule += *rc::gen::element<std::string>("", "", ";SKIP=FORWARD", ";SKIP=BACKWARD");
    rule += *rc::gen::element<std::string>("", ";WKST=SU", ";WKST=TH");
    switch (*rc::gen::inRange(0, 3)) {
      case 0:
        return rule + ";COUNT=" + *number(1, 40);
      case 1:
        return rule + ";UNTIL=" + text_of(count_of("20260101") + *rc::gen::inRange(0, 4 * 365) * 86400 + 3600);
      default:
        return rule;
    }
  });
}

}  // namespace fasti
