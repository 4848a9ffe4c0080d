#include "connectors/http/curl_transport.hpp"

#include <gmock/gmock.h>

#include "tests/unit/http/socket_server.hpp"

namespace fasti {
inline namespace v1 {
namespace http {
namespace {

using std::chrono::milliseconds;
using support::plain_answer;
using support::SocketServer;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// gzip of "hello hello hello".
constexpr auto kHello = "1f8b0800000000000203cb48cdc9c957c84090008088f9e511000000";
/// gzip of 100,000 times the letter a.
constexpr auto kBomb =
    "1f8b0800000000000203edc13101000000c2a0aceb5fc21a1e4001000000000000000000000000000000000000000000000000000000000000"
    "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "000000000000000000af0687fae21ba0860100";

std::string unhex(std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    out.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  return out;
}

Endpoint direct() {
  Endpoint endpoint;
  endpoint.proxy = "";
  return endpoint;
}

Request request_to(const std::string& url, const Endpoint& endpoint = direct()) {
  Request request;
  request.url = url;
  request.endpoint = std::make_shared<const Endpoint>(endpoint);
  return request;
}

Reply send(Transport& transport, const Request& request) {
  return std::move(transport.send(std::span<const Request>(&request, 1), 4, {}).front());
}

TEST(CurlTransport, KeepsOneConnectionForManyRequests) {
  SocketServer server([](const std::string&) { return SocketServer::Answer{plain_answer("ok")}; });
  const auto transport = make_curl_transport();
  for (int i = 0; i < 20; ++i) {
    const auto reply = send(*transport, request_to(server.url()));
    ASSERT_TRUE(reply) << reply.error().text();
    EXPECT_EQ(reply->body, "ok");
    EXPECT_EQ(reply.exchanges, 1u);
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST(CurlTransport, RunsABatchInOrderOverFewConnections) {
  SocketServer server([](const std::string& request) {
    return SocketServer::Answer{plain_answer(request.substr(4, request.find(' ', 4) - 4))};
  });
  const auto transport = make_curl_transport();
  std::vector<Request> requests;
  for (int i = 0; i < 50; ++i) requests.push_back(request_to(server.url("/" + std::to_string(i))));
  const auto replies = transport->send(requests, 4, {});
  ASSERT_EQ(replies.size(), 50u);
  for (int i = 0; i < 50; ++i) {
    const auto& reply = replies[static_cast<std::size_t>(i)];
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->body, "/" + std::to_string(i));
  }
  EXPECT_LE(server.connections(), 4);
}

TEST(CurlTransport, AServerThatClosesAfterEachAnswerIsServedSilently) {
  SocketServer server([](const std::string&) {
    return SocketServer::Answer{"HTTP/1.0 201 Created\r\nETag: \"1\"\r\nContent-Length: 0\r\n\r\n", true};
  });
  const auto transport = make_curl_transport();
  for (int i = 0; i < 5; ++i) {
    auto put = request_to(server.url("/a.ics"));
    put.method = "PUT";
    put.headers = {{"Content-Type", "text/calendar"}, {"If-None-Match", "*"}};
    put.body = "BEGIN:VCALENDAR";
    const auto reply = send(*transport, put);
    ASSERT_TRUE(reply) << reply.error().text();
    EXPECT_EQ(reply->status, 201);
    EXPECT_EQ(header(reply->headers, "etag"), "\"1\"");
  }
  EXPECT_EQ(server.connections(), 5);
}

TEST(CurlTransport, UploadsWithContentLengthAndWithoutExpect) {
  SocketServer server([](const std::string&) { return SocketServer::Answer{plain_answer("")}; });
  const auto transport = make_curl_transport();
  auto put = request_to(server.url("/a.ics"));
  put.method = "PUT";
  put.headers = {{"Content-Type", "text/calendar; charset=utf-8"}};
  put.body.assign(3000, 'x');
  ASSERT_TRUE(send(*transport, put));
  put.method = "REPORT";
  put.body = "<x/>";
  ASSERT_TRUE(send(*transport, put));
  auto get = request_to(server.url("/b.ics"));
  ASSERT_TRUE(send(*transport, get));
  get.method = "DELETE";
  ASSERT_TRUE(send(*transport, get));
  const auto seen = server.requests();
  ASSERT_EQ(seen.size(), 4u);
  EXPECT_THAT(seen[0], StartsWith("PUT /a.ics HTTP/1.1\r\n"));
  EXPECT_THAT(seen[0], HasSubstr("Content-Length: 3000\r\n"));
  EXPECT_THAT(seen[0], HasSubstr("Content-Type: text/calendar; charset=utf-8\r\n"));
  EXPECT_THAT(seen[0], Not(HasSubstr("Expect")));
  EXPECT_THAT(seen[0], Not(HasSubstr("chunked")));
  EXPECT_THAT(seen[1], StartsWith("REPORT /a.ics HTTP/1.1\r\n"));
  EXPECT_THAT(seen[2], StartsWith("GET /b.ics HTTP/1.1\r\n"));
  EXPECT_THAT(seen[2], Not(HasSubstr("Content-Length")));
  EXPECT_THAT(seen[3], StartsWith("DELETE /b.ics HTTP/1.1\r\n"));
}

TEST(CurlTransport, UnpacksGzip) {
  SocketServer server([](const std::string&) {
    return SocketServer::Answer{plain_answer(unhex(kHello), "Content-Encoding: gzip\r\n")};
  });
  const auto reply = send(*make_curl_transport(), request_to(server.url()));
  ASSERT_TRUE(reply) << reply.error().text();
  EXPECT_EQ(reply->body, "hello hello hello");
  EXPECT_THAT(server.requests().front(), HasSubstr("Accept-Encoding: gzip"));
}

TEST(CurlTransport, ALimitCountsUnpackedBytes) {
  SocketServer server([](const std::string&) {
    return SocketServer::Answer{plain_answer(unhex(kBomb), "Content-Encoding: gzip\r\n")};
  });
  auto request = request_to(server.url());
  request.max_body = 10000;
  const auto reply = send(*make_curl_transport(), request);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, ErrorKind::bad_reply);
  EXPECT_THAT(reply.error().message, HasSubstr("larger than 10000 bytes"));
}

TEST(CurlTransport, EndlessHeadersEnd) {
  SocketServer server([](const std::string&) {
    std::string head = "HTTP/1.1 200 OK\r\n";
    for (int i = 0; i < 400; ++i) head += "X-" + std::to_string(i) + ": " + std::string(8000, 'x') + "\r\n";
    return SocketServer::Answer{head + "\r\n", true};
  });
  const auto reply = send(*make_curl_transport(), request_to(server.url()));
  ASSERT_FALSE(reply);
}

TEST(CurlTransport, ATruncatedBodyIsTransientAndMayHaveLanded) {
  SocketServer server([](const std::string&) {
    return SocketServer::Answer{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", true};
  });
  const auto reply = send(*make_curl_transport(), request_to(server.url()));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, ErrorKind::transient);
  EXPECT_TRUE(reply.may_have_landed);
}

TEST(CurlTransport, ASilentServerTimesOutAndMayHaveLanded) {
  SocketServer server([](const std::string&) { return SocketServer::Answer{"", false, true}; });
  auto endpoint = direct();
  endpoint.total_timeout = milliseconds(150);
  const auto reply = send(*make_curl_transport(), request_to(server.url(), endpoint));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, ErrorKind::transient);
  EXPECT_TRUE(reply.may_have_landed);
  EXPECT_EQ(reply.exchanges, 1u);
}

TEST(CurlTransport, ARefusedConnectionSurelyDidNotLand) {
  std::string gone;
  {
    SocketServer server([](const std::string&) { return SocketServer::Answer{plain_answer("")}; });
    gone = server.url();
  }
  const auto reply = send(*make_curl_transport(), request_to(gone));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, ErrorKind::transient);
  EXPECT_FALSE(reply.may_have_landed);
  EXPECT_EQ(reply.exchanges, 0u);
}

TEST(CurlTransport, GoesThroughAProxyWhereOneIsSet) {
  SocketServer proxy([](const std::string&) { return SocketServer::Answer{plain_answer("by the proxy")}; });
  Endpoint endpoint;
  endpoint.proxy = proxy.url("");
  const auto reply = send(*make_curl_transport(), request_to("http://dav.example.org/cal/", endpoint));
  ASSERT_TRUE(reply) << reply.error().text();
  EXPECT_EQ(reply->body, "by the proxy");
  ASSERT_EQ(proxy.requests().size(), 1u);
  EXPECT_THAT(proxy.requests()[0], StartsWith("GET http://dav.example.org/cal/ HTTP/1.1\r\n"));
}

TEST(CurlTransport, AProxyThatRefusesATunnelSeesNothingOfTheRequest) {
  SocketServer proxy([](const std::string&) {
    return SocketServer::Answer{"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", true};
  });
  Endpoint endpoint;
  endpoint.proxy = proxy.url("");
  endpoint.auth = {AuthScheme::bearer, "", Secret("not for proxies")};
  const auto reply = send(*make_curl_transport(), request_to("https://dav.example.org/cal/", endpoint));
  ASSERT_FALSE(reply);
  EXPECT_FALSE(reply.may_have_landed);
  ASSERT_EQ(proxy.requests().size(), 1u);
  EXPECT_THAT(proxy.requests()[0], StartsWith("CONNECT dav.example.org:443 HTTP/1.1\r\n"));
  EXPECT_THAT(proxy.requests()[0], Not(HasSubstr("not for proxies")));
}

TEST(CurlTransport, GarbageIsNoAnswer) {
  SocketServer server([](const std::string&) { return SocketServer::Answer{"what?\r\n\r\n", true}; });
  const auto reply = send(*make_curl_transport(), request_to(server.url()));
  ASSERT_FALSE(reply);
}

TEST(CurlTransport, SendsBasicAndBearerCredentialsInTheHeaderOnly) {
  SocketServer server([](const std::string&) { return SocketServer::Answer{plain_answer("")}; });
  const auto transport = make_curl_transport();
  auto endpoint = direct();
  endpoint.auth = Auth{AuthScheme::basic, "alice", Secret("s3cret")};
  ASSERT_TRUE(send(*transport, request_to(server.url(), endpoint)));
  endpoint.auth = Auth{AuthScheme::bearer, "", Secret("tok")};
  ASSERT_TRUE(send(*transport, request_to(server.url(), endpoint)));
  ASSERT_TRUE(send(*transport, request_to(server.url())));
  const auto seen = server.requests();
  EXPECT_THAT(seen[0], HasSubstr("Authorization: Basic YWxpY2U6czNjcmV0\r\n"));
  EXPECT_THAT(seen[1], HasSubstr("Authorization: Bearer tok\r\n"));
  EXPECT_THAT(seen[2], Not(HasSubstr("Authorization")));
}

TEST(CurlTransport, AnswersADigestChallengeAndCountsBothRequests) {
  SocketServer server([](const std::string& request) {
    if (request.find("Authorization: Digest") != std::string::npos) return SocketServer::Answer{plain_answer("in")};
    return SocketServer::Answer{
        "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n"
        "Content-Length: 0\r\n\r\n"};
  });
  auto endpoint = direct();
  endpoint.auth = Auth{AuthScheme::digest, "alice", Secret("s3cret")};
  const auto reply = send(*make_curl_transport(), request_to(server.url(), endpoint));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, "in");
  EXPECT_EQ(reply.exchanges, 2u);
  for (const auto& request : server.requests()) EXPECT_THAT(request, Not(HasSubstr("s3cret")));
}

TEST(CurlTransport, ARedirectIsHandedUpNotFollowed) {
  SocketServer server([](const std::string&) {
    return SocketServer::Answer{"HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"};
  });
  const auto reply = send(*make_curl_transport(), request_to(server.url()));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 301);
}

TEST(CurlTransport, AStopCancelsWhatIsUnderWay) {
  std::stop_source source;
  SocketServer server([&](const std::string&) {
    source.request_stop();
    return SocketServer::Answer{"", false, true};
  });
  const auto request = request_to(server.url());
  const auto replies = make_curl_transport()->send(std::span<const Request>(&request, 1), 1, source.get_token());
  ASSERT_FALSE(replies.front());
  EXPECT_EQ(replies.front().error().kind, ErrorKind::cancelled);
}

TEST(CurlTransport, IsSharedByThreads) {
  SocketServer server([](const std::string&) { return SocketServer::Answer{plain_answer("ok")}; });
  const auto transport = make_curl_transport();
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i)
        if (send(*transport, request_to(server.url()))) ++good;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 40);
}

}  // namespace
}  // namespace http
}  // namespace v1
}  // namespace fasti
