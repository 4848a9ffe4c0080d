#include "connectors/outlook/objects.hpp"

#include <algorithm>

#include "connectors/http/status.hpp"
#include "connectors/outlook/calendars.hpp"
#include "connectors/outlook/errors.hpp"
#include "connectors/outlook/json.hpp"
#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {
namespace {

/// "Not found" of an event proves nothing while the calendar around it is gone.
void doubt_absences(Session& session, const std::string& calendar, std::vector<Result<GraphEvent>>& replies,
                    const std::stop_token& stop) {
  const auto missing = [](const auto& one) { return !one && one.error().kind == ErrorKind::not_found; };
  if (std::none_of(replies.begin(), replies.end(), missing)) return;
  const Status there = probe_calendar(session, calendar, stop);
  if (there) return;
  for (auto& one : replies)
    if (missing(one)) one = there.error();
}

/// Every event of a listing, from its first page on.
Status read_pages(Session& session, http::Reply reply, const std::string& place, const std::stop_token& stop,
                  const std::function<Status(GraphEvent&&)>& take) {
  std::string link;
  for (;;) {
    if (!reply) return reply.error();
    if (reply->status != 200) return answer_error(*reply, "GET", place, session.now());
    FASTI_TRY(Page page, parse_page(reply->body));
    for (GraphEvent& event : page.events) FASTI_CHECK(take(std::move(event)));
    if (page.next.empty()) return {};
    if (page.next == link) return make_error(ErrorKind::bad_reply, place, "pages that do not move on");
    link = page.next;
    reply = session.follow(link, stop);
  }
}

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}

std::string day_text(LocalDays day) { return iso_date(day) + "T00:00:00Z"; }

}  // namespace

Result<GraphEvent> event_in(const http::Reply& reply, const std::string& what, const std::string& place, Instant now) {
  if (!reply) return reply.error();
  if (reply->status != 200 && reply->status != 201) return answer_error(*reply, what, place, now);
  auto event = parse_event(reply->body);
  if (event) return event;
  return make_error(ErrorKind::bad_reply, place, what + ": " + event.error().message);
}

std::vector<Result<GraphEvent>> get_events(Session& session, const std::string& calendar,
                                           std::span<const std::string> ids, const std::stop_token& stop, Parts parts) {
  if (ids.empty()) return {};
  std::vector<Call> calls;
  calls.reserve(ids.size());
  for (const std::string& id : ids) calls.push_back(session.get_event(calendar, id));
  const auto replies = session.send_all(calls, stop);
  std::vector<Result<GraphEvent>> out;
  out.reserve(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    out.push_back(event_in(replies[i], "GET", session.place(ids[i]), session.now()));
    const bool is_part =
        out.back() && (out.back()->type == EventType::occurrence || out.back()->type == EventType::exception);
    if (is_part && parts == Parts::refuse)
      out.back() = make_error(ErrorKind::not_found, session.place(ids[i]), "an occurrence of a series, and no object");
  }
  doubt_absences(session, calendar, out, stop);
  return out;
}

Result<std::map<std::string, Marker>> all_markers(Session& session, const std::string& calendar,
                                                  const std::stop_token& stop) {
  Call call;
  call.path = session.calendar_path(calendar) + "/events?$select=id&$top=" + std::to_string(session.options().page) +
              "&$expand=singleValueExtendedProperties($filter=id%20eq%20'" + encode_segment(kMarkerProperty) + "')";
  std::map<std::string, Marker> out;
  FASTI_CHECK(read_pages(session, session.send(call, stop), session.place(calendar), stop, [&](GraphEvent&& event) {
    if (event.marker) out.emplace(std::move(event.id), std::move(*event.marker));
    return Status();
  }));
  return out;
}

Result<std::vector<std::string>> search_marked(Session& session, const std::string& calendar, const std::string& store,
                                               const std::string& record, const std::stop_token& stop) {
  Call call;
  call.path = session.calendar_path(calendar) +
              "/events?$select=id&$top=100&$filter=singleValueExtendedProperties/Any(ep:%20ep/id%20eq%20'" +
              encode_segment(kRecordProperty) + "'%20and%20ep/value%20eq%20" +
              encode_segment(quoted(record_value(store, record))) + ")";
  std::vector<std::string> ids;
  FASTI_CHECK(read_pages(session, session.send(call, stop), session.place(calendar), stop, [&](GraphEvent&& event) {
    ids.push_back(std::move(event.id));
    return Status();
  }));
  return ids;
}

Result<std::map<std::string, GraphEvent>> find_occurrences(Session& session, const std::string& calendar,
                                                           const GraphEvent& master, const std::set<std::string>& keys,
                                                           const std::stop_token& stop) {
  std::map<std::string, GraphEvent> out;
  std::vector<Call> calls;
  for (const std::string& key : keys) {
    const auto day = parse_date(key.substr(0, 10));
    if (!day) return make_error(ErrorKind::bad_input, session.place(master.id), "\"" + key + "\" is no occurrence");
    Call call;
    // More than the day itself: views compare in UTC, and all-day events in the zone they were made in.
    call.path = session.event_path(calendar, master.id) +
                "/instances?startDateTime=" + day_text(*day - std::chrono::days(2)) +
                "&endDateTime=" + day_text(*day + std::chrono::days(3)) + "&$top=100";
    calls.push_back(std::move(call));
  }
  FASTI_TRY(const std::string zone, zone_of(master));
  for (http::Reply& first : session.send_all(calls, stop)) {
    FASTI_CHECK(
        read_pages(session, std::move(first), session.place(master.id), stop, [&](GraphEvent&& event) -> Status {
          if (event.problem) return *event.problem;
          // An occurrence stands where its series put it; an exception says where that was.
          std::string key;
          if (event.type == EventType::occurrence) {
            FASTI_TRY(const Span span, span_of(event, zone));
            key = event.all_day ? iso_date(std::chrono::floor<std::chrono::days>(span.start)) : iso_time(span.start);
          } else {
            FASTI_TRY(key, key_of(event, master));
          }
          if (keys.count(key)) out.insert_or_assign(key, std::move(event));
          return {};
        }));
  }
  return out;
}

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
