// The decisions of the Notion connector on values alone: which column a name is, what to read next, when to send.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/notion/binding.hpp"
#include "connectors/notion/budget.hpp"
#include "connectors/notion/cursor.hpp"
#include "connectors/notion/errors.hpp"
#include "engine/model/time_text.hpp"
#include "tests/support/clock.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

Schema bookings() {
  Schema out;
  out.id = "ds";
  out.name = "Bookings";
  out.columns = {{"title", "Name", ColumnType::title, {}, ""},
                 {"w%3A", "When", ColumnType::date, {}, ""},
                 {"st", "Status", ColumnType::status, {}, ""},
                 {"fid", "Fasti ID", ColumnType::rich_text, {}, ""}};
  return out;
}

CollectionUse use() {
  CollectionUse out;
  out.collection = "ds";
  out.properties = {{"Name", FieldType::text, "", true, {}}, {"When", FieldType::span, "", true, {}}};
  return out;
}

TEST(NotionColumns, ARenamedColumnIsFollowedByItsId) {
  const auto first = bind_columns(bookings(), use(), {}, "n: Bookings");
  EXPECT_THAT(first.problems, IsEmpty());
  Schema renamed = bookings();
  renamed.columns[1].name = "Kick-off";
  const auto second = bind_columns(renamed, use(), first.binding.names(), "n: Bookings");
  ASSERT_THAT(second.problems, IsEmpty());
  EXPECT_EQ(second.binding.find("When")->column.id, "w%3A");
  // Another column that now has the old name is not meant.
  renamed.columns.push_back({"new", "When", ColumnType::date, {}, ""});
  EXPECT_EQ(bind_columns(renamed, use(), first.binding.names(), "").binding.find("When")->column.id, "w%3A");
}

TEST(NotionColumns, ADeletedColumnStopsTheMappingAlsoWhenAnotherHasItsName) {
  const Names known = bind_columns(bookings(), use(), {}, "").binding.names();
  Schema without = bookings();
  without.columns.erase(without.columns.begin() + 1);
  auto plan = bind_columns(without, use(), known, "n: Bookings");
  ASSERT_EQ(plan.problems.size(), 1U);
  EXPECT_EQ(plan.problems[0].kind, ErrorKind::bad_config);
  EXPECT_THAT(plan.problems[0].message, HasSubstr("\"When\" was deleted"));
  EXPECT_THAT(plan.missing, IsEmpty()) << "what people deleted is not made again unasked";
  without.columns.push_back({"new", "When", ColumnType::date, {}, ""});
  plan = bind_columns(without, use(), known, "n: Bookings");
  ASSERT_EQ(plan.problems.size(), 1U);
  EXPECT_THAT(plan.problems[0].hint, HasSubstr("id = \"new\""));
  CollectionUse pinned = use();
  pinned.properties[1].options["id"] = "new";
  plan = bind_columns(without, pinned, known, "n: Bookings");
  ASSERT_THAT(plan.problems, IsEmpty());
  EXPECT_EQ(plan.binding.find("When")->column.id, "new");
}

TEST(NotionColumns, ARetypedColumnStopsTheMapping) {
  const Names known = bind_columns(bookings(), use(), {}, "").binding.names();
  Schema retyped = bookings();
  retyped.columns[1].type = ColumnType::rich_text;
  EXPECT_THAT(bind_columns(retyped, use(), known, "").problems, IsEmpty()) << "a text can hold a span as text";
  retyped.columns[1].type = ColumnType::number;
  const auto plan = bind_columns(retyped, use(), known, "n: Bookings");
  ASSERT_EQ(plan.problems.size(), 1U);
  EXPECT_THAT(plan.problems[0].message, HasSubstr("\"When\" is of Notion's type number, which cannot hold span"));
  retyped.columns[1].type = ColumnType::created_time;
  EXPECT_THAT(bind_columns(retyped, use(), known, "").problems.at(0).hint, HasSubstr("from_remote"));
}

TEST(NotionColumns, EveryMissingColumnIsNamedAndTheRepeatKeyIsOneOfThem) {
  Schema bare = bookings();
  bare.columns.resize(1);
  auto plan = bind_columns(bare, use(), {}, "n: Bookings");
  ASSERT_EQ(plan.problems.size(), 2U);
  EXPECT_THAT(plan.problems[0].message, HasSubstr("there is no property \"When\""));
  EXPECT_THAT(plan.problems[1].message, HasSubstr("Fasti ID"));
  EXPECT_THAT(plan.problems[1].hint, HasSubstr("--create-missing"));
  ASSERT_EQ(plan.missing.size(), 2U);
  EXPECT_EQ(column_for(plan.missing[0].type), ColumnType::date);
  CollectionUse reading = use();
  reading.writes = false;
  reading.properties.pop_back();
  EXPECT_THAT(bind_columns(bare, reading, {}, "").problems, IsEmpty()) << "who only reads needs no repeat key";
}

TEST(NotionSchema, IdsAreFoundInAddresses) {
  const std::string id = "0198c0de-0000-4000-8000-00000000000a";
  EXPECT_EQ(find_uuid(id), id);
  EXPECT_EQ(find_uuid("0198C0DE00004000800000000000000A"), id);
  EXPECT_EQ(
      find_uuid(
          "https://www.notion.so/club/Bookings-0198c0de00004000800000000000000a?v=ffff0000ffff0000ffff0000ffff0000"),
      id);
  for (const char* text : {"Bookings", "", "feed", "https://www.notion.so/club/Bookings", "deadbeef"})
    EXPECT_EQ(find_uuid(text), std::nullopt) << text;
}

Cursor large(const char* edited, const char* listed) {
  Cursor out;
  out.edited = parse_instant(edited);
  out.listed = parse_instant(listed);
  out.rows = 5000;
  out.names = {{"When", "w%3A"}};
  out.series["p1"] = {{{"2026-06-11T18:00:00", "row1"}}, {"2026-06-18T18:00:00"}};
  return out;
}

TEST(NotionCursor, ComesBackAsItWas) {
  const Cursor cursor = large("2026-06-01T12:07:00Z", "2026-06-01T12:00:00Z");
  EXPECT_EQ(read_cursor(cursor_text(cursor)), cursor);
  for (const char* text : {"", "after-3", "[]", "{\"v\":2}"}) EXPECT_EQ(read_cursor(text), Cursor()) << text;
}

TEST(NotionCursor, SaysWhatHasToBeRead) {
  const Habits habits{1000, std::chrono::hours(1)};
  const Instant now = *parse_instant("2026-06-01T12:30:00Z");
  const Cursor cursor = large("2026-06-01T12:07:00Z", "2026-06-01T12:00:00Z");
  // Notion's clock decides, not ours, and edits within the overlap are read again.
  EXPECT_EQ(read_from(cursor, PullMode::changes, habits, now), parse_instant("2026-06-01T12:03:00Z"));
  EXPECT_EQ(read_from(cursor, PullMode::complete, habits, now), std::nullopt);
  EXPECT_EQ(read_from({}, PullMode::changes, habits, now), std::nullopt);
  EXPECT_EQ(read_from(cursor, PullMode::changes, habits, now + std::chrono::minutes(30)), std::nullopt)
      << "deletions are told by complete listings only";
  Cursor small = cursor;
  small.rows = 1000;
  EXPECT_EQ(read_from(small, PullMode::changes, habits, now), std::nullopt);
}

TEST(NotionBudget, NeverSpendsMoreThanItsWindowAllowsAndNoLessThanItCan) {
  support::VirtualClock clock;
  Budget budget(180, clock);
  std::deque<std::chrono::nanoseconds> sent;
  const auto start = clock.ticks();
  for (int i = 0; i < 1000; ++i) {
    const std::size_t granted = budget.take(i % 5 + 1, {});
    ASSERT_GE(granted, 1U);
    sent.insert(sent.end(), granted, clock.ticks());
    while (sent.front() + std::chrono::seconds(60) <= clock.ticks()) sent.pop_front();
    ASSERT_LE(sent.size(), 180U);
    clock.advance(std::chrono::milliseconds(20));
  }
  // 3000 requests of at most 180 a minute: the last ones go out in the 17th minute.
  EXPECT_LE(clock.ticks() - start, std::chrono::minutes(17));
}

TEST(NotionBudget, CountsWhatWasSentAgainAndStopsWhenAsked) {
  support::VirtualClock clock;
  Budget budget(3, clock);
  EXPECT_EQ(budget.take(1, {}), 1U);
  budget.spend(2);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(budget.take(1, stop.get_token()), 0U);
  EXPECT_EQ(budget.take(5, {}), 3U);
  EXPECT_EQ(clock.slept(), std::chrono::seconds(60));
}

http::Response refused(int status, const std::string& body) {
  http::Response out;
  out.status = status;
  out.body = body;
  return out;
}

TEST(NotionErrors, AWriteThatMayHaveLandedIsNeverRepeatedUnasked) {
  http::Request write;
  write.method = "POST";
  http::Request query = write;
  query.safe = true;
  const auto saved = refused(503, R"({"object":"error","status":503,"code":"service_unavailable",
      "message":"The change was saved, but the response could not be built in time.",
      "additional_data":{"retry_guidance":["Do not repeat the write."],"committed_resource_id":"0198c0de-0000-4000-8000-00000000000a"}})");
  EXPECT_TRUE(is_final(write, saved));
  EXPECT_TRUE(is_final(write, refused(502, "")));
  EXPECT_FALSE(is_final(query, refused(503, "")));
  EXPECT_FALSE(is_final(write, refused(429, "{}")));
  EXPECT_FALSE(is_final(write, refused(529, "{}")));
  EXPECT_EQ(read_refusal(saved).committed, "0198c0de-0000-4000-8000-00000000000a");
  EXPECT_TRUE(read_refusal(saved).do_not_repeat);
  const auto blocked = refused(429, R"({"object":"error","status":429,"code":"rate_limited","message":"no",
      "additional_data":{"rate_limit_reason":"public_api_request_blocked"}})");
  EXPECT_TRUE(is_final(write, blocked));
  EXPECT_EQ(answer_error(blocked, "POST", "n", {}).kind, ErrorKind::forbidden);
}

TEST(NotionErrors, TheCodeSaysWhatItMeans) {
  const auto kind = [](int status, const std::string& code) {
    return answer_error(refused(status, R"({"object":"error","code":")" + code + R"(","message":"m"})"), "GET", "n", {})
        .kind;
  };
  EXPECT_EQ(kind(400, "validation_error"), ErrorKind::rejected);
  EXPECT_EQ(kind(401, "unauthorized"), ErrorKind::unauthenticated);
  EXPECT_EQ(kind(403, "restricted_resource"), ErrorKind::forbidden);
  EXPECT_EQ(kind(404, "object_not_found"), ErrorKind::not_found);
  EXPECT_EQ(kind(409, "conflict_error"), ErrorKind::precondition_failed);
  EXPECT_EQ(kind(529, "service_overload"), ErrorKind::rate_limited);
  EXPECT_EQ(kind(503, "service_unavailable"), ErrorKind::transient);
  EXPECT_EQ(answer_error(refused(200, "<html>"), "GET", "n", {}).kind, ErrorKind::bad_reply);
}

}  // namespace
}  // namespace notion
}  // namespace v1
}  // namespace fasti
