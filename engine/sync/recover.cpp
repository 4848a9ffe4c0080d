// What a crash or a lost reply left open (rule 22): look, and let the next plan decide. Only a write that was stored in
// part is sent again, as it was: half of it would pass for an edit of somebody's.
#include <algorithm>

#include "engine/base/try.hpp"
#include "engine/sync/observe.hpp"
#include "engine/sync/reaction.hpp"
#include "engine/sync/write.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {
namespace {

enum class Finding { landed, half, refused, not_there, untouched, changed, unknown };

struct Look {
  Finding finding = Finding::unknown;
  std::optional<RemoteObject> object;
};

bool shows_our_write(const TargetRun& target, const store::Intent& intent, const RemoteObject& object) {
  if (object.marker && object.marker->stamp == intent.key) return true;
  if (intent.op == "create" && object.marker && object.marker->record == intent.record) return true;
  Properties seen = mapped_only(target, object.properties);
  if (seen == intent.before_seen && intent.op != "create") return false;
  // One new value of ours is enough: the others may have been edited since. What is missing proves less, a person may
  // have emptied it as well.
  std::size_t ours = 0;
  std::size_t news = 0;
  for (const auto& [path, value] : intent.set) {
    auto it = seen.find(path);
    const bool there = it != seen.end() && reads_the_same(it->second, value);
    ours += there ? 1 : 0;
    news += there && !same_at(seen, intent.before_seen, path) ? 1 : 0;
  }
  const bool cleared = std::none_of(intent.clear.begin(), intent.clear.end(),
                                    [&](const std::string& path) { return seen.count(path) != 0; });
  if (news == 0 && (ours < intent.set.size() || !cleared)) return false;
  // A clock as coarse as a minute gives two writes one version.
  return !target.caps.versions || object.version != intent.expected_version || intent.expected_version.empty();
}

Look look_by_id(TargetRun& target, const store::Intent& intent) {
  std::vector<std::string> ids{intent.remote_id};
  auto replies = target.target->connector->fetch(target.row.collection, ids);
  if (replies.empty()) return {};
  auto& reply = replies.front();
  if (!reply) {
    bool final = reply.error().kind == ErrorKind::not_found && target.caps.not_found_is_final;
    return {final ? Finding::not_there : Finding::unknown, {}};
  }
  if (reply->unfinished == intent.key) return {Finding::half, std::move(*reply)};
  if (intent.op != "delete" && shows_our_write(target, intent, *reply)) return {Finding::landed, std::move(*reply)};
  bool same = target.caps.versions ? !reply->version.empty() && reply->version == intent.expected_version
                                   : mapped_only(target, reply->properties) == intent.before_seen;
  return {same ? Finding::untouched : Finding::changed, std::move(*reply)};
}

/// How much a marked object looks like what this create made; 0: it is another one. A person's duplicate carries our
/// marker as well, and what it was copied from may be gone by now.
int likeness(const TargetRun& target, const store::Intent& intent, const RemoteObject& object) {
  const std::string stamp = object.marker ? object.marker->stamp : "";
  if (!stamp.empty() && stamp != intent.key) return 0;
  const Properties seen = mapped_only(target, object.properties);
  const bool alike = std::all_of(intent.set.begin(), intent.set.end(), [&](const auto& property) {
    auto it = seen.find(property.first);
    return it != seen.end() && reads_the_same(it->second, property.second);
  });
  const bool older = object.modified && *object.modified + target.caps.granularity < intent.at;
  if (stamp.empty() && !alike && older) return 0;
  return 1 + (alike ? 1 : 0) + (stamp.empty() ? 0 : 2);
}

Look look_by_marker(Run& run, TargetRun& target, const store::Intent& intent) {
  auto found = target.target->connector->find_marked(target.row.collection, run.engine.store.store_id(), intent.record);
  if (!found) return {found.error().kind == ErrorKind::unsupported ? Finding::not_there : Finding::unknown, {}};
  Look best{Finding::not_there, {}};
  int most = 0;
  for (RemoteObject& object : *found) {
    auto link = run.engine.store.link_of_object(target.target->name, object.id);
    if (!link) return {};
    // Another object of ours with this marker is not the one that this write would have made.
    if (*link && (*link)->id != intent.link && (*link)->state != store::LinkState::stranger) continue;
    if (object.unfinished == intent.key) return {Finding::half, std::move(object)};
    const int alike = object.unfinished.empty() ? likeness(target, intent, object) : 0;
    if (alike > most) best = {Finding::landed, std::move(object)};
    most = std::max(most, alike);
  }
  return best;
}

Status settle_landed(Run& run, TargetRun& target, const store::Intent& intent, RemoteObject&& object) {
  // It may have been delivered as a stranger in the meantime.
  FASTI_TRY(auto twin, run.engine.store.link_of_object(target.target->name, object.id));
  if (twin && twin->id != intent.link) FASTI_CHECK(run.engine.store.delete_link(twin->id));
  // What we sent is the base. This is not the reply to our write, somebody may have been faster: what is more than a
  // rewriting counts as an edit.
  FASTI_CHECK(confirm(run, target, intent, {object.id, object.version, {}}));
  FASTI_TRY(auto link, run.engine.store.link(intent.link));
  if (link) {
    link->echo_pending = true;
    link->seen_version.clear();
    FASTI_TRY(auto saved, run.engine.store.save_link(*link));
    (void)saved;
  }
  Observer observer(run, target, target.row.listing);
  return observer.object(std::move(object), Observer::Trust::fetched);
}

Status abandon(Run& run, const store::Intent& intent, const std::string& why) {
  FASTI_CHECK(run.engine.store.add_work(intent.kind, intent.record));
  return run.engine.store.set_intent_state(intent.key, store::IntentState::abandoned, "", why);
}

/// Sends the rest of a write that was stored in part, under its own key. `look` is what is there then, or why it could
/// not be finished.
Status finish_half(Run& run, TargetRun& target, const store::Intent& intent, Look& look) {
  const std::string id = std::exchange(look, {}).object->id;
  if (run.dry || run.stopping() || target.stopped) return {};
  FASTI_TRY(const auto link, run.engine.store.link(intent.link));
  WriteRequest request = request_of(target, intent, link && link->created, run.engine.store.store_id());
  request.id = id;
  const auto replies = target.target->connector->send(std::span(&request, 1), run.options.stop);
  const Error missing{ErrorKind::bad_reply, "no reply for this write", target.target->name, "", {}};
  if (replies.empty() || !replies.front()) {
    const Error& error = replies.empty() ? missing : replies.front().error();
    const Reaction reaction = reaction_to_write(error.kind);
    if (reaction == Reaction::in_doubt || reaction == Reaction::stop_target) return {};
    FASTI_TRY(auto transaction, run.engine.store.begin());
    FASTI_CHECK(run.engine.store.add_work(intent.kind, intent.record));
    FASTI_CHECK(take_in_failure(run, target, intent, error));
    look.finding = Finding::refused;
    return transaction->commit();
  }
  store::Intent whole = intent;
  whole.remote_id = id;
  look = look_by_id(target, whole);
  return {};
}

Status recover_one(Run& run, TargetRun& target, const store::Intent& intent) {
  bool by_marker = intent.op == "create" && intent.remote_id.empty();
  Look look = by_marker ? look_by_marker(run, target, intent) : look_by_id(target, intent);
  if (look.finding == Finding::half) FASTI_CHECK(finish_half(run, target, intent, look));
  if (look.finding == Finding::refused) return {};
  bool too_early = run.now() < intent.at + target.caps.visibility_lag;
  if (look.finding == Finding::half || look.finding == Finding::unknown ||
      (too_early && look.finding != Finding::landed)) {
    run.lagging.insert(target.target->name + "\n" + intent.kind + "\n" + intent.record);
    return {};
  }
  FASTI_TRY(auto transaction, run.engine.store.begin());
  FASTI_CHECK(run.engine.store.add_work(intent.kind, intent.record));
  switch (look.finding) {
    case Finding::landed:
      FASTI_CHECK(settle_landed(run, target, intent, std::move(*look.object)));
      break;
    case Finding::not_there:
      if (intent.op == "delete") {
        FASTI_CHECK(confirm(run, target, intent, {intent.remote_id, "", {}}));
      } else {
        FASTI_CHECK(abandon(run, intent, "looked for it: it never arrived"));
      }
      break;
    case Finding::untouched:
      FASTI_CHECK(abandon(run, intent, "looked at it: the write never arrived"));
      break;
    case Finding::changed: {
      FASTI_CHECK(abandon(run, intent, "looked at it: somebody else's version is there"));
      if (intent.op == "create") break;
      Observer observer(run, target, target.row.listing);
      FASTI_CHECK(observer.object(std::move(*look.object), Observer::Trust::fetched));
      break;
    }
    case Finding::half:
    case Finding::refused:
    case Finding::unknown:
      break;
  }
  return transaction->commit();
}

}  // namespace

Status recover(Run& run) {
  FASTI_TRY(auto open, run.engine.store.open_intents());
  for (const store::Intent& intent : open) {
    TargetRun* target = run.find(intent.target);
    if (!target) {
      FASTI_CHECK(abandon(run, intent, "its target is no longer configured"));
    } else if (!target->in_scope || target->stopped || target->row.collection.empty()) {
      run.lagging.insert(intent.target + "\n" + intent.kind + "\n" + intent.record);
    } else {
      FASTI_CHECK(recover_one(run, *target, intent));
    }
  }
  return {};
}

}  // namespace sync
}  // namespace v1
}  // namespace fasti
