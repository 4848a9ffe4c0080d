// What people do around runs: status, pause, relink, purge, check.
#include <algorithm>
#include <iterator>

#include "engine/base/try.hpp"
#include "engine/sync/engine.hpp"
#include "engine/sync/observe.hpp"
#include "engine/sync/run.hpp"
#include "engine/sync/state.hpp"
#include "engine/sync/zone_change.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {
namespace {

Status all_to_work(store::Store& store, const std::string& kind) { return store.add_all_work(kind, true); }

/// Objects that this store created and nobody changed since.
bool ours_to_remove(const store::Link& link, const std::string& store_id) {
  return link.seen_present && link.created && link.state != store::LinkState::gone && link.marker &&
         link.marker->store == store_id && link.marker->created && link.seen == link.stored;
}

/// What stands in the way of a sync, as its provider sees it.
std::vector<Error> look_at_target(TargetRun& run, bool create_missing) {
  const Target& target = *run.target;
  if (target.unusable) return {*target.unusable};
  auto info = target.connector->open_collection(target.collection, false);
  if (!info && info.error().kind == ErrorKind::not_found && target.create) return {};
  if (!info) return {info.error()};
  std::vector<Error> problems;
  const bool writes = target.direction != Direction::from_remote;
  if (info->read_only && writes) {
    problems.push_back({ErrorKind::forbidden,
                        "the collection is read-only",
                        target.name,
                        "set direction = \"from_remote\" for this sync, or ask its owner for the right to change it",
                        {}});
  } else if (writes) {
    const Status allowed = target.connector->check_write(info->id);
    if (!allowed) problems.push_back(allowed.error());
  }
  CollectionUse use = use_of(run);
  use.collection = info->id;
  use.create_missing = create_missing;
  auto refused = target.connector->prepare(use);
  problems.insert(problems.end(), refused.begin(), refused.end());
  if (!refused.empty()) return problems;
  auto properties = target.connector->properties(info->id);
  if (!properties) problems.push_back(properties.error());
  if (!properties || properties->empty()) return problems;
  for (const Lens& lens : target.mapping->lenses()) {
    for (const std::string& name : lens.properties) {
      bool known = std::any_of(properties->begin(), properties->end(), [&](const auto& p) { return p.name == name; });
      if (known || name.rfind("X-", 0) == 0) continue;
      problems.push_back({ErrorKind::bad_config, "there is no property \"" + name + "\"", target.name, "", {}});
    }
  }
  return problems;
}

}  // namespace

Result<std::vector<TargetStatus>> Engine::status() {
  store::Store& store = state_->store;
  FASTI_TRY(auto parked, store.parked());
  FASTI_TRY(auto conflicts, store.conflicts(true));
  FASTI_TRY(auto work, store.work());
  FASTI_TRY(const auto zones, zone_data_status(store));
  std::vector<TargetStatus> all;
  for (const Target& target : state_->settings.targets) {
    TargetStatus status;
    status.name = target.sync;
    status.target = target.name;
    status.provider = target.provider;
    FASTI_TRY(auto row, store.target(target.name));
    if (row) {
      status.paused = row->paused;
      status.last_success = row->last_success;
      status.cursor = !row->cursor.empty();
      status.held = row->held;
      status.error = row->error;
    }
    FASTI_TRY(status.records, store.count_links(target.name));
    status.owed = static_cast<std::uint64_t>(
        std::count_if(work.begin(), work.end(), [&](const auto& item) { return item.first == target.kind; }));
    status.parked = static_cast<std::uint64_t>(
        std::count_if(parked.begin(), parked.end(), [&](const auto& p) { return p.target == target.name; }));
    status.conflicts = static_cast<std::uint64_t>(std::count_if(
        conflicts.begin(), conflicts.end(), [&](const auto& c) { return c.info.remotes.count(target.name) != 0; }));
    status.zone_data = zones;
    all.push_back(std::move(status));
  }
  return all;
}

Result<std::vector<Error>> Engine::check_online(bool create_missing) {
  FASTI_TRY(auto run, start_run(*state_, "check", {}));
  std::vector<Error> problems;
  for (TargetRun& target : run.targets) {
    auto more = look_at_target(target, create_missing);
    problems.insert(problems.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
  return problems;
}

Status Engine::set_paused(const std::string& name, bool paused) {
  FASTI_TRY(auto run, start_run(*state_, paused ? "pause" : "resume", {{name}, {}, {}, {}}));
  FASTI_TRY(auto transaction, state_->store.begin());
  for (TargetRun& target : run.targets) {
    if (!name_matches(run.options.only, *target.target)) continue;
    target.row.paused = paused;
    FASTI_CHECK(state_->store.save_target(target.row));
    if (!paused) FASTI_CHECK(all_to_work(state_->store, target.target->kind));
  }
  return transaction->commit();
}

Status Engine::relink(const std::string& name) {
  FASTI_TRY(auto run, start_run(*state_, "relink", {{name}, {}, {}, {}}));
  FASTI_TRY(auto transaction, state_->store.begin());
  for (TargetRun& target : run.targets) {
    if (!name_matches(run.options.only, *target.target)) continue;
    std::vector<std::int64_t> ids;
    FASTI_CHECK(state_->store.each_link(target.target->name, [&](store::Link&& link) {
      ids.push_back(link.id);
      return Status{};
    }));
    for (std::int64_t id : ids) FASTI_CHECK(state_->store.delete_link(id));
    target.row.collection.clear();
    target.row.cursor.clear();
    target.row.contacted = false;
    FASTI_CHECK(state_->store.save_target(target.row));
    FASTI_CHECK(all_to_work(state_->store, target.target->kind));
  }
  return transaction->commit();
}

Result<PurgeReport> Engine::purge(const std::string& name) {
  FASTI_TRY(auto run, start_run(*state_, "purge", {{name}, {}, {}, {}}));
  PurgeReport report;
  for (TargetRun& target : run.targets) {
    if (!target.in_scope) continue;
    if (target.target->unusable) return *target.target->unusable;
    FASTI_CHECK(open_target(run, target));
    FASTI_CHECK(prepare_collection(target));
    FASTI_CHECK(pull_target(run, target, PullMode::complete));
    std::vector<store::Link> ours;
    FASTI_CHECK(state_->store.each_link(target.target->name, [&](store::Link&& link) {
      if (ours_to_remove(link, state_->store.store_id())) {
        ours.push_back(std::move(link));
      } else if (link.seen_present) {
        ++report.left;
      }
      return Status{};
    }));
    for (store::Link& link : ours) {
      WriteRequest request;
      request.op = WriteOp::remove;
      request.collection = target.row.collection;
      request.id = link.remote_id;
      request.version = link.seen_version;
      request.shadow = link.shadow;
      auto removed = target.target->connector->remove(request);
      if (!removed && removed.error().kind != ErrorKind::not_found) {
        ++report.left;
        continue;
      }
      ++report.removed;
      FASTI_CHECK(state_->store.delete_link(link.id));
    }
    // The sync must not put them back by itself.
    target.row.paused = true;
    target.row.cursor.clear();
    FASTI_CHECK(state_->store.save_target(target.row));
  }
  return report;
}

}  // namespace sync
}  // namespace v1
}  // namespace fasti
