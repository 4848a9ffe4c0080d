// Hop 1 and its end: which listing, which absences, which cursor. Observer (observe.cpp) writes what was seen.
#include <algorithm>

#include "engine/base/hash.hpp"
#include "engine/base/try.hpp"
#include "engine/sync/observe.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {
namespace {

constexpr std::size_t kFetchBatch = 200;

Status observe_page(Run& run, Observer& observer, std::vector<RemoteChange>&& page) {
  FASTI_TRY(auto transaction, run.engine.store.begin());
  for (RemoteChange& change : page) {
    switch (change.type) {
      case RemoteChange::Type::object:
        FASTI_CHECK(observer.object(std::move(change.object), Observer::Trust::listing));
        break;
      case RemoteChange::Type::listed:
        FASTI_CHECK(observer.listed(change.object.id));
        break;
      case RemoteChange::Type::gone:
        FASTI_CHECK(observer.gone(change.object.id));
        break;
      case RemoteChange::Type::unreadable:
        FASTI_CHECK(observer.unreadable(change));
        break;
    }
  }
  return transaction->commit();
}

/// A later direct GET decides about stale reads, undeletes and absences (rules 4, 18, 19).
Status ask_directly(Run& run, TargetRun& target, Observer& observer, std::vector<std::string> ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  for (std::size_t begin = 0; begin < ids.size(); begin += kFetchBatch) {
    std::size_t size = std::min(kFetchBatch, ids.size() - begin);
    std::span<const std::string> batch(ids.data() + begin, size);
    auto replies = target.target->connector->fetch(target.row.collection, batch);
    FASTI_TRY(auto transaction, run.engine.store.begin());
    for (std::size_t i = 0; i < batch.size() && i < replies.size(); ++i) {
      if (replies[i]) {
        FASTI_CHECK(observer.object(std::move(*replies[i]), Observer::Trust::fetched));
      } else if (replies[i].error().kind == ErrorKind::not_found && target.caps.not_found_is_final) {
        FASTI_CHECK(observer.gone(batch[i]));
      } else if (replies[i].error().kind == ErrorKind::not_found) {
        RemoteChange change;
        change.object.id = batch[i];
        change.reason =
            Error{ErrorKind::not_found, "neither shown nor known to be deleted", target.target->name, "", {}};
        FASTI_CHECK(observer.unreadable(change));
      } else if (replies[i].error().kind == ErrorKind::rejected || replies[i].error().kind == ErrorKind::bad_input ||
                 replies[i].error().kind == ErrorKind::bad_reply) {
        RemoteChange change;
        change.object.id = batch[i];
        change.reason = replies[i].error();
        FASTI_CHECK(observer.unreadable(change));
      } else {
        return replies[i].error();
      }
    }
    FASTI_CHECK(transaction->commit());
  }
  return {};
}

/// Objects that a complete listing did not show. Each is asked for by id; where that is impossible (feeds) two
/// complete listings in a row have to miss it. True: some were seen so shortly before that the listing may lag behind,
/// and another one has to tell.
Result<bool> settle_absences(Run& run, TargetRun& target, Observer& observer, std::int64_t listing, Instant began) {
  store::Store& store = run.engine.store;
  FASTI_TRY(auto candidates, store.unstamped(target.target->name, listing, began));
  const auto fresh = std::stable_partition(candidates.begin(), candidates.end(), [&](const store::Link& link) {
    return link.confirmed < began - target.caps.visibility_lag;
  });
  const bool unsettled = fresh != candidates.end();
  candidates.erase(fresh, candidates.end());
  std::vector<std::string> ids;
  FASTI_TRY(auto transaction, store.begin());
  for (store::Link& link : candidates) {
    if (target.caps.fetch) {
      ids.push_back(link.remote_id);
    } else if (target.caps.trusted_absence || ++link.missed >= 2) {
      FASTI_CHECK(observer.absent(std::move(link)));
    } else {
      FASTI_TRY(auto id, store.save_link(link));
      (void)id;
    }
  }
  FASTI_CHECK(transaction->commit());
  FASTI_CHECK(ask_directly(run, target, observer, std::move(ids)));
  return unsettled;
}

Status forget_vanished_parked(Run& run, TargetRun& target, const Observer& observer) {
  FASTI_TRY(auto rows, run.engine.store.parked());
  for (const store::Parked& row : rows) {
    if (row.target != target.target->name || row.direction != "in" || !row.record.empty()) continue;
    if (observer.unreadable_ids().count(row.remote_id)) continue;
    FASTI_CHECK(run.engine.store.remove_parked(row.target, row.remote_id, row.record, row.direction));
  }
  return {};
}

void report_cursor(TargetRun& target, const PullResult& result) {
  if (result.coverage == Coverage::partial) return;
  if (result.cursor_expired) {
    target.report.cursor = "expired";
  } else if (!result.cursor.empty() && target.report.cursor != "expired") {
    if (result.cursor != target.row.cursor) {
      target.report.cursor = "advanced";
    } else if (target.report.cursor == "none") {
      target.report.cursor = "unchanged";
    }
  }
}

Status finish_pull(Run& run, TargetRun& target, Observer& observer, const PullResult& result, std::int64_t listing,
                   bool unsettled) {
  store::TargetRow& row = target.row;
  target.whole = result.coverage != Coverage::partial;
  report_cursor(target, result);
  row.listing = listing;
  row.error.clear();
  // Nothing that a crash could lose: the end of the run saves the rest of the row.
  if (result.coverage == Coverage::delta && result.cursor == row.cursor) return {};
  FASTI_TRY(auto transaction, run.engine.store.begin());
  if (result.coverage == Coverage::complete) {
    row.listed = run.now();
    // The cursor will not show again what is missing here: the next complete listing comes early.
    if (unsettled) row.listed -= std::max(target.target->sweep - target.caps.visibility_lag, {});
    row.mapping_hash = target.target->mapping->hash();
    FASTI_CHECK(forget_vanished_parked(run, target, observer));
  }
  if (result.coverage != Coverage::partial) row.cursor = result.cursor;
  FASTI_CHECK(run.engine.store.save_target(row));
  return transaction->commit();
}

}  // namespace

Status open_target(Run& run, TargetRun& target) {
  store::TargetRow& row = target.row;
  const Target& settings = *target.target;
  std::string key = short_hash(settings.connection + "\n" + settings.provider + "\n" + settings.collection);
  if (!row.collection.empty() && row.cursor_key == key) {
    target.remapped = !row.mapping_hash.empty() && row.mapping_hash != settings.mapping->hash();
    return {};
  }
  FASTI_TRY(auto info, settings.connector->open_collection(settings.collection, settings.create));
  FASTI_TRY(auto transaction, run.engine.store.begin());
  row.collection = info.id;
  target.fresh = info.created;
  row.cursor.clear();
  row.cursor_key = key;
  FASTI_CHECK(run.engine.store.add_all_work(settings.kind, false));
  FASTI_CHECK(run.engine.store.save_target(row));
  return transaction->commit();
}

CollectionUse use_of(const TargetRun& target) {
  const Target& settings = *target.target;
  CollectionUse use;
  use.collection = target.row.collection;
  use.kind = settings.kind;
  use.cursor = target.row.cursor;
  use.writes = target.to_remote();
  use.markers = settings.marker && target.caps.markers;
  use.create_missing = target.fresh;
  use.properties = settings.mapping->uses();
  use.options = settings.mapping->options();
  return use;
}

Status prepare_collection(const TargetRun& target) {
  auto problems = target.target->connector->prepare(use_of(target));
  if (problems.empty()) return {};
  Error error = std::move(problems.front());
  if (problems.size() > 1)
    error.message += " (and " + std::to_string(problems.size() - 1) + " more: fasti check --online)";
  return error;
}

Status pull_target(Run& run, TargetRun& target, PullMode mode) {
  store::Store& store = run.engine.store;
  const std::string& name = target.target->name;
  Instant began = run.now();
  // Never used before, not even by a listing that was cut off: what that one showed proves nothing now.
  std::int64_t listing = std::max<std::int64_t>(target.row.listing + 1, began.time_since_epoch().count());
  Observer observer(run, target, listing);
  PullRequest request;
  request.collection = target.row.collection;
  request.cursor = target.remapped ? "" : target.row.cursor;
  request.mode = target.remapped ? PullMode::complete : mode;
  request.stop = run.options.stop;
  request.known_version = [&](const std::string& id) -> std::optional<std::string> {
    if (target.remapped) return std::nullopt;
    auto version = store.seen_version(name, id);
    return version ? *version : std::nullopt;
  };
  auto sink = [&](std::vector<RemoteChange>&& page) -> Status {
    if (run.options.progress) run.options.progress({name, "pull", target.report.pulled, 0});
    return observe_page(run, observer, std::move(page));
  };
  FASTI_TRY(auto result, target.target->connector->pull_changes(request, sink));
  FASTI_CHECK(ask_directly(run, target, observer, std::move(observer.doubtful())));
  bool unsettled = false;
  if (result.coverage == Coverage::complete) {
    FASTI_TRY(unsettled, settle_absences(run, target, observer, listing, began));
  }
  FASTI_CHECK(finish_pull(run, target, observer, result, listing, unsettled));
  if (target.remapped && result.coverage == Coverage::complete) {
    target.remapped = false;
    target.remap_cause = true;
  }
  return {};
}

Status refetch(Run& run, TargetRun& target, const std::vector<std::string>& ids) {
  Observer observer(run, target, target.row.listing);
  return ask_directly(run, target, observer, ids);
}

}  // namespace sync
}  // namespace v1
}  // namespace fasti
