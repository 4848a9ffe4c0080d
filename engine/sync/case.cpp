#include "engine/sync/case.hpp"

#include <algorithm>

#include "engine/base/try.hpp"
#include "engine/sync/references.hpp"
#include "engine/sync/split.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {

Properties mapped_only(const TargetRun& run, const Properties& properties) {
  Properties kept;
  for (const auto& [path, value] : properties) {
    if (run.properties.count(path_name(path))) kept.emplace(path, value);
  }
  return kept;
}

std::set<std::string> all_paths(const Properties& a, const Properties& b) {
  std::set<std::string> paths;
  for (const auto& [path, value] : a) paths.insert(path);
  for (const auto& [path, value] : b) paths.insert(path);
  return paths;
}

Case* Cases::find(const std::string& kind, const std::string& record) {
  auto it = index.find(kind + "\n" + record);
  return it == index.end() ? nullptr : &all[it->second];
}

Case& Cases::add(Case&& c) {
  index[c.kind->name + "\n" + c.id()] = all.size();
  all.push_back(std::move(c));
  return all.back();
}

Result<std::optional<Case>> load_case(Run& run, const std::string& kind, const std::string& record) {
  store::Store& store = run.engine.store;
  const Kind* found = run.engine.kind(kind);
  if (!found) return std::optional<Case>();
  FASTI_TRY(auto row, store.load_record(kind, record));
  if (!row) return std::optional<Case>();
  Case c;
  c.kind = found;
  c.row = std::move(*row);
  FASTI_TRY(auto links, store.links_of_record(kind, record));
  for (store::Link& link : links) {
    if (run.find(link.target)) c.links.push_back(std::move(link));
  }
  FASTI_TRY(c.open, store.open_conflicts_of(kind, record));
  return std::optional<Case>(std::move(c));
}

namespace {

merge::Remote remote_of(Run& run, const Case& c, const store::Link& link) {
  TargetRun& target = *run.find(link.target);
  const Mapping& mapping = *target.target->mapping;
  merge::Remote remote;
  remote.target = link.target;
  remote.sync = target.target->sync;
  remote.base_present = link.base_present;
  remote.created = link.created;
  remote.may_delete = target.from_remote();
  remote.seen_present = link.seen_present;
  remote.sent = link.sent;
  remote.stored = link.stored;
  remote.seen = link.seen;
  remote.encoded = mapping.encode(c.row.record, *target.references).properties;
  // Only an edit is read.
  bool edited = !(link.seen == link.stored) || !c.open.empty();
  if (edited) remote.decoded = mapping.decode(link.seen, &c.row.record, *target.references, true).fields;
  remote.read_base = [&mapping, &c, &link, references = target.references] {
    return mapping.decode(link.stored, &c.row.record, *references, true).fields;
  };
  remote.pairings = target.pairings;
  remote.encode = [&mapping, references = target.references](const Record& record) {
    return mapping.encode(record, *references).properties;
  };
  remote.policy = target.target->policy ? &*target.target->policy : nullptr;
  remote.seen_after = link.seen_after;
  remote.seen_until = link.seen_until;
  return remote;
}

bool takes_part(const store::Link& link) {
  return link.state == store::LinkState::live || link.state == store::LinkState::parked;
}

/// Several units may share a property (LOCATION over venue and location).
std::set<merge::Unit> units_shown(const Kind& kind, const TargetRun& target, const Properties& seen) {
  std::set<merge::Unit> units;
  for (const merge::Pairing& pairing : target.pairings) {
    if (pairing.direction == Direction::to_remote) continue;
    bool shown = std::any_of(pairing.properties.begin(), pairing.properties.end(),
                             [&](const std::string& property) { return seen.count(property) != 0; });
    if (!shown) continue;
    for (const std::string& field : pairing.fields) units.insert({kind.group_of(field), ""});
  }
  return units;
}

bool has_parts(const Properties& properties) {
  return std::any_of(properties.begin(), properties.end(),
                     [](const auto& item) { return item.first.find('@') != std::string::npos; });
}

merge::Input input_of(Run& run, const Case& c, std::vector<std::size_t>& position) {
  static const KindPolicy kDefault;
  merge::Input input;
  input.kind = c.kind;
  auto policy = run.engine.settings.policies.find(c.kind->name);
  input.policy = policy == run.engine.settings.policies.end() ? &kDefault : &policy->second;
  input.strategies = &run.engine.settings.strategies;
  input.local = c.row.record;
  for (const auto& [path, stamp] : c.row.stamps) {
    const TargetRun* origin = run.find(stamp.origin);
    input.stamps[path] = {stamp.origin,  origin ? origin->target->sync : stamp.origin,
                          stamp.after,   stamp.until,
                          stamp.derived, stamp.re_anchored};
  }
  // In the order of fasti.toml, so that the outcome does not depend on who was read first.
  for (const TargetRun& target : run.targets) {
    bool there = false;
    for (std::size_t i = 0; i < c.links.size(); ++i) {
      if (c.links[i].target != target.target->name) continue;
      there |= c.links[i].seen_present;
      // While a write of ours is in doubt, what is seen there may be that write and no edit (rule 22).
      if (run.in_doubt(target, c) || !takes_part(c.links[i])) continue;
      input.remotes.push_back(remote_of(run, c, c.links[i]));
      position.push_back(i);
    }
    input.missing |= !there && target.target->kind == c.kind->name && target.target->enabled && target.to_remote();
  }
  for (const store::ConflictRow& row : c.open) {
    if (row.frozen) input.frozen.insert(row.group);
  }
  return input;
}

}  // namespace

std::optional<merge::Output> merge_fresh(Run& run, const Case& c, std::optional<Mapping::Encoded>* encoded) {
  const Record& record = c.row.record;
  if (record.revision != 0 || record.deleted || c.cut || c.links.size() != 1 || !c.open.empty()) return std::nullopt;
  const store::Link& link = c.links.front();
  bool untouched = link.state == store::LinkState::live && link.seen_present && !link.base_present;
  if (!untouched || !link.sent.empty() || !link.stored.empty() || has_parts(link.seen)) return std::nullopt;
  const TargetRun& target = *run.find(link.target);
  std::size_t properties = 0;
  for (const merge::Pairing& pairing : target.pairings) properties += pairing.properties.size();
  // Where two lenses share a property, equal properties do not prove that each lens reads what it would write.
  if (properties != target.properties.size()) return std::nullopt;
  Mapping::Encoded now = target.target->mapping->encode(record, *target.references);
  if (!(now.properties == link.seen)) return std::nullopt;
  if (encoded) *encoded = std::move(now);
  merge::Output out;
  out.merged = record;
  out.agreed.push_back(units_shown(*c.kind, target, link.seen));
  return out;
}

merge::Output merge_fully(Run& run, const Case& c) {
  std::vector<std::size_t> position;
  const merge::Input input = input_of(run, c, position);
  merge::Output out = merge::merge_record(input);
  std::vector<std::set<merge::Unit>> agreed(c.links.size());
  for (std::size_t i = 0; i < position.size(); ++i) agreed[position[i]] = std::move(out.agreed[i]);
  out.agreed = std::move(agreed);
  for (auto& [path, from] : out.taken_from) from = position[from];
  if (out.deleted_by) out.deleted_by = position[*out.deleted_by];
  if (c.cut) leave_to_the_next_series(*c.cut, out);
  return out;
}

void merge_case(Run& run, Case& c) {
  c.encoded.reset();
  auto fresh = merge_fresh(run, c, &c.encoded);
  c.merged = fresh ? std::move(*fresh) : merge_fully(run, c);
}

}  // namespace sync
}  // namespace v1
}  // namespace fasti
