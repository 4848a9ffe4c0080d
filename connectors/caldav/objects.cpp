#include "connectors/caldav/objects.hpp"

#include <algorithm>
#include <unordered_map>

#include "connectors/caldav/bodies.hpp"
#include "connectors/caldav/discovery.hpp"
#include "connectors/caldav/errors.hpp"
#include "connectors/http/status.hpp"
#include "connectors/ical/object.hpp"

namespace fasti {
inline namespace v1 {
namespace caldav {
namespace {

Result<Raw> unasked() { return make_error(ErrorKind::cancelled, "", "stopped"); }

bool is_calendar_text(std::string_view text) { return text.find("BEGIN:VCALENDAR") != std::string_view::npos; }

Result<Raw> raw_of(Session& session, const http::Reply& reply, const std::string& path) {
  if (!reply) return reply.error();
  // A login page must never be read as an object; a broken object that the server calls a calendar is one.
  const auto type = http::header(reply->headers, "Content-Type").value_or("");
  if (reply->status != 200 || (!is_calendar_text(reply->body) && type.find("text/calendar") == std::string::npos))
    return answer_error(*reply, "GET", session.place(path), session.now());
  return Raw{http::header(reply->headers, "ETag").value_or(""), reply->body};
}

/// Takes the rows of one multiget; ids that it does not answer for stay open.
void take_rows(Session& session, const Calendar& calendar, Multistatus&& answer,
               const std::unordered_map<std::string, std::size_t>& index, std::vector<Result<Raw>>& out,
               std::vector<bool>& open) {
  for (auto& row : answer.responses) {
    const auto id = calendar.id_of(row.href);
    const auto at = id ? index.find(*id) : index.end();
    if (at == index.end()) continue;
    if (row.calendar_data && !row.calendar_data->empty()) {
      out[at->second] = Raw{row.etag.value_or(""), with_crlf(*row.calendar_data)};
      open[at->second] = false;
    } else if (row.status >= 300 && row.status != 404 && row.status != 410) {
      out[at->second] = inner_error(row.status, row.error, "REPORT", session.place(calendar.path() + *id));
      open[at->second] = false;
    }
  }
}

std::vector<http::Request> multigets(Session& session, const Calendar& calendar, std::span<const std::string> ids) {
  std::vector<http::Request> requests;
  for (std::size_t from = 0; from < ids.size(); from += session.options().multiget) {
    const auto part = ids.subspan(from, std::min(session.options().multiget, ids.size() - from));
    std::vector<std::string> hrefs;
    hrefs.reserve(part.size());
    for (const auto& id : part) hrefs.push_back(calendar.href_of(id));
    requests.push_back(session.xml_request("REPORT", calendar.url(), 1, multiget_body(hrefs)));
  }
  return requests;
}

/// sabre 1.8 fails the whole REPORT with 404 for one missing href; others may have no multiget: GETs will tell.
bool refused_as_a_whole(int status) {
  return status >= 400 && status < 500 && status != 401 && status != 407 && status != 408 && status != 429;
}

/// "Not found" of an object proves nothing while the calendar around it is gone.
void doubt_absences(Session& session, const Calendar& calendar, std::vector<Result<Raw>>& replies) {
  const bool any = std::any_of(replies.begin(), replies.end(),
                               [](const auto& one) { return !one && one.error().kind == ErrorKind::not_found; });
  if (!any) return;
  const auto there = probe_calendar(session, calendar.path());
  if (there) return;
  Error error = there.error();
  if (error.kind == ErrorKind::not_found) {
    error.kind = ErrorKind::forbidden;
    error.message = "the calendar itself is not there any more";
  }
  for (auto& one : replies)
    if (!one && one.error().kind == ErrorKind::not_found) one = error;
}

}  // namespace

std::string with_crlf(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 24);
  std::size_t from = 0;
  for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', from)) {
    out.append(text, from, end - from);
    if (end == 0 || text[end - 1] != '\r') out.push_back('\r');
    out.push_back('\n');
    from = end + 1;
  }
  out.append(text, from);
  return out;
}

bool is_event(std::string_view text) {
  if (text.find("BEGIN:VEVENT") != std::string_view::npos) return true;
  for (const auto* other : {"BEGIN:VTODO", "BEGIN:VJOURNAL", "BEGIN:VFREEBUSY", "BEGIN:VAVAILABILITY", "BEGIN:VPOLL"})
    if (text.find(other) != std::string_view::npos) return false;
  return true;
}

Result<RemoteObject> read_raw(const std::string& id, const Raw& raw, const std::string& place) {
  auto object = ical::read_object(raw.text);
  if (!object) {
    Error error = object.error();
    error.kind = ErrorKind::bad_reply;
    error.place = error.place.empty() ? place : place + ", " + error.place;
    return error;
  }
  object->id = id;
  object->version = raw.version;
  return object;
}

std::vector<Result<Raw>> get_each(Session& session, const Calendar& calendar, std::span<const std::string> ids,
                                  const std::stop_token& stop) {
  std::vector<http::Request> requests;
  requests.reserve(ids.size());
  for (const auto& id : ids) requests.push_back(session.get_request(calendar.url_of(id)));
  const auto replies = session.client().send(std::move(requests), stop);
  std::vector<Result<Raw>> out;
  out.reserve(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) out.push_back(raw_of(session, replies[i], calendar.path() + ids[i]));
  doubt_absences(session, calendar, out);
  return out;
}

std::vector<Result<Raw>> get_objects(Session& session, const Calendar& calendar, std::span<const std::string> ids,
                                     const std::stop_token& stop) {
  if (ids.size() == 1) return get_each(session, calendar, ids, stop);
  std::vector<Result<Raw>> out(ids.size(), unasked());
  std::vector<bool> open(ids.size(), true);
  std::unordered_map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < ids.size(); ++i) index.emplace(ids[i], i);
  auto replies = session.client().send(multigets(session, calendar, ids), stop);
  for (std::size_t batch = 0; batch < replies.size(); ++batch) {
    if (replies[batch] && refused_as_a_whole(replies[batch]->status)) continue;
    auto answer = session.multistatus(std::move(replies[batch]), "REPORT", calendar.path());
    if (answer) {
      take_rows(session, calendar, std::move(*answer), index, out, open);
      continue;
    }
    const auto from = batch * session.options().multiget;
    for (std::size_t i = from; i < std::min(from + session.options().multiget, ids.size()); ++i) {
      out[i] = answer.error();
      open[i] = false;
    }
  }
  std::vector<std::string> left;
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (!open[i]) continue;
    left.push_back(ids[i]);
    positions.push_back(i);
  }
  if (left.empty()) return out;
  auto singles = get_each(session, calendar, left, stop);
  for (std::size_t i = 0; i < positions.size(); ++i) out[positions[i]] = std::move(singles[i]);
  return out;
}

}  // namespace caldav
}  // namespace v1
}  // namespace fasti
