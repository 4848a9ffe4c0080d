#include "tests/sides/people.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "connectors/emulators/google.hpp"
#include "connectors/http/url.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace sides {
namespace {

using Json = nlohmann::json;

class GooglePerson final : public Person {
 public:
  explicit GooglePerson(emulators::Google& google) : google_(google) {
    calendar_ = ask("POST", "calendars", {{"summary", "League"}})["id"];
  }

  void create(const std::string& title, const std::string& start, const std::string& end) override {
    make(title, start, end, {});
  }
  void create_series(const std::string& title) override {
    make(title, kSeriesStart, kSeriesEnd, {"RRULE:FREQ=WEEKLY;COUNT=6"});
  }
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
      out.insert(agenda_time(event["start"]["dateTime"]) + " " + event.value("summary", ""));
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
    google_.faults().set_quiet(true);
    const auto reply = google_.handle(request);
    google_.faults().set_quiet(false);
    if (reply.status >= 300) throw std::runtime_error(method + " " + path + ": " + reply.body);
    return reply.body.empty() ? Json() : Json::parse(reply.body);
  }

  emulators::Google& google_;
  std::string calendar_;
};

}  // namespace

std::unique_ptr<Person> google_person(emulators::Google& google) { return std::make_unique<GooglePerson>(google); }

}  // namespace sides
}  // namespace v1
}  // namespace fasti
