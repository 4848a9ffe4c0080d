#include "engine/sync/make_plan.hpp"

#include <algorithm>
#include <utility>

#include "engine/base/hash.hpp"
#include "engine/model/value_json.hpp"
#include "engine/sync/zone_change.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {
namespace {

constexpr int kSameWriteMax = 3;  ///< the same `sent` a fourth time is churn (rule 21)

std::string churn_key(const std::string& path, const Properties& seen) {
  auto it = seen.find(path);
  return path + "\n" + (it == seen.end() ? "-" : short_hash(tagged_json(it->second)));
}

void forget_churn(store::Link& link, const std::string& path) {
  for (auto it = link.churn.begin(); it != link.churn.end();) {
    it = it->first.compare(0, path.size() + 1, path + "\n") == 0 ? link.churn.erase(it) : std::next(it);
  }
}

/// What cannot be read is not written either: nobody knows what it holds by now (S14).
bool may_write(const LinkPlan& plan) {
  const bool unreadable =
      plan.before.seen_present && plan.run->parked && plan.run->parked->count(plan.before.remote_id);
  return plan.run->pulled && !plan.run->held && !plan.run->stopped && !unreadable;
}

/// Hash over what decided that a link was parked (rule 27): another mapping or another side's value tries again.
std::string park_hash(const LinkPlan& plan) {
  return short_hash(plan.run->target->mapping->hash() + "\n" + tagged_json(plan.encoded) + "\n" +
                    plan.before.seen_version);
}

void plan_path(Run& run, const Case& c, std::size_t link_index, const std::string& path,
               const std::set<std::string>& owed, LinkPlan& plan) {
  auto owner = plan.run->properties.find(path_name(path));
  if (owner == plan.run->properties.end()) return;
  const store::Link& was = plan.before;
  bool edited = !same_at(was.seen, was.stored, path);
  Direction direction = owner->second.direction;
  merge::Unit unit{owner->second.group, path_part(path)};
  if (c.merged.frozen.count(unit)) {
    plan.waits = true;
    return;
  }
  if (direction == Direction::from_remote || !plan.run->to_remote()) {
    if (edited) {
      put(plan.link.stored, path, was.seen);
      put(plan.link.sent, path, plan.encoded);
      plan.changed = plan.contended = true;
    }
    return;
  }
  if (owed.count(path)) {
    plan.waits = true;
    // The relation went because what it pointed to did (rule 16): no edit now, and none once that is back.
    if (edited && !was.seen.count(path)) {
      plan.link.sent.erase(path);
      plan.link.stored.erase(path);
      plan.changed = true;
    }
    return;
  }
  bool outdated = !same_at(plan.encoded, was.sent, path);
  if (!edited && !outdated) return;
  bool agreed = link_index < c.merged.agreed.size() && c.merged.agreed[link_index].count(unit) != 0;
  if (agreed || same_at(plan.encoded, was.seen, path)) {
    put(plan.link.sent, path, plan.encoded);
    put(plan.link.stored, path, was.seen);
    forget_churn(plan.link, path);
    plan.changed = true;
    plan.contended |= edited;
    return;
  }
  if (!outdated && !c.exempt) {
    int& count = plan.link.churn[churn_key(path, was.seen)];
    plan.changed = true;
    if (count >= kSameWriteMax) {
      plan.link.park_reason = "written " + std::to_string(count) +
                              " times and changed back each time by the provider: " + path + " is sent as " +
                              tagged_json(plan.encoded).substr(0, 200) + ", and stored as " +
                              tagged_json(was.seen).substr(0, 200);
      plan.waits = true;
      return;
    }
    if (!run.dry) ++count;
  } else {
    forget_churn(plan.link, path);
  }
  if (edited) plan.overruled.push_back(path);
  auto value = plan.encoded.find(path);
  if (value == plan.encoded.end()) {
    plan.clear.push_back(path);
  } else {
    plan.set[path] = value->second;
  }
}

bool has_part(const Properties& properties, const std::string& part) {
  return std::any_of(properties.begin(), properties.end(),
                     [&](const auto& item) { return path_part(item.first) == part; });
}

/// An occurrence of which nothing is left is removed as a whole.
void gather_removed_parts(LinkPlan& plan) {
  std::set<std::string> parts;
  for (const std::string& path : plan.clear) {
    std::string part = path_part(path);
    if (!part.empty() && !has_part(plan.encoded, part)) parts.insert(part);
  }
  plan.remove_parts.assign(parts.begin(), parts.end());
  plan.clear.erase(std::remove_if(plan.clear.begin(), plan.clear.end(),
                                  [&](const std::string& path) { return parts.count(path_part(path)) != 0; }),
                   plan.clear.end());
}

/// A first override starts as a copy of its series: what the occurrence does not have must be taken out of it.
void clear_what_the_copy_brings(LinkPlan& plan) {
  std::set<std::string> fresh;
  for (const auto& [path, value] : plan.set) {
    std::string part = path_part(path);
    if (!part.empty() && !has_part(plan.before.seen, part)) fresh.insert(part);
  }
  for (const std::string& part : fresh) {
    for (const auto& [path, value] : plan.before.seen) {
      if (!path_part(path).empty() || std::holds_alternative<Recurrence>(value)) continue;
      std::string mine = make_path(path, part);
      if (!plan.encoded.count(mine)) plan.clear.push_back(mine);
    }
  }
}

/// Everything it writes is as the record had it; only the instants that this means are others now (rule 29).
bool only_re_anchors(const Case& c, const LinkPlan& plan) {
  if (plan.op != LinkPlan::Op::update || plan.set.empty() || !plan.remove_parts.empty() || !c.merged.taken_from.empty())
    return false;
  auto re_anchored = [&](const std::string& path) {
    auto owner = plan.run->properties.find(path_name(path));
    if (owner == plan.run->properties.end()) return false;
    return std::any_of(c.row.stamps.begin(), c.row.stamps.end(), [&](const auto& item) {
      const std::string part = path_part(item.first);
      return item.second.re_anchored && (part.empty() || part == path_part(path)) &&
             c.kind->group_of(path_name(item.first)) == owner->second.group;
    });
  };
  return std::all_of(plan.set.begin(), plan.set.end(), [&](const auto& item) { return re_anchored(item.first); }) &&
         std::all_of(plan.clear.begin(), plan.clear.end(), re_anchored);
}

std::string cause_of(const Case& c, const LinkPlan& plan) {
  if (!c.cause.empty()) return c.cause;
  if (only_re_anchors(c, plan)) return kZoneDataCause;
  if (plan.run->remap_cause && c.merged.taken_from.empty()) return "remap";
  return c.merged.merged.deleted ? "delete" : "edit";
}

std::string why_of(const Case& c, const LinkPlan& plan) {
  if (plan.cause == kZoneDataCause) return "the zone data changed: the same time of day is another instant now";
  if (c.merged.merged.deleted) {
    return c.merged.deleted_by ? "deleted in " + c.links[*c.merged.deleted_by].target : "deleted here";
  }
  std::set<std::string> origins;
  auto add = [&](const std::string& path) {
    auto owner = plan.run->properties.find(path_name(path));
    if (owner == plan.run->properties.end()) return;
    for (const auto& [field, from] : c.merged.taken_from) {
      if (c.kind->group_of(path_name(field)) == owner->second.group) origins.insert(c.links[from].target);
    }
  };
  for (const auto& [path, value] : plan.set) add(path);
  for (const std::string& path : plan.clear) add(path);
  if (origins.empty()) return c.origin.empty() ? "changed here" : "found in " + c.origin;
  std::string text = "changed in ";
  for (const std::string& origin : origins) text += (text == "changed in " ? "" : ", ") + origin;
  return text;
}

void plan_create(Run& run, const Case& c, const Mapping::Encoded& encoded, LinkPlan& plan) {
  if (!plan.run->to_remote()) return;
  if (!may_write(plan)) {
    plan.waits = true;
    return;
  }
  plan.op = LinkPlan::Op::create;
  plan.set = plan.encoded;
  store::Link& link = plan.link;
  link.target = plan.run->target->name;
  link.kind = c.kind->name;
  link.record = c.id();
  if (plan.before.id != 0) link.generation = plan.before.generation + 1;
  link.uid = object_uid(c);
  link.remote_id = object_id(run, c, plan);
  link.state = store::LinkState::live;
  link.created = true;
  link.park_reason.clear();
  link.echo_pending = false;
  link.base_present = link.seen_present = false;
  link.sent.clear();
  link.stored.clear();
  link.seen.clear();
  link.superseded.clear();
  link.churn.clear();
  link.base_version.clear();
  link.seen_version.clear();
  if (!encoded.owed.empty()) plan.waits = run.owes = true;
}

/// The version is not known (a reply named none and its echo was never seen): nothing is written over it (S11).
void look_first(Run& run, const LinkPlan& plan) {
  run.lost_races[plan.run->target->name].push_back(plan.before.remote_id);
}

void plan_delete(Run& run, const Case& c, LinkPlan& plan) {
  if (plan.before.id == 0 || plan.before.state == store::LinkState::gone) return;
  if (!plan.before.seen_present) {
    plan.op = LinkPlan::Op::rebase;
    plan.link.state = store::LinkState::gone;
    plan.link.base_present = false;
    plan.changed = true;
    plan.contended = plan.before.base_present;
    return;
  }
  if (!plan.run->to_remote()) return;
  if (c.merged.frozen_existence || !may_write(plan)) {
    plan.waits = true;
    return;
  }
  if (plan.run->caps.versions && plan.before.seen_version.empty()) {
    look_first(run, plan);
    plan.waits = true;
    return;
  }
  plan.op = LinkPlan::Op::remove;
}

void acknowledge_overruled(LinkPlan& plan) {
  for (const std::string& path : plan.overruled) {
    put(plan.link.sent, path, plan.before.seen);
    put(plan.link.stored, path, plan.before.seen);
    plan.changed = plan.contended = true;
  }
}

void plan_update(Run& run, const Case& c, std::size_t index, const Mapping::Encoded& encoded, LinkPlan& plan) {
  std::set<std::string> owed(encoded.owed.begin(), encoded.owed.end());
  plan.waits |= !owed.empty();
  run.owes |= !owed.empty();
  std::set<std::string> paths = all_paths(plan.encoded, plan.before.seen);
  for (const std::string& path : all_paths(plan.before.sent, plan.before.stored)) paths.insert(path);
  for (const std::string& path : paths) plan_path(run, c, index, path, owed, plan);
  gather_removed_parts(plan);
  clear_what_the_copy_brings(plan);
  if (!plan.before.base_present) {
    plan.link.base_present = true;
    plan.changed = true;
  }
  bool writes = !plan.set.empty() || !plan.clear.empty() || !plan.remove_parts.empty();
  if (writes && plan.before.state == store::LinkState::parked && plan.before.park_hash == park_hash(plan)) {
    plan.set.clear();
    plan.clear.clear();
    plan.remove_parts.clear();
    plan.waits = true;
    return;
  }
  bool unconditional = plan.run->caps.versions && plan.before.seen_version.empty();
  if (writes && unconditional && may_write(plan)) look_first(run, plan);
  // The merge is settled with this run's commit, whatever becomes of the write: an edit that it took in or overruled
  // is known from then on, and must not contest a later deletion.
  acknowledge_overruled(plan);
  if (writes && (unconditional || !may_write(plan))) {
    plan.waits = true;
    plan.link.churn = plan.before.churn;
    plan.set.clear();
    plan.clear.clear();
    plan.remove_parts.clear();
    writes = false;
  }
  if (writes) {
    plan.op = LinkPlan::Op::update;
  } else if (plan.changed) {
    plan.op = LinkPlan::Op::rebase;
  }
  if (plan.before.state == store::LinkState::parked) {
    plan.link.state = store::LinkState::live;
    plan.changed = true;
  }
}

/// The parked create has no object yet; its link remembers what was refused.
bool still_refused(const LinkPlan& plan) {
  return plan.before.id != 0 && plan.before.state == store::LinkState::parked && !plan.before.seen_present &&
         plan.before.park_hash == park_hash(plan);
}

LinkPlan plan_link(Run& run, Case& c, TargetRun& target, std::size_t index, bool linked) {
  LinkPlan plan;
  plan.run = &target;
  if (linked) plan.before = c.links[index];
  plan.link = plan.before;
  if (c.rehomed.count(target.target->name)) plan.changed = true;
  const Record& merged = c.merged.merged;
  if (merged.deleted) {
    plan_delete(run, c, plan);
  } else {
    Mapping::Encoded encoded = linked && c.encoded ? *std::exchange(c.encoded, std::nullopt)
                                                   : target.target->mapping->encode(merged, *target.references);
    plan.encoded = std::move(encoded.properties);
    if (still_refused(plan)) {
      plan.waits = true;
    } else if (!linked || plan.before.state == store::LinkState::gone || !plan.before.seen_present) {
      plan_create(run, c, encoded, plan);
    } else {
      plan_update(run, c, index, encoded, plan);
    }
  }
  plan.cause = cause_of(c, plan);
  plan.why = why_of(c, plan);
  return plan;
}

}  // namespace

void put(Properties& properties, const std::string& path, const Properties& from) {
  auto it = from.find(path);
  if (it == from.end()) {
    properties.erase(path);
  } else {
    properties[path] = it->second;
  }
}

std::string object_uid(const Case& c) {
  for (const store::Link& link : c.links) {
    if (!link.uid.empty()) return link.uid;
  }
  return c.id();
}

std::string object_id(const Run& run, const Case& c, const LinkPlan& plan) {
  if (!plan.run->caps.client_ids) return "";
  WriteRequest request;
  request.id = short_hash(run.engine.store.store_id() + "\n" + c.kind->name + "\n" + c.id() + "\n" +
                          plan.run->target->name + "\n" + std::to_string(plan.link.generation));
  request.uid = plan.link.uid;
  request.collection = plan.run->row.collection;
  return plan.run->target->connector->create_id(request);
}

void make_plan(Run& run, Case& c) {
  c.plans.clear();
  c.waits = !c.merged.frozen.empty() || c.merged.frozen_existence;
  if (c.merged.frozen_existence) return;
  for (TargetRun& target : run.targets) {
    if (target.target->kind != c.kind->name || !target.target->enabled) continue;
    std::size_t index = 0;
    while (index < c.links.size() && c.links[index].target != target.target->name) ++index;
    bool linked = index < c.links.size();
    if (linked && c.links[index].state == store::LinkState::detached) continue;
    if (run.in_doubt(target, c)) {
      c.waits = true;
      continue;
    }
    LinkPlan plan = plan_link(run, c, target, index, linked);
    c.waits |= plan.waits;
    if (plan.op != LinkPlan::Op::none || plan.changed) c.plans.push_back(std::move(plan));
  }
}

}  // namespace sync
}  // namespace v1
}  // namespace fasti
