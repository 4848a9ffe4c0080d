// Webhooks of the stand-in for Notion: gathered, late, signed, tried again.
#include <gmock/gmock.h>

#include "tests/unit/notion_emulator/notion_world.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace std::chrono_literals;

struct HookWorld : NotionWorld {
  explicit HookWorld(std::uint64_t seed = 1) : NotionWorld(honest(), seed) {
    source = data_source();
    token = server.subscribe("bot", [this](const NotionDelivery& one) {
      deliveries.push_back(one);
      return status;
    });
  }
  /// What has been told since the last time, after five minutes.
  std::vector<Body> told() {
    clock.advance(5min);
    server.deliver();
    std::vector<Body> out;
    for (const auto& one : deliveries)
      if (!one.signature.empty()) out.push_back(Body::parse(one.body));
    deliveries.clear();
    return out;
  }
  std::vector<std::string> types() {
    std::vector<std::string> out;
    for (const auto& one : told()) out.push_back(one["type"]);
    return out;
  }
  void rename(const std::string& page, const std::string& name, const std::string& by = "alice") {
    must("PATCH", "pages/" + page, {{"properties", titled(name)}}, by);
  }
  std::string source;
  std::string token;
  int status = 200;
  std::vector<NotionDelivery> deliveries;
};

TEST(NotionWebhooks, BeginWithAHandshake) {
  HookWorld world;
  ASSERT_EQ(world.deliveries.size(), 1U);
  EXPECT_EQ(Body::parse(world.deliveries[0].body), Body({{"verification_token", world.token}}));
  EXPECT_EQ(world.deliveries[0].signature, "");
}

TEST(NotionWebhooks, TellWhoChangedWhatButNotTheContent) {
  HookWorld world;
  const auto id = world.create(world.source, NotionWorld::titled("Final"));
  EXPECT_THAT(world.types(), ElementsAre("page.created"));
  world.rename(id, "a");
  world.rename(id, "b", "bot");
  const auto told = world.told();
  ASSERT_THAT(told, SizeIs(1)) << "several changes, one event";
  const auto& event = told[0];
  EXPECT_EQ(event["type"], "page.properties_updated");
  EXPECT_EQ(event["entity"], Body({{"id", id}, {"type", "page"}}));
  EXPECT_EQ(event["authors"].size(), 2U);
  EXPECT_EQ(event["data"]["updated_properties"], Body::array({"title"}));
  EXPECT_EQ(event["data"]["parent"]["data_source_id"], world.source);
  EXPECT_EQ(event["data"]["parent"]["id"], world.database);
  EXPECT_EQ(event["attempt_number"], 1);
  EXPECT_EQ(event["api_version"], "2026-03-11");
  for (const char* name : {"id", "timestamp", "workspace_id", "workspace_name", "subscription_id", "integration_id"})
    EXPECT_TRUE(event[name].is_string()) << name;
  EXPECT_EQ(event["integration_id"], world.bot);
}

TEST(NotionWebhooks, OfWhatIsSoonUndoneTellNothing) {
  HookWorld world;
  const auto id = world.create(world.source, NotionWorld::titled("Final"));
  world.must("PATCH", "pages/" + id, {{"in_trash", true}});
  EXPECT_THAT(world.types(), IsEmpty());
  world.must("PATCH", "pages/" + id, {{"in_trash", false}});
  EXPECT_THAT(world.types(), ElementsAre("page.undeleted"));
  world.must("PATCH", "pages/" + id, {{"is_locked", true}});
  world.must("PATCH", "pages/" + id, {{"is_locked", false}});
  EXPECT_THAT(world.types(), ::testing::UnorderedElementsAre("page.locked", "page.unlocked")) << "never gathered";
}

TEST(NotionWebhooks, KnowTheSchemaTheBodyAndTheDatabase) {
  HookWorld world;
  const auto id = world.create(world.source, NotionWorld::titled("Final"));
  world.told();
  world.must("PATCH", "data_sources/" + world.source, {{"properties", {{"Fee", {{"number", Body::object()}}}}}});
  EXPECT_THAT(world.types(), ElementsAre("data_source.schema_updated"));
  const Body paragraph = {{"paragraph", {{"rich_text", NotionWorld::text("x")}}}};
  world.must("PATCH", "blocks/" + id + "/children", {{"children", {paragraph}}});
  const auto told = world.told();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0]["type"], "page.content_updated");
  EXPECT_EQ(told[0]["data"]["updated_blocks"].size(), 1U);
  world.must("PATCH", "databases/" + world.database, {{"in_trash", true}});
  EXPECT_THAT(world.types(), ElementsAre("database.deleted"));
}

TEST(NotionWebhooks, OfATitleMaySayContent) {
  auto options = NotionWorld::honest();
  options.title_is_content = NotionChoice::yes;
  NotionWorld world(options);
  const auto id = world.create(world.data_source(), NotionWorld::titled("Final"));
  std::vector<std::string> types;
  world.server.subscribe("bot", [&](const NotionDelivery& one) {
    if (!one.signature.empty()) types.push_back(Body::parse(one.body)["type"]);
    return 200;
  });
  world.must("PATCH", "pages/" + id, {{"properties", NotionWorld::titled("x")}});
  world.clock.advance(5min);
  world.server.deliver();
  EXPECT_THAT(types, ElementsAre("page.content_updated"));
}

TEST(NotionWebhooks, ComeInNoOrder) {
  bool disordered = false;
  for (std::uint64_t seed = 1; seed < 20 && !disordered; ++seed) {
    HookWorld world(seed);
    for (int i = 0; i < 5; ++i) {
      world.create(world.source, NotionWorld::titled(std::to_string(i)));
      world.clock.advance(1s);
    }
    // Minute by minute, as they would come.
    std::string last;
    for (int second = 0; second < 300; ++second) {
      world.clock.advance(1s);
      world.server.deliver();
    }
    for (const auto& one : world.deliveries) {
      if (one.signature.empty()) continue;
      const std::string at = Body::parse(one.body)["timestamp"];
      disordered = disordered || at < last;
      last = at;
    }
  }
  EXPECT_TRUE(disordered);
}

TEST(NotionWebhooks, AreTriedEightTimes) {
  HookWorld world;
  world.status = 500;
  world.create(world.source, NotionWorld::titled("Final"));
  std::vector<int> attempts;
  for (int hour = 0; hour < 48; ++hour) {
    world.clock.advance(1h);
    for (const auto& one : world.told()) attempts.push_back(one["attempt_number"]);
  }
  EXPECT_THAT(attempts, ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
}

TEST(NotionWebhooks, MayBeLostOrComeTwiceAndTellNothingThatIsNotShared) {
  HookWorld world;
  world.server.faults().force("webhook_lost");
  const auto id = world.create(world.source, NotionWorld::titled("Final"));
  EXPECT_THAT(world.types(), IsEmpty());
  world.server.faults().force("webhook_twice");
  world.rename(id, "x");
  const auto twice = world.told();
  ASSERT_THAT(twice, SizeIs(2));
  EXPECT_EQ(twice[0]["id"], twice[1]["id"]);
  world.server.share(world.database, false);
  world.rename(id, "y");
  EXPECT_THAT(world.types(), IsEmpty());
}

TEST(NotionWebhooks, AreSignedOverTheirBytes) {
  HookWorld world;
  world.create(world.source, NotionWorld::titled("Final"));
  world.clock.advance(5min);
  world.server.deliver();
  const auto& one = world.deliveries.back();
  ASSERT_EQ(one.signature.size(), 7U + 64U);
  EXPECT_EQ(one.signature.substr(0, 7), "sha256=");
  EXPECT_EQ(one.signature.find_first_not_of("0123456789abcdef", 7), std::string::npos);
}

TEST(NotionWebhooks, ASubscriberMayAskAtOnce) {
  HookWorld world;
  std::vector<int> statuses;
  world.server.subscribe("bot", [&](const NotionDelivery& one) {
    const auto body = Body::parse(one.body);
    if (body.contains("entity"))
      statuses.push_back(world.ask("GET", "pages/" + body["entity"]["id"].get<std::string>()).status);
    return 200;
  });
  world.create(world.source, NotionWorld::titled("Final"));
  world.told();
  EXPECT_THAT(statuses, ElementsAre(200));
}

}  // namespace
}  // namespace emulators
}  // namespace v1
}  // namespace fasti
