#pragma once
// A workspace under a clock that stands still, and requests as a client would send them. Answers are read with another
// JSON library than the stand-in's own tree.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "connectors/emulators/notion.hpp"
#include "tests/support/clock.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {

using Body = nlohmann::json;

struct Answer {
  int status = 0;
  Body json;
  std::string retry_after;

  std::string code() const { return json.value("code", ""); }
  std::string message() const { return json.value("message", ""); }
  std::string id() const { return json.value("id", ""); }
};

struct NotionWorld {
  explicit NotionWorld(NotionOptions options = honest(), std::uint64_t seed = 1)
      : random(seed), server(clock, random, std::move(options)) {
    bot = server.add_connection("bot");
    person = server.add_person("alice", "Alice", "alice@example.org");
    root = server.root_page();
  }

  /// Nothing drawn by chance: stamps are floored and move with every write.
  static NotionOptions honest() {
    NotionOptions out;
    out.requests_per_minute = 0;
    out.stamps_rounded = NotionChoice::no;
    out.property_writes_stamp = NotionChoice::yes;
    out.title_is_content = NotionChoice::no;
    return out;
  }

  Answer raw(const std::string& method, const std::string& path, const std::string& body, http::Headers headers) {
    http::Request request;
    request.method = method;
    request.url = "https://api.notion.com/v1/" + path;
    request.headers = std::move(headers);
    request.body = body;
    const auto response = server.handle(request);
    return {response.status, Body::parse(response.body), http::header(response.headers, "Retry-After").value_or("")};
  }
  Answer ask(const std::string& method, const std::string& path, const Body& body = nullptr,
             const std::string& token = "bot", const std::string& version = "2026-03-11") {
    http::Headers headers = {{"Authorization", "Bearer " + token}, {"Notion-Version", version}};
    if (!body.is_null()) headers.emplace_back("Content-Type", "application/json");
    return raw(method, path, body.is_null() ? "" : body.dump(), headers);
  }
  Body must(const std::string& method, const std::string& path, const Body& body = nullptr,
            const std::string& token = "bot") {
    const auto answer = ask(method, path, body, token);
    EXPECT_EQ(answer.status, 200) << method << " " << path << ": " << answer.json.dump();
    return answer.json;
  }

  /// A database with one data source of these properties and a title "Name"; the id of the data source.
  std::string data_source(Body properties = Body::object(), const std::string& title = "Fixtures") {
    if (!properties.contains("Name")) properties["Name"] = {{"title", Body::object()}};
    const auto made = must("POST", "databases",
                           {{"parent", {{"page_id", root}}},
                            {"title", text(title)},
                            {"initial_data_source", {{"properties", properties}}}});
    database = made["id"];
    return made["data_sources"][0]["id"];
  }
  static Body text(const std::string& content) { return {{{"text", {{"content", content}}}}}; }
  static Body titled(const std::string& name) { return {{"Name", {{"title", text(name)}}}}; }
  Answer try_create(const std::string& source, const Body& properties) {
    return ask("POST", "pages", {{"parent", {{"data_source_id", source}}}, {"properties", properties}});
  }
  std::string create(const std::string& source, const Body& properties) {
    const auto answer = try_create(source, properties);
    EXPECT_EQ(answer.status, 200) << answer.json.dump();
    return answer.id();
  }
  /// The ids that a query shows, page by page.
  std::vector<std::string> query(const std::string& source, Body body = Body::object()) {
    std::vector<std::string> out;
    for (int turns = 0; turns < 1000; ++turns) {
      const auto page = must("POST", "data_sources/" + source + "/query", body);
      for (const auto& one : page["results"]) out.push_back(one["id"]);
      if (!page["has_more"]) return out;
      body["start_cursor"] = page["next_cursor"];
    }
    ADD_FAILURE() << "no end of pages";
    return out;
  }
  /// One property of a page as it is read, without id and type.
  Body value(const std::string& page, const std::string& name) {
    const auto json = must("GET", "pages/" + page)["properties"][name];
    return json[json["type"].get<std::string>()];
  }

  support::VirtualClock clock;
  support::SeededRandom random;
  Notion server;
  std::string bot;
  std::string person;
  std::string root;
  std::string database;
};

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
