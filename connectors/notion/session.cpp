#include "connectors/notion/session.hpp"

#include <algorithm>
#include <cctype>

#include "connectors/notion/cell.hpp"
#include "connectors/notion/errors.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {
namespace {

constexpr const char* kVersion = "2026-03-11";

http::ClientOptions with_notions_rules(http::ClientOptions client) {
  client.final_answer = is_final;
  return client;
}

}  // namespace

Session::Session(SessionOptions options, Services services, http::ClientOptions client)
    : options_(std::move(options)),
      clock_(services.clock),
      client_(services, with_notions_rules(std::move(client))),
      budget_(options_.budget, services.clock) {}

http::Reply Session::send(const Call& call, const std::stop_token& stop) {
  return std::move(send_all({call}, stop).front());
}

std::vector<http::Reply> Session::send_all(const std::vector<Call>& calls, const std::stop_token& stop) {
  std::vector<http::Request> requests;
  requests.reserve(calls.size());
  for (const Call& call : calls) {
    http::Url url = options_.url;
    const auto query = call.path.find('?');
    url.path += "v1/" + call.path.substr(0, query);
    if (query != std::string::npos) url.query = call.path.substr(query);
    http::Request request;
    request.method = call.method;
    request.url = url.text();
    request.headers = {{"Notion-Version", kVersion}};
    if (!call.body.empty()) request.headers.emplace_back("Content-Type", "application/json");
    request.body = call.body;
    request.safe = call.safe;
    requests.push_back(std::move(request));
  }
  std::vector<http::Reply> replies;
  replies.reserve(requests.size());
  for (std::size_t begin = 0; begin < requests.size();) {
    const std::size_t granted = budget_.take(requests.size() - begin, stop);
    if (granted == 0) break;
    const auto before = client_.requests();
    const auto first = std::make_move_iterator(requests.begin() + static_cast<std::ptrdiff_t>(begin));
    auto part = client_.send({first, first + static_cast<std::ptrdiff_t>(granted)}, stop);
    const auto sent = static_cast<std::size_t>(client_.requests() - before);
    if (sent > granted) budget_.spend(sent - granted);
    std::move(part.begin(), part.end(), std::back_inserter(replies));
    begin += granted;
  }
  while (replies.size() < calls.size()) {
    http::Reply stopped{Result<http::Response>(make_error(ErrorKind::cancelled, name(), "stopped"))};
    stopped.may_have_landed = false;
    replies.push_back(std::move(stopped));
  }
  return replies;
}

Result<std::string> Session::ask(const Call& call, const std::string& place, const std::stop_token& stop) {
  auto reply = send(call, stop);
  if (!reply) return std::move(reply).error();
  if (reply->status != 200) return answer_error(*reply, call.method, place, now());
  return std::move(reply->body);
}

Result<const UserIds*> Session::users(const std::stop_token& stop) {
  if (users_) return &*users_;
  UserIds found;
  std::string next;
  do {
    Call call;
    call.path = "users?page_size=100" + (next.empty() ? "" : "&start_cursor=" + next);
    FASTI_TRY(const auto body, ask(call, place("users"), stop));
    FASTI_TRY(const auto page, parse_users(body));
    for (const User& user : page.users) {
      std::string mail = user.email;
      std::transform(mail.begin(), mail.end(), mail.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      if (!mail.empty()) found.emplace(std::move(mail), user.id);
    }
    if (!page.next.empty() && page.next == next)
      return make_error(ErrorKind::bad_reply, place("users"), "pages that do not move on");
    next = page.next;
  } while (!next.empty());
  users_ = std::move(found);
  return &*users_;
}

}  // namespace notion
}  // namespace v1
}  // namespace fasti
