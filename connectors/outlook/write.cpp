#include "connectors/outlook/write.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "connectors/outlook/errors.hpp"
#include "connectors/outlook/json.hpp"
#include "connectors/outlook/objects.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {

struct Writer::Job {
  const WriteRequest* request = nullptr;
  std::optional<GraphEvent> current;
  std::string meeting;  ///< the HTML that Teams wrote
  SeriesPlan series;
  bool resumed = false;  ///< `current` is half of this write: only its occurrences are left
  std::optional<Call> call;
  std::optional<Result<Written>> reply;
  std::string place;

  bool done() const { return reply.has_value(); }
  void finish(Result<Written> result) { reply = std::move(result); }
  void fail(Error error) {
    if (error.place.empty()) error.place = place;
    reply = std::move(error);
  }
};

namespace {

Written written(const std::string& id) {
  Written out;
  out.id = id;
  return out;
}

/// What stays in one's own mailbox: nobody is told of it.
bool is_personal(const std::string& name, const GraphEvent& event, const WriteRequest& request, bool invitations) {
  // Not written at all.
  if (name == "joinUrl" || name == "responseStatus" || (name == "attendees" && !invitations)) return true;
  if (name == "status") {
    const auto value = request.set.find("status");
    const auto* text = value == request.set.end() ? nullptr : std::get_if<std::string>(&value->second);
    return status_of(event) != "cancelled" && (!text || *text != "cancelled");
  }
  return name == "categories" || name == "reminders" || name == "showAs" || name == "sensitivity";
}

bool speaks_to_others(const WriteRequest& request, const GraphEvent& event, bool invitations) {
  if (!request.remove_parts.empty()) return true;
  const auto told = [&](const std::string& path) { return !is_personal(path_name(path), event, request, invitations); };
  return std::any_of(request.set.begin(), request.set.end(), [&](const auto& one) { return told(one.first); }) ||
         std::any_of(request.clear.begin(), request.clear.end(), told);
}

Status check_mail(const WriteRequest& request, const GraphEvent& event, bool invitations) {
  const auto guests = std::count_if(event.people.begin(), event.people.end(),
                                    [](const Person& person) { return person.role != "organizer"; });
  if (guests == 0) return {};
  const bool removes = request.op == WriteOp::remove;
  if (!event.is_organizer) {
    if (removes || !speaks_to_others(request, event, invitations)) return {};
    return make_error(ErrorKind::rejected, "",
                      "this meeting is organized by somebody else: only its reminder, categories and how it is shown "
                      "can be changed here");
  }
  if (invitations || (!removes && !speaks_to_others(request, event, invitations))) return {};
  return make_error(ErrorKind::rejected, "",
                    "Outlook would send mail to " + std::to_string(guests) + (guests == 1 ? " person" : " people"),
                    "set invitations = \"all\" for this connection to allow it");
}

bool is_half(const GraphEvent& event, const WriteRequest& request) {
  return unfinished_key(event.marker) == request.key && event.marker->store == request.marker.store;
}

bool is_ours(const GraphEvent& event, const WriteRequest& request) {
  if (is_half(event, request)) return true;
  return event.marker && event.marker->store == request.marker.store && event.marker->record == request.marker.record &&
         !event.marker->stamp.empty() && event.marker->stamp == request.key;
}

/// Our stamp outlives a later edit by somebody else, which must not pass for our own echo.
bool holds_what_was_sent(const GraphEvent& event, const WriteRequest& request) {
  const auto object = to_object(event);
  if (!object) return false;
  const auto has = [&](const std::string& path, const Value& value) {
    const auto found = object->properties.find(path);
    return found != object->properties.end() && found->second == value;
  };
  return std::all_of(request.set.begin(), request.set.end(),
                     [&](const auto& one) { return has(one.first, one.second); }) &&
         std::none_of(request.clear.begin(), request.clear.end(),
                      [&](const std::string& path) { return object->properties.count(path) != 0; });
}

}  // namespace

std::vector<Result<Written>> Writer::send(std::span<const WriteRequest> requests, const std::stop_token& stop) {
  std::vector<Job> jobs(requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    jobs[i].request = &requests[i];
    jobs[i].place = session_.place(requests[i].id.empty() ? requests[i].marker.record : requests[i].id);
  }
  look(jobs, stop);
  fetch_meetings(jobs, stop);
  std::vector<Call> calls;
  std::vector<Job*> sent;
  for (Job& job : jobs) {
    if (!job.done() && !job.resumed) prepare(job);
    if (job.done() || job.resumed) continue;
    calls.push_back(*job.call);
    sent.push_back(&job);
  }
  const auto replies = session_.send_all(calls, stop);
  for (std::size_t i = 0; i < sent.size(); ++i) settle(*sent[i], replies[i], stop);
  for (Job& job : jobs)
    if (!job.done() && job.resumed) finish_series(job, stop);
  std::vector<Result<Written>> out;
  out.reserve(jobs.size());
  for (Job& job : jobs) out.push_back(std::move(*job.reply));
  return out;
}

/// If-Match alone is not relied on: each object is read and compared first. What is read also says what a patch has to
/// carry along.
void Writer::look(std::vector<Job>& jobs, const std::stop_token& stop) {
  std::map<std::string, std::vector<Job*>> by_calendar;
  for (Job& job : jobs)
    if (!job.request->id.empty()) by_calendar[job.request->collection].push_back(&job);
  for (auto& [calendar, open] : by_calendar) {
    std::vector<std::string> ids;
    for (const Job* job : open) ids.push_back(job->request->id);
    auto found = get_events(session_, calendar, ids, stop);
    for (std::size_t i = 0; i < open.size(); ++i) settle_look(*open[i], std::move(found[i]));
  }
}

void Writer::settle_look(Job& job, Result<GraphEvent>&& found) {
  const WriteRequest& request = *job.request;
  if (!found) {
    if (found.error().kind == ErrorKind::not_found && request.op == WriteOp::remove)
      return job.finish(written(request.id));
    Error error = found.error();
    // Nothing has been sent yet: this is no doubt about a write.
    if (error.kind == ErrorKind::transient || error.kind == ErrorKind::bad_reply) error.kind = ErrorKind::rate_limited;
    return job.fail(std::move(error));
  }
  if (is_half(*found, request)) return resume(job, std::move(*found));
  if (request.op == WriteOp::create)
    return job.fail(make_error(ErrorKind::precondition_failed, job.place, "is not half of this write any more"));
  if (version_of(*found) != request.version) {
    if (request.op == WriteOp::update && is_ours(*found, request) && holds_what_was_sent(*found, request))
      return finish_with(job, std::move(*found));
    return job.fail(make_error(ErrorKind::precondition_failed, job.place, "has another version by now"));
  }
  if (const Status allowed = check_mail(request, *found, session_.options().invitations); !allowed)
    return job.fail(allowed.error());
  job.current = std::move(*found);
}

/// The first request of this very write is stored already: what it asks of occurrences is left to do, as planned over
/// what was there before it.
void Writer::resume(Job& job, GraphEvent&& half) {
  const WriteRequest& request = *job.request;
  auto before = request.op == WriteOp::create ? Result<GraphEvent>(Error{}) : parse_event(request.shadow);
  if (before && version_of(*before) != request.version) before = Error{};
  const GraphEvent* known = request.op == WriteOp::create ? nullptr : before ? &*before : &half;
  auto series = plan_series(request, known);
  if (!series) return job.fail(series.error());
  job.series = std::move(*series);
  job.series.resumed_over.emplace();
  if (known)
    if (auto object = to_object(*known)) job.series.resumed_over = std::move(object->properties);
  job.current = std::move(half);
  job.resumed = true;
}

/// A body written without the region of its Teams meeting would end that meeting.
void Writer::fetch_meetings(std::vector<Job>& jobs, const std::stop_token& stop) {
  std::vector<Call> calls;
  std::vector<Job*> asked;
  for (Job& job : jobs) {
    if (job.done() || !job.current || !job.current->online || !change_of(*job.request, "").touches("body")) continue;
    Call call;
    call.path = session_.event_path(job.request->collection, job.request->id) + "?$select=id,body";
    call.html = true;
    calls.push_back(std::move(call));
    asked.push_back(&job);
  }
  const auto replies = session_.send_all(calls, stop);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    Job& job = *asked[i];
    if (!replies[i] || replies[i]->status != 200) {
      job.fail(make_error(ErrorKind::rate_limited, job.place, "the Teams part of its text could not be read"));
      continue;
    }
    auto html = parse_body(replies[i]->body);
    if (html)
      job.meeting = meeting_of(*html);
    else
      job.fail(make_error(ErrorKind::rate_limited, job.place, html.error().message));
  }
}

Call Writer::delete_call(const Job& job, const std::string& id, const std::string& change_key) const {
  Call call;
  call.method = "DELETE";
  call.path = session_.event_path(job.request->collection, id);
  if (!change_key.empty()) call.headers.emplace_back("If-Match", "W/\"" + change_key + "\"");
  return call;
}

void Writer::prepare(Job& job) {
  const WriteRequest& request = *job.request;
  if (request.op == WriteOp::remove) {
    job.call = delete_call(job, request.id, job.current->change_key);
    return;
  }
  const GraphEvent* current = job.current ? &*job.current : nullptr;
  auto series = plan_series(request, current);
  if (!series) return job.fail(series.error());
  job.series = std::move(*series);
  Change change = change_of(request, "");
  // A pattern is bound to its start: both are written together.
  if (job.series.pattern && current && !change.set.count("start")) {
    auto object = to_object(*current);
    if (object) change.set.emplace("start", object->properties.at("start"));
  }
  BodyContext context;
  context.current = current;
  context.meeting = job.meeting;
  context.recurrence = job.series.pattern ? &*job.series.pattern : nullptr;
  context.marked = &request;
  context.unfinished = job.series.has_follow_up();
  context.invitations = session_.options().invitations;
  auto body = event_body(change, context);
  if (!body) return job.fail(body.error());
  Call call;
  call.body = std::move(*body);
  if (current) {
    call.method = "PATCH";
    call.path = session_.event_path(request.collection, request.id);
    call.headers.emplace_back("If-Match", "W/\"" + current->change_key + "\"");
  } else {
    call.method = "POST";
    call.path = session_.calendar_path(request.collection) + "/events";
  }
  job.call = std::move(call);
}

void Writer::finish_with(Job& job, GraphEvent&& event) {
  // No answer shows the marker that was just written.
  if (job.request->write_marker)
    event.marker = job.request->marker;
  else if (job.current)
    event.marker = job.current->marker;
  Written out;
  out.id = event.id;
  out.version = version_of(event);
  if (auto object = to_object(event)) out.echo = std::move(*object);
  job.finish(std::move(out));
}

void Writer::settle(Job& job, const http::Reply& reply, const std::stop_token& stop) {
  const WriteRequest& request = *job.request;
  if (!reply) return job.fail(reply.error());
  if (request.op == WriteOp::create) return settle_create(job, reply, stop);
  const int status = reply->status;
  if (request.op == WriteOp::remove) {
    if (status == 204 || status == 200 || status == 404) return job.finish(written(request.id));
    return job.fail(answer_error(*reply, "DELETE", job.place, session_.now()));
  }
  if (status == 200) {
    auto event = event_in(reply, "PATCH", job.place, session_.now());
    if (!event) return job.fail(event.error());
    const bool parts = !job.current->exceptions.empty() || !job.current->cancelled_days.empty();
    if (!job.series.has_follow_up() && !parts) return finish_with(job, std::move(*event));
    return finish_series(job, stop);
  }
  Error error = answer_error(*reply, "PATCH", job.place, session_.now());
  if (error.kind == ErrorKind::precondition_failed && reply->in_doubt) {
    // It may be our own first try that has moved the version.
    auto found = get_events(session_, request.collection, std::span(&request.id, 1), stop);
    if (found.front() && is_ours(*found.front(), request)) {
      job.current = std::move(*found.front());
      if (job.series.has_follow_up()) return finish_series(job, stop);
      if (holds_what_was_sent(*job.current, request)) return finish_with(job, GraphEvent(*job.current));
    }
  }
  job.fail(std::move(error));
}

void Writer::settle_create(Job& job, const http::Reply& reply, const std::stop_token& stop) {
  const WriteRequest& request = *job.request;
  std::string existing;
  if (reply->status != 201) {
    const GraphError graph = parse_error(reply->body);
    if (!same_code(graph.code, "ErrorDuplicateTransactionId")) {
      Error error = answer_error(*reply, "POST", job.place, session_.now());
      // Of a create that is the calendar.
      if (error.kind == ErrorKind::not_found) error.kind = ErrorKind::forbidden;
      return job.fail(std::move(error));
    }
    existing = graph.existing;
    if (existing.empty()) {
      auto found = search_marked(session_, request.collection, request.marker.store, request.marker.record, stop);
      if (found && !found->empty()) existing = found->front();
    }
  }
  auto event = reply->status == 201
                   ? event_in(reply, "POST", job.place, session_.now())
                   : std::move(get_events(session_, request.collection, std::span(&existing, 1), stop).front());
  if (!event || (reply->status != 201 && !is_ours(*event, request))) {
    // It is there or it is not: the next look will tell.
    return job.fail(make_error(ErrorKind::transient, job.place, "in doubt: an earlier try of this write was stored"));
  }
  if (!job.series.has_follow_up()) return finish_with(job, std::move(*event));
  job.current = std::move(*event);
  finish_series(job, stop);
}

/// The occurrences of a series that has just been written, and what became of it all.
void Writer::finish_series(Job& job, const std::stop_token& stop) {
  const WriteRequest& request = *job.request;
  const std::string id = job.current->id;
  auto read = [&] { return std::move(get_events(session_, request.collection, std::span(&id, 1), stop).front()); };
  const bool fresh = request.op == WriteOp::create && !job.resumed;
  auto master = fresh ? Result<GraphEvent>(*job.current) : read();
  Status status = master ? apply_parts(session_, request.collection, *master, job.series, stop) : master.error();
  if (status && (job.series.has_follow_up() || job.resumed)) status = close(job, true, stop);
  if (status) {
    master = read();
    if (!master) status = master.error();
  }
  if (status) return finish_with(job, std::move(*master));
  Error error = status.error();
  // A lost race is none: the same write goes on over what is there by then, and leaves alone what people have typed.
  const bool refused = error.kind == ErrorKind::rejected || error.kind == ErrorKind::forbidden;
  error.message = "only a part of the series could be written: " + error.message;
  if (refused && request.op == WriteOp::create) return undo_create(job, error, stop);
  // As long as it may still come, the series stays marked: nobody takes it for more than half.
  if (!refused || !close(job, false, stop)) error.kind = ErrorKind::transient;
  job.fail(std::move(error));
}

/// The last request of a write in several: its stamp, or none where it was refused in part, instead of the mark.
Status Writer::close(const Job& job, bool whole, const std::stop_token& stop) {
  if (!job.request->write_marker) return {};
  WriteRequest marked = *job.request;
  if (!whole) marked.marker.stamp.clear();
  BodyContext context;
  context.current = &*job.current;
  context.marked = &marked;
  Call call;
  call.method = "PATCH";
  call.path = session_.event_path(job.request->collection, job.current->id);
  FASTI_TRY(call.body, event_body({}, context));
  const auto reply = session_.send(call, stop);
  if (!reply) return reply.error();
  if (reply->status == 200) return {};
  return answer_error(*reply, "PATCH", job.place, session_.now());
}

/// Of a create that is refused in part nothing stays.
void Writer::undo_create(Job& job, const Error& cause, const std::stop_token& stop) {
  const auto reply = session_.send(delete_call(job, job.current->id, ""), stop);
  const bool undone = reply && (reply->status == 204 || reply->status == 200 || reply->status == 404);
  Error error = cause;
  if (!undone) error.kind = ErrorKind::transient;
  job.fail(std::move(error));
}

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
