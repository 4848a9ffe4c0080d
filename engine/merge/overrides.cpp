#include "engine/merge/overrides.hpp"

#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace merge {
namespace {

struct Timing {
  std::optional<Span> when;
  std::optional<Recurrence> recurrence;
};

Timing timing_of(const Kind& kind, const Record& record) {
  Timing timing;
  for (const FieldDef& field : kind.fields) {
    const Value* value = record.find(field.name);
    if (!value) continue;
    if (const Span* span = std::get_if<Span>(value); span && !timing.when) timing.when = *span;
    if (const Recurrence* rule = std::get_if<Recurrence>(value); rule && !timing.recurrence) timing.recurrence = *rule;
  }
  return timing;
}

std::optional<std::string> shifted(const std::string& key, std::chrono::seconds shift, bool all_day) {
  if (all_day) {
    auto day = parse_date(key);
    if (!day || shift % std::chrono::days(1) != std::chrono::seconds(0)) return std::nullopt;
    return iso_date(*day + std::chrono::duration_cast<std::chrono::days>(shift));
  }
  auto time = parse_time(key);
  if (!time) return std::nullopt;
  return iso_time(*time + shift);
}

}  // namespace

void rekey_overrides(const Input& input, Output& out) {
  Timing before = timing_of(*input.kind, input.local);
  Timing after = timing_of(*input.kind, out.merged);
  if (!before.when || !after.when || !before.recurrence || !after.recurrence) return;
  if (before.when->kind != after.when->kind || before.when->start == after.when->start) return;
  std::chrono::seconds shift = after.when->start - before.when->start;
  bool all_day = after.when->kind == SpanKind::all_day;
  // Overrides that came with the new timing already carry new keys; only those the record had before move. One that
  // the provider dropped with the move is a consequence of it and moves as well.
  Fields moved;
  for (auto it = out.merged.fields.begin(); it != out.merged.fields.end();) {
    std::string part = path_part(it->first);
    if (part.empty() || !input.local.fields.count(it->first)) {
      ++it;
      continue;
    }
    it = out.merged.fields.erase(it);
  }
  for (const auto& [path, value] : input.local.fields) {
    std::string part = path_part(path);
    if (part.empty()) continue;
    auto key = shifted(part, shift, all_day);
    moved.emplace(make_path(path_name(path), key.value_or(part)), value);
  }
  for (auto& [path, value] : moved) out.merged.fields.emplace(path, std::move(value));
}

}  // namespace merge
}  // namespace v1
}  // namespace fasti
