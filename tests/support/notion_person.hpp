#pragma once
// A person of a Notion workspace, in plain HTTP against the stand-in: never through the connector.
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "connectors/emulators/notion.hpp"

namespace fasti {
inline namespace v1 {
namespace support {

class NotionPerson {
 public:
  using Json = nlohmann::json;

  explicit NotionPerson(emulators::Notion& server) : server_(server) {
    user_ = server.add_person("person", "Ada", "ada@example.org");
  }

  const std::string& user() const { return user_; }

  http::Response ask(const std::string& method, const std::string& path, const Json& body = {}) {
    http::Request request;
    request.method = method;
    request.url = "https://api.notion.com/v1/" + path;
    request.headers = {
        {"Authorization", "Bearer person"}, {"Notion-Version", "2026-03-11"}, {"Content-Type", "application/json"}};
    if (!body.is_null()) request.body = body.dump();
    return server_.handle(request);
  }
  Json must(const std::string& method, const std::string& path, const Json& body = {}) {
    const auto reply = ask(method, path, body);
    if (reply.status != 200) throw std::runtime_error(method + " " + path + ": " + reply.body);
    return Json::parse(reply.body);
  }

  static Json text(const std::string& content) {
    return Json::array({Json{{"type", "text"}, {"text", {{"content", content}}}}});
  }

  struct Database {
    std::string id;
    std::string source;
  };
  /// `columns` beside the title "Name".
  Database make_database(const std::string& title, Json columns) {
    columns["Name"] = {{"title", Json::object()}};
    const Json made = must("POST", "databases",
                           {{"parent", {{"type", "page_id"}, {"page_id", server_.root_page()}}},
                            {"title", text(title)},
                            {"initial_data_source", {{"title", text(title)}, {"properties", columns}}}});
    return {made["id"], made["data_sources"][0]["id"]};
  }
  std::string create(const std::string& source, const Json& properties) {
    return must(
        "POST", "pages",
        {{"parent", {{"type", "data_source_id"}, {"data_source_id", source}}}, {"properties", properties}})["id"];
  }
  void set(const std::string& page, const Json& properties) {
    must("PATCH", "pages/" + page, {{"properties", properties}});
  }
  void rename(const std::string& page, const std::string& title) { set(page, {{"Name", {{"title", text(title)}}}}); }
  void trash(const std::string& page, bool in_trash = true) {
    must("PATCH", "pages/" + page, {{"in_trash", in_trash}});
  }
  Json page(const std::string& id) { return must("GET", "pages/" + id); }
  /// nullopt when it is in the trash or nowhere.
  std::optional<std::string> title(const std::string& id) {
    const auto reply = ask("GET", "pages/" + id);
    if (reply.status != 200) return std::nullopt;
    const Json page = Json::parse(reply.body);
    if (page.value("in_trash", false)) return std::nullopt;
    return plain(page["properties"]["Name"]["title"]);
  }
  static std::string plain(const Json& items) {
    std::string out;
    for (const Json& item : items) out += item.value("plain_text", "");
    return out;
  }
  std::vector<Json> rows(const std::string& source) {
    std::vector<Json> out;
    std::string cursor;
    do {
      Json body{{"page_size", 100}};
      if (!cursor.empty()) body["start_cursor"] = cursor;
      const Json reply = must("POST", "data_sources/" + source + "/query", body);
      for (const Json& row : reply["results"]) out.push_back(row);
      cursor = reply.value("has_more", false) ? reply["next_cursor"].get<std::string>() : "";
    } while (!cursor.empty());
    return out;
  }

 private:
  emulators::Notion& server_;
  std::string user_;
};

}  // namespace support
}  // namespace v1
}  // namespace fasti
