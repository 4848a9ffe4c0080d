#include "engine/sync/observe.hpp"

#include <algorithm>
#include <iterator>

#include "engine/base/hash.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {
namespace {

/// After that nobody is going to finish it: it is taken as it is.
constexpr std::chrono::hours kForeignHalfMax{1};

/// The lens that owns a property, for the journal: its field's path.
std::string field_of_property(const Mapping& mapping, const std::string& path) {
  std::string name = path_name(path);
  for (const Lens& lens : mapping.lenses()) {
    if (std::count(lens.properties.begin(), lens.properties.end(), name)) {
      return make_path(lens.fields.front(), path_part(path));
    }
  }
  return path;
}

std::optional<Value> value_at(const Properties& properties, const std::string& path) {
  auto it = properties.find(path);
  return it == properties.end() ? std::nullopt : std::optional<Value>(it->second);
}

}  // namespace

bool reads_the_same(const Value& a, const Value& b) {
  const std::string* x = std::get_if<std::string>(&a);
  const std::string* y = std::get_if<std::string>(&b);
  if (!x || !y) return a == b;
  auto visible = [](const std::string& text) {
    std::string kept;
    std::copy_if(text.begin(), text.end(), std::back_inserter(kept),
                 [](char c) { return static_cast<unsigned char>(c) > ' '; });
    return kept;
  };
  return visible(*x) == visible(*y);
}

Observer::Observer(Run& run, TargetRun& target, std::int64_t listing)
    : run_(run), target_(target), listing_(listing), references_(run.engine.store, {target.target->name}) {
  if (target.parked) return;
  target.parked.emplace();
  if (auto rows = run.engine.store.parked()) {
    for (const store::Parked& row : *rows) {
      if (row.target == target.target->name && row.direction == "in") target.parked->insert(row.remote_id);
    }
  }
}

/// Half of a write that somebody is going to finish: we, as long as its intent is open, another store for an hour.
Result<bool> Observer::is_half(const RemoteObject& object) {
  if (object.unfinished.empty()) return false;
  FASTI_TRY(const auto open, run_.engine.store.open_intents());
  const bool ours = std::any_of(open.begin(), open.end(), [&](const store::Intent& intent) {
    // A person's copy of it has another id.
    return intent.key == object.unfinished && (intent.remote_id.empty() || intent.remote_id == object.id);
  });
  const bool foreign = object.marker && object.marker->store != run_.engine.store.store_id();
  return ours || (foreign && object.modified && run_.now() < *object.modified + kForeignHalfMax);
}

Status Observer::object(RemoteObject&& object, Trust trust) {
  store::Store& store = run_.engine.store;
  FASTI_TRY(const bool half, is_half(object));
  if (half) return store.stamp_listing(target_.target->name, object.id, listing_, run_.now());
  Properties seen = mapped_only(target_, object.properties);
  ++target_.report.pulled;
  FASTI_TRY(auto found, store.link_of_object(target_.target->name, object.id));
  if (!found) return stranger(std::move(object), std::move(seen));
  store::Link& link = *found;
  link.listing = std::max(link.listing, listing_);
  link.confirmed = run_.now();
  bool settled = trust == Trust::fetched || !target_.caps.fetch;
  bool same = link.seen_present && seen == link.seen;
  bool replaced = !object.version.empty() && std::count(link.superseded.begin(), link.superseded.end(), object.version);
  // Without versions a state from before our last look cannot be told by its version, only by its time (rule 4).
  bool too_soon = !target_.caps.versions && run_.now() < link.observed + target_.caps.visibility_lag;
  if (!settled && (link.state == store::LinkState::gone || (!same && (replaced || too_soon)))) {
    doubtful_.push_back(object.id);
    if (link.state == store::LinkState::gone) return {};
    return store.stamp_listing(target_.target->name, object.id, listing_, link.confirmed);
  }
  FASTI_CHECK(unpark(object.id, link.record));
  if (link.state == store::LinkState::gone) {
    // Alive after a confirmed deletion: an undelete, the same record without a base (rule 18).
    link.state = store::LinkState::live;
    link.base_present = false;
    link.sent.clear();
    link.stored.clear();
    link.seen.clear();
    link.seen_present = false;
    same = false;
  }
  if (link.echo_pending && object.version == link.seen_version && !object.version.empty()) {
    echo(link, seen);
    link.seen = std::move(seen);
  } else {
    if (link.echo_pending) recognise_rewriting(link, seen);
    link.echo_pending = false;
    same = link.seen_present && seen == link.seen;
    if (!same) FASTI_CHECK(changed(link, object, std::move(seen)));
  }
  // One of several that matched a record: once edited, it may be told apart.
  if (!same && link.record.empty() && link.state == store::LinkState::parked) link.state = store::LinkState::stranger;
  link.seen_version = object.version;
  link.shadow = std::move(object.shadow);
  link.marker = object.marker;
  if (!object.uid.empty()) link.uid = object.uid;
  link.observed = run_.now();
  if (target_.remapped) FASTI_CHECK(rebase_to_new_mapping(link));
  FASTI_TRY(auto id, store.save_link(link));
  (void)id;
  return {};
}

Status Observer::stranger(RemoteObject&& object, Properties&& seen) {
  store::Link link;
  link.target = target_.target->name;
  link.kind = target_.target->kind;
  link.state = store::LinkState::stranger;
  link.remote_id = object.id;
  link.uid = object.uid;
  link.seen_present = true;
  link.seen = std::move(seen);
  link.seen_version = object.version;
  link.marker = object.marker;
  link.shadow = std::move(object.shadow);
  link.listing = listing_;
  link.confirmed = link.observed = run_.now();
  link.created = false;
  link.seen_until = object.modified ? std::min(*object.modified + target_.caps.granularity, run_.now()) : run_.now();
  FASTI_CHECK(unpark(link.remote_id, ""));
  FASTI_TRY(auto id, run_.engine.store.save_link(link));
  (void)id;
  return {};
}

Status Observer::changed(store::Link& link, const RemoteObject& object, Properties&& seen) {
  Instant now = run_.now();
  link.seen_after = link.observed;
  link.seen_until = now;
  if (object.modified) {
    Instant until = *object.modified + target_.caps.granularity;
    if (until > link.seen_after && until < now) link.seen_until = until;
  }
  if (link.state == store::LinkState::live && !target_.remapped) FASTI_CHECK(journal_change(link, seen));
  link.seen = std::move(seen);
  link.seen_present = true;
  link.missed = 0;
  if (link.record.empty()) return {};
  return run_.engine.store.add_work(link.kind, link.record);
}

/// The provider's form of what we wrote is the base: it never counts as an edit (rules 2 and 24). Where the object
/// already differed from the base before our write, that edit still waits.
void Observer::echo(store::Link& link, const Properties& seen) const {
  for (const std::string& path : all_paths(seen, link.seen)) {
    if (!same_at(link.seen, link.stored, path)) continue;
    auto it = seen.find(path);
    if (it == seen.end()) {
      link.stored.erase(path);
    } else {
      link.stored[path] = it->second;
    }
  }
  link.echo_pending = false;
}

/// Our write, but its version was not told: a person may have been faster. Only what differs from what we sent by
/// nothing but white space is taken for the provider's rewriting; the rest counts as an edit.
void Observer::recognise_rewriting(store::Link& link, const Properties& seen) const {
  for (const auto& [path, value] : seen) {
    auto sent = link.sent.find(path);
    if (sent == link.sent.end() || !same_at(link.seen, link.stored, path) || !reads_the_same(sent->second, value)) {
      continue;
    }
    link.stored[path] = link.seen[path] = value;
  }
}

/// A changed mapping (rule 28): what still decodes to the local value is re-based silently, the rest is written.
Status Observer::rebase_to_new_mapping(store::Link& link) {
  if (link.record.empty() || !link.base_present) return {};
  FASTI_TRY(auto row, run_.engine.store.load_record(link.kind, link.record));
  if (!row || row->record.deleted) return {};
  const Mapping& mapping = *target_.target->mapping;
  Properties encoded = mapping.encode(row->record, references_).properties;
  Fields decoded = mapping.decode(link.seen, &row->record, references_).fields;
  link.stored = link.seen;
  link.sent = link.seen;
  for (const std::string& path : all_paths(encoded, link.seen)) {
    std::string field = field_of_property(mapping, path);
    const Value* local = row->record.find(field);
    auto it = decoded.find(field);
    bool same = it == decoded.end() || (it->second ? local && *it->second == *local : local == nullptr);
    if (!same) continue;
    if (encoded.count(path)) {
      link.sent[path] = encoded[path];
    } else {
      link.sent.erase(path);
    }
  }
  return run_.engine.store.add_work(link.kind, link.record);
}

Status Observer::journal_change(const store::Link& link, const Properties& seen) {
  if (link.record.empty()) return {};
  for (const std::string& path : all_paths(link.seen, seen)) {
    if (same_at(link.seen, seen, path)) continue;
    JournalEntry entry;
    entry.run = run_.id;
    entry.at = run_.now();
    entry.origin = entry.side = target_.target->name;
    entry.type = EntryType::observed;
    entry.kind = link.kind;
    entry.record = link.record;
    entry.field = field_of_property(*target_.target->mapping, path);
    entry.before = value_at(link.seen, path);
    entry.after = value_at(seen, path);
    entry.cause = "edit";
    FASTI_TRY(auto seq, run_.engine.store.append_journal(entry));
    (void)seq;
  }
  return {};
}

Status Observer::unpark(const std::string& remote_id, const std::string& record) {
  if (!target_.parked->erase(remote_id)) return {};
  FASTI_CHECK(run_.engine.store.remove_parked(target_.target->name, remote_id, "", "in"));
  return run_.engine.store.remove_parked(target_.target->name, remote_id, record, "in");
}

Status Observer::listed(const std::string& id) {
  if (target_.parked->count(id)) {
    // What could not be read is again what it was when it could.
    FASTI_TRY(auto link, run_.engine.store.link_of_object(target_.target->name, id));
    FASTI_CHECK(unpark(id, link ? link->record : ""));
  }
  return run_.engine.store.stamp_listing(target_.target->name, id, listing_, run_.now());
}

Status Observer::unreadable(const RemoteChange& change) {
  store::Store& store = run_.engine.store;
  unreadable_.insert(change.object.id);
  FASTI_TRY(auto link, store.link_of_object(target_.target->name, change.object.id));
  store::Parked row;
  row.target = target_.target->name;
  row.remote_id = change.object.id;
  row.record = link ? link->record : "";
  row.direction = "in";
  row.reason = change.reason ? change.reason->text() : "cannot be read";
  row.raw = change.object.shadow;
  row.hash = short_hash(change.object.version + "\n" + target_.target->mapping->hash());
  row.at = run_.now();
  FASTI_CHECK(store.save_parked(row));
  target_.parked->insert(row.remote_id);
  return link ? store.stamp_listing(target_.target->name, change.object.id, listing_, run_.now()) : Status{};
}

Status Observer::absent(store::Link&& link) {
  store::Store& store = run_.engine.store;
  FASTI_CHECK(unpark(link.remote_id, link.record));
  if (link.record.empty()) return store.delete_link(link.id);
  if (!link.seen_present) return {};
  Instant now = run_.now();
  JournalEntry entry;
  entry.run = run_.id;
  entry.at = now;
  entry.origin = entry.side = target_.target->name;
  entry.type = EntryType::observed;
  entry.kind = link.kind;
  entry.record = link.record;
  entry.before = Value(true);
  entry.cause = "delete";
  FASTI_TRY(auto seq, store.append_journal(entry));
  (void)seq;
  link.seen_present = false;
  link.seen.clear();
  link.echo_pending = false;
  link.seen_after = link.observed;
  link.seen_until = link.observed = now;
  FASTI_CHECK(store.add_work(link.kind, link.record));
  FASTI_TRY(auto id, store.save_link(link));
  (void)id;
  return {};
}

Status Observer::gone(const std::string& id) {
  FASTI_TRY(auto link, run_.engine.store.link_of_object(target_.target->name, id));
  if (!link) return unpark(id, "");
  return absent(std::move(*link));
}

}  // namespace sync
}  // namespace v1
}  // namespace fasti
