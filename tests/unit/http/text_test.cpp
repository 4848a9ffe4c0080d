#include <gmock/gmock.h>

#include "connectors/http/redact.hpp"
#include "connectors/http/status.hpp"
#include "connectors/http/url.hpp"

namespace fasti {
inline namespace v1 {
namespace http {
namespace {

TEST(Redact, UrlsLoseUserinfoAndSecretParameters) {
  EXPECT_EQ(redact_url("https://alice:pw@dav.example.org/x"), "https://***@dav.example.org/x");
  EXPECT_EQ(redact_url("https://a/x?access_token=abc&page=2#f"), "https://a/x?access_token=***&page=2#f");
  EXPECT_EQ(redact_url("https://a/x@y?page=2"), "https://a/x@y?page=2");
  EXPECT_EQ(redact_url("https://a/x?key=1&code=2&sig=3"), "https://a/x?key=***&code=***&sig=***");
}

TEST(Redact, HeadersThatCarryCredentials) {
  for (const auto* name : {"Authorization", "proxy-authorization", "Cookie", "Set-Cookie", "X-Api_Key", "X-Auth-Token"})
    EXPECT_EQ(redact_header(name, "Basic YWxpY2U6cHc="), "***") << name;
  EXPECT_EQ(redact_header("ETag", "\"1\""), "\"1\"");
}

TEST(Redact, FreeText) {
  EXPECT_EQ(redact_text("sent Authorization: Bearer abc.def to https://u:p@h/"),
            "sent Authorization: Bearer *** to https://***@h/");
  EXPECT_EQ(redact_text("{\"password\": \"hunter2\", \"n\": 1}"), "{\"password\": \"***\", \"n\": 1}");
  EXPECT_EQ(redact_text("token=abc&x=1"), "token=***&x=1");
  EXPECT_EQ(redact_text("Could not connect: port 80"), "Could not connect: port 80");
}

TEST(Url, PartsAndDefaults) {
  const auto url = parse_url("HTTPS://Dav.Example.org:443/a%20b/?q=1#f");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->text(), "https://dav.example.org/a%20b/?q=1");
  EXPECT_EQ(parse_url("http://[::1]:5232")->text(), "http://[::1]:5232/");
}

TEST(Url, RefusesWhatIsNotOne) {
  for (const auto* bad : {"dav.example.org", "ftp://x/", "https://", "https://a b/", "https://h:99999/", "https://h:x/",
                          "https://alice:pw@h/"}) {
    const auto url = parse_url(bad);
    ASSERT_FALSE(url) << bad;
    EXPECT_EQ(url.error().kind, ErrorKind::bad_config);
    EXPECT_EQ(url.error().message.find("pw@"), std::string::npos);
  }
}

TEST(Url, ResolvesReferences) {
  const auto base = *parse_url("https://h/a/b?q");
  EXPECT_EQ(resolve(base, "c")->text(), "https://h/a/c");
  EXPECT_EQ(resolve(base, "../c/./d")->text(), "https://h/c/d");
  EXPECT_EQ(resolve(base, "/c?x#f")->text(), "https://h/c?x");
  EXPECT_EQ(resolve(base, "//g/c")->text(), "https://g/c");
  EXPECT_EQ(resolve(base, "http://g/c")->text(), "http://g/c");
  EXPECT_EQ(resolve(base, "")->text(), "https://h/a/b?q");
  EXPECT_EQ(resolve(base, "../../../x")->text(), "https://h/x");
}

TEST(Url, PercentCodingIsReversible) {
  const std::string odd = "a b@c+d;e:f%g{h}\xc3\xa4/i.ics";
  EXPECT_EQ(percent_decode(percent_encode_path(odd)), odd);
  EXPECT_EQ(percent_decode("a%20b@c%2Bd"), percent_decode("a%20b%40c%2bd"));
  EXPECT_EQ(percent_decode("100%"), "100%");
  EXPECT_EQ(percent_decode("%zz"), "%zz");
}

TEST(Status, OneTable) {
  const std::vector<std::pair<int, ErrorKind>> table = {
      {400, ErrorKind::rejected},     {401, ErrorKind::unauthenticated},
      {403, ErrorKind::forbidden},    {404, ErrorKind::not_found},
      {405, ErrorKind::unsupported},  {409, ErrorKind::precondition_failed},
      {410, ErrorKind::not_found},    {412, ErrorKind::precondition_failed},
      {413, ErrorKind::rejected},     {415, ErrorKind::rejected},
      {418, ErrorKind::rejected},     {422, ErrorKind::rejected},
      {429, ErrorKind::rate_limited}, {500, ErrorKind::transient},
      {503, ErrorKind::transient},    {507, ErrorKind::transient},
      {529, ErrorKind::rate_limited}, {599, ErrorKind::transient},
      {204, ErrorKind::bad_reply},    {304, ErrorKind::bad_reply}};
  for (const auto& [status, kind] : table) EXPECT_EQ(kind_of_status(status), kind) << status;
}

TEST(Status, UnavailableWithRetryAfterIsALimit) {
  Response response;
  response.status = 503;
  response.headers = {{"Retry-After", "120"}};
  const auto error = status_error(response, "PUT", Instant{});
  EXPECT_EQ(error.kind, ErrorKind::rate_limited);
  EXPECT_EQ(error.retry_after, std::chrono::seconds(120));
  EXPECT_EQ(error.message, "PUT: 503 Service Unavailable");
}

}  // namespace
}  // namespace http
}  // namespace v1
}  // namespace fasti
