#include "engine/time/posix_tail.hpp"

#include <algorithm>

namespace fasti {
inline namespace v1 {
namespace {

using std::chrono::seconds;

/// A cursor over the footer's text; every take_… leaves it alone when it does not match.
struct Reader {
  std::string_view rest;

  bool take(char c) {
    if (rest.empty() || rest.front() != c) return false;
    rest.remove_prefix(1);
    return true;
  }
  std::optional<int> take_number() {
    std::size_t n = 0;
    int value = 0;
    while (n < rest.size() && n < 3 && rest[n] >= '0' && rest[n] <= '9') value = value * 10 + (rest[n++] - '0');
    if (n == 0) return std::nullopt;
    rest.remove_prefix(n);
    return value;
  }
  std::optional<std::string> take_name() {
    const bool quoted = take('<');
    std::size_t n = 0;
    auto belongs = [&](char c) { return quoted ? c != '>' : (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    while (n < rest.size() && belongs(rest[n])) ++n;
    if (n == 0) return std::nullopt;
    std::string name(rest.substr(0, n));
    rest.remove_prefix(n);
    if (quoted && !take('>')) return std::nullopt;
    return name;
  }
  std::optional<seconds> take_time() {
    const bool negative = take('-');
    if (!negative) take('+');
    auto hours = take_number();
    if (!hours) return std::nullopt;
    seconds value = std::chrono::hours(*hours);
    if (take(':')) {
      auto minutes = take_number();
      if (!minutes) return std::nullopt;
      value += std::chrono::minutes(*minutes);
      if (take(':')) {
        auto rest_seconds = take_number();
        if (!rest_seconds) return std::nullopt;
        value += seconds(*rest_seconds);
      }
    }
    return negative ? -value : value;
  }
};

}  // namespace

std::chrono::local_seconds PosixTail::Rule::in(std::chrono::year year) const {
  using namespace std::chrono;
  const std::chrono::month m{month};
  const std::chrono::weekday day{weekday};
  const local_days date = week == 5 ? local_days{year / m / day[last]} : local_days{year / m / day[week]};
  return date + time;
}

std::optional<PosixTail> PosixTail::parse(std::string_view text) {
  Reader reader{text};
  PosixTail tail;
  auto name = reader.take_name();
  auto offset = reader.take_time();
  if (!name || !offset) return std::nullopt;
  tail.standard_name_ = *name;
  tail.standard_ = -*offset;
  name = reader.take_name();
  if (!name) return std::nullopt;
  tail.daylight_name_ = *name;
  tail.daylight_ = tail.standard_ + std::chrono::hours(1);
  if (auto given = reader.take_time()) tail.daylight_ = -*given;
  auto read_rule = [&](Rule& rule) {
    if (!reader.take(',') || !reader.take('M')) return false;
    auto month = reader.take_number();
    auto week = reader.take('.') ? reader.take_number() : std::nullopt;
    auto weekday = reader.take('.') ? reader.take_number() : std::nullopt;
    if (!month || !week || !weekday || *month < 1 || *month > 12 || *week < 1 || *week > 5 || *weekday > 6)
      return false;
    std::optional<seconds> time = std::chrono::hours(2);
    if (reader.take('/')) time = reader.take_time();
    if (!time) return false;
    rule = {static_cast<unsigned>(*month), static_cast<unsigned>(*week), static_cast<unsigned>(*weekday), *time};
    return true;
  };
  if (!read_rule(tail.to_daylight_) || !read_rule(tail.to_standard_) || !reader.rest.empty()) return std::nullopt;
  return tail;
}

std::vector<OffsetChange> PosixTail::changes_around(std::chrono::year year) const {
  auto utc = [](std::chrono::local_seconds wall, seconds offset) {
    return std::chrono::sys_seconds(wall.time_since_epoch() - offset);
  };
  std::vector<OffsetChange> changes;
  for (int y = static_cast<int>(year) - 1; y <= static_cast<int>(year) + 1; ++y) {
    const std::chrono::year in{y};
    changes.push_back({utc(to_daylight_.in(in), standard_), standard_, daylight_, true, daylight_name_});
    changes.push_back({utc(to_standard_.in(in), daylight_), daylight_, standard_, false, standard_name_});
  }
  std::sort(changes.begin(), changes.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  return changes;
}

}  // namespace v1
}  // namespace fasti
