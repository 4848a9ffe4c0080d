// A stand-in on a port: the same answers through sockets, with TLS and without.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "connectors/emulators/google.hpp"
#include "connectors/emulators/loopback.hpp"
#include "connectors/google/google.hpp"
#include "connectors/http/curl_transport.hpp"
#include "tests/support/clock.hpp"
#include "tests/support/table_settings.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

class LoopbackTest : public ::testing::TestWithParam<LoopbackScheme> {};

TEST_P(LoopbackTest, AConnectorReadsAndWritesThroughAPort) {
  support::VirtualClock clock;
  support::SeededRandom random{1};
  Google google(clock, random);
  google.add_user("alice@example.org", "Europe/Berlin");
  google.add_token("t", "alice@example.org");
  const auto server = Loopback::start(google, 0, GetParam());
  ASSERT_TRUE(server) << server.error().text();
  const auto ca = std::filesystem::path(::testing::TempDir()) /
                  ("fasti-loopback-" + std::to_string(reinterpret_cast<std::uintptr_t>(server->get())) + ".pem");
  std::ofstream(ca) << (*server)->certificate();
  std::map<std::string, std::string> keys = {{"url", (*server)->url()}, {"token", "t"}, {"proxy", ""}};
  if (GetParam() == LoopbackScheme::https) keys["ca_file"] = ca.string();
  Services services{system_files(), clock, random, http::make_curl_transport(), {}};
  const auto connector = google::google_factory(services).make(support::table(keys));
  ASSERT_TRUE(connector) << connector.error().text();

  WriteRequest request;
  request.collection = "alice@example.org";
  request.key = "k";
  request.id = "finalevent";
  request.set = {{"summary", std::string("Final ⚽")},
                 {"start", Span{SpanKind::zoned, LocalSeconds(std::chrono::hours(490000)),
                                LocalSeconds(std::chrono::hours(490002)), "Europe/Berlin"}}};
  request.marker = {"store", "r1", true, "k"};
  const auto written = (*connector)->create(request);
  ASSERT_TRUE(written) << written.error().text();
  const std::vector<std::string> ids = {written->id, "nothere"};
  const auto read = (*connector)->fetch(request.collection, ids);
  ASSERT_TRUE(read[0]) << read[0].error().text();
  EXPECT_EQ(read[0]->properties.at("summary"), Value(std::string("Final ⚽")));
  EXPECT_EQ(read[1].error().kind, ErrorKind::not_found);
  std::filesystem::remove(ca);
}

TEST(LoopbackPorts, ACertificateThatNobodyVouchesForIsRefusedAndCaFileNamed) {
  support::VirtualClock clock;
  support::SeededRandom random{1};
  Google google(clock, random);
  google.add_user("alice@example.org", "Europe/Berlin");
  google.add_token("t", "alice@example.org");
  const auto server = Loopback::start(google, 0, LoopbackScheme::https);
  ASSERT_TRUE(server) << server.error().text();
  Services services{system_files(), clock, random, http::make_curl_transport(), {}};
  for (const std::string ca_file : {"", "/nowhere/ca.pem"}) {
    const auto connector = google::google_factory(services).make(
        support::table({{"url", (*server)->url()}, {"token", "t"}, {"proxy", ""}, {"ca_file", ca_file}}));
    ASSERT_TRUE(connector) << connector.error().text();
    const auto collections = (*connector)->collections();
    ASSERT_FALSE(collections);
    EXPECT_EQ(collections.error().kind, ca_file.empty() ? ErrorKind::unauthenticated : ErrorKind::bad_config);
    EXPECT_NE(collections.error().hint.find("ca_file"), std::string::npos) << collections.error().text();
  }
}

TEST(LoopbackPorts, ATakenPortIsAnError) {
  support::VirtualClock clock;
  support::SeededRandom random{1};
  Google google(clock, random);
  const auto first = Loopback::start(google, 0, LoopbackScheme::http);
  ASSERT_TRUE(first);
  const auto& url = (*first)->url();
  const int port = std::stoi(url.substr(url.rfind(':') + 1));
  EXPECT_FALSE(Loopback::start(google, port, LoopbackScheme::https));
}

TEST(Control, ATestFromOutsideSwitchesALieOnAndCountsWhatCame) {
  support::VirtualClock clock;
  support::SeededRandom random{1};
  Google google(clock, random);
  google.add_user("alice@example.org", "Europe/Berlin");
  google.add_token("t", "alice@example.org");
  const auto ask = [&](const std::string& method, const std::string& path) {
    http::Request request;
    request.method = method;
    request.url = "https://www.googleapis.com" + path;
    request.headers = {{"Authorization", "Bearer t"}};
    return google.handle(request);
  };
  const std::string list = "/calendar/v3/calendars/primary/events";
  EXPECT_EQ(ask("POST", "/sandbox/faults/rate_429?times=1").status, 204);
  EXPECT_EQ(ask("GET", list).status, 429);
  EXPECT_EQ(ask("GET", list).status, 200);
  const auto counts = ask("GET", "/sandbox/counts");
  EXPECT_EQ(counts.body, R"({"requests":2,"writes":0,"calls":{"GET":2},"faults":{"rate_429":1}})");
  for (const std::string wrong :
       {"faults/rate_429", "faults/no_such?times=1", "faults/rate_429?times=x", "nothing", "roles?calendar=no"})
    EXPECT_EQ(ask("POST", "/sandbox/" + wrong).status, 400) << wrong;
}

INSTANTIATE_TEST_SUITE_P(Schemes, LoopbackTest, ::testing::Values(LoopbackScheme::http, LoopbackScheme::https),
                         [](const auto& one) { return one.param == LoopbackScheme::http ? "http" : "https"; });

}  // namespace
}  // namespace emulators
}  // namespace v1
}  // namespace fasti
