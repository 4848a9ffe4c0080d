#pragma once
// A whole installation with three related Notion databases: hub, store and connector over the stand-in, a person with a
// token of their own, and a network that can lose what it carries.
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <fasti/hub.hpp>

#include "connectors/emulators/in_process.hpp"
#include "connectors/emulators/notion.hpp"
#include "connectors/notion/notion.hpp"
#include "tests/support/clock.hpp"
#include "tests/support/notion_person.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {

class NotionWorld {
 public:
  using Json = nlohmann::json;
  using Database = support::NotionPerson::Database;

  /// `connection`: more keys of its table.
  explicit NotionWorld(std::string connection = "", emulators::NotionOptions options = {});
  NotionWorld(const NotionWorld&) = delete;
  NotionWorld& operator=(const NotionWorld&) = delete;
  ~NotionWorld();

  Hub& hub();
  void close() { hub_.reset(); }
  RunReport run(const std::function<Result<RunReport>(Hub&)>& act);
  /// One run; five minutes pass afterwards.
  RunReport sync();
  RunReport resync();
  /// Until a run has nothing to write; the number of runs it took.
  int settle(int most = 8);
  void write_mapping(const std::string& name, const std::string& text);

  void put(const std::string& kind, const std::string& id, Fields fields);
  std::optional<Value> field(const std::string& kind, const std::string& id, const std::string& path);
  std::vector<Record> records(const std::string& kind) { return hub().list(kind).value(); }
  std::vector<ParkedInfo> parked() { return hub().parked().value(); }
  std::size_t count(const std::string& kind) { return records(kind).size(); }
  /// The row of this title; throws when there is not exactly one.
  Json row(const std::string& source, const std::string& title);
  std::string id_of(const std::string& source, const std::string& title) { return row(source, title)["id"]; }
  /// Requests to Notion since it was last asked.
  std::uint64_t requests();

  support::VirtualClock clock{std::chrono::sys_days{std::chrono::year{2026} / 6 / 1} + std::chrono::hours{12}};
  support::SeededRandom random{5};
  emulators::Notion server;
  support::NotionPerson person;
  Database venues;
  Database schedules;
  Database bookings;
  std::function<emulators::NetworkFault(const http::Request&)> fault;
  std::filesystem::path folder;

 private:
  std::unique_ptr<Hub> hub_;
  std::uint64_t requests_ = 0;
};

Span span_of(const std::string& start, const std::string& end, const std::string& zone = "Europe/Berlin");
const TargetReport& report_of(const RunReport& report, const std::string& target);

}  // namespace notion
}  // namespace v1
}  // namespace fasti
