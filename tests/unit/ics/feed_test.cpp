// Calendars that somebody publishes: read only, and never believed to be empty.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/scripted_transport.hpp"
#include "tests/unit/ics/ics_world.hpp"

namespace fasti {
inline namespace v1 {
namespace ics {
namespace {

using support::answer;
using Type = RemoteChange::Type;

class Feed : public testing::Test {
 protected:
  Feed() { connector_ = make({{"url", "https://club.example/feeds/team.ics?key=k"}}); }

  std::shared_ptr<Connector> make(std::map<std::string, std::string> keys) {
    return ics_factory(Services{files_, clock_, random_, transport_, {}}).make(table("/", std::move(keys))).value();
  }
  Result<Pulled> pull(const std::string& cursor = "", const std::map<std::string, std::string>& known = {}) {
    return pull_from(*connector_, request_of("team.ics", cursor, known));
  }
  std::string sent(const std::string& name) {
    return http::header(transport_->asked.back().headers, name).value_or("(none)");
  }

  http::Reply reply_ = answer(200, calendar_of(event_of("a", "A") + event_of("b", "B")),
                              {{"ETag", "\"1\""}, {"Last-Modified", "Mon, 01 Jun 2026 12:00:00 GMT"}});
  WatchedFiles files_;
  support::VirtualClock clock_;
  support::SeededRandom random_{1};
  std::shared_ptr<support::ScriptedTransport> transport_ =
      std::make_shared<support::ScriptedTransport>([this](const http::Request&) { return reply_; });
  std::shared_ptr<Connector> connector_;
};

TEST_F(Feed, ShowsItsObjectsWithoutAnybodysMarker) {
  reply_->body = calendar_of("BEGIN:VEVENT\r\nUID:a\r\nSUMMARY:A\r\nX-FASTI-MARKER:created/s/r/k\r\nEND:VEVENT\r\n");
  const auto pulled = pull();
  ASSERT_TRUE(pulled) << pulled.error().text();
  EXPECT_EQ(pulled->result.coverage, Coverage::complete);
  EXPECT_EQ(pulled->changes.at("a").type, Type::object);
  EXPECT_FALSE(pulled->changes.at("a").object.marker);
  EXPECT_FALSE(connector_->capabilities().markers);
  EXPECT_FALSE(connector_->capabilities().trusted_absence);
  EXPECT_FALSE(connector_->capabilities().fetch);
  EXPECT_EQ(transport_->asked.back().url, "https://club.example/feeds/team.ics?key=k");
}

TEST_F(Feed, AnUnchangedFeedIsNotSentAgain) {
  const auto first = pull();
  EXPECT_EQ(sent("If-None-Match"), "(none)");
  reply_ = answer(304);
  const auto second = pull(first->result.cursor, versions_of(*first));
  ASSERT_TRUE(second);
  EXPECT_EQ(sent("If-None-Match"), "\"1\"");
  EXPECT_EQ(sent("If-Modified-Since"), "Mon, 01 Jun 2026 12:00:00 GMT");
  EXPECT_EQ(second->result.coverage, Coverage::delta);
  EXPECT_TRUE(second->changes.empty());
  EXPECT_EQ(second->result.cursor, first->result.cursor);
}

TEST_F(Feed, WhatVanishedIsLookedForTwiceBeforeA304CanHideIt) {
  const auto first = pull();
  reply_ = answer(200, calendar_of(event_of("a", "A")), {{"ETag", "\"2\""}});
  const auto second = pull(first->result.cursor);
  EXPECT_EQ(second->changes.size(), 1U);
  const auto third = pull(second->result.cursor);
  EXPECT_EQ(sent("If-None-Match"), "(none)");
  EXPECT_EQ(third->result.coverage, Coverage::complete);
  ASSERT_TRUE(pull(third->result.cursor));
  EXPECT_EQ(sent("If-None-Match"), "\"2\"");
}

TEST_F(Feed, OverridesWithoutTheirSeriesAreEventsOfTheirOwnUntilItIsThere) {
  auto override_of = [](const std::string& key, const std::string& title) {
    return "BEGIN:VEVENT\r\nUID:a\r\nRECURRENCE-ID:" + key + "\r\nDTSTART:" + key + "\r\nSUMMARY:" + title +
           "\r\nEND:VEVENT\r\n";
  };
  const std::string both = override_of("20260413T180000Z", "A") + override_of("20260420T180000Z", "B");
  reply_->body = calendar_of(both + event_of("b", "C"));
  const auto pulled = pull();
  ASSERT_TRUE(pulled) << pulled.error().text();
  ASSERT_EQ(pulled->changes.size(), 3u);
  const RemoteChange& second = pulled->changes.at("a/20260420T180000Z");
  EXPECT_EQ(second.type, Type::object);
  EXPECT_EQ(second.object.uid, "a/20260420T180000Z");
  EXPECT_EQ(second.object.properties.at("SUMMARY"), Value(std::string("B")));
  EXPECT_EQ(pulled->changes.at("b").object.uid, "b");
  reply_->body =
      calendar_of("BEGIN:VEVENT\r\nUID:a\r\nDTSTART:20260406T180000Z\r\nRRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\n" + both +
                  event_of("b", "C"));
  const auto whole = pull();
  ASSERT_TRUE(whole);
  ASSERT_EQ(whole->changes.size(), 2u);
  EXPECT_EQ(whole->changes.at("a").object.properties.at("SUMMARY@2026-04-20T18:00:00"), Value(std::string("B")));
  // A tail speaks of its series: parked until that is there.
  reply_->body =
      calendar_of(override_of("20260413T180000Z", "A") +
                  "BEGIN:VEVENT\r\nUID:a\r\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260420T180000Z\r\nEND:VEVENT\r\n");
  EXPECT_EQ(pull()->changes.at("a").type, Type::unreadable);
}

TEST_F(Feed, WhatIsNoWholeCalendarIsNeverEmpty) {
  const std::string whole = calendar_of(event_of("a", "A"));
  for (const std::string& body : {std::string(), std::string("<!DOCTYPE html><html>Sign in</html>"),
                                  whole.substr(0, whole.size() - 16), whole.substr(0, 20)}) {
    reply_ = answer(200, body);
    const auto pulled = pull();
    ASSERT_FALSE(pulled) << body;
    EXPECT_EQ(pulled.error().kind, ErrorKind::bad_reply) << body;
  }
  for (const auto& [status, kind] : std::map<int, ErrorKind>{{401, ErrorKind::unauthenticated},
                                                             {403, ErrorKind::forbidden},
                                                             {404, ErrorKind::not_found},
                                                             {304, ErrorKind::bad_reply}}) {
    reply_ = answer(status);
    const auto pulled = pull();
    ASSERT_FALSE(pulled) << status;
    EXPECT_TRUE(status == 304 || pulled.error().kind == kind) << status;
  }
}

TEST_F(Feed, CredentialsStayWithTheirHost) {
  connector_ = make({{"url", "webcal://club.example/feeds/"}, {"username", "alice"}, {"password", "hunter2"}});
  ASSERT_TRUE(connector_->open_collection("team a.ics", false));
  EXPECT_EQ(transport_->asked.back().url, "https://club.example/feeds/team%20a.ics");
  EXPECT_EQ(transport_->asked.back().endpoint->auth.username, "alice");
  const auto asked = transport_->asked.size();
  EXPECT_EQ(connector_->open_collection("https://evil.example/feeds/a.ics", false).error().kind, ErrorKind::bad_config);
  EXPECT_EQ(connector_->open_collection("//evil.example/a.ics", false).error().kind, ErrorKind::bad_config);
  EXPECT_EQ(transport_->asked.size(), asked);
}

TEST_F(Feed, NothingIsEverWritten) {
  WriteRequest request;
  request.collection = "team.ics";
  EXPECT_EQ(connector_->create(request).error().kind, ErrorKind::unsupported);
  EXPECT_EQ(connector_->update(request).error().kind, ErrorKind::unsupported);
  EXPECT_EQ(connector_->remove(request).error().kind, ErrorKind::unsupported);
  EXPECT_TRUE(connector_->open_collection("team.ics", true)->read_only);
  EXPECT_EQ(transport_->asked.size(), 1U);
}

}  // namespace
}  // namespace ics
}  // namespace v1
}  // namespace fasti
