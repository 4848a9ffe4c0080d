#include "connectors/outlook/schedule.hpp"

#include <algorithm>
#include <set>

#include "connectors/outlook/errors.hpp"
#include "connectors/outlook/json.hpp"
#include "engine/base/hash.hpp"
#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/span.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {
namespace {

constexpr const char* kHead = "busy:";
/// Graph refuses more than 62 days at once.
constexpr std::chrono::hours kStep = std::chrono::days(60);

Call question(Session& session, const std::string& address, Instant from, Instant to) {
  Call call;
  call.method = "POST";
  const std::string calendars = session.calendars_path();
  call.path = calendars.substr(0, calendars.size() - 1) + "/getSchedule";
  call.body = schedule_body(address, from, to);
  return call;
}

Result<std::vector<BusySpan>> spans_in(Session& session, const http::Reply& reply, const std::string& address) {
  if (!reply) return reply.error();
  if (reply->status != 200) return answer_error(*reply, "getSchedule", session.place(address), session.now());
  FASTI_TRY(BusyAnswer answer, parse_schedule(reply->body));
  if (answer.problem.empty()) return std::move(answer.spans);
  return make_error(ErrorKind::forbidden, session.place(address), "no free/busy times: " + answer.problem,
                    "check the address, and that this account may see it");
}

Result<RemoteObject> object_of(const BusySpan& busy) {
  const auto utc = [](const GraphTime& time) -> Result<std::chrono::sys_seconds> {
    const auto zone = resolve_zone(time.zone.empty() ? "UTC" : time.zone);
    if (!zone) return make_error(ErrorKind::bad_reply, "", "unknown zone \"" + time.zone + "\"");
    return to_utc(time.wall, *zone);
  };
  FASTI_TRY(const auto start, utc(busy.start));
  FASTI_TRY(const auto end, utc(busy.end));
  FASTI_TRY(Span span, zoned_span({start, end}, "UTC"));
  RemoteObject object;
  object.id = short_hash(iso_time(span.start) + "/" + iso_time(span.end) + "/" + busy.status);
  object.version = object.id;
  object.properties.emplace("start", std::move(span));
  object.properties.emplace("showAs", busy.status);
  return object;
}

}  // namespace

std::string schedule_address(const std::string& collection) {
  const std::string head = kHead;
  return collection.compare(0, head.size(), head) == 0 ? collection.substr(head.size()) : std::string();
}

Result<CollectionInfo> open_schedule(Session& session, const std::string& collection) {
  const std::string address = schedule_address(collection);
  const Instant now = session.now();
  const auto reply = session.send(question(session, address, now, now + std::chrono::days(1)), {});
  FASTI_TRY(const auto spans, spans_in(session, reply, address));
  (void)spans;
  return CollectionInfo{collection, address, true, false};
}

Result<std::vector<RemoteObject>> busy_spans(Session& session, const std::string& collection,
                                             const std::stop_token& stop) {
  const std::string address = schedule_address(collection);
  // Whole days, so that the cuts between two questions do not move with the hour.
  const auto day = [](Instant at) { return Instant(std::chrono::floor<std::chrono::days>(at)); };
  const Instant end = day(session.now() + session.options().future);
  std::vector<Call> calls;
  for (Instant from = day(session.now() - session.options().past); from < end; from += kStep)
    calls.push_back(question(session, address, from, std::min(from + kStep, end)));
  std::vector<RemoteObject> out;
  std::set<std::string> shown;
  for (const http::Reply& reply : session.send_all(calls, stop)) {
    FASTI_TRY(const auto spans, spans_in(session, reply, address));
    for (const BusySpan& busy : spans) {
      if (busy.status == "free") continue;
      FASTI_TRY(RemoteObject object, object_of(busy));
      // A span over a cut is in both answers; two meetings at one time are one busy span.
      if (shown.insert(object.id).second) out.push_back(std::move(object));
    }
  }
  return out;
}

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
