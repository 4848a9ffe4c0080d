#include "engine/time/rule_periods.hpp"

#include <algorithm>
#include <bit>

#include "engine/time/civil.hpp"

namespace fasti {
inline namespace v1 {

using civil::ceil_div;
using civil::Date;
using civil::day_number;
using civil::floor_div;
using civil::kDay;

namespace {

/// The highest or lowest bits beyond a value: where a walk may go on. -1: none.
int bit_after(std::uint64_t bits, int value) {
  const std::uint64_t later = value >= 63 ? 0 : bits >> (value + 1) << (value + 1);
  return later == 0 ? -1 : std::countr_zero(later);
}
int bit_before(std::uint64_t bits, int value) {
  const std::uint64_t earlier = bits & ((1ull << value) - 1);
  return earlier == 0 ? -1 : 63 - std::countl_zero(earlier);
}

std::int64_t unit_of(Frequency frequency) {
  switch (frequency) {
    case Frequency::secondly:
      return 1;
    case Frequency::minutely:
      return 60;
    case Frequency::hourly:
      return 3600;
    case Frequency::daily:
      return kDay;
    default:
      return 0;
  }
}

template <class Function>
void for_each_bit(std::uint64_t bits, Function function) {
  for (; bits != 0; bits &= bits - 1) function(std::countr_zero(bits));
}

}  // namespace

std::int64_t PeriodTimes::lower_bound(WallCount wall) const {
  std::int64_t low = 0;
  std::int64_t high = size_;
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    if (at(middle) < wall)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

void RulePeriods::DaySet::add(std::uint64_t bits, std::int64_t first) {
  const auto offset = static_cast<std::size_t>(first - base);
  words[offset / 64] |= bits << (offset % 64);
  if (offset % 64 != 0) words[offset / 64 + 1] |= bits >> (64 - offset % 64);
}

Result<RulePeriods> RulePeriods::bind(Rule rule, LocalSeconds start, SpanKind kind, const Zone* zone) {
  auto refuse = [](std::string message) {
    return Error{ErrorKind::bad_input, std::move(message), "", "", std::nullopt};
  };
  if (kind == SpanKind::all_day) start = std::chrono::floor<std::chrono::days>(start);
  if (kind == SpanKind::all_day && rule.frequency < Frequency::daily)
    return refuse("a rule that repeats within a day (SECONDLY, MINUTELY, HOURLY) on an all-day event");
  RulePeriods bound;
  bound.rule_ = std::move(rule);
  bound.start_ = start.time_since_epoch().count();
  const Date date = civil::date_of(floor_div(bound.start_, kDay));
  if (date.year < 1 || date.year > civil::kYearMax) return refuse("a recurrence starts in a year from 1 to 9999");
  // RFC 5545 3.3.12: where there are no leap seconds, the second 60 is the second 59.
  if ((bound.rule_.seconds >> 60 & 1) != 0) bound.rule_.seconds = (bound.rule_.seconds | 1ull << 59) & ~(1ull << 60);
  bound.fill_days();
  bound.fill_times(kind);
  bound.fill_patterns();
  bound.fill_until(kind, zone);
  return bound;
}

/// What the rule does not say about the day comes from the start, and where period 0 lies.
void RulePeriods::fill_days() {
  const std::int64_t day = floor_div(start_, kDay);
  const Date date = civil::date_of(day);
  Rule& rule = rule_;
  nth_in_month_ = rule.frequency == Frequency::monthly || rule.months != 0;
  const bool by_month_day = (rule.month_days | rule.month_days_back) != 0;
  switch (rule.frequency) {
    case Frequency::yearly:
      if (!rule.weeks.empty()) {
        if (!rule.has_by_day && !by_month_day && rule.year_days.empty()) {
          rule.weekdays = 1u << civil::weekday_of(day);
          rule.has_by_day = true;
        }
      } else if (rule.year_days.empty() && (by_month_day || !rule.has_by_day)) {
        if (rule.months == 0) rule.months = 1u << date.month;
        if (!by_month_day) rule.month_days = 1u << date.day;
      }
      origin_ = year_of(day);
      return;
    case Frequency::monthly:
      if (!by_month_day && !rule.has_by_day) rule.month_days = 1u << date.day;
      origin_ = date.year * std::int64_t(12) + date.month - 1;
      return;
    case Frequency::weekly:
      if (!rule.has_by_day) rule.weekdays = 1u << civil::weekday_of(day);
      origin_ = civil::week_of(day, rule.week_start);
      return;
    default:
      limits_days_ = rule.months != 0 || by_month_day || rule.has_by_day || !rule.year_days.empty();
      unit_ = unit_of(rule.frequency);
      origin_ = floor_div(start_, unit_) * unit_;
  }
}

void RulePeriods::fill_times(SpanKind kind) {
  if (kind == SpanKind::all_day) {
    // RFC 5545 3.3.10: BYSECOND, BYMINUTE and BYHOUR are ignored for a DATE.
    rule_.hours = 0;
    rule_.minutes = rule_.seconds = 0;
    times_ = {0};
    return;
  }
  const auto clock = static_cast<int>(start_ - floor_div(start_, kDay) * kDay);
  auto list = [&](std::uint64_t bits, int from_start, Frequency shortest) {
    if (rule_.frequency <= shortest) return std::vector<int>{0};
    std::vector<int> values;
    for_each_bit(bits != 0 ? bits : 1ull << from_start, [&](int value) { values.push_back(value); });
    return values;
  };
  for (int hour : list(rule_.hours, clock / 3600, Frequency::hourly))
    for (int minute : list(rule_.minutes, clock / 60 % 60, Frequency::minutely))
      for (int second : list(rule_.seconds, clock % 60, Frequency::secondly))
        times_.push_back(hour * 3600 + minute * 60 + second);
}

void RulePeriods::fill_patterns() {
  for (int first = 0; first < 7; ++first)
    for (int day = 0; day < 40; ++day)
      if ((rule_.weekdays >> ((first + day + 6) % 7) & 1) != 0)
        patterns_[static_cast<std::size_t>(first)] |= 1ull << day;
}

void RulePeriods::fill_until(SpanKind kind, const Zone* zone) {
  const WallCount end = day_number(civil::kYearMax, 12, 31) * kDay + kDay - 1;
  surely_ = last_ = end;
  if (!rule_.until) return;
  const WallCount at = rule_.until->at.time_since_epoch().count();
  if (kind == SpanKind::all_day) {
    last_ = floor_div(at, kDay) * kDay;
  } else if (rule_.until->form == Until::Form::date) {
    last_ = at + kDay - 1;
  } else if (rule_.until->form == Until::Form::utc && zone) {
    // Around a change of the offset the order of walls is not the order of instants.
    until_utc_ = std::chrono::sys_seconds(std::chrono::seconds(at));
    zone_ = zone;
    const WallCount wall = at + period_at(*zone, until_utc_).offset.count();
    last_ = std::min(end, wall + kDay);
    surely_ = std::min(end, wall - kDay);
    return;
  } else {
    last_ = at;
  }
  surely_ = last_ = std::min(last_, end);
}

void RulePeriods::end_after(WallCount last) {
  last_ = std::min(last_, last);
  surely_ = std::min(surely_, last_);
  rule_.count.reset();
}

bool RulePeriods::allows(WallCount wall) const {
  if (wall <= surely_) return true;
  if (wall > last_) return false;
  const std::chrono::local_seconds local{std::chrono::seconds(wall)};
  return std::chrono::sys_seconds(local.time_since_epoch() - offset_of_wall(*zone_, local)) <= until_utc_;
}

int RulePeriods::year_of(std::int64_t day) const {
  const int year = civil::date_of(day).year;
  if (rule_.weeks.empty()) return year;
  if (day < civil::first_week(year, rule_.week_start)) return year - 1;
  return day >= civil::first_week(year + 1, rule_.week_start) ? year + 1 : year;
}

std::int64_t RulePeriods::index_of(WallCount wall) const {
  if (unit_ != 0) return floor_div(wall - origin_, unit_ * rule_.interval);
  const std::int64_t day = floor_div(wall, kDay);
  if (rule_.frequency == Frequency::weekly) return floor_div(day - origin_, 7 * rule_.interval);
  if (rule_.frequency == Frequency::yearly) return floor_div(year_of(day) - origin_, rule_.interval);
  const Date date = civil::date_of(day);
  return floor_div(date.year * std::int64_t(12) + date.month - 1 - origin_, rule_.interval);
}

WallCount RulePeriods::begin_of(std::int64_t index) const {
  const std::int64_t at = origin_ + index * rule_.interval * (unit_ != 0 ? unit_ : 1);
  // A week of a year may begin in the year before.
  constexpr int kBefore = 8;
  switch (rule_.frequency) {
    case Frequency::yearly:
      return at > civil::kYearMax + 1 ? INT64_MAX : (day_number(static_cast<int>(at), 1, 1) - kBefore) * kDay;
    case Frequency::monthly:
      return at / 12 > civil::kYearMax
                 ? INT64_MAX
                 : (day_number(static_cast<int>(at / 12), static_cast<int>(at % 12) + 1, 1) - 1) * kDay;
    case Frequency::weekly:
      return (origin_ + index * rule_.interval * 7) * kDay;
    default:
      return at;
  }
}

bool RulePeriods::is_past(std::int64_t index) const { return begin_of(index) > last_; }

bool RulePeriods::fits_month_day(int day, int length) const {
  return (rule_.month_days >> day & 1) != 0 || (rule_.month_days_back >> (length - day + 1) & 1) != 0;
}

bool RulePeriods::fits_weekday(std::int64_t day) const {
  const int weekday = civil::weekday_of(day);
  if ((rule_.weekdays >> weekday & 1) != 0) return true;
  if (!rule_.has_nth_weekdays) return false;
  const Date date = civil::date_of(day);
  const int number = nth_in_month_ ? date.day : static_cast<int>(day - day_number(date.year, 1, 1)) + 1;
  const int length = nth_in_month_ ? civil::month_length(date.year, date.month) : civil::year_length(date.year);
  const int nth = (number - 1) / 7 + 1;
  const int nth_back = (length - number) / 7 + 1;
  const auto i = static_cast<std::size_t>(weekday);
  return (rule_.nth_weekdays[i] >> nth & 1) != 0 || (rule_.nth_weekdays_back[i] >> nth_back & 1) != 0;
}

bool RulePeriods::fits_year_day(int day_of_year, int length) const {
  return std::binary_search(rule_.year_days.begin(), rule_.year_days.end(), day_of_year) ||
         std::binary_search(rule_.year_days.begin(), rule_.year_days.end(), day_of_year - length - 1);
}

bool RulePeriods::fits_day(std::int64_t day) const {
  const Date date = civil::date_of(day);
  if (!fits_month(date.month)) return false;
  if ((rule_.month_days | rule_.month_days_back) != 0 &&
      !fits_month_day(date.day, civil::month_length(date.year, date.month)))
    return false;
  if (rule_.has_by_day && !fits_weekday(day)) return false;
  return rule_.year_days.empty() ||
         fits_year_day(static_cast<int>(day - day_number(date.year, 1, 1)) + 1, civil::year_length(date.year));
}

/// Bit n is day n; bit 0 the last day of the month before, the bit after the last the first of the next: RFC 7529's
/// skips lead there.
std::uint64_t RulePeriods::month_day_bits(int length) const {
  const std::uint64_t exists = ((1ull << length) - 1) << 1;
  std::uint64_t bits = rule_.month_days & exists;
  bool missing_back = false;
  for (std::uint32_t back = rule_.month_days_back; back != 0; back &= back - 1) {
    const int from_end = std::countr_zero(back);
    if (from_end <= length)
      bits |= 1ull << (length - from_end + 1);
    else
      missing_back = true;
  }
  if (rule_.skip == Skip::omit) return bits;
  const bool forward = rule_.skip == Skip::forward;
  if ((rule_.month_days & ~exists) != 0) bits |= 1ull << (forward ? length + 1 : length);
  if (missing_back) bits |= forward ? 2 : 1;
  return bits;
}

void RulePeriods::add_month(int year, int month, DaySet& days) const {
  const int length = civil::month_length(year, month);
  const std::int64_t before = day_number(year, month, 1) - 1;
  const std::uint64_t weekdays = patterns_[static_cast<std::size_t>(civil::weekday_of(before + 1))];
  if ((rule_.month_days | rule_.month_days_back) == 0) {
    days.add(weekdays & ((1ull << length) - 1) << 1, before);
    if (nth_in_month_) add_nth_weekdays(before + 1, length, days);
    return;
  }
  std::uint64_t bits = month_day_bits(length);
  if (rule_.has_by_day && !rule_.has_nth_weekdays) bits &= weekdays;
  if (!rule_.has_nth_weekdays) {
    days.add(bits, before);
    return;
  }
  for_each_bit(bits, [&](int day) {
    if (fits_weekday(before + day)) days.add(before + day);
  });
}

void RulePeriods::add_nth_weekdays(std::int64_t first, int length, DaySet& days) const {
  const std::int64_t last = first + length - 1;
  auto add = [&](std::int64_t day) {
    if (day >= first && day <= last) days.add(day);
  };
  for (int weekday = 0; weekday < 7; ++weekday) {
    const auto i = static_cast<std::size_t>(weekday);
    // A zeroth never comes.
    const std::int64_t first_one = first + (weekday - civil::weekday_of(first) + 7) % 7;
    const std::int64_t last_one = last - (civil::weekday_of(last) - weekday + 7) % 7;
    for_each_bit(rule_.nth_weekdays[i] & ~1ull, [&](int n) { add(first_one + 7 * (n - 1)); });
    for_each_bit(rule_.nth_weekdays_back[i], [&](int n) { add(last_one - 7 * (n - 1)); });
  }
}

void RulePeriods::add_year_days(int year, DaySet& days) const {
  const int length = civil::year_length(year);
  const std::int64_t before = day_number(year, 1, 1) - 1;
  for (int wanted : rule_.year_days) {
    int day = wanted > 0 ? wanted : length + 1 + wanted;
    if (day < 1 || day > length) {
      if (rule_.skip == Skip::omit) continue;
      // Day 0 is the last one of the year before, day length + 1 the first of the next.
      if (rule_.skip == Skip::forward && day < 1) day = 1;
      if (rule_.skip == Skip::backward && day > length) day = length;
    }
    const Date date = civil::date_of(before + day);
    const bool by_month_day = (rule_.month_days | rule_.month_days_back) != 0;
    if (!fits_month(date.month)) continue;
    if (by_month_day && !fits_month_day(date.day, civil::month_length(date.year, date.month))) continue;
    if (!rule_.has_by_day || fits_weekday(before + day)) days.add(before + day);
  }
}

void RulePeriods::add_weeks(int year, DaySet& days) const {
  const std::int64_t first = civil::first_week(year, rule_.week_start);
  const auto length = static_cast<int>((civil::first_week(year + 1, rule_.week_start) - first) / 7);
  for (int wanted : rule_.weeks) {
    const int week = wanted > 0 ? wanted : length + 1 + wanted;
    if (week < 1 || week > length) continue;
    for (std::int64_t day = first + (week - 1) * 7; day < first + week * 7; ++day)
      if (fits_day(day)) days.add(day);
  }
}

void RulePeriods::add_year(int year, DaySet& days) const {
  if (!rule_.weeks.empty()) return add_weeks(year, days);
  if (!rule_.year_days.empty()) return add_year_days(year, days);
  for (int month = 1; month <= 12; ++month)
    if (fits_month(month)) add_month(year, month, days);
  const bool by_month_day = (rule_.month_days | rule_.month_days_back) != 0;
  if (!nth_in_month_ && !by_month_day) add_nth_weekdays(day_number(year, 1, 1), civil::year_length(year), days);
}

void RulePeriods::add_week(std::int64_t first, DaySet& days) const {
  for (std::int64_t day = first; day < first + 7; ++day)
    if ((rule_.weekdays >> civil::weekday_of(day) & 1) != 0 && (rule_.months == 0 || fits_day(day))) days.add(day);
}

/// Whether BYHOUR, BYMINUTE and BYSECOND let a step of SECONDLY, MINUTELY or HOURLY through; if not, where to go on.
bool RulePeriods::fits_clock(WallCount at, Direction direction, WallCount& resume) const {
  struct Hand {
    std::uint64_t bits;
    std::int64_t seconds;
    std::int64_t turn;
  };
  const std::array<Hand, 3> hands = {{{rule_.hours, 3600, kDay}, {rule_.minutes, 60, 3600}, {rule_.seconds, 1, 60}}};
  for (const Hand& hand : hands) {
    if (hand.seconds < unit_ || hand.bits == 0) continue;
    const WallCount turn = floor_div(at, hand.turn) * hand.turn;
    const auto value = static_cast<int>((at - turn) / hand.seconds);
    if ((hand.bits >> value & 1) != 0) continue;
    if (direction == Direction::forward) {
      const int later = bit_after(hand.bits, value);
      resume = later < 0 ? turn + hand.turn : turn + later * hand.seconds;
    } else {
      const int earlier = bit_before(hand.bits, value);
      resume = earlier < 0 ? turn - 1 : turn + (earlier + 1) * hand.seconds - 1;
    }
    return false;
  }
  return true;
}

bool RulePeriods::load_unit(std::int64_t index, Direction direction, PeriodTimes& out, WallCount& resume) const {
  const WallCount at = origin_ + index * rule_.interval * unit_;
  const std::int64_t day = floor_div(at, kDay);
  if (limits_days_ && !fits_day(day)) {
    const Date date = civil::date_of(day);
    const bool whole_month = !fits_month(date.month);
    if (direction == Direction::forward) {
      const int length = civil::month_length(date.year, date.month);
      resume = (whole_month ? day + length - date.day + 1 : day + 1) * kDay;
    } else {
      resume = (whole_month ? day - date.day + 1 : day) * kDay - 1;
    }
    return false;
  }
  if (unit_ < kDay && !fits_clock(at, direction, resume)) return false;
  out.base_ = at;
  out.days_[0] = 0;
  out.size_ = static_cast<std::int64_t>(times_.size());
  return true;
}

void RulePeriods::take_days(const DaySet& days, PeriodTimes& out) const {
  std::size_t n = 0;
  for (std::size_t word = 0; word < days.words.size(); ++word)
    for (std::uint64_t bits = days.words[word]; bits != 0; bits &= bits - 1)
      out.days_[n++] = static_cast<std::int16_t>(word * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
  out.base_ = days.base * kDay;
  out.size_ = static_cast<std::int64_t>(n * times_.size());
}

void RulePeriods::take_positions(PeriodTimes& out) const {
  out.positioned_ = !rule_.positions.empty();
  if (!out.positioned_) return;
  out.order_.clear();
  for (int position : rule_.positions) {
    const std::int64_t i = position > 0 ? position - 1 : out.size_ + position;
    if (i >= 0 && i < out.size_) out.order_.push_back(i);
  }
  std::sort(out.order_.begin(), out.order_.end());
  out.order_.erase(std::unique(out.order_.begin(), out.order_.end()), out.order_.end());
  out.size_ = static_cast<std::int64_t>(out.order_.size());
}

std::int64_t RulePeriods::load(std::int64_t index, Direction direction, PeriodTimes& out) const {
  const std::int64_t neighbour = direction == Direction::forward ? index + 1 : index - 1;
  out.times_ = &times_;
  out.size_ = 0;
  out.positioned_ = false;
  if (unit_ != 0) {
    WallCount resume = 0;
    if (load_unit(index, direction, out, resume)) {
      take_positions(out);
      return neighbour;
    }
    const std::int64_t step = rule_.interval * unit_;
    return direction == Direction::forward ? std::max(neighbour, ceil_div(resume - origin_, step))
                                           : std::min(neighbour, floor_div(resume - origin_, step));
  }
  const std::int64_t at = origin_ + index * rule_.interval * (rule_.frequency == Frequency::weekly ? 7 : 1);
  DaySet days;
  if (rule_.frequency == Frequency::weekly) {
    days.base = at;
    add_week(at, days);
  } else if (rule_.frequency == Frequency::monthly) {
    const int year = static_cast<int>(at / 12);
    const int month = static_cast<int>(at % 12) + 1;
    if (!fits_month(month)) return neighbour;
    days.base = day_number(year, month, 1) - 1;
    add_month(year, month, days);
  } else {
    days.base = day_number(static_cast<int>(at), 1, 1) - 8;
    add_year(static_cast<int>(at), days);
  }
  take_days(days, out);
  take_positions(out);
  return neighbour;
}

}  // namespace v1
}  // namespace fasti
