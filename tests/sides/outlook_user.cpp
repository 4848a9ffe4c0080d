#include "tests/sides/people.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "engine/model/time_text.hpp"
#include "tests/support/outlook_person.hpp"

namespace fasti {
inline namespace v1 {
namespace sides {
namespace {

using Json = nlohmann::json;

class OutlookUser final : public Person {
 public:
  explicit OutlookUser(emulators::Outlook& server) : person_(server), calendar_(server.add_calendar("League")) {}

  void create(const std::string& title, const std::string& start, const std::string& end) override {
    make(title, start, end, Json());
  }
  void create_series(const std::string& title) override {
    const Json pattern{{"type", "weekly"}, {"interval", 1}, {"daysOfWeek", {"tuesday"}}, {"firstDayOfWeek", "monday"}};
    const Json range{{"type", "numbered"}, {"startDate", "2026-10-06"}, {"numberOfOccurrences", 6}};
    make(title, kSeriesStart, kSeriesEnd, {{"pattern", pattern}, {"range", range}});
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
      out.insert(agenda_time(start.substr(0, 19) + "Z") + " " + event.value("subject", ""));
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

}  // namespace

std::unique_ptr<Person> outlook_user(emulators::Outlook& server) { return std::make_unique<OutlookUser>(server); }

}  // namespace sides
}  // namespace v1
}  // namespace fasti
