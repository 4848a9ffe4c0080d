#include "tests/support/watched_store.hpp"

namespace fasti {
inline namespace v1 {
namespace support {

using store::ConflictRow;
using store::Holder;
using store::Intent;
using store::Link;
using store::Parked;
using store::RecordRow;
using store::RunRow;
using store::TargetRow;

class WatchedStore::Watched final : public store::Transaction {
 public:
  Watched(WatchedStore& owner, std::unique_ptr<store::Transaction> inner) : owner_(owner), inner_(std::move(inner)) {
    ++owner_.open_;
  }
  ~Watched() override { close(); }
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;

  Status commit() override {
    owner_.point(Moment::before);
    auto status = inner_->commit();
    close();
    owner_.point(Moment::after);
    return status;
  }

 private:
  void close() {
    if (inner_) --owner_.open_;
    inner_.reset();
  }

  WatchedStore& owner_;
  std::unique_ptr<store::Transaction> inner_;
};

void WatchedStore::point(Moment moment) {
  if (moment == Moment::before) ++commits_;
  if (at_commit) at_commit(moment);
}

Result<std::unique_ptr<store::Transaction>> WatchedStore::begin() {
  if (at_begin && open_ == 0) at_begin();
  auto begun = inner_->begin();
  if (!begun) return std::move(begun).error();
  return std::unique_ptr<store::Transaction>(std::make_unique<Watched>(*this, std::move(*begun)));
}

Status WatchedStore::set_fact(const std::string& key, const std::string& value) {
  return written([&] { return inner_->set_fact(key, value); });
}

Result<std::optional<RecordRow>> WatchedStore::load_record(const std::string& kind, const std::string& id) {
  return inner_->load_record(kind, id);
}

Result<std::optional<std::int64_t>> WatchedStore::record_revision(const std::string& kind, const std::string& id) {
  return inner_->record_revision(kind, id);
}

Result<std::int64_t> WatchedStore::save_record(const RecordRow& row, std::int64_t expected) {
  return written([&] { return inner_->save_record(row, expected); });
}

Status WatchedStore::each_record(const std::string& kind, bool deleted, const std::function<Status(RecordRow&&)>& f) {
  return inner_->each_record(kind, deleted, f);
}

Result<std::uint64_t> WatchedStore::count_records(const std::string& kind) { return inner_->count_records(kind); }

Result<std::vector<std::string>> WatchedStore::find_records(const std::string& kind, const std::string& field,
                                                            const std::string& text) {
  return inner_->find_records(kind, field, text);
}

Result<std::vector<std::string>> WatchedStore::kinds() { return inner_->kinds(); }

Status WatchedStore::forget_record(const std::string& kind, const std::string& id) {
  return written([&] { return inner_->forget_record(kind, id); });
}

Status WatchedStore::add_work(const std::string& kind, const std::string& record) {
  return written([&] { return inner_->add_work(kind, record); });
}

Status WatchedStore::add_all_work(const std::string& kind, bool deleted) {
  return written([&] { return inner_->add_all_work(kind, deleted); });
}

Status WatchedStore::remove_work(const std::string& kind, const std::string& record) {
  return written([&] { return inner_->remove_work(kind, record); });
}

Result<std::vector<std::pair<std::string, std::string>>> WatchedStore::work() { return inner_->work(); }

Result<std::int64_t> WatchedStore::append_journal(const JournalEntry& entry) {
  return written([&] { return inner_->append_journal(entry); });
}

Result<std::vector<JournalEntry>> WatchedStore::journal(const std::string& record, const std::string& run,
                                                        std::int64_t after, std::size_t limit) {
  return inner_->journal(record, run, after, limit);
}

Result<std::int64_t> WatchedStore::save_link(const Link& link) {
  return written([&] { return inner_->save_link(link); });
}

Status WatchedStore::delete_link(std::int64_t id) {
  return written([&] { return inner_->delete_link(id); });
}

Result<std::optional<Link>> WatchedStore::link(std::int64_t id) { return inner_->link(id); }

Result<std::optional<Link>> WatchedStore::link_of_record(const std::string& target, const std::string& kind,
                                                         const std::string& record) {
  return inner_->link_of_record(target, kind, record);
}

Result<std::optional<Link>> WatchedStore::link_of_object(const std::string& target, const std::string& remote_id) {
  return inner_->link_of_object(target, remote_id);
}

Result<std::vector<Link>> WatchedStore::links_of_record(const std::string& kind, const std::string& record) {
  return inner_->links_of_record(kind, record);
}

Result<std::vector<Holder>> WatchedStore::holders_of_uid(const std::string& kind, const std::string& uid) {
  return inner_->holders_of_uid(kind, uid);
}

Result<std::vector<Link>> WatchedStore::links_in_state(const std::string& target, LinkState state) {
  return inner_->links_in_state(target, state);
}

Status WatchedStore::each_link_in_state(const std::string& target, LinkState state,
                                        const std::function<Status(Link&&)>& f) {
  return inner_->each_link_in_state(target, state, f);
}

Status WatchedStore::each_link(const std::string& target, const std::function<Status(Link&&)>& f) {
  return inner_->each_link(target, f);
}

Result<std::optional<std::string>> WatchedStore::seen_version(const std::string& target, const std::string& remote_id) {
  return inner_->seen_version(target, remote_id);
}

Status WatchedStore::stamp_listing(const std::string& target, const std::string& remote_id, std::int64_t listing,
                                   Instant confirmed) {
  return written([&] { return inner_->stamp_listing(target, remote_id, listing, confirmed); });
}

Result<std::vector<Link>> WatchedStore::unstamped(const std::string& target, std::int64_t listing, Instant before) {
  return inner_->unstamped(target, listing, before);
}

Result<std::uint64_t> WatchedStore::count_links(const std::string& target) { return inner_->count_links(target); }

Result<std::optional<TargetRow>> WatchedStore::target(const std::string& name) { return inner_->target(name); }

Result<std::vector<TargetRow>> WatchedStore::targets() { return inner_->targets(); }

Status WatchedStore::save_target(const TargetRow& row) {
  return written([&] { return inner_->save_target(row); });
}

Status WatchedStore::save_run(const RunRow& row) {
  return written([&] { return inner_->save_run(row); });
}

Result<std::optional<RunRow>> WatchedStore::run(const std::string& id) { return inner_->run(id); }

Result<std::vector<RunRow>> WatchedStore::runs(std::size_t limit) { return inner_->runs(limit); }

Status WatchedStore::save_intent(const Intent& intent) {
  return written([&] { return inner_->save_intent(intent); });
}

Status WatchedStore::set_intent_state(const std::string& key, IntentState state, const std::string& after_version,
                                      const std::string& error) {
  return written([&] { return inner_->set_intent_state(key, state, after_version, error); });
}

Result<std::vector<Intent>> WatchedStore::open_intents() { return inner_->open_intents(); }

Result<std::vector<Intent>> WatchedStore::intents_of_run(const std::string& run) { return inner_->intents_of_run(run); }

Status WatchedStore::save_conflict(const ConflictRow& row) {
  return written([&] { return inner_->save_conflict(row); });
}

Result<std::optional<ConflictRow>> WatchedStore::conflict(const std::string& id) { return inner_->conflict(id); }

Result<std::vector<ConflictRow>> WatchedStore::conflicts(bool open_only) { return inner_->conflicts(open_only); }

Result<std::vector<ConflictRow>> WatchedStore::open_conflicts_of(const std::string& kind, const std::string& record) {
  return inner_->open_conflicts_of(kind, record);
}

Status WatchedStore::save_parked(const Parked& row) {
  return written([&] { return inner_->save_parked(row); });
}

Status WatchedStore::remove_parked(const std::string& target, const std::string& remote_id, const std::string& record,
                                   const std::string& direction) {
  return written([&] { return inner_->remove_parked(target, remote_id, record, direction); });
}

Result<std::vector<Parked>> WatchedStore::parked() { return inner_->parked(); }

Status WatchedStore::backup(const std::string& file) { return inner_->backup(file); }
}  // namespace support
}  // namespace v1
}  // namespace fasti
