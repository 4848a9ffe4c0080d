#include "engine/merge/settle.hpp"

#include <algorithm>
#include <exception>

namespace fasti {
inline namespace v1 {
namespace merge {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

LocalStamp author_of_local(const Input& input, const Candidate& candidate) {
  LocalStamp author{"local", "local", Instant{}, Instant{}, false};
  for (const auto& [path, unused] : candidate.value) {
    auto it = input.stamps.find(path);
    if (it != input.stamps.end() && it->second.until >= author.until) author = it->second;
  }
  return author;
}

/// A local value that came from a sync still speaks for that sync (rule 6).
bool speaks_for(const Input& input, const Candidate& candidate, const std::string& name) {
  if (candidate.remote) {
    const Remote& remote = input.remotes[*candidate.remote];
    return remote.sync == name || remote.target == name;
  }
  LocalStamp author = author_of_local(input, candidate);
  return author.sync == name || author.origin == name;
}

std::size_t find_side(const Input& input, const std::vector<Cluster>& clusters, const std::string& name) {
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    for (const Candidate& candidate : clusters[i]) {
      if (speaks_for(input, candidate, name)) return i;
    }
  }
  return kNone;
}

/// The declared priority: local, then the order of fasti.toml (rule 8).
std::size_t rank(const Candidate& candidate) { return candidate.remote ? *candidate.remote + 1 : 0; }

std::size_t latest(const std::vector<Cluster>& clusters) {
  std::size_t best = kNone;
  std::size_t best_rank = 0;
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    for (const Candidate& candidate : clusters[i]) {
      bool beaten = false;
      for (std::size_t j = 0; j < clusters.size(); ++j) {
        if (j == i) continue;
        for (const Candidate& other : clusters[j]) {
          beaten |= other.after >= candidate.until && candidate.after < other.until;
        }
      }
      if (!beaten && (best == kNone || rank(candidate) < best_rank)) {
        best = i;
        best_rank = rank(candidate);
      }
    }
  }
  return best == kNone ? 0 : best;
}

template <class Set>
Set merge_sets(const Set& base, const std::vector<Set>& sides) {
  Set result = base;
  for (const Set& side : sides) {
    for (const auto& item : base) {
      if (!side.count(item)) result.erase(item);
    }
  }
  for (const Set& side : sides) {
    for (const auto& item : side) {
      if (!base.count(item)) result.insert(item);
    }
  }
  return result;
}

template <class Set>
bool union_as(const std::optional<Value>& base, const std::vector<std::optional<Value>>& sides,
              std::optional<Value>& out) {
  Set from;
  if (base) {
    const Set* set = std::get_if<Set>(&*base);
    if (!set) return false;
    from = *set;
  }
  std::vector<Set> sets;
  for (const std::optional<Value>& side : sides) {
    const Set* set = side ? std::get_if<Set>(&*side) : nullptr;
    if (side && !set) return false;
    sets.push_back(set ? *set : Set{});
  }
  Set merged = merge_sets(from, sets);
  out = merged.empty() ? std::nullopt : std::optional<Value>(std::move(merged));
  return true;
}

Verdict settle_union(const Conflict& conflict, const std::vector<Cluster>& clusters, const std::string& path) {
  std::vector<std::optional<Value>> sides;
  for (const Cluster& cluster : clusters) {
    auto it = cluster.front().value.find(path);
    sides.push_back(it == cluster.front().value.end() ? std::nullopt : it->second);
  }
  std::optional<Value> merged;
  Verdict verdict;
  verdict.strategy = "union";
  if (union_as<Choices>(conflict.base, sides, merged) || union_as<References>(conflict.base, sides, merged) ||
      union_as<People>(conflict.base, sides, merged) || union_as<Reminders>(conflict.base, sides, merged)) {
    verdict.type = Verdict::Type::value;
    verdict.value = clusters.front().front().value;
    verdict.value[path] = merged;
  }
  return verdict;
}

Verdict settle_custom(const Input& input, const std::vector<Cluster>& clusters, const Conflict& conflict,
                      const Unit& unit, const std::string& name) {
  Verdict verdict;
  verdict.strategy = name;
  auto it = input.strategies ? input.strategies->find(name) : std::map<std::string, Strategy>::const_iterator{};
  if (!input.strategies || it == input.strategies->end()) return verdict;
  ConflictView view{conflict.unit.path(), input.local.id, conflict.field, conflict.base, {}};
  view.kind = input.kind->name;
  for (const Cluster& cluster : clusters) {
    for (const Candidate& candidate : cluster) {
      auto value = candidate.value.find(make_path(path_name(conflict.field), unit.part));
      view.contenders.push_back({side_name(input, candidate),
                                 value == candidate.value.end() ? std::nullopt : value->second, candidate.after,
                                 candidate.until});
    }
  }
  Settlement answer;
  try {
    answer = it->second(view);
  } catch (const std::exception&) {
    return verdict;
  }
  if (answer.value) {
    verdict.type = Verdict::Type::value;
    verdict.value = clusters.front().front().value;
    verdict.value[make_path(path_name(conflict.field), unit.part)] = answer.value;
  } else if (answer.side) {
    for (std::size_t i = 0; i < clusters.size(); ++i) {
      for (const Candidate& candidate : clusters[i]) {
        if (side_name(input, candidate) != *answer.side) continue;
        verdict.type = Verdict::Type::cluster;
        verdict.cluster = i;
      }
    }
  }
  return verdict;
}

}  // namespace

std::string side_name(const Input& input, const Candidate& candidate) {
  return candidate.remote ? input.remotes[*candidate.remote].target : "local";
}

Policy policy_for(const Input& input, const std::vector<Cluster>& clusters, const Unit& unit) {
  auto pick = [&](const KindPolicy& policy) {
    for (const FieldDef& field : input.kind->fields) {
      if (input.kind->group_of(field.name) != unit.field) continue;
      auto it = policy.fields.find(field.name);
      if (it != policy.fields.end()) return it->second;
    }
    return policy.fallback;
  };
  std::optional<Policy> narrowed;
  bool agreed = true;
  for (const Cluster& cluster : clusters) {
    for (const Candidate& candidate : cluster) {
      if (!candidate.remote) continue;
      const KindPolicy* own = input.remotes[*candidate.remote].policy;
      Policy mine = pick(own ? *own : *input.policy);
      if (narrowed && !(*narrowed == mine)) agreed = false;
      narrowed = mine;
    }
  }
  return agreed && narrowed ? *narrowed : pick(*input.policy);
}

Verdict settle(const Input& input, const std::vector<Cluster>& clusters, const Unit& unit, const Conflict& conflict) {
  Policy policy = policy_for(input, clusters, unit);
  // A side that did not change never wins: its rule then falls through to the kind's default, at last to `latest`.
  for (int depth = 0; depth < 3; ++depth) {
    Verdict verdict;
    verdict.strategy = describe(policy);
    verdict.type = Verdict::Type::cluster;
    switch (policy.type) {
      case Policy::Type::ask:
        verdict.type = Verdict::Type::ask;
        return verdict;
      case Policy::Type::latest:
        verdict.cluster = latest(clusters);
        return verdict;
      case Policy::Type::keep_both:
        verdict.cluster = latest(clusters);
        verdict.type = input.local.find("recurrence") ? Verdict::Type::ask : Verdict::Type::keep_both;
        return verdict;
      case Policy::Type::prefer:
        verdict.cluster = find_side(input, clusters, policy.prefer);
        if (verdict.cluster != kNone) return verdict;
        break;
      case Policy::Type::priority:
        for (const std::string& name : policy.priority) {
          verdict.cluster = find_side(input, clusters, name);
          if (verdict.cluster != kNone) return verdict;
        }
        break;
      case Policy::Type::set_union:
        return settle_union(conflict, clusters, conflict.field);
      case Policy::Type::custom:
        return settle_custom(input, clusters, conflict, unit, policy.custom);
    }
    policy = policy == input.policy->fallback ? Policy{} : input.policy->fallback;
  }
  Verdict last;
  last.type = Verdict::Type::cluster;
  last.cluster = latest(clusters);
  last.strategy = "latest";
  return last;
}

}  // namespace merge
}  // namespace v1
}  // namespace fasti
