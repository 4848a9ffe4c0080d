// fasti sandbox: the stand-ins on loopback ports, with a fasti.toml that uses them.
#include <atomic>
#include <condition_variable>
#include <mutex>

#include "app/commands/commands.hpp"
#include "app/exit_code.hpp"
#include "connectors/emulators/google.hpp"
#include "connectors/emulators/notion.hpp"
#include "connectors/emulators/outlook.hpp"
#include "engine/base/clock.hpp"
#include "engine/base/file_system.hpp"
#include "engine/base/try.hpp"
#include "engine/model/value_json.hpp"
#ifdef FASTI_SANDBOX
#include "connectors/emulators/loopback.hpp"
#endif

namespace fasti {
inline namespace v1 {
namespace app {

#ifdef FASTI_SANDBOX

namespace {

constexpr const char* kUser = "sandbox@example.org";
constexpr const char* kToken = "sandbox-token";
constexpr const char* kClient = "sandbox-client";
constexpr const char* kClientSecret = "sandbox-secret";

std::string member(const char* name, const std::string& value) {
  std::string out = "\"" + std::string(name) + "\":";
  append_json_string(out, value);
  return out;
}

/// All are signed in to with the same token, which is worth nothing anywhere else.
std::string config_text(const std::string& google, const std::string& outlook, const std::string& ca_file) {
  return "store = \"fasti.db\"\n\n[connections.google]\nprovider = \"google\"\nurl = \"" + google +
         "\"\ntoken = { command = [\"echo\", \"" + kToken +
         "\"] }\n\n[connections.outlook]\nprovider = \"outlook\"\nurl = \"" + outlook + "\"\nca_file = \"" + ca_file +
         "\"\ntoken = { command = [\"echo\", \"" + kToken +
         "\"] }\n\n[[sync]]\nname = \"google\"\nconnection = \"google\"\ncollection = \"primary\"\nkind = "
         "\"booking\"\n\n"
         "[[sync]]\nname = \"outlook\"\nconnection = \"outlook\"\ncollection = \"Calendar\"\nkind = \"booking\"\n";
}

/// A service that is made while its port is open already.
struct Later final : emulators::Service {
  std::atomic<emulators::Service*> service{nullptr};
  http::Response handle(const http::Request& request) override {
    emulators::Service* there = service;
    if (there) return there->handle(request);
    http::Response out;
    out.status = 503;
    return out;
  }
};

void wait_for(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock<std::mutex> lock(mutex);
  stopped.wait(lock, stop, [&] { return stop.stop_requested(); });
}

}  // namespace

Result<int> sandbox(Session& session, const SandboxArguments& arguments) {
  using emulators::Loopback;
  using emulators::LoopbackScheme;
  emulators::Google google(system_clock(), system_random());
  google.add_user(kUser, "Europe/Berlin");
  google.add_token(kToken, kUser);
  google.add_client(kClient, kClientSecret);
  FASTI_TRY(const auto google_port, Loopback::start(google, arguments.port, LoopbackScheme::http));
  emulators::OutlookOptions options;
  options.fixed_token = kToken;
  options.user = kUser;
  options.client_id = kClient;
  options.client_secret = kClientSecret;
  options.device_interval = std::chrono::seconds(1);
  // The links in its answers carry its own address, which is only known once it listens.
  Later later;
  const int second = arguments.port == 0 ? 0 : arguments.port + 1;
  FASTI_TRY(const auto outlook_server, Loopback::start(later, second, LoopbackScheme::https));
  const auto& url = outlook_server->url();
  options.host = url.substr(8, url.size() - 9);
  emulators::Outlook outlook(system_clock(), system_random(), options);
  later.service = &outlook;
  emulators::NotionOptions workspace;
  workspace.requests_per_minute = 600;
  // Who tries things out here edits with the only token there is, and expects the edit to be seen.
  workspace.property_writes_stamp = emulators::NotionChoice::yes;
  emulators::Notion notion(system_clock(), system_random(), workspace);
  notion.add_connection(kToken);
  const int third = arguments.port == 0 ? 0 : arguments.port + 2;
  FASTI_TRY(const auto notion_server, Loopback::start(notion, third, LoopbackScheme::http));
  const std::string ca_file = "fasti-sandbox.pem";
  FASTI_CHECK(system_files().write_atomically(ca_file, outlook_server->certificate()));
  const auto config = config_text(google_port->url(), outlook_server->url() + "v1.0/", ca_file);
  if (session.json)
    session.out << "{\"google\":{" << member("url", google_port->url()) << "," << member("token", kToken)
                << "},\"outlook\":{" << member("url", outlook_server->url()) << "," << member("token", kToken) << ","
                << member("ca", ca_file) << "},\"notion\":{" << member("url", notion_server->url()) << ","
                << member("token", kToken) << "}," << member("user", kUser) << "," << member("client_id", kClient)
                << "," << member("client_secret", kClientSecret) << "," << member("config", config) << "}" << std::endl;
  else
    session.out << "google   " << google_port->url() << "\noutlook  " << outlook_server->url() << " (trust " << ca_file
                << ")\nnotion   " << notion_server->url() << "\ntoken    " << kToken << "\n\n"
                << config << std::endl;
  wait_for(session.stop);
  return kDone;
}

#else

Result<int> sandbox(Session&, const SandboxArguments&) {
  return Error{ErrorKind::unsupported, "this build has no sandbox", "fasti", "build with libcpp-httplib-dev installed",
               std::nullopt};
}

#endif

}  // namespace app
}  // namespace v1
}  // namespace fasti
