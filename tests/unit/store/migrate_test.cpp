// Every older schema comes to the newest one with its rows, or stays as it was.
#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/store/sqlite/migrate.hpp"

namespace fasti {
namespace store {
namespace {

const std::vector<Migration> kSteps{
    {1, "CREATE TABLE thing (name TEXT); INSERT INTO thing VALUES ('one')"},
    {2, "ALTER TABLE thing ADD COLUMN size INTEGER NOT NULL DEFAULT 7"},
    {3, "UPDATE thing SET size = size * 2; CREATE INDEX thing_name ON thing (name)"},
};

class Migrate : public testing::Test {
 protected:
  std::string ask(const std::string& sql) { return database_.execAndGet(sql).getString(); }
  SQLite::Database database_{":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
};

TEST_F(Migrate, from_every_older_version_ends_in_the_same_schema) {
  for (std::size_t known = 0; known <= kSteps.size(); ++known) {
    SQLite::Database database(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    migrate(database, {kSteps.begin(), kSteps.begin() + static_cast<std::ptrdiff_t>(known)});
    EXPECT_EQ(database.execAndGet("PRAGMA user_version").getInt(), static_cast<int>(known));
    migrate(database, kSteps);
    EXPECT_EQ(database.execAndGet("PRAGMA user_version").getInt(), 3);
    EXPECT_EQ(database.execAndGet("PRAGMA application_id").getInt(), kApplicationId);
    EXPECT_EQ(database.execAndGet("SELECT name || size FROM thing").getString(), "one14");
    EXPECT_EQ(database.execAndGet("SELECT count(*) FROM sqlite_schema").getInt(), 2);
    EXPECT_TRUE(check_ours(database, 3).ok());
  }
}

TEST_F(Migrate, runs_each_step_once) {
  migrate(database_, kSteps);
  migrate(database_, kSteps);
  EXPECT_EQ(ask("SELECT size FROM thing"), "14");
}

TEST_F(Migrate, a_step_that_fails_leaves_the_version_before_it) {
  std::vector<Migration> steps = kSteps;
  steps.push_back({4, "UPDATE thing SET size = 0; SELECT nonsense"});
  EXPECT_THROW(migrate(database_, steps), SQLite::Exception);
  EXPECT_EQ(ask("PRAGMA user_version"), "3");
  EXPECT_EQ(ask("SELECT size FROM thing"), "14");
}

TEST_F(Migrate, refuses_what_is_newer_or_foreign) {
  EXPECT_TRUE(check_ours(database_, 1).ok());
  migrate(database_, kSteps);
  EXPECT_EQ(check_ours(database_, 2).error().kind, ErrorKind::corrupt_store);
  SQLite::Database foreign(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  foreign.exec("CREATE TABLE theirs (x)");
  EXPECT_EQ(check_ours(foreign, 3).error().kind, ErrorKind::corrupt_store);
}

TEST_F(Migrate, the_shipped_steps_are_numbered_without_gaps_and_apply) {
  int expected = 0;
  for (const Migration& step : migrations()) EXPECT_EQ(step.number, ++expected);
  migrate(database_, migrations());
  EXPECT_EQ(ask("PRAGMA integrity_check"), "ok");
  EXPECT_EQ(ask("PRAGMA user_version"), std::to_string(expected));
}

TEST_F(Migrate, every_view_for_people_can_be_read) {
  migrate(database_, migrations());
  std::vector<std::string> views;
  SQLite::Statement query(database_, "SELECT name FROM sqlite_schema WHERE type = 'view'");
  while (query.executeStep()) views.push_back(query.getColumn(0).getString());
  EXPECT_THAT(views, testing::IsSupersetOf({"journal_text", "tombstones", "link_text", "run_text"}));
  for (const std::string& view : views) EXPECT_NO_THROW(database_.exec("SELECT * FROM " + view)) << view;
}

}  // namespace
}  // namespace store
}  // namespace fasti
