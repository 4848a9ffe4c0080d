// What an event resource reads as, and what a change of it is written as.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "connectors/google/body.hpp"
#include "connectors/google/event.hpp"
#include "tests/unit/google/google_world.hpp"

namespace fasti {
inline namespace v1 {
namespace google {
namespace {

using Json = nlohmann::json;

Result<RemoteObject> read(Json event) {
  event["id"] = "final";
  event["etag"] = "\"1\"";
  const auto item = read_item(event.dump());
  if (!item) return item.error();
  return read_object(*item, {});
}

Value at(const Json& event, const std::string& path) {
  const auto object = read(event);
  if (!object) return std::string(object.error().message);
  const auto found = object->properties.find(path);
  return found == object->properties.end() ? Value(std::string("(none)")) : found->second;
}

Json times(const Json& start, const Json& end) { return {{"start", start}, {"end", end}}; }

TEST(GoogleEvent, TimesKeepTheirWallAndZone) {
  EXPECT_EQ(at(GoogleWorld::timed("x"), "start"), Value(span_of("2026-06-11T18:00:00", "2026-06-11T20:00:00")));
  // The offset of another viewer; the end in another zone; no zone at all.
  EXPECT_EQ(at(times({{"dateTime", "2026-06-11T09:00:00-07:00"}, {"timeZone", "Europe/Berlin"}},
                     {{"dateTime", "2026-06-11T14:00:00-04:00"}, {"timeZone", "America/New_York"}}),
               "start"),
            Value(span_of("2026-06-11T18:00:00", "2026-06-11T20:00:00")));
  EXPECT_EQ(
      at(times({{"dateTime", "2026-06-11T18:00:00+02:00"}}, {{"dateTime", "2026-06-11T20:00:00+02:00"}}), "start"),
      Value(span_of("2026-06-11T16:00:00", "2026-06-11T18:00:00", "UTC")));
  EXPECT_EQ(at(times({{"date", "2026-06-11"}}, {{"date", "2026-06-12"}}), "start"),
            Value(days_of("2026-06-11", "2026-06-12")));
}

TEST(GoogleEvent, WhatCannotBeReadIsNamed) {
  const auto bad = read(times({{"dateTime", "2026-06-11T18:00:00"}, {"timeZone", "Mars/Olympus"}}, {}));
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().message.find("Mars/Olympus"), std::string::npos);
  EXPECT_FALSE(read(times({{"date", "2026-06-11"}}, {{"dateTime", "2026-06-11T20:00:00Z"}})));
  EXPECT_FALSE(read(times({{"dateTime", "soon"}}, {{"dateTime", "2026-06-11T20:00:00Z"}})));
  EXPECT_FALSE(read(Json::object()));
}

TEST(GoogleEvent, DefaultsAreAbsentWhetherTheyAreToldOrNot) {
  auto event = GoogleWorld::timed("x");
  const auto bare = read(event)->properties;
  event.update({{"status", "confirmed"},
                {"visibility", "default"},
                {"transparency", "opaque"},
                {"description", ""},
                {"attendees", Json::array()},
                {"reminders", {{"useDefault", true}}}});
  EXPECT_EQ(read(event)->properties, bare);
}

TEST(GoogleEvent, LinesThatStillHoldStayAsTheyAre) {
  const Span series = span_of("2026-06-11T18:00:00", "2026-06-11T20:00:00");
  const std::vector<std::string> before = {"RRULE:WKST=MO;COUNT=9;FREQ=WEEKLY",
                                           "EXDATE;TZID=Europe/Berlin:20260618T180000", "EXDATE:20260625T160000Z"};
  const Recurrence wanted{{"FREQ=WEEKLY;COUNT=9"}, {}, {}, {"2026-06-18T18:00:00", "2026-07-02T18:00:00"}};
  const auto lines = recurrence_lines(wanted, series, before);
  ASSERT_TRUE(lines);
  EXPECT_EQ(*lines, (std::vector<std::string>{before[0], before[1], "EXDATE;TZID=Europe/Berlin:20260702T180000"}));
}

TEST(GoogleEvent, UntilIsUtcForTimesAndADayForDays) {
  const Recurrence until_day{{"FREQ=DAILY;UNTIL=20260630"}, {}, {}, {}};
  EXPECT_EQ(recurrence_lines(until_day, span_of("2026-06-11T18:00:00", "2026-06-11T20:00:00"), {})->front(),
            "RRULE:FREQ=DAILY;UNTIL=20260630T215959Z");
  const Recurrence until_time{{"FREQ=DAILY;UNTIL=20260630T230000Z"}, {}, {}, {"2026-06-12"}};
  EXPECT_EQ(*recurrence_lines(until_time, days_of("2026-06-11", "2026-06-12"), {}),
            (std::vector<std::string>{"RRULE:FREQ=DAILY;UNTIL=20260630", "EXDATE;VALUE=DATE:20260612"}));
}

TEST(GoogleEvent, AMarkerOfAnotherStoreIsLeftAlone) {
  auto event = GoogleWorld::timed("x");
  event["id"] = "final";
  event["extendedProperties"]["private"] = {{"fasti-store", "other"}, {"fasti-record", "r9"}};
  const auto item = read_item(event.dump());
  const Marker ours{"store-1", "r1", true, "k"};
  Edit edit;
  edit.before = &*item;
  edit.marker = &ours;
  EXPECT_EQ(*body_of(edit), "{}");
}

/// Members and their types in one schema of the published description.
void expect_described(const Json& value, const Json& schema, const Json& schemas, const std::string& place) {
  if (schema.contains("$ref"))
    return expect_described(value, schemas.at(schema["$ref"].get<std::string>()), schemas, place);
  const auto type = schema.value("type", "any");
  if (type == "object" && value.is_object()) {
    for (const auto& [name, member] : value.items()) {
      const bool named = schema.contains("properties") && schema["properties"].contains(name);
      if (!named && !schema.contains("additionalProperties"))
        ADD_FAILURE() << place << "." << name << " is not described";
      else
        expect_described(member, named ? schema["properties"][name] : schema["additionalProperties"], schemas,
                         place + "." + name);
    }
    return;
  }
  if (type == "array" && value.is_array()) {
    for (const auto& one : value) expect_described(one, schema["items"], schemas, place + "[]");
    return;
  }
  const bool fits = type == "any" || (type == "string" && value.is_string()) ||
                    (type == "boolean" && value.is_boolean()) || (type == "integer" && value.is_number_integer()) ||
                    value.is_null();
  EXPECT_TRUE(fits) << place << " should be " << type << ": " << value.dump();
}

TEST(GoogleEvent, BodiesAndAnswersAreAsPublished) {
  const auto path = std::filesystem::path(FASTI_SOURCE_DIR) / "../shared/specs/google-calendar-v3.discovery.json";
  std::ifstream file(path);
  if (!file) GTEST_SKIP() << "skipped: no ../shared";
  const Json schemas = Json::parse(file)["schemas"];
  GoogleWorld world(Keys{{"send_updates", "all"}});
  Properties set = {{"summary", std::string("Training")},
                    {"start", span_of("2026-06-11T18:00:00", "2026-06-11T20:00:00")},
                    {"recurrence", Recurrence{{"FREQ=WEEKLY;COUNT=4"}, {}, {}, {"2026-06-25T18:00:00"}}},
                    {"attendees", People{{"bob@example.com", "Bob", "optional"}}},
                    {"reminders", Reminders{{std::chrono::minutes(30), "popup"}}},
                    {"source", std::string("https://example.org/league")},
                    {"conference", std::string("hangoutsMeet")},
                    {"status", std::string("tentative")},
                    {"summary@2026-06-18T18:00:00", std::string("With guests")}};
  const auto written = world.send(world.create_request("r1", set));
  ASSERT_TRUE(written) << written.error().text();
  world.remove(written->id + "_20260702T160000Z");
  expect_described(world.get(written->id), schemas["Event"], schemas, "event");
  expect_described(world.ask("GET", world.events()), schemas["Events"], schemas, "events");
  expect_described(world.ask("GET", world.events(written->id) + "/instances"), schemas["Events"], schemas, "instances");
  expect_described(world.ask("GET", "users/me/calendarList"), schemas["CalendarList"], schemas, "calendarList");
  expect_described(world.ask("POST", "freeBusy",
                             {{"timeMin", "2026-06-01T00:00:00Z"},
                              {"timeMax", "2026-07-01T00:00:00Z"},
                              {"items", {{{"id", world.calendar}}, {{"id", "nobody"}}}}}),
                   schemas["FreeBusyResponse"], schemas, "freeBusy");
  Edit edit;
  for (const auto& [path_name, value] : set)
    if (path_part(path_name).empty()) edit.set[path_name] = &value;
  edit.new_id = "abcde";
  const Marker marker{"store-1", "r1", true, "k"};
  edit.marker = &marker;
  expect_described(Json::parse(*body_of(edit)), schemas["Event"], schemas, "body");
}

}  // namespace
}  // namespace google
}  // namespace v1
}  // namespace fasti
