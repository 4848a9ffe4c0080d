// Real CalDAV servers, which tests/servers/run.sh starts with empty data and names in the environment.
#include <cstdlib>

#include "connectors/caldav/caldav.hpp"
#include "connectors/http/client.hpp"
#include "connectors/http/curl_transport.hpp"
#include "tests/contract/connector/ical_person.hpp"
#include "tests/support/table_settings.hpp"

namespace fasti {
inline namespace v1 {
namespace contract {
namespace {

http::ClientOptions person_options() {
  http::ClientOptions options;
  options.name = "person";
  options.endpoint.auth = {http::AuthScheme::basic, "alice", Secret(std::string("secret"))};
  options.endpoint.proxy = "";
  return options;
}

class CaldavBench final : public IcalBench {
 public:
  CaldavBench(std::string url, std::string home)
      : url_(std::move(url)),
        home_(std::move(home)),
        services_{system_files(), system_clock(), system_random(), http::make_curl_transport(), {}},
        person_(services_, person_options()),
        connector_(caldav::caldav_factory(services_)
                       .make(support::table(
                           {{"url", url_}, {"username", "alice"}, {"password", "secret"}, {"proxy", ""}}, "server"))
                       .value()) {
    // The account's own folder appears with the first question about it.
    if (!connector_->collections()) std::abort();
  }

  Connector& connector() override { return *connector_; }
  std::string empty_collection() override {
    static int made = 0;
    return connector_->open_collection(home_ + "contract-" + std::to_string(++made) + "/", true).value().id;
  }
  void drop_collection(const std::string& collection) override { must("DELETE", collection, ""); }
  std::string person_creates(const std::string& collection, const std::string& title) override {
    const std::string uid = "person-" + std::to_string(++made_);
    must("PUT", collection + uid + ".ics", calendar_text(uid, title));
    return uid + ".ics";
  }
  void person_renames(const std::string& collection, const std::string& id, const std::string& title) override {
    must("PUT", collection + id, with_title(must("GET", collection + id, ""), "", title));
  }
  void person_deletes(const std::string& collection, const std::string& id) override {
    must("DELETE", collection + id, "");
  }
  std::optional<std::string> person_sees(const std::string& collection, const std::string& id) override {
    const auto reply = ask("GET", collection + id, "");
    if (reply && reply->status == 404) return std::nullopt;
    return title_in(must("GET", collection + id, ""), "");
  }
  /// Servers refuse what cannot be read.
  bool person_breaks(const std::string&, const std::string&) override { return false; }

 private:
  http::Reply ask(const std::string& method, const std::string& path, std::string body) {
    http::Request request;
    request.method = method;
    request.url = url_ + (path.front() == '/' ? path.substr(1) : path);
    if (!body.empty()) request.headers = {{"Content-Type", "text/calendar; charset=utf-8"}};
    request.body = std::move(body);
    return person_.send(std::move(request), {});
  }
  std::string must(const std::string& method, const std::string& path, std::string body) {
    const auto reply = ask(method, path, std::move(body));
    if (!reply || reply->status >= 300) std::abort();
    return reply->body;
  }

  std::string url_;
  std::string home_;
  Services services_;
  http::Client person_;
  std::shared_ptr<Connector> connector_;
  int made_ = 0;
};

std::unique_ptr<Bench> make(const char* variable, const char* home) {
  const char* url = std::getenv(variable);
  return url ? std::make_unique<CaldavBench>(url, home) : nullptr;
}

}  // namespace

std::unique_ptr<Bench> radicale_bench() { return make("FASTI_RADICALE_URL", "/alice/"); }
std::unique_ptr<Bench> xandikos_bench() { return make("FASTI_XANDIKOS_URL", "/alice/calendars/"); }

}  // namespace contract
}  // namespace v1
}  // namespace fasti
