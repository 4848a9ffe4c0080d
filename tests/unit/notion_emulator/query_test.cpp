// Queries of the stand-in for Notion: filters, sorts, pages, the cap, and the lies about listings.
#include <gmock/gmock.h>

#include "tests/unit/notion_emulator/notion_world.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;
using namespace std::chrono_literals;

struct QueryWorld : NotionWorld {
  explicit QueryWorld(NotionOptions options = honest()) : NotionWorld(std::move(options)) {
    source = data_source({{"Fee", {{"number", Body::object()}}},
                          {"Notes", {{"rich_text", Body::object()}}},
                          {"Played", {{"checkbox", Body::object()}}},
                          {"Cup", {{"select", Body::object()}}},
                          {"Tags", {{"multi_select", Body::object()}}},
                          {"When", {{"date", Body::object()}}},
                          {"Site", {{"url", Body::object()}}},
                          {"Total", {{"formula", {{"expression", "1"}}}}},
                          {"No", {{"unique_id", Body::object()}}}});
  }
  std::string add(const std::string& name, const Body& more = Body::object()) {
    auto properties = titled(name);
    properties.update(more);
    return create(source, properties);
  }
  std::vector<std::string> where(const Body& filter) { return query(source, {{"filter", filter}}); }
  std::vector<std::string> where(const char* property, const char* type, const Body& condition) {
    return where({{"property", property}, {type, condition}});
  }
  Answer asked(const Body& body) { return ask("POST", "data_sources/" + source + "/query", body); }
  std::string source;
};

TEST(NotionFilters, OfEachType) {
  QueryWorld world;
  const auto a = world.add("Alpha", {{"Fee", {{"number", 1}}},
                                     {"Notes", {{"rich_text", NotionWorld::text("Bring Flags")}}},
                                     {"Played", {{"checkbox", true}}},
                                     {"Cup", {{"select", {{"name", "World"}}}}},
                                     {"Tags", {{"multi_select", {{{"name", "x"}}, {{"name", "y"}}}}}},
                                     {"Site", {{"url", "https://a.org"}}}});
  const auto b = world.add("Beta", {{"Fee", {{"number", 2}}}});
  EXPECT_THAT(world.where("Name", "title", {{"equals", "Alpha"}}), ElementsAre(a));
  EXPECT_THAT(world.where("Name", "title", {{"starts_with", "Be"}}), ElementsAre(b));
  EXPECT_THAT(world.where("Name", "title", {{"ends_with", "ta"}}), ElementsAre(b));
  EXPECT_THAT(world.where("Notes", "rich_text", {{"contains", "Flags"}}), ElementsAre(a));
  EXPECT_THAT(world.where("Notes", "rich_text", {{"is_empty", true}}), ElementsAre(b));
  EXPECT_THAT(world.where("Fee", "number", {{"greater_than", 1}}), ElementsAre(b));
  EXPECT_THAT(world.where("Fee", "number", {{"less_than_or_equal_to", 1}}), ElementsAre(a));
  EXPECT_THAT(world.where("Fee", "number", {{"is_empty", true}}), IsEmpty());
  EXPECT_THAT(world.where("Played", "checkbox", {{"equals", false}}), ElementsAre(b));
  EXPECT_THAT(world.where("Cup", "select", {{"equals", "World"}}), ElementsAre(a));
  EXPECT_THAT(world.where("Cup", "select", {{"does_not_equal", "World"}}), ElementsAre(b));
  EXPECT_THAT(world.where("Tags", "multi_select", {{"contains", "y"}}), ElementsAre(a));
  EXPECT_THAT(world.where("Site", "url", {{"is_not_empty", true}}), ElementsAre(a));
  EXPECT_THAT(world.where("No", "unique_id", {{"equals", 2}}), ElementsAre(b));
  world.server.set_value(a, "Total", R"({"type":"number","number":9})");
  EXPECT_THAT(world.where("Total", "formula", {{"number", {{"equals", 9}}}}), ElementsAre(a));
  EXPECT_THAT(world.where({{"and",
                            {{{"property", "Fee"}, {"number", {{"equals", 1}}}},
                             {{"or",
                               {{{"property", "Name"}, {"title", {{"equals", "Alpha"}}}},
                                {{"property", "Name"}, {"title", {{"equals", "Beta"}}}}}}}}}}),
              ElementsAre(a));
}

TEST(NotionFilters, OfDatesKnowDaysAndMoments) {
  QueryWorld world;
  const auto day = world.add("day", {{"When", {{"date", {{"start", "2026-09-15"}}}}}});
  const auto time = world.add("time", {{"When", {{"date", {{"start", "2026-09-15T20:00:00-07:00"}}}}}});
  EXPECT_THAT(world.where("When", "date", {{"equals", "2026-09-15"}}), ElementsAre(day));
  EXPECT_THAT(world.where("When", "date", {{"equals", "2026-09-16T03:00:00Z"}}), ElementsAre(time));
  EXPECT_THAT(world.where("When", "date", {{"after", "2026-09-15"}}), ElementsAre(time));
  EXPECT_THAT(world.where("When", "date", {{"on_or_before", "2026-09-15"}}), ElementsAre(day));
  EXPECT_THAT(world.where("When", "date", {{"before", "2026-09-15"}}), IsEmpty());
  EXPECT_THAT(world.where("When", "date", {{"on_or_after", "2026-09-15"}}), UnorderedElementsAre(day, time));
  EXPECT_THAT(world.where("When", "date", {{"is_empty", true}}), IsEmpty());
  const auto today = world.clock.now();
  EXPECT_THAT(world.where("When", "date", {{"past_week", Body::object()}}), IsEmpty());
  world.clock.advance(std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::sys_days(std::chrono::year(2026) / 9 / 17) - today));
  EXPECT_THAT(world.where("When", "date", {{"past_week", Body::object()}}), UnorderedElementsAre(day, time));
  EXPECT_THAT(world.where("When", "date", {{"before", "today"}}), UnorderedElementsAre(day, time));
}

TEST(NotionFilters, OfStampsCompareMinutes) {
  QueryWorld world;
  world.clock.advance(10min + 45s);
  const auto a = world.add("a");
  world.clock.advance(1min);
  const auto b = world.add("b");
  const auto minute = world.must("GET", "pages/" + a)["last_edited_time"];
  const auto since = [&](const char* condition) {
    return world.where({{"timestamp", "last_edited_time"}, {"last_edited_time", {{condition, minute}}}});
  };
  EXPECT_THAT(since("on_or_after"), UnorderedElementsAre(a, b));
  EXPECT_THAT(since("after"), ElementsAre(b));
  EXPECT_THAT(since("equals"), ElementsAre(a));
  EXPECT_THAT(world.query(world.source, {{"sorts", {{{"timestamp", "created_time"}, {"direction", "descending"}}}}}),
              ElementsAre(b, a));
}

TEST(NotionFilters, AreRefusedInTheWordsOfTheService) {
  QueryWorld world;
  const auto message = [&](const Body& filter) {
    const auto answer = world.asked({{"filter", filter}});
    EXPECT_EQ(answer.code(), "validation_error");
    return answer.message();
  };
  EXPECT_EQ(message({{"property", "Gone"}, {"number", {{"equals", 1}}}}),
            "Could not find property with name or id: Gone");
  EXPECT_THAT(message({{"property", "Fee"}, {"rich_text", {{"equals", "x"}}}}),
              HasSubstr("database property number does not match filter rich_text"));
  message({{"property", "Fee"}, {"number", {{"contains", 1}}}});
  message({{"property", "Fee"}, {"number", {{"equals", "1"}}}});
  message({{"property", "When"}, {"date", {{"after", "soon"}}}});
  message({{"timestamp", "edited"}, {"edited", {{"after", "2026-01-01"}}}});
  const Body leaf = {{"property", "Fee"}, {"number", {{"equals", 1}}}};
  message({{"and", {{{"or", {{{"and", {leaf}}}}}}}}});
  EXPECT_EQ(world.asked({{"sorts", {{{"property", "Gone"}, {"direction", "ascending"}}}}}).message(),
            "Could not find sort property with name or id: Gone");
  EXPECT_EQ(world.asked({{"sorts", {{{"property", "Fee"}, {"direction", "up"}}}}}).status, 400);
  EXPECT_EQ(world.ask("POST", "data_sources/" + world.source + "/query?filter_properties=none", Body::object()).status,
            400);
}

TEST(NotionSorts, EarlierOnesWinAndEmptyComesLast) {
  QueryWorld world;
  const auto a = world.add("b", {{"Fee", {{"number", 2}}}});
  const auto b = world.add("a", {{"Fee", {{"number", 2}}}});
  const auto c = world.add("c", {{"Fee", {{"number", 10}}}});
  const auto none = world.add("d");
  EXPECT_THAT(world.query(world.source, {{"sorts",
                                          {{{"property", "Fee"}, {"direction", "ascending"}},
                                           {{"property", "Name"}, {"direction", "ascending"}}}}}),
              ElementsAre(b, a, c, none));
}

TEST(NotionPaging, CarvesAListingIntoPages) {
  QueryWorld world;
  for (int i = 0; i < 205; ++i) world.add(std::to_string(i));
  const auto all = world.query(world.source);
  EXPECT_THAT(std::set<std::string>(all.begin(), all.end()), SizeIs(205));
  const auto first = world.asked({{"page_size", 3}}).json;
  EXPECT_EQ(first["object"], "list");
  EXPECT_THAT(first["results"], SizeIs(3));
  EXPECT_FALSE(first.contains("request_status"));
  EXPECT_THAT(world.asked(Body::object()).json["results"], SizeIs(100));
  EXPECT_THAT(world.asked({{"page_size", 0}}).json["results"], SizeIs(100));
  EXPECT_EQ(world.asked({{"page_size", 101}}).status, 400);
  const Body next = {{"start_cursor", first["next_cursor"]}, {"page_size", 3}};
  EXPECT_EQ(world.asked(next).status, 200);
  Body other = next;
  other["filter"] = {{"property", "Fee"}, {"number", {{"is_empty", true}}}};
  EXPECT_THAT(world.asked(other).message(), HasSubstr("The start_cursor provided is invalid: "));
  EXPECT_THAT(world.asked({{"start_cursor", "x"}}).message(), HasSubstr("start_cursor should be a valid uuid"));
  world.server.expire_cursors();
  EXPECT_EQ(world.asked(next).code(), "validation_error");
}

TEST(NotionPaging, EndsAtTheCapAndSaysSoOnEveryPage) {
  auto options = NotionWorld::honest();
  options.query_cap = 5;
  QueryWorld world(options);
  for (int i = 0; i < 5; ++i) world.add(std::to_string(i));
  EXPECT_FALSE(world.asked(Body::object()).json.contains("request_status"));
  world.add("one too many");
  auto page = world.asked({{"page_size", 3}}).json;
  EXPECT_EQ(page["request_status"]["type"], "incomplete");
  page = world.asked({{"page_size", 3}, {"start_cursor", page["next_cursor"]}}).json;
  EXPECT_EQ(page["has_more"], false);
  EXPECT_THAT(page["results"], SizeIs(2));
  EXPECT_EQ(page["request_status"]["incomplete_reason"], "query_result_limit_reached");
}

TEST(NotionPaging, LiesOnRequest) {
  QueryWorld world;
  for (int i = 0; i < 6; ++i) world.add(std::to_string(i));
  auto& faults = world.server.faults();
  faults.force("short_page");
  const auto page = world.asked(Body::object()).json;
  EXPECT_LT(page["results"].size(), 100U);
  EXPECT_THAT(world.query(world.source, {{"page_size", 2}}), SizeIs(6));
  faults.force("duplicate_item");
  const auto twice = world.query(world.source, {{"page_size", 2}});
  EXPECT_THAT(twice, SizeIs(7));
  EXPECT_THAT(std::set<std::string>(twice.begin(), twice.end()), SizeIs(6));
  faults.force("page_shift");
  EXPECT_THAT(world.query(world.source), SizeIs(5));
  faults.force("query_unavailable");
  EXPECT_TRUE(world.asked(Body::object()).json["additional_data"].contains("retry_guidance"));
  const auto cursor = world.asked({{"page_size", 2}}).json["next_cursor"];
  faults.force("stale_cursor");
  EXPECT_EQ(world.asked({{"page_size", 2}, {"start_cursor", cursor}}).status, 400);
}

TEST(NotionIndex, MayBeLate) {
  QueryWorld world;
  world.server.faults().force("late_index");
  const auto id = world.add("Final");
  EXPECT_EQ(world.ask("GET", "pages/" + id).status, 200);
  EXPECT_THAT(world.query(world.source), IsEmpty());
  world.clock.advance(60s);
  EXPECT_THAT(world.query(world.source), ElementsAre(id));
  world.server.faults().force("late_index");
  world.must("PATCH", "pages/" + id, {{"properties", NotionWorld::titled("Semi")}});
  EXPECT_THAT(world.where("Name", "title", {{"equals", "Final"}}), ElementsAre(id)) << "as it was";
  world.must("PATCH", "pages/" + id, {{"properties", NotionWorld::titled("Third")}});
  world.clock.advance(60s);
  EXPECT_THAT(world.where("Name", "title", {{"equals", "Third"}}), ElementsAre(id)) << "a late write is not the last";
  world.server.faults().force("late_index");
  world.must("PATCH", "pages/" + id, {{"in_trash", true}});
  EXPECT_THAT(world.query(world.source), ElementsAre(id)) << "still shown, though in the trash";
}

TEST(NotionSearch, FindsByTitleWhatIsShared) {
  QueryWorld world;
  const auto id = world.add("The Final");
  const auto found = [&](const Body& body) {
    std::vector<std::string> out;
    const auto list = world.must("POST", "search", body);
    for (const auto& one : list["results"]) out.push_back(one["id"]);
    return out;
  };
  EXPECT_THAT(found({{"query", "final"}}), ElementsAre(id));
  EXPECT_THAT(found({{"query", "fixt"}, {"filter", {{"property", "object"}, {"value", "data_source"}}}}),
              ElementsAre(world.source));
  EXPECT_EQ(world.ask("POST", "search", {{"filter", {{"property", "object"}, {"value", "database"}}}}).status, 400);
  world.server.faults().force("search_misses");
  EXPECT_THAT(found({{"query", "final"}}), IsEmpty());
  world.server.share(id, false);
  EXPECT_THAT(found({{"query", "final"}}), IsEmpty());
}

TEST(NotionUsers, AreListed) {
  NotionWorld world;
  const auto users = world.must("GET", "users?page_size=1");
  EXPECT_EQ(users["results"].size(), 1U);
  EXPECT_EQ(users["has_more"], true);
  EXPECT_EQ(world.must("GET", "users/" + world.person)["person"]["email"], "alice@example.org");
  EXPECT_EQ(world.must("GET", "users/me")["type"], "bot");
  EXPECT_EQ(world.ask("GET", "users/00000000-0000-4000-8000-000000000000").status, 404);
}

}  // namespace
}  // namespace emulators
}  // namespace v1
}  // namespace fasti
