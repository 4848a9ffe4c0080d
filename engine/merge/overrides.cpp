#include "engine/merge/overrides.hpp"

#include <algorithm>

#include "engine/merge/timing.hpp"

namespace fasti {
inline namespace v1 {
namespace merge {
namespace {

/// Where an override of the old series stands in the new one: moved with it, or still there under its own key.
std::optional<std::string> new_key(const Timing& before, const Timing& after, const std::string& key) {
  const bool all_day = after.when->kind == SpanKind::all_day;
  const auto shifted = shifted_key(key, after.when->start - before.when->start, all_day);
  if (shifted && has_occurrence(after, *shifted)) return shifted;
  // An excluded date is a person's cancellation, which the override does not outlive anywhere.
  const auto& excluded = after.recurrence->exdates;
  if (std::count(excluded.begin(), excluded.end(), key) != 0 || has_occurrence(after, key)) return key;
  return std::nullopt;
}

/// Its occurrence is no more, and nobody cancelled it: what it said is kept in the conflict log.
void keep_orphan(const Input& input, const std::string& path, const std::optional<Value>& value, Output& out) {
  Conflict conflict;
  conflict.unit = {input.kind->group_of(path_name(path)), path_part(path)};
  conflict.field = path;
  conflict.base = conflict.local = value;
  conflict.strategy = "orphan_override";
  conflict.winner = "local";
  for (const auto& [taken, from] : out.taken_from) {
    if (path_part(taken).empty()) conflict.winner = input.remotes[from].target;
  }
  conflict.losers = {"local"};
  out.conflicts.push_back(std::move(conflict));
}

}  // namespace

void rekey_overrides(const Input& input, Output& out) {
  const Timing before = timing_of(*input.kind, input.local.fields);
  const Timing after = timing_of(*input.kind, out.merged.fields);
  if (!before.when || !after.when || !before.recurrence || !after.recurrence) return;
  if (before.when->kind != after.when->kind || before == after) return;
  // Overrides that came with the new timing already carry new keys; only those the record had before move. One that
  // the provider dropped with the move is a consequence of it and moves as well.
  for (auto it = out.merged.fields.begin(); it != out.merged.fields.end();) {
    const bool moves = !path_part(it->first).empty() && input.local.fields.count(it->first) != 0;
    it = moves ? out.merged.fields.erase(it) : std::next(it);
  }
  std::map<std::string, std::optional<std::string>> keys;
  for (const auto& [path, value] : input.local.fields) {
    const std::string part = path_part(path);
    if (part.empty()) continue;
    if (!keys.count(part)) keys[part] = new_key(before, after, part);
    if (keys[part]) {
      out.merged.fields.emplace(make_path(path_name(path), *keys[part]), value);
    } else {
      keep_orphan(input, path, value, out);
    }
  }
}

}  // namespace merge
}  // namespace v1
}  // namespace fasti
