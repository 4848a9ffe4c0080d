// Hops 7 and 8: writes go out in the provider's batches; what came of each is taken in before the next batch.
#include <algorithm>
#include <iterator>

#include "engine/base/hash.hpp"
#include "engine/base/try.hpp"
#include "engine/model/value_json.hpp"
#include "engine/sync/observe.hpp"
#include "engine/sync/reaction.hpp"
#include "engine/sync/write.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {
namespace {

constexpr std::size_t kSupersededMax = 4;

std::string work_key(const store::Intent& intent) { return intent.kind + "\n" + intent.record; }

/// What is there after the write, as far as the reply did not say.
Properties applied(const store::Intent& intent) {
  Properties now = intent.op == "create" ? Properties{} : intent.before_seen;
  for (const auto& [path, value] : intent.set) now[path] = value;
  for (const std::string& path : intent.clear) now.erase(path);
  for (const std::string& part : intent.remove_parts) {
    for (auto it = now.begin(); it != now.end();) it = path_part(it->first) == part ? now.erase(it) : std::next(it);
  }
  return now;
}

void move_base(const TargetRun& target, const store::Intent& intent, const Properties& now, bool echoed,
               store::Link& link) {
  if (intent.op == "create" && link.sent.empty() && link.stored.empty() && link.seen.empty()) {
    link.sent = intent.encoded;
    link.stored = link.seen = now;
    return;
  }
  std::set<std::string> written;
  for (const auto& [path, value] : intent.set) written.insert(path);
  written.insert(intent.clear.begin(), intent.clear.end());
  std::set<std::string> parts(intent.remove_parts.begin(), intent.remove_parts.end());
  std::set<std::string> paths = all_paths(now, link.seen);
  for (const std::string& path : all_paths(intent.encoded, link.stored)) paths.insert(path);
  for (const std::string& path : paths) {
    bool ours = intent.op == "create" || written.count(path) != 0 || parts.count(path_part(path)) != 0;
    if (ours) {
      auto sent = intent.encoded.find(path);
      if (sent == intent.encoded.end()) {
        link.sent.erase(path);
      } else {
        link.sent[path] = sent->second;
      }
    }
    // A property that we did not touch and the provider rewrote with our write is its echo as well, unless an edit
    // waits there. Without preconditions it may be a person's: then it counts as one.
    bool base_moves = ours || (echoed && target.caps.versions && same_at(link.seen, link.stored, path));
    if (!base_moves) continue;
    auto value = now.find(path);
    if (value == now.end()) {
      link.stored.erase(path);
    } else {
      link.stored[path] = value->second;
    }
  }
  link.seen = now;
}

Status journal_written(Run& run, const TargetRun& target, const store::Intent& intent) {
  JournalEntry entry;
  entry.run = run.id;
  entry.at = run.now();
  entry.origin = "fasti";
  entry.side = target.target->name;
  entry.type = EntryType::applied;
  entry.kind = intent.kind;
  entry.record = intent.record;
  entry.cause = intent.op;
  auto value_of = [](const Properties& properties, const std::string& path) {
    auto it = properties.find(path);
    return it == properties.end() ? std::nullopt : std::optional<Value>(it->second);
  };
  if (intent.op != "update") {
    if (intent.op == "create") entry.after = Value(true);
    if (intent.op == "delete") entry.before = Value(true);
    FASTI_TRY(auto seq, run.engine.store.append_journal(entry));
    (void)seq;
    return {};
  }
  const Properties now = applied(intent);
  for (const std::string& path : all_paths(intent.before_seen, now)) {
    entry.field = path;
    entry.before = value_of(intent.before_seen, path);
    entry.after = value_of(now, path);
    if (entry.before == entry.after) continue;
    FASTI_TRY(auto seq, run.engine.store.append_journal(entry));
    (void)seq;
  }
  return {};
}

/// `link`: nullptr when it is no longer there.
Status confirm_link(Run& run, TargetRun& target, const store::Intent& intent, store::Link* link,
                    const Written& written);

void count_write(TargetRun& target, const store::Intent& intent) {
  Counts& counts = target.report.written;
  ++(intent.op == "create" ? counts.created : intent.op == "update" ? counts.updated : counts.deleted);
}

Status park(Run& run, TargetRun& target, const store::Intent& intent, const Error& error) {
  store::Store& store = run.engine.store;
  FASTI_TRY(auto link, store.link(intent.link));
  if (link) {
    link->state = store::LinkState::parked;
    link->park_reason = error.text();
    link->park_hash = short_hash(target.target->mapping->hash() + "\n" + tagged_json(intent.encoded) + "\n" +
                                 intent.expected_version);
    FASTI_TRY(auto id, store.save_link(*link));
    (void)id;
  }
  run.unfinished.insert(work_key(intent));
  FASTI_CHECK(store.set_intent_state(intent.key, store::IntentState::failed, "", error.text()));
  return store.save_parked(
      {target.target->name, intent.remote_id, intent.record, "out", error.text(), "", "", run.now()});
}

/// Somebody else's object sits where ours should be created: the next generation gets another id (rule 22).
Status burn_id(Run& run, const store::Intent& intent) {
  FASTI_TRY(auto link, run.engine.store.link(intent.link));
  if (!link) return {};
  run.burned.insert({intent.kind, intent.record});
  link->state = store::LinkState::gone;
  link->remote_id.clear();
  FASTI_TRY(auto id, run.engine.store.save_link(*link));
  (void)id;
  return {};
}

/// Where the provider has no precondition, the engine looks right before it writes (rule 23). Returns the intents
/// that still meet what the plan saw.
Result<std::vector<Outgoing>> reread(Run& run, TargetRun& target, std::vector<Outgoing> batch) {
  std::vector<std::string> ids;
  for (const Outgoing& out : batch) {
    if (out.intent.op != "create") ids.push_back(out.intent.remote_id);
  }
  if (ids.empty()) return batch;
  auto replies = target.target->connector->fetch(target.row.collection, ids);
  std::vector<Outgoing> fit;
  std::size_t next = 0;
  for (Outgoing& out : batch) {
    store::Intent& intent = out.intent;
    if (intent.op == "create") {
      fit.push_back(std::move(out));
      continue;
    }
    auto& reply = replies[next++];
    if (reply && mapped_only(target, reply->properties) == intent.before_seen) {
      intent.expected_version = reply->version;
      fit.push_back(std::move(out));
      continue;
    }
    Error error{ErrorKind::precondition_failed, "changed since it was read", target.target->name, "", {}};
    // What cannot be read now was not shown unchanged: only this record waits, the others are written (rule 27).
    bool elsewhere = !reply && reply.error().kind != ErrorKind::not_found && reply.error().kind != ErrorKind::bad_reply;
    if (elsewhere) error = reply.error();
    if (!reply && reaction_to_write(error.kind) == Reaction::in_doubt) error.kind = ErrorKind::rate_limited;
    FASTI_TRY(auto transaction, run.engine.store.begin());
    FASTI_CHECK(take_in_failure(run, target, intent, error));
    FASTI_CHECK(transaction->commit());
  }
  return fit;
}

Status send_batch(Run& run, TargetRun& target, std::vector<Outgoing> batch) {
  store::Store& store = run.engine.store;
  if (!target.caps.versions) {
    FASTI_TRY(batch, reread(run, target, std::move(batch)));
  }
  std::vector<WriteRequest> requests;
  requests.reserve(batch.size());
  for (const Outgoing& out : batch)
    requests.push_back(request_of(target, out.intent, out.link.created, store.store_id()));
  if (requests.empty()) return {};
  auto replies = target.target->connector->send(requests, run.options.stop);
  target.written = true;
  FASTI_TRY(auto transaction, store.begin());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (i >= replies.size()) {
      Error missing{ErrorKind::bad_reply, "no reply for this write", target.target->name, "", {}};
      FASTI_CHECK(take_in_failure(run, target, batch[i].intent, missing));
    } else if (replies[i]) {
      FASTI_CHECK(confirm_link(run, target, batch[i].intent, &batch[i].link, *replies[i]));
    } else {
      FASTI_CHECK(take_in_failure(run, target, batch[i].intent, replies[i].error()));
    }
  }
  return transaction->commit();
}

/// Never sent: nothing to look for after a restart.
Status abandon(Run& run, const std::vector<Outgoing>& outgoing, std::size_t from) {
  FASTI_TRY(auto transaction, run.engine.store.begin());
  for (std::size_t i = from; i < outgoing.size(); ++i) {
    const store::Intent& intent = outgoing[i].intent;
    run.unfinished.insert(work_key(intent));
    FASTI_CHECK(run.engine.store.set_intent_state(intent.key, store::IntentState::abandoned, "", "not sent"));
  }
  return transaction->commit();
}

Status unpark_written(Run& run, const TargetRun& target, const store::Intent& intent) {
  FASTI_TRY(auto rows, run.engine.store.parked());
  for (const store::Parked& row : rows) {
    if (row.target != target.target->name || row.record != intent.record || row.direction != "out") continue;
    FASTI_CHECK(run.engine.store.remove_parked(row.target, row.remote_id, row.record, row.direction));
  }
  return {};
}

Status confirm_link(Run& run, TargetRun& target, const store::Intent& intent, store::Link* found,
                    const Written& written) {
  store::Store& store = run.engine.store;
  if (found) {
    store::Link& link = *found;
    if (!intent.expected_version.empty()) {
      link.superseded.push_back(intent.expected_version);
      if (link.superseded.size() > kSupersededMax) link.superseded.erase(link.superseded.begin());
    }
    link.confirmed = link.observed = run.now();
    link.echo_pending = false;
    if (intent.op == "delete") {
      link.state = store::LinkState::gone;
      link.base_present = link.seen_present = false;
      link.sent.clear();
      link.stored.clear();
      link.seen.clear();
    } else {
      bool echoed = written.echo.has_value();
      move_base(target, intent, echoed ? mapped_only(target, written.echo->properties) : applied(intent), echoed, link);
      link.state = store::LinkState::live;
      link.park_reason.clear();
      link.base_present = link.seen_present = true;
      if (!written.id.empty()) link.remote_id = written.id;
      link.seen_version = link.base_version = written.version;
      link.echo_pending = !echoed;
      if (echoed) {
        link.shadow = written.echo->shadow;
        link.marker = written.echo->marker;
        if (!written.echo->uid.empty()) link.uid = written.echo->uid;
      }
    }
    FASTI_TRY(auto id, store.save_link(link));
    (void)id;
    // Somebody typed between our look and our write: their edit came back with the reply.
    if (intent.op != "delete" && !(link.seen == link.stored)) run.unfinished.insert(work_key(intent));
  }
  FASTI_CHECK(unpark_written(run, target, intent));
  FASTI_CHECK(journal_written(run, target, intent));
  count_write(target, intent);
  run.created |= intent.op == "create";
  target.written = true;
  return store.set_intent_state(intent.key, store::IntentState::confirmed, written.version, "");
}

}  // namespace

WriteRequest request_of(const TargetRun& target, const store::Intent& intent, bool created,
                        const std::string& store_id) {
  WriteRequest request;
  request.op = intent.op == "create" ? WriteOp::create : intent.op == "update" ? WriteOp::update : WriteOp::remove;
  request.collection = target.row.collection;
  request.key = intent.key;
  request.id = intent.remote_id;
  request.uid = intent.uid;
  request.version = intent.expected_version;
  request.set = intent.set;
  request.clear = intent.clear;
  request.remove_parts = intent.remove_parts;
  request.verbatim = intent.verbatim;
  request.shadow = intent.before_shadow;
  request.write_marker = target.target->marker && target.caps.markers;
  request.marker = {store_id, intent.record, intent.op == "create" || created, intent.key};
  return request;
}

Status take_in_failure(Run& run, TargetRun& target, const store::Intent& intent, const Error& error) {
  store::Store& store = run.engine.store;
  switch (reaction_to_write(error.kind)) {
    case Reaction::in_doubt:
      run.unfinished.insert(work_key(intent));
      run.lagging.insert(intent.target + "\n" + work_key(intent));
      target.report.error = error;
      if (++target.doubts >= 3) target.stopped = true;
      return {};
    case Reaction::stop_target:
      run.unfinished.insert(work_key(intent));
      target.report.error = error;
      target.stopped = true;
      return store.set_intent_state(intent.key, store::IntentState::abandoned, "", error.text());
    case Reaction::look_again:
      run.unfinished.insert(work_key(intent));
      run.skipped = true;
      if (intent.op == "create") {
        FASTI_CHECK(burn_id(run, intent));
        run.lost_races[target.target->name];
      } else {
        run.lost_races[target.target->name].push_back(intent.remote_id);
      }
      return store.set_intent_state(intent.key, store::IntentState::failed, "", error.text());
    case Reaction::already_gone:
      if (intent.op == "delete") return confirm(run, target, intent, {intent.remote_id, "", {}});
      run.unfinished.insert(work_key(intent));
      run.lost_races[target.target->name].push_back(intent.remote_id);
      return store.set_intent_state(intent.key, store::IntentState::failed, "", error.text());
    case Reaction::park:
      return park(run, target, intent, error);
    case Reaction::stop_run:
      break;
  }
  return error;
}

Status confirm(Run& run, TargetRun& target, const store::Intent& intent, const Written& written) {
  FASTI_TRY(auto link, run.engine.store.link(intent.link));
  return confirm_link(run, target, intent, link ? &*link : nullptr, written);
}

Status send(Run& run, std::vector<Outgoing>&& outgoing) {
  for (TargetRun& target : run.targets) {
    std::vector<Outgoing> mine;
    for (Outgoing& out : outgoing) {
      if (out.intent.target == target.target->name) mine.push_back(std::move(out));
    }
    std::size_t size = std::max<std::size_t>(target.caps.batch, 1);
    for (std::size_t begin = 0; begin < mine.size(); begin += size) {
      if (run.stopping() || target.stopped) {
        FASTI_CHECK(abandon(run, mine, begin));
        break;
      }
      std::size_t end = std::min(begin + size, mine.size());
      auto first = std::make_move_iterator(mine.begin());
      FASTI_CHECK(send_batch(run, target,
                             {first + static_cast<std::ptrdiff_t>(begin), first + static_cast<std::ptrdiff_t>(end)}));
      if (run.options.progress) run.options.progress({target.target->name, "send", end, mine.size()});
    }
  }
  return {};
}

}  // namespace sync
}  // namespace v1
}  // namespace fasti
