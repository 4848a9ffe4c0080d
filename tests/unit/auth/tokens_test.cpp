#include "connectors/auth/tokens.hpp"

#include <gmock/gmock.h>

#include "tests/unit/auth/auth_world.hpp"
#include "tests/unit/auth/keys.hpp"

namespace fasti {
inline namespace v1 {
namespace auth {
namespace {

using std::chrono::seconds;
using support::TableSettings;
using testing::Contains;
using testing::HasSubstr;

const TestKey& key() {
  static const TestKey one;
  return one;
}

std::string key_file() {
  return nlohmann::json{{"type", "service_account"},
                        {"client_email", "sync@league.iam.gserviceaccount.com"},
                        {"private_key_id", "kid1"},
                        {"private_key", key().private_pem()},
                        {"token_uri", "https://oauth2.googleapis.com/token"}}
      .dump();
}

TableSettings refreshing(const std::string& refresh = "1//old") {
  return support::table({{"client_id", "cid"}, {"client_secret", "shh"}, {"refresh_token", refresh}});
}

TEST(ServiceAccount, SignsItsClaimsAndKeepsTheTokenUntilShortlyBeforeItExpires) {
  AuthWorld world;
  int count = 0;
  world.answer = [&](const Fields&) { return token_reply("ya29." + std::to_string(++count)); };
  const auto table = support::table({{"service_account", key_file()}, {"subject", "alice@league.example"}});
  const auto tokens = google_tokens(table, world.services(), "scope-a scope-b").value();
  EXPECT_EQ(tokens->token({}, {})->reveal(), "ya29.1");
  world.clock.advance(seconds(3500));
  EXPECT_EQ(tokens->token({}, {})->reveal(), "ya29.1");
  world.clock.advance(seconds(60));
  EXPECT_EQ(tokens->token({}, {})->reveal(), "ya29.2");

  EXPECT_EQ(world.forms[0].at("grant_type"), "urn:ietf:params:oauth:grant-type:jwt-bearer");
  const std::string jwt = world.forms[0].at("assertion");
  EXPECT_EQ(part_of(jwt, 0), (nlohmann::json{{"alg", "RS256"}, {"typ", "JWT"}, {"kid", "kid1"}}));
  const auto claims = part_of(jwt, 1);
  EXPECT_EQ(claims["iss"], "sync@league.iam.gserviceaccount.com");
  EXPECT_EQ(claims["sub"], "alice@league.example");
  EXPECT_EQ(claims["scope"], "scope-a scope-b");
  EXPECT_EQ(claims["aud"], "https://oauth2.googleapis.com/token");
  EXPECT_EQ(claims["exp"].get<int>() - claims["iat"].get<int>(), 3600);
  EXPECT_TRUE(key().signed_by(jwt, false));
  EXPECT_FALSE(TestKey().signed_by(jwt, false));
}

TEST(ServiceAccount, SaysWhatTheAdministratorHasToDo) {
  AuthWorld world;
  world.answer = [](const Fields&) { return oauth_error(401, "unauthorized_client", "Client is unauthorized …"); };
  const auto table = support::table({{"service_account", key_file()}});
  const auto token = google_tokens(table, world.services(), "s").value()->token({}, {});
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().kind, ErrorKind::unauthenticated);
  EXPECT_THAT(token.error().hint, HasSubstr("domain-wide delegation"));
}

TEST(ServiceAccount, AKeyFileThatIsNoneNamesTheKey) {
  AuthWorld world;
  for (const char* text : {"", "{}", "{\"type\":\"authorized_user\"}", "[1"}) {
    const auto tokens = google_tokens(support::table({{"service_account", text}}), world.services(), "s");
    ASSERT_FALSE(tokens);
    EXPECT_EQ(tokens.error().place, "fasti.toml:service_account");
    EXPECT_EQ(tokens.error().kind, ErrorKind::bad_config);
  }
}

TEST(Refresh, ARefusedTokenIsFetchedAnewOnce) {
  AuthWorld world;
  int count = 0;
  world.answer = [&](const Fields&) { return token_reply("t" + std::to_string(++count)); };
  const auto tokens = google_tokens(refreshing(), world.services(), "s").value();
  EXPECT_EQ(tokens->token({}, {})->reveal(), "t1");
  EXPECT_EQ(tokens->token(Secret("t1"), {})->reveal(), "t2");
  EXPECT_EQ(tokens->token(Secret("t1"), {})->reveal(), "t2");
  EXPECT_EQ(count, 2);
  EXPECT_EQ(world.forms[0], (Fields{{"grant_type", "refresh_token"},
                                    {"refresh_token", "1//old"},
                                    {"client_id", "cid"},
                                    {"client_secret", "shh"}}));
}

TEST(Refresh, AReplacedRefreshTokenIsKeptAndUsedFromThenOn) {
  AuthWorld world;
  world.answer = [&](const Fields& form) {
    return token_reply("for " + form.at("refresh_token"), {{"refresh_token", form.at("refresh_token") + "+"}});
  };
  const auto table = refreshing("r");
  const auto tokens = microsoft_tokens(table, world.services(), "Calendars.ReadWrite").value();
  EXPECT_EQ(tokens->token({}, {})->reveal(), "for r");
  EXPECT_EQ(table.kept->at("refresh_token"), "r+");
  world.clock.advance(seconds(4000));
  EXPECT_EQ(tokens->token({}, {})->reveal(), "for r+");
  EXPECT_EQ(table.kept->at("refresh_token"), "r++");
  EXPECT_EQ(world.urls[0], "https://login.microsoftonline.com/common/oauth2/v2.0/token");
  for (const auto& line : world.lines) EXPECT_THAT(line, testing::Not(HasSubstr("r+")));
}

TEST(Refresh, ADeadRefreshTokenAsksForSigningInAgain) {
  AuthWorld world;
  world.answer = [](const Fields&) { return oauth_error(400, "invalid_grant", "Token has been expired or revoked."); };
  const auto token = google_tokens(refreshing(), world.services(), "s").value()->token({}, {});
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().kind, ErrorKind::unauthenticated);
  EXPECT_THAT(token.error().text(), HasSubstr("fasti connect club"));
  EXPECT_THAT(token.error().text(), testing::Not(HasSubstr("1//old")));
}

TEST(Refresh, AnEndpointThatStumblesIsAskedThreeTimesAndNotBlamedOnThePerson) {
  AuthWorld world;
  world.answer = [](const Fields&) { return support::answer(500, "<html>"); };
  const auto tokens = google_tokens(refreshing(), world.services(), "s").value();
  EXPECT_EQ(tokens->token({}, {}).error().kind, ErrorKind::transient);
  EXPECT_EQ(world.forms.size(), 3u);
  world.answer = [](const Fields&) { return support::answer(200, "<html>"); };
  EXPECT_EQ(tokens->token({}, {}).error().kind, ErrorKind::bad_reply);
}

TEST(Refresh, NotSignedInYetNamesTheCommand) {
  AuthWorld world;
  const auto google = google_tokens(support::table({{"client_id", "cid"}}), world.services(), "s");
  EXPECT_EQ(google.error().hint, "fasti connect club");
  const auto microsoft = microsoft_tokens(support::table({{"client_id", "cid"}}), world.services(), "s");
  EXPECT_EQ(microsoft.error().hint, "fasti connect club");
}

TEST(Refresh, CredentialsNeverGoOverPlainHttpToAnotherMachine) {
  AuthWorld world;
  auto keys = std::map<std::string, std::string>{
      {"client_id", "cid"}, {"refresh_token", "r"}, {"token_url", "http://tokens.example.org/token"}};
  EXPECT_EQ(google_tokens(support::table(keys), world.services(), "s").error().kind, ErrorKind::bad_config);
  keys["token_url"] = "http://127.0.0.1:9/token";
  EXPECT_TRUE(google_tokens(support::table(keys), world.services(), "s"));
}

TEST(App, TheSecretGoesToItsOwnTenant) {
  AuthWorld world;
  world.answer = [](const Fields&) { return token_reply("app"); };
  const auto table = support::table({{"tenant", "contoso.example"}, {"client_id", "cid"}, {"client_secret", "a+b/c="}});
  EXPECT_EQ(microsoft_tokens(table, world.services(), "x").value()->token({}, {})->reveal(), "app");
  EXPECT_EQ(world.urls[0], "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token");
  EXPECT_EQ(world.forms[0], (Fields{{"grant_type", "client_credentials"},
                                    {"client_id", "cid"},
                                    {"client_secret", "a+b/c="},
                                    {"scope", "https://graph.microsoft.com/.default"}}));
}

TEST(App, TheCertificateProvesItByPs256) {
  AuthWorld world;
  world.answer = [](const Fields&) { return token_reply("app"); };
  const std::string pem = key().private_pem() + key().certificate_pem();
  const auto table = support::table({{"tenant", "contoso.example"}, {"client_id", "cid"}, {"certificate", pem}});
  ASSERT_TRUE(microsoft_tokens(table, world.services(), "x").value()->token({}, {}));
  const std::string jwt = world.forms[0].at("client_assertion");
  const auto header = part_of(jwt, 0);
  EXPECT_EQ(header["alg"], "PS256");
  EXPECT_EQ(from_base64(header["x5t#S256"].get<std::string>())->size(), 32u);
  EXPECT_EQ(part_of(jwt, 1)["aud"], world.urls[0]);
  EXPECT_TRUE(key().signed_by(jwt, true));
}

TEST(App, ManyTenantsOrNoCertificateAreRefused) {
  AuthWorld world;
  const auto many = support::table({{"tenant", "common"}, {"client_id", "cid"}, {"client_secret", "x"}});
  EXPECT_EQ(microsoft_tokens(many, world.services(), "x").error().place, "fasti.toml:tenant");
  const auto bare = support::table({{"tenant", "t"}, {"client_id", "cid"}, {"certificate", key().private_pem()}});
  EXPECT_EQ(microsoft_tokens(bare, world.services(), "x").error().place, "fasti.toml:certificate");
}

TEST(FixedToken, IsNeverRefreshed) {
  AuthWorld world;
  const auto tokens = google_tokens(support::table({{"token", "abc"}}), world.services(), "s").value();
  EXPECT_EQ(tokens->token({}, {})->reveal(), "abc");
  EXPECT_EQ(tokens->token(Secret("abc"), {}).error().kind, ErrorKind::unauthenticated);
  EXPECT_TRUE(world.forms.empty());
}

TEST(Base64, TheVectorsOfRfc4648) {
  const std::vector<std::pair<std::string, std::string>> vectors{
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},      {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"\xfb\xff", "-_8"}};
  for (const auto& [plain, coded] : vectors) {
    EXPECT_EQ(base64url(plain), coded);
    EXPECT_EQ(from_base64(coded), plain);
  }
  EXPECT_EQ(from_base64("Zm9v YmFy"), std::nullopt);
  EXPECT_EQ(from_base64("Zm9vY"), std::nullopt);
}

}  // namespace
}  // namespace auth
}  // namespace v1
}  // namespace fasti
