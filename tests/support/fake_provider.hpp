#pragma once
// Providers that live in this process: collections of objects with the habits of the real ones (Nature), the lies of
// a network (Chaos), people who edit behind Fasti's back (Person) and a complete history for whoever checks. No line
// of the engine's own code is used, so that a misunderstanding cannot cancel itself out.
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <fasti/connector.hpp>

#include "tests/support/chaos.hpp"

namespace fasti {
inline namespace v1 {
namespace support {

/// How a provider behaves when nothing goes wrong.
struct Nature {
  std::string provider;
  Capabilities abilities;
  enum class Versions {
    counted,  ///< a new one with every write
    content,  ///< a hash of the content, as in CalDAV: a true revert carries an old one
    clock,    ///< the time of the last edit, as coarse as the granularity: two edits may share one
  } versions = Versions::counted;
  enum class Rewriting { none, trailing_blanks, line_ends } rewriting = Rewriting::none;
  enum class Echo { none, version, full } echo = Echo::version;  ///< what the reply to a write tells
  std::chrono::seconds span_step{1};                             ///< finer times are cut off
  bool uids = true;
  bool stamps = true;       ///< the marker keeps which write touched it last; a property like "Fasti ID" cannot
  bool burned_ids = false;  ///< the id of a deleted object cannot be used again
  bool read_only = false;
  std::size_t page_items = 5;
};

Nature alpha();  ///< cursor, versions, tombstones, conditional writes, client-chosen ids, batches, verbatim originals
Nature beta();   ///< like Notion: no cursor, no preconditions, minutes, ids of its own, an index that lags
Nature feed();   ///< read-only, nothing but complete listings whose absences need two of a kind

struct FakeObject {
  std::string id;
  std::string uid;
  std::string version;
  Properties properties;
  std::optional<Marker> marker;
  Instant modified{};
  Instant created{};
  Instant indexed{};          ///< from when on listings without a cursor and searches show it
  std::uint64_t changed = 0;  ///< sequence of the last change
  bool gone = false;
  bool unreadable = false;
  std::string unfinished;  ///< key of a write whose occurrences are still to come
};

/// One write as the provider stored it.
struct HistoryEntry {
  std::string collection;
  std::string id;
  WriteOp op = WriteOp::create;
  bool by_engine = false;
  std::string key;  ///< of the engine's write
  Properties after;
  Instant at{};
};

class FakeProvider final : public Connector {
 public:
  FakeProvider(Nature nature, Clock& clock, Chaos& chaos);

  Capabilities capabilities() const override { return nature_.abilities; }
  Result<std::vector<CollectionInfo>> collections() override;
  Result<CollectionInfo> open_collection(const std::string& wanted, bool create_if_missing) override;
  Result<std::vector<PropertyInfo>> properties(const std::string& collection) override;
  std::vector<Error> prepare(const CollectionUse& use) override;
  Status keep_up(const std::string& collection, std::stop_token) override {
    if (keeps_up) keeps_up(collection);
    return {};
  }
  Result<PullResult> pull_changes(const PullRequest& request, const PageSink& sink) override;
  std::vector<Result<RemoteObject>> fetch(const std::string& collection, std::span<const std::string> ids) override;
  Result<std::vector<RemoteObject>> find_marked(const std::string& collection, const std::string& store,
                                                const std::string& record) override;
  std::vector<Result<Written>> send(std::span<const WriteRequest> requests, std::stop_token stop) override;
  Result<Written> create(const WriteRequest& request) override { return write_alone(request); }
  Result<Written> update(const WriteRequest& request) override { return write_alone(request); }
  Result<Written> remove(const WriteRequest& request) override { return write_alone(request); }
  std::uint64_t requests() const override { return requests_; }

  const Nature& nature() const { return nature_; }
  void add_collection(const std::string& name) { collections_[name]; }
  void drop_collection(const std::string& name) { collections_.erase(name); }
  /// Every cursor given out so far is refused from now on.
  void expire_cursors() { oldest_cursor_ = sequence_ + 1; }
  void set_down(bool down) { down_ = down; }
  /// The next writes of occurrences break off before the occurrences are stored, as where a series takes several
  /// requests.
  void break_off(int writes) { break_off_ = writes; }
  /// The next writes of an object whose property holds this text are rejected.
  void refuse(std::string text) { refused_ = std::move(text); }

  /// What would be stored for this value.
  Value form(const Value& value) const;
  const std::map<std::string, FakeObject>& objects(const std::string& collection) const;
  std::vector<const FakeObject*> living(const std::string& collection) const;
  const std::vector<HistoryEntry>& history() const { return history_; }
  /// What the engine's last write of this object replaced; null after a create.
  const FakeObject* replaced(const std::string& collection, const std::string& id) const;
  std::uint64_t engine_writes() const { return engine_writes_; }
  /// Writes that came without the precondition that this provider knows: each is a breach of S11.
  const std::vector<std::string>& unconditional_writes() const { return unconditional_; }

  /// Why a use cannot go ahead: people have taken a property away, say.
  std::function<std::vector<Error>(const CollectionUse&)> refuses_use;
  /// Called at the end of runs that may write.
  std::function<void(const std::string& collection)> keeps_up;
  /// Called around every single write of a send, and between the pages of a pull.
  std::function<void(const WriteRequest&)> before_write;
  std::function<void(const WriteRequest&, bool stored)> after_write;
  std::function<void()> between_pages;
  /// Called when a concurrent edit is wanted: shall change this object.
  std::function<void(const std::string& collection, const std::string& id)> meddle;

 private:
  friend class Person;
  using Collection = std::map<std::string, FakeObject>;
  struct Listing;

  Error error(ErrorKind kind, const std::string& message, const std::string& collection) const;
  Result<Collection*> reach(const std::string& collection);
  Result<Written> write_alone(const WriteRequest& request);
  Result<Written> write(const WriteRequest& request);
  Result<Written> store(Collection& objects, const WriteRequest& request);
  Result<Written> store_create(Collection& objects, const WriteRequest& request);
  Result<Written> store_change(Collection& objects, const WriteRequest& request);
  Marker marker_of(const WriteRequest& request) const;
  Written reply(const FakeObject& object, bool rewritten) const;
  void touch(const std::string& collection, FakeObject& object, WriteOp op, const std::string& key);
  std::string new_version(const FakeObject& object) const;
  bool rewrite(Properties& properties) const;
  RemoteObject show(const FakeObject& object) const;
  RemoteChange change_of(const FakeObject& object, const PullRequest& request);
  std::vector<std::string> wanted(const Collection& objects, const PullRequest& request, Listing& listing);
  Status deliver(Collection& objects, const PullRequest& request, const PageSink& sink, Listing& listing,
                 std::vector<std::string> ids);
  bool lagging(Instant since) const;

  Nature nature_;
  Clock& clock_;
  Chaos& chaos_;
  std::map<std::string, Collection> collections_;
  struct Replaced {
    FakeObject object;
    Instant at{};
  };
  std::map<std::string, Replaced> before_ours_;          ///< by collection/id: what our last write replaced, and when
  mutable std::map<std::string, Properties> originals_;  ///< by shadow
  std::vector<HistoryEntry> history_;
  std::vector<std::string> unconditional_;
  std::uint64_t sequence_ = 0;
  std::uint64_t oldest_cursor_ = 0;
  std::uint64_t made_ = 0;
  std::uint64_t requests_ = 0;
  std::uint64_t engine_writes_ = 0;
  bool down_ = false;
  int break_off_ = 0;
  std::string refused_;
};

/// People at the provider's own screen: never through the Connector.
class Person {
 public:
  explicit Person(FakeProvider& provider) : provider_(provider) {}
  std::string create(const std::string& collection, Properties properties, const std::string& uid = {});
  bool set(const std::string& collection, const std::string& id, const std::string& property,
           const std::optional<Value>& value);
  bool remove(const std::string& collection, const std::string& id);
  /// Keeps UID and marker; the id too where ids travel.
  std::string move(const std::string& from, const std::string& to, const std::string& id);
  /// A duplicate with everything in it, the marker too; `changes` are typed into the copy.
  std::string copy(const std::string& collection, const std::string& id, const Properties& changes);
  bool restore(const std::string& collection, const std::string& id);
  bool break_object(const std::string& collection, const std::string& id, bool unreadable);

 private:
  FakeObject* find(const std::string& collection, const std::string& id, bool gone = false);
  FakeProvider& provider_;
};

}  // namespace support
}  // namespace v1
}  // namespace fasti
