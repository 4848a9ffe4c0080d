#include "engine/time/series.hpp"

#include <algorithm>
#include <limits>

#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/occurrence_set.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace {

using civil::kDay;
using std::chrono::seconds;
using std::chrono::sys_seconds;

std::int64_t count_of(LocalSeconds wall) { return wall.time_since_epoch().count(); }
std::int64_t count_of(sys_seconds utc) { return utc.time_since_epoch().count(); }
LocalSeconds wall_at(std::int64_t count) { return LocalSeconds(seconds(count)); }
sys_seconds utc_at(std::int64_t count) { return sys_seconds(seconds(count)); }

/// Beyond the years that a text can say there is nothing, and the arithmetic of years ends somewhere.
sys_seconds in_calendar(sys_seconds at) {
  constexpr sys_seconds kFirst{std::chrono::sys_days(std::chrono::year(-1) / 1 / 1)};
  constexpr sys_seconds kLast{std::chrono::sys_days(std::chrono::year(10001) / 1 / 1)};
  return std::clamp(at, kFirst, kLast);
}

/// The occurrences from one key on have this timing: those of the series, or since a RANGE=THISANDFUTURE.
struct Segment {
  WallCount first = std::numeric_limits<WallCount>::min();
  std::int64_t shift = 0;  ///< start - key
  std::int64_t length = 0;
  SpanKind kind = SpanKind::floating;
  int override_index = -1;
  bool cancelled = false;
};

/// An override as the occurrence that it replaces.
struct Single {
  std::int64_t utc = 0;  ///< of its key: equal for all ways to write one key
  WallCount wall = 0;
  int override_index = 0;
  SetPlace place = SetPlace::between;
};

const Zone* zone_of(const Span& span) { return span.kind == SpanKind::zoned ? find_zone(span.zone) : nullptr; }

std::int64_t length_of(const Span& span, SeriesLength length) {
  const std::int64_t nominal = count_of(span.end) - count_of(span.start);
  if (span.kind != SpanKind::zoned || length == SeriesLength::nominal) return std::max<std::int64_t>(nominal, 0);
  ZoneClock clock(zone_of(span));
  const std::int64_t start = clock.utc_of(count_of(span.start));
  return std::max<std::int64_t>(clock.utc_of(count_of(span.end)) - start, 0);
}

}  // namespace

struct Series::Body {
  SeriesInput input;
  std::optional<OccurrenceSet> set;
  const Zone* zone = nullptr;
  std::vector<Segment> segments;
  std::vector<Single> singles;  ///< sorted by utc
  std::int64_t longest = 0;

  Status add_set();
  Status add_overrides();
  Status add_future(const SeriesOverride& change, WallCount key, int index);
  WallCount key_wall(const SeriesOverride& change, Steps& steps) const;
  void add_singles(std::vector<Single> found, Steps& steps);
  const Single* find_single(std::int64_t utc) const {
    if (singles.empty()) return nullptr;
    auto it = std::lower_bound(singles.begin(), singles.end(), utc,
                               [](const Single& single, std::int64_t at) { return single.utc < at; });
    return it != singles.end() && it->utc == utc ? &*it : nullptr;
  }
  const Segment& segment_of(WallCount key) const {
    auto it = std::upper_bound(segments.begin(), segments.end(), key,
                               [](WallCount at, const Segment& segment) { return at < segment.first; });
    return *(it - 1);
  }
  WallCount end_of(std::size_t segment) const {
    return segment + 1 < segments.size() ? segments[segment + 1].first : std::numeric_limits<WallCount>::max();
  }
};

namespace {

/// One question to a series: its clocks, its budget, and items of the set as occurrences.
class Question {
 public:
  Question(const Series::Body& body, const Window& window, const Zone* zone)
      : body_(&body), window_(&window), zone_clock_(body.zone), window_clock_(zone), steps_(window.steps) {}

  Steps& steps() { return steps_; }
  /// Where the series' own times are placed: its zone, or the window's.
  ZoneClock& clock() { return body_->zone ? zone_clock_ : window_clock_; }
  Occurrence make(const SetWalk::Item& item, const Segment& segment);
  Occurrence make(const SeriesOverride& change, int index);
  /// nullopt: cancelled, or nothing generates it.
  std::optional<Occurrence> make(const Single& single);
  /// All overrides that are occurrences, in order of their keys.
  std::vector<Occurrence> singles();
  bool is_in_window(const Occurrence& occurrence) const;
  Error spent(WallCount reached, bool empty) const;

 private:
  void place(Occurrence& occurrence, std::int64_t wall, std::int64_t length, ZoneClock& clock);

  const Series::Body* body_;
  const Window* window_;
  ZoneClock zone_clock_;
  ZoneClock window_clock_;
  Steps steps_;
};

void Question::place(Occurrence& occurrence, std::int64_t wall, std::int64_t length, ZoneClock& clock) {
  const bool zoned = occurrence.kind == SpanKind::zoned;
  const std::int64_t start = clock.utc_of(wall);
  const bool exact = zoned && body_->input.length == SeriesLength::exact;
  const std::int64_t end = exact ? start + length : clock.utc_of(wall + length);
  occurrence.utc_start = utc_at(start);
  occurrence.utc_end = utc_at(std::max(start, end));
  // Floating and all-day times are what they say; a zoned one in a gap is read as a later one.
  occurrence.start = wall_at(zoned ? clock.wall_of(start) : wall);
  occurrence.end = wall_at(zoned ? clock.wall_of(end) : wall + length);
}

Occurrence Question::make(const SetWalk::Item& item, const Segment& segment) {
  Occurrence out;
  out.key = wall_at(item.wall);
  out.kind = segment.kind;
  out.override_index = segment.override_index;
  std::int64_t length = segment.length;
  if (segment.override_index < 0) {
    if (const auto own_end = body_->set->own_end(item.wall)) {
      ZoneClock& zone = clock();
      length = body_->input.length == SeriesLength::exact ? zone.utc_of(*own_end) - zone.utc_of(item.wall)
                                                          : *own_end - item.wall;
    }
  }
  place(out, item.wall + segment.shift, length, out.kind == SpanKind::zoned ? clock() : window_clock_);
  return out;
}

Occurrence Question::make(const SeriesOverride& change, int index) {
  Occurrence out;
  const Span& span = *change.span;
  out.kind = span.kind;
  out.override_index = index;
  out.own_zone = span.kind == SpanKind::zoned;
  ZoneClock own(zone_of(span));
  place(out, count_of(span.start), length_of(span, body_->input.length), out.own_zone ? own : window_clock_);
  return out;
}

std::optional<Occurrence> Question::make(const Single& single) {
  const SeriesOverride& change = body_->input.overrides[static_cast<std::size_t>(single.override_index)];
  const bool gone = single.place == SetPlace::excluded || single.place == SetPlace::after_end;
  if (change.cancelled || gone) return std::nullopt;
  Occurrence out;
  if (change.span) {
    out = make(change, single.override_index);
  } else {
    if (single.place != SetPlace::generated) return std::nullopt;
    const Segment& segment = body_->segment_of(single.wall);
    if (segment.cancelled) return std::nullopt;
    out = make(SetWalk::Item{single.wall, single.utc}, segment);
  }
  out.key = wall_at(single.wall);
  out.override_index = single.override_index;
  return out;
}

std::vector<Occurrence> Question::singles() {
  std::vector<Occurrence> out;
  for (const Single& single : body_->singles)
    if (const auto occurrence = make(single)) out.push_back(*occurrence);
  return out;
}

bool Question::is_in_window(const Occurrence& occurrence) const {
  if (occurrence.utc_start >= window_->to) return false;
  if (occurrence.utc_start >= window_->from) return true;
  return window_->select == WindowSelect::overlapping && occurrence.utc_end > window_->from;
}

Error Question::spent(WallCount reached, bool empty) const {
  const std::string limit = " (" + std::to_string(steps_.allowed()) + " steps of work, the limit)";
  const std::string until = iso_time(wall_at(reached));
  return {
      ErrorKind::bad_input,
      empty ? "no occurrence up to " + until + limit : "too many occurrences for one answer: up to " + until + limit,
      "", "ask for a shorter window", std::nullopt};
}

/// The clock of a window's zone; unknown zones are errors.
Result<Question> ask(const Series::Body& body, const Window& window) {
  const Zone* zone = nullptr;
  if (window.zone != "UTC") {
    zone = find_zone(window.zone);
    if (!zone) return unknown_zone(window.zone);
  }
  return Question(body, window, zone);
}

bool is_sooner(const Occurrence& a, const Occurrence& b) {
  return a.utc_start != b.utc_start ? a.utc_start < b.utc_start : a.key < b.key;
}

}  // namespace

Status Series::Body::add_set() {
  if (!input.span) return {};
  const Span& span = *input.span;
  FASTI_TRY(set, OccurrenceSet::make(input.recurrence, span));
  zone = set->zone();
  Segment segment;
  segment.kind = span.kind;
  segment.length = length_of(span, input.length);
  segments.push_back(segment);
  longest = segment.length;
  for (const std::string& date : input.recurrence.rdates) {
    const auto at = parse_time(std::string_view(date).substr(0, date.find('/')));
    const auto end = at ? set->own_end(count_of(*at)) : std::nullopt;
    if (end) longest = std::max(longest, *end - count_of(*at));
  }
  return {};
}

/// A key that is a date names the occurrence of that day, else the time of the series on it.
WallCount Series::Body::key_wall(const SeriesOverride& change, Steps& steps) const {
  const WallCount key = count_of(change.key);
  if (!set || !input.span || input.span->kind == SpanKind::all_day) return key;
  if (!change.key_is_date) return key;
  SetWalk walk(*set, steps);
  walk.seek(key);
  const auto item = walk.next();
  if (item && item->wall < key + kDay) return item->wall;
  const WallCount start = count_of(input.span->start);
  return key + start - civil::floor_div(start, kDay) * kDay;
}

Status Series::Body::add_future(const SeriesOverride& change, WallCount key, int index) {
  Segment segment = segment_of(key);
  segment.first = key;
  segment.override_index = index;
  segment.cancelled = change.cancelled;
  if (change.span) {
    Span span = *change.span;
    if (span.kind == SpanKind::zoned && input.span->kind == SpanKind::zoned) {
      FASTI_TRY(span, in_zone(span, input.span->zone));
    }
    segment.kind = span.kind == SpanKind::zoned && !zone ? SpanKind::floating : span.kind;
    segment.shift = count_of(span.start) - key;
    segment.length = length_of(*change.span, input.length);
  }
  // They come in the order of their keys, but for a date among times.
  const auto it = std::lower_bound(segments.begin(), segments.end(), key,
                                   [](const Segment& other, WallCount at) { return other.first < at; });
  if (it != segments.end() && it->first == key)
    *it = segment;
  else
    segments.insert(it, segment);
  return {};
}

/// The later one of two for one occurrence counts.
void Series::Body::add_singles(std::vector<Single> found, Steps& steps) {
  std::stable_sort(found.begin(), found.end(), [](const Single& a, const Single& b) { return a.utc < b.utc; });
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i + 1 < found.size() && found[i + 1].utc == found[i].utc) continue;
    // Where the work is too much to know, an override is shown: somebody wrote it.
    if (set) found[i].place = set->place_of(found[i].wall, steps).value_or(SetPlace::between);
    singles.push_back(found[i]);
  }
}

Status Series::Body::add_overrides() {
  ZoneClock clock(zone);
  Steps steps;
  std::vector<std::size_t> order(input.overrides.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return input.overrides[a].key < input.overrides[b].key; });
  std::vector<Single> found;
  for (std::size_t i : order) {
    const SeriesOverride& change = input.overrides[i];
    if (change.span) {
      longest = std::max(longest, length_of(*change.span, input.length));
      if (change.span->kind == SpanKind::zoned && !zone_of(*change.span)) return unknown_zone(change.span->zone);
    }
    const WallCount key = key_wall(change, steps);
    const auto index = static_cast<int>(i);
    if (change.and_future && set) FASTI_CHECK(add_future(change, key, index));
    found.push_back({clock.utc_of(key), key, index, SetPlace::between});
  }
  add_singles(std::move(found), steps);
  return {};
}

Result<Series> Series::make(SeriesInput input) {
  auto body = std::make_shared<Body>();
  body->input = std::move(input);
  FASTI_CHECK(body->add_set());
  FASTI_CHECK(body->add_overrides());
  return Series(std::move(body));
}

Result<std::vector<Occurrence>> Series::expand(const Window& asked) const {
  Window window = asked;
  window.from = in_calendar(window.from);
  window.to = in_calendar(window.to);
  FASTI_TRY(Question question, ask(*body_, window));
  std::vector<Occurrence> out = question.singles();
  std::erase_if(out, [&](const Occurrence& occurrence) { return !question.is_in_window(occurrence); });
  if (!body_->set || window.from >= window.to) return out;
  ZoneClock& clock = question.clock();
  WallCount low = clock.wall_of(count_of(window.from));
  if (!clock.is_calm(count_of(window.from))) low -= kDay;
  WallCount high = clock.wall_of(count_of(window.to));
  if (!clock.is_calm(count_of(window.to))) high += kDay;
  if (window.select == WindowSelect::overlapping) low -= body_->longest + kDay;
  SetWalk walk(*body_->set, question.steps());
  for (std::size_t i = 0; i < body_->segments.size(); ++i) {
    const Segment& segment = body_->segments[i];
    const WallCount end = std::min(body_->end_of(i), high - segment.shift);
    const WallCount begin = std::max(segment.first, low - segment.shift);
    if (segment.cancelled || begin >= end) continue;
    walk.seek(begin);
    for (auto item = walk.next(); item && item->wall < end; item = walk.next()) {
      if (body_->find_single(item->utc)) continue;
      const Occurrence occurrence = question.make(*item, segment);
      if (question.is_in_window(occurrence)) out.push_back(occurrence);
    }
    if (walk.gave_up() && walk.reached() < end) return question.spent(walk.reached(), out.empty());
  }
  if (!std::is_sorted(out.begin(), out.end(), is_sooner)) std::sort(out.begin(), out.end(), is_sooner);
  return out;
}

namespace {

/// The nearest start on one side of an instant.
template <Direction kDirection>
class Search {
 public:
  Search(const Series::Body& body, Question& question, sys_seconds at, const OccurrenceSet& set)
      : body_(&body), question_(&question), at_(at), walk_(set, question.steps()) {}

  void offer(const Occurrence& occurrence) {
    if (!is_beyond(occurrence)) return;
    if (!found_.occurrence || is_sooner(occurrence, *found_.occurrence) == kForward) found_.occurrence = occurrence;
  }
  void look_in(std::size_t index);
  Found result();

 private:
  static constexpr bool kForward = kDirection == Direction::forward;
  bool is_beyond(const Occurrence& occurrence) const {
    return kForward ? occurrence.utc_start > at_ : occurrence.utc_start < at_;
  }
  /// Walls and instants have one order but for a day around a change of the offset.
  bool is_settled(const Occurrence& last) const {
    if (!found_.occurrence) return false;
    const seconds further =
        kForward ? last.utc_start - found_.occurrence->utc_start : found_.occurrence->utc_start - last.utc_start;
    return further > std::chrono::days(1) ||
           (further >= seconds(0) && question_->clock().is_calm(count_of(found_.occurrence->utc_start)));
  }

  const Series::Body* body_;
  Question* question_;
  sys_seconds at_;
  SetWalk walk_;
  Found found_;
};

template <Direction kDirection>
void Search<kDirection>::look_in(std::size_t index) {
  const Segment& segment = body_->segments[index];
  if (segment.cancelled) return;
  const std::int64_t slack = question_->clock().is_calm(count_of(at_)) ? 0 : kDay;
  const WallCount at = question_->clock().wall_of(count_of(at_)) - segment.shift;
  if (kForward)
    walk_.seek(std::max(segment.first, at - slack));
  else
    walk_.seek_back(std::min(body_->end_of(index), at + slack + 1));
  while (const auto item = kForward ? walk_.next() : walk_.previous()) {
    if (kForward ? item->wall >= body_->end_of(index) : item->wall < segment.first) break;
    if (body_->find_single(item->utc)) continue;
    const Occurrence occurrence = question_->make(*item, segment);
    offer(occurrence);
    if (is_settled(occurrence)) break;
  }
  if (!walk_.gave_up()) return;
  found_.gave_up = true;
  found_.searched_to = wall_at(walk_.reached());
}

template <Direction kDirection>
Found Search<kDirection>::result() {
  if (!found_.gave_up || !found_.occurrence) return found_;
  // Something nearer could stand beyond what was searched.
  const sys_seconds reached = utc_at(question_->clock().utc_of(count_of(found_.searched_to)));
  const seconds margin = std::chrono::days(1);
  if (kForward ? found_.occurrence->utc_start + margin < reached : found_.occurrence->utc_start - margin > reached)
    found_.gave_up = false;
  else
    found_.occurrence.reset();
  return found_;
}

template <Direction kDirection>
Result<Found> find_nearest(const Series::Body& body, sys_seconds at, const Window& limits) {
  at = in_calendar(at);
  FASTI_TRY(Question question, ask(body, limits));
  static const OccurrenceSet empty = *OccurrenceSet::make({}, Span{}, StartBelongs::if_generated);
  Search<kDirection> search(body, question, at, body.set ? *body.set : empty);
  for (const Occurrence& single : question.singles()) search.offer(single);
  for (std::size_t i = 0; i < body.segments.size(); ++i) search.look_in(i);
  return search.result();
}

}  // namespace

Result<Found> Series::next(sys_seconds after, const Window& limits) const {
  return find_nearest<Direction::forward>(*body_, after, limits);
}

Result<Found> Series::previous(sys_seconds before, const Window& limits) const {
  return find_nearest<Direction::backward>(*body_, before, limits);
}

Result<bool> Series::starts_at(sys_seconds instant, const Window& limits) const {
  FASTI_TRY(const Found found, next(in_calendar(instant) - seconds(1), limits));
  if (found.gave_up) return Question(*body_, limits, nullptr).spent(count_of(found.searched_to), true);
  return found.occurrence && found.occurrence->utc_start == instant;
}

Result<std::optional<std::int64_t>> Series::count(const Window& limits) const {
  FASTI_TRY(Question question, ask(*body_, limits));
  auto number = static_cast<std::int64_t>(question.singles().size());
  if (!body_->set) return std::optional(number);
  if (!body_->set->is_finite() && !body_->segments.back().cancelled) return std::optional<std::int64_t>();
  SetWalk walk(*body_->set, question.steps());
  for (std::size_t i = 0; i < body_->segments.size(); ++i) {
    const Segment& segment = body_->segments[i];
    if (segment.cancelled) continue;
    walk.seek(segment.first);
    for (auto item = walk.next(); item && item->wall < body_->end_of(i); item = walk.next())
      if (!body_->find_single(item->utc)) ++number;
    if (walk.gave_up()) return question.spent(walk.reached(), false);
  }
  return std::optional(number);
}

Span Series::span_of(const Occurrence& occurrence) const {
  Span span{occurrence.kind, occurrence.start, occurrence.end, ""};
  if (occurrence.kind != SpanKind::zoned) return span;
  span.zone = occurrence.own_zone ? overrides()[static_cast<std::size_t>(occurrence.override_index)].span->zone
                                  : body_->input.span->zone;
  return span;
}

const std::vector<SeriesOverride>& Series::overrides() const { return body_->input.overrides; }

}  // namespace v1
}  // namespace fasti
