// Who may ask the stand-in for Notion, how often, and how it refuses.
#include <gmock/gmock.h>

#include "connectors/emulators/in_process.hpp"
#include "tests/unit/notion_emulator/notion_world.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

using ::testing::HasSubstr;

TEST(NotionRequests, NeedAVersionThatIsKnown) {
  NotionWorld world;
  const auto missing = world.raw("GET", "users/me", "", {{"Authorization", "Bearer bot"}});
  EXPECT_EQ(missing.status, 400);
  EXPECT_EQ(missing.code(), "missing_version");
  EXPECT_EQ(missing.json["object"], "error");
  EXPECT_EQ(missing.json["status"], 400);
  EXPECT_TRUE(missing.json["request_id"].is_string());
  EXPECT_EQ(world.ask("GET", "users/me", nullptr, "bot", "2022-06-28").code(), "validation_error");
  EXPECT_EQ(world.ask("GET", "users/me", nullptr, "bot", "2025-09-03").status, 200);
}

TEST(NotionRequests, NeedATokenThatIsKnown) {
  NotionWorld world;
  EXPECT_EQ(world.ask("GET", "users/me", nullptr, "other").code(), "unauthorized");
  EXPECT_EQ(world.raw("GET", "users/me", "", {{"Notion-Version", "2026-03-11"}}).status, 401);
  EXPECT_EQ(world.must("GET", "users/me")["id"], world.bot);
  world.server.revoke("bot");
  EXPECT_EQ(world.ask("GET", "users/me").status, 401);
}

TEST(NotionRequests, NeedJsonAndAnAddressThatThereIs) {
  NotionWorld world;
  const http::Headers headers = {
      {"Authorization", "Bearer bot"}, {"Notion-Version", "2026-03-11"}, {"Content-Type", "application/json"}};
  EXPECT_EQ(world.raw("POST", "pages", "{nonsense", headers).code(), "invalid_json");
  EXPECT_EQ(world.raw("POST", "pages", "\"\xff\"", headers).code(), "invalid_json");
  EXPECT_EQ(world.ask("GET", "nothing").code(), "invalid_request_url");
  EXPECT_EQ(world.ask("DELETE", "pages/" + world.root).code(), "invalid_request_url");
  EXPECT_THAT(world.ask("GET", "pages/abc").message(), HasSubstr("path.page_id should be a valid uuid"));
  EXPECT_EQ(world.raw("POST", "pages", std::string(500'001, ' '), headers).code(), "validation_error");
}

TEST(NotionRequests, IdsGoWithAndWithoutDashes) {
  NotionWorld world;
  const auto page = world.create(world.data_source(), NotionWorld::titled("Final"));
  std::string bare = page;
  bare.erase(std::remove(bare.begin(), bare.end(), '-'), bare.end());
  EXPECT_EQ(world.must("GET", "pages/" + bare)["id"], page);
}

TEST(NotionRequests, ACapabilityThatIsMissingIs403) {
  NotionWorld world;
  const auto source = world.data_source();
  const auto page = world.create(source, NotionWorld::titled("Final"));
  world.server.add_connection("reader", "Reader", {true, false, false, false});
  world.server.add_connection("writer", "Writer", {false, true, true, false});
  const Body create = {{"parent", {{"data_source_id", source}}}, {"properties", NotionWorld::titled("x")}};
  EXPECT_EQ(world.ask("POST", "pages", create, "reader").code(), "restricted_resource");
  EXPECT_EQ(world.ask("PATCH", "pages/" + page, {{"in_trash", true}}, "reader").status, 403);
  EXPECT_EQ(world.ask("GET", "pages/" + page, nullptr, "reader").status, 200);
  EXPECT_EQ(world.ask("GET", "users", nullptr, "reader").status, 403);
  EXPECT_EQ(world.ask("GET", "users/me", nullptr, "reader").status, 200);
  EXPECT_EQ(world.ask("GET", "pages/" + page, nullptr, "writer").status, 403);
  const auto partial = world.ask("POST", "pages", create, "writer");
  EXPECT_EQ(partial.status, 200);
  EXPECT_FALSE(partial.json.contains("properties")) << "only id and object without the right to read";
}

TEST(NotionRequests, WhatIsNotSharedIsNotThere) {
  NotionWorld world;
  const auto source = world.data_source();
  const auto page = world.create(source, NotionWorld::titled("Final"));
  world.server.share(world.database, false);
  for (const auto& path : {"databases/" + world.database, "data_sources/" + source, "pages/" + page}) {
    const auto answer = world.ask("GET", path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_EQ(answer.code(), "object_not_found");
  }
  EXPECT_EQ(world.ask("GET", "pages/" + page, nullptr, "alice").status, 200);
  world.server.share(world.database, true);
  EXPECT_EQ(world.ask("GET", "pages/" + page).status, 200);
  EXPECT_EQ(world.ask("GET", "data_sources/" + world.database).status, 404) << "a database is no data source";
  world.server.destroy(page);
  EXPECT_EQ(world.ask("GET", "pages/" + page).status, 404);
}

TEST(NotionLimits, AWindowOfAMinuteHolds180Requests) {
  auto options = NotionWorld::honest();
  options.requests_per_minute = 180;
  NotionWorld world(options);
  world.clock.advance(std::chrono::seconds(17));
  for (int i = 0; i < 180; ++i) ASSERT_EQ(world.ask("GET", "users/me").status, 200) << i;
  const auto refused = world.ask("GET", "users/me");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.code(), "rate_limited");
  EXPECT_EQ(refused.json["additional_data"]["rate_limit_reason"], "public_api_request_rate_limit");
  EXPECT_EQ(refused.json["additional_data"]["retry_after"], refused.retry_after);
  const int wait = std::stoi(refused.retry_after);
  EXPECT_GE(wait, 1);
  EXPECT_LE(wait, 60);
  EXPECT_EQ(world.ask("GET", "users/me", nullptr, "alice").status, 200) << "a person has no limit";
  world.clock.advance(std::chrono::seconds(wait - 1));
  EXPECT_EQ(world.ask("GET", "users/me").status, 429);
  world.clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(world.ask("GET", "users/me").status, 200);
}

TEST(NotionLimits, TheWorkspaceAndTheAverageHaveTheirOwn) {
  auto options = NotionWorld::honest();
  options.space_requests_per_minute = 2;
  NotionWorld world(options);
  world.server.add_connection("second", "Second");
  EXPECT_EQ(world.ask("GET", "users/me").status, 200);
  EXPECT_EQ(world.ask("GET", "users/me", nullptr, "second").status, 200);
  const auto refused = world.ask("GET", "users/me");
  EXPECT_EQ(refused.json["additional_data"]["rate_limit_reason"], "public_api_space_request_rate_limit");
  EXPECT_GT(std::stoi(refused.retry_after), 60);

  options = NotionWorld::honest();
  options.requests_per_second = 3;
  NotionWorld slow(options);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(slow.ask("GET", "users/me").status, 200);
  EXPECT_EQ(slow.ask("GET", "users/me").status, 429);
  slow.clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(slow.ask("GET", "users/me").status, 200);
}

struct Lie {
  const char* fault;
  int status;
  const char* code;
};

class NotionLies : public ::testing::TestWithParam<Lie> {};

TEST_P(NotionLies, AreAnErrorBeforeAnythingHappens) {
  NotionWorld world;
  const auto source = world.data_source();
  ASSERT_TRUE(world.server.faults().force(GetParam().fault));
  const auto writes = world.server.writes();
  const auto answer = world.try_create(source, NotionWorld::titled("Final"));
  EXPECT_EQ(answer.status, GetParam().status);
  EXPECT_EQ(answer.code(), GetParam().code);
  EXPECT_EQ(world.server.writes(), writes);
  EXPECT_EQ(world.server.faults().counted(GetParam().fault), 1U);
  EXPECT_EQ(world.try_create(source, NotionWorld::titled("Final")).status, 200);
}

INSTANTIATE_TEST_SUITE_P(
    Each, NotionLies,
    ::testing::Values(Lie{"rate_limited", 429, "rate_limited"}, Lie{"space_rate_limited", 429, "rate_limited"},
                      Lie{"endpoint_rate_limited", 429, "rate_limited"}, Lie{"request_blocked", 429, "rate_limited"},
                      Lie{"service_overload", 529, "service_overload"}, Lie{"conflict", 409, "conflict_error"},
                      Lie{"internal_error", 500, "internal_server_error"},
                      Lie{"bad_gateway", 502, "service_unavailable"}, Lie{"unavailable", 503, "service_unavailable"},
                      Lie{"database_unavailable", 503, "database_connection_unavailable"},
                      Lie{"gateway_timeout", 504, "gateway_timeout"}, Lie{"stale_credentials", 401, "unauthorized"},
                      Lie{"block_limit", 400, "validation_error"}),
    [](const auto& one) { return std::string(one.param.fault); });

TEST(NotionLimits, SayWhatTheReasonIsAndHowLongToWait) {
  NotionWorld world;
  const auto reason = [&](const char* fault) {
    world.server.faults().force(fault);
    const auto answer = world.ask("GET", "users/me");
    return std::pair(answer.json["additional_data"]["rate_limit_reason"].get<std::string>(), answer.retry_after);
  };
  EXPECT_GT(std::stoi(reason("space_rate_limited").second), 60);
  EXPECT_EQ(reason("endpoint_rate_limited").first, "public_api_endpoint_rate_limit");
  const auto blocked = reason("request_blocked");
  EXPECT_EQ(blocked.first, "public_api_request_blocked");
  EXPECT_EQ(blocked.second, "");
  world.server.faults().force("service_overload");
  EXPECT_NE(world.ask("GET", "users/me").retry_after, "");
}

TEST(NotionCommitted, AWriteThatIsStoredMayBeAnsweredWith503) {
  NotionWorld world;
  const auto source = world.data_source();
  world.server.faults().force("committed_503");
  const auto created = world.try_create(source, NotionWorld::titled("Final"));
  EXPECT_EQ(created.status, 503);
  EXPECT_THAT(created.message(), HasSubstr("The change was saved, but the response could not be built in time"));
  EXPECT_THAT(created.json["additional_data"]["retry_guidance"].dump(), HasSubstr("Do not repeat the write."));
  const std::string id = created.json["additional_data"]["committed_resource_id"];
  EXPECT_EQ(world.must("GET", "pages/" + id)["properties"]["Name"]["title"][0]["plain_text"], "Final");

  world.server.faults().force("committed_503");
  const Body paragraph = {{"paragraph", {{"rich_text", NotionWorld::text("x")}}}};
  const auto appended = world.ask("PATCH", "blocks/" + id + "/children", {{"children", {paragraph}}});
  EXPECT_EQ(appended.json["additional_data"]["committed_resource_id"], id);
  const std::string child = appended.json["additional_data"]["committed_child_ids"][0];
  EXPECT_EQ(world.must("GET", "blocks/" + child)["type"], "paragraph");

  world.server.faults().force("error_after_write");
  const auto silent = world.ask("PATCH", "pages/" + id, {{"properties", NotionWorld::titled("Semi")}});
  EXPECT_EQ(silent.status, 504);
  EXPECT_FALSE(silent.json.contains("additional_data"));
  EXPECT_EQ(world.value(id, "Name")[0]["plain_text"], "Semi");
}

TEST(NotionInProcess, AnswersATransportUnderTheNameOfTheRealHost) {
  NotionWorld world;
  const auto transport = in_process({{{"api.notion.com", &world.server}}, {}});
  auto endpoint = std::make_shared<http::Endpoint>();
  endpoint->auth = {http::AuthScheme::bearer, "", Secret("bot")};
  http::Request request;
  request.url = "https://api.notion.com/v1/users/me";
  request.headers = {{"Notion-Version", "2026-03-11"}};
  request.endpoint = endpoint;
  const auto replies = transport->send(std::span(&request, 1), 1, {});
  ASSERT_TRUE(replies[0].ok());
  EXPECT_EQ(replies[0]->status, 200);
}

}  // namespace
}  // namespace emulators
}  // namespace v1
}  // namespace fasti
