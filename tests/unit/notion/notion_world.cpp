#include "tests/unit/notion/notion_world.hpp"

#include <stdlib.h>

#include "engine/base/file_system.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {
namespace {

using nlohmann::json;

json text_column() { return {{"rich_text", json::object()}}; }

json select_column(const std::vector<std::string>& names) {
  json options = json::array();
  for (const auto& name : names) options.push_back({{"name", name}});
  return {{"select", {{"options", options}}}};
}

json relation_column(const std::string& source) {
  return {{"relation", {{"data_source_id", source}, {"single_property", json::object()}}}};
}

}  // namespace

NotionWorld::NotionWorld(std::string connection, emulators::NotionOptions options)
    : server(clock, random, options), person(server) {
  server.add_connection("engine");
  ::setenv("FASTI_TEST_NOTION", "engine", 1);
  std::string pattern = (std::filesystem::temp_directory_path() / "fasti-notion-XXXXXX").string();
  folder = ::mkdtemp(pattern.data());
  venues = person.make_database("Venues", {{"Time zone", text_column()},
                                           {"City", text_column()},
                                           {"Country", text_column()},
                                           {"Address", text_column()},
                                           {"Coordinates", text_column()},
                                           {"Capacity", {{"number", {{"format", "number"}}}}},
                                           {"Phone", {{"phone_number", json::object()}}},
                                           {"E-mail", {{"email", json::object()}}},
                                           {"Link", {{"url", json::object()}}},
                                           {"Notes", text_column()},
                                           {"Fasti ID", text_column()}});
  schedules = person.make_database("Schedules", {{"Season", text_column()},
                                                 {"Start", {{"date", json::object()}}},
                                                 {"End", {{"date", json::object()}}},
                                                 {"Link", {{"url", json::object()}}},
                                                 {"Notes", text_column()},
                                                 {"Fasti ID", text_column()}});
  bookings = person.make_database("Bookings", {{"When", {{"date", json::object()}}},
                                               {"Status", select_column({"Confirmed", "Tentative", "Cancelled"})},
                                               {"Venue", relation_column(venues.source)},
                                               {"Location", text_column()},
                                               {"Schedule", relation_column(schedules.source)},
                                               {"Notes", text_column()},
                                               {"Link", {{"url", json::object()}}},
                                               {"Tags", {{"multi_select", {{"options", json::array()}}}}},
                                               {"Code", text_column()},
                                               {"Recurrence", text_column()},
                                               {"Fasti ID", text_column()}});
  std::ofstream file(folder / "fasti.toml");
  file << "store = \"fasti.db\"\n[connections.notion]\nprovider = \"notion\"\n"
       << "token = { env = \"FASTI_TEST_NOTION\" }\nindex_lag = \"1ms\"\n"
       << connection;
  for (const auto& [name, source] :
       {std::pair("venue", venues.source), {"schedule", schedules.source}, {"booking", bookings.source}})
    file << "[[sync]]\nname = \"" << name << "s\"\nconnection = \"notion\"\ncollection = \"" << source
         << "\"\nkind = \"" << name << "\"\n";
}

NotionWorld::~NotionWorld() {
  hub_.reset();
  std::filesystem::remove_all(folder);
}

Hub& NotionWorld::hub() {
  if (!hub_) {
    const auto network = emulators::in_process({{{"api.notion.com", &server}}, [this](const http::Request& request) {
                                                  return fault ? fault(request) : emulators::NetworkFault::none;
                                                }});
    auto opened =
        Hub::open((folder / "fasti.toml").string(), {notion_factory({system_files(), clock, random, network, {}})});
    if (!opened) throw std::runtime_error(opened.error().text());
    hub_ = std::make_unique<Hub>(std::move(*opened));
  }
  return *hub_;
}

RunReport NotionWorld::run(const std::function<Result<RunReport>(Hub&)>& act) {
  auto report = act(hub());
  if (!report) throw std::runtime_error(report.error().text());
  clock.advance(std::chrono::minutes(5));
  return *report;
}

RunReport NotionWorld::sync() {
  return run([](Hub& hub) { return hub.sync(); });
}

RunReport NotionWorld::resync() {
  return run([](Hub& hub) { return hub.resync(); });
}

int NotionWorld::settle(int most) {
  for (int round = 1; round <= most; ++round) {
    const auto report = sync();
    bool quiet = report.local.created + report.local.updated + report.local.deleted == 0;
    for (const auto& target : report.syncs) {
      const auto& counts = target.written;
      quiet = quiet && counts.created + counts.updated + counts.deleted == 0 && !target.error;
    }
    if (quiet) return round;
  }
  throw std::runtime_error("does not come to rest");
}

void NotionWorld::write_mapping(const std::string& name, const std::string& text) {
  std::filesystem::create_directories(folder / "mappings");
  std::ofstream(folder / "mappings" / (name + ".toml")) << text;
}

void NotionWorld::put(const std::string& kind, const std::string& id, Fields fields) {
  const auto stored = hub().put(Record{kind, id, std::move(fields)});
  if (!stored) throw std::runtime_error(stored.error().text());
}

std::optional<Value> NotionWorld::field(const std::string& kind, const std::string& id, const std::string& path) {
  const auto record = hub().get(kind, id);
  const auto* value = record ? record->find(path) : nullptr;
  return value ? std::optional(*value) : std::nullopt;
}

NotionWorld::Json NotionWorld::row(const std::string& source, const std::string& title) {
  const Json named = {{"property", "Name"}, {"title", {{"equals", title}}}};
  const Json page = person.must("POST", "data_sources/" + source + "/query", {{"filter", named}});
  const auto& found = page["results"];
  if (found.size() != 1) throw std::runtime_error(std::to_string(found.size()) + " rows are called " + title);
  return found.front();
}

std::uint64_t NotionWorld::requests() {
  const std::uint64_t now = server.requests();
  return now - std::exchange(requests_, now);
}

Span span_of(const std::string& start, const std::string& end, const std::string& zone) {
  return {SpanKind::zoned, *parse_time(start), *parse_time(end), zone};
}

const TargetReport& report_of(const RunReport& report, const std::string& target) {
  for (const auto& one : report.syncs)
    if (one.target == target) return one;
  throw std::runtime_error("no target " + target);
}

}  // namespace notion
}  // namespace v1
}  // namespace fasti
