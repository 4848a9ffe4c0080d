#include "engine/sync/split.hpp"

#include <algorithm>

#include "engine/merge/timing.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {
namespace {

using merge::Timing;

bool from_the_cut(const std::string& path, LocalSeconds cut) {
  const auto key = merge::key_time(path_part(path));
  return key && *key >= cut;
}

/// Cheap, for every record of every run: a rule that is there and differs from the base.
bool rule_changed(const store::Link& link) {
  return std::any_of(link.seen.begin(), link.seen.end(), [&](const auto& property) {
    if (!path_part(property.first).empty() || !std::holds_alternative<Recurrence>(property.second)) return false;
    auto base = link.stored.find(property.first);
    return base != link.stored.end() && !(base->second == property.second);
  });
}

bool may_be_cut_in(Run& run, const store::Link& link) {
  const TargetRun* target = run.find(link.target);
  const bool known = link.state == store::LinkState::live && link.base_present && link.seen_present;
  return target && known && target->from_remote() && rule_changed(link);
}

Fields decoded(const TargetRun& target, const Case& c, const Properties& properties) {
  return target.target->mapping->decode(properties, &c.row.record, *target.references, true).fields;
}

/// The new record that goes on where this series was cut, on that day.
Case* continuation(Cases& cases, const Case& c, const std::string& target, LocalSeconds cut) {
  for (Case& other : cases.all) {
    if (other.row.record.revision != 0 || other.kind != c.kind || other.origin != target) continue;
    const Timing timing = merge::timing_of(*other.kind, other.row.record.fields);
    if (!timing.when || !timing.recurrence) continue;
    if (std::chrono::floor<std::chrono::days>(timing.when->start) == std::chrono::floor<std::chrono::days>(cut)) {
      return &other;
    }
  }
  return nullptr;
}

/// What other sides have edited since, and what the record has of the later occurrences, goes into the new series.
void hand_over(Run& run, const Case& from, LocalSeconds cut, Case& to) {
  const Timing timing = merge::timing_of(*to.kind, to.row.record.fields);
  const auto shift = timing.when->start - cut;
  const bool all_day = timing.when->kind == SpanKind::all_day;
  const auto moved = [&](const std::string& path) {
    const auto key = merge::shifted_key(path_part(path), shift, all_day);
    return make_path(path_name(path), key.value_or(path_part(path)));
  };
  const Fields shown = to.row.record.fields;
  Fields& fields = to.row.record.fields;
  for (const auto& [path, value] : from.row.record.fields) {
    if (from_the_cut(path, cut)) fields.emplace(moved(path), value);
  }
  for (const store::Link& link : from.links) {
    TargetRun& target = *run.find(link.target);
    if (link.target == to.origin || link.state != store::LinkState::live || !link.seen_present || !link.base_present) {
      continue;
    }
    const Fields base = decoded(target, from, link.stored);
    for (const auto& [path, value] : decoded(target, from, link.seen)) {
      auto was = base.find(path);
      if (!value || !from_the_cut(path, cut) || (was != base.end() && was->second == value)) continue;
      if (!shown.count(moved(path))) fields[moved(path)] = value;
    }
  }
}

void split_one(Run& run, Cases& cases, Case& c, const store::Link& link) {
  TargetRun& target = *run.find(link.target);
  const auto before = merge::timing_of(*c.kind, decoded(target, c, link.stored));
  const auto after = merge::timing_of(*c.kind, decoded(target, c, link.seen));
  const auto cut = merge::cut_of(before, after);
  if (!cut) return;
  const std::string label = label_of(*c.kind, c.row.record);
  if (Case* next = continuation(cases, c, link.target, *cut)) {
    hand_over(run, c, *cut, *next);
    c.cut = cut;
    run.report.notes.push_back(label + ": split at " + iso_date(std::chrono::floor<std::chrono::days>(*cut)) + " in " +
                               link.target + "; what follows is record " + next->id());
  } else if (!target.whole) {
    c.left_out = c.waits = true;
    run.report.notes.push_back(label + ": was cut short in " + link.target +
                               "; carried once all of it is read, for it may go on as another series");
  }
}

}  // namespace

bool may_be_cut(Run& run, const Case& c) {
  return c.row.record.revision != 0 && !c.row.record.deleted &&
         std::any_of(c.links.begin(), c.links.end(), [&](const store::Link& link) { return may_be_cut_in(run, link); });
}

void split_series(Run& run, Cases& cases) {
  for (Case& c : cases.all) {
    if (c.row.record.revision == 0 || c.row.record.deleted) continue;
    for (const store::Link& link : c.links) {
      if (!may_be_cut_in(run, link)) continue;
      split_one(run, cases, c, link);
      if (c.cut || c.left_out) break;
    }
  }
}

void leave_to_the_next_series(LocalSeconds cut, merge::Output& out) {
  std::erase_if(out.merged.fields, [&](const auto& field) { return from_the_cut(field.first, cut); });
  std::erase_if(out.taken_from, [&](const auto& field) { return from_the_cut(field.first, cut); });
  const auto later = [&](const merge::Unit& unit) { return from_the_cut(unit.path(), cut); };
  std::erase_if(out.frozen, later);
  // Taken over there, so that here it is taken out everywhere, also where it was typed.
  for (auto& agreed : out.agreed) std::erase_if(agreed, later);
  std::erase_if(out.conflicts,
                [&](const merge::Conflict& conflict) { return from_the_cut(conflict.unit.path(), cut); });
}

}  // namespace sync
}  // namespace v1
}  // namespace fasti
