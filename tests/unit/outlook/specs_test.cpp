// What the stand-in answers and the connector sends, by name, against Microsoft's own description of the service.
#include <gmock/gmock.h>

#include <fstream>
#include <set>
#include <sstream>

#include "tests/unit/outlook/outlook_world.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {
namespace {

std::string csdl() {
  std::ifstream file(std::string(FASTI_SOURCE_DIR) + "/../shared/specs/msgraph-v1.0-calendar.csdl.xml");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// What stands between `head` and the next quote; empty when there is no such head.
std::string quoted_after(const std::string& text, const std::string& head) {
  const auto at = text.find(head);
  if (at == std::string::npos) return {};
  const auto from = at + head.size();
  return text.substr(from, text.find('"', from) - from);
}

/// The properties of a type and of what it is based on.
std::set<std::string> properties_of(const std::string& all, const std::string& type) {
  std::set<std::string> out;
  for (const std::string sort : {"EntityType", "ComplexType"}) {
    const auto from = all.find("<" + sort + " Name=\"" + type + "\"");
    if (from == std::string::npos) continue;
    const std::string body = all.substr(from, all.find("</" + sort + ">", from) - from);
    const std::string head = "Property Name=\"";
    for (auto at = body.find(head); at != std::string::npos; at = body.find(head, at + 1))
      out.insert(quoted_after(body.substr(at), head));
    const std::string base = quoted_after(body.substr(0, body.find('>')), "BaseType=\"graph.");
    if (!base.empty()) out.merge(properties_of(all, base));
  }
  return out;
}

/// Names of the members of the outermost object.
std::set<std::string> members(const std::string& json) {
  std::set<std::string> out;
  int depth = 0;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
    if (c != '"') continue;
    std::size_t end = i + 1;
    while (json[end] != '"') end += json[end] == '\\' ? 2 : 1;
    if (depth == 1 && json[end + 1] == ':') out.insert(json.substr(i + 1, end - i - 1));
    i = end;
  }
  return out;
}

class OutlookSpecs : public ::testing::Test {
 protected:
  void SetUp() override {
    all_ = csdl();
    if (all_.empty()) GTEST_SKIP() << "skipped: no ../shared";
  }
  void expect_known(const std::string& json, const std::string& type) {
    auto known = properties_of(all_, type);
    ASSERT_FALSE(known.empty()) << type;
    for (const std::string& name : members(json)) {
      if (name.front() == '@') continue;
      EXPECT_EQ(known.count(name), 1U) << type << " has no " << name;
    }
  }
  std::string all_;
};

TEST_F(OutlookSpecs, TheStandInAnswersWhatGraphHas) {
  World world;
  const auto id = world.weekly("Training");
  expect_known(world.person.must("GET", "/me/events/" + id), "event");
  expect_known(world.person.must("GET", "/me/events/" + world.person.occurrence(id, "2026-10-15T16:00:00")), "event");
  expect_known(world.person.must("GET", "/me/calendars/" + world.calendar), "calendar");
  const std::string event = world.person.must("GET", "/me/events/" + id);
  const auto pattern = event.find("\"pattern\":") + 10;
  expect_known(event.substr(pattern, event.find('}', pattern) + 1 - pattern), "recurrencePattern");
  const auto range = event.find("\"range\":") + 8;
  expect_known(event.substr(range, event.find('}', range) + 1 - range), "recurrenceRange");
}

TEST_F(OutlookSpecs, TheConnectorSendsWhatGraphHas) {
  World world;
  std::vector<std::string> bodies;
  world.network = [&](const http::Request& request) {
    if (request.method != "GET") bodies.push_back(request.body);
    return emulators::NetworkFault::none;
  };
  auto request = world.create("r1", {{"subject", std::string("Final")},
                                     {"body", std::string("bring flags")},
                                     {"location", std::string("Arena")},
                                     {"status", std::string("tentative")},
                                     {"sensitivity", std::string("private")},
                                     {"importance", std::string("high")},
                                     {"isOnlineMeeting", true},
                                     {"categories", Choices{"Red"}},
                                     {"reminders", Reminders{{std::chrono::minutes(15), "popup"}}},
                                     {"start", berlin("2026-06-11T18:00:00", "2026-06-11T20:00:00")}});
  request.set["recurrence"] = Recurrence{{"FREQ=MONTHLY;BYDAY=2TH"}, {}, {}, {}};
  const auto written = world.connector->create(request);
  ASSERT_TRUE(written.ok()) << written.error().text();
  ASSERT_TRUE(world.connector->update(world.update(world.fetch(written->id), {{"subject", std::string("x")}})).ok());
  ASSERT_EQ(bodies.size(), 2U);
  for (const std::string& body : bodies) expect_known(body, "event");
}

TEST(OutlookStandIn, IdsDifferWithoutThePreferenceAndBothFormsAreUnderstood) {
  World world;
  const auto id = world.person.creates(world.calendar, "Final");
  const auto plain = world.person.asks("GET", "/me/events/" + id, {}, {{"Prefer", "IdType=\"Other\""}});
  const auto other = support::OutlookPerson::field(plain.body, "id");
  EXPECT_NE(other, id);
  EXPECT_NE(other.find('/'), std::string::npos) << "must be escaped in a path";
  EXPECT_EQ(world.person.asks("GET", "/me/events/" + other).status, 400);
  std::string escaped;
  for (const char c : other) escaped += c == '/' ? "%2F" : c == '+' ? "%2B" : std::string(1, c);
  EXPECT_EQ(world.person.asks("GET", "/me/events/" + escaped).status, 200);
}

TEST(OutlookStandIn, RefusesWhatGraphRefuses) {
  World world;
  auto& person = world.person;
  const auto id = world.weekly("Training");
  const auto status = [&](const std::string& method, const std::string& path, const std::string& body = {}) {
    return person.asks(method, path, body).status;
  };
  EXPECT_EQ(status("PATCH", "/me/events/" + id, R"({"transactionId":"x"})"), 400);
  EXPECT_EQ(status("PATCH", "/me/events/" + id, R"({"nonsense":1})"), 400);
  EXPECT_EQ(
      status("PATCH", "/me/events/" + id, R"({"start":{"dateTime":"2026-10-08T18:00:00","timeZone":"Mars/Olympus"}})"),
      400);
  EXPECT_EQ(
      status("GET",
             "/me/calendars/" + world.calendar +
                 "/calendarView/delta?startDateTime=2026-01-01T00:00:00Z&endDateTime=2026-12-01T00:00:00Z&$select=id"),
      400);
  EXPECT_EQ(status("GET", "/me/calendarView?startDateTime=2020-01-01T00:00:00Z&endDateTime=2026-12-01T00:00:00Z"), 400);
  EXPECT_EQ(status("GET", "/me/events/none"), 404);
  EXPECT_EQ(status("GET", "/users/bob@example.org/events"), 404);
  EXPECT_EQ(person.asks("DELETE", "/me/events/" + id, {}, {{"If-Match", "W/\"other\""}}).status, 412);
  http::Request request;
  request.url = "https://graph.microsoft.com/v1.0/me/events";
  EXPECT_EQ(world.server.handle(request).status, 401);
}

TEST(OutlookStandIn, SignsInAsTheIdentityPlatformDoes) {
  World world;
  const auto ask = [&](const std::string& what, const std::string& form) {
    http::Request request;
    request.method = "POST";
    request.url = "https://login.microsoftonline.com/contoso/oauth2/v2.0/" + what;
    request.body = "client_id=fasti-tests&" + form;
    return world.server.handle(request);
  };
  const auto app = ask(
      "token", "grant_type=client_credentials&client_secret=secret&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default");
  EXPECT_EQ(app.status, 200);
  EXPECT_EQ(ask("token", "grant_type=client_credentials&client_secret=no&scope=x%2F.default").status, 401);
  const auto code = ask("devicecode", "scope=offline_access");
  const auto device = support::OutlookPerson::field(code.body, "device_code");
  const std::string poll = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=" + device;
  EXPECT_EQ(support::OutlookPerson::field(ask("token", poll).body, "error"), "authorization_pending");
  world.server.answer_device(support::OutlookPerson::field(code.body, "user_code"), true);
  const auto granted = ask("token", poll);
  EXPECT_EQ(granted.status, 200);
  const auto refresh = support::OutlookPerson::field(granted.body, "refresh_token");
  const auto renewed = ask("token", "grant_type=refresh_token&refresh_token=" + refresh);
  EXPECT_EQ(renewed.status, 200);
  EXPECT_NE(support::OutlookPerson::field(renewed.body, "refresh_token"), refresh);
  http::Request request;
  request.url = "https://graph.microsoft.com/v1.0/me/events";
  request.headers = {{"Authorization", "Bearer " + support::OutlookPerson::field(app.body, "access_token")}};
  EXPECT_EQ(world.server.handle(request).status, 400) << "an app has no /me";
  request.url = "https://graph.microsoft.com/v1.0/users/alice@example.com/events";
  EXPECT_EQ(world.server.handle(request).status, 200);
}

}  // namespace
}  // namespace outlook
}  // namespace v1
}  // namespace fasti
