// The CalDAV connector against real servers, which run.sh starts with empty data and names in the environment.
#include <gmock/gmock.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <map>

#include "connectors/caldav/caldav.hpp"
#include "connectors/http/curl_transport.hpp"
#include "connectors/ical/object.hpp"
#include "tests/support/table_settings.hpp"

namespace fasti {
inline namespace v1 {
namespace {

struct ServerCase {
  const char* name;
  const char* variable;
  const char* home;
};

class RealServer : public testing::TestWithParam<ServerCase> {
 protected:
  void SetUp() override {
    const char* url = std::getenv(GetParam().variable);
    if (!url) GTEST_SKIP() << "skipped: no " << GetParam().name << " (tests/servers/run.sh starts it)";
    Services services{system_files(), system_clock(), system_random(), http::make_curl_transport(), {}};
    connector_ = *caldav::caldav_factory(services).make(
        support::table({{"url", url}, {"username", "alice"}, {"password", "secret"}, {"proxy", ""}}, "server"));
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    std::string folder;
    for (const char c : std::string(test->name())) folder += c == '/' ? '-' : static_cast<char>(std::tolower(c));
    // The account's own folder appears with the first question about it.
    ASSERT_TRUE(connector_->collections());
    auto opened = connector_->open_collection(std::string(GetParam().home) + folder + "/", true);
    ASSERT_TRUE(opened) << opened.error().text();
    EXPECT_TRUE(opened->created);
    calendar_ = opened->id;
  }

  WriteRequest create(const std::string& id, const std::string& title = "Match") const {
    WriteRequest request;
    request.op = WriteOp::create;
    request.collection = calendar_;
    request.key = "key-" + id;
    request.id = id;
    request.uid = id + "@fasti.test";
    Span when;
    when.kind = SpanKind::zoned;
    when.zone = "UTC";
    when.start = LocalSeconds(std::chrono::hours(24 * 20600 + 18));
    when.end = when.start + std::chrono::hours(2);
    request.set = {{"SUMMARY", title}, {"DTSTART", when}};
    request.marker = Marker{"store", "record-" + id, true, request.key};
    return request;
  }

  struct Pulled {
    PullResult result;
    std::map<std::string, RemoteChange> changes;
  };
  Pulled pull(const std::string& cursor = "", const std::map<std::string, std::string>& known = {},
              PullMode mode = PullMode::changes) {
    PullRequest request;
    request.collection = calendar_;
    request.cursor = cursor;
    request.mode = mode;
    request.known_version = [&](const std::string& id) {
      const auto it = known.find(id);
      return it == known.end() ? std::nullopt : std::optional(it->second);
    };
    Pulled out;
    auto result = connector_->pull_changes(request, [&](std::vector<RemoteChange>&& page) {
      for (auto& change : page) out.changes[change.object.id] = std::move(change);
      return Status();
    });
    EXPECT_TRUE(result) << (result ? "" : result.error().text());
    if (result) out.result = *result;
    return out;
  }
  RemoteObject only(const std::string& id) {
    const std::vector<std::string> ids = {id};
    auto replies = connector_->fetch(calendar_, ids);
    EXPECT_TRUE(replies.front()) << (replies.front() ? "" : replies.front().error().text());
    return replies.front() ? *replies.front() : RemoteObject{};
  }

  std::shared_ptr<Connector> connector_;
  std::string calendar_;
};

// Radicale reads the whole calendar at every new name: 1,000 events there take minutes.
std::size_t event_count() {
  const char* given = std::getenv("FASTI_TEST_EVENTS");
  return given ? std::strtoul(given, nullptr, 10) : 200;
}

TEST_P(RealServer, ManyGoUpAndComeDownThenOneRequest) {
  const std::size_t count = event_count();
  std::vector<WriteRequest> requests;
  for (std::size_t i = 0; i < count; ++i)
    requests.push_back(create("e" + std::to_string(i), "Match " + std::to_string(i)));
  const auto before = connector_->requests();
  std::map<std::string, std::string> known;
  for (std::size_t from = 0; from < requests.size(); from += 64) {
    const auto part = std::span<const WriteRequest>(requests).subspan(from, std::min<std::size_t>(64, count - from));
    for (const auto& reply : connector_->send(part, {})) {
      ASSERT_TRUE(reply) << reply.error().text();
      known[reply->id] = reply->version;
    }
  }
  EXPECT_EQ(connector_->requests() - before, count);
  ASSERT_EQ(known.size(), count);

  const auto down = connector_->requests();
  const auto all = pull();
  EXPECT_EQ(all.result.coverage, Coverage::complete);
  ASSERT_EQ(all.changes.size(), count);
  EXPECT_LE(connector_->requests() - down, 6u);
  for (const auto& [id, change] : all.changes) {
    ASSERT_EQ(change.type, RemoteChange::Type::object) << id;
    EXPECT_EQ(change.object.version, known[id]);
    ASSERT_TRUE(change.object.marker);
    EXPECT_EQ(change.object.marker->record + ".ics", "record-" + id);
  }

  const auto quiet = connector_->requests();
  const auto nothing = pull(all.result.cursor, known);
  EXPECT_EQ(nothing.result.coverage, Coverage::delta);
  EXPECT_TRUE(nothing.changes.empty());
  EXPECT_EQ(connector_->requests() - quiet, 1u);

  const auto sweep = connector_->requests();
  const auto listed = pull(all.result.cursor, known, PullMode::complete);
  EXPECT_EQ(listed.changes.size(), count);
  EXPECT_EQ(connector_->requests() - sweep, 1u);
}

TEST_P(RealServer, ADeltaShowsEditsAndDeletions) {
  std::map<std::string, std::string> known;
  for (const auto* id : {"a", "b", "c"}) {
    const auto reply = connector_->create(create(id));
    ASSERT_TRUE(reply) << reply.error().text();
    known[reply->id] = reply->version;
  }
  const auto first = pull("", known);
  EXPECT_EQ(first.changes.at("a.ics").type, RemoteChange::Type::listed);

  WriteRequest edit = create("a", "Moved");
  edit.op = WriteOp::update;
  edit.id = "a.ics";
  edit.version = known["a.ics"];
  edit.shadow = only("a.ics").shadow;
  const auto edited = connector_->update(edit);
  ASSERT_TRUE(edited) << edited.error().text();
  WriteRequest removal;
  removal.op = WriteOp::remove;
  removal.collection = calendar_;
  removal.id = "b.ics";
  removal.version = known["b.ics"];
  ASSERT_TRUE(connector_->remove(removal));

  const auto delta = pull(first.result.cursor, known);
  EXPECT_EQ(delta.result.coverage, Coverage::delta);
  EXPECT_NE(delta.result.cursor, first.result.cursor);
  ASSERT_EQ(delta.changes.size(), 2u);
  EXPECT_EQ(std::get<std::string>(delta.changes.at("a.ics").object.properties.at("SUMMARY")), "Moved");
  EXPECT_EQ(delta.changes.at("a.ics").object.version, edited->version);
  EXPECT_EQ(delta.changes.at("b.ics").type, RemoteChange::Type::gone);

  const std::vector<std::string> ids = {"b.ics", "c.ics", "never.ics"};
  const auto fetched = connector_->fetch(calendar_, ids);
  EXPECT_EQ(fetched[0].error().kind, ErrorKind::not_found);
  EXPECT_TRUE(fetched[1]);
  EXPECT_EQ(fetched[2].error().kind, ErrorKind::not_found);
  EXPECT_EQ(connector_->remove(removal).error().kind, ErrorKind::not_found);
}

TEST_P(RealServer, NobodyWritesOverWhatHeHasNotSeen) {
  const auto created = connector_->create(create("a"));
  ASSERT_TRUE(created);
  WriteRequest edit = create("a", "Mine");
  edit.op = WriteOp::update;
  edit.id = "a.ics";
  edit.version = created->version;
  edit.shadow = only("a.ics").shadow;
  edit.key = edit.marker.stamp = "edit-1";
  ASSERT_TRUE(connector_->update(edit));
  edit.set["SUMMARY"] = std::string("Late");
  edit.key = edit.marker.stamp = "edit-2";
  EXPECT_EQ(connector_->update(edit).error().kind, ErrorKind::precondition_failed);
  WriteRequest removal = edit;
  removal.op = WriteOp::remove;
  EXPECT_EQ(connector_->remove(removal).error().kind, ErrorKind::precondition_failed);
  EXPECT_EQ(std::get<std::string>(only("a.ics").properties.at("SUMMARY")), "Mine");
}

TEST_P(RealServer, ACreateSentTwiceIsOneObjectAndATwinIsRefused) {
  ASSERT_TRUE(connector_->create(create("a")));
  const auto again = connector_->create(create("a"));
  ASSERT_TRUE(again) << again.error().text();
  auto stranger = create("a");
  stranger.key = stranger.marker.stamp = "other";
  EXPECT_EQ(connector_->create(stranger).error().kind, ErrorKind::precondition_failed);
  auto twin = create("b");
  twin.uid = create("a").uid;
  const auto refused = connector_->create(twin);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::rejected) << refused.error().text();
  EXPECT_EQ(pull().changes.size(), 1u);
}

TEST_P(RealServer, ARefusedTokenIsACompleteListing) {
  ASSERT_TRUE(connector_->create(create("a")));
  for (const auto* cursor :
       {"sync:http://radicale.org/ns/sync/0000000000000000000000000000000000000000000000000000000000000000",
        "sync:no such token"}) {
    const auto pulled = pull(cursor);
    EXPECT_TRUE(pulled.result.cursor_expired);
    EXPECT_EQ(pulled.result.coverage, Coverage::complete);
    EXPECT_EQ(pulled.changes.size(), 1u);
    EXPECT_EQ(pulled.result.cursor.substr(0, 5), "sync:");
  }
}

TEST_P(RealServer, AVanishedCalendarIsAnErrorNotAnEmptyOne) {
  PullRequest request;
  request.collection = calendar_ + "gone/";
  bool page_seen = false;
  const auto result = connector_->pull_changes(request, [&](std::vector<RemoteChange>&&) {
    page_seen = true;
    return Status();
  });
  ASSERT_FALSE(result);
  EXPECT_FALSE(page_seen);
  const std::vector<std::string> ids = {"a.ics", "b.ics"};
  for (const auto& reply : connector_->fetch(request.collection, ids)) {
    ASSERT_FALSE(reply);
    EXPECT_NE(reply.error().kind, ErrorKind::not_found);
  }
  EXPECT_FALSE(connector_->open_collection(request.collection, false));
}

TEST_P(RealServer, OddNamesAndTextsComeBackAsTheyWere) {
  const std::vector<std::string> names = {"a b@c+d", "x;y:z,=&'()", "\xc3\xa9t\xc3\xa9 \xe2\x9a\xbd", "100%25",
                                          "{odd}~#?"};
  std::map<std::string, std::string> versions;
  for (const auto& name : names) {
    auto request = create(name, "Spiel <1> & \"2\", \xe2\x9a\xbd \xf0\x9f\x8f\x86");
    const auto reply = connector_->create(request);
    ASSERT_TRUE(reply) << name << ": " << reply.error().text();
    EXPECT_EQ(reply->id, connector_->create_id(request));
    versions[reply->id] = reply->version;
  }
  const auto all = pull();
  ASSERT_EQ(all.changes.size(), names.size());
  for (const auto& [id, version] : versions) {
    ASSERT_EQ(all.changes.count(id), 1u) << id;
    EXPECT_EQ(all.changes.at(id).object.version, version);
    EXPECT_EQ(std::get<std::string>(all.changes.at(id).object.properties.at("SUMMARY")),
              "Spiel <1> & \"2\", \xe2\x9a\xbd \xf0\x9f\x8f\x86");
  }
}

TEST_P(RealServer, IsFoundFromTheAddressOfTheServerAlone) {
  const auto all = connector_->collections();
  ASSERT_TRUE(all) << all.error().text();
  const bool found = std::any_of(all->begin(), all->end(), [&](const auto& one) { return one.id == calendar_; });
  EXPECT_TRUE(found);
  const auto made = connector_->open_collection("Caf\xc3\xa9 & Cup " + std::string(GetParam().name), true);
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_TRUE(made->created);
  const auto again = connector_->open_collection("Caf\xc3\xa9 & Cup " + std::string(GetParam().name), true);
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->id, made->id);
  EXPECT_FALSE(again->created);
}

INSTANTIATE_TEST_SUITE_P(CalDav, RealServer,
                         testing::Values(ServerCase{"radicale", "FASTI_RADICALE_URL", "/alice/"},
                                         ServerCase{"xandikos", "FASTI_XANDIKOS_URL", "/alice/calendars/"}),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace v1
}  // namespace fasti
