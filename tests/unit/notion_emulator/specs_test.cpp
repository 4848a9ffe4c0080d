// The addresses and the members of bodies that Notion's own description names, asked of the stand-in.
#include <gmock/gmock.h>

#include <fstream>

#include "tests/unit/notion_emulator/notion_world.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

/// Said to be wrong: "in_trash is not a supported query body parameter".
const std::set<std::string> kContradicted = {"archived", "in_trash"};

Body described() {
  std::ifstream file(std::string(FASTI_SOURCE_DIR) + "/../shared/specs/notion-openapi-2025-09-03.mcp.json");
  return file ? Body::parse(file) : Body();
}

std::string with_ids(std::string path, const std::map<std::string, std::string>& ids) {
  for (const auto& [name, id] : ids)
    if (const auto at = path.find("{" + name + "}"); at != std::string::npos) path.replace(at, name.size() + 2, id);
  return path.substr(std::string("/v1/").size());
}

TEST(NotionSpecs, EveryAddressAndMemberOfABodyIsKnown) {
  const auto spec = described();
  if (spec.is_null()) GTEST_SKIP() << "skipped: no ../shared";
  NotionWorld world;
  const auto source = world.data_source();
  const auto page = world.create(source, NotionWorld::titled("Final"));
  const std::string block =
      world.must("PATCH", "blocks/" + page + "/children",
                 {{"children", {{{"paragraph", {{"rich_text", NotionWorld::text("x")}}}}}}})["results"][0]["id"];
  const std::map<std::string, std::string> ids = {{"page_id", page},          {"block_id", block},
                                                  {"data_source_id", source}, {"database_id", world.database},
                                                  {"user_id", world.person},  {"property_id", "title"}};
  int asked = 0;
  for (const auto& [path, methods] : spec["paths"].items()) {
    if (path.find("/comments") != std::string::npos || path.find("/markdown") != std::string::npos) continue;
    for (const auto& [method, operation] : methods.items()) {
      std::string upper = method;
      for (char& c : upper) c = static_cast<char>(c - 'a' + 'A');
      const auto at = with_ids(path, ids);
      Body schema;
      if (operation.contains("requestBody")) schema = operation["requestBody"]["content"]["application/json"]["schema"];
      const bool has_body = schema.contains("properties");
      std::vector<Body> bodies = {has_body ? Body::object() : Body()};
      if (has_body)
        for (const auto& [name, member] : schema["properties"].items())
          if (path.find("/query") == std::string::npos || kContradicted.count(name) == 0)
            bodies.push_back({{name, nullptr}});
      for (const auto& body : bodies) {
        const auto answer = world.ask(upper, at, body, "bot", "2025-09-03");
        const auto what = upper + " " + path + " " + body.dump() + ": " + answer.json.dump();
        EXPECT_NE(answer.code(), "invalid_request_url") << what;
        EXPECT_EQ(answer.message().find("should be not present"), std::string::npos) << what;
        ++asked;
      }
    }
  }
  EXPECT_GT(asked, 40);
}

}  // namespace
}  // namespace emulators
}  // namespace v1
}  // namespace fasti
