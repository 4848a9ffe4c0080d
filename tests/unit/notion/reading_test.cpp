// Reading without a cursor: windows past Notion's limit, incremental looks, and what they may not be taken for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/notion/notion_world.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {
namespace {

using ::testing::HasSubstr;
using Json = NotionWorld::Json;

void add_rows(NotionWorld& world, int from, int to, int a_minute = 1000) {
  for (int i = from; i < to; ++i) {
    world.person.create(world.bookings.source,
                        {{"Name", {{"title", world.person.text("Match " + std::to_string(i))}}}});
    if ((i + 1) % a_minute == 0) world.clock.advance(std::chrono::minutes(1));
  }
}

emulators::NotionOptions capped(std::size_t cap) {
  emulators::NotionOptions options;
  options.query_cap = cap;
  return options;
}

TEST(NotionReading, MoreRowsThanAQueryShowsAreReadInWindowsAndNoneIsDeleted) {
  NotionWorld world("budget = 0\n", capped(200));
  add_rows(world, 0, 950, 90);
  world.settle();
  EXPECT_EQ(world.count("booking"), 950U);
  world.requests();
  const auto report = world.sync();
  EXPECT_EQ(report_of(report, "bookings").pulled, 0U) << "nothing is new";
  EXPECT_EQ(world.count("booking"), 950U);
  world.person.trash(world.id_of(world.bookings.source, "Match 500"));
  world.settle();
  EXPECT_EQ(world.count("booking"), 949U) << "and the listing is a complete one";
}

TEST(NotionReading, WhereOneMinuteHoldsMoreThanAQueryShowsNothingIsKnownToBeGone) {
  NotionWorld world("budget = 0\n", capped(100));
  add_rows(world, 0, 150);
  world.sync();
  const auto seen = world.count("booking");
  EXPECT_GE(seen, 100U);
  EXPECT_LT(seen, 150U);
  world.person.trash(world.id_of(world.bookings.source, "Match 3"));
  world.sync();
  EXPECT_GE(world.count("booking"), seen);
}

TEST(NotionReading, AQuietLookAtManyRowsIsOneSmallQueryAndAnEditIsSeen) {
  NotionWorld world("budget = 0\nsmall = 50\nlist_every = \"30m\"\n");
  add_rows(world, 0, 320, 20);
  world.clock.advance(std::chrono::minutes(10));
  world.settle();
  EXPECT_EQ(world.count("booking"), 320U);
  world.requests();
  world.sync();
  EXPECT_LE(world.requests(), 11U) << "columns, two listings of nothing, and one look at the latest edits";
  world.person.rename(world.id_of(world.bookings.source, "Match 5"), "Match 5 (moved)");
  world.sync();
  bool found = false;
  for (const auto& record : world.records("booking"))
    found = found || *record.find("title") == Value(std::string("Match 5 (moved)"));
  EXPECT_TRUE(found);
  world.person.trash(world.id_of(world.bookings.source, "Match 7"));
  world.sync();
  EXPECT_EQ(world.count("booking"), 320U) << "nobody is told of a deletion";
  world.clock.advance(std::chrono::minutes(30));
  world.settle();
  EXPECT_EQ(world.count("booking"), 319U) << "the next complete listing tells";
}

TEST(NotionReading, AnEditThatDoesNotMoveTheStampIsFoundByTheNextCompleteListing) {
  NotionWorld world("budget = 0\nsmall = 0\nlist_every = \"30m\"\n");
  add_rows(world, 0, 20);
  world.settle();
  const std::string id = world.id_of(world.bookings.source, "Match 3");
  world.server.set_value(id, "Notes", R"([{"type":"text","text":{"content":"quiet"},"plain_text":"quiet"}])");
  world.clock.advance(std::chrono::minutes(31));
  world.settle();
  bool found = false;
  for (const auto& record : world.records("booking"))
    found = found || (record.find("notes") && *record.find("notes") == Value(std::string("quiet")));
  EXPECT_TRUE(found);
}

TEST(NotionReading, CursorsThatExpireInTheMiddleLoseNothing) {
  NotionWorld world("budget = 0\n");
  add_rows(world, 0, 450);
  int queries = 0;
  world.fault = [&](const http::Request& request) {
    if (request.url.ends_with("/query") && ++queries == 5) world.server.expire_cursors();
    return emulators::NetworkFault::none;
  };
  world.settle();
  EXPECT_EQ(world.count("booking"), 450U);
}

TEST(NotionReading, TheBudgetIsKeptAndNo429IsSeen) {
  NotionWorld world;
  for (int i = 0; i < 300; ++i)
    world.put("booking", "b" + std::to_string(i), {{"title", Value("Match " + std::to_string(i))}});
  const auto before = world.clock.now();
  const auto report = world.sync();
  EXPECT_FALSE(report_of(report, "bookings").error);
  EXPECT_EQ(world.person.rows(world.bookings.source).size(), 300U);
  // 300 creates and a few looks: two windows have to pass, and no more than that.
  EXPECT_LE(world.clock.now() - before, std::chrono::minutes(5 + 2));
}

}  // namespace
}  // namespace notion
}  // namespace v1
}  // namespace fasti
