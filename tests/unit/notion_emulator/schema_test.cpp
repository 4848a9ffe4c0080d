// Databases and data sources of the stand-in for Notion: how a schema changes, and what becomes of the values.
#include <gmock/gmock.h>

#include "tests/unit/notion_emulator/notion_world.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

using ::testing::HasSubstr;

struct SchemaWorld : NotionWorld {
  Body schema() { return must("GET", "data_sources/" + source)["properties"]; }
  Answer change(const Body& properties, const std::string& token = "bot") {
    return ask("PATCH", "data_sources/" + source, {{"properties", properties}}, token);
  }
  Body changed(const Body& properties) {
    const auto answer = change(properties);
    EXPECT_EQ(answer.status, 200) << answer.json.dump();
    return schema();
  }
  std::string source;
};

TEST(NotionDatabases, HoldDataSourcesAndNoProperties) {
  NotionWorld world;
  const auto first = world.data_source();
  const auto database = world.must("GET", "databases/" + world.database);
  EXPECT_FALSE(database.contains("properties"));
  EXPECT_EQ(database["title"][0]["plain_text"], "Fixtures");
  EXPECT_EQ(database["parent"]["page_id"], world.root);
  const auto second = world.must("POST", "data_sources",
                                 {{"parent", {{"type", "database_id"}, {"database_id", world.database}}},
                                  {"title", NotionWorld::text("Friendlies")},
                                  {"properties", {{"Game", {{"title", Body::object()}}}}}});
  EXPECT_EQ(second["object"], "data_source");
  EXPECT_EQ(second["parent"]["database_id"], world.database);
  EXPECT_EQ(second["database_parent"]["page_id"], world.root);
  EXPECT_EQ(second["properties"]["Game"]["id"], "title");
  const auto listed = world.must("GET", "databases/" + world.database)["data_sources"];
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0]["id"], first);
  EXPECT_EQ(listed[1], Body({{"id", second["id"]}, {"name", "Friendlies"}}));
  EXPECT_EQ(
      world
          .ask("POST", "data_sources",
               {{"parent", {{"database_id", world.database}}}, {"properties", {{"Fee", {{"number", Body::object()}}}}}})
          .status,
      400)
      << "a title is needed";
}

TEST(NotionSchema, IdsAreEncodedAndOutliveNames) {
  SchemaWorld world;
  Body many = Body::object();
  for (int i = 0; i < 40; ++i) many["p" + std::to_string(i)] = {{"number", Body::object()}};
  world.source = world.data_source(many);
  std::string name;
  std::string id;
  const auto schema = world.schema();
  for (const auto& [key, property] : schema.items())
    if (property["id"].get<std::string>().find('%') != std::string::npos) {
      name = key;
      id = property["id"];
    }
  ASSERT_NE(id, "") << "an id of this seed needs encoding";
  const auto renamed = world.changed({{name, {{"name", "Fee"}}}});
  EXPECT_EQ(renamed["Fee"]["id"], id);
  EXPECT_EQ(renamed["Fee"]["number"], Body({{"format", "number"}})) << "nothing but the name";
  EXPECT_FALSE(renamed.contains(name));
  auto properties = NotionWorld::titled("Final");
  properties[id] = {{"number", 5}};
  const auto page = world.create(world.source, properties);
  EXPECT_EQ(world.value(page, "Fee"), 5) << "the id is a key, too";
  EXPECT_EQ(world.must("GET", "pages/" + page + "/properties/" + id)["number"], 5);
  std::string twice;
  for (const char c : id) twice += c == '%' ? "%25" : std::string(1, c);
  EXPECT_EQ(world.ask("GET", "pages/" + page + "/properties/" + twice).status, 404) << "encoded twice";
  const auto shown =
      world.must("POST", "data_sources/" + world.source + "/query?filter_properties=" + id, Body::object());
  EXPECT_EQ(shown["results"][0]["properties"].size(), 1U);
  EXPECT_EQ(shown["results"][0]["properties"]["Fee"]["number"], 5);
}

TEST(NotionSchema, PropertiesAreAddedRetypedAndDeleted) {
  SchemaWorld world;
  world.source = world.data_source({{"Fee", {{"rich_text", Body::object()}}}});
  auto properties = NotionWorld::titled("Final");
  properties["Fee"] = {{"rich_text", NotionWorld::text("12.5")}};
  const auto page = world.create(world.source, properties);
  const auto id = world.schema()["Fee"]["id"];
  EXPECT_EQ(world.changed({{"Fee", {{"number", {{"format", "dollar"}}}}}})["Fee"]["id"], id);
  EXPECT_EQ(world.schema()["Fee"]["number"]["format"], "dollar");
  EXPECT_EQ(world.value(page, "Fee"), 12.5);
  world.changed({{"Fee", {{"date", Body::object()}}}});
  EXPECT_EQ(world.value(page, "Fee"), nullptr) << "a number is no date: lost";
  EXPECT_FALSE(world.changed({{"Fee", nullptr}}).contains("Fee"));
  EXPECT_FALSE(world.must("GET", "pages/" + page)["properties"].contains("Fee"));
  const auto again = world.changed({{"Fee", {{"rich_text", Body::object()}}}});
  EXPECT_NE(again["Fee"]["id"], id) << "another property of the same name";
  EXPECT_EQ(world.value(page, "Fee"), Body::array());
}

TEST(NotionSchema, IsRefusedAsAWhole) {
  SchemaWorld world;
  world.source = world.data_source();
  const auto before = world.schema();
  EXPECT_EQ(world.change({{"A", {{"number", Body::object()}}}, {"Name", nullptr}}).status, 400);
  EXPECT_EQ(world.change({{"A", {{"number", Body::object()}}}, {"B", {{"nonsense", Body::object()}}}}).status, 400);
  EXPECT_EQ(world.change({{"Name", {{"number", Body::object()}}}}).status, 400);
  EXPECT_EQ(world.change({{"Gone", nullptr}}).message(), "Gone is not a property that exists.");
  EXPECT_EQ(world.change({{"A", {{"title", Body::object()}}}}).status, 400) << "one title";
  EXPECT_EQ(world.schema(), before);
}

TEST(NotionSchema, OptionsThatAreLeftOutAreDeleted) {
  SchemaWorld world;
  world.source = world.data_source({{"Cup", {{"select", {{"options", {{{"name", "A"}}, {{"name", "B"}}}}}}}}});
  auto properties = NotionWorld::titled("Final");
  properties["Cup"] = {{"select", {{"name", "A"}}}};
  const auto page = world.create(world.source, properties);
  const auto options = world.schema()["Cup"]["select"]["options"];
  Body more = options;
  more.push_back({{"name", "C"}});
  EXPECT_EQ(world.changed({{"Cup", {{"select", {{"options", more}}}}}})["Cup"]["select"]["options"].size(), 3U);
  EXPECT_EQ(world.value(page, "Cup")["name"], "A");
  const auto renamed =
      world.changed({{"Cup", {{"select", {{"options", {{{"id", options[0]["id"]}, {"name", "Z"}}}}}}}}});
  ASSERT_EQ(renamed["Cup"]["select"]["options"].size(), 1U);
  EXPECT_EQ(renamed["Cup"]["select"]["options"][0]["name"], "A") << "a new name has no effect";
  EXPECT_THAT(world.change({{"Cup", {{"select", {{"options", {{{"name", "A"}, {"color", "red"}}}}}}}}}).message(),
              HasSubstr("Cannot update color"));
  EXPECT_EQ(world.change({{"Cup", {{"select", {{"options", {{{"name", "A,B"}}}}}}}}}).status, 400);
  world.changed({{"Cup", {{"select", {{"options", {{{"name", "C"}}}}}}}}});
  EXPECT_EQ(world.value(page, "Cup"), nullptr);
  EXPECT_FALSE(world.schema()["Cup"]["select"].contains("groups")) << "of a status only";
}

TEST(NotionSchema, AStatusTakesNewOptionsOnly) {
  SchemaWorld world;
  world.source = world.data_source({{"Status", {{"status", Body::object()}}}});
  const auto page = world.create(world.source, NotionWorld::titled("Final"));
  const auto status = world.schema()["Status"]["status"];
  ASSERT_EQ(status["groups"].size(), 3U);
  Body options = status["options"];
  options.push_back({{"name", "Hold"}, {"group", "Complete"}});
  const auto grown = world.changed({{"Status", {{"status", {{"options", options}}}}}})["Status"]["status"];
  ASSERT_EQ(grown["options"].size(), 4U);
  EXPECT_EQ(grown["groups"][0]["option_ids"].back(), grown["options"][3]["id"]) << "lands in To-do";
  options = grown["options"];
  options[3]["color"] = "red";
  EXPECT_EQ(world.change({{"Status", {{"status", {{"options", options}}}}}}).status, 400);
  options = grown["options"];
  options[0]["name"] = "Soon";
  options[0]["group"] = "Complete";
  EXPECT_EQ(world.changed({{"Status", {{"status", {{"options", options}}}}}})["Status"]["status"], grown);
  EXPECT_EQ(world.change({{"Status", {{"status", {{"options", options}}}}}}, "alice").status, 200);
  EXPECT_EQ(world.schema()["Status"]["status"]["options"][0]["name"], "Soon") << "a person may";
  EXPECT_EQ(world.value(page, "Status")["name"], "Soon");
}

}  // namespace
}  // namespace emulators
}  // namespace v1
}  // namespace fasti
