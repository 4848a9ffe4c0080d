#include "tests/unit/caldav/dav_world.hpp"

namespace fasti {
inline namespace v1 {
namespace caldav {
namespace {

using support::answer;
using testing::ElementsAre;
using testing::HasSubstr;

std::string principal_row(const std::string& href) {
  return row(href, "<D:current-user-principal><D:href>/alice/</D:href></D:current-user-principal>");
}
std::string home_row(const std::string& home) {
  return row("/alice/", "<C:calendar-home-set><D:href>" + home + "</D:href></C:calendar-home-set>");
}
std::string named(const std::string& name) { return "<D:displayname>" + name + "</D:displayname>"; }

/// An account with two calendars for events, one for tasks, an inbox and an address book.
DavWorld& account(DavWorld& world) {
  const std::string tasks =
      "<C:supported-calendar-component-set><C:comp name=\"VTODO\"/></C:supported-calendar-component-set>";
  const std::string readable =
      "<D:current-user-privilege-set><D:privilege><D:read/></D:privilege></D:current-user-privilege-set>";
  world.on("PROPFIND /", multistatus(multi(principal_row("/"))));
  world.on("PROPFIND /alice/", multistatus(multi(home_row("/alice/calendars/"))));
  world.on("PROPFIND /alice/calendars/",
           multistatus(multi(row("/alice/calendars/", "<D:resourcetype><D:collection/></D:resourcetype>") +
                             calendar_row("/alice/calendars/work/", named("Work &amp; Play")) +
                             calendar_row("/alice/calendars/r%C3%A9union", named("Holidays") + readable) +
                             calendar_row("/alice/calendars/todo/", named("Tasks") + tasks) +
                             row("/alice/calendars/inbox/",
                                 "<D:resourcetype><D:collection/><C:schedule-inbox/>"
                                 "</D:resourcetype>"))));
  return world;
}

TEST(Discovery, ListsCalendarsForEventsOnly) {
  DavWorld world;
  const auto all = account(world).connector->collections();
  ASSERT_TRUE(all) << all.error().text();
  ASSERT_EQ(all->size(), 2u);
  EXPECT_EQ(all->at(0).id, "/alice/calendars/r\xc3\xa9union/");
  EXPECT_TRUE(all->at(0).read_only);
  EXPECT_EQ(all->at(1).name, "Work & Play");
  EXPECT_FALSE(all->at(1).read_only);
}

TEST(Discovery, AsksTheWellKnownAddressWhenTheGivenOneKnowsNobody) {
  DavWorld world;
  account(world);
  world.answers.erase("PROPFIND /");
  world.on("PROPFIND /", answer(405));
  world.on("PROPFIND /.well-known/caldav", answer(301, "", {{"Location", "/dav/"}}));
  world.on("PROPFIND /dav/", multistatus(multi(principal_row("/dav/"))));
  EXPECT_EQ(world.connector->collections()->size(), 2u);
}

TEST(Discovery, ARefusedPasswordIsNotSearchedAround) {
  DavWorld world;
  world.on("PROPFIND /", answer(401));
  EXPECT_EQ(world.connector->collections().error().kind, ErrorKind::unauthenticated);
  EXPECT_EQ(world.connector->requests(), 1u);
}

TEST(Open, ByPathIsOneRequest) {
  DavWorld world;
  world.on("PROPFIND /alice/w%20x/", multistatus(multi(calendar_row("/alice/w%20x/", named("W")))));
  for (const auto* wanted : {"/alice/w x/", "/alice/w%20x", "https://dav.example.org/alice/w%20x/", "alice/w x"}) {
    const auto opened = world.connector->open_collection(wanted, false);
    ASSERT_TRUE(opened) << wanted << opened.error().text();
    EXPECT_EQ(opened->id, "/alice/w x/");
    EXPECT_EQ(opened->name, "W");
  }
  EXPECT_EQ(world.connector->requests(), 4u);
}

TEST(Open, OnAnotherServerIsRefused) {
  DavWorld world;
  EXPECT_EQ(world.connector->open_collection("https://other.example.org/cal/", true).error().kind,
            ErrorKind::bad_config);
  EXPECT_EQ(world.connector->requests(), 0u);
}

TEST(Open, ByNameOrLastSegment) {
  for (const auto* wanted : {"Work & Play", "work"}) {
    DavWorld world;
    const auto opened = account(world).connector->open_collection(wanted, false);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->id, "/alice/calendars/work/");
  }
}

TEST(Open, AmbiguousOrMissingNamesAreErrors) {
  DavWorld twins;
  twins.on("PROPFIND /", multistatus(multi(home_row("/h/"))));
  twins.on("PROPFIND /h/",
           multistatus(multi(calendar_row("/h/1/", named("Club")) + calendar_row("/h/2/", named("Club")))));
  const auto both = twins.connector->open_collection("Club", true);
  EXPECT_EQ(both.error().kind, ErrorKind::bad_config);
  EXPECT_THAT(both.error().message, HasSubstr("/h/1/, /h/2/"));
  DavWorld none;
  const auto missing_one = account(none).connector->open_collection("Nothing", false);
  EXPECT_EQ(missing_one.error().kind, ErrorKind::not_found);
  EXPECT_THAT(missing_one.error().hint, HasSubstr("fasti collections club"));
}

TEST(Open, WhatIsNoCalendarOrNotThereIsAnError) {
  DavWorld folder;
  folder.on("PROPFIND /f/", multistatus(multi(row("/f/", "<D:resourcetype><D:collection/></D:resourcetype>"))));
  EXPECT_EQ(folder.connector->open_collection("/f/", true).error().kind, ErrorKind::bad_config);
  DavWorld xandikos;
  xandikos.on("PROPFIND /f/", multistatus(multi(missing("http%3A//dav.example.org/f/"))));
  EXPECT_EQ(xandikos.connector->open_collection("/f/", false).error().kind, ErrorKind::not_found);
}

TEST(Make, ByPathAndByName) {
  DavWorld path;
  path.on("PROPFIND /a/new/", answer(404));
  path.on("PROPFIND /a/new/", multistatus(multi(calendar_row("/a/new/", named("new")))));
  path.on("MKCALENDAR /a/new/", answer(201));
  const auto made = path.connector->open_collection("/a/new/", true);
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_TRUE(made->created);

  DavWorld name;
  account(name);
  name.on("MKCALENDAR /alice/calendars/city-cup-2026/", answer(201));
  name.on("PROPFIND /alice/calendars/city-cup-2026/",
          multistatus(multi(calendar_row("/alice/calendars/city-cup-2026/", named("City Cup 2026!")))));
  const auto named_one = name.connector->open_collection("City Cup 2026!", true);
  ASSERT_TRUE(named_one) << named_one.error().text();
  EXPECT_EQ(named_one->id, "/alice/calendars/city-cup-2026/");
}

TEST(Make, SomebodyElseWasFaster) {
  for (const int status : {405, 403, 409, 207}) {
    DavWorld world;
    world.on("PROPFIND /a/new/", answer(404));
    world.on("PROPFIND /a/new/", multistatus(multi(calendar_row("/a/new/"))));
    world.on("MKCALENDAR /a/new/", answer(status, status == 207 ? multi(missing("/a/new/", 405)) : ""));
    const auto made = world.connector->open_collection("/a/new/", true);
    ASSERT_TRUE(made) << status;
    EXPECT_FALSE(made->created);
  }
}

TEST(Make, ARefusalIsAnError) {
  const std::vector<std::pair<http::Reply, ErrorKind>> shapes = {
      {answer(403), ErrorKind::forbidden},
      {answer(409), ErrorKind::rejected},
      {answer(201), ErrorKind::not_found},
      {multistatus(multi(missing("/a/new/", 403))), ErrorKind::forbidden}};
  for (const auto& [reply, kind] : shapes) {
    DavWorld world;
    world.on("PROPFIND /a/new/", answer(404));
    world.on("MKCALENDAR /a/new/", reply);
    EXPECT_EQ(world.connector->open_collection("/a/new/", true).error().kind, kind);
  }
}

Result<std::shared_ptr<Connector>> make(std::map<std::string, std::string> values) {
  static support::VirtualClock clock;
  static support::SeededRandom random{1};
  return caldav_factory(Services{system_files(), clock, random, nullptr, {}}).make(support::table(std::move(values)));
}

TEST(Settings, ProblemsNameTheirKey) {
  const std::map<std::string, std::string> good = {{"url", "https://h/"}, {"username", "a"}, {"password", "p"}};
  ASSERT_TRUE(make(good));
  const std::vector<std::pair<std::string, std::string>> bad = {{"url", "h"},         {"url", "https://a:secret-pw@h/"},
                                                                {"auth", "kerberos"}, {"timeout", "soon"},
                                                                {"timeout", "-1s"},   {"rate", "fast"},
                                                                {"rate", "0"},        {"parallel", "0"},
                                                                {"parallel", "1000"}, {"max_body", "huge"},
                                                                {"token", "t"}};
  for (const auto& [key, value] : bad) {
    auto values = good;
    values[key] = value;
    const auto made = make(values);
    ASSERT_FALSE(made) << key << "=" << value;
    EXPECT_EQ(made.error().kind, ErrorKind::bad_config);
    EXPECT_EQ(made.error().place, "fasti.toml:" + key);
    EXPECT_EQ(made.error().text().find("secret-pw"), std::string::npos);
  }
  EXPECT_FALSE(make({{"username", "a"}, {"password", "p"}}));
  EXPECT_FALSE(make({{"url", "https://h/"}, {"auth", "basic"}}));
}

TEST(Settings, CredentialsReachTheTransportAsAsked) {
  const auto scheme_with = [](std::map<std::string, std::string> more) {
    DavWorld world(std::move(more));
    world.on("REPORT /cal/", multistatus(multi("", "t")));
    EXPECT_TRUE(world.pull("sync:t"));
    return world.transport->asked[0].endpoint->auth;
  };
  EXPECT_EQ(scheme_with({}).scheme, http::AuthScheme::basic);
  EXPECT_EQ(scheme_with({}).secret.reveal(), "s3cret");
  EXPECT_EQ(scheme_with({{"auth", "digest"}}).scheme, http::AuthScheme::digest);
}

TEST(Factory, SaysWhatItIs) {
  static support::VirtualClock clock;
  static support::SeededRandom random{1};
  const auto factory = caldav_factory(Services{system_files(), clock, random, nullptr, {}});
  EXPECT_EQ(factory.provider, "caldav");
  EXPECT_THAT(factory.secrets, ElementsAre("password", "token"));
  EXPECT_FALSE(factory.properties.empty());
}

}  // namespace
}  // namespace caldav
}  // namespace v1
}  // namespace fasti
