#include <algorithm>

#include "connectors/google/errors.hpp"
#include "connectors/google/job.hpp"
#include "connectors/http/status.hpp"
#include "engine/base/try.hpp"
#include "engine/model/value_json.hpp"

namespace fasti {
inline namespace v1 {
namespace google {
namespace {

using Jobs = std::vector<std::unique_ptr<Job>>;
using Type = OccurrenceChange::Type;

bool in_steps(const Job& job) { return !job.reply && job.after && (job.change.in_steps() || job.resumed); }

Properties now_there(const Job& job) {
  auto object = read_object(job.after->master, job.after->exceptions);
  return object ? std::move(object->properties) : Properties();
}

std::optional<Span> span_of(const Job& job) {
  const auto now = now_there(job);
  const auto found = now.find("start");
  return found == now.end() ? std::nullopt : std::optional(std::get<Span>(found->second));
}

/// Other times reset exceptions, or lose them: what is left of them is asked for.
void gather_retimed(Session& session, Jobs& jobs, const std::stop_token& stop) {
  std::map<std::string, std::vector<Job*>> by_collection;
  for (auto& job : jobs)
    if (in_steps(*job) && job->before && job->change.retimed && !job->resumed)
      by_collection[job->request->collection].push_back(job.get());
  for (auto& [collection, waiting] : by_collection) {
    std::vector<Series> known;
    for (const Job* job : waiting) known.push_back({job->after->master, {}});
    auto all = gather(session, collection, std::move(known), stop);
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      if (all[i])
        waiting[i]->after = std::move(*all[i]);
      else
        waiting[i]->failure = std::move(all[i]).error();
    }
  }
}

void take_known(Job& job, const Span& span) {
  for (const Item& item : job.after->exceptions) {
    const auto part = part_of(item, span);
    if (part && job.open.count(*part) != 0) job.items.emplace(*part, item);
  }
}

/// A question for an occurrence that was never changed: only the service knows what it is called.
struct Lookup {
  Job* job = nullptr;
  std::string part;
  std::string start;
  std::string page;
};

/// False: its page was empty, and there is another.
bool take_found(Session& session, Lookup& lookup, const http::Reply& reply) {
  Job& job = *lookup.job;
  const std::string place = session.place(job.request->collection, job.id + "@" + lookup.part);
  auto page = reply && reply->status == 200 ? read_page(reply->body) : Result<Page>(Error{});
  if (!page) {
    job.failure = reply ? answer_error(*reply, "GET", place, session.now()) : reply.error();
    return true;
  }
  if (!page->items.empty()) {
    job.items.emplace(lookup.part, std::move(page->items.front()));
    return true;
  }
  lookup.page = page->next_page;
  if (!lookup.page.empty()) return false;
  const auto& change = job.open.at(lookup.part);
  if (change.type == Type::edit && change.asked)
    job.failure = make_error(ErrorKind::rejected, place, "the series has no such occurrence");
  job.open.erase(lookup.part);
  return true;
}

/// Whether somebody typed this into an occurrence since the write began: neither what was there nor its series says so.
bool typed_since(const Properties& before, const Properties& now, const std::string& part, const std::string& name) {
  const auto own = now.find(make_path(name, part));
  if (own == now.end()) return false;
  std::vector<Value> known;
  for (const Properties* all : {&before, &now}) {
    if (const auto series = all->find(name); series != all->end()) {
      known.push_back(series->second);
      if (auto* span = std::get_if<Span>(&known.back())) {
        const auto length = span->end - span->start;
        span->start = place_part(part, *span);
        span->end = span->start + length;
      }
    }
  }
  if (const auto was = before.find(make_path(name, part)); was != before.end()) known.push_back(was->second);
  return std::find(known.begin(), known.end(), own->second) == known.end();
}

/// A write that goes on after a while leaves alone what people have typed into its occurrences meanwhile.
void spare_typed(Job& job) {
  Properties was;
  if (job.before) {
    const auto before = read_object(job.before->master, job.before->exceptions);
    if (before) was = before->properties;
  }
  const Properties now = now_there(job);
  for (auto entry = job.open.begin(); entry != job.open.end();) {
    auto& [part, change] = *entry;
    const auto typed = [&, key = part](const std::string& name) { return typed_since(was, now, key, name); };
    const bool any = std::any_of(now.begin(), now.end(), [&, key = part](const auto& one) {
      return path_part(one.first) == key && typed(path_name(one.first));
    });
    std::erase_if(change.set, [&](const auto& one) { return typed(one.first); });
    std::erase_if(change.clear, typed);
    const bool idle = change.type == Type::edit ? change.set.empty() && change.clear.empty() : any;
    entry = idle ? job.open.erase(entry) : std::next(entry);
  }
}

/// The occurrences that are not known yet.
void plan_lookups(Job& job, std::vector<Lookup>& lookups) {
  job.open = left_to_do(job.change, now_there(job));
  if (job.resumed) spare_typed(job);
  const auto span = span_of(job);
  if (!span) return;
  take_known(job, *span);
  for (const auto& [part, change] : job.open) {
    if (job.items.count(part) != 0) continue;
    auto start = original_start(part, *span);
    if (!start) {
      job.failure = std::move(start).error();
      return;
    }
    lookups.push_back({&job, part, std::move(*start), ""});
  }
}

void find_occurrences(Session& session, Jobs& jobs, const std::stop_token& stop) {
  std::vector<Lookup> lookups;
  for (auto& job : jobs)
    if (in_steps(*job) && !job->failure) plan_lookups(*job, lookups);
  while (!lookups.empty()) {
    std::vector<http::Request> requests;
    for (const auto& one : lookups)
      requests.push_back(session.occurrence_request(one.job->request->collection, one.job->id, one.start, one.page));
    const auto replies = session.send(std::move(requests), stop);
    std::vector<Lookup> more;
    for (std::size_t i = 0; i < lookups.size(); ++i)
      if (!take_found(session, lookups[i], replies[i])) more.push_back(std::move(lookups[i]));
    lookups = std::move(more);
  }
}

/// The values of the series, over whatever the occurrence has of its own.
Edit edit_to_inherit(const Job& job, const Item& item, const std::string& part, std::map<std::string, Value>& values) {
  const Properties now = now_there(job);
  const auto own = read_object(job.after->master, {item});
  Edit edit;
  for (const auto& [name, value] : now) {
    if (!path_part(name).empty() || name == "recurrence" || name == "start" || name == "hangoutLink") continue;
    values[name] = value;
  }
  if (const auto start = now.find("start"); start != now.end()) {
    Span span = std::get<Span>(start->second);
    const auto length = span.end - span.start;
    const auto at = place_part(part, span);
    span.start = at;
    span.end = at + length;
    values["start"] = span;
  }
  if (!own) return edit;
  for (const auto& [path, value] : own->properties)
    if (path_part(path) == part && values.count(path_name(path)) == 0) edit.clear.insert(path_name(path));
  return edit;
}

/// nullopt: nothing to send.
Result<std::optional<http::Request>> request_for(Session& session, Job& job, const std::string& part) {
  const OccurrenceChange& change = job.open.at(part);
  const Item& item = job.items.at(part);
  const std::string& collection = job.request->collection;
  const bool reaches = has_guests(item) || has_guests(job.after->master);
  if (change.type == Type::cancel) {
    if (item.cancelled) return std::optional<http::Request>();
    FASTI_TRY(auto query, mail_query(session, job, reaches));
    auto out = session.event_request("DELETE", collection, item.id, std::move(query));
    if (!item.etag.empty()) out.headers.emplace_back("If-Match", item.etag);
    return std::optional(std::move(out));
  }
  if (item.cancelled != (change.type == Type::restore)) return std::optional<http::Request>();
  std::map<std::string, Value> values = change.set;
  Edit edit;
  if (change.type == Type::reset) edit = edit_to_inherit(job, item, part, values);
  for (const auto& [name, value] : values) edit.set[name] = &value;
  edit.clear.insert(change.clear.begin(), change.clear.end());
  edit.before = &item;
  edit.zone = job.zone;
  edit.key = job.request->key + part;
  edit.restore = change.type == Type::restore;
  Marker marker;
  edit.marker = marker_of(job, true, marker);
  FASTI_TRY(auto query, mail_query(session, job, shows_to_guests(edit) && (reaches || invites(edit))));
  FASTI_TRY(auto body, body_of(edit));
  auto out = session.event_request("PATCH", collection, item.id, std::move(query), std::move(body));
  if (!item.etag.empty()) out.headers.emplace_back("If-Match", item.etag);
  return std::optional(std::move(out));
}

/// A deleted occurrence as listings show it: enough to know it by.
Item cancelled_item(const Item& item) {
  Item out = item;
  out.cancelled = true;
  out.etag.clear();
  std::string json = "{\"id\":";
  append_json_string(json, item.id);
  json += ",\"status\":\"cancelled\",\"recurringEventId\":";
  append_json_string(json, item.master);
  json += std::string(",\"originalStartTime\":{\"") + (item.original.size() == 10 ? "date" : "dateTime") + "\":";
  append_json_string(json, item.original);
  out.json = json + "}}";
  return out;
}

void settle(Session& session, Job& job, const std::string& part, const http::Reply& reply) {
  const OccurrenceChange& change = job.open.at(part);
  const Item& item = job.items.at(part);
  if (!reply) {
    job.failure = reply.error();
    return;
  }
  const bool cancel = change.type == Type::cancel;
  if (cancel && (http::is_success(reply->status) || reply->status == 404 || reply->status == 410)) {
    merge_item(job.after->exceptions, cancelled_item(item));
    return;
  }
  auto stored = !cancel && reply->status == 200 ? read_item(reply->body) : Result<Item>(Error{});
  if (stored)
    merge_item(job.after->exceptions, std::move(*stored));
  else
    job.failure = answer_error(*reply, cancel ? "DELETE" : "PATCH",
                               session.place(job.request->collection, job.id + "@" + part), session.now());
}

/// Whether an exception says what it said, apart from what our change of its series gave it.
bool same_but_for_ours(const Job& job, const Item& before, const Item& now, const std::string& part) {
  const Series& series = job.before ? *job.before : *job.after;
  const auto old = read_object(series.master, {before});
  const auto there = read_object(job.after->master, {now});
  if (!old || !there || before.cancelled != now.cancelled) return false;
  const auto own = [&](const Properties& all) {
    Properties out;
    for (const auto& [path, value] : all)
      if (path_part(path) == part && job.change.set.count(path_name(path)) == 0 &&
          job.change.clear.count(path_name(path)) == 0)
        out.emplace(path, value);
    return out;
  };
  return own(old->properties) == own(there->properties);
}

/// Nobody says whether the ETag of an exception moves with its series: one that was refused is looked at.
void retry_refused(Session& session, std::vector<std::pair<Job*, std::string>>& refused, const std::stop_token& stop) {
  std::vector<http::Request> looks;
  for (const auto& [job, part] : refused)
    looks.push_back(session.event_request("GET", job->request->collection, job->items.at(part).id));
  const auto found = session.send(std::move(looks), stop);
  std::vector<http::Request> again;
  std::vector<std::pair<Job*, std::string>> sent;
  for (std::size_t i = 0; i < refused.size(); ++i) {
    auto& [job, part] = refused[i];
    auto item = found[i] && found[i]->status == 200 ? read_item(found[i]->body) : Result<Item>(Error{});
    if (!item || !same_but_for_ours(*job, job->items.at(part), *item, part)) continue;
    job->items[part] = std::move(*item);
    auto request = request_for(session, *job, part);
    if (!request || !*request) continue;
    again.push_back(std::move(**request));
    sent.push_back(refused[i]);
    job->failure.reset();
  }
  const auto replies = session.send(std::move(again), stop);
  for (std::size_t i = 0; i < sent.size(); ++i) settle(session, *sent[i].first, sent[i].second, replies[i]);
}

void send_occurrences(Session& session, Jobs& jobs, const std::stop_token& stop) {
  std::vector<http::Request> requests;
  std::vector<std::pair<Job*, std::string>> sent;
  for (auto& job : jobs) {
    if (!in_steps(*job) || job->failure) continue;
    for (const auto& [part, change] : job->open) {
      auto request = request_for(session, *job, part);
      if (!request) {
        job->failure = std::move(request).error();
        break;
      }
      if (!*request) continue;
      requests.push_back(std::move(**request));
      sent.emplace_back(job.get(), part);
    }
  }
  if (requests.empty()) return;
  const auto replies = session.send(std::move(requests), stop);
  std::vector<std::pair<Job*, std::string>> refused;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    const bool before = sent[i].first->failure.has_value();
    settle(session, *sent[i].first, sent[i].second, replies[i]);
    if (!before && replies[i] && replies[i]->status == 412) refused.push_back(sent[i]);
  }
  if (!refused.empty()) retry_refused(session, refused, stop);
}

/// Errors after which the rest of the write is still to come: the series stays marked as open.
bool goes_on_later(ErrorKind kind) {
  return kind == ErrorKind::transient || kind == ErrorKind::bad_reply || kind == ErrorKind::rate_limited ||
         kind == ErrorKind::unauthenticated || kind == ErrorKind::cancelled;
}

/// The last request of a write: its stamp instead of the mark. Of a create that is refused in part nothing stays.
Result<http::Request> last_request(const Session& session, const Job& job) {
  const WriteRequest& request = *job.request;
  if (job.failure && request.op == WriteOp::create) {
    FASTI_TRY(auto query, mail_query(session, job, has_guests(job.after->master)));
    return session.event_request("DELETE", request.collection, job.id, std::move(query));
  }
  Edit edit;
  edit.before = &job.after->master;
  edit.open = "";
  Marker marker;
  edit.marker = marker_of(job, !job.failure, marker);
  FASTI_TRY(auto body, body_of(edit));
  // Without a precondition: it names nothing that is anybody else's.
  return session.event_request("PATCH", request.collection, job.id, {{"sendUpdates", "none"}}, std::move(body));
}

void settle_last(Session& session, Job& job, const http::Reply& reply) {
  if (job.failure) return job.finish(*job.failure);
  auto item = reply && reply->status == 200 ? read_item(reply->body) : Result<Item>(Error{});
  if (item) {
    job.after->master = std::move(*item);
    return;
  }
  const auto place = session.place(job.request->collection, job.id);
  job.finish(still_open(reply ? answer_error(*reply, "PATCH", place, session.now()) : reply.error()));
}

void close(Session& session, Jobs& jobs, const std::stop_token& stop) {
  std::vector<http::Request> requests;
  std::vector<Job*> sent;
  for (auto& job : jobs) {
    if (!in_steps(*job)) continue;
    if (job->failure && goes_on_later(job->failure->kind)) {
      job->finish(still_open(*job->failure));
      continue;
    }
    auto request = last_request(session, *job);
    if (!request) {
      job->finish(std::move(request).error());
      continue;
    }
    requests.push_back(std::move(*request));
    sent.push_back(job.get());
  }
  if (requests.empty()) return;
  const auto replies = session.send(std::move(requests), stop);
  for (std::size_t i = 0; i < sent.size(); ++i) settle_last(session, *sent[i], replies[i]);
}

}  // namespace

Error still_open(Error error) {
  error.kind = ErrorKind::transient;
  error.message = "in doubt, a part of the series is written: " + error.message;
  return error;
}

void write_occurrences(Session& session, std::vector<std::unique_ptr<Job>>& jobs, const std::stop_token& stop) {
  gather_retimed(session, jobs, stop);
  find_occurrences(session, jobs, stop);
  send_occurrences(session, jobs, stop);
  close(session, jobs, stop);
}

}  // namespace google
}  // namespace v1
}  // namespace fasti
