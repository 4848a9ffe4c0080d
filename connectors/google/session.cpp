#include "connectors/google/session.hpp"

#include <algorithm>

#include "connectors/google/batch.hpp"
#include "connectors/google/errors.hpp"
#include "connectors/google/json.hpp"
#include "connectors/http/retry.hpp"
#include "connectors/http/url.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace google {
namespace {

constexpr std::size_t kBodyMax = 256u << 20;

/// A part that has done nothing, or that may be repeated: it is sent again by itself, with the client's patience.
bool try_alone(const http::Request& request, const std::optional<http::Response>& answer) {
  if (!answer) return request.method == "GET";
  if (answer->status == 401 || answer->status == 429 || asks_for_patience(*answer)) return true;
  if (answer->status == 409 && read_refusal(*answer).reason == "conflict") return true;
  return answer->status >= 500 && http::may_repeat(request);
}

http::Reply no_part(const std::string& name) {
  return http::Reply{Result<http::Response>(
      make_error(ErrorKind::transient, name, "in doubt: the answer to a batch says nothing about this request"))};
}

}  // namespace

std::string encode_segment(const std::string& text) {
  std::string out;
  for (const char c : http::percent_encode_path(text)) out += c == '/' ? std::string("%2F") : std::string(1, c);
  return out;
}

Session::Session(Settings settings, std::unique_ptr<http::Client> client)
    : settings_(std::move(settings)), client_(std::move(client)) {}

std::string Session::place(const std::string& collection, const std::string& id) const {
  return client_->name() + ": " + collection + (id.empty() ? "" : "/" + id);
}

http::Request Session::request(const std::string& method, const std::string& path, Query query,
                               std::string body) const {
  query.emplace_back("prettyPrint", "false");
  if (!settings_.quota_user.empty()) query.emplace_back("quotaUser", settings_.quota_user);
  http::Url url = settings_.url;
  url.path += "calendar/v3/" + path;
  for (const auto& [name, value] : query)
    url.query += (url.query.empty() ? "?" : "&") + name + "=" + encode_segment(value);
  http::Request out;
  out.method = method;
  out.url = url.text();
  out.max_body = kBodyMax;
  if (!body.empty()) out.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
  out.body = std::move(body);
  return out;
}

http::Request Session::event_request(const std::string& method, const std::string& collection, const std::string& id,
                                     Query query, std::string body) const {
  const std::string path =
      "calendars/" + encode_segment(collection) + "/events" + (id.empty() ? "" : "/" + encode_segment(id));
  return request(method, path, std::move(query), std::move(body));
}

http::Request Session::occurrence_request(const std::string& collection, const std::string& master,
                                          const std::string& start, const std::string& page) const {
  Query query{{"originalStart", start}, {"showDeleted", "true"}};
  if (!page.empty()) query.emplace_back("pageToken", page);
  return request("GET", "calendars/" + encode_segment(collection) + "/events/" + encode_segment(master) + "/instances",
                 std::move(query));
}

http::Request Session::series_request(const std::string& collection, const std::string& uid,
                                      const std::string& page) const {
  Query query{{"iCalUID", uid}, {"showDeleted", "true"}, {"maxResults", "2500"}};
  if (!page.empty()) query.emplace_back("pageToken", page);
  return event_request("GET", collection, "", std::move(query));
}

std::vector<http::Reply> Session::send(std::vector<http::Request> requests, const std::stop_token& stop) {
  if (requests.size() <= 1) return client_->send(std::move(requests), stop);
  std::vector<http::Reply> replies(requests.size(), no_part(client_->name()));
  for (std::size_t from = 0; from < requests.size(); from += kBatchMax)
    send_batch(requests, from, std::min(kBatchMax, requests.size() - from), replies, stop);
  return replies;
}

void Session::send_batch(std::vector<http::Request>& requests, std::size_t from, std::size_t count,
                         std::vector<http::Reply>& replies, const std::stop_token& stop) {
  const auto begin = requests.begin() + static_cast<std::ptrdiff_t>(from);
  const std::vector<http::Request> parts(begin, begin + static_cast<std::ptrdiff_t>(count));
  http::Url url = settings_.url;
  url.path += "batch/calendar/v3";
  http::Request batch = make_batch(url.text(), parts);
  batch.max_body = kBodyMax;
  const auto answer = client_->send(std::move(batch), stop);
  if (!answer || answer->status != 200) {
    for (std::size_t i = 0; i < count; ++i) replies[from + i] = answer;
    return;
  }
  auto answers = read_batch(*answer, count);
  std::vector<std::size_t> alone;
  std::vector<http::Request> again;
  for (std::size_t i = 0; i < count; ++i) {
    if (try_alone(parts[i], answers[i])) {
      alone.push_back(from + i);
      again.push_back(parts[i]);
    } else if (answers[i]) {
      answers[i]->in_doubt = answer->in_doubt;
      replies[from + i] = http::Reply{Result<http::Response>(std::move(*answers[i]))};
    }
  }
  auto singles = client_->send(std::move(again), stop);
  for (std::size_t i = 0; i < alone.size(); ++i) replies[alone[i]] = std::move(singles[i]);
}

void Session::remember_zone(const std::string& collection, const std::string& zone) {
  if (!zone.empty()) zones_[collection] = zone;
}

Result<std::string> Session::zone_of(const std::string& collection, const std::stop_token& stop) {
  if (const auto known = zones_.find(collection); known != zones_.end()) return known->second;
  auto reply = client_->send(request("GET", "calendars/" + encode_segment(collection), {}), stop);
  if (!reply) return std::move(reply).error();
  const auto json = reply->status == 200 ? parse_json(reply->body) : Result<Json>(Error{});
  if (!json) return answer_error(*reply, "GET", place(collection), now());
  return zones_[collection] = json->text("timeZone");
}

}  // namespace google
}  // namespace v1
}  // namespace fasti
