#pragma once
// What the engine asks of a provider, in four verbs: pull, fetch, create/update/remove. One instance serves one
// connection; the engine calls it from one thread at a time (a connector may use threads inside). A connector
// translates between the provider's objects and typed properties; it never decides anything about merging.
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include <fasti/error.hpp>
#include <fasti/value.hpp>

namespace fasti {
inline namespace v1 {

/// A provider's object as properties, by path ("SUMMARY", "SUMMARY@2026-04-13T18:00:00"): only present ones.
using Properties = std::map<std::string, Value>;

/// What we write onto each object we create, and onto an adopted one with its first real write (rule 5).
struct Marker {
  std::string store;
  std::string record;
  bool created = true;  ///< false: adopted, made by somebody else; `purge` leaves it
  std::string stamp;    ///< key of the write that last touched it
  bool operator==(const Marker&) const = default;
};

struct RemoteObject {
  std::string id;       ///< stable within the collection; an href is percent-decoded
  std::string version;  ///< compared for equality only; empty when the provider gave none
  std::string uid;      ///< identity across collections (iCalendar UID); empty where there is none
  Properties properties;
  std::optional<Marker> marker;
  std::optional<Instant> modified;  ///< object-level, as coarse as Capabilities::granularity
  std::string shadow;               ///< the untouched original
  /// WriteRequest::key of a write that takes several requests and has not had its last one: this is half of it. The
  /// engine sends such a write again, as it was, and reads nothing from the half.
  std::string unfinished = {};
};

struct RemoteChange {
  enum class Type {
    object,      ///< seen in full
    listed,      ///< still there, `object.id` and `object.version` only: the caller knows this version
    gone,        ///< an explicit tombstone for `object.id`
    unreadable,  ///< there, but cannot be read: `object.id`, version, shadow and `reason`; parked, never deleted
  };
  Type type = Type::object;
  RemoteObject object;
  std::optional<Error> reason;
};

/// What a finished pull proves about objects it did not show.
enum class Coverage {
  delta,     ///< nothing: only explicit tombstones count
  complete,  ///< every object was shown: what is missing is a candidate for absence
  partial,   ///< nothing: the listing was capped, filtered or cut off; the cursor must be empty
};

enum class PullMode {
  changes,   ///< from the cursor if there is one, else complete
  complete,  ///< a full listing of ids and versions even where a cursor works (resync, weekly sweep)
};

struct PullRequest {
  std::string collection;
  std::string cursor;  ///< empty: none
  PullMode mode = PullMode::changes;
  /// The version the engine has already seen of this id; bodies of equal versions need not be fetched again.
  std::function<std::optional<std::string>(const std::string& id)> known_version;
  std::stop_token stop;
};

struct PullResult {
  Coverage coverage = Coverage::partial;
  std::string cursor;           ///< empty when the provider has none
  bool cursor_expired = false;  ///< the given cursor was refused and a complete listing was made instead
};

/// Takes one page; an error stops the pull, which returns that error.
using PageSink = std::function<Status(std::vector<RemoteChange>&& page)>;

enum class WriteOp { create, update, remove };

struct WriteRequest {
  WriteOp op = WriteOp::create;
  std::string collection;
  std::string key;  ///< idempotency key and write stamp, the same on every try of the same write
  /// update, remove: the object. create: the id to use where the client chooses it; elsewhere, of a create that is to
  /// be finished, the object that carries its key as `unfinished`.
  std::string id;
  std::string uid;                 ///< create: the UID to use, where the provider has UIDs
  std::string version;             ///< update, remove: write only over this version (empty: the provider has none)
  Properties set;                  ///< create: everything; update: changed properties only
  std::vector<std::string> clear;  ///< update: properties to remove, by path
  std::vector<std::string> remove_parts;  ///< update: occurrences whose override goes away
  Marker marker;
  bool write_marker = true;  ///< false where markers must not show (public feeds)
  std::string shadow;        ///< update: the original to patch
  std::string verbatim;      ///< not empty: store exactly this original (rollback); set and clear are ignored
};

struct Written {
  std::string id;
  std::string version;               ///< empty when the provider gave none
  std::optional<RemoteObject> echo;  ///< what is stored now, if the reply said so
};

struct CollectionInfo {
  std::string id;
  std::string name;
  bool read_only = false;
  bool created = false;  ///< open_collection made it just now
};

struct PropertyInfo {
  std::string name;
  FieldType type = FieldType::text;
  bool read_only = false;
  std::vector<std::string> options;  ///< the names it has to choose from
};

/// A property as a mapping uses it.
struct PropertyUse {
  std::string name;
  FieldType type = FieldType::text;  ///< of the values that are written, and that reading gives where it can
  std::string to;                    ///< references: the kind they name
  bool written = true;
  std::map<std::string, std::string> options;  ///< keys of its table that only this provider knows, as text
};

/// What one sync does with a collection.
struct CollectionUse {
  std::string collection;
  std::string kind;
  std::string cursor;  ///< of the last pull, also where the next one starts anew
  bool writes = true;
  bool markers = true;
  bool create_missing = false;  ///< properties that are not there yet may be made
  std::vector<PropertyUse> properties;
  std::map<std::string, std::string> options;  ///< keys of the mapping that only this provider knows, as text
};

struct Capabilities {
  bool cursor = false;             ///< incremental pulls
  bool versions = false;           ///< conditional writes; without it the engine re-reads before writing (rule 23)
  bool client_ids = false;         ///< `WriteRequest::id` is honoured on create
  bool markers = true;             ///< objects can carry a Marker
  bool fetch = true;               ///< a single object can be asked for by id
  bool not_found_is_final = true;  ///< false (Notion): a 404 proves nothing, the object is parked
  bool trusted_absence = true;     ///< false (feeds): absence needs two complete listings (rule 19)
  bool verbatim = false;           ///< originals can be restored byte for byte
  bool remove_parts = true;
  /// Zoned times are kept as instants and read back through the zone database: a change of its data changes what is
  /// read. False where wall times are kept (iCalendar).
  bool instants = false;
  std::chrono::milliseconds granularity{1000};  ///< of RemoteObject::modified
  std::chrono::seconds visibility_lag{0};       ///< how long a stored write may stay invisible
  std::size_t batch = 1;                        ///< writes per send that the provider takes at once
  std::string opaque_format;                    ///< format of Opaque values it can carry; empty: none
};

class Connector {
 public:
  virtual ~Connector() = default;

  virtual Capabilities capabilities() const = 0;
  virtual Result<std::vector<CollectionInfo>> collections() = 0;
  /// `wanted`: id, URL or path, or display name. Ambiguous, missing or unreadable: an error, never an empty one.
  virtual Result<CollectionInfo> open_collection(const std::string& wanted, bool create_if_missing) = 0;
  /// Whether writes would be let in, found out without changing anything: a sign-in may be narrower than what the
  /// collection allows. Asked by `fasti check --online` only.
  virtual Status check_write(const std::string& collection);
  /// What mappings may name. An empty list: anything goes.
  virtual Result<std::vector<PropertyInfo>> properties(const std::string& collection) = 0;

  /// Asked before anything else of a run that uses the collection: every reason why it cannot be used like that, with
  /// the property and the next command. With any, this target waits, and nothing of it is read or written.
  virtual std::vector<Error> prepare(const CollectionUse& use);

  virtual Result<PullResult> pull_changes(const PullRequest& request, const PageSink& sink) = 0;
  /// One reply per id, in order: the object, or not_found, or another error.
  virtual std::vector<Result<RemoteObject>> fetch(const std::string& collection, std::span<const std::string> ids) = 0;
  /// Objects that carry our marker for this record: how a create in doubt is found where ids are not ours to choose.
  virtual Result<std::vector<RemoteObject>> find_marked(const std::string& collection, const std::string& store,
                                                        const std::string& record);

  /// The id that a create would have, before it is sent: from `request.id` (a hash of record, target and generation)
  /// and `request.uid`, nothing else. The engine writes it down, then sends it as `request.id`. Asked only with
  /// Capabilities::client_ids.
  virtual std::string create_id(const WriteRequest& request) const { return request.id; }

  /// One reply per request, in order. A transient or bad_reply error means: in doubt, the write may have landed.
  virtual std::vector<Result<Written>> send(std::span<const WriteRequest> requests, std::stop_token stop);
  virtual Result<Written> create(const WriteRequest& request) = 0;
  virtual Result<Written> update(const WriteRequest& request) = 0;
  virtual Result<Written> remove(const WriteRequest& request) = 0;

  /// What time makes necessary although nobody has edited anything (the rows of a window that rolls forward). Asked
  /// once, at the end of a run that may write to the collection; changes nothing of what objects say.
  virtual Status keep_up(const std::string& collection, std::stop_token stop);

  /// Requests sent to the provider so far (never reset).
  virtual std::uint64_t requests() const { return 0; }
};

/// Keeps a secret that the provider has replaced (a rotated refresh token), so that ConnectionSettings::secret() gives
/// it from now on, in this process and the next. May be called from any thread while the hub lives.
using SecretKeeper = std::function<Status(const std::string& key, const std::string& value)>;

/// What a factory gets to build a connector: the `[connections.NAME]` table, secrets already resolved on demand.
class ConnectionSettings {
 public:
  virtual ~ConnectionSettings() = default;
  virtual std::string name() const = 0;
  /// Text, number or boolean as text; nullopt when the key is not there.
  virtual std::optional<std::string> get(const std::string& key) const = 0;
  /// "fasti.toml:14:9" of the key, or of the table when the key is not there.
  virtual std::string place(const std::string& key) const = 0;
  /// Reads `{ env }`, `{ file }`, `{ command }`. Never logged. bad_config names the key when it cannot be read.
  virtual Result<std::string> secret(const std::string& key) const = 0;
  /// Empty when there is nowhere to keep secrets.
  virtual SecretKeeper keeper() const { return {}; }
  /// Folder of fasti.toml: relative paths start here.
  virtual std::string folder() const = 0;
};

class Clock;

/// What a person sees and decides while signing in.
struct SignInPrompt {
  bool device = false;  ///< by a code typed on another device, for machines without a browser
  std::function<void(const std::string& message)> show;  ///< the address to open, or the provider's own sentence
  std::stop_token stop;
};

/// How a provider plugs in: its name in `provider = "…"`, the keys its table may hold, and how to build it.
struct ConnectorFactory {
  std::string provider;
  std::vector<std::string> keys;          ///< beyond provider, rate, parallel
  std::vector<std::string> secrets;       ///< those of `keys` that hold secrets
  std::vector<PropertyInfo> properties;   ///< what mappings may name without asking the provider; empty: anything
  std::vector<std::string> mapping_keys;  ///< keys of its own at the root of a mapping: CollectionUse::options
  std::vector<std::string> field_keys;    ///< … and in a field's table: PropertyUse::options
  /// Keys at the root that name a text field, which goes one-way into a property of the key's name (`body = "notes"`);
  /// PropertyUse::options has the key then.
  std::vector<std::string> text_keys;
  std::function<Result<std::shared_ptr<Connector>>(const ConnectionSettings&)> make;
  /// Signs a person in, waits for it, and hands what is to be kept to ConnectionSettings::keeper(). Empty: this
  /// provider has no sign-in.
  std::function<Status(const ConnectionSettings&, const SignInPrompt&)> sign_in;
};

}  // namespace v1
}  // namespace fasti
