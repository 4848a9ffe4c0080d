#include "engine/model/time_text.hpp"

#include <limits>

namespace fasti {
inline namespace v1 {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::year_month_day;

void append_digits(std::string& out, std::int64_t value, int width) {
  char buffer[20];
  int length = 0;
  do {
    buffer[length++] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value > 0);
  while (length < width) buffer[length++] = '0';
  while (length > 0) out.push_back(buffer[--length]);
}

void append_date(std::string& out, LocalDays day, bool dashes) {
  const year_month_day date{day};
  int year = static_cast<int>(date.year());
  if (year < 0) {
    out.push_back('-');
    year = -year;
  }
  append_digits(out, year, 4);
  if (dashes) out.push_back('-');
  append_digits(out, static_cast<unsigned>(date.month()), 2);
  if (dashes) out.push_back('-');
  append_digits(out, static_cast<unsigned>(date.day()), 2);
}

void append_time(std::string& out, LocalSeconds wall, bool extended) {
  const auto day = std::chrono::floor<days>(wall);
  const auto second = (wall - day).count();
  append_date(out, day, extended);
  out.push_back('T');
  append_digits(out, second / 3600, 2);
  if (extended) out.push_back(':');
  append_digits(out, second / 60 % 60, 2);
  if (extended) out.push_back(':');
  append_digits(out, second % 60, 2);
}

// Reads text from the front; every step says whether it was there.
struct Scanner {
  std::string_view text;

  bool done() const { return text.empty(); }
  bool take(char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
  }
  bool digits(int width, int& value) {
    if (text.size() < static_cast<std::size_t>(width)) return false;
    value = 0;
    for (int i = 0; i < width; ++i) {
      const char c = text[static_cast<std::size_t>(i)];
      if (c < '0' || c > '9') return false;
      value = value * 10 + (c - '0');
    }
    text.remove_prefix(static_cast<std::size_t>(width));
    return true;
  }
};

bool scan_date(Scanner& in, LocalDays& day, bool& extended) {
  int y = 0, m = 0, d = 0;
  if (!in.digits(4, y)) return false;
  extended = in.take('-');
  if (!in.digits(2, m) || (extended && !in.take('-')) || !in.digits(2, d)) return false;
  const year_month_day date{std::chrono::year{y}, std::chrono::month{static_cast<unsigned>(m)},
                            std::chrono::day{static_cast<unsigned>(d)}};
  if (!date.ok()) return false;
  day = LocalDays{date};
  return true;
}

bool scan_time(Scanner& in, LocalSeconds& wall) {
  LocalDays day;
  bool extended = false;
  int h = 0, m = 0, s = 0;
  if (!scan_date(in, day, extended)) return false;
  if (!in.take('T') && !(extended && in.take(' '))) return false;
  if (!in.digits(2, h) || (extended && !in.take(':')) || !in.digits(2, m)) return false;
  if (!extended) {
    if (!in.digits(2, s)) return false;
  } else if (in.take(':') && !in.digits(2, s)) {
    return false;
  }
  if (h > 23 || m > 59 || s > 60) return false;
  // RFC 5545 3.3.12: who knows no leap seconds reads 60 as 59.
  wall = day + hours{h} + minutes{m} + seconds{s == 60 ? 59 : s};
  return true;
}

bool scan_fraction(Scanner& in, std::chrono::milliseconds& fraction) {
  fraction = {};
  if (!in.take('.')) return true;
  int count = 0, value = 0, digit = 0;
  for (; in.digits(1, digit); ++count) {
    if (count < 3) value = value * 10 + digit;
  }
  if (count == 0) return false;
  for (; count < 3; ++count) value *= 10;
  fraction = std::chrono::milliseconds{value};
  return true;
}

bool scan_offset(Scanner& in, minutes& offset) {
  offset = {};
  if (in.take('Z') || in.take('z')) return true;
  const bool minus = in.take('-');
  if (!minus && !in.take('+')) return false;
  int h = 0, m = 0;
  if (!in.digits(2, h) || !in.take(':') || !in.digits(2, m) || h > 23 || m > 59) return false;
  offset = (minus ? -1 : 1) * (hours{h} + minutes{m});
  return true;
}

bool scan_number(Scanner& in, std::int64_t& number) {
  constexpr std::int64_t kMost = 1'000'000'000'000;
  int digit = 0;
  if (!in.digits(1, digit)) return false;
  number = digit;
  while (in.digits(1, digit)) {
    number = number * 10 + digit;
    if (number > kMost) return false;
  }
  return true;
}

struct Unit {
  char letter;
  std::int64_t in_seconds;
};
constexpr Unit kDateUnits[] = {{'W', 604800}, {'D', 86400}};
constexpr Unit kTimeUnits[] = {{'H', 3600}, {'M', 60}, {'S', 1}};

// Numbers with unit letters in falling order; false when one is malformed or out of order.
template <std::size_t N>
bool scan_units(Scanner& in, const Unit (&units)[N], std::int64_t& total, bool& any) {
  std::size_t next = 0;
  while (!in.done() && in.text.front() != 'T') {
    std::int64_t number = 0;
    if (!scan_number(in, number)) return false;
    while (next < N && !in.take(units[next].letter)) ++next;
    if (next == N) return false;
    total += number * units[next++].in_seconds;
    any = true;
  }
  return true;
}

}  // namespace

std::string iso_date(LocalDays day) {
  std::string out;
  append_date(out, day, true);
  return out;
}

std::string iso_time(LocalSeconds wall) {
  std::string out;
  out.reserve(19);
  append_time(out, wall, true);
  return out;
}

std::string iso_instant(Instant instant) {
  const auto second = std::chrono::floor<seconds>(instant);
  std::string out;
  out.reserve(24);
  append_time(out, LocalSeconds{second.time_since_epoch()}, true);
  out.push_back('.');
  append_digits(out, (instant - second).count(), 3);
  out.push_back('Z');
  return out;
}

std::string basic_date(LocalDays day) {
  std::string out;
  append_date(out, day, false);
  return out;
}

std::string basic_time(LocalSeconds wall) {
  std::string out;
  append_time(out, wall, false);
  return out;
}

std::string iso_duration(seconds d) {
  std::string out;
  if (d.count() < 0) out.push_back('-');
  // Away from the most negative number, whose absolute value does not exist.
  std::int64_t rest = d == seconds::min() ? seconds::max().count() : d.count() < 0 ? -d.count() : d.count();
  out.push_back('P');
  if (rest >= 86400) {
    append_digits(out, rest / 86400, 1);
    out.push_back('D');
    rest %= 86400;
    if (rest == 0) return out;
  }
  out.push_back('T');
  const bool zero = rest == 0;
  for (const auto& unit : kTimeUnits) {
    const auto count = rest / unit.in_seconds;
    rest %= unit.in_seconds;
    if (count == 0 && !(zero && unit.letter == 'S')) continue;
    append_digits(out, count, 1);
    out.push_back(unit.letter);
  }
  return out;
}

std::optional<LocalDays> parse_date(std::string_view text) {
  Scanner in{text};
  LocalDays day;
  bool extended = false;
  if (!scan_date(in, day, extended) || !in.done()) return std::nullopt;
  return day;
}

std::optional<LocalSeconds> parse_time(std::string_view text) {
  Scanner in{text};
  LocalSeconds wall;
  if (!scan_time(in, wall) || !in.done()) return std::nullopt;
  return wall;
}

std::optional<Instant> parse_instant(std::string_view text) {
  Scanner in{text};
  LocalSeconds wall;
  std::chrono::milliseconds fraction{};
  minutes offset{};
  if (!scan_time(in, wall) || !scan_fraction(in, fraction) || !scan_offset(in, offset) || !in.done()) {
    return std::nullopt;
  }
  return Instant{std::chrono::milliseconds{wall.time_since_epoch()} + fraction - offset};
}

std::optional<seconds> parse_duration(std::string_view text) {
  Scanner in{text};
  const bool minus = in.take('-');
  if (!minus) in.take('+');
  if (!in.take('P')) return std::nullopt;
  std::int64_t total = 0;
  bool any = false;
  if (!scan_units(in, kDateUnits, total, any)) return std::nullopt;
  if (in.take('T')) {
    bool any_time = false;
    if (!scan_units(in, kTimeUnits, total, any_time) || !any_time || !in.done()) return std::nullopt;
    any = true;
  }
  if (!any || !in.done()) return std::nullopt;
  return seconds{minus ? -total : total};
}

}  // namespace v1
}  // namespace fasti
