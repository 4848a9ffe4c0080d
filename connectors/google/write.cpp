#include "connectors/google/write.hpp"

#include <algorithm>
#include <map>

#include "connectors/google/errors.hpp"
#include "connectors/google/job.hpp"
#include "connectors/http/status.hpp"
#include "engine/base/hash.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace google {
namespace {

constexpr std::size_t kIdMin = 5;
constexpr std::size_t kIdMax = 1024;

Result<Written> written(const std::string& id) {
  Written out;
  out.id = id;
  return out;
}

bool is_base32hex(char c) { return (c >= 'a' && c <= 'v') || (c >= '0' && c <= '9'); }

bool has_floating(const WriteRequest& request) {
  return std::any_of(request.set.begin(), request.set.end(), [](const auto& one) {
    const auto* span = std::get_if<Span>(&one.second);
    return span && span->kind == SpanKind::floating;
  });
}

bool any_guests(const Series& series) {
  return has_guests(series.master) || std::any_of(series.exceptions.begin(), series.exceptions.end(), has_guests);
}

const char* verb(WriteOp op, bool over) {
  if (op == WriteOp::remove) return "DELETE";
  return op == WriteOp::create && !over ? "POST" : "PATCH";
}

Result<Written> echo_of(Session& session, const Job& job) {
  Written out;
  out.id = job.id;
  out.version = version_of(job.after->master, job.after->exceptions);
  if (auto object = read_series(session, job.request->collection, *job.after)) out.echo = std::move(*object);
  return out;
}

}  // namespace

std::string create_name(const WriteRequest& request) {
  const std::string& name = request.id.empty() ? request.uid : request.id;
  const bool fits =
      name.size() >= kIdMin && name.size() <= kIdMax && std::all_of(name.begin(), name.end(), is_base32hex);
  return fits ? name : short_hash(name);
}

Result<Query> mail_query(const Session& session, const Job& job, bool guests) {
  Query query{{"conferenceDataVersion", "1"}};
  std::string mail = "none";
  if (guests) {
    const auto place = session.place(job.request->collection, job.id);
    switch (session.settings().send_updates) {
      case SendUpdates::unset:
        return make_error(ErrorKind::rejected, place, "it has guests, and nobody has said whether they get mail",
                          "set send_updates of this connection to \"all\", \"externalOnly\" or \"none\"");
      case SendUpdates::none:
        break;
      case SendUpdates::external_only:
        mail = "externalOnly";
        break;
      case SendUpdates::all:
        mail = "all";
        break;
    }
  }
  query.emplace_back("sendUpdates", mail);
  return query;
}

const Marker* marker_of(const Job& job, bool finished, Marker& storage) {
  if (!job.request->write_marker || job.request->marker.store.empty()) return nullptr;
  storage = job.request->marker;
  if (!finished) storage.stamp.clear();
  return &storage;
}

std::vector<Result<Written>> Writer::send(std::span<const WriteRequest> requests, const std::stop_token& stop) {
  Jobs jobs;
  for (const auto& request : requests) {
    jobs.push_back(std::make_unique<Job>());
    Job& job = *jobs.back();
    job.request = &request;
    job.id = request.op == WriteOp::create ? create_name(request) : request.id;
    prepare(job, stop);
  }
  // The second time for those that found a write of ours half done, or a deleted event in their place.
  for (int round = 0; round < 2; ++round) {
    refresh(jobs, stop);
    write_masters(jobs, stop);
    look(jobs, stop);
  }
  write_occurrences(session_, jobs, stop);
  std::vector<Result<Written>> out;
  for (auto& job : jobs) {
    if (!job->reply && !job->after) job->finish(make_error(ErrorKind::internal, job->id, "a write without an end"));
    if (!job->reply) job->finish(job->failure ? Result<Written>(*job->failure) : echo_of(session_, *job));
    out.push_back(std::move(*job->reply));
  }
  return out;
}

void Writer::prepare(Job& job, const std::stop_token& stop) {
  const WriteRequest& request = *job.request;
  if (has_floating(request)) {
    auto zone = session_.zone_of(request.collection, stop);
    if (!zone) return job.finish(std::move(zone).error());
    job.zone = std::move(*zone);
  }
  if (request.op == WriteOp::create) return;
  auto items = read_shadow(request.shadow);
  if (!items || items->front().id != request.id) {
    job.refresh = true;
    return;
  }
  Series before{std::move(items->front()), {}};
  before.exceptions.assign(std::make_move_iterator(items->begin() + 1), std::make_move_iterator(items->end()));
  // An exception may have been edited while its master has not.
  const bool unsure = request.op == WriteOp::remove && before.master.series;
  job.refresh = unsure || before.master.etag.empty() || version_of(before.master, before.exceptions) != request.version;
  job.before = std::move(before);
}

void Writer::refresh(Jobs& jobs, const std::stop_token& stop) {
  std::map<std::string, std::vector<Job*>> by_collection;
  for (auto& job : jobs)
    if (job->refresh && !job->reply) by_collection[job->request->collection].push_back(job.get());
  for (auto& [collection, waiting] : by_collection) {
    std::vector<std::string> ids;
    for (const Job* job : waiting) ids.push_back(job->id);
    auto fresh = get_events(session_, collection, ids, stop);
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      Job& job = *waiting[i];
      job.refresh = false;
      if (!fresh[i]) {
        job.finish(job.looked ? still_open(fresh[i].error()) : std::move(fresh[i]).error());
        continue;
      }
      const std::string& wanted = job.request->version;
      const bool same = wanted.empty() || version_of(fresh[i]->master, fresh[i]->exceptions) == wanted;
      if (open_key(fresh[i]->master) == job.request->key) {
        resume(job, std::move(*fresh[i]));
        continue;
      }
      if (!same)
        job.finish(make_error(ErrorKind::precondition_failed, session_.place(collection, job.id),
                              "has another version by now"));
      job.before = std::move(*fresh[i]);
    }
  }
}

/// The first request of this very write is stored already: what it asks of occurrences is left to do, as planned over
/// what was there before it.
void Writer::resume(Job& job, Series&& half) {
  const bool known = job.before && version_of(job.before->master, job.before->exceptions) == job.request->version;
  if (job.request->op == WriteOp::create)
    job.before.reset();
  else if (!known)
    job.before = half;
  auto change = plan_change(*job.request, job.before ? &*job.before : nullptr);
  if (!change) return job.finish(std::move(change).error());
  job.change = std::move(*change);
  job.after = std::move(half);
  job.resumed = true;
}

Result<http::Request> Writer::master_request(Job& job) {
  const WriteRequest& request = *job.request;
  Edit edit;
  if (request.op != WriteOp::remove) {
    FASTI_TRY(job.change, plan_change(request, job.before ? &*job.before : nullptr));
  }
  edit.set = job.change.set;
  edit.clear = job.change.clear;
  edit.lines = job.change.lines;
  edit.zone = job.zone;
  edit.key = request.key;
  edit.restore = job.restore;
  const bool over = job.before.has_value();
  if (over)
    edit.before = &job.before->master;
  else
    edit.new_id = job.id;
  Marker marker;
  edit.marker = marker_of(job, !job.change.in_steps(), marker);
  if (job.change.in_steps())
    edit.open = request.key;
  else if (over && !open_key(job.before->master).empty())
    edit.open = "";
  const bool shown = request.op == WriteOp::remove || shows_to_guests(edit);
  FASTI_TRY(auto query, mail_query(session_, job, shown && (invites(edit) || (over && any_guests(*job.before)))));
  std::string body;
  if (request.op != WriteOp::remove) {
    FASTI_TRY(body, body_of(edit));
  }
  auto out = session_.event_request(verb(request.op, over), request.collection, over ? job.id : "", std::move(query),
                                    std::move(body));
  if (over) out.headers.emplace_back("If-Match", job.before->master.etag);
  return out;
}

void Writer::write_masters(Jobs& jobs, const std::stop_token& stop) {
  std::vector<http::Request> requests;
  std::vector<Job*> sent;
  for (auto& job : jobs) {
    if (!job->running() || job->after) continue;
    auto request = master_request(*job);
    if (!request) {
      Error error = std::move(request).error();
      if (error.place.empty()) error.place = session_.place(job->request->collection, job->id);
      job->finish(std::move(error));
      continue;
    }
    requests.push_back(std::move(*request));
    sent.push_back(job.get());
  }
  if (sent.empty()) return;
  const auto replies = session_.send(std::move(requests), stop);
  for (std::size_t i = 0; i < sent.size(); ++i) settle_master(*sent[i], replies[i]);
}

void Writer::settle_master(Job& job, const http::Reply& reply) {
  if (!reply) return job.finish(reply.error());
  const WriteRequest& request = *job.request;
  const std::string place = session_.place(request.collection, job.id);
  const int status = reply->status;
  if (request.op == WriteOp::remove && (http::is_success(status) || status == 410)) return job.finish(written(job.id));
  if (request.op != WriteOp::remove && status == 200) {
    auto item = read_item(reply->body);
    if (!item) return job.finish(answer_error(*reply, verb(request.op, job.before.has_value()), place, session_.now()));
    job.after = Series{std::move(*item), job.before ? job.before->exceptions : std::vector<Item>()};
    return;
  }
  if (request.op == WriteOp::remove && status == 404 && reply->in_doubt) return job.finish(written(job.id));
  Error error = answer_error(*reply, verb(request.op, job.before.has_value()), place, session_.now());
  if (job.restore) {
    // Tried once: some deleted events come back, some are refused. Their id stays taken: another one has to do.
    const bool refused = status == 400 || status == 403 || status == 404 || status == 410 || status == 412;
    if (refused && !asks_for_patience(*reply)) error.kind = ErrorKind::precondition_failed;
    return job.finish(std::move(error));
  }
  if (request.op == WriteOp::create && error.kind == ErrorKind::not_found) {
    error.kind = ErrorKind::forbidden;
    error.message += ": the calendar itself is not there";
  }
  const bool refused = error.kind == ErrorKind::precondition_failed;
  if (!refused || job.looked) return job.finish(std::move(error));
  job.look = true;
  job.failure = std::move(error);
}

/// Refused preconditions may be our own lost reply, or half of an earlier write of ours.
void Writer::look(Jobs& jobs, const std::stop_token& stop) {
  std::vector<http::Request> requests;
  std::vector<Job*> asked;
  for (auto& job : jobs) {
    if (!job->look || job->reply) continue;
    requests.push_back(session_.event_request("GET", job->request->collection, job->id));
    asked.push_back(job.get());
  }
  if (asked.empty()) return;
  const auto replies = session_.send(std::move(requests), stop);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    asked[i]->look = false;
    asked[i]->looked = true;
    settle_look(*asked[i], replies[i]);
  }
}

void Writer::settle_look(Job& job, const http::Reply& reply) {
  const WriteRequest& request = *job.request;
  const std::string place = session_.place(request.collection, job.id);
  const Error refusal = *std::exchange(job.failure, std::nullopt);
  auto item = reply && reply->status == 200 ? read_item(reply->body) : Result<Item>(Error{});
  if (!item) {
    Error error = reply ? answer_error(*reply, "GET", place, session_.now()) : reply.error();
    if (error.kind == ErrorKind::not_found)
      return job.finish(request.op == WriteOp::create ? refusal : std::move(error));
    error.kind = ErrorKind::transient;
    error.message = "in doubt: the write was refused, and reading the event back failed: " + error.message;
    return job.finish(std::move(error));
  }
  if (request.op == WriteOp::create) {
    settle_created(job, std::move(*item));
    if (!job.before && !job.refresh && !job.reply) job.finish(refusal);
    return;
  }
  if (item->cancelled) {
    if (request.op == WriteOp::remove) return job.finish(written(job.id));
    return job.finish(make_error(ErrorKind::not_found, place, "it was deleted"));
  }
  if (request.op == WriteOp::remove) return job.finish(refusal);
  const auto object = read_object(*item, {});
  if (open_key(*item) == request.key) {
    job.refresh = true;
  } else if (object && object->unfinished.empty() && object->marker && object->marker->store == request.marker.store &&
             object->marker->stamp == request.key) {
    // Landed. What somebody may have typed since must not pass for our echo: the next pull tells.
    job.finish(written(job.id));
  } else {
    job.finish(refusal);
  }
}

/// The id is taken: by our own create, by half of one, or by an event that was deleted.
void Writer::settle_created(Job& job, Item&& item) {
  const WriteRequest& request = *job.request;
  const auto object = read_object(item, {});
  const bool ours = object && object->marker && object->marker->store == request.marker.store &&
                    object->marker->record == request.marker.record;
  if (!ours) return;
  if (item.cancelled) {
    job.restore = true;
    job.before = Series{std::move(item), {}};
  } else if (object->unfinished == request.key) {
    job.refresh = true;
  } else if (object->marker->stamp == request.key) {
    job.finish(written(job.id));
  }
}

}  // namespace google
}  // namespace v1
}  // namespace fasti
