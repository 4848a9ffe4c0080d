#include "connectors/outlook/session.hpp"

#include <algorithm>
#include <numeric>

#include "connectors/http/status.hpp"
#include "connectors/outlook/errors.hpp"
#include "connectors/outlook/json.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {
namespace {

constexpr std::size_t kBatch = 20;
constexpr int kTries = 5;
constexpr std::chrono::seconds kWaitMax{120};

/// Everything that an object is made of; cancelledOccurrences come only when they are named.
constexpr const char* kSelect =
    "id,changeKey,type,seriesMasterId,iCalUId,subject,body,location,showAs,sensitivity,importance,responseStatus,"
    "isAllDay,isCancelled,isOrganizer,isOnlineMeeting,onlineMeeting,start,end,originalStartTimeZone,originalStart,"
    "categories,attendees,organizer,isReminderOn,reminderMinutesBeforeStart,recurrence,lastModifiedDateTime,"
    "cancelledOccurrences";

bool may_come_later(int status) {
  return status == 429 || status == 424 || status == 502 || status == 503 || status == 504;
}

}  // namespace

std::string encode_segment(const std::string& text) {
  std::string out;
  for (const char c : http::percent_encode_path(text)) out += c == '/' ? "%2F" : std::string(1, c);
  return out;
}

struct Session::Round {
  std::vector<http::Reply> replies;
  std::vector<bool> in_doubt;
  std::vector<std::size_t> again;
  std::chrono::seconds wait{0};
};

Session::Session(SessionOptions options, Services services, http::ClientOptions client)
    : options_(std::move(options)), services_(services), client_(std::move(services), std::move(client)) {}

std::string Session::calendars_path() const {
  return (options_.user.empty() ? "/me" : "/users/" + encode_segment(options_.user)) + "/calendars";
}
std::string Session::calendar_path(const std::string& calendar) const {
  return calendars_path() + "/" + encode_segment(calendar);
}
std::string Session::event_path(const std::string& calendar, const std::string& id) const {
  return calendar_path(calendar) + "/events/" + encode_segment(id);
}

Call Session::get_event(const std::string& calendar, const std::string& id) const {
  Call call;
  call.path = event_path(calendar, id) + "?$select=" + kSelect +
              "&$expand=exceptionOccurrences,singleValueExtendedProperties($filter=id%20eq%20'" +
              encode_segment(kMarkerProperty) + "')";
  return call;
}

http::Headers Session::preferences(const Call& call) const {
  // Not kept in the links that Graph gives: sent every time.
  http::Headers headers = {{"Prefer", std::string("IdType=\"ImmutableId\", outlook.timezone=\"UTC\", "
                                                  "outlook.body-content-type=\"") +
                                          (call.html ? "html" : "text") +
                                          "\", odata.maxpagesize=" + std::to_string(options_.page)}};
  if (!call.body.empty()) headers.emplace_back("Content-Type", "application/json");
  headers.insert(headers.end(), call.headers.begin(), call.headers.end());
  return headers;
}

http::Request Session::request_of(const Call& call) const {
  http::Request request;
  request.method = call.method;
  request.url = options_.url.text() + call.path.substr(1);
  request.headers = preferences(call);
  request.body = call.body;
  return request;
}

http::Reply Session::send(const Call& call, const std::stop_token& stop) {
  return std::move(send_all({call}, stop).front());
}

http::Reply Session::follow(const std::string& link, const std::stop_token& stop) {
  const auto url = http::parse_url(link);
  if (!url || !url->same_origin(options_.url))
    return http::Reply{make_error(ErrorKind::bad_reply, name(), "a link to another host, which is not followed")};
  http::Request request;
  request.url = link;
  request.headers = preferences({});
  return client_.send(std::move(request), stop);
}

std::vector<http::Reply> Session::send_all(const std::vector<Call>& calls, const std::stop_token& stop) {
  Round round;
  round.replies.assign(calls.size(), http::Reply{make_error(ErrorKind::cancelled, name(), "stopped")});
  round.in_doubt.assign(calls.size(), false);
  std::vector<std::size_t> pending(calls.size());
  std::iota(pending.begin(), pending.end(), std::size_t{0});
  for (int attempt = 0; !pending.empty() && attempt < kTries && !stop.stop_requested(); ++attempt) {
    if (round.wait.count() > 0) services_.clock.sleep(round.wait, stop);
    round.wait = std::chrono::seconds{0};
    round.again.clear();
    for (std::size_t from = 0; from < pending.size(); from += kBatch) {
      const auto begin = pending.begin() + static_cast<std::ptrdiff_t>(from);
      const auto end = begin + static_cast<std::ptrdiff_t>(std::min(kBatch, pending.size() - from));
      send_chunk(calls, {begin, end}, round, stop);
    }
    if (round.wait > kWaitMax) break;
    pending = round.again;
  }
  for (std::size_t i = 0; i < calls.size(); ++i)
    if (round.replies[i] && round.in_doubt[i]) round.replies[i]->in_doubt = true;
  return std::move(round.replies);
}

void Session::send_chunk(const std::vector<Call>& calls, const std::vector<std::size_t>& chunk, Round& round,
                         const std::stop_token& stop) {
  http::Request request;
  const bool alone = chunk.size() == 1;
  if (alone) {
    request = request_of(calls[chunk.front()]);
  } else {
    std::vector<BatchItem> items;
    for (const std::size_t at : chunk) {
      const Call& call = calls[at];
      items.push_back({std::to_string(at), call.method, call.path, preferences(call), call.body});
    }
    request.method = "POST";
    request.url = options_.url.text() + "$batch";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = batch_body(items);
  }
  http::Reply reply = client_.send(std::move(request), stop);
  if (!reply) {
    const bool lost = reply.error().kind == ErrorKind::transient && reply.may_have_landed;
    for (const std::size_t at : chunk) {
      round.replies[at] = reply;
      if (!lost) continue;
      round.in_doubt[at] = true;
      round.again.push_back(at);
    }
    return;
  }
  if (!alone && reply->status == 200) return take_parts(*reply, chunk, round);
  for (const std::size_t at : chunk) round.replies[at] = reply;
}

/// Answers come in any order, each with a status and a Retry-After of its own, and some may be missing.
void Session::take_parts(const http::Response& answer, const std::vector<std::size_t>& chunk, Round& round) {
  auto parts = parse_batch(answer.body);
  if (!parts) {
    Error error = parts.error();
    error.place = name();
    for (const std::size_t at : chunk) round.replies[at] = http::Reply{error};
    return;
  }
  std::vector<std::size_t> missing = chunk;
  for (BatchPart& part : *parts) {
    const auto found =
        std::find_if(missing.begin(), missing.end(), [&](std::size_t at) { return std::to_string(at) == part.id; });
    if (found == missing.end()) continue;
    const std::size_t at = *found;
    missing.erase(found);
    if (may_come_later(part.response.status)) {
      const auto asked = http::retry_after(part.response.headers, now());
      round.wait = std::max(round.wait, asked.value_or(std::chrono::seconds{1}));
      round.again.push_back(at);
      if (part.response.status >= 500) round.in_doubt[at] = true;
    }
    part.response.url = options_.url.text();
    round.replies[at] = http::Reply{std::move(part.response)};
  }
  for (const std::size_t at : missing) {
    round.replies[at] = http::Reply{make_error(ErrorKind::transient, name(), "a batch was answered without this part")};
    round.in_doubt[at] = true;
    round.again.push_back(at);
  }
}

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
