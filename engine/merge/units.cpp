#include "engine/merge/units.hpp"

#include <algorithm>

namespace fasti {
inline namespace v1 {
namespace merge {
namespace {

const Value* find(const Properties& properties, const std::string& path) {
  auto it = properties.find(path);
  return it == properties.end() ? nullptr : &it->second;
}

/// Kind::group_of without a copy: this is asked for every field of every merge.
bool in_group(const Kind& kind, const std::string& field, const std::string& group) {
  const FieldDef* def = kind.find(field);
  return (def && !def->group.empty() ? def->group : field) == group;
}

std::vector<std::string> fields_of(const Kind& kind, const std::string& group) {
  std::vector<std::string> names;
  for (const FieldDef& field : kind.fields) {
    if ((field.group.empty() ? field.name : field.group) == group) names.push_back(field.name);
  }
  return names;
}

void add_parts(std::set<std::string>& parts, const Properties& properties) {
  for (const auto& [path, value] : properties) parts.insert(path_part(path));
}

/// What the remote's seen values are when this record is written to it: agreement in the provider's own form.
bool encodes_to_seen(const Input& input, const Remote& remote, const Unit& unit, const Properties& encoded) {
  for (const UnitPath& path : paths_of(*input.kind, remote, unit)) {
    if (path.direction != Direction::to_remote && !same_at(encoded, remote.seen, path.path)) return false;
  }
  return true;
}

bool agrees(const Input& input, const Unit& unit, const Candidate& rich, const Candidate& other) {
  if (rich.value == other.value) return true;
  if (!other.remote) return false;
  const Remote& remote = input.remotes[*other.remote];
  return encodes_to_seen(input, remote, unit, remote.encode(with_value(input.local, rich.value)));
}

LocalStamp stamp_of(const Input& input, const UnitValue& value) {
  LocalStamp stamp{"local", "local", Instant{}, Instant{}, false};
  for (const auto& [path, unused] : value) {
    auto it = input.stamps.find(path);
    if (it != input.stamps.end() && it->second.until >= stamp.until) stamp = it->second;
  }
  return stamp;
}

}  // namespace

bool same_at(const Properties& a, const Properties& b, const std::string& path) {
  const Value* x = find(a, path);
  const Value* y = find(b, path);
  return x == nullptr || y == nullptr ? x == y : *x == *y;
}

std::set<Unit> units_of(const Input& input) {
  std::set<std::string> parts{""};
  for (const auto& [path, value] : input.local.fields) parts.insert(path_part(path));
  for (const Remote& remote : input.remotes) {
    add_parts(parts, remote.seen);
    add_parts(parts, remote.stored);
    add_parts(parts, remote.sent);
  }
  std::set<Unit> units;
  for (const FieldDef& field : input.kind->fields) {
    for (const std::string& part : parts) units.insert({input.kind->group_of(field.name), part});
  }
  return units;
}

std::vector<UnitPath> paths_of(const Kind& kind, const Remote& remote, const Unit& unit) {
  std::vector<UnitPath> paths;
  for (const Pairing& pairing : remote.pairings) {
    bool ours = std::any_of(pairing.fields.begin(), pairing.fields.end(),
                            [&](const std::string& field) { return in_group(kind, field, unit.field); });
    if (!ours) continue;
    for (const std::string& property : pairing.properties) {
      paths.push_back({make_path(property, unit.part), pairing.direction});
    }
  }
  return paths;
}

bool remote_changed(const Kind& kind, const Remote& remote, const Unit& unit) {
  if (!remote.seen_present) return false;
  for (const UnitPath& path : paths_of(kind, remote, unit)) {
    if (path.direction != Direction::to_remote && !same_at(remote.seen, remote.stored, path.path)) return true;
  }
  return false;
}

bool changed_against_direction(const Kind& kind, const Remote& remote, const Unit& unit) {
  if (!remote.seen_present || !remote.base_present) return false;
  for (const UnitPath& path : paths_of(kind, remote, unit)) {
    if (path.direction == Direction::to_remote && !same_at(remote.seen, remote.stored, path.path)) return true;
  }
  return false;
}

bool local_changed(const Kind& kind, const Remote& remote, const Unit& unit) {
  for (const UnitPath& path : paths_of(kind, remote, unit)) {
    if (path.direction != Direction::from_remote && !same_at(remote.encoded, remote.sent, path.path)) return true;
  }
  return false;
}

UnitValue local_value(const Input& input, const Unit& unit) {
  UnitValue value;
  for (const std::string& field : fields_of(*input.kind, unit.field)) {
    std::string path = make_path(field, unit.part);
    const Value* set = input.local.find(path);
    value[path] = set ? std::optional<Value>(*set) : std::nullopt;
  }
  return value;
}

UnitValue remote_value(const Input& input, const Remote& remote, const Unit& unit) {
  UnitValue value = local_value(input, unit);
  for (const Pairing& pairing : remote.pairings) {
    if (pairing.direction == Direction::to_remote) continue;
    bool touched = false;
    for (const std::string& property : pairing.properties) {
      std::string path = make_path(property, unit.part);
      touched |= !same_at(remote.seen, remote.stored, path) || !same_at(remote.encoded, remote.sent, path);
    }
    if (!touched) continue;
    for (const std::string& field : pairing.fields) {
      std::string path = make_path(field, unit.part);
      if (!value.count(path)) continue;
      auto it = remote.decoded.find(path);
      bool has = it != remote.decoded.end() && it->second;
      // Without a base, empty never beats a value (rule 17).
      if (has || remote.base_present) value[path] = has ? it->second : std::nullopt;
    }
  }
  return value;
}

Record with_value(const Record& record, const UnitValue& value) {
  Record result = record;
  for (const auto& [path, field] : value) {
    if (field) {
      result.fields[path] = field;
    } else if (path_part(path).empty() && result.fields.count(path)) {
      result.fields[path] = std::nullopt;
    } else {
      result.fields.erase(path);
    }
  }
  return result;
}

std::vector<Cluster> contenders(const Input& input, const Unit& unit) {
  std::vector<Candidate> candidates;
  bool on_top_of_local = false;
  for (std::size_t i = 0; i < input.remotes.size(); ++i) {
    const Remote& remote = input.remotes[i];
    if (!remote_changed(*input.kind, remote, unit)) continue;
    // encode(local) = sent there: that edit was made with the local value in sight (rule 6). And what was deleted here
    // does not contend with what came back to life there (rule 18).
    const bool undelete = input.local.deleted && !remote.base_present;
    if (undelete || !local_changed(*input.kind, remote, unit)) on_top_of_local = true;
    candidates.push_back({i, remote_value(input, remote, unit), remote.seen_after, remote.seen_until});
  }
  if (candidates.empty()) return {};
  std::vector<Cluster> clusters;
  UnitValue mine = local_value(input, unit);
  const LocalStamp stamp = stamp_of(input, mine);
  // Nobody chose the instants that a change of the zone data gave to a value.
  if (!on_top_of_local && !stamp.re_anchored) clusters.push_back({{std::nullopt, mine, stamp.after, stamp.until}});
  for (Candidate& candidate : candidates) {
    bool placed = false;
    for (Cluster& cluster : clusters) {
      if (agrees(input, unit, cluster.front(), candidate)) {
        cluster.push_back(candidate);
        placed = true;
      } else if (agrees(input, unit, candidate, cluster.front())) {
        cluster.insert(cluster.begin(), candidate);
        placed = true;
      }
      if (placed) break;
    }
    if (!placed) clusters.push_back({candidate});
  }
  return clusters;
}

}  // namespace merge
}  // namespace v1
}  // namespace fasti
