// One booking as a Notion row, a Google event, an Outlook event and an .ics file: real engine and connectors over the
// stand-ins, and a person on each side who shares nothing with them.
#include <stdlib.h>

#include <gmock/gmock.h>
#include <filesystem>
#include <fstream>
#include <functional>

#include <fasti/hub.hpp>

#include "connectors/builtin.hpp"
#include "connectors/emulators/google.hpp"
#include "connectors/emulators/in_process.hpp"
#include "connectors/emulators/outlook.hpp"
#include "connectors/http/url.hpp"
#include "engine/base/file_system.hpp"
#include "engine/model/time_text.hpp"
#include "tests/support/clock.hpp"
#include "tests/support/notion_person.hpp"
#include "tests/support/outlook_person.hpp"

namespace fasti {
inline namespace v1 {
namespace sides {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* kConfig = R"(store = "fasti.db"
[connections.notion]
provider = "notion"
token = { env = "FASTI_TEST_NOTION" }
index_lag = "1ms"
[connections.google]
provider = "google"
token = { env = "FASTI_TEST_GOOGLE" }
[connections.outlook]
provider = "outlook"
token = { env = "FASTI_TEST_OUTLOOK" }
window_future = "400d"
[connections.files]
provider = "ics"
path = "calendars"
[[sync]]
name = "notion"
connection = "notion"
collection = "Bookings"
kind = "booking"
mapping = "rows"
[[sync]]
name = "google"
connection = "google"
collection = "League"
kind = "booking"
[[sync]]
name = "outlook"
connection = "outlook"
collection = "League"
kind = "booking"
[[sync]]
name = "files"
connection = "files"
collection = "league"
kind = "booking"
create = true
)";

constexpr const char* kMapping = R"(kind = "booking"
provider = "notion"
match = ["title", "when.start"]
rows_ahead = "60d"
[fields.title]
property = "Name"
[fields.when]
property = "When"
[fields.recurrence]
property = "Rule"
[fields.notes]
property = "Notes"
)";

/// "2026-06-11T16:00:00.000Z Final" of every event that is seen.
using Agenda = std::multiset<std::string>;

class FourSides : public ::testing::Test {
 protected:
  FourSides() : outlook_(clock_, random_, outlook_options()), notion_(clock_, random_), ada_(notion_), eve_(outlook_) {
    std::string pattern = (std::filesystem::temp_directory_path() / "fasti-four-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    google_.add_user("alice@example.org", "Europe/Berlin");
    google_.add_token("engine", "alice@example.org");
    google_.add_token("person", "alice@example.org");
    calendar_ = in_google("POST", "calendars", {{"summary", "League"}})["id"];
    outlook_calendar_ = outlook_.add_calendar("League");
    notion_.add_connection("engine");
    bookings_ = ada_.make_database("Bookings", {{"When", {{"date", json::object()}}},
                                                {"Rule", {{"rich_text", json::object()}}},
                                                {"Notes", {{"rich_text", json::object()}}}});
    for (const char* name : {"FASTI_TEST_NOTION", "FASTI_TEST_GOOGLE", "FASTI_TEST_OUTLOOK"})
      ::setenv(name, "engine", 1);
    std::filesystem::create_directories(folder_ / "mappings");
    std::ofstream(folder_ / "fasti.toml") << kConfig;
    std::ofstream(folder_ / "mappings" / "rows.toml") << kMapping;
    const auto network = emulators::in_process(
        {{{"www.googleapis.com", &google_}, {"graph.microsoft.com", &outlook_}, {"api.notion.com", &notion_}}, {}});
    auto opened = Hub::open((folder_ / "fasti.toml").string(),
                            builtin_connectors({system_files(), clock_, random_, network, {}}));
    if (!opened) throw std::runtime_error(opened.error().text());
    hub_.emplace(std::move(*opened));
    // "Fasti ID" and the relation of rows to their series.
    const auto problems = hub_->check_online(true);
    if (!problems || !problems->empty()) throw std::runtime_error(problems ? problems->front().text() : "no check");
  }
  ~FourSides() override {
    hub_.reset();
    std::filesystem::remove_all(folder_);
  }

  static emulators::OutlookOptions outlook_options() {
    emulators::OutlookOptions options;
    options.fixed_token = "engine";
    return options;
  }

  /// In one sync everywhere, and the next writes nothing.
  void settle() {
    sync();
    const auto again = sync();
    for (const auto& step : again.steps) ADD_FAILURE() << step.target << " " << step.op << " " << step.label;
  }
  RunReport sync() {
    clock_.advance(std::chrono::minutes(5));
    auto report = hub_->sync();
    if (!report) throw std::runtime_error(report.error().text());
    for (const auto& target : report->syncs)
      if (target.error) ADD_FAILURE() << target.target << ": " << target.error->text();
    const auto waiting = hub_->parked().value();
    for (const auto& parked : waiting) ADD_FAILURE() << parked.target << ": " << parked.reason;
    return *report;
  }

  json in_google(const std::string& method, const std::string& path, const json& body = {}) {
    http::Request request;
    request.method = method;
    request.url = "https://www.googleapis.com/calendar/v3/" + path;
    request.headers = {{"Authorization", "Bearer person"}, {"Content-Type", "application/json"}};
    if (!body.is_null()) request.body = body.dump();
    const auto reply = google_.handle(request);
    if (reply.status >= 300) throw std::runtime_error(method + " " + path + ": " + reply.body);
    return reply.body.empty() ? json() : json::parse(reply.body);
  }
  std::string events() const { return "calendars/" + http::percent_encode_path(calendar_) + "/events"; }
  json google_event(const std::string& title) {
    const json page = in_google("GET", events() + "?maxResults=2500");
    for (const json& event : page["items"])
      if (event["status"] != "cancelled" && event.value("summary", "") == title && !event.contains("recurringEventId"))
        return event;
    throw std::runtime_error("Google has no " + title);
  }

  static std::string utc(const std::string& text) { return iso_instant(*parse_instant(text)); }
  Agenda google_agenda() {
    Agenda out;
    const json page = in_google("GET", events() + "?maxResults=2500&singleEvents=true");
    for (const json& event : page["items"])
      if (event["status"] != "cancelled")
        out.insert(utc(event["start"]["dateTime"]) + " " + event.value("summary", ""));
    return out;
  }
  Agenda outlook_agenda() {
    Agenda out;
    const json page = json::parse(eve_.must(
        "GET", "/me/calendars/" + outlook_calendar_ +
                   "/calendarView?startDateTime=2026-05-01T00:00:00Z&endDateTime=2027-05-01T00:00:00Z&$top=500"));
    for (const json& event : page["value"])
      out.insert(utc(event["start"]["dateTime"].get<std::string>().substr(0, 19) + "Z") + " " +
                 event.value("subject", ""));
    return out;
  }
  /// Of a series its occurrences' rows, not the series itself.
  Agenda notion_agenda() {
    Agenda out;
    for (const json& row : ada_.rows(bookings_.source)) {
      const json& cells = row["properties"];
      if (!ada_.plain(cells["Rule"]["rich_text"]).empty() || cells["When"]["date"].is_null()) continue;
      out.insert(utc(cells["When"]["date"]["start"]) + " " + ada_.plain(cells["Name"]["title"]));
    }
    return out;
  }
  std::string files() {
    std::string out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / "calendars"))
      if (entry.path().extension() == ".ics") out += system_files().read(entry.path().string()).value();
    return out;
  }
  std::string row_of(const std::string& title, const std::string& start) {
    for (const json& row : ada_.rows(bookings_.source))
      if (ada_.plain(row["properties"]["Name"]["title"]) == title &&
          utc(row["properties"]["When"]["date"]["start"]) == start &&
          ada_.plain(row["properties"]["Rule"]["rich_text"]).empty())
        return row["id"];
    throw std::runtime_error("Notion has no " + title + " at " + start);
  }
  void expect_everywhere(const Agenda& agenda) {
    EXPECT_EQ(google_agenda(), agenda);
    EXPECT_EQ(outlook_agenda(), agenda);
    EXPECT_EQ(notion_agenda(), agenda);
  }

  support::VirtualClock clock_{std::chrono::sys_days{std::chrono::year{2026} / 9 / 28} + std::chrono::hours{12}};
  support::SeededRandom random_{11};
  emulators::Google google_{clock_, random_};
  emulators::Outlook outlook_;
  emulators::Notion notion_;
  support::NotionPerson ada_;
  support::OutlookPerson eve_;
  support::NotionPerson::Database bookings_;
  std::string calendar_;
  std::string outlook_calendar_;
  std::filesystem::path folder_;
  std::optional<Hub> hub_;
};

TEST_F(FourSides, OneEditAnywhereIsEverywhereAfterOneSync) {
  ada_.create(
      bookings_.source,
      {{"Name", {{"title", ada_.text("Final")}}},
       {"When", {{"date", {{"start", "2026-10-11T18:00:00.000+02:00"}, {"end", "2026-10-11T20:00:00.000+02:00"}}}}}});
  settle();
  expect_everywhere({"2026-10-11T16:00:00.000Z Final"});
  EXPECT_THAT(files(), HasSubstr("SUMMARY:Final"));

  in_google("PATCH", events() + "/" + google_event("Final")["id"].get<std::string>(), {{"summary", "Final (G)"}});
  settle();
  expect_everywhere({"2026-10-11T16:00:00.000Z Final (G)"});

  eve_.patches(json::parse(eve_.must("GET", "/me/calendars/" + outlook_calendar_ + "/events"))["value"][0]["id"],
               json{{"subject", "Final (O)"}}.dump());
  settle();
  expect_everywhere({"2026-10-11T16:00:00.000Z Final (O)"});

  const std::string row = row_of("Final (O)", "2026-10-11T16:00:00.000Z");
  ada_.set(row, {{"When",
                  {{"date", {{"start", "2026-10-11T19:00:00.000+02:00"}, {"end", "2026-10-11T21:00:00.000+02:00"}}}}}});
  settle();
  expect_everywhere({"2026-10-11T17:00:00.000Z Final (O)"});

  ada_.trash(row);
  settle();
  expect_everywhere({});
  EXPECT_THAT(files(), Not(HasSubstr("SUMMARY")));
}

TEST_F(FourSides, ASeriesHasRowsThatPeopleMayMoveAndTrash) {
  in_google("POST", events(),
            {{"summary", "Training"},
             {"start", {{"dateTime", "2026-10-06T18:00:00"}, {"timeZone", "Europe/Berlin"}}},
             {"end", {{"dateTime", "2026-10-06T19:30:00"}, {"timeZone", "Europe/Berlin"}}},
             {"recurrence", {"RRULE:FREQ=WEEKLY;COUNT=6"}}});
  settle();
  Agenda expected = {"2026-10-06T16:00:00.000Z Training", "2026-10-13T16:00:00.000Z Training",
                     "2026-10-20T16:00:00.000Z Training", "2026-10-27T17:00:00.000Z Training",
                     "2026-11-03T17:00:00.000Z Training", "2026-11-10T17:00:00.000Z Training"};
  expect_everywhere(expected);

  // One moved in Notion, one put in the trash there, one cancelled in Google.
  ada_.set(row_of("Training", "2026-10-13T16:00:00.000Z"),
           {{"When", {{"date", {{"start", "2026-10-14T17:00:00.000Z"}, {"end", "2026-10-14T18:30:00.000Z"}}}}}});
  settle();
  expected.erase("2026-10-13T16:00:00.000Z Training");
  expected.insert("2026-10-14T17:00:00.000Z Training");
  expect_everywhere(expected);

  ada_.trash(row_of("Training", "2026-10-20T16:00:00.000Z"));
  settle();
  expected.erase("2026-10-20T16:00:00.000Z Training");
  expect_everywhere(expected);

  const std::string series = google_event("Training")["id"];
  const json page = in_google("GET", events() + "/" + series + "/instances?maxResults=2500");
  for (const json& one : page["items"])
    if (one["start"]["dateTime"].get<std::string>().rfind("2026-11-03", 0) == 0)
      in_google("DELETE", events() + "/" + one["id"].get<std::string>());
  settle();
  expected.erase("2026-11-03T17:00:00.000Z Training");
  expect_everywhere(expected);

  in_google("PATCH", events() + "/" + series, {{"summary", "Practice"}});
  settle();
  Agenda renamed;
  for (const std::string& line : expected) renamed.insert(line.substr(0, 25) + "Practice");
  expect_everywhere(renamed);

  // Weeks later the first ones have rolled out of the window: nobody has cancelled them.
  clock_.advance(std::chrono::days(30));
  settle();
  EXPECT_EQ(google_agenda(), renamed);
  EXPECT_EQ(notion_agenda(), renamed);
}

TEST_F(FourSides, TheWindowOfRowsRollsForward) {
  in_google("POST", events(),
            {{"summary", "Training"},
             {"start", {{"dateTime", "2026-10-06T18:00:00"}, {"timeZone", "Europe/Berlin"}}},
             {"end", {{"dateTime", "2026-10-06T19:30:00"}, {"timeZone", "Europe/Berlin"}}},
             {"recurrence", {"RRULE:FREQ=WEEKLY;COUNT=52"}}});
  settle();
  EXPECT_THAT(notion_agenda(), SizeIs(8)) << "60 days, from 29 September on";
  clock_.advance(std::chrono::days(28));
  settle();
  EXPECT_THAT(notion_agenda(), SizeIs(12));
  EXPECT_THAT(google_agenda(), SizeIs(52));
  settle();
  EXPECT_THAT(notion_agenda(), SizeIs(12)) << "each once";
  in_google("DELETE", events() + "/" + google_event("Training")["id"].get<std::string>());
  settle();
  EXPECT_THAT(ada_.rows(bookings_.source), IsEmpty());
}

}  // namespace
}  // namespace sides
}  // namespace v1
}  // namespace fasti
