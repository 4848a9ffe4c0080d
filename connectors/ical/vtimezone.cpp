#include "connectors/ical/vtimezone.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <vector>

#include "connectors/ical/text.hpp"
#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/transitions.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {
namespace {

using namespace std::chrono;

std::string offset_text(seconds offset) {
  std::string out = offset < seconds(0) ? "-" : "+";
  const auto total = abs(offset).count();
  auto two = [&](long long n) {
    out += static_cast<char>('0' + n / 10 % 10);
    out += static_cast<char>('0' + n % 10);
  };
  two(total / 3600);
  two(total / 60 % 60);
  if (total % 60 != 0) two(total % 60);
  return out;
}

/// A change as its wall clock shows it beforehand: what a VTIMEZONE's DTSTART and RRULE speak of.
struct Onset {
  local_seconds wall;
  const OffsetChange* change;
  year_month_day date() const { return year_month_day(floor<days>(wall)); }
  seconds time() const { return wall - floor<days>(wall); }
};

/// "SU" in the 2nd week, or in the last: both may fit one date; a rule must fit all dates.
bool same_rule(const Onset& a, const Onset& b, bool from_the_end) {
  auto week = [&](const Onset& onset) {
    const unsigned day = static_cast<unsigned>(onset.date().day());
    const auto last = static_cast<unsigned>((onset.date().year() / onset.date().month() / std::chrono::last).day());
    return from_the_end ? (last - day) / 7 : (day - 1) / 7;
  };
  return a.date().month() == b.date().month() && a.time() == b.time() &&
         weekday(floor<days>(a.wall)) == weekday(floor<days>(b.wall)) && week(a) == week(b) &&
         a.change->before == b.change->before && a.change->after == b.change->after;
}

/// The rule that the onsets of at least five years follow, each year one; empty: none.
std::string yearly_rule(const std::vector<Onset>& onsets) {
  static constexpr const char* kDays[] = {"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
  if (onsets.size() < 5) return "";
  for (bool from_the_end : {true, false}) {
    bool all = true;
    for (std::size_t i = 1; i < onsets.size(); ++i)
      all &= same_rule(onsets[0], onsets[i], from_the_end) &&
             onsets[i].date().year() == onsets[i - 1].date().year() + years(1);
    if (!all) continue;
    const Onset& first = onsets.front();
    const auto last = static_cast<unsigned>((first.date().year() / first.date().month() / std::chrono::last).day());
    const auto day = static_cast<unsigned>(first.date().day());
    const int week = from_the_end ? -static_cast<int>((last - day) / 7 + 1) : static_cast<int>((day - 1) / 7 + 1);
    return "FREQ=YEARLY;BYMONTH=" + std::to_string(static_cast<unsigned>(first.date().month())) +
           ";BYDAY=" + std::to_string(week) + kDays[weekday(floor<days>(first.wall)).c_encoding()];
  }
  return "";
}

class Writer {
 public:
  explicit Writer(std::string_view line_end) : line_end_(line_end) {}
  void line(const std::string& content) { out_ += fold(content, line_end_); }
  void observance(const Onset& onset, const std::string& rule) {
    const OffsetChange& change = *onset.change;
    // Greater offset = summer: readers expect that even of Ireland, whose law has it the other way round.
    const std::string name = change.after > change.before ? "DAYLIGHT" : "STANDARD";
    block(name, onset.wall, change.before, change.after, change.name, rule);
  }
  void block(const std::string& name, local_seconds start, seconds from, seconds to, const std::string& label,
             const std::string& rule) {
    line("BEGIN:" + name);
    line("DTSTART:" + basic_time(start));
    line("TZOFFSETFROM:" + offset_text(from));
    line("TZOFFSETTO:" + offset_text(to));
    line("TZNAME:" + label);
    if (!rule.empty()) line("RRULE:" + rule);
    line("END:" + name);
  }
  std::string take() { return std::move(out_); }

 private:
  std::string_view line_end_;
  std::string out_;
};

std::vector<Onset> onsets_of(const std::vector<OffsetChange>& changes, bool later) {
  std::vector<Onset> out;
  for (const OffsetChange& change : changes)
    if ((change.after > change.before) == later)
      out.push_back({local_seconds(change.at.time_since_epoch() + change.before), &change});
  return out;
}

/// Where both changes of the year follow a rule from some year on, they are written with RRULE from there and stay
/// right for ever; the years before that, and zones without a rule (Morocco's Ramadan), get each change by itself, to
/// 2040 at least: a rule that is not true would be worse than an end.
Result<std::string> write_vtimezone(const std::string& zone, year first, std::string_view line_end) {
  const year last = std::max(first + years(12), year(2040));
  auto start_of = [](year y) { return sys_seconds(sys_days(y / 1 / 1)); };
  FASTI_TRY(const std::vector<OffsetChange> changes, offset_changes(zone, start_of(first), start_of(last)));
  FASTI_TRY(const OffsetInfo before, offset_info_at(start_of(first), zone));
  std::vector<Onset> forward = onsets_of(changes, true);
  std::vector<Onset> back = onsets_of(changes, false);
  Writer writer(line_end);
  writer.line("BEGIN:VTIMEZONE");
  writer.line("TZID:" + zone);
  writer.line("X-LIC-LOCATION:" + zone);
  // What held before the first change; also all there is in a zone without changes.
  const local_days start(std::min(year(1970), first) / 1 / 1);
  writer.block("STANDARD", start, before.offset, before.offset, before.name, "");
  for (auto* onsets : {&forward, &back}) {
    while (!onsets->empty()) {
      const std::string rule = onsets->back().date().year() >= last - years(2) ? yearly_rule(*onsets) : "";
      writer.observance(onsets->front(), rule);
      if (!rule.empty()) break;
      onsets->erase(onsets->begin());
    }
  }
  writer.line("END:VTIMEZONE");
  return writer.take();
}

}  // namespace

Result<std::string> make_vtimezone(const std::string& zone, LocalSeconds around, std::string_view line_end) {
  // A calendar's events share few zones and years, and a text costs as much as the rest of the event.
  constexpr std::size_t kTextsMax = 100;
  thread_local std::map<std::tuple<std::string, int, std::string>, std::string> texts;
  const year first = year_month_day(floor<days>(around)).year() - years(1);
  const auto key = std::make_tuple(zone, static_cast<int>(first), std::string(line_end));
  if (const auto known = texts.find(key); known != texts.end()) return known->second;
  FASTI_TRY(std::string text, write_vtimezone(zone, first, line_end));
  if (texts.size() >= kTextsMax) texts.clear();
  texts.emplace(key, text);
  return text;
}

}  // namespace ical
}  // namespace v1
}  // namespace fasti
