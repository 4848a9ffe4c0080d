// Pages of the stand-in for Notion: trash, move, stamps, relations.
#include <gmock/gmock.h>

#include "tests/unit/notion_emulator/notion_world.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

Body related(const std::vector<std::string>& ids) {
  Body out = Body::array();
  for (const auto& id : ids) out.push_back({{"id", id}});
  return {{"relation", out}};
}

TEST(NotionPages, AreMadeChangedAndRead) {
  NotionWorld world;
  const auto source =
      world.data_source({{"Notes", {{"rich_text", Body::object()}}}, {"Fee", {{"number", Body::object()}}}});
  auto properties = NotionWorld::titled("Final");
  properties["Fee"] = {{"number", 12.5}};
  const auto made = world.try_create(source, properties).json;
  EXPECT_EQ(made["object"], "page");
  EXPECT_EQ(made["parent"]["type"], "data_source_id");
  EXPECT_EQ(made["parent"]["data_source_id"], source);
  EXPECT_EQ(made["parent"]["database_id"], world.database);
  EXPECT_EQ(made["created_by"], Body({{"object", "user"}, {"id", world.bot}}));
  EXPECT_FALSE(made.contains("archived")) << "not since 2026-03-11";
  const std::string id = made["id"];
  const auto changed = world.must("PATCH", "pages/" + id,
                                  {{"properties", {{"Notes", {{"rich_text", NotionWorld::text("bring flags")}}}}}});
  EXPECT_EQ(changed["properties"]["Fee"]["number"], 12.5) << "what is left out keeps its value";
  EXPECT_EQ(changed["properties"]["Name"]["title"][0]["plain_text"], "Final");
  EXPECT_EQ(changed["properties"]["Notes"]["rich_text"][0]["plain_text"], "bring flags");
  EXPECT_EQ(world.ask("GET", "pages/" + id, nullptr, "bot", "2025-09-03").json["archived"], false);
}

TEST(NotionPages, RefuseWhatTheSchemaDoesNotKnow) {
  NotionWorld world;
  const auto source = world.data_source();
  const auto id = world.create(source, NotionWorld::titled("Final"));
  EXPECT_EQ(world.ask("PATCH", "pages/" + id, {{"properties", {{"Gone", {{"number", 1}}}}}}).message(),
            "Gone is not a property that exists.");
  EXPECT_EQ(world.ask("PATCH", "pages/" + id, {{"properties", {{"Name", nullptr}}}}).status, 400);
  EXPECT_EQ(world.ask("PATCH", "pages/" + id, {{"parent", {{"data_source_id", source}}}}).status, 400);
  EXPECT_EQ(world.ask("PATCH", "pages/" + id, {{"archived", true}}).status, 400);
  EXPECT_EQ(world.ask("PATCH", "pages/" + id, {{"archived", true}}, "bot", "2025-09-03").status, 200);
  EXPECT_EQ(world.ask("POST", "pages", {{"parent", {{"database_id", world.database}}}}).status, 400);
  const auto below = world.ask(
      "POST", "pages",
      {{"parent", {{"page_id", world.root}}}, {"properties", {{"title", {{"title", NotionWorld::text("x")}}}}}});
  EXPECT_EQ(below.status, 200);
  EXPECT_EQ(world.ask("PATCH", "pages/" + below.id(), {{"properties", {{"Name", {{"number", 1}}}}}}).message(),
            "Name is not a property that exists.")
      << "a page under a page has a title only";
}

TEST(NotionTrash, IsLeftOutOfQueriesAndNotWrittenTo) {
  NotionWorld world;
  const auto source = world.data_source();
  const auto id = world.create(source, NotionWorld::titled("Final"));
  EXPECT_EQ(world.must("PATCH", "pages/" + id, {{"in_trash", true}})["in_trash"], true);
  EXPECT_THAT(world.query(source), IsEmpty());
  EXPECT_EQ(world.must("GET", "pages/" + id)["in_trash"], true);
  const auto refused = world.ask("PATCH", "pages/" + id, {{"properties", NotionWorld::titled("x")}});
  EXPECT_EQ(refused.code(), "validation_error");
  EXPECT_EQ(refused.message(), "Can't edit block that is archived. You must unarchive the block before editing.");
  EXPECT_EQ(world.ask("PATCH", "pages/" + id, {{"in_trash", true}}).status, 200);
  world.server.faults().force("retrash_refused");
  EXPECT_EQ(world.ask("PATCH", "pages/" + id, {{"in_trash", true}}).status, 400);
  EXPECT_EQ(world.ask("PATCH", "pages/" + id, {{"in_trash", false}, {"properties", NotionWorld::titled("x")}}).status,
            400)
      << "out of the trash first";
  EXPECT_EQ(world.must("PATCH", "pages/" + id, {{"in_trash", false}})["in_trash"], false);
  EXPECT_THAT(world.query(source), ElementsAre(id));
  world.must("PATCH", "data_sources/" + source, {{"in_trash", true}});
  EXPECT_EQ(world.ask("PATCH", "pages/" + id, {{"properties", NotionWorld::titled("x")}}).status, 400)
      << "nor below what is in the trash";
}

TEST(NotionTrash, ArchivedPagesAreAskedForOnTheirOwn) {
  NotionWorld world;
  const auto source = world.data_source();
  const auto id = world.create(source, NotionWorld::titled("Final"));
  EXPECT_EQ(world.must("PATCH", "pages/" + id, {{"is_archived", true}})["is_archived"], true);
  EXPECT_THAT(world.query(source), IsEmpty());
  EXPECT_THAT(world.query(source, {{"is_archived", true}}), ElementsAre(id));
  EXPECT_EQ(world.ask("POST", "data_sources/" + source + "/query", {{"in_trash", true}}).status, 400);
}

TEST(NotionMove, TakesAPageToAnotherDataSource) {
  NotionWorld world;
  const auto from = world.data_source({{"Fee", {{"number", Body::object()}}}});
  const auto to = world.data_source({{"Fee", {{"number", Body::object()}}}}, "Archive");
  auto properties = NotionWorld::titled("Final");
  properties["Fee"] = {{"number", 7}};
  const auto id = world.create(from, properties);
  const auto moved = world.must("POST", "pages/" + id + "/move", {{"parent", {{"data_source_id", to}}}});
  EXPECT_EQ(moved["id"], id);
  EXPECT_EQ(moved["parent"]["data_source_id"], to);
  EXPECT_EQ(moved["properties"]["Fee"]["number"], 7);
  EXPECT_THAT(world.query(from), IsEmpty());
  EXPECT_THAT(world.query(to), ElementsAre(id));
  EXPECT_EQ(world.ask("POST", "pages/" + world.root + "/move", {{"parent", {{"page_id", world.root}}}}).status, 400);
}

TEST(NotionStamps, KnowMinutesOnly) {
  auto options = NotionWorld::honest();
  for (const bool rounded : {false, true}) {
    options.stamps_rounded = rounded ? NotionChoice::yes : NotionChoice::no;
    NotionWorld world(options);
    const auto source = world.data_source();
    world.clock.advance(40s);
    const auto page = world.try_create(source, NotionWorld::titled("Final")).json;
    const std::string minute = rounded ? "T00:01:00.000Z" : "T00:00:00.000Z";
    EXPECT_THAT(page["last_edited_time"].get<std::string>(), HasSubstr(minute));
    EXPECT_THAT(page["created_time"].get<std::string>(), HasSubstr(minute));
    world.clock.advance(19s);
    const auto edited =
        world.must("PATCH", "pages/" + page["id"].get<std::string>(), {{"properties", NotionWorld::titled("Semi")}});
    EXPECT_EQ(edited["last_edited_time"], page["last_edited_time"]) << "two edits of a minute look the same";
  }
}

TEST(NotionStamps, AConnectionsWritesMayNotMoveThem) {
  auto options = NotionWorld::honest();
  options.property_writes_stamp = NotionChoice::no;
  NotionWorld world(options);
  const auto source = world.data_source();
  const auto id = world.create(source, NotionWorld::titled("Final"));
  const auto stamp = world.must("GET", "pages/" + id)["last_edited_time"];
  world.clock.advance(5min);
  EXPECT_EQ(world.must("PATCH", "pages/" + id, {{"properties", NotionWorld::titled("x")}})["last_edited_time"], stamp);
  const Body paragraph = {{"paragraph", {{"rich_text", NotionWorld::text("x")}}}};
  world.must("PATCH", "blocks/" + id + "/children", {{"children", {paragraph}}});
  EXPECT_EQ(world.must("GET", "pages/" + id)["last_edited_time"], stamp);
  const auto by_person = world.must("PATCH", "pages/" + id, {{"properties", NotionWorld::titled("y")}}, "alice");
  EXPECT_NE(by_person["last_edited_time"], stamp);
  EXPECT_EQ(by_person["last_edited_by"]["id"], world.person);
}

TEST(NotionStamps, AreDrawnBySeedWhereNobodyKnows) {
  auto options = NotionWorld::honest();
  options.stamps_rounded = NotionChoice::by_seed;
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed < 9; ++seed) {
    NotionWorld world(options, seed);
    const auto source = world.data_source();
    world.clock.advance(40s);
    seen.insert(world.try_create(source, NotionWorld::titled("x")).json["created_time"]);
  }
  EXPECT_EQ(seen.size(), 2U);
}

TEST(NotionRelations, AreCutAt25AndReadWholeByProperty) {
  NotionWorld world;
  const auto venues = world.data_source({}, "Venues");
  const auto source = world.data_source(
      {{"Venues", {{"relation", {{"data_source_id", venues}, {"single_property", Body::object()}}}}}});
  std::vector<std::string> ids;
  for (int i = 0; i < 30; ++i) ids.push_back(world.create(venues, NotionWorld::titled("v" + std::to_string(i))));
  auto properties = NotionWorld::titled("Final");
  properties["Venues"] = related(ids);
  const auto page = world.try_create(source, properties).json;
  const auto& shown = page["properties"]["Venues"];
  EXPECT_EQ(shown["relation"].size(), 25U);
  EXPECT_EQ(shown["has_more"], true);
  const std::string at = "pages/" + page["id"].get<std::string>() + "/properties/" + shown["id"].get<std::string>();
  const auto first = world.must("GET", at + "?page_size=20");
  EXPECT_EQ(first["type"], "property_item");
  EXPECT_EQ(first["results"].size(), 20U);
  EXPECT_EQ(first["results"][0]["relation"]["id"], ids[0]);
  const auto second = world.must("GET", at + "?page_size=20&start_cursor=" + first["next_cursor"].get<std::string>());
  EXPECT_EQ(second["results"].size(), 10U);
  EXPECT_EQ(second["has_more"], false);
  ids.resize(2);
  const auto few =
      world.must("PATCH", "pages/" + page["id"].get<std::string>(), {{"properties", {{"Venues", related(ids)}}}});
  EXPECT_EQ(few["properties"]["Venues"]["relation"].size(), 2U) << "an array replaces the whole value";
  EXPECT_EQ(few["properties"]["Venues"]["has_more"], false);
}

TEST(NotionRelations, OfTwoSidesAreOne) {
  NotionWorld world;
  const auto venues = world.data_source({}, "Venues");
  const auto source = world.data_source(
      {{"Venue",
        {{"relation", {{"data_source_id", venues}, {"dual_property", {{"synced_property_name", "Bookings"}}}}}}}});
  const auto arena = world.create(venues, NotionWorld::titled("Arena"));
  auto properties = NotionWorld::titled("Final");
  properties["Venue"] = related({arena});
  const auto id = world.create(source, properties);
  EXPECT_EQ(world.value(arena, "Bookings"), related({id})["relation"]);
  world.must("PATCH", "pages/" + arena, {{"properties", {{"Bookings", related({})}}}});
  EXPECT_EQ(world.value(id, "Venue"), Body::array());
  world.must("PATCH", "data_sources/" + source, {{"properties", {{"Venue", {{"name", "Place"}}}}}});
  const auto schema = world.must("GET", "data_sources/" + venues)["properties"]["Bookings"];
  EXPECT_EQ(schema["relation"]["dual_property"]["synced_property_name"], "Place");
}

TEST(NotionRelations, PointOnlyToPagesOfTheirDataSource) {
  NotionWorld world;
  const auto venues = world.data_source({}, "Venues");
  const auto source =
      world.data_source({{"Venue", {{"relation", {{"data_source_id", venues}, {"single_property", Body::object()}}}}}});
  const auto other = world.create(source, NotionWorld::titled("Semi"));
  const auto refused = [&](const std::string& id) {
    auto properties = NotionWorld::titled("Final");
    properties["Venue"] = related({id});
    return world.try_create(source, properties).status;
  };
  EXPECT_EQ(refused(other), 400);
  EXPECT_EQ(refused("00000000-0000-4000-8000-000000000000"), 404);
  EXPECT_EQ(refused("nonsense"), 400);
}

TEST(NotionPeople, BeyondThe25thAreCutWithoutAWord) {
  NotionWorld world;
  const auto source = world.data_source({{"Officials", {{"people", Body::object()}}}});
  Body people = Body::array();
  for (int i = 0; i < 30; ++i) {
    const auto name = "p" + std::to_string(i);
    people.push_back({{"id", world.server.add_person(name, name, name + "@example.org")}});
  }
  auto properties = NotionWorld::titled("Final");
  properties["Officials"] = {{"people", people}};
  const auto page = world.try_create(source, properties).json;
  const auto& shown = page["properties"]["Officials"];
  EXPECT_EQ(shown["people"].size(), 25U);
  EXPECT_FALSE(shown.contains("has_more"));
  EXPECT_EQ(shown["people"][0]["person"]["email"], "p0@example.org");
  const auto whole =
      world.must("GET", "pages/" + page["id"].get<std::string>() + "/properties/" + shown["id"].get<std::string>());
  EXPECT_EQ(whole["results"].size(), 30U);
}

}  // namespace
}  // namespace emulators
}  // namespace v1
}  // namespace fasti
