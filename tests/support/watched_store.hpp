#pragma once
// A Store that hands everything on and can end the "process" at any commit; it knows whether a transaction is open,
// so that nobody keeps one across a network call. The rows live in the store underneath and survive.
#include <functional>
#include <memory>
#include <string>

#include "engine/store/store.hpp"

namespace fasti {
inline namespace v1 {
namespace support {

/// Thrown where the process would have died. Not a std::exception, so that nobody recovers from it by accident.
struct Crash {
  std::string where;
};

class WatchedStore final : public store::Store {
 public:
  using Holder = store::Holder;
  using Link = store::Link;
  using LinkState = store::LinkState;
  using Intent = store::Intent;
  using IntentState = store::IntentState;
  using RecordRow = store::RecordRow;
  using TargetRow = store::TargetRow;
  using RunRow = store::RunRow;
  using ConflictRow = store::ConflictRow;
  using Parked = store::Parked;
  using Transaction = store::Transaction;

  explicit WatchedStore(std::unique_ptr<store::Store> inner) : inner_(std::move(inner)) {}

  enum class Moment { before, after };
  /// Called around every durable change; may throw Crash.
  std::function<void(Moment)> at_commit;
  /// Called before a transaction begins: the last moment at which others may write.
  std::function<void()> at_begin;
  bool transaction_open() const { return open_ > 0; }
  std::uint64_t commits() const { return commits_; }

  Result<std::unique_ptr<Transaction>> begin() override;
  Result<std::unique_ptr<Transaction>> view() override { return inner_->view(); }
  const std::string& store_id() const override { return inner_->store_id(); }
  Result<std::optional<std::string>> fact(const std::string& key) override { return inner_->fact(key); }
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

 private:
  class Watched;
  void point(Moment moment);
  template <class F>
  auto written(F change) {
    if (open_ > 0) return change();
    point(Moment::before);
    auto result = change();
    point(Moment::after);
    return result;
  }

  std::unique_ptr<store::Store> inner_;
  int open_ = 0;
  std::uint64_t commits_ = 0;
};

}  // namespace support
}  // namespace v1
}  // namespace fasti
