#include "connectors/caldav/write.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "connectors/caldav/errors.hpp"
#include "connectors/caldav/objects.hpp"
#include "connectors/http/status.hpp"
#include "connectors/ical/object.hpp"
#include "engine/base/hash.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace caldav {
namespace {

/// Radicale refuses names of 300 characters, percent-encoding triples what is not ASCII.
constexpr std::size_t kNameMax = 180;
constexpr std::string_view kSuffix = ".ics";

bool is_weak(const std::string& version) { return version.compare(0, 2, "W/") == 0; }

/// Without a strong version If-Match cannot protect the write.
bool needs_compare(const WriteRequest& request) {
  return request.op != WriteOp::create && (request.version.empty() || is_weak(request.version));
}

Result<std::string> text_of(const WriteRequest& request, Instant now) {
  if (!request.verbatim.empty()) return request.verbatim;
  return request.op == WriteOp::create ? ical::create_object(request, now) : ical::patch_object(request, now);
}

bool is_ours(const RemoteObject& object, const WriteRequest& request) {
  if (!object.marker || object.marker->store != request.marker.store) return false;
  if (object.marker->record != request.marker.record || object.marker->stamp.empty()) return false;
  return object.marker->stamp == request.key || object.marker->stamp == request.marker.stamp;
}

/// Our stamp outlives a later edit by somebody else, which must not pass for our own echo.
bool holds_what_was_sent(const RemoteObject& object, const WriteRequest& request, Instant now) {
  const auto text = text_of(request, now);
  const auto sent = text ? ical::read_object(*text) : Result<RemoteObject>(text.error());
  return sent && sent->properties == object.properties;
}

const char* verb(WriteOp op) { return op == WriteOp::remove ? "DELETE" : "PUT"; }

Result<Written> written(const std::string& id, const std::string& version) {
  Written out;
  out.id = id;
  out.version = version;
  return out;
}

}  // namespace

std::string create_name(const WriteRequest& request) {
  std::string name = request.id.empty() ? request.uid : request.id;
  if (name.size() > kSuffix.size() && name.compare(name.size() - kSuffix.size(), kSuffix.size(), kSuffix) == 0)
    return name;
  const bool safe = !name.empty() && name.size() <= kNameMax && name.front() != '.' &&
                    std::none_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == '/'; }) &&
                    http::percent_encode_path(name).size() <= kNameMax;
  return (safe ? name : short_hash(name)) + std::string(kSuffix);
}

struct Writer::Job {
  const WriteRequest* request = nullptr;
  std::string id;
  std::string path;
  Calendar calendar;
  std::optional<http::Request> put;
  std::optional<Result<Written>> reply;
  bool look = false;  ///< only the object itself can tell what became of the write
  bool in_doubt = false;
  std::string version;  ///< that the server gave for this write

  void finish(Result<Written> result) { reply = std::move(result); }
};

namespace {

http::Request make_request(const WriteRequest& request, const std::string& url, std::string text) {
  http::Request out;
  out.method = verb(request.op);
  out.url = url;
  if (request.op == WriteOp::create)
    out.headers.emplace_back("If-None-Match", "*");
  else
    out.headers.emplace_back("If-Match", needs_compare(request) ? "*" : request.version);
  if (request.op == WriteOp::remove) return out;
  out.headers.emplace_back("Content-Type", "text/calendar; charset=utf-8");
  out.body = std::move(text);
  return out;
}

}  // namespace

std::vector<Result<Written>> Writer::send(std::span<const WriteRequest> requests, const std::stop_token& stop) {
  std::vector<Job> jobs;
  jobs.reserve(requests.size());
  const Instant now = session_.now();
  for (const auto& request : requests) {
    Calendar calendar = session_.calendar(request.collection);
    const std::string id = request.op == WriteOp::create ? create_name(request) : request.id;
    const std::string path = calendar.path() + id;
    jobs.push_back(Job{&request, id, path, std::move(calendar), {}, {}, false, false, {}});
    Job& job = jobs.back();
    auto text = request.op == WriteOp::remove ? Result<std::string>(std::string()) : text_of(request, now);
    if (text)
      job.put = make_request(request, job.calendar.url_of(id), std::move(*text));
    else
      job.finish(std::move(text).error());
  }
  compare_first(jobs, stop);
  std::vector<http::Request> puts;
  std::vector<Job*> sent;
  for (auto& job : jobs) {
    if (job.reply) continue;
    puts.push_back(std::move(*job.put));
    sent.push_back(&job);
  }
  auto replies = session_.client().send(std::move(puts), stop);
  for (std::size_t i = 0; i < sent.size(); ++i) settle(*sent[i], std::move(replies[i]));
  look(jobs, stop);
  std::vector<Result<Written>> out;
  out.reserve(jobs.size());
  for (auto& job : jobs) out.push_back(std::move(*job.reply));
  return out;
}

/// The next best thing to If-Match: read it, and write only if it is still the version we were given.
void Writer::compare_first(std::vector<Job>& jobs, const std::stop_token& stop) {
  for (auto& job : jobs) {
    if (job.reply || !needs_compare(*job.request)) continue;
    auto raws = get_each(session_, job.calendar, std::span<const std::string>(&job.id, 1), stop);
    if (!raws.front())
      job.finish(std::move(raws.front()).error());
    else if (job.request->version.empty() || raws.front()->version != job.request->version)
      job.finish(make_error(ErrorKind::precondition_failed, session_.place(job.path), "has another version by now"));
  }
}

void Writer::settle(Job& job, http::Reply&& reply) {
  if (!reply) return job.finish(std::move(reply).error());
  job.in_doubt = reply->in_doubt;
  const int status = reply->status;
  const bool removed = job.request->op == WriteOp::remove;
  if (status != 200 && status != 201 && status != 204) return settle_refusal(job, *reply);
  if (removed) return job.finish(written(job.id, ""));
  job.version = http::header(reply->headers, "ETag").value_or("");
  // No ETag: the server has changed what it was given (scheduling), or does not say. Weak: no use for If-Match.
  if (job.version.empty())
    job.look = true;
  else
    job.finish(written(job.id, job.version));
}

void Writer::settle_refusal(Job& job, const http::Response& response) {
  const std::string place = session_.place(job.path);
  const bool removed = job.request->op == WriteOp::remove;
  if (response.status == 207) {  // Xandikos: the real status is inside
    const auto inner = parse_multistatus(response.body);
    if (!inner || inner->responses.empty()) return job.finish(shape_error(response, verb(job.request->op), place));
    const auto& row = inner->responses.front();
    const int status = row.status ? row.status : row.failed_status;
    return job.finish(inner_error(status, row.error, verb(job.request->op), place));
  }
  if (removed && (response.status == 404 || response.status == 410) && job.in_doubt)
    return job.finish(written(job.id, ""));
  Error error = answer_error(response, verb(job.request->op), place, session_.now());
  if (job.request->op == WriteOp::create && error.kind == ErrorKind::not_found) {
    error.kind = ErrorKind::forbidden;
    error.message += ": the calendar itself is not there";
  }
  if (error.kind == ErrorKind::precondition_failed) job.look = true;
  job.finish(std::move(error));
}

/// One GET for each write whose outcome is open: refused preconditions may be our own lost reply.
void Writer::look(std::vector<Job>& jobs, const std::stop_token& stop) {
  std::map<std::string, std::vector<Job*>> by_calendar;
  for (auto& job : jobs)
    if (job.look) by_calendar[job.calendar.path()].push_back(&job);
  for (auto& [path, open] : by_calendar) {
    std::vector<std::string> ids;
    for (const Job* job : open) ids.push_back(job->id);
    auto raws = get_each(session_, open.front()->calendar, ids, stop);
    for (std::size_t i = 0; i < open.size(); ++i) settle_look(*open[i], std::move(raws[i]));
  }
}

void Writer::settle_look(Job& job, Result<Raw>&& raw) {
  const bool stored = !job.reply;  // a success without an ETag
  const std::string place = session_.place(job.path);
  if (!raw) {
    Error error = std::move(raw).error();
    if (stored) return job.finish(written(job.id, ""));
    if (error.kind == ErrorKind::not_found) {
      if (job.request->op == WriteOp::remove && job.in_doubt) return job.finish(written(job.id, ""));
      if (job.request->op == WriteOp::create) return;  // refused, and nothing is there: the refusal stands
      return job.finish(std::move(error));
    }
    error.kind = ErrorKind::transient;
    error.message = "in doubt: the server refused a repeated write, and reading it back failed: " + error.message;
    return job.finish(std::move(error));
  }
  auto object = read_raw(job.id, *raw, place);
  const bool landed = !stored && object && job.request->op != WriteOp::remove && is_ours(*object, *job.request) &&
                      holds_what_was_sent(*object, *job.request, session_.now());
  if (stored || landed) {
    Written out;
    out.id = job.id;
    out.version = raw->version;
    if (object) out.echo = std::move(*object);
    return job.finish(std::move(out));
  }
}

}  // namespace caldav
}  // namespace v1
}  // namespace fasti
