// A store's file: what is refused and left alone, two stores on one file, a full disk, a killed process.
#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <future>
#include <thread>

#include "engine/store/sqlite/store_impl.hpp"
#include "tests/contract/store/fixture.hpp"

namespace fasti {
namespace store {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class StoreFile : public testing::Test {
 protected:
  Result<std::unique_ptr<Store>> open() { return open_sqlite(path_, clock_, random_); }
  std::unique_ptr<Store> opened() {
    auto store = open();
    EXPECT_EQ(text_of(store), "");
    return std::move(store).value();
  }
  void write(const std::string& bytes) { std::ofstream(path_, std::ios::binary) << bytes; }
  std::string bytes() const {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void sql(const std::string& text) {
    SQLite::Database database(path_, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec(text);
  }
  std::string ask(const std::string& text) {
    SQLite::Database database(path_, SQLite::OPEN_READWRITE);
    return database.execAndGet(text).getString();
  }
  void fill(Store& store, int count) {
    auto transaction = store.begin().value();
    for (int i = 0; i < count; ++i) {
      ASSERT_OK(store.save_record(booking("b" + std::to_string(i), std::string(200, 'x')), 0));
    }
    ASSERT_OK(transaction->commit());
  }

  Folder folder_;
  std::string path_ = folder_ / "store.db";
  ManualClock clock_;
  CountingRandom random_;
};

TEST_F(StoreFile, keeps_its_id_and_rows_when_it_is_opened_again) {
  std::string id;
  {
    auto store = opened();
    id = store->store_id();
    ASSERT_OK(store->save_record(booking("b1", "x"), 0));
  }
  auto store = opened();
  EXPECT_EQ(store->store_id(), id);
  EXPECT_TRUE(store->load_record("booking", "b1").value().has_value());
}

TEST_F(StoreFile, is_durable_and_says_whose_it_is) {
  auto store = opened();
  ASSERT_OK(store->save_record(booking("b1", "x"), 0));
  EXPECT_TRUE(fs::exists(path_ + "-wal"));
  EXPECT_EQ(ask("PRAGMA application_id"), std::to_string(0x46415354));
  EXPECT_EQ(ask("PRAGMA user_version"), "2");
  EXPECT_EQ(ask("PRAGMA journal_mode"), "wal");
}

TEST_F(StoreFile, an_empty_file_becomes_a_store) {
  write("");
  EXPECT_EQ(opened()->store_id().size(), 36U);
}

TEST_F(StoreFile, of_a_newer_fasti_is_refused_untouched) {
  opened().reset();
  sql("PRAGMA user_version = 99");
  const std::string before = bytes();
  const auto refused = open();
  EXPECT_FAILS(refused, ErrorKind::corrupt_store);
  EXPECT_THAT(text_of(refused), HasSubstr("update Fasti"));
  EXPECT_THAT(text_of(refused), HasSubstr(path_));
  EXPECT_FAILS(repair_sqlite(path_, clock_, random_), ErrorKind::corrupt_store);
  EXPECT_EQ(bytes(), before);
}

TEST_F(StoreFile, of_another_program_is_refused_untouched) {
  sql("CREATE TABLE theirs (x); PRAGMA journal_mode = WAL");
  const std::string before = bytes();
  const auto refused = open();
  EXPECT_FAILS(refused, ErrorKind::corrupt_store);
  EXPECT_THAT(text_of(refused), HasSubstr("fasti.toml"));
  EXPECT_EQ(bytes(), before);
  sql("PRAGMA application_id = 7");
  EXPECT_FAILS(open(), ErrorKind::corrupt_store);
  EXPECT_FAILS(repair_sqlite(path_, clock_, random_), ErrorKind::corrupt_store);
}

TEST_F(StoreFile, that_is_a_text_is_refused_untouched) {
  write(std::string(5000, 'a'));
  const auto refused = open();
  EXPECT_FAILS(refused, ErrorKind::corrupt_store);
  EXPECT_THAT(text_of(refused), HasSubstr("fasti repair"));
  EXPECT_FAILS(repair_sqlite(path_, clock_, random_), ErrorKind::corrupt_store);
  EXPECT_EQ(bytes(), std::string(5000, 'a'));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()), 1);
}

TEST_F(StoreFile, that_was_cut_off_is_damaged_not_empty) {
  {
    auto store = opened();
    fill(*store, 500);
  }
  fs::resize_file(path_, fs::file_size(path_) / 2);
  auto store = open();
  if (store.ok()) {
    const auto read = store.value()->each_record("booking", true, [](RecordRow&&) { return Status(); });
    EXPECT_FAILS(read, ErrorKind::corrupt_store);
    EXPECT_EQ(read.error().hint, "run `fasti repair`");
  } else {
    EXPECT_FAILS(store, ErrorKind::corrupt_store);
  }
}

TEST_F(StoreFile, in_no_folder_is_a_disk_error) {
  path_ = folder_ / "no/such/store.db";
  EXPECT_FAILS(open(), ErrorKind::disk);
}

TEST_F(StoreFile, that_may_not_be_written_is_a_disk_error) {
  opened().reset();
  ASSERT_EQ(::chmod(folder_.path().c_str(), 0755), 0);
  ASSERT_EQ(::chmod(path_.c_str(), 0444), 0);
  const bool root = ::geteuid() == 0;
  if (root) {
    ASSERT_EQ(::seteuid(65534), 0);
  }
  const auto refused = open();
  if (root) {
    ASSERT_EQ(::seteuid(0), 0);
  }
  EXPECT_FAILS(refused, ErrorKind::disk);
}

TEST_F(StoreFile, serves_two_stores_and_a_put_waits_for_the_others_transaction) {
  auto run = opened();
  auto app = opened();
  EXPECT_EQ(run->store_id(), app->store_id());
  ASSERT_OK(run->save_record(booking("b1", "x"), 0));
  auto transaction = run->begin().value();
  ASSERT_OK(run->save_record(booking("b1", "run"), 1));
  EXPECT_EQ(*app->load_record("booking", "b1").value()->record.find("title"), Value(std::string("x")));
  std::promise<void> started;
  auto put = std::async(std::launch::async, [&] {
    started.set_value();
    return app->save_record(booking("b2", "put"), 0);
  });
  started.get_future().wait();
  ASSERT_OK(transaction->commit());
  EXPECT_EQ(put.get().value(), 1);
  EXPECT_TRUE(run->load_record("booking", "b2").value().has_value());
  EXPECT_FAILS(app->save_record(booking("b1", "stale"), 1), ErrorKind::precondition_failed);
}

TEST_F(StoreFile, keeps_its_search_index_right_when_another_store_writes) {
  auto run = opened();
  auto app = opened();
  ASSERT_OK(run->save_record(booking("b1", "Final"), 0));
  EXPECT_EQ(app->find_records("booking", "title", "Final").value().size(), 1U);
  ASSERT_OK(run->save_record(booking("b2", "Final"), 0));
  EXPECT_EQ(app->find_records("booking", "title", "Final").value().size(), 2U);
  EXPECT_EQ(run->find_records("booking", "title", "Final").value().size(), 2U);
}

TEST_F(StoreFile, on_a_full_disk_keeps_the_old_state_and_goes_on_when_there_is_room) {
  auto store = SqliteStore::open(path_, clock_, random_).value();
  fill(*store, 50);
  SQLite::Database& connection = store->db().handle();
  connection.exec("PRAGMA max_page_count = " +
                  connection.execAndGet("SELECT page_count + 10 FROM pragma_page_count").getString());
  {
    auto transaction = store->begin().value();
    Status status;
    int saved = 0;
    while (status.ok() && saved < 10'000) {
      auto result = store->save_record(booking("n" + std::to_string(saved++), std::string(500, 'y')), 0);
      if (!result.ok()) status = result.error();
    }
    EXPECT_FAILS(status, ErrorKind::disk);
    EXPECT_THAT(text_of(status), HasSubstr("make room"));
    EXPECT_FAILS(store->add_work("booking", "n1"), ErrorKind::disk);
    EXPECT_FAILS(transaction->commit(), ErrorKind::disk);
  }
  EXPECT_EQ(store->count_records("booking").value(), 50U);
  EXPECT_TRUE(store->work().value().empty());
  connection.exec("PRAGMA max_page_count = 1073741823");
  ASSERT_OK(store->save_record(booking("n1", "x"), 0));
  EXPECT_EQ(ask("PRAGMA integrity_check"), "ok");
}

/// Ends the child without any destructor in the middle of its n-th transaction, like a power cut for the process.
void write_until_killed(const std::string& path, int kill_in) {
  CountingRandom random;
  auto store = open_sqlite(path, system_clock(), random).value();
  for (int round = 0;; ++round) {
    auto transaction = store->begin().value();
    for (int i = 0; i < 20; ++i) {
      const std::string id = std::to_string(round) + "-" + std::to_string(i);
      if (!store->save_record(booking(id, "x"), 0).ok()) ::_exit(1);
      if (!store->save_link(full_link("club", id, "/" + id)).ok()) ::_exit(1);
      if (!store->add_work("booking", id).ok()) ::_exit(1);
      if (round == kill_in && i == 10) ::raise(SIGKILL);
    }
    if (!transaction->commit().ok()) ::_exit(1);
  }
}

TEST_F(StoreFile, after_a_kill_holds_whole_transactions_only) {
  for (int kill_in = 0; kill_in < 5; ++kill_in) {
    path_ = folder_ / ("killed" + std::to_string(kill_in) + ".db");
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) write_until_killed(path_, kill_in);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    auto store = opened();
    const auto expected = static_cast<std::size_t>(20 * kill_in);
    EXPECT_EQ(store->count_records("booking").value(), expected);
    EXPECT_EQ(store->count_links("club").value(), expected);
    EXPECT_EQ(store->work().value().size(), expected);
    EXPECT_EQ(ask("PRAGMA integrity_check"), "ok");
    ASSERT_OK(store->save_record(booking("after", "x"), 0));
  }
}

TEST_F(StoreFile, refuses_to_change_or_shrink_the_journal_even_by_hand) {
  auto store = opened();
  JournalEntry entry;
  entry.record = "b1";
  ASSERT_OK(store->append_journal(entry));
  EXPECT_THROW(sql("UPDATE journal SET record = 'other'"), SQLite::Exception);
  EXPECT_THROW(sql("DELETE FROM journal"), SQLite::Exception);
  EXPECT_EQ(store->journal("b1", "", 0, 0).value().size(), 1U);
}

}  // namespace
}  // namespace store
}  // namespace fasti
