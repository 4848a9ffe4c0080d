#include "engine/time/rule.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace {

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

std::string normal(std::string_view text) {
  std::string out;
  for (char c : text)
    if (c != ' ' && c != '\t') out += upper(c);
  return out;
}

/// The pieces of a list, empty ones left out: trailing separators are seen in the wild.
std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) pieces.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return pieces;
}

std::optional<std::int64_t> read_number(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  std::int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<int> read_weekday(std::string_view text) {
  static constexpr std::array<std::string_view, 7> kNames = {"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
  const auto it = std::find(kNames.begin(), kNames.end(), text);
  if (it == kNames.end()) return std::nullopt;
  return static_cast<int>(it - kNames.begin());
}

/// Reads the parts of one text into a Rule.
class Parser {
 public:
  explicit Parser(std::string text) : text_(std::move(text)) {}
  Result<Rule> parse();

 private:
  using Read = Status (Parser::*)(std::string_view value);
  struct Part {
    std::string_view name;
    Read read;
  };
  static const std::array<Part, 16>& parts();

  Error refuse(const std::string& why) const {
    return {ErrorKind::bad_input, "recurrence rule \"" + text_ + "\": " + why, "",
            "RFC 5545 section 3.3.10 says what a rule may hold", std::nullopt};
  }
  Error refuse_value(std::string_view value) const {
    return refuse(std::string(name_) + " cannot be \"" + std::string(value) + "\"");
  }

  Result<std::vector<int>> numbers(std::string_view value, int low, int high) const;
  template <class Bits>
  Status bits(std::string_view value, int low, int high, Bits& out) const;
  Status signed_numbers(std::string_view value, int high, std::vector<int>& out) const;

  Status frequency(std::string_view value);
  Status interval(std::string_view value);
  Status count(std::string_view value);
  Status until(std::string_view value);
  Status by_second(std::string_view value) { return bits(value, 0, 60, rule_.seconds); }
  Status by_minute(std::string_view value) { return bits(value, 0, 59, rule_.minutes); }
  Status by_hour(std::string_view value) { return bits(value, 0, 23, rule_.hours); }
  Status by_day(std::string_view value);
  Status by_month_day(std::string_view value);
  Status by_year_day(std::string_view value) { return signed_numbers(value, 366, rule_.year_days); }
  Status by_week(std::string_view value) { return signed_numbers(value, 53, rule_.weeks); }
  Status by_month(std::string_view value) { return bits(value, 1, 12, rule_.months); }
  Status by_position(std::string_view value) { return signed_numbers(value, 366, rule_.positions); }
  Status week_start(std::string_view value);
  Status calendar(std::string_view value);
  Status skip(std::string_view value);
  Status check() const;

  std::string text_;
  std::string_view name_;
  std::vector<std::string_view> seen_;
  Rule rule_;
};

const std::array<Parser::Part, 16>& Parser::parts() {
  static constexpr std::array<Part, 16> kParts = {{{"FREQ", &Parser::frequency},
                                                   {"INTERVAL", &Parser::interval},
                                                   {"COUNT", &Parser::count},
                                                   {"UNTIL", &Parser::until},
                                                   {"BYSECOND", &Parser::by_second},
                                                   {"BYMINUTE", &Parser::by_minute},
                                                   {"BYHOUR", &Parser::by_hour},
                                                   {"BYDAY", &Parser::by_day},
                                                   {"BYMONTHDAY", &Parser::by_month_day},
                                                   {"BYYEARDAY", &Parser::by_year_day},
                                                   {"BYWEEKNO", &Parser::by_week},
                                                   {"BYMONTH", &Parser::by_month},
                                                   {"BYSETPOS", &Parser::by_position},
                                                   {"WKST", &Parser::week_start},
                                                   {"RSCALE", &Parser::calendar},
                                                   {"SKIP", &Parser::skip}}};
  return kParts;
}

Result<Rule> Parser::parse() {
  for (std::string_view piece : split(text_, ';')) {
    const std::size_t equals = piece.find('=');
    if (equals == std::string_view::npos) return refuse("\"" + std::string(piece) + "\" has no value");
    name_ = piece.substr(0, equals);
    const auto part =
        std::find_if(parts().begin(), parts().end(), [&](const Part& candidate) { return candidate.name == name_; });
    if (part == parts().end()) return refuse("nobody knows the part " + std::string(name_));
    if (std::find(seen_.begin(), seen_.end(), name_) != seen_.end())
      return refuse(std::string(name_) + " stands in it twice");
    seen_.push_back(name_);
    FASTI_CHECK((this->*part->read)(piece.substr(equals + 1)));
  }
  FASTI_CHECK(check());
  return std::move(rule_);
}

Result<std::vector<int>> Parser::numbers(std::string_view value, int low, int high) const {
  std::vector<int> out;
  for (std::string_view piece : split(value, ',')) {
    const auto number = read_number(piece);
    if (!number || *number < low || *number > high) return refuse_value(piece);
    out.push_back(static_cast<int>(*number));
  }
  if (out.empty()) return refuse_value(value);
  return out;
}

template <class Bits>
Status Parser::bits(std::string_view value, int low, int high, Bits& out) const {
  FASTI_TRY(const auto list, numbers(value, low, high));
  for (int number : list) out |= Bits(1) << number;
  return {};
}

Status Parser::signed_numbers(std::string_view value, int high, std::vector<int>& out) const {
  FASTI_TRY(out, numbers(value, -high, high));
  if (std::find(out.begin(), out.end(), 0) != out.end()) return refuse_value("0");
  // However long the text is, a period never costs more than its distinct values.
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return {};
}

Status Parser::frequency(std::string_view value) {
  static constexpr std::array<std::string_view, 7> kNames = {"SECONDLY", "MINUTELY", "HOURLY", "DAILY",
                                                             "WEEKLY",   "MONTHLY",  "YEARLY"};
  const auto it = std::find(kNames.begin(), kNames.end(), value);
  if (it == kNames.end()) return refuse_value(value);
  rule_.frequency = static_cast<Frequency>(it - kNames.begin());
  return {};
}

Status Parser::interval(std::string_view value) {
  // A larger one leaves the calendar with the first step, and must not overflow the arithmetic.
  constexpr std::int64_t kIntervalMax = 10'000'000'000;
  const auto number = read_number(value);
  if (!number || *number < 1 || *number > kIntervalMax) return refuse_value(value);
  rule_.interval = *number;
  return {};
}

Status Parser::count(std::string_view value) {
  const auto number = read_number(value);
  // Confluence writes -1 for "no count".
  if (number == -1) return {};
  if (!number || *number < 1) return refuse_value(value);
  rule_.count = *number;
  return {};
}

Status Parser::until(std::string_view value) {
  Until until;
  if (value.find('T') == std::string_view::npos) {
    const auto day = parse_date(value);
    if (!day) return refuse_value(value);
    until = {LocalSeconds(*day), Until::Form::date};
  } else {
    const bool utc = value.back() == 'Z';
    const auto time = parse_time(utc ? value.substr(0, value.size() - 1) : value);
    if (!time) return refuse_value(value);
    until = {*time, utc ? Until::Form::utc : Until::Form::local};
  }
  rule_.until = until;
  return {};
}

Status Parser::by_day(std::string_view value) {
  for (std::string_view piece : split(value, ',')) {
    if (piece.size() < 2) return refuse_value(piece);
    const auto weekday = read_weekday(piece.substr(piece.size() - 2));
    if (!weekday) return refuse_value(piece);
    const std::string_view digits = piece.substr(0, piece.size() - 2);
    if (digits.empty()) {
      rule_.weekdays |= 1u << *weekday;
    } else {
      const auto n = read_number(digits);
      if (!n || *n < -53 || *n > 53) return refuse_value(piece);
      auto& weekdays = *n < 0 ? rule_.nth_weekdays_back : rule_.nth_weekdays;
      weekdays[static_cast<std::size_t>(*weekday)] |= 1ull << std::abs(*n);
      rule_.has_nth_weekdays = true;
    }
    rule_.has_by_day = true;
  }
  return rule_.has_by_day ? Status() : refuse_value(value);
}

Status Parser::by_month_day(std::string_view value) {
  std::vector<int> days;
  FASTI_CHECK(signed_numbers(value, 31, days));
  for (int day : days) (day > 0 ? rule_.month_days : rule_.month_days_back) |= 1u << std::abs(day);
  return {};
}

Status Parser::week_start(std::string_view value) {
  const auto weekday = read_weekday(value);
  if (!weekday) return refuse_value(value);
  rule_.week_start = *weekday;
  return {};
}

Status Parser::calendar(std::string_view value) {
  if (value == "GREGORIAN") return {};
  return Error{ErrorKind::unsupported,
               "recurrence rule \"" + text_ + "\": it counts in the calendar " + std::string(value) +
                   ", and only GREGORIAN is known here",
               "", "its occurrences are not shown; the rule itself is kept and synchronized as it is", std::nullopt};
}

Status Parser::skip(std::string_view value) {
  if (value == "OMIT")
    rule_.skip = Skip::omit;
  else if (value == "BACKWARD")
    rule_.skip = Skip::backward;
  else if (value == "FORWARD")
    rule_.skip = Skip::forward;
  else
    return refuse_value(value);
  return {};
}

Status Parser::check() const {
  auto has = [&](std::string_view name) { return std::find(seen_.begin(), seen_.end(), name) != seen_.end(); };
  const Frequency frequency = rule_.frequency;
  if (!has("FREQ")) return refuse("FREQ is missing");
  if (has("SKIP") && !has("RSCALE")) return refuse("SKIP needs RSCALE (RFC 7529 section 4.1)");
  const bool long_period = frequency == Frequency::monthly || frequency == Frequency::yearly;
  if (rule_.has_nth_weekdays && !long_period)
    return refuse("BYDAY has a number, which only MONTHLY and YEARLY can count");
  if (rule_.has_nth_weekdays && has("BYWEEKNO")) return refuse("BYDAY has a number beside BYWEEKNO");
  if (has("BYWEEKNO") && frequency != Frequency::yearly) return refuse("BYWEEKNO is for YEARLY only");
  if (has("BYMONTHDAY") && frequency == Frequency::weekly) return refuse("BYMONTHDAY is not for WEEKLY");
  const bool year_day_free = frequency == Frequency::yearly || frequency < Frequency::daily;
  if (has("BYYEARDAY") && !year_day_free) return refuse("BYYEARDAY is not for DAILY, WEEKLY and MONTHLY");
  const bool other = std::any_of(seen_.begin(), seen_.end(),
                                 [](std::string_view name) { return name.substr(0, 2) == "BY" && name != "BYSETPOS"; });
  if (has("BYSETPOS") && !other) return refuse("BYSETPOS needs another BY part to choose from");
  return {};
}

}  // namespace

Result<Rule> parse_rule(std::string_view text) { return Parser(normal(text)).parse(); }

}  // namespace v1
}  // namespace fasti
