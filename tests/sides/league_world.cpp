#include "tests/sides/league_world.hpp"

#include <stdlib.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "app/cli.hpp"
#include "app/session.hpp"
#include "connectors/builtin.hpp"
#include "connectors/http/url.hpp"
#include "connectors/ical/inspect.hpp"
#include "engine/base/file_system.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/series.hpp"

namespace fasti {
inline namespace v1 {
namespace sides {
namespace {

using Json = nlohmann::json;

constexpr const char* kConfig = R"(store = "fasti.db"

[connections.google]
provider = "google"
token    = { env = "FASTI_TEST_GOOGLE" }

[connections.outlook]
provider      = "outlook"
token         = { env = "FASTI_TEST_OUTLOOK" }
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

const char* const kStart = "2026-10-06T18:00:00";
const char* const kEnd = "2026-10-06T19:30:00";

std::string utc_of(const std::string& rfc3339) {
  const auto at = parse_instant(rfc3339);
  if (!at) throw std::runtime_error("no time: " + rfc3339);
  return iso_instant(*at);
}

class GooglePerson final : public Person {
 public:
  explicit GooglePerson(emulators::Google& google) : google_(google) {
    calendar_ = ask("POST", "calendars", {{"summary", "League"}})["id"];
  }

  void create(const std::string& title, const std::string& start, const std::string& end) override {
    make(title, start, end, {});
  }
  void create_series(const std::string& title) override { make(title, kStart, kEnd, {"RRULE:FREQ=WEEKLY;COUNT=6"}); }
  void move_second(const std::string& title) override {
    ask("PATCH", events(instance(find(title), "2026-10-13")),
        {{"start", {{"dateTime", "2026-10-14T19:00:00"}, {"timeZone", "Europe/Berlin"}}},
         {"end", {{"dateTime", "2026-10-14T20:30:00"}, {"timeZone", "Europe/Berlin"}}}});
  }
  void cancel_third(const std::string& title) override { ask("DELETE", events(instance(find(title), "2026-10-20"))); }
  void rename(const std::string& title, const std::string& new_title) override {
    ask("PATCH", events(find(title)), {{"summary", new_title}});
  }
  void remove(const std::string& title) override { ask("DELETE", events(find(title))); }
  Agenda agenda() override {
    Agenda out;
    for (const Json& event : all(events() + "?maxResults=2500&singleEvents=true"))
      out.insert(utc_of(event["start"]["dateTime"]) + " " + event.value("summary", ""));
    return out;
  }

 private:
  std::string make(const std::string& title, const std::string& start, const std::string& end,
                   const std::vector<std::string>& rules) {
    Json event{{"summary", title},
               {"start", {{"dateTime", start}, {"timeZone", "Europe/Berlin"}}},
               {"end", {{"dateTime", end}, {"timeZone", "Europe/Berlin"}}}};
    if (!rules.empty()) event["recurrence"] = rules;
    return ask("POST", events(), event)["id"];
  }
  std::string instance(const std::string& id, const std::string& day) {
    for (const Json& one : all(events(id) + "/instances?maxResults=2500")) {
      if (one["start"]["dateTime"].get<std::string>().rfind(day, 0) == 0) return one["id"];
    }
    throw std::runtime_error("no instance on " + day);
  }
  std::string find(const std::string& title) {
    for (const Json& event : all(events() + "?maxResults=2500")) {
      if (event.value("summary", "") == title && !event.contains("recurringEventId")) return event["id"];
    }
    throw std::runtime_error("Google has no " + title);
  }
  std::vector<Json> all(const std::string& path) {
    std::vector<Json> out;
    std::string page;
    do {
      const Json reply = ask("GET", path + (page.empty() ? "" : "&pageToken=" + page));
      for (const Json& event : reply["items"]) {
        if (event["status"] != "cancelled") out.push_back(event);
      }
      page = reply.value("nextPageToken", "");
    } while (!page.empty());
    return out;
  }
  std::string events(const std::string& id = {}) const {
    return "calendars/" + http::percent_encode_path(calendar_) + "/events" + (id.empty() ? "" : "/" + id);
  }
  Json ask(const std::string& method, const std::string& path, const Json& body = {}) {
    http::Request request;
    request.method = method;
    request.url = "https://www.googleapis.com/calendar/v3/" + path;
    request.headers = {{"Authorization", "Bearer person"}, {"Content-Type", "application/json"}};
    if (!body.is_null()) request.body = body.dump();
    const auto reply = google_.handle(request);
    if (reply.status >= 300) throw std::runtime_error(method + " " + path + ": " + reply.body);
    return reply.body.empty() ? Json() : Json::parse(reply.body);
  }

  emulators::Google& google_;
  std::string calendar_;
};

class OutlookUser final : public Person {
 public:
  explicit OutlookUser(emulators::Outlook& server) : person_(server), calendar_(server.add_calendar("League")) {}

  void create(const std::string& title, const std::string& start, const std::string& end) override {
    make(title, start, end, Json());
  }
  void create_series(const std::string& title) override {
    const Json pattern{{"type", "weekly"}, {"interval", 1}, {"daysOfWeek", {"tuesday"}}, {"firstDayOfWeek", "monday"}};
    const Json range{{"type", "numbered"}, {"startDate", "2026-10-06"}, {"numberOfOccurrences", 6}};
    make(title, kStart, kEnd, {{"pattern", pattern}, {"range", range}});
  }
  void move_second(const std::string& title) override {
    person_.patches(person_.occurrence(find(title), "2026-10-13"),
                    Json{{"start", at("2026-10-14T19:00:00")}, {"end", at("2026-10-14T20:30:00")}}.dump());
  }
  void cancel_third(const std::string& title) override {
    person_.deletes(person_.occurrence(find(title), "2026-10-20"));
  }
  void rename(const std::string& title, const std::string& new_title) override {
    person_.patches(find(title), Json{{"subject", new_title}}.dump());
  }
  void remove(const std::string& title) override { person_.deletes(find(title)); }
  Agenda agenda() override {
    Agenda out;
    std::string path = "/me/calendars/" + calendar_ +
                       "/calendarView?startDateTime=2026-05-01T00:00:00Z&endDateTime=2027-05-01T00:00:00Z&$top=500";
    for (const Json& event : pages(path)) {
      const std::string start = event["start"]["dateTime"];
      out.insert(utc_of(start.substr(0, 19) + "Z") + " " + event.value("subject", ""));
    }
    return out;
  }

 private:
  static Json at(const std::string& time) { return {{"dateTime", time}, {"timeZone", "W. Europe Standard Time"}}; }
  std::string make(const std::string& title, const std::string& start, const std::string& end, const Json& recurrence) {
    Json event{{"subject", title}, {"start", at(start)}, {"end", at(end)}};
    if (!recurrence.is_null()) event["recurrence"] = recurrence;
    return Json::parse(person_.must("POST", "/me/calendars/" + calendar_ + "/events", event.dump()))["id"];
  }
  std::string find(const std::string& title) {
    for (const Json& event : pages("/me/calendars/" + calendar_ + "/events?$top=500")) {
      if (event.value("subject", "") == title) return event["id"];
    }
    throw std::runtime_error("Outlook has no " + title);
  }
  std::vector<Json> pages(std::string path) {
    std::vector<Json> out;
    while (!path.empty()) {
      const Json reply = Json::parse(person_.must("GET", path));
      for (const Json& event : reply["value"]) out.push_back(event);
      path = reply.value("@odata.nextLink", "");
      static const std::string root = "https://graph.microsoft.com/v1.0";
      if (path.rfind(root, 0) == 0) path = path.substr(root.size());
    }
    return out;
  }

  support::OutlookPerson person_;
  std::string calendar_;
};

class FilesPerson final : public Person {
 public:
  explicit FilesPerson(std::string folder) : folder_(std::move(folder)) {}

  void create(const std::string& title, const std::string& start, const std::string& end) override {
    write(title, event(title + "@khal", title, start, end, ""));
  }
  void create_series(const std::string& title) override {
    write(title, event(title + "@khal", title, kStart, kEnd, "RRULE:FREQ=WEEKLY;COUNT=6\r\n"));
  }
  void move_second(const std::string& title) override {
    change(title, [&](std::string& text) {
      const auto uid = text.find("UID:") + 4;
      text.insert(text.find("END:VCALENDAR"),
                  event(text.substr(uid, text.find("\r\n", uid) - uid), title, "2026-10-14T19:00:00",
                        "2026-10-14T20:30:00", "RECURRENCE-ID;TZID=Europe/Berlin:20261013T180000\r\n"));
    });
  }
  void cancel_third(const std::string& title) override {
    change(title, [](std::string& text) {
      text.insert(text.find("BEGIN:VEVENT") + 14, "EXDATE;TZID=Europe/Berlin:20261020T180000\r\n");
    });
  }
  void rename(const std::string& title, const std::string& new_title) override {
    change(title, [&](std::string& text) {
      const std::string line = "SUMMARY:" + title;
      for (auto at = text.find(line); at != std::string::npos; at = text.find(line, at + 1))
        text.replace(at + 8, title.size(), new_title);
    });
  }
  void remove(const std::string& title) override { std::filesystem::remove(find(title)); }
  Agenda agenda() override {
    Agenda out;
    for (const auto& [file, text] : files()) {
      const auto read = ical::inspect(text);
      for (std::size_t i = 0; i < read.objects.size(); ++i) add(read.objects[i].properties, read.series[i], out);
    }
    return out;
  }

 private:
  static void add(const Properties& properties, const SeriesInput& input, Agenda& out) {
    Window window;
    window.from = std::chrono::sys_days{std::chrono::year{2026} / 5 / 1};
    window.to = std::chrono::sys_days{std::chrono::year{2027} / 5 / 1};
    const auto series = Series::make(input).value();
    const auto occurrences = series.expand(window).value();
    for (const Occurrence& one : occurrences) {
      auto title = properties.find("SUMMARY@" + iso_time(one.key));
      if (title == properties.end()) title = properties.find("SUMMARY");
      out.insert(iso_instant(Instant(one.utc_start)) + " " + std::get<std::string>(title->second));
    }
  }
  static std::string compact(const std::string& iso) {
    std::string out;
    for (const char c : iso) {
      if (c != '-' && c != ':') out += c;
    }
    return out;
  }
  static std::string event(const std::string& uid, const std::string& title, const std::string& start,
                           const std::string& end, const std::string& more) {
    return "BEGIN:VEVENT\r\nUID:" + uid +
           "\r\nDTSTAMP:20260601T120000Z\r\nDTSTART;TZID=Europe/Berlin:" + compact(start) +
           "\r\nDTEND;TZID=Europe/Berlin:" + compact(end) + "\r\n" + more + "SUMMARY:" + title + "\r\nEND:VEVENT\r\n";
  }
  void write(const std::string& title, const std::string& events) {
    const std::string text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//khal//EN\r\n" + events + "END:VCALENDAR\r\n";
    std::filesystem::create_directories(folder_);
    if (!system_files().write_new(folder_ + "/" + title + ".ics", text)) throw std::runtime_error("cannot write");
  }
  std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      if (entry.path().extension() == ".ics") out[entry.path().string()] = system_files().read(entry.path()).value();
    }
    return out;
  }
  void change(const std::string& title, const std::function<void(std::string&)>& edit) {
    const std::string file = find(title);
    std::string text = system_files().read(file).value();
    edit(text);
    if (!system_files().write_atomically(file, text)) throw std::runtime_error("cannot write " + file);
  }
  std::string find(const std::string& title) const {
    for (const auto& [file, text] : files()) {
      if (text.find("SUMMARY:" + title + "\r\n") != std::string::npos) return file;
    }
    throw std::runtime_error("the folder has no " + title);
  }

  std::string folder_;
};

}  // namespace

LeagueWorld::LeagueWorld()
    : outlook(clock, random, [] {
        emulators::OutlookOptions options;
        options.fixed_token = "engine";
        return options;
      }()) {
  std::string pattern = (std::filesystem::temp_directory_path() / "fasti-sides-XXXXXX").string();
  folder = ::mkdtemp(pattern.data());
  google.add_user("alice@example.org", "Europe/Berlin");
  google.add_token("engine", "alice@example.org");
  google.add_token("person", "alice@example.org");
  ::setenv("FASTI_TEST_GOOGLE", "engine", 1);
  ::setenv("FASTI_TEST_OUTLOOK", "engine", 1);
  people["google"] = std::make_unique<GooglePerson>(google);
  people["outlook"] = std::make_unique<OutlookUser>(outlook);
  people["files"] = std::make_unique<FilesPerson>(folder + "/calendars/league");
  if (!system_files().write_new(folder + "/fasti.toml", kConfig)) throw std::runtime_error("no fasti.toml");
  const auto network = emulators::in_process(
      {{{"www.googleapis.com", &google}, {"graph.microsoft.com", &outlook}}, [this](const http::Request& request) {
         if (request.method == "PATCH" && request.body.find("\"pattern\"") != std::string::npos) ++patterns_rewritten;
         return emulators::NetworkFault::none;
       }});
  auto opened = Hub::open(folder + "/fasti.toml", builtin_connectors({system_files(), clock, random, network, {}}));
  if (!opened) throw std::runtime_error(opened.error().text());
  hub_.emplace(std::move(*opened));
}

LeagueWorld::~LeagueWorld() {
  hub_.reset();
  std::filesystem::remove_all(folder);
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

std::uint64_t LeagueWorld::requests() {
  const std::uint64_t all = google.requests() + outlook.requests();
  return all - std::exchange(requests_, all);
}

}  // namespace sides
}  // namespace v1
}  // namespace fasti
