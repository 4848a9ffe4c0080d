#pragma once
// Where everything is kept: records, journal, links, cursors, runs, conflicts. An interface over plain rows; the only
// SQL is in sqlite/. Thread-safe: every call takes one lock, a Transaction holds it until it ends. Transactions are
// short; none is open while a network call runs. Not for decisions: rows in, rows out.
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <fasti/connector.hpp>
#include <fasti/record.hpp>
#include <fasti/report.hpp>

namespace fasti {
inline namespace v1 {
namespace store {

/// Who wrote a field's present value and when (rules 6, 8): after `after`, not later than `until`.
struct Stamp {
  std::string origin;  ///< "local" or a target
  Instant after{};
  Instant until{};
  std::int64_t seq = 0;  ///< journal number
  bool derived = false;  ///< not a person's edit (rule 13)
  /// The value is as it was, but a change of the zone data moved its instants; nobody is to contend with that.
  bool re_anchored = false;
  bool operator==(const Stamp&) const = default;
};

struct RecordRow {
  Record record;
  std::map<std::string, Stamp> stamps;  ///< by path; "" stamps creation or deletion
  Instant changed{};
};

enum class LinkState {
  stranger,  ///< an object without a record (`record` is empty)
  live,
  detached,  ///< base kept, seen fed, nothing merged or sent
  parked,
  gone,  ///< confirmed gone at the provider; kept as long as the tombstone
};

/// Record <-> remote object in one target (rules.md, State of a link).
struct Link {
  std::int64_t id = 0;  ///< 0: not stored yet
  std::string target;
  std::string kind;
  std::string record;
  std::string remote_id;  ///< empty until created
  std::string uid;
  LinkState state = LinkState::live;
  int generation = 0;
  bool created = true;        ///< by us; false: adopted
  bool base_present = false;  ///< the object was there when both last agreed
  bool seen_present = false;  ///< it was there at the last observation
  Properties sent;            ///< the base, in the provider's form: what encode gave
  Properties stored;          ///< … and the provider's echo of it
  Properties seen;            ///< the last observed values
  std::string base_version;
  std::string seen_version;
  std::vector<std::string> superseded;  ///< the last four versions that were replaced, newest last (rule 4)
  std::optional<Marker> marker;         ///< as last seen on the object
  std::string shadow;                   ///< the provider's original as last seen
  bool echo_pending = false;            ///< `stored` is our guess until the provider's echo is seen
  std::int64_t listing = 0;             ///< the last complete listing that showed it (rule 19)
  int missed = 0;                       ///< complete listings in a row that did not (feeds)
  Instant confirmed{};                  ///< last moment it was known to be there
  Instant observed{};                   ///< when `seen` was last confirmed
  Instant seen_after{};                 ///< `seen` came to be after this …
  Instant seen_until{};                 ///< … and not later than this (rule 8)
  std::map<std::string, int> churn;     ///< by property path (rule 21)
  std::string park_reason;
  std::string park_hash;  ///< of mapping + both sides + version, when it was parked (rule 27)
};

/// A record that a link with some UID belongs to.
struct Holder {
  std::string record;
  bool seen_present = false;
  bool operator==(const Holder&) const = default;
};

struct TargetRow {
  std::string name;
  std::string sync;
  std::string connection;
  std::string collection;  ///< the provider's id of it; empty until opened
  std::string cursor;
  std::string cursor_key;  ///< hash of account, collection and query; another one voids the cursor
  std::string mapping_hash;
  bool contacted = false;  ///< first contact is over (rule 17)
  bool paused = false;
  std::int64_t listing = 0;  ///< id of the last finished pull; only grows
  Instant listed{};          ///< when the last complete listing ended (sweep)
  std::optional<Instant> last_success;
  std::optional<std::string> held;
  std::string error;
};

enum class IntentState { open, confirmed, failed, abandoned };

/// A remote write (or a re-base without a write), durable before it is sent, with its before-image (S8, rule 30).
struct Intent {
  std::string key;  ///< idempotency key, write stamp
  std::string run;
  std::string target;
  std::int64_t link = 0;
  std::string kind;
  std::string record;
  std::string op;  ///< create | update | delete | rebase
  IntentState state = IntentState::open;
  std::string remote_id;
  std::string uid;
  std::string expected_version;
  Properties set;
  std::vector<std::string> clear;
  std::vector<std::string> remove_parts;
  Properties encoded;  ///< all of encode(merged): becomes `sent`
  std::string verbatim;
  bool before_present = false;
  Properties before_sent;
  Properties before_stored;
  Properties before_seen;
  std::string before_shadow;
  std::string after_version;
  Instant at{};
  std::string error;
};

struct ConflictRow {
  ConflictInfo info;
  bool frozen = false;  ///< rollback or `ask`: settled only by an answer or by agreement
  std::string group;    ///< the fields that merge as one, by path of the leading one
};

struct Parked {
  std::string target;
  std::string remote_id;  ///< empty when it never got there
  std::string record;     ///< empty when it has none
  std::string direction;  ///< in | out
  std::string reason;
  std::string raw;
  std::string hash;  ///< retried when this changes (rule 27)
  Instant at{};
};

struct RunRow {
  RunReport report;  ///< without steps' bulk when finished
  std::string held;  ///< what a guard held, as the engine wrote it (opaque to the store)
};

class Transaction {
 public:
  virtual ~Transaction() = default;  ///< rolls back unless committed
  virtual Status commit() = 0;
};

class Store {
 public:
  virtual ~Store() = default;

  virtual Result<std::unique_ptr<Transaction>> begin() = 0;
  /// One view for reads that follow one another: cheaper than each on its own. Nothing may be written in it.
  virtual Result<std::unique_ptr<Transaction>> view() = 0;
  virtual const std::string& store_id() const = 0;
  /// Facts about the store as a whole, by key. nullopt: never said.
  virtual Result<std::optional<std::string>> fact(const std::string& key) = 0;
  virtual Status set_fact(const std::string& key, const std::string& value) = 0;

  // Records. Tombstones are rows with record.deleted.
  virtual Result<std::optional<RecordRow>> load_record(const std::string& kind, const std::string& id) = 0;
  /// Cheap: without reading the values. nullopt when there is no such record.
  virtual Result<std::optional<std::int64_t>> record_revision(const std::string& kind, const std::string& id) = 0;
  /// Writes fields, stamps, deleted; sets revision := stored revision + 1 and returns it. precondition_failed when
  /// the stored revision is not `expected` (0: the record must not exist yet).
  virtual Result<std::int64_t> save_record(const RecordRow& row, std::int64_t expected) = 0;
  /// In order of id. `deleted` rows only when asked for.
  virtual Status each_record(const std::string& kind, bool deleted, const std::function<Status(RecordRow&&)>& f) = 0;
  virtual Result<std::uint64_t> count_records(const std::string& kind) = 0;
  /// Ids of living records whose top-level text field equals `text` (an index serves label and key fields).
  virtual Result<std::vector<std::string>> find_records(const std::string& kind, const std::string& field,
                                                        const std::string& text) = 0;
  virtual Result<std::vector<std::string>> kinds() = 0;
  virtual Status forget_record(const std::string& kind, const std::string& id) = 0;  ///< tombstone expiry only

  // Work: records that some run still has to look at. Filled with every observation and put, emptied by the engine.
  virtual Status add_work(const std::string& kind, const std::string& record) = 0;
  /// Every record of the kind; tombstones only when asked for.
  virtual Status add_all_work(const std::string& kind, bool deleted) = 0;
  virtual Status remove_work(const std::string& kind, const std::string& record) = 0;
  virtual Result<std::vector<std::pair<std::string, std::string>>> work() = 0;  ///< (kind, record), ordered

  // Journal, append-only.
  virtual Result<std::int64_t> append_journal(const JournalEntry& entry) = 0;
  virtual Result<std::vector<JournalEntry>> journal(const std::string& record, const std::string& run,
                                                    std::int64_t after, std::size_t limit) = 0;

  // Links.
  virtual Result<std::int64_t> save_link(const Link& link) = 0;  ///< inserts when id is 0; returns the id
  virtual Status delete_link(std::int64_t id) = 0;
  virtual Result<std::optional<Link>> link(std::int64_t id) = 0;
  virtual Result<std::optional<Link>> link_of_record(const std::string& target, const std::string& kind,
                                                     const std::string& record) = 0;
  virtual Result<std::optional<Link>> link_of_object(const std::string& target, const std::string& remote_id) = 0;
  virtual Result<std::vector<Link>> links_of_record(const std::string& kind, const std::string& record) = 0;
  /// Cheap: which records have had an object with this UID, and is it there? Without reading any values; by age.
  virtual Result<std::vector<Holder>> holders_of_uid(const std::string& kind, const std::string& uid) = 0;
  virtual Result<std::vector<Link>> links_in_state(const std::string& target, LinkState state) = 0;
  virtual Status each_link_in_state(const std::string& target, LinkState state,
                                    const std::function<Status(Link&&)>& f) = 0;
  virtual Status each_link(const std::string& target, const std::function<Status(Link&&)>& f) = 0;
  /// Cheap: the version last seen of an object, without reading its values. nullopt when the next pull has to show the
  /// object in full: unknown, gone, not there at the last observation, or its echo is pending.
  virtual Result<std::optional<std::string>> seen_version(const std::string& target, const std::string& remote_id) = 0;
  /// Marks an object as shown by a listing, without reading its values.
  virtual Status stamp_listing(const std::string& target, const std::string& remote_id, std::int64_t listing,
                               Instant confirmed) = 0;
  /// Links with seen_present whose listing stamp is older than `listing` and that were confirmed before `before`.
  virtual Result<std::vector<Link>> unstamped(const std::string& target, std::int64_t listing, Instant before) = 0;
  virtual Result<std::uint64_t> count_links(const std::string& target) = 0;  ///< live and seen_present

  // Targets, runs, intents.
  virtual Result<std::optional<TargetRow>> target(const std::string& name) = 0;
  virtual Result<std::vector<TargetRow>> targets() = 0;
  virtual Status save_target(const TargetRow& row) = 0;
  virtual Status save_run(const RunRow& row) = 0;  ///< by report.run; inserts or replaces
  virtual Result<std::optional<RunRow>> run(const std::string& id) = 0;
  virtual Result<std::vector<RunRow>> runs(std::size_t limit) = 0;  ///< newest first; 0: all
  virtual Status save_intent(const Intent& intent) = 0;             ///< by key; inserts or replaces
  virtual Status set_intent_state(const std::string& key, IntentState state, const std::string& after_version,
                                  const std::string& error) = 0;
  virtual Result<std::vector<Intent>> open_intents() = 0;
  virtual Result<std::vector<Intent>> intents_of_run(const std::string& run) = 0;  ///< in the order they were saved

  // Conflicts, parked.
  virtual Status save_conflict(const ConflictRow& row) = 0;  ///< by info.id
  virtual Result<std::optional<ConflictRow>> conflict(const std::string& id) = 0;
  virtual Result<std::vector<ConflictRow>> conflicts(bool open_only) = 0;
  virtual Result<std::vector<ConflictRow>> open_conflicts_of(const std::string& kind, const std::string& record) = 0;
  virtual Status save_parked(const Parked& row) = 0;  ///< by target + remote_id + record + direction
  virtual Status remove_parked(const std::string& target, const std::string& remote_id, const std::string& record,
                               const std::string& direction) = 0;
  virtual Result<std::vector<Parked>> parked() = 0;

  virtual Status backup(const std::string& file) = 0;
};

}  // namespace store
}  // namespace v1
}  // namespace fasti
