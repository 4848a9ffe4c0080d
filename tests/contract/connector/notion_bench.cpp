// The Notion connector over the stand-in. People work on it with a token of their own, in plain HTTP.
#include "connectors/emulators/in_process.hpp"
#include "connectors/http/url.hpp"
#include "connectors/notion/notion.hpp"
#include "engine/base/file_system.hpp"
#include "engine/model/time_text.hpp"
#include "tests/contract/connector/bench.hpp"
#include "tests/support/clock.hpp"
#include "tests/support/notion_person.hpp"

namespace fasti {
inline namespace v1 {
namespace contract {
namespace {

using nlohmann::json;

notion::Settings settings_of(emulators::Notion& server) {
  server.add_connection("engine");
  notion::Settings out;
  out.session.url = *http::parse_url("https://api.notion.com/");
  out.client.name = "notion";
  out.client.endpoint.auth = {http::AuthScheme::bearer, "", Secret("engine")};
  return out;
}

class NotionBench final : public Bench {
 public:
  explicit NotionBench(bool lying)
      : random_(7),
        server_(clock_, random_),
        services_{system_files(), clock_, random_, emulators::in_process({{{"api.notion.com", &server_}}, {}}), {}},
        person_(server_),
        connector_(notion::make_connector(services_, settings_of(server_))) {
    if (!lying) return;
    for (const char* fault : {"short_page", "duplicate_item", "late_index", "stale_cursor", "rate_limited",
                              "service_overload", "conflict", "query_unavailable", "committed_503", "zone_shown",
                              "retrash_refused", "unstamped_edit", "status_name_refused"})
      server_.faults().set(fault, 0.1);
  }

  Connector& connector() override { return *connector_; }
  std::string empty_collection() override {
    database_ = person_.make_database("Bookings", {{"When", {{"date", json::object()}}},
                                                   {"Notes", {{"rich_text", json::object()}}},
                                                   {"Fasti ID", {{"rich_text", json::object()}}},
                                                   {"Seats", {{"number", {{"format", "number"}}}}},
                                                   {"Tags", {{"multi_select", {{"options", {{{"name", "final"}}}}}}}}});
    return database_.source;
  }
  void drop_collection(const std::string&) override {
    person_.must("PATCH", "databases/" + database_.id, {{"in_trash", true}});
  }
  std::string person_creates(const std::string& collection, const std::string& title) override {
    return person_.create(collection, {{"Name", {{"title", person_.text(title)}}},
                                       {"When", {{"date", {{"start", "2026-06-11"}, {"end", "2026-06-12"}}}}},
                                       {"Seats", {{"number", 12.5}}},
                                       {"Tags", {{"multi_select", {{{"name", "final"}}}}}}});
  }
  void person_renames(const std::string&, const std::string& id, const std::string& title) override {
    person_.rename(id, title);
  }
  void person_deletes(const std::string&, const std::string& id) override { person_.trash(id); }
  std::optional<std::string> person_sees(const std::string&, const std::string& id) override {
    return person_.title(id);
  }
  bool person_breaks(const std::string&, const std::string& id) override {
    server_.set_value(id, "When", R"({"start":"soon","end":null,"time_zone":null})");
    return true;
  }

  std::string title_property() const override { return "Name"; }
  Properties event(const std::string& title) const override {
    const Span when{SpanKind::zoned, *parse_time("2026-06-11T18:00:00"), *parse_time("2026-06-11T20:00:00"),
                    "Europe/Berlin"};
    return {{"Name", title}, {"Notes", std::string("bring flags; and, drums\nat 5 < 6 & more")}, {"When", when}};
  }
  std::string add_override(Properties&, const std::string&) const override { return ""; }
  void wait() override { clock_.advance(std::chrono::minutes(2)); }

 private:
  support::VirtualClock clock_{*parse_instant("2026-06-01T12:00:00Z")};
  support::SeededRandom random_;
  emulators::Notion server_;
  Services services_;
  support::NotionPerson person_;
  std::shared_ptr<Connector> connector_;
  support::NotionPerson::Database database_;
};

}  // namespace

std::unique_ptr<Bench> notion_bench() { return std::make_unique<NotionBench>(false); }
std::unique_ptr<Bench> lying_notion_bench() { return std::make_unique<NotionBench>(true); }

}  // namespace contract
}  // namespace v1
}  // namespace fasti
