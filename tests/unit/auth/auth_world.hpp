#pragma once
// A token endpoint that a test writes: the forms it was sent, and the answers it gives.
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "connectors/auth/base64.hpp"
#include "connectors/auth/tokens.hpp"
#include "connectors/http/url.hpp"
#include "tests/support/clock.hpp"
#include "tests/support/scripted_transport.hpp"
#include "tests/support/table_settings.hpp"

namespace fasti {
inline namespace v1 {
namespace auth {

using Fields = std::map<std::string, std::string>;

inline Fields fields_of(const std::string& form) {
  Fields out;
  for (std::size_t begin = 0; begin < form.size();) {
    const auto end = std::min(form.find('&', begin), form.size());
    const auto equals = form.find('=', begin);
    out[form.substr(begin, equals - begin)] = http::percent_decode(form.substr(equals + 1, end - equals - 1));
    begin = end + 1;
  }
  return out;
}

struct AuthWorld {
  support::VirtualClock clock;
  support::SeededRandom random{5};
  std::vector<std::string> lines;
  std::vector<std::string> urls;
  std::vector<Fields> forms;
  std::function<http::Reply(const Fields&)> answer;
  std::shared_ptr<support::ScriptedTransport> transport =
      std::make_shared<support::ScriptedTransport>([this](const http::Request& request) {
        urls.push_back(request.url);
        forms.push_back(fields_of(request.body));
        return answer(forms.back());
      });

  Services services() {
    return {system_files(), clock, random, transport,
            [this](LogLevel, const std::string& line) { lines.push_back(line); }};
  }
};

/// The n-th access token, good for an hour.
inline http::Reply token_reply(const std::string& access, const nlohmann::json& more = nlohmann::json::object()) {
  nlohmann::json body{{"access_token", access}, {"expires_in", 3599}, {"token_type", "Bearer"}};
  body.update(more);
  return support::answer(200, body.dump(), {{"Content-Type", "application/json"}});
}

inline http::Reply oauth_error(int status, const std::string& code, const std::string& description) {
  return support::answer(status, nlohmann::json{{"error", code}, {"error_description", description}}.dump());
}

inline nlohmann::json part_of(const std::string& jwt, int index) {
  std::string rest = jwt;
  for (; index > 0; --index) rest = rest.substr(rest.find('.') + 1);
  return nlohmann::json::parse(from_base64(rest.substr(0, rest.find('.'))).value());
}

}  // namespace auth
}  // namespace v1
}  // namespace fasti
