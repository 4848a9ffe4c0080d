#include "connectors/auth/sign_in.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "engine/base/hash.hpp"
#include "tests/unit/auth/auth_world.hpp"

namespace fasti {
inline namespace v1 {
namespace auth {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using Parameters = std::vector<std::pair<std::string, std::string>>;

/// A browser whose person always answers the same; `{state}` is the one of the address.
class Browser final : public RedirectReceiver {
 public:
  explicit Browser(Parameters answer) : answer_(std::move(answer)) {}
  int port() const override { return 4711; }
  Result<Parameters> wait(std::stop_token) override {
    const Fields address = fields_of(shown.substr(shown.find('?') + 1));
    for (auto& [name, value] : answer_) {
      if (value == "{state}") value = address.at("state");
    }
    return answer_;
  }
  std::string shown;

 private:
  Parameters answer_;
};

SignIn desktop() {
  SignIn what;
  what.connection = "club";
  what.authorize_url = "https://accounts.example/auth";
  what.token_url = "https://accounts.example/token";
  what.device_url = "https://accounts.example/device";
  what.client_id = "cid";
  what.scope = "calendar offline_access";
  return what;
}

struct Desk : AuthWorld {
  http::Client client{services(), {}};
  Result<TokenReply> browse(Browser& browser) {
    return sign_in_by_browser(desktop(), client, browser, [&](const std::string& text) { browser.shown = text; }, {});
  }
};

TEST(Browser, TheCodeIsExchangedWithTheVerifierOfItsChallenge) {
  Desk desk;
  desk.answer = [](const Fields&) { return token_reply("a", {{"refresh_token", "r"}}); };
  Browser browser({{"code", "4/x"}, {"state", "{state}"}});
  const auto reply = desk.browse(browser);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->refresh.reveal(), "r");
  const Fields address = fields_of(browser.shown.substr(browser.shown.find('?') + 1));
  EXPECT_EQ(address.at("redirect_uri"), "http://127.0.0.1:4711");
  EXPECT_EQ(address.at("code_challenge_method"), "S256");
  EXPECT_EQ(desk.forms[0].at("code"), "4/x");
  EXPECT_EQ(desk.forms[0].at("redirect_uri"), address.at("redirect_uri"));
  EXPECT_EQ(base64url(sha256_bytes(desk.forms[0].at("code_verifier"))), address.at("code_challenge"));
  EXPECT_EQ(desk.forms[0].count("client_secret"), 0u);
}

TEST(Browser, AnAnswerToAnotherSignInIsNotExchanged) {
  Desk desk;
  Browser browser({{"code", "4/x"}, {"state", "somebody else's"}});
  EXPECT_EQ(desk.browse(browser).error().kind, ErrorKind::unauthenticated);
  EXPECT_TRUE(desk.forms.empty());
}

TEST(Browser, ARefusalSaysWhy) {
  Desk desk;
  Browser browser({{"error", "access_denied"}, {"state", "{state}"}});
  EXPECT_THAT(desk.browse(browser).error().message, HasSubstr("access_denied"));
}

struct Device : Desk {
  std::string shown;
  Result<TokenReply> wait() {
    return sign_in_by_device(desktop(), client, clock, [&](const std::string& text) { shown = text; }, {});
  }
  static http::Reply code() {
    return support::answer(200, nlohmann::json{{"device_code", "dc"},
                                               {"user_code", "ABCD"},
                                               {"verification_uri", "https://accounts.example/link"},
                                               {"expires_in", 60},
                                               {"interval", 5}}
                                    .dump());
  }
};

TEST(DeviceCode, IsAskedForUntilThePersonHasTypedItAndSlowerWhenTold) {
  Device device;
  int polls = 0;
  device.answer = [&](const Fields& form) {
    if (!form.count("device_code")) return Device::code();
    ++polls;
    if (polls == 1) return oauth_error(400, "authorization_pending", "later");
    if (polls == 2) return oauth_error(400, "slow_down", "slower");
    return token_reply("a", {{"refresh_token", "r"}});
  };
  EXPECT_EQ(device.wait()->refresh.reveal(), "r");
  EXPECT_THAT(device.shown, HasSubstr("https://accounts.example/link"));
  EXPECT_THAT(device.shown, HasSubstr("ABCD"));
  EXPECT_EQ(device.clock.slept(), seconds(5 + 5 + 10));
}

TEST(DeviceCode, EndsWhenItIsDeclinedOrNobodyTypesIt) {
  Device device;
  device.answer = [](const Fields& form) {
    return form.count("device_code") ? oauth_error(400, "authorization_declined", "no") : Device::code();
  };
  EXPECT_EQ(device.wait().error().kind, ErrorKind::unauthenticated);
  device.answer = [](const Fields& form) {
    return form.count("device_code") ? oauth_error(400, "authorization_pending", "later") : Device::code();
  };
  EXPECT_THAT(device.wait().error().hint, HasSubstr("fasti connect club"));
}

TEST(Scopes, WhatAPersonUntickedIsNamed) {
  EXPECT_THAT(missing_scopes("a b", std::string("b c")), ElementsAre("a"));
  EXPECT_TRUE(missing_scopes("a b", std::nullopt).empty());
  EXPECT_TRUE(missing_scopes("offline_access Calendars.ReadWrite",
                             std::string("https://graph.microsoft.com/calendars.readwrite"))
                  .empty());
}

TEST(SignIn, KeepsTheRefreshTokenAndNothingElse) {
  AuthWorld world;
  world.answer = [](const Fields& form) {
    return form.count("device_code") ? token_reply("a", {{"refresh_token", "r"}, {"scope", "calendar"}})
                                     : Device::code();
  };
  const auto table = support::table({{"client_id", "cid"}});
  SignInPrompt prompt;
  prompt.device = true;
  prompt.show = [](const std::string&) {};
  ASSERT_TRUE(sign_in(desktop(), table, world.services(), prompt));
  EXPECT_EQ(*table.kept, (std::map<std::string, std::string>{{"refresh_token", "r"}}));
}

std::string browse(int port, const std::string& target) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string read;
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    const std::string text = "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    (void)!::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    char buffer[1024];
    for (ssize_t size = 0; (size = ::recv(fd, buffer, sizeof buffer, 0)) > 0;)
      read.append(buffer, static_cast<std::size_t>(size));
  }
  ::close(fd);
  return read;
}

TEST(LoopbackReceiver, TakesTheAnswerAndNotTheFavicon) {
  const auto receiver = listen_on_loopback().value();
  std::string favicon;
  std::string page;
  std::thread browser([&] {
    favicon = browse(receiver->port(), "/favicon.ico");
    page = browse(receiver->port(), "/?code=4%2Fx&state=a+b");
  });
  const auto answer = receiver->wait({});
  browser.join();
  ASSERT_TRUE(answer);
  EXPECT_THAT(*answer, ElementsAre(std::pair<std::string, std::string>("code", "4/x"),
                                   std::pair<std::string, std::string>("state", "a b")));
  EXPECT_THAT(favicon, HasSubstr("404"));
  EXPECT_THAT(page, HasSubstr("You can close this page"));
}

TEST(LoopbackReceiver, AStopEndsTheWait) {
  const auto receiver = listen_on_loopback().value();
  std::stop_source stop;
  std::thread person([&] { stop.request_stop(); });
  EXPECT_EQ(receiver->wait(stop.get_token()).error().kind, ErrorKind::cancelled);
  person.join();
}

}  // namespace
}  // namespace auth
}  // namespace v1
}  // namespace fasti
