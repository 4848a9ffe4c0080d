// Blocks of the stand-in for Notion.
#include <gmock/gmock.h>

#include "tests/unit/notion_emulator/notion_world.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Body paragraph(const std::string& text) {
  return {{"type", "paragraph"}, {"paragraph", {{"rich_text", NotionWorld::text(text)}}}};
}

struct BlocksWorld : NotionWorld {
  BlocksWorld() { page = create(data_source(), titled("Final")); }
  Answer append(const Body& body) { return ask("PATCH", "blocks/" + page + "/children", body); }
  std::vector<std::string> texts() {
    std::vector<std::string> out;
    const auto list = must("GET", "blocks/" + page + "/children");
    for (const auto& one : list["results"]) out.push_back(one["paragraph"]["rich_text"][0]["plain_text"]);
    return out;
  }
  std::string page;
};

TEST(NotionBlocks, AreAppendedWhereThePositionSays) {
  BlocksWorld world;
  const auto made = world.append({{"children", {paragraph("b"), paragraph("d")}}}).json;
  ASSERT_EQ(made["results"].size(), 2U);
  EXPECT_EQ(made["results"][0]["object"], "block");
  EXPECT_EQ(made["results"][0]["parent"]["page_id"], world.page);
  EXPECT_EQ(world.append({{"children", {paragraph("a")}}, {"position", {{"type", "start"}}}}).status, 200);
  const Body after = {{"type", "after_block"}, {"after_block", {{"id", made["results"][0]["id"]}}}};
  EXPECT_EQ(world.append({{"children", {paragraph("c")}}, {"position", after}}).status, 200);
  EXPECT_EQ(world.append({{"children", {paragraph("e")}}, {"position", {{"type", "end"}}}}).status, 200);
  EXPECT_THAT(world.texts(), ElementsAre("a", "b", "c", "d", "e"));
  EXPECT_EQ(world.append({{"children", {paragraph("x")}}, {"after", made["results"][0]["id"]}}).status, 400)
      << "not since 2026-03-11";
  EXPECT_EQ(world.append({{"children", {paragraph("x")}}, {"position", {{"type", "middle"}}}}).status, 400);
  EXPECT_EQ(world
                .ask("PATCH", "blocks/" + world.page + "/children",
                     {{"children", {paragraph("x")}}, {"after", made["results"][1]["id"]}}, "bot", "2025-09-03")
                .status,
            200);
}

TEST(NotionBlocks, AreMadeWithTheirPageOrNotAtAll) {
  BlocksWorld world;
  const auto source = world.must("GET", "pages/" + world.page)["parent"]["data_source_id"];
  const auto create = [&](const Body& children) {
    return world.ask("POST", "pages",
                     {{"parent", {{"data_source_id", source}}},
                      {"properties", NotionWorld::titled("Semi")},
                      {"children", children}});
  };
  const auto made = create(Body::array({paragraph("a")}));
  EXPECT_EQ(world.must("GET", "blocks/" + made.id() + "/children")["results"].size(), 1U);
  EXPECT_EQ(create({paragraph("a"), {{"nonsense", Body::object()}}}).status, 400);
  EXPECT_EQ(world.query(source).size(), 2U);
}

TEST(NotionBlocks, AreChangedAndTrashed) {
  BlocksWorld world;
  const std::string id = world.append({{"children", {paragraph("a"), paragraph("b")}}}).json["results"][0]["id"];
  const auto changed = world.must("PATCH", "blocks/" + id, {{"paragraph", {{"rich_text", NotionWorld::text("x")}}}});
  EXPECT_EQ(changed["paragraph"]["rich_text"][0]["plain_text"], "x");
  EXPECT_EQ(world.ask("PATCH", "blocks/" + id, {{"to_do", {{"checked", true}}}}).status, 400) << "another type";
  EXPECT_EQ(world.must("DELETE", "blocks/" + id)["in_trash"], true);
  EXPECT_THAT(world.texts(), ElementsAre("b"));
  EXPECT_EQ(world.ask("DELETE", "blocks/" + id).message(),
            "Can't edit block that is archived. You must unarchive the block before editing.");
  EXPECT_EQ(world.must("PATCH", "blocks/" + id, {{"in_trash", false}})["in_trash"], false);
  EXPECT_THAT(world.texts(), ElementsAre("x", "b"));
  EXPECT_EQ(world.must("DELETE", "blocks/" + world.page)["in_trash"], true) << "a page is a block, too";
  EXPECT_EQ(world.append({{"children", {paragraph("c")}}}).status, 400);
}

TEST(NotionBlocks, HaveTheirSizes) {
  BlocksWorld world;
  Body many = Body::array();
  for (int i = 0; i < 101; ++i) many.push_back(paragraph("x"));
  EXPECT_THAT(world.append({{"children", many}}).message(), HasSubstr("should be ≤ `100`, instead was `101`"));
  Body nested = Body::array();
  for (int i = 0; i < 11; ++i) {
    Body below = Body::array();
    for (int j = 0; j < 90; ++j) below.push_back(paragraph("x"));
    nested.push_back({{"toggle", {{"rich_text", NotionWorld::text("t")}, {"children", below}}}});
  }
  EXPECT_THAT(world.append({{"children", nested}}).message(), HasSubstr("1000 block elements"));
  nested.erase(10);
  const auto made = world.append({{"children", nested}}).json;
  ASSERT_EQ(made["results"].size(), 10U);
  EXPECT_EQ(made["results"][0]["has_children"], true);
  const auto below =
      world.must("GET", "blocks/" + made["results"][0]["id"].get<std::string>() + "/children?page_size=50");
  EXPECT_EQ(below["results"].size(), 50U);
  EXPECT_EQ(below["has_more"], true);
}

TEST(NotionBlocks, ADatabaseIsOneOfItsPage) {
  BlocksWorld world;
  const auto children = world.must("GET", "blocks/" + world.root + "/children")["results"];
  ASSERT_EQ(children.size(), 1U);
  EXPECT_EQ(children[0]["type"], "child_database");
  EXPECT_EQ(children[0]["child_database"]["title"], "Fixtures");
}

}  // namespace
}  // namespace emulators
}  // namespace v1
}  // namespace fasti
