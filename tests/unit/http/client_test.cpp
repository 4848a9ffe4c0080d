#include "connectors/http/client.hpp"

#include <gmock/gmock.h>

#include "connectors/http/status.hpp"
#include "tests/support/clock.hpp"
#include "tests/support/scripted_transport.hpp"

namespace fasti {
inline namespace v1 {
namespace http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using support::answer;
using support::silence;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

struct World {
  support::VirtualClock clock;
  support::SeededRandom random{7};
  std::shared_ptr<support::ScriptedTransport> transport;
  std::vector<std::string> lines;
  std::unique_ptr<Client> client;

  explicit World(support::ScriptedTransport::Script script, ClientOptions options = {}) {
    transport = std::make_shared<support::ScriptedTransport>(std::move(script));
    options.name = "club";
    Services services{system_files(), clock, random, transport,
                      [this](LogLevel, const std::string& line) { lines.push_back(line); }};
    client = std::make_unique<Client>(services, std::move(options));
  }
  Reply send(const std::string& method, const std::string& url, Headers headers = {}) {
    Request request;
    request.method = method;
    request.url = url;
    request.headers = std::move(headers);
    return client->send(std::move(request), {});
  }
};

constexpr auto kUrl = "https://dav.example.org/cal/a.ics";

TEST(Retry, ServerErrorsPassAfterBackoffWithoutMoreThanTheCap) {
  int tries = 0;
  World world([&](const Request&) { return ++tries < 4 ? answer(503) : answer(200); });
  const auto reply = world.send("GET", kUrl);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(tries, 4);
  EXPECT_LE(world.clock.slept(), milliseconds(500 + 1000 + 2000));
}

TEST(Retry, GivesUpWithTheLastAnswer) {
  World world([](const Request&) { return answer(502); });
  const auto reply = world.send("GET", kUrl);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 502);
  EXPECT_EQ(world.transport->asked.size(), 4u);
}

/// Numbers its tokens; every fresh one is counted.
class CountedTokens final : public TokenSource {
 public:
  Result<Secret> token(const Secret& refused, std::stop_token) override {
    if (refused.reveal() == current()) ++fetched;
    return Secret(current());
  }
  std::string current() const { return "t" + std::to_string(fetched); }
  int fetched = 1;
};

ClientOptions with_tokens(const std::shared_ptr<TokenSource>& tokens) {
  ClientOptions options;
  options.tokens = tokens;
  return options;
}

TEST(Tokens, ARefusedTokenIsReplacedOnceAndTheRequestSentAgain) {
  auto tokens = std::make_shared<CountedTokens>();
  std::vector<std::string> shown;
  World world(
      [&](const Request& request) {
        shown.push_back(request.endpoint->auth.secret.reveal());
        return answer(shown.back() == "t1" ? 401 : 200);
      },
      with_tokens(tokens));
  EXPECT_EQ(world.send("POST", kUrl)->status, 200);
  EXPECT_EQ(world.send("POST", kUrl)->status, 200);
  EXPECT_THAT(shown, ElementsAre("t1", "t2", "t2"));
}

TEST(Tokens, ASecondRefusalIsTheAnswer) {
  auto tokens = std::make_shared<CountedTokens>();
  World world([](const Request&) { return answer(401); }, with_tokens(tokens));
  EXPECT_EQ(world.send("GET", kUrl)->status, 401);
  EXPECT_EQ(world.transport->asked.size(), 2u);
}

TEST(Tokens, WithoutATokenNothingIsSent) {
  class Revoked final : public TokenSource {
    Result<Secret> token(const Secret&, std::stop_token) override {
      Error error;
      error.kind = ErrorKind::unauthenticated;
      error.message = "sign in again";
      return error;
    }
  };
  World world([](const Request&) { return answer(200); }, with_tokens(std::make_shared<Revoked>()));
  const auto reply = world.send("GET", kUrl);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, ErrorKind::unauthenticated);
  EXPECT_EQ(reply.error().place, "club");
  EXPECT_TRUE(world.transport->asked.empty());
}

TEST(Retry, AThrottlingAnswerInTheProvidersOwnWordsIsWaitedOut) {
  int tries = 0;
  ClientOptions options;
  options.throttled = [](const Response& response) { return response.body == "slow down"; };
  World world([&](const Request&) { return ++tries < 3 ? answer(403, "slow down") : answer(403, "never"); }, options);
  EXPECT_EQ(world.send("POST", kUrl)->body, "never");
  EXPECT_EQ(tries, 3);
}

TEST(Retry, InternalErrorsAreNotRepeated) {
  World world([](const Request&) { return answer(500); });
  EXPECT_EQ(world.send("REPORT", kUrl)->status, 500);
  EXPECT_EQ(world.transport->asked.size(), 1u);
}

TEST(Retry, RetryAfterInSecondsIsWaitedForExactly) {
  int tries = 0;
  World world([&](const Request&) { return ++tries == 1 ? answer(429, "", {{"retry-after", "17"}}) : answer(204); });
  EXPECT_EQ(world.send("PUT", kUrl)->status, 204);
  EXPECT_EQ(world.clock.slept(), seconds(17));
}

TEST(Retry, RetryAfterAsDateIsWaitedFor) {
  const Instant now = std::chrono::sys_days{std::chrono::year{2026} / 11 / 20} + std::chrono::hours{8};
  EXPECT_EQ(retry_after({{"Retry-After", "Fri, 20 Nov 2026 08:01:30 GMT"}}, now), seconds(90));
  EXPECT_EQ(retry_after({{"Retry-After", "Fri, 20 Nov 2026 07:01:30 GMT"}}, now), seconds(0));
  EXPECT_EQ(retry_after({{"Retry-After", "soon"}}, now), std::nullopt);
  EXPECT_EQ(retry_after({{"Retry-After", "-5"}}, now), seconds(0));
  EXPECT_EQ(retry_after({}, now), std::nullopt);
}

TEST(Retry, MoreThanAMinuteIsHonouredForTheWholeConnection) {
  int tries = 0;
  World world([&](const Request&) { return ++tries == 1 ? answer(429, "", {{"Retry-After", "90"}}) : answer(200); });
  EXPECT_EQ(world.send("GET", kUrl)->status, 200);
  EXPECT_EQ(world.clock.slept(), seconds(90));
}

TEST(Retry, AnHourIsLeftToTheCallerAndNothingIsSentMeanwhile) {
  World world([](const Request&) { return answer(429, "", {{"Retry-After", "3600"}}); });
  const auto first = world.send("GET", kUrl);
  ASSERT_TRUE(first);
  const auto error = status_error(*first, "GET", world.clock.now());
  EXPECT_EQ(error.kind, ErrorKind::rate_limited);
  EXPECT_EQ(error.retry_after, seconds(3600));
  const auto second = world.send("GET", kUrl);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::rate_limited);
  EXPECT_EQ(second.error().retry_after, seconds(3600));
  EXPECT_EQ(world.transport->asked.size(), 1u);
  EXPECT_EQ(world.clock.slept(), seconds(0));
}

TEST(Retry, AnUnconditionalWriteThatMayHaveLandedIsNotRepeated) {
  World world([](const Request&) { return silence(true); });
  const auto reply = world.send("PUT", kUrl);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, ErrorKind::transient);
  EXPECT_EQ(reply.error().place, "club");
  EXPECT_TRUE(reply.may_have_landed);
  EXPECT_EQ(world.transport->asked.size(), 1u);
}

TEST(Retry, AnUnconditionalWriteThatSurelyDidNotLandIsRepeated) {
  int tries = 0;
  World world([&](const Request&) { return ++tries == 1 ? silence(false) : answer(201); });
  const auto reply = world.send("POST", kUrl);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 201);
  EXPECT_FALSE(reply->in_doubt);
}

TEST(Retry, AConditionalWriteIsRepeatedAndARefusalThenIsInDoubt) {
  int tries = 0;
  World world([&](const Request&) { return ++tries == 1 ? silence(true) : answer(412); });
  const auto reply = world.send("PUT", kUrl, {{"If-None-Match", "*"}});
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 412);
  EXPECT_TRUE(reply->in_doubt);
}

TEST(Retry, ABatchRepeatsOnlyWhatFailed) {
  int failures = 1;
  World world([&](const Request& request) {
    const bool second = request.url.find("/b") != std::string::npos;
    return second && failures-- > 0 ? answer(503) : answer(200, request.url);
  });
  std::vector<Request> requests(3);
  requests[0].url = "https://dav.example.org/a";
  requests[1].url = "https://dav.example.org/b";
  requests[2].url = "https://dav.example.org/c";
  const auto replies = world.client->send(requests, {});
  ASSERT_EQ(replies.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(replies[i]->body, requests[i].url);
  EXPECT_THAT(world.transport->lines(), ElementsAre("GET /a", "GET /b", "GET /c", "GET /b"));
  EXPECT_EQ(world.client->requests(), 4u);
}

TEST(Backoff, IsFullJitterBelowADoublingCap) {
  support::SeededRandom random(3);
  const RetryPolicy policy;
  for (int failures = 0; failures < 40; ++failures) {
    const auto ceiling = std::min<milliseconds>(policy.base * (1 << std::min(failures, 10)), policy.cap);
    const auto wait = backoff(policy, failures, random);
    EXPECT_GE(wait, milliseconds(0));
    EXPECT_LE(wait, ceiling);
  }
}

TEST(RateLimit, LetsABurstOfOneSecondThroughAndThenKeepsThePace) {
  World world([](const Request&) { return answer(200); },
              [] {
                ClientOptions options;
                options.rate = 3;
                return options;
              }());
  std::vector<Request> requests(12);
  for (auto& request : requests) request.url = kUrl;
  const auto replies = world.client->send(std::move(requests), {});
  for (const auto& reply : replies) EXPECT_TRUE(reply);
  EXPECT_GE(world.clock.slept(), milliseconds(3000));
  EXPECT_LE(world.clock.slept(), milliseconds(3100));
  EXPECT_EQ(world.transport->batches.front(), 3u);
}

TEST(CircuitBreaker, OpensProbesOnceAndCloses) {
  bool alive = false;
  World world([&](const Request&) { return alive ? answer(200) : silence(false); });
  EXPECT_FALSE(world.send("GET", kUrl));
  EXPECT_FALSE(world.send("GET", kUrl));
  const auto before = world.transport->asked.size();
  EXPECT_EQ(before, 5u);
  const auto refused = world.send("GET", kUrl);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("not asking it again yet"));
  EXPECT_EQ(world.transport->asked.size(), before);

  world.clock.advance(seconds(61));
  EXPECT_FALSE(world.send("GET", kUrl));
  EXPECT_EQ(world.transport->asked.size(), before + 1);

  alive = true;
  world.clock.advance(seconds(61));
  EXPECT_TRUE(world.send("GET", kUrl));
  EXPECT_TRUE(world.send("GET", kUrl));
}

TEST(CircuitBreaker, ADeadServerIsNotAskedForEachRequestOfABatch) {
  World world([&](const Request&) { return silence(false); });
  std::vector<Request> requests(200);
  for (auto& request : requests) request.url = kUrl;
  const auto replies = world.client->send(std::move(requests), {});
  for (const auto& reply : replies) EXPECT_FALSE(reply);
  EXPECT_EQ(world.transport->asked.size(), 5u);
}

TEST(Redirect, StaysOnTheHostAndKeepsMethodBodyAndCredentials) {
  World world([](const Request& request) {
    if (request.url == "https://dav.example.org/.well-known/caldav") return answer(301, "", {{"Location", "/dav/"}});
    return answer(207, request.method);
  });
  const auto reply = world.send("PROPFIND", "https://dav.example.org/.well-known/caldav");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, "PROPFIND");
  EXPECT_THAT(world.transport->lines(), ElementsAre("PROPFIND /.well-known/caldav", "PROPFIND /dav/"));
}

TEST(Redirect, ToAnotherHostOrDownToPlainHttpIsRefused) {
  for (const auto* target : {"https://evil.example.org/", "http://dav.example.org/", "https://dav.example.org:8443/"}) {
    World world([&](const Request&) { return answer(302, "", {{"Location", target}}); });
    const auto reply = world.send("PROPFIND", "https://dav.example.org/");
    ASSERT_FALSE(reply) << target;
    EXPECT_EQ(reply.error().kind, ErrorKind::bad_reply);
    EXPECT_EQ(world.transport->asked.size(), 1u);
  }
}

TEST(Redirect, UpToHttpsIsFollowedAndALoopEnds) {
  World up([](const Request& request) {
    return request.url == "https://dav.example.org/x" ? answer(200)
                                                      : answer(308, "", {{"Location", "https://dav.example.org/x"}});
  });
  EXPECT_EQ(up.send("GET", "http://dav.example.org/x")->status, 200);
  World loop([](const Request& request) { return answer(302, "", {{"Location", request.url}}); });
  EXPECT_FALSE(loop.send("GET", kUrl));
  EXPECT_EQ(loop.transport->asked.size(), 6u);
}

TEST(Auth, SwitchesToDigestWhenThatIsAllTheServerOffers) {
  ClientOptions options;
  options.endpoint.auth = Auth{AuthScheme::basic, "alice", Secret("s3cret")};
  options.try_digest = true;
  World world(
      [](const Request& request) {
        const bool digest = request.endpoint->auth.scheme == AuthScheme::digest;
        return digest ? answer(200) : answer(401, "", {{"WWW-Authenticate", "Digest realm=\"x\", nonce=\"1\""}});
      },
      options);
  EXPECT_EQ(world.send("GET", kUrl)->status, 200);
  EXPECT_EQ(world.send("GET", kUrl)->status, 200);
  EXPECT_EQ(world.transport->asked.size(), 3u);
}

TEST(Log, NamesTheRequestAndNeverACredential) {
  ClientOptions options;
  options.endpoint.auth = Auth{AuthScheme::bearer, "", Secret("tok-123")};
  World world([](const Request&) { return answer(200); }, options);
  EXPECT_TRUE(world.send("GET", "https://dav.example.org/a?token=tok-123&x=1"));
  ASSERT_EQ(world.lines.size(), 1u);
  EXPECT_THAT(world.lines.front(), HasSubstr("club: GET https://dav.example.org/a?token=***&x=1 -> 200"));
  EXPECT_THAT(world.lines.front(), Not(HasSubstr("tok-123")));
}

TEST(Stop, EndsWaitingAndSending) {
  std::stop_source source;
  World world([&](const Request&) {
    source.request_stop();
    return answer(503);
  });
  Request request;
  request.url = kUrl;
  const auto reply = world.client->send(request, source.get_token());
  EXPECT_EQ(world.transport->asked.size(), 1u);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 503);
}

}  // namespace
}  // namespace http
}  // namespace v1
}  // namespace fasti
