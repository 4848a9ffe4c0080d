#include "connectors/outlook/calendars.hpp"

#include <algorithm>
#include <set>

#include "connectors/http/status.hpp"
#include "connectors/outlook/errors.hpp"
#include "connectors/outlook/json.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {
namespace {

struct Row {
  CollectionInfo calendar;
  bool is_default = false;
};

Result<std::vector<Row>> all_rows(Session& session) {
  std::vector<Row> out;
  std::set<std::string> known;
  std::string link;
  do {
    Call call;
    call.path = session.calendars_path() + "?$top=100&$select=id,name,canEdit,isDefaultCalendar";
    const http::Reply reply = link.empty() ? session.send(call, {}) : session.follow(link, {});
    if (!reply) return reply.error();
    if (reply->status != 200) return answer_error(*reply, "GET", session.place("calendars"), session.now());
    FASTI_TRY(CalendarPage page, parse_calendars(reply->body));
    const std::size_t before = out.size();
    for (std::size_t i = 0; i < page.calendars.size(); ++i)
      if (known.insert(page.calendars[i].id).second) out.push_back({std::move(page.calendars[i]), page.is_default[i]});
    const bool again = !page.calendars.empty() && out.size() == before;
    if (!page.next.empty() && (again || page.next == link))
      return make_error(ErrorKind::bad_reply, session.place("calendars"), "pages that do not move on");
    link = page.next;
  } while (!link.empty());
  return out;
}

Result<CollectionInfo> create(Session& session, const std::string& name) {
  Call call;
  call.method = "POST";
  call.path = session.calendars_path();
  call.body = calendar_body(name);
  const http::Reply reply = session.send(call, {});
  if (!reply) return reply.error();
  if (reply->status == 201) {
    FASTI_TRY(CollectionInfo made, parse_calendar(reply->body));
    made.created = true;
    return made;
  }
  return answer_error(*reply, "POST", session.place("calendars"), session.now());
}

std::string names_of(const std::vector<Row>& rows) {
  std::string out;
  for (const Row& row : rows) out += (out.empty() ? "" : ", ") + row.calendar.name;
  return out;
}

}  // namespace

Result<std::vector<CollectionInfo>> list_calendars(Session& session) {
  FASTI_TRY(const auto rows, all_rows(session));
  std::vector<CollectionInfo> out;
  for (const Row& row : rows) out.push_back(row.calendar);
  return out;
}

Result<CollectionInfo> open_calendar(Session& session, const std::string& wanted, bool create_if_missing) {
  FASTI_TRY(const auto rows, all_rows(session));
  const Row* found = nullptr;
  for (const Row& row : rows)
    if (row.calendar.id == wanted || (wanted == "default" && row.is_default)) found = &row;
  if (found) return found->calendar;
  for (const Row& row : rows) {
    if (row.calendar.name != wanted) continue;
    if (found)
      return make_error(ErrorKind::bad_config, session.place("\"" + wanted + "\""), "two calendars have this name",
                        "write the id: fasti collections " + session.name());
    found = &row;
  }
  if (found) return found->calendar;
  if (create_if_missing) return create(session, wanted);
  return make_error(ErrorKind::not_found, session.place("\"" + wanted + "\""),
                    "no calendar has this id or name; there are: " + names_of(rows),
                    "fasti collections " + session.name());
}

Status probe_write(Session& session, const std::string& calendar) {
  Call call;
  call.method = "DELETE";
  call.path = session.event_path(calendar, "fasti-no-such-event");
  const http::Reply reply = session.send(call, {});
  if (!reply) return reply.error();
  // 400: no id of Graph's looks like that.
  if (reply->status == 404 || reply->status == 400 || http::is_success(reply->status)) return {};
  return answer_error(*reply, "asking to write", session.place(calendar), session.now());
}

Status probe_calendar(Session& session, const std::string& calendar, const std::stop_token& stop) {
  Call call;
  call.path = session.calendar_path(calendar) + "?$select=id";
  const http::Reply reply = session.send(call, stop);
  if (!reply) return reply.error();
  if (reply->status == 200) return {};
  Error error = answer_error(*reply, "GET", session.place(calendar), session.now());
  if (error.kind != ErrorKind::not_found) return error;
  return make_error(ErrorKind::forbidden, session.place(calendar), "the calendar itself is not there any more",
                    "fasti collections " + session.name());
}

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
