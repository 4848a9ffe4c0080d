#include "connectors/google/busy.hpp"

#include <algorithm>

#include "connectors/google/errors.hpp"
#include "connectors/google/json.hpp"
#include "engine/base/hash.hpp"
#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"
#include "engine/model/value_json.hpp"
#include "engine/time/span.hpp"

namespace fasti {
inline namespace v1 {
namespace google {
namespace {

constexpr std::string_view kHead = "busy:";
constexpr std::chrono::days kPast{60};
constexpr std::chrono::days kFuture{400};
/// Google refuses much longer spans at once.
constexpr std::chrono::days kStep{60};

struct Busy {
  std::chrono::sys_seconds start;
  std::chrono::sys_seconds end;
};

http::Request question(const Session& session, const std::string& address, Instant from, Instant to) {
  std::string body =
      "{\"timeMin\":\"" + iso_instant(from) + "\",\"timeMax\":\"" + iso_instant(to) + "\",\"items\":[{\"id\":";
  append_json_string(body, address);
  return session.request("POST", "freeBusy", {}, body + "}]}");
}

/// The answer is a success even where this one calendar has none.
Result<std::vector<Busy>> spans_in(Session& session, const http::Reply& reply, const std::string& address) {
  if (!reply) return reply.error();
  const std::string place = session.place(std::string(kHead) + address);
  const auto json = reply->status == 200 ? parse_json(reply->body) : Result<Json>(Error{});
  const auto calendars = json ? json->find("calendars") : std::nullopt;
  const auto calendar = calendars ? calendars->find(address) : std::nullopt;
  if (!calendar) return answer_error(*reply, "freeBusy", place, session.now());
  if (const auto errors = calendar->list("errors"); !errors.empty())
    return make_error(ErrorKind::forbidden, place, "no free and busy times: " + errors.front().text("reason"),
                      "check the address, and ask its owner to share free and busy times with this account");
  std::vector<Busy> out;
  for (const Json& one : calendar->list("busy")) {
    const auto start = parse_instant(one.text("start"));
    const auto end = parse_instant(one.text("end"));
    if (!start || !end) return make_error(ErrorKind::bad_reply, place, "a busy time that is no time", "");
    out.push_back({std::chrono::floor<std::chrono::seconds>(*start), std::chrono::floor<std::chrono::seconds>(*end)});
  }
  return out;
}

/// A span over a cut between two questions is in both answers.
std::vector<Busy> joined(std::vector<Busy> all) {
  std::sort(all.begin(), all.end(), [](const Busy& a, const Busy& b) { return a.start < b.start; });
  std::vector<Busy> out;
  for (const Busy& one : all) {
    if (!out.empty() && one.start <= out.back().end)
      out.back().end = std::max(out.back().end, one.end);
    else
      out.push_back(one);
  }
  return out;
}

Result<std::vector<RemoteObject>> busy_objects(Session& session, const std::string& collection,
                                               const std::stop_token& stop) {
  const std::string address = busy_address(collection);
  const auto today = std::chrono::floor<std::chrono::days>(session.now());
  std::vector<http::Request> questions;
  for (auto from = today - kPast; from < today + kFuture; from += kStep)
    questions.push_back(question(session, address, Instant(from), Instant(std::min(from + kStep, today + kFuture))));
  std::vector<Busy> all;
  for (const http::Reply& reply : session.send(std::move(questions), stop)) {
    FASTI_TRY(const auto some, spans_in(session, reply, address));
    all.insert(all.end(), some.begin(), some.end());
  }
  std::vector<RemoteObject> out;
  for (const Busy& busy : joined(std::move(all))) {
    FASTI_TRY(Span span, zoned_span({busy.start, busy.end}, "UTC"));
    RemoteObject object;
    object.id = object.version = short_hash(iso_time(span.start) + "/" + iso_time(span.end));
    object.properties.emplace("start", std::move(span));
    out.push_back(std::move(object));
  }
  return out;
}

}  // namespace

std::string busy_address(const std::string& collection) {
  return collection.compare(0, kHead.size(), kHead) == 0 ? collection.substr(kHead.size()) : std::string();
}

Result<CollectionInfo> open_busy(Session& session, const std::string& collection) {
  const std::string address = busy_address(collection);
  const Instant now = session.now();
  const auto reply = session.client().send(question(session, address, now, now + std::chrono::days(1)), {});
  FASTI_TRY(const auto spans, spans_in(session, reply, address));
  (void)spans;
  return CollectionInfo{collection, address, true, false};
}

Result<PullResult> pull_busy(Session& session, const PullRequest& request, const PageSink& sink) {
  FASTI_TRY(auto objects, busy_objects(session, request.collection, request.stop));
  std::vector<RemoteChange> page;
  for (RemoteObject& object : objects) page.push_back({RemoteChange::Type::object, std::move(object), {}});
  FASTI_CHECK(sink(std::move(page)));
  PullResult result;
  result.coverage = Coverage::complete;
  return result;
}

std::vector<Result<RemoteObject>> fetch_busy(Session& session, const std::string& collection,
                                             std::span<const std::string> ids) {
  const auto objects = busy_objects(session, collection, {});
  std::vector<Result<RemoteObject>> out;
  for (const std::string& id : ids) {
    if (!objects) {
      out.emplace_back(objects.error());
      continue;
    }
    const auto found = std::find_if(objects->begin(), objects->end(), [&](const auto& one) { return one.id == id; });
    if (found != objects->end())
      out.emplace_back(*found);
    else
      out.emplace_back(make_error(ErrorKind::not_found, session.place(collection), "no such busy time any more", ""));
  }
  return out;
}

}  // namespace google
}  // namespace v1
}  // namespace fasti
