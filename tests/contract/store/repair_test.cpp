// What `fasti repair` saves of a damaged store, and what it promises about the rest.
#include <SQLiteCpp/SQLiteCpp.h>
#include <rapidcheck.h>

#include <fstream>

#include "tests/contract/store/fixture.hpp"

namespace fasti {
namespace store {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::HasSubstr;

class Repair : public testing::Test {
 protected:
  static constexpr int kCount = 200;

  Repair() {
    store_ = open_sqlite(path_, clock_, random_).value();
    id_ = store_->store_id();
    auto transaction = store_->begin().value();
    for (int i = 0; i < kCount; ++i) {
      const std::string id = "b" + std::to_string(1000 + i);
      EXPECT_TRUE(store_->save_record(booking(id, "title " + id), 0).ok());
      Link link = full_link("club", id, "/" + id);
      link.echo_pending = false;
      EXPECT_TRUE(store_->save_link(link).ok());
      JournalEntry entry;
      entry.kind = "booking";
      entry.record = id;
      entry.after = Value("title " + id);
      EXPECT_TRUE(store_->append_journal(entry).ok());
      EXPECT_TRUE(store_->add_work("booking", id).ok());
    }
    TargetRow target;
    target.name = "club";
    target.cursor = "opaque";
    target.contacted = true;
    EXPECT_TRUE(store_->save_target(target).ok());
    EXPECT_TRUE(transaction->commit().ok());
  }

  void close() { store_.reset(); }
  void open() {
    auto opened = open_sqlite(path_, clock_, random_);
    ASSERT_OK(opened);
    store_ = std::move(opened).value();
  }
  void sql(const std::string& text) { SQLite::Database(path_, SQLite::OPEN_READWRITE).exec(text); }
  std::string bytes(const std::string& path) const {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void overwrite(std::uint64_t from, const std::string& text) {
    std::fstream file(path_, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(from));
    file << text;
  }
  /// Overwrites the n-th page that holds rows of a table.
  void overwrite_page_of(const std::string& table, int n) {
    std::int64_t page = 0;
    {
      SQLite::Database database(path_, SQLite::OPEN_READONLY);
      SQLite::Statement root(database, "SELECT rootpage FROM sqlite_schema WHERE name = ?");
      root.bind(1, table);
      ASSERT_TRUE(root.executeStep());
      page = root.getColumn(0).getInt64();
    }
    // An interior page lists its children: four bytes each, where its cells point.
    const std::string all = bytes(path_);
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(all.at(at)); };
    const std::size_t start = static_cast<std::size_t>(page - 1) * 4096;
    ASSERT_EQ(byte(start), 5) << "the table has more than one page";
    const std::size_t slot = start + 12 + 2 * static_cast<std::size_t>(n);
    const std::size_t cell = start + byte(slot) * 256U + byte(slot + 1);
    std::size_t child = 0;
    for (std::size_t i = 0; i < 4; ++i) child = child * 256 + byte(cell + i);
    overwrite((child - 1) * 4096, std::string(4096, '\xee'));
  }
  std::string kept() const {
    for (const auto& found : fs::directory_iterator(folder_.path())) {
      if (found.path().string().find(".damaged-") != std::string::npos) return found.path().string();
    }
    return "";
  }

  Folder folder_;
  std::string path_ = folder_ / "store.db";
  ManualClock clock_;
  CountingRandom random_;
  std::string id_;
  std::unique_ptr<Store> store_;
};

TEST_F(Repair, changes_nothing_in_a_sound_store) {
  close();
  const std::string before = bytes(path_);
  const auto lines = repair_sqlite(path_, clock_, random_);
  ASSERT_OK(lines);
  EXPECT_THAT(lines.value(), testing::ElementsAre(HasSubstr("sound")));
  EXPECT_EQ(bytes(path_), before);
  EXPECT_EQ(kept(), "");
}

TEST_F(Repair, saves_all_but_the_rows_of_a_lost_page_and_keeps_the_old_file) {
  close();
  overwrite_page_of("record", 3);
  const std::string before = bytes(path_);
  open();
  EXPECT_FAILS(store_->each_record("booking", true, [](RecordRow&&) { return Status(); }), ErrorKind::corrupt_store);
  close();

  const auto lines = repair_sqlite(path_, clock_, random_);
  ASSERT_OK(lines);
  EXPECT_EQ(bytes(kept()), before);
  open();
  EXPECT_EQ(store_->store_id(), id_);
  std::uint64_t records = 0;
  ASSERT_OK(store_->each_record("booking", true, [&](RecordRow&& row) {
    ++records;
    EXPECT_EQ(*row.record.find("title"), Value("title " + row.record.id));
    return Status();
  }));
  EXPECT_GT(records, kCount - 60U);
  EXPECT_LT(records, static_cast<std::uint64_t>(kCount));
  EXPECT_THAT(lines.value(),
              Contains("record: " + std::to_string(records) + " rows saved, and a part of it could not be read"));
  // Links of lost records go with them; the others still have their base.
  EXPECT_EQ(store_->count_links("club").value(), records);
  EXPECT_EQ(store_->journal("", "", 0, 0).value().size(), static_cast<std::size_t>(kCount));
  EXPECT_EQ(store_->work().value().size(), static_cast<std::size_t>(kCount));
  EXPECT_EQ(store_->target("club").value()->cursor, "");
  EXPECT_TRUE(store_->target("club").value()->contacted);
}

TEST_F(Repair, drops_a_link_whose_base_is_lost) {
  close();
  overwrite_page_of("link_values", 2);
  ASSERT_OK(repair_sqlite(path_, clock_, random_));
  open();
  EXPECT_EQ(store_->count_records("booking").value(), static_cast<std::uint64_t>(kCount));
  const std::uint64_t links = store_->count_links("club").value();
  EXPECT_LT(links, static_cast<std::uint64_t>(kCount));
  EXPECT_GT(links, kCount - 60U);
  std::uint64_t whole = 0;
  ASSERT_OK(store_->each_link("club", [&](Link&& link) {
    whole += same(link, [&] {
      Link expected = full_link("club", link.record, link.remote_id);
      expected.id = link.id;
      expected.echo_pending = false;
      return expected;
    }());
    return Status();
  }));
  EXPECT_EQ(whole, links);
}

TEST_F(Repair, saves_everything_when_only_an_index_is_damaged) {
  close();
  std::string page;
  {
    SQLite::Database database(path_, SQLite::OPEN_READONLY);
    page = database.execAndGet("SELECT rootpage FROM sqlite_schema WHERE name = 'link_object'").getString();
  }
  overwrite((std::stoull(page) - 1) * 4096, std::string(4096, '\0'));
  ASSERT_OK(repair_sqlite(path_, clock_, random_));
  open();
  EXPECT_EQ(store_->count_links("club").value(), static_cast<std::uint64_t>(kCount));
  EXPECT_EQ(store_->seen_version("club", "/b1007").value(), "\"v2\"");
}

TEST_F(Repair, leaves_out_rows_that_cannot_be_understood) {
  close();
  sql("UPDATE record SET fields = '{\"when\":{\"t\":\"span\"}}' WHERE id = 'b1001'");
  sql("UPDATE link_values SET seen = '[' WHERE link = 8");
  open();
  EXPECT_FAILS(store_->load_record("booking", "b1001"), ErrorKind::corrupt_store);
  EXPECT_FAILS(store_->link(8), ErrorKind::corrupt_store);
  close();
  const auto lines = repair_sqlite(path_, clock_, random_);
  ASSERT_OK(lines);
  EXPECT_THAT(lines.value(), Contains("record: 199 rows saved, 1 lost"));
  EXPECT_THAT(lines.value(), Contains("link_values: 199 rows saved, 1 lost"));
  open();
  EXPECT_EQ(store_->count_records("booking").value(), 199U);
  EXPECT_EQ(store_->count_links("club").value(), 198U);
}

TEST_F(Repair, of_a_store_that_is_not_there_says_so) {
  EXPECT_FAILS(repair_sqlite(folder_ / "no.db", clock_, random_), ErrorKind::not_found);
}

/// Whatever bytes are damaged: either all is refused and the file stays as it is, or a sound store comes out that
/// can be read from end to end.
TEST_F(Repair, any_damage_ends_in_a_sound_store_or_a_refusal) {
  close();
  const std::string whole = bytes(path_);
  const bool holds = rc::check([&] {
    std::string damaged = whole;
    const int spots = *rc::gen::inRange(1, 6);
    for (int i = 0; i < spots; ++i) {
      const auto from = *rc::gen::inRange<std::size_t>(0, whole.size());
      const auto length = *rc::gen::inRange<std::size_t>(1, 300);
      for (std::size_t at = from; at < std::min(whole.size(), from + length); ++at) damaged[at] ^= '\x55';
    }
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << damaged;
    fs::remove(path_ + "-wal");
    fs::remove(path_ + "-shm");
    clock_.time += std::chrono::seconds(1);
    const auto lines = repair_sqlite(path_, clock_, random_);
    RC_CLASSIFY(lines.ok(), "repaired");
    if (!lines.ok()) {
      RC_ASSERT(bytes(path_) == damaged);
      return;
    }
    auto store = open_sqlite(path_, clock_, random_);
    RC_ASSERT(text_of(store) == "");
    RC_ASSERT(store.value()->each_record("booking", true, [](RecordRow&&) { return Status(); }).ok());
    RC_ASSERT(store.value()->each_link("club", [](Link&&) { return Status(); }).ok());
    RC_ASSERT(store.value()->journal("", "", 0, 0).ok());
    store.value().reset();
    SQLite::Database check(path_, SQLite::OPEN_READONLY);
    RC_ASSERT(check.execAndGet("PRAGMA integrity_check").getString() == "ok");
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace store
}  // namespace fasti
