#include "engine/merge/timing.hpp"

#include <algorithm>

#include "engine/model/time_text.hpp"
#include "engine/time/rule.hpp"
#include "engine/time/series.hpp"

namespace fasti {
inline namespace v1 {
namespace merge {
namespace {

/// The same rule, wherever it ends.
bool same_but_for_the_end(const std::string& a, const std::string& b) {
  auto x = parse_rule(a);
  auto y = parse_rule(b);
  if (!x || !y) return false;
  x->count = y->count = std::nullopt;
  x->until = y->until = std::nullopt;
  return *x == *y;
}

std::optional<Series> series_of(const Timing& timing) {
  if (!timing.when || !timing.recurrence) return std::nullopt;
  auto series = Series::make({timing.when, *timing.recurrence, {}, SeriesLength::exact});
  return series ? std::optional<Series>(std::move(*series)) : std::nullopt;
}

}  // namespace

Timing timing_of(const Kind& kind, const Fields& fields) {
  Timing timing;
  for (const FieldDef& field : kind.fields) {
    auto it = fields.find(field.name);
    if (it == fields.end() || !it->second) continue;
    if (const Span* span = std::get_if<Span>(&*it->second); span && !timing.when) timing.when = *span;
    const Recurrence* rule = std::get_if<Recurrence>(&*it->second);
    if (rule && !timing.recurrence) timing.recurrence = *rule;
  }
  return timing;
}

std::optional<LocalSeconds> key_time(const std::string& key) {
  if (auto time = parse_time(key)) return time;
  if (auto day = parse_date(key)) return LocalSeconds(*day);
  return std::nullopt;
}

std::optional<std::string> shifted_key(const std::string& key, std::chrono::seconds shift, bool all_day) {
  if (all_day) {
    auto day = parse_date(key);
    if (!day || shift % std::chrono::days(1) != std::chrono::seconds(0)) return std::nullopt;
    return iso_date(*day + std::chrono::duration_cast<std::chrono::days>(shift));
  }
  auto time = parse_time(key);
  if (!time) return std::nullopt;
  return iso_time(*time + shift);
}

bool has_occurrence(const Timing& timing, const std::string& key) {
  const auto series = series_of(timing);
  const auto time = key_time(key);
  if (!series || !time) return true;
  // No zone is further from UTC than this.
  const auto about = std::chrono::sys_seconds(time->time_since_epoch());
  const auto around = series->expand({about - std::chrono::hours(36), about + std::chrono::hours(36)});
  if (!around) return true;
  return std::any_of(around->begin(), around->end(), [&](const Occurrence& one) { return one.key == *time; });
}

std::optional<LocalSeconds> cut_of(const Timing& before, const Timing& after) {
  if (!before.when || !after.when || !before.recurrence || !after.recurrence) return std::nullopt;
  const auto& was = before.recurrence->rules;
  const auto& is = after.recurrence->rules;
  if (was.size() != 1 || is.size() != 1 || was == is || !same_but_for_the_end(was[0], is[0])) {
    return std::nullopt;
  }
  if (before.when->kind != after.when->kind || before.when->start != after.when->start) return std::nullopt;
  const auto longer = series_of(before);
  const auto shorter = series_of(after);
  if (!longer || !shorter) return std::nullopt;
  const auto last = shorter->previous(std::chrono::sys_days(std::chrono::year(9999) / 12 / 30));
  if (!last || last->gave_up || !last->occurrence) return std::nullopt;
  const auto next = longer->next(last->occurrence->utc_start);
  if (!next || !next->occurrence) return std::nullopt;
  return next->occurrence->key;
}

}  // namespace merge
}  // namespace v1
}  // namespace fasti
