#include "tests/sides/league_world.hpp"

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "app/cli.hpp"
#include "app/session.hpp"
#include "connectors/builtin.hpp"
#include "connectors/http/curl_transport.hpp"
#include "engine/base/file_system.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace sides {
namespace {

using emulators::NetworkFault;

constexpr const char* kConfig = R"(store = "fasti.db"

[connections.google]
provider      = "google"
client_id     = "app"
client_secret = { env = "FASTI_TEST_SECRET" }
refresh_token = { env = "FASTI_TEST_GOOGLE" }

[connections.outlook]
provider      = "outlook"
client_id     = "fasti-tests"
refresh_token = { env = "FASTI_TEST_OUTLOOK" }
window_past   = "60d"
window_future = "400d"

[connections.files]
provider = "ics"
path     = "calendars"

[[sync]]
name       = "google"
connection = "google"
collection = "League"
kind       = "booking"

[[sync]]
name       = "outlook"
connection = "outlook"
collection = "League"
kind       = "booking"

[[sync]]
name       = "files"
connection = "files"
collection = "league"
kind       = "booking"
create     = true
)";

/// Requests to loopback go to a real server, all others to the stand-ins.
class Crossroads final : public http::Transport {
 public:
  Crossroads(std::shared_ptr<http::Transport> stand_ins, Fault fault)
      : stand_ins_(std::move(stand_ins)), real_(http::make_curl_transport()), fault_(std::move(fault)) {}

  std::vector<http::Reply> send(std::span<const http::Request> requests, std::size_t parallel,
                                std::stop_token stop) override {
    std::vector<http::Reply> out;
    for (const http::Request& request : requests) {
      const bool real = request.url.rfind("http://127.0.0.1", 0) == 0;
      const NetworkFault fault = real && fault_ ? fault_(request) : NetworkFault::none;
      const Error lost{ErrorKind::transient, "the connection was reset", "", "", {}};
      if (fault == NetworkFault::refused || fault == NetworkFault::request_lost) {
        out.emplace_back(Result<http::Response>(lost));
        continue;
      }
      auto replies = (real ? real_ : stand_ins_)->send(std::span(&request, 1), parallel, stop);
      out.push_back(fault == NetworkFault::reply_lost ? http::Reply(Result<http::Response>(lost))
                                                      : std::move(replies.front()));
    }
    return out;
  }

 private:
  std::shared_ptr<http::Transport> stand_ins_;
  std::shared_ptr<http::Transport> real_;
  Fault fault_;
};

/// A sign-in by device code, as a person does it once; the refresh token that it gave.
std::string sign_in(emulators::Outlook& outlook) {
  const auto ask = [&](const std::string& path, const std::string& form) {
    http::Request request;
    request.method = "POST";
    request.url = "https://login.microsoftonline.com/common/oauth2/v2.0/" + path;
    request.body = "client_id=fasti-tests&scope=offline_access%20Calendars.ReadWrite" + form;
    return nlohmann::json::parse(outlook.handle(request).body);
  };
  const auto code = ask("devicecode", "");
  outlook.answer_device(code["user_code"], true);
  return ask("token", "&grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=" +
                          code["device_code"].get<std::string>())["refresh_token"];
}

/// A new collection of the Radicale that tests/servers/run.sh has started; empty: there is none.
std::string radicale_collection() {
  const char* url = std::getenv("FASTI_RADICALE_URL");
  if (!url) return {};
  static int made = 0;
  return std::string(url) + "alice/league-" + std::to_string(::getpid()) + "-" + std::to_string(++made) + "/";
}

}  // namespace

std::string agenda_time(const std::string& rfc3339) {
  const auto at = parse_instant(rfc3339);
  if (!at) throw std::runtime_error("no time: " + rfc3339);
  return iso_instant(*at);
}

LeagueWorld::LeagueWorld(const std::string& outlook_scope)
    : outlook(clock, random,
              [&] {
                emulators::OutlookOptions options;
                options.scope = outlook_scope;
                return options;
              }()),
      radicale_(radicale_collection()) {
  std::string pattern = (std::filesystem::temp_directory_path() / "fasti-sides-XXXXXX").string();
  folder = ::mkdtemp(pattern.data());
  google.add_user("alice@example.org", "Europe/Berlin");
  google.add_token("person", "alice@example.org");
  google.add_refresh_token("refresh", "alice@example.org");
  ::setenv("FASTI_TEST_SECRET", "secret", 1);
  ::setenv("FASTI_TEST_GOOGLE", "refresh", 1);
  ::setenv("FASTI_TEST_OUTLOOK", sign_in(outlook).c_str(), 1);
  people["google"] = google_person(google);
  people["outlook"] = outlook_user(outlook);
  people["files"] = folder_person(folder + "/calendars/league");
  if (!radicale_.empty()) people["radicale"] = caldav_person(http::make_curl_transport(), radicale_);
  if (!system_files().write_new(folder + "/fasti.toml", config())) throw std::runtime_error("no fasti.toml");
  const Fault watch = [this](const http::Request& request) {
    const NetworkFault now = fault ? fault(request) : NetworkFault::none;
    if (request.method == "PATCH" && request.body.find("\"pattern\"") != std::string::npos) ++patterns_rewritten;
    return now;
  };
  emulators::Network stand_ins;
  stand_ins.hosts = {{"www.googleapis.com", &google},
                     {"oauth2.googleapis.com", &google},
                     {"graph.microsoft.com", &outlook},
                     {"login.microsoftonline.com", &outlook}};
  stand_ins.fault = watch;
  network_ = emulators::in_process(std::move(stand_ins));
  if (!radicale_.empty()) network_ = std::make_shared<Crossroads>(std::move(network_), watch);
  restart();
}

LeagueWorld::~LeagueWorld() {
  hub_.reset();
  std::filesystem::remove_all(folder);
}

std::string LeagueWorld::config() const {
  if (radicale_.empty()) return kConfig;
  return std::string(kConfig) + "\n[connections.radicale]\nprovider = \"caldav\"\nurl = \"" + radicale_ +
         "\"\nusername = \"alice\"\npassword = { env = \"FASTI_TEST_SECRET\" }\nproxy = \"\"\n\n[[sync]]\nname       = "
         "\"radicale\"\nconnection = \"radicale\"\ncollection = \"" +
         radicale_ + "\"\nkind = \"booking\"\n";
}

void LeagueWorld::use_collection(const std::string& side, const std::string& collection) {
  std::string text = config();
  if (!collection.empty()) {
    const auto sync = text.find("name       = \"" + side + "\"");
    const auto from = text.find("collection = \"", sync) + 14;
    text.replace(from, text.find('"', from) - from, collection);
  }
  if (!system_files().write_atomically(folder + "/fasti.toml", text)) throw std::runtime_error("no fasti.toml");
  restart();
}

void LeagueWorld::restart() {
  hub_.reset();
  HubOptions options;
  options.clock = &clock;
  auto opened =
      Hub::open(folder + "/fasti.toml", builtin_connectors({system_files(), clock, random, network_, {}}), options);
  if (!opened) throw std::runtime_error(opened.error().text());
  hub_.emplace(std::move(*opened));
}

int LeagueWorld::fasti(const std::vector<std::string>& arguments) {
  std::istringstream in;
  std::ostringstream out;
  app::Session session{in, out, out};
  auto all = arguments;
  all.insert(all.end(), {"--config", folder + "/fasti.toml"});
  const int code = app::run(all, session);
  said = out.str();
  return code;
}

RunReport LeagueWorld::sync() {
  clock.advance(std::chrono::minutes(5));
  auto report = hub_->sync();
  if (!report) throw std::runtime_error(report.error().text());
  return *report;
}

int LeagueWorld::settle() {
  for (int runs = 1; runs <= 12; ++runs) {
    const auto report = sync();
    const bool quiet = std::all_of(report.syncs.begin(), report.syncs.end(), [](const auto& target) {
      return !target.error && !target.held && target.written.total() == 0;
    });
    if (quiet && report.local.total() == 0 && report.steps.empty()) return runs;
  }
  throw std::runtime_error("it does not come to rest");
}

std::uint64_t LeagueWorld::requests() {
  const std::uint64_t all = google.requests() + outlook.requests();
  return all - std::exchange(requests_, all);
}

}  // namespace sides
}  // namespace v1
}  // namespace fasti
