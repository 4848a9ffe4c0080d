// The recurrence rules of vCalendar 1.0 ("MP1 1+ SU #4"), which phones and older programs still write.
#include <algorithm>
#include <vector>

#include "connectors/ical/event.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 4 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_weekday(const std::string& text) {
  static constexpr std::string_view kDays[] = {"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
  return std::find(std::begin(kDays), std::end(kDays), text) != std::end(kDays);
}

std::vector<std::string> words_of(std::string_view rule) {
  std::vector<std::string> words;
  while (!rule.empty()) {
    const std::size_t end = std::min(rule.find(' '), rule.size());
    if (end > 0) words.push_back(upper(rule.substr(0, end)));
    rule.remove_prefix(std::min(end + 1, rule.size()));
  }
  return words;
}

/// "3", "3+" -> 3; "3-" -> -3; "LD" -> -1; empty: none of these.
std::string signed_number(const std::string& word) {
  if (word == "LD") return "-1";
  const bool sign = word.size() > 1 && (word.back() == '+' || word.back() == '-');
  const std::string digits = word.substr(0, word.size() - (sign ? 1 : 0));
  if (!is_number(digits)) return "";
  return (word.back() == '-' ? "-" : "") + digits;
}

struct Frequency {
  std::string_view head;
  std::string_view frequency;
  std::string_view part;
};

constexpr Frequency kFrequencies[] = {{"MP", "MONTHLY", "BYDAY"},  {"MD", "MONTHLY", "BYMONTHDAY"},
                                      {"YM", "YEARLY", "BYMONTH"}, {"YD", "YEARLY", "BYYEARDAY"},
                                      {"D", "DAILY", ""},          {"W", "WEEKLY", "BYDAY"}};

/// The list behind the head: weekdays (with the weeks before them, for MP), or numbers.
bool read_list(const Frequency& frequency, const std::vector<std::string>& words, std::string& out) {
  std::vector<std::string> weeks;
  bool after_day = false;
  for (const std::string& word : words) {
    const std::string number = signed_number(word);
    if (frequency.part == "BYDAY" && is_weekday(word)) {
      if (frequency.head == "MP" && weeks.empty()) return false;
      if (weeks.empty()) out += (out.empty() ? "" : ",") + word;
      for (const std::string& week : weeks) out += (out.empty() ? "" : ",") + week + word;
      after_day = true;
    } else if (number.empty() || frequency.part.empty() || frequency.head == "W") {
      return false;
    } else if (frequency.part == "BYDAY") {
      if (after_day) weeks.clear();
      after_day = false;
      weeks.push_back(number);
    } else {
      out += (out.empty() ? "" : ",") + number;
    }
  }
  return true;
}

}  // namespace

std::string translate_vcalendar_rule(std::string_view rule) {
  std::vector<std::string> words = words_of(rule);
  if (words.empty()) return "";
  const auto* frequency = std::find_if(std::begin(kFrequencies), std::end(kFrequencies), [&](const Frequency& f) {
    return words.front().rfind(f.head, 0) == 0 && is_number(words.front().substr(f.head.size()));
  });
  if (frequency == std::end(kFrequencies)) return "";
  std::string out = "FREQ=" + std::string(frequency->frequency);
  out += ";INTERVAL=" + words.front().substr(frequency->head.size());
  words.erase(words.begin());
  // Without an end there are two occurrences; "#0" is for ever.
  std::string end = ";COUNT=2";
  if (!words.empty() && (words.back().front() == '#' || words.back().find('T') == 8)) {
    const std::string last = words.back();
    words.pop_back();
    if (last.front() == '#' && !is_number(last.substr(1))) return "";
    end = last == "#0" ? "" : (last.front() == '#' ? ";COUNT=" + last.substr(1) : ";UNTIL=" + last);
  }
  std::string list;
  if (!read_list(*frequency, words, list)) return "";
  if (!list.empty()) out += ";" + std::string(frequency->part) + "=" + list;
  return out + end;
}

}  // namespace ical
}  // namespace v1
}  // namespace fasti
