#include "connectors/outlook/recurrence.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "connectors/ical/event.hpp"
#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/rule.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {
namespace {

using std::chrono::day;
using std::chrono::days;
using std::chrono::month;
using std::chrono::year;
using std::chrono::year_month_day;
using std::chrono::year_month_day_last;

constexpr std::array<const char*, 7> kDays = {"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
/// The shortest month but February; what lies beyond exists in some months only.
constexpr int kEveryMonthHas = 28;

Error rejected(std::string why) {
  return Error{ErrorKind::rejected, "Outlook cannot repeat an event like this: " + std::move(why), "",
               "simplify the rule, or leave this record out of the sync", std::nullopt};
}

Error unreadable(std::string why) {
  return Error{ErrorKind::bad_reply, "a recurrence pattern " + std::move(why), "", "", std::nullopt};
}

int day_of(const year_month_day& date) { return static_cast<int>(static_cast<unsigned>(date.day())); }
int month_of(const year_month_day& date) { return static_cast<int>(static_cast<unsigned>(date.month())); }
int weekday_of(LocalDays at) { return static_cast<int>(std::chrono::weekday(at).c_encoding()); }
int length_of(year y, month m) {
  return static_cast<int>(static_cast<unsigned>(year_month_day_last{y, std::chrono::month_day_last{m}}.day()));
}

std::int64_t months_since(const year_month_day& first, const year_month_day& date) {
  return (static_cast<int>(date.year()) - static_cast<int>(first.year())) * 12LL + month_of(date) - month_of(first);
}

LocalDays week_of(LocalDays at, int first_day) { return at - days((weekday_of(at) - first_day + 7) % 7); }

/// The day of this month that is number `index` among the chosen weekdays.
std::optional<LocalDays> nth_day(year y, month m, std::uint32_t chosen, int index) {
  const LocalDays first{y / m / 1};
  const LocalDays last = first + days(length_of(y, m) - 1);
  int left = index < 0 ? -index : index;
  for (LocalDays at = index < 0 ? last : first; at >= first && at <= last; at += days(index < 0 ? -1 : 1))
    if ((chosen >> weekday_of(at) & 1U) != 0 && --left == 0) return at;
  return std::nullopt;
}

LocalDays clamped_day(year y, month m, int wanted) {
  return LocalDays{y / m / 1} + days(std::min(wanted, length_of(y, m)) - 1);
}

// ---- from a rule ----

/// The parts of a rule that no pattern has.
Status check_parts(const Rule& rule) {
  if (rule.seconds || rule.minutes || rule.hours) return rejected("BYHOUR, BYMINUTE and BYSECOND have no place there");
  if (!rule.year_days.empty()) return rejected("BYYEARDAY has no place there");
  if (!rule.weeks.empty()) return rejected("BYWEEKNO has no place there");
  if (rule.skip != Skip::omit) return rejected("SKIP has no place there");
  if (rule.count && rule.until) return rejected("both COUNT and UNTIL");
  return {};
}

/// BYDAY with its BYSETPOS, or the one numbered weekday: daysOfWeek and index.
Status read_relative(const Rule& rule, Pattern& out) {
  static const std::string kNumbers = "only the first to fourth and the last day of a month can be chosen";
  int index = 0;
  if (rule.has_nth_weekdays) {
    if (rule.weekdays != 0 || !rule.positions.empty()) return rejected("numbered and other days in one BYDAY");
    int found = 0;
    for (int weekday = 0; weekday < 7; ++weekday) {
      const std::uint64_t forth = rule.nth_weekdays[static_cast<std::size_t>(weekday)];
      const std::uint64_t back = rule.nth_weekdays_back[static_cast<std::size_t>(weekday)];
      found += std::popcount(forth) + std::popcount(back);
      if (forth != 0) index = std::countr_zero(forth);
      if (back != 0) index = -std::countr_zero(back);
      if (forth != 0 || back != 0) out.days = 1U << weekday;
    }
    if (found != 1) return rejected("it falls on several numbered weekdays of a month");
  } else {
    if (rule.positions.size() != 1) return rejected("it falls on each of several days of a month");
    index = rule.positions.front();
    out.days = rule.weekdays;
  }
  if (index != -1 && (index < 1 || index > 4)) return rejected(kNumbers);
  out.index = index;
  return {};
}

/// The one day of the month: Exchange takes the last day where a month is shorter, and a rule leaves the month out. So
/// 29 to 31 are said with BYSETPOS=-1, or as the last day.
Result<int> read_month_day(const Rule& rule, LocalDays start, int months_length_max) {
  if (rule.month_days == 0 && rule.month_days_back == 0) {
    if (!rule.positions.empty()) return rejected("BYSETPOS without days to choose from");
    return day_of(year_month_day(start));
  }
  if (rule.month_days_back != 0) {
    if (rule.month_days != 0 || rule.month_days_back != 2U || !rule.positions.empty())
      return rejected("days counted from the end of a month, other than the last one");
    return 31;
  }
  if (std::popcount(rule.month_days) == 1) {
    if (!rule.positions.empty() && rule.positions != std::vector<int>{1} && rule.positions != std::vector<int>{-1})
      return rejected("BYSETPOS without days to choose from");
    return std::countr_zero(rule.month_days);
  }
  // 28,29,30 with BYSETPOS=-1: the last one that the month has.
  const int highest = 31 - std::countl_zero(rule.month_days);
  std::uint32_t run = 0;
  for (int each = kEveryMonthHas; each <= highest; ++each) run |= 1U << each;
  if (rule.positions != std::vector<int>{-1} || rule.month_days != run || highest > months_length_max)
    return rejected("it falls on several days of a month");
  return highest;
}

bool is_run(const Rule& rule) { return std::popcount(rule.month_days) > 1; }

Status check_short_months(const Rule& rule, int wanted, int shortest) {
  const bool last_day = rule.month_days_back != 0;
  if (last_day || is_run(rule) || wanted <= shortest) return {};
  return rejected("on day " + std::to_string(wanted) +
                  " it skips the months without such a day, and Outlook takes their last day");
}

Status read_daily(const Rule& rule, Pattern& out) {
  if (rule.months || rule.month_days || rule.month_days_back || !rule.positions.empty())
    return rejected("a daily rule with BYMONTH, BYMONTHDAY or BYSETPOS");
  if (!rule.has_by_day) return {};
  if (rule.interval != 1) return rejected("every few days, but on some weekdays only");
  out.type = PatternType::weekly;
  out.days = rule.weekdays;
  out.first_day = rule.week_start;
  return {};
}

Status read_weekly(const Rule& rule, LocalDays start, Pattern& out) {
  if (rule.months || rule.month_days || rule.month_days_back || !rule.positions.empty())
    return rejected("a weekly rule with BYMONTH, BYMONTHDAY or BYSETPOS");
  out.type = PatternType::weekly;
  out.days = rule.has_by_day ? rule.weekdays : 1U << weekday_of(start);
  out.first_day = rule.week_start;
  return {};
}

Status read_monthly(const Rule& rule, LocalDays start, Pattern& out) {
  if (rule.months) return rejected("a monthly rule with BYMONTH");
  if (rule.has_by_day) {
    if (rule.month_days || rule.month_days_back) return rejected("BYDAY together with BYMONTHDAY");
    out.type = PatternType::relative_monthly;
    return read_relative(rule, out);
  }
  out.type = PatternType::absolute_monthly;
  FASTI_TRY(out.day_of_month, read_month_day(rule, start, 31));
  return check_short_months(rule, out.day_of_month, kEveryMonthHas);
}

Status read_yearly(const Rule& rule, LocalDays start, Pattern& out) {
  if (std::popcount(rule.months) > 1) return rejected("it falls into several months of a year");
  const year_month_day first{start};
  out.month = rule.months ? std::countr_zero(rule.months) : month_of(first);
  if (rule.has_by_day) {
    if (rule.month_days || rule.month_days_back) return rejected("BYDAY together with BYMONTHDAY");
    if (!rule.months) return rejected("weekdays counted within a year; write BYMONTH");
    out.type = PatternType::relative_yearly;
    return read_relative(rule, out);
  }
  if (!rule.months && (rule.month_days_back || is_run(rule))) return rejected("BYMONTHDAY without BYMONTH");
  out.type = PatternType::absolute_yearly;
  const month in{static_cast<unsigned>(out.month)};
  const int shortest = length_of(year(2001), in);
  const int longest = length_of(year(2000), in);
  FASTI_TRY(out.day_of_month, read_month_day(rule, start, longest));
  out.day_of_month = std::min(out.day_of_month, rule.month_days_back ? longest : 31);
  return check_short_months(rule, out.day_of_month, shortest);
}

/// The last day on which an occurrence may start.
Result<LocalDays> last_day(const Until& until, const Span& start) {
  const auto time = start.start - std::chrono::floor<days>(start.start);
  LocalSeconds at = until.at;
  if (start.kind == SpanKind::all_day || until.form == Until::Form::date) return std::chrono::floor<days>(at);
  if (until.form == Until::Form::utc) {
    FASTI_TRY(at, to_wall(std::chrono::sys_seconds(until.at.time_since_epoch()), start.zone));
  }
  const auto date = std::chrono::floor<days>(at);
  return at - date >= time ? date : date - days(1);
}

Status read_range(const Rule& rule, const Span& start, Range& out) {
  out.start = std::chrono::floor<days>(start.start);
  out.zone = start.kind == SpanKind::all_day ? "UTC" : start.zone;
  if (rule.count) {
    out.type = RangeType::numbered;
    out.count = *rule.count;
  } else if (rule.until) {
    out.type = RangeType::end_date;
    FASTI_TRY(out.end, last_day(*rule.until, start));
    if (out.end < out.start) return rejected("it ends before it starts");
  }
  return {};
}

// ---- to a rule ----

std::string days_text(std::uint32_t chosen, const std::string& number = "") {
  std::string out;
  for (std::size_t weekday = 0; weekday < 7; ++weekday)
    if ((chosen >> weekday & 1U) != 0) out += (out.empty() ? "" : ",") + number + kDays[weekday];
  return out;
}

std::string relative_text(const Pattern& pattern) {
  const std::string number = std::to_string(pattern.index);
  if (std::popcount(pattern.days) == 1) return ";BYDAY=" + days_text(pattern.days, number);
  return ";BYDAY=" + days_text(pattern.days) + ";BYSETPOS=" + number;
}

/// `shortest`, `longest`: how long the months are that it falls into.
std::string month_day_text(int wanted, int shortest, int longest) {
  if (wanted <= shortest) return ";BYMONTHDAY=" + std::to_string(wanted);
  if (wanted >= longest) return ";BYMONTHDAY=-1";
  std::string out = ";BYMONTHDAY=";
  for (int each = kEveryMonthHas; each <= wanted; ++each)
    out += std::to_string(each) + (each < wanted ? "," : ";BYSETPOS=-1");
  return out;
}

Result<std::string> pattern_text(const Pattern& pattern) {
  const bool relative = pattern.type == PatternType::relative_monthly || pattern.type == PatternType::relative_yearly;
  const bool absolute = pattern.type == PatternType::absolute_monthly || pattern.type == PatternType::absolute_yearly;
  const bool yearly = pattern.type == PatternType::absolute_yearly || pattern.type == PatternType::relative_yearly;
  if (pattern.interval < 1) return unreadable("without an interval");
  if ((relative || pattern.type == PatternType::weekly) && pattern.days == 0) return unreadable("without daysOfWeek");
  if (absolute && (pattern.day_of_month < 1 || pattern.day_of_month > 31)) return unreadable("without a dayOfMonth");
  if (yearly && (pattern.month < 1 || pattern.month > 12)) return unreadable("without a month");
  const std::string every = pattern.interval > 1 ? ";INTERVAL=" + std::to_string(pattern.interval) : "";
  const std::string in_month = ";BYMONTH=" + std::to_string(pattern.month);
  switch (pattern.type) {
    case PatternType::daily:
      return "FREQ=DAILY" + every;
    case PatternType::weekly: {
      // The week's first day tells weeks apart only where some are left out.
      const std::string week = pattern.interval > 1 && pattern.first_day != 1
                                   ? std::string(";WKST=") + kDays[static_cast<std::size_t>(pattern.first_day)]
                                   : "";
      return "FREQ=WEEKLY" + every + ";BYDAY=" + days_text(pattern.days) + week;
    }
    case PatternType::absolute_monthly:
      return "FREQ=MONTHLY" + every + month_day_text(pattern.day_of_month, kEveryMonthHas, 31);
    case PatternType::relative_monthly:
      return "FREQ=MONTHLY" + every + relative_text(pattern);
    case PatternType::absolute_yearly: {
      const month in{static_cast<unsigned>(pattern.month)};
      return "FREQ=YEARLY" + every + in_month +
             month_day_text(pattern.day_of_month, length_of(year(2001), in), length_of(year(2000), in));
    }
    case PatternType::relative_yearly:
      return "FREQ=YEARLY" + every + in_month + relative_text(pattern);
  }
  return unreadable("of an unknown type");
}

}  // namespace

bool falls_on(const Pattern& pattern, LocalDays first, LocalDays at) {
  const year_month_day start{first};
  const year_month_day date{at};
  switch (pattern.type) {
    case PatternType::daily:
      return (at - first).count() % pattern.interval == 0;
    case PatternType::weekly:
      return (pattern.days >> weekday_of(at) & 1U) != 0 &&
             (week_of(at, pattern.first_day) - week_of(first, pattern.first_day)).count() / 7 % pattern.interval == 0;
    case PatternType::absolute_monthly:
      return months_since(start, date) % pattern.interval == 0 &&
             clamped_day(date.year(), date.month(), pattern.day_of_month) == at;
    case PatternType::relative_monthly:
      return months_since(start, date) % pattern.interval == 0 &&
             nth_day(date.year(), date.month(), pattern.days, pattern.index) == at;
    case PatternType::absolute_yearly:
      return month_of(date) == pattern.month && (date.year() - start.year()).count() % pattern.interval == 0 &&
             clamped_day(date.year(), date.month(), pattern.day_of_month) == at;
    case PatternType::relative_yearly:
      return month_of(date) == pattern.month && (date.year() - start.year()).count() % pattern.interval == 0 &&
             nth_day(date.year(), date.month(), pattern.days, pattern.index) == at;
  }
  return false;
}

Result<GraphRecurrence> to_graph(const Recurrence& recurrence, const Span& start) {
  if (start.kind == SpanKind::floating) return rejected("its times have no zone; set `zone` in the mapping");
  if (recurrence.rules.size() != 1)
    return rejected(recurrence.rules.empty() ? "it has dates (RDATE) but no rule" : "it has several rules");
  if (!recurrence.exrules.empty()) return rejected("EXRULE has no place there");
  if (!recurrence.rdates.empty()) return rejected("single dates beside a rule (RDATE) have no place there");
  FASTI_TRY(const Rule rule, parse_rule(recurrence.rules.front()));
  FASTI_CHECK(check_parts(rule));
  GraphRecurrence out;
  out.pattern.interval = rule.interval;
  const LocalDays first = std::chrono::floor<days>(start.start);
  switch (rule.frequency) {
    case Frequency::daily:
      FASTI_CHECK(read_daily(rule, out.pattern));
      break;
    case Frequency::weekly:
      FASTI_CHECK(read_weekly(rule, first, out.pattern));
      break;
    case Frequency::monthly:
      FASTI_CHECK(read_monthly(rule, first, out.pattern));
      break;
    case Frequency::yearly:
      FASTI_CHECK(read_yearly(rule, first, out.pattern));
      break;
    default:
      return rejected("several times a day");
  }
  FASTI_CHECK(read_range(rule, start, out.range));
  if (!falls_on(out.pattern, first, first)) return rejected("its first time is no time of its rule");
  return out;
}

Result<std::string> to_rule(const GraphRecurrence& recurrence, const Span& start) {
  FASTI_TRY(std::string text, pattern_text(recurrence.pattern));
  const Range& range = recurrence.range;
  if (range.type == RangeType::numbered) {
    if (range.count < 1) return unreadable("that ends after no occurrence");
    text += ";COUNT=" + std::to_string(range.count);
  }
  if (range.type == RangeType::end_date) {
    if (start.kind == SpanKind::all_day) {
      text += ";UNTIL=" + basic_date(range.end);
    } else {
      const LocalSeconds last = LocalSeconds(range.end) + (start.start - std::chrono::floor<days>(start.start));
      FASTI_TRY(const auto utc, to_utc(last, start.zone));
      text += ";UNTIL=" + basic_time(LocalSeconds(utc.time_since_epoch())) + "Z";
    }
  }
  return ical::canonical_rule(text);
}

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
