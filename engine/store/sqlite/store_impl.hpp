#pragma once
// The Store over one SQLite connection. Its methods stand by subject: records.cpp, links.cpp, runs.cpp, review.cpp.
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/base/clock.hpp"
#include "engine/store/sqlite/database.hpp"
#include "engine/store/store.hpp"

namespace fasti {
inline namespace v1 {
namespace store {

class SqliteStore : public Store {
 public:
  static Result<std::unique_ptr<SqliteStore>> open(const std::string& path, Clock& clock, Random& random);

  Result<std::unique_ptr<Transaction>> begin() override { return db().begin(); }
  Result<std::unique_ptr<Transaction>> view() override { return db().view(); }
  const std::string& store_id() const override { return store_id_; }
  Result<std::optional<std::string>> fact(const std::string& key) override;
  Status set_fact(const std::string& key, const std::string& value) override;

  Result<std::optional<RecordRow>> load_record(const std::string& kind, const std::string& id) override;
  Result<std::optional<std::int64_t>> record_revision(const std::string& kind, const std::string& id) override;
  Result<std::int64_t> save_record(const RecordRow& row, std::int64_t expected) override;
  Status each_record(const std::string& kind, bool deleted, const std::function<Status(RecordRow&&)>& f) override;
  Result<std::uint64_t> count_records(const std::string& kind) override;
  Result<std::vector<std::string>> find_records(const std::string& kind, const std::string& field,
                                                const std::string& text) override;
  Result<std::vector<std::string>> kinds() override;
  Status forget_record(const std::string& kind, const std::string& id) override;

  Status add_work(const std::string& kind, const std::string& record) override;
  Status add_all_work(const std::string& kind, bool deleted) override;
  Status remove_work(const std::string& kind, const std::string& record) override;
  Result<std::vector<std::pair<std::string, std::string>>> work() override;

  Result<std::int64_t> append_journal(const JournalEntry& entry) override;
  Result<std::vector<JournalEntry>> journal(const std::string& record, const std::string& run, std::int64_t after,
                                            std::size_t limit) override;

  Result<std::int64_t> save_link(const Link& link) override;
  Status delete_link(std::int64_t id) override;
  Result<std::optional<Link>> link(std::int64_t id) override;
  Result<std::optional<Link>> link_of_record(const std::string& target, const std::string& kind,
                                             const std::string& record) override;
  Result<std::optional<Link>> link_of_object(const std::string& target, const std::string& remote_id) override;
  Result<std::vector<Link>> links_of_record(const std::string& kind, const std::string& record) override;
  Result<std::vector<Holder>> holders_of_uid(const std::string& kind, const std::string& uid) override;
  Result<std::vector<Link>> links_in_state(const std::string& target, LinkState state) override;
  Status each_link_in_state(const std::string& target, LinkState state,
                            const std::function<Status(Link&&)>& f) override;
  Status each_link(const std::string& target, const std::function<Status(Link&&)>& f) override;
  Result<std::optional<std::string>> seen_version(const std::string& target, const std::string& remote_id) override;
  Status stamp_listing(const std::string& target, const std::string& remote_id, std::int64_t listing,
                       Instant confirmed) override;
  Result<std::vector<Link>> unstamped(const std::string& target, std::int64_t listing, Instant before) override;
  Result<std::uint64_t> count_links(const std::string& target) override;

  Result<std::optional<TargetRow>> target(const std::string& name) override;
  Result<std::vector<TargetRow>> targets() override;
  Status save_target(const TargetRow& row) override;
  Status save_run(const RunRow& row) override;
  Result<std::optional<RunRow>> run(const std::string& id) override;
  Result<std::vector<RunRow>> runs(std::size_t limit) override;
  Status save_intent(const Intent& intent) override;
  Status set_intent_state(const std::string& key, IntentState state, const std::string& after_version,
                          const std::string& error) override;
  Result<std::vector<Intent>> open_intents() override;
  Result<std::vector<Intent>> intents_of_run(const std::string& run) override;

  Status save_conflict(const ConflictRow& row) override;
  Result<std::optional<ConflictRow>> conflict(const std::string& id) override;
  Result<std::vector<ConflictRow>> conflicts(bool open_only) override;
  Result<std::vector<ConflictRow>> open_conflicts_of(const std::string& kind, const std::string& record) override;
  Status save_parked(const Parked& row) override;
  Status remove_parked(const std::string& target, const std::string& remote_id, const std::string& record,
                       const std::string& direction) override;
  Result<std::vector<Parked>> parked() override;

  Status backup(const std::string& file) override;

  Database& db() { return *db_; }

 private:
  struct KeyField {
    std::int64_t id = 0;
    std::string field;
  };

  SqliteStore(std::unique_ptr<Database> db, Random& random) : db_(std::move(db)), random_(random) {}

  /// The fields of a kind that find_records has been asked for.
  const std::vector<KeyField>& key_fields(const std::string& kind);
  std::optional<std::int64_t> key_field(const std::string& kind, const std::string& field);
  std::int64_t add_key_field(const std::string& kind, const std::string& field);
  void index_keys(std::int64_t row, const Record& record);

  /// `sql` binds target, the id to go on after, the state if there is one, and how many.
  Status each_batch(const char* sql, const std::string& target, const char* state,
                    const std::function<Status(Link&&)>& f);

  std::unique_ptr<Database> db_;
  Random& random_;
  std::string store_id_;
  std::optional<std::pair<std::int64_t, std::int64_t>> key_fields_as_of_;
  std::unordered_map<std::string, std::vector<KeyField>> key_fields_;
};

}  // namespace store
}  // namespace v1
}  // namespace fasti
