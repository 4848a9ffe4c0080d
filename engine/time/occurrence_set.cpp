#include "engine/time/occurrence_set.hpp"

#include <algorithm>

#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/civil.hpp"

namespace fasti {
inline namespace v1 {

using civil::floor_div;
using civil::kDay;

namespace {

WallCount count_of(LocalSeconds wall) { return wall.time_since_epoch().count(); }
WallCount midnight_of(WallCount wall) { return floor_div(wall, kDay) * kDay; }

void sort_unique(std::vector<WallCount>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

struct DateEntry {
  WallCount at = 0;
  bool is_date = false;
  std::string_view rest;  ///< of a period: after the slash
};

Error bad_entry(std::string_view text) {
  return {ErrorKind::bad_input, "not a date or time of a recurrence: \"" + std::string(text) + "\"", "",
          "write 2026-04-13T18:00:00, 2026-04-13 or 2026-04-13T18:00:00/PT1H", std::nullopt};
}

Result<DateEntry> read_entry(std::string_view text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::string_view at = text.substr(0, slash);
  DateEntry entry;
  entry.rest = slash == text.size() ? std::string_view() : text.substr(slash + 1);
  if (auto time = parse_time(at)) {
    entry.at = count_of(*time);
  } else if (auto day = parse_date(at)) {
    entry.at = count_of(LocalSeconds(*day));
    entry.is_date = true;
  } else {
    return bad_entry(text);
  }
  return entry;
}

/// The end of a period as wall time in the zone: a duration, or a time there or in UTC.
std::optional<WallCount> read_end(std::string_view text, WallCount at, const Zone* zone) {
  ZoneClock clock(zone);
  if (auto duration = parse_duration(text)) return clock.wall_of(clock.utc_of(at) + duration->count());
  const bool utc = !text.empty() && text.back() == 'Z';
  const auto time = parse_time(utc ? text.substr(0, text.size() - 1) : text);
  if (!time) return std::nullopt;
  return utc ? clock.wall_of(count_of(*time)) : count_of(*time);
}

}  // namespace

Result<OccurrenceSet> OccurrenceSet::make(const Recurrence& recurrence, const Span& start, StartBelongs start_belongs) {
  OccurrenceSet set;
  set.kind_ = start.kind;
  set.start_ = count_of(start.start);
  if (start.kind == SpanKind::all_day) set.start_ = midnight_of(set.start_);
  if (start.kind == SpanKind::zoned) {
    set.zone_ = find_zone(start.zone);
    if (!set.zone_) return unknown_zone(start.zone);
  }
  set.start_counts_ = start_belongs == StartBelongs::always ? StartCounts::always : StartCounts::if_generated;
  FASTI_CHECK(set.add_rules(recurrence, start));
  FASTI_CHECK(set.add_dates(recurrence.rdates, start));
  FASTI_CHECK(set.add_exceptions(recurrence.exdates));
  // A series cut before its start ("this and following" from the first on) is empty.
  const bool ended = !set.rules_.empty() && std::all_of(set.rules_.begin(), set.rules_.end(),
                                                        [&](const auto& rule) { return !rule.allows(set.start_); });
  if (start_belongs == StartBelongs::always && !ended) set.dates_.push_back(set.start_);
  sort_unique(set.dates_);
  set.count_once();
  return set;
}

Status OccurrenceSet::add_rules(const Recurrence& recurrence, const Span& start) {
  // Each occurrence asks each rule; a series of real life has one.
  constexpr std::size_t kRulesMax = 100;
  const std::size_t number = recurrence.rules.size() + recurrence.exrules.size();
  if (number > kRulesMax)
    return Error{ErrorKind::bad_input,
                 std::to_string(number) + " rules in one series, of " + std::to_string(kRulesMax) + " at most", "",
                 "make several events of it", std::nullopt};
  for (auto [texts, rules] : {std::pair(&recurrence.rules, &rules_), {&recurrence.exrules, &exrules_}}) {
    for (const std::string& text : *texts) {
      // "RRULE:" alone is seen in the wild.
      if (text.empty()) continue;
      FASTI_TRY(Rule rule, parse_rule(text));
      FASTI_TRY(RulePeriods periods, RulePeriods::bind(std::move(rule), start.start, start.kind, zone_));
      rules->push_back(std::move(periods));
    }
  }
  return {};
}

/// Turns COUNT into an end. What is too large for that is counted from the start with every question.
void OccurrenceSet::count_once() {
  finite_ = std::all_of(rules_.begin(), rules_.end(),
                        [](const RulePeriods& rule) { return rule.rule().count || rule.rule().until; });
  constexpr std::int64_t kStepsMax = 20'000;
  Steps steps(kStepsMax);
  for (auto* rules : {&rules_, &exrules_}) {
    const StartCounts counts = rules == &rules_ ? start_counts_ : StartCounts::if_generated;
    for (RulePeriods& rule : *rules) {
      if (!rule.rule().count) continue;
      if (const auto last = RuleWalk(rule, steps, counts).last_counted()) rule.end_after(*last);
    }
  }
}

Status OccurrenceSet::add_dates(const std::vector<std::string>& texts, const Span& start) {
  for (const std::string& text : texts) {
    FASTI_TRY(DateEntry entry, read_entry(text));
    const bool all_day = start.kind == SpanKind::all_day;
    if (all_day) entry.at = midnight_of(entry.at);
    // A DATE in a timed series means that day's occurrence, at the time of the series.
    if (!all_day && entry.is_date) entry.at += start_ - midnight_of(start_);
    dates_.push_back(entry.at);
    if (entry.rest.empty()) continue;
    const auto end = read_end(entry.rest, entry.at, zone_);
    if (!end) return bad_entry(text);
    own_ends_.push_back({entry.at, *end});
  }
  std::sort(own_ends_.begin(), own_ends_.end(), [](const OwnEnd& a, const OwnEnd& b) { return a.at < b.at; });
  return {};
}

Status OccurrenceSet::add_exceptions(const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    FASTI_TRY(const DateEntry entry, read_entry(text));
    if (kind_ == SpanKind::all_day || entry.is_date)
      exdays_.push_back(midnight_of(entry.at));
    else
      exdates_.push_back(entry.at);
  }
  sort_unique(exdates_);
  sort_unique(exdays_);
  return {};
}

std::optional<WallCount> OccurrenceSet::own_end(WallCount at) const {
  const auto it = std::lower_bound(own_ends_.begin(), own_ends_.end(), at,
                                   [](const OwnEnd& own, WallCount wall) { return own.at < wall; });
  if (it == own_ends_.end() || it->at != at) return std::nullopt;
  return it->end;
}

bool OccurrenceSet::is_excepted(WallCount wall) const {
  return (!exdates_.empty() && std::binary_search(exdates_.begin(), exdates_.end(), wall)) ||
         (!exdays_.empty() && std::binary_search(exdays_.begin(), exdays_.end(), midnight_of(wall)));
}

std::optional<bool> OccurrenceSet::generates(const std::vector<RulePeriods>& rules, StartCounts counts, WallCount wall,
                                             Steps& steps) {
  for (const RulePeriods& rule : rules) {
    RuleWalk walk(rule, steps, counts);
    walk.seek(wall);
    if (walk.next() == wall) return true;
    if (walk.gave_up() && walk.reached() <= wall) return std::nullopt;
  }
  return false;
}

std::optional<bool> OccurrenceSet::contains(WallCount wall, Steps& steps) const {
  if (is_excepted(wall)) return false;
  std::optional<bool> there = std::binary_search(dates_.begin(), dates_.end(), wall);
  if (!*there) there = generates(rules_, start_counts_, wall, steps);
  if (!there || !*there || exrules_.empty()) return there;
  const auto excluded = generates(exrules_, StartCounts::if_generated, wall, steps);
  if (!excluded) return std::nullopt;
  return !*excluded;
}

std::optional<SetPlace> OccurrenceSet::place_of(WallCount wall, Steps& steps) const {
  const auto there = contains(wall, steps);
  if (!there) return std::nullopt;
  if (*there) return SetPlace::generated;
  if (is_excepted(wall)) return SetPlace::excluded;
  const auto excluded = generates(exrules_, StartCounts::if_generated, wall, steps);
  if (!excluded) return std::nullopt;
  if (*excluded) return SetPlace::excluded;
  if (rules_.empty() || !is_finite()) return SetPlace::between;
  for (const RulePeriods& rule : rules_) {
    RuleWalk walk(rule, steps, start_counts_);
    walk.seek(wall);
    if (walk.next() || walk.gave_up()) return SetPlace::between;
  }
  return dates_.empty() || dates_.back() < wall ? SetPlace::after_end : SetPlace::between;
}

SetWalk::SetWalk(const OccurrenceSet& set, Steps& steps) : set_(&set), steps_(&steps), clock_(set.zone_) {
  for (const RulePeriods& rule : set.rules_) rules_.push_back({RuleWalk(rule, steps, set.start_counts_), {}});
  for (const RulePeriods& rule : set.exrules_) exrules_.push_back({RuleWalk(rule, steps), {}});
}

template <Direction kDirection>
std::optional<WallCount> SetWalk::take_head(Source& source) {
  source.head = kDirection == Direction::forward ? source.walk.next() : source.walk.previous();
  if (source.walk.gave_up()) {
    const WallCount at = source.walk.reached();
    limit_ = !limit_ ? at : kDirection == Direction::forward ? std::min(*limit_, at) : std::max(*limit_, at);
  }
  return source.head;
}

void SetWalk::seek(WallCount from) {
  gave_up_ = false;
  limit_.reset();
  reached_ = from;
  date_ =
      static_cast<std::size_t>(std::lower_bound(set_->dates_.begin(), set_->dates_.end(), from) - set_->dates_.begin());
  for (auto* sources : {&rules_, &exrules_}) {
    for (Source& source : *sources) {
      source.walk.seek(from);
      take_head<Direction::forward>(source);
    }
  }
}

void SetWalk::seek_back(WallCount before) {
  gave_up_ = false;
  limit_.reset();
  reached_ = before;
  date_ = static_cast<std::size_t>(std::lower_bound(set_->dates_.begin(), set_->dates_.end(), before) -
                                   set_->dates_.begin());
  for (auto* sources : {&rules_, &exrules_}) {
    for (Source& source : *sources) {
      source.walk.seek_back(before);
      take_head<Direction::backward>(source);
    }
  }
}

template <Direction kDirection>
std::optional<WallCount> SetWalk::nearest() const {
  constexpr bool kForward = kDirection == Direction::forward;
  auto sooner = [](WallCount a, WallCount b) { return kForward ? a < b : a > b; };
  std::optional<WallCount> best;
  if (kForward ? date_ < set_->dates_.size() : date_ > 0) best = set_->dates_[kForward ? date_ : date_ - 1];
  for (const Source& source : rules_)
    if (source.head && (!best || sooner(*source.head, *best))) best = source.head;
  return best;
}

template <Direction kDirection>
void SetWalk::pass(WallCount wall) {
  constexpr bool kForward = kDirection == Direction::forward;
  for (Source& source : rules_)
    if (source.head == wall) take_head<kDirection>(source);
  const bool has_date = kForward ? date_ < set_->dates_.size() : date_ > 0;
  if (has_date && set_->dates_[kForward ? date_ : date_ - 1] == wall) kForward ? ++date_ : --date_;
}

template <Direction kDirection>
std::optional<bool> SetWalk::is_excluded(WallCount wall) {
  if (set_->is_excepted(wall)) return true;
  for (Source& source : exrules_) {
    while (source.head && (kDirection == Direction::forward ? *source.head < wall : *source.head > wall))
      take_head<kDirection>(source);
    if (source.head == wall) return true;
    if (!source.head && source.walk.gave_up()) return std::nullopt;
  }
  return false;
}

/// A time in a gap is read as a later one (RFC 5545 3.3.5): as that one it may be excepted, or generated twice.
std::optional<bool> SetWalk::falls_on_another(WallCount wall, std::int64_t utc) {
  const WallCount there = clock_.wall_of(utc);
  if (there == wall) return false;
  return set_->is_excepted(there) ? true : set_->contains(there, *steps_);
}

template <Direction kDirection>
std::optional<SetWalk::Item> SetWalk::take() {
  while (!gave_up_) {
    const auto wall = nearest<kDirection>();
    if (limit_ && (!wall || (kDirection == Direction::forward ? *wall >= *limit_ : *wall <= *limit_))) {
      gave_up_ = true;
      reached_ = *limit_;
      break;
    }
    if (!wall) break;
    pass<kDirection>(*wall);
    reached_ = *wall;
    const std::int64_t utc = clock_.utc_of(*wall);
    const auto excluded = is_excluded<kDirection>(*wall);
    const auto again = excluded == false ? falls_on_another(*wall, utc) : false;
    gave_up_ = !excluded || !again;
    if (!gave_up_ && !*excluded && !*again) return Item{*wall, utc};
  }
  return std::nullopt;
}

std::optional<SetWalk::Item> SetWalk::next() { return take<Direction::forward>(); }
std::optional<SetWalk::Item> SetWalk::previous() { return take<Direction::backward>(); }

}  // namespace v1
}  // namespace fasti
