#include "connectors/http/client.hpp"

#include <algorithm>
#include <numeric>

#include "connectors/http/redact.hpp"
#include "connectors/http/status.hpp"
#include "connectors/http/url.hpp"

namespace fasti {
inline namespace v1 {
namespace http {
namespace {

constexpr int kRedirectsMax = 5;

Reply failure(ErrorKind kind, const std::string& place, std::string message, std::string hint = "") {
  Error error;
  error.kind = kind;
  error.place = place;
  error.message = std::move(message);
  error.hint = std::move(hint);
  Reply reply{std::move(error)};
  reply.may_have_landed = false;
  reply.exchanges = 0;
  return reply;
}

bool is_redirect(int status) { return status == 301 || status == 302 || status == 307 || status == 308; }

/// Same host and port, or from http to https on the same host.
bool may_follow(const Url& from, const Url& to) {
  if (from.same_origin(to)) return true;
  const bool upgrade = from.scheme == "http" && to.scheme == "https" && from.host == to.host;
  return upgrade && (to.port == from.port || to.port == 443);
}

}  // namespace

struct Client::Job {
  Request request;
  Reply reply = failure(ErrorKind::cancelled, "", "stopped");
  int failures = 0;
  int redirects = 0;
  bool in_doubt = false;
  bool refreshed = false;  ///< sent again with another token
  bool done = false;
  std::chrono::milliseconds wait{0};
};

Client::Client(Services services, ClientOptions options)
    : services_(std::move(services)),
      options_(std::move(options)),
      endpoint_(std::make_shared<const Endpoint>(options_.endpoint)),
      rate_(options_.rate, services_.clock),
      breaker_(services_.clock) {}

Reply Client::send(Request request, std::stop_token stop) {
  std::vector<Request> one;
  one.push_back(std::move(request));
  return std::move(send(std::move(one), std::move(stop)).front());
}

std::vector<Reply> Client::send(std::vector<Request> requests, std::stop_token stop) {
  std::vector<Job> jobs(requests.size());
  std::vector<std::size_t> pending(requests.size());
  std::iota(pending.begin(), pending.end(), std::size_t{0});
  for (std::size_t i = 0; i < requests.size(); ++i) {
    jobs[i].request = std::move(requests[i]);
  }
  while (!pending.empty() && !stop.stop_requested()) {
    run_round(jobs, pending, stop);
    std::vector<std::size_t> again;
    std::chrono::milliseconds wait{0};
    for (const auto index : pending) {
      if (jobs[index].done) continue;
      again.push_back(index);
      wait = std::max(wait, jobs[index].wait);
    }
    pending = std::move(again);
    if (!pending.empty() && wait.count() > 0) services_.clock.sleep(wait, stop);
  }
  std::vector<Reply> replies;
  replies.reserve(jobs.size());
  for (auto& job : jobs) {
    if (job.reply && job.in_doubt) job.reply->in_doubt = true;
    if (!job.reply && job.in_doubt) job.reply.may_have_landed = true;
    replies.push_back(std::move(job.reply));
  }
  return replies;
}

void Client::run_round(std::vector<Job>& jobs, std::vector<std::size_t>& pending, const std::stop_token& stop) {
  std::span<const std::size_t> rest(pending);
  while (!rest.empty()) {
    auto status = ready(stop);
    if (status) status = authorize(stop);
    if (!status) {
      for (const auto index : rest) {
        jobs[index].done = true;
        if (jobs[index].failures > 0) continue;  // its own last failure says more
        jobs[index].reply = Reply{status.error()};
        jobs[index].reply.may_have_landed = false;
        jobs[index].reply.exchanges = 0;
      }
      return;
    }
    // A dead server is not asked for every request of a large batch.
    const std::size_t few = std::min(std::max<std::size_t>(options_.parallel, 1), rest.size());
    const std::size_t wanted = breaker_.suspicious() ? 1 : breaker_.proven() ? rest.size() : few;
    const std::size_t granted = rate_.take(wanted, stop);
    if (granted == 0) return;
    exchange(jobs, rest.first(granted), stop);
    rest = rest.subspan(granted);
  }
}

/// An error while the breaker is open or the server wants more silence than we wait for.
Status Client::ready(const std::stop_token& stop) {
  if (breaker_.state() == CircuitBreaker::State::open) {
    Error error =
        failure(ErrorKind::transient, options_.name, "the server does not answer; not asking it again yet").error();
    error.retry_after = breaker_.remaining();
    return error;
  }
  const auto silence = quiet_until_ - services_.clock.ticks();
  if (silence.count() <= 0) return {};
  if (silence <= options_.retry.server_wait_max) {
    services_.clock.sleep(std::chrono::ceil<std::chrono::milliseconds>(silence), stop);
    return {};
  }
  Error error = failure(ErrorKind::rate_limited, options_.name, "the server asked for a pause").error();
  error.retry_after = std::chrono::ceil<std::chrono::seconds>(silence);
  return error;
}

/// Puts a token that is still good into the endpoint.
Status Client::authorize(const std::stop_token& stop) {
  if (!options_.tokens) return {};
  auto token = options_.tokens->token(refused_, stop);
  if (!token) {
    Error error = token.error();
    if (error.place.empty()) error.place = options_.name;
    return error;
  }
  if (endpoint_->auth.scheme == AuthScheme::bearer && endpoint_->auth.secret.reveal() == token->reveal()) return {};
  Endpoint changed = *endpoint_;
  changed.auth = Auth{AuthScheme::bearer, "", *std::move(token)};
  endpoint_ = std::make_shared<const Endpoint>(std::move(changed));
  return {};
}

void Client::exchange(std::vector<Job>& jobs, std::span<const std::size_t> chunk, const std::stop_token& stop) {
  std::vector<Request> requests;
  requests.reserve(chunk.size());
  for (const auto index : chunk) {
    jobs[index].request.endpoint = endpoint_;
    requests.push_back(std::move(jobs[index].request));
  }
  auto replies = services_.transport->send(requests, options_.parallel, stop);
  for (std::size_t i = 0; i < chunk.size(); ++i) {
    Job& job = jobs[chunk[i]];
    job.request = std::move(requests[i]);
    job.reply = std::move(replies[i]);
    requests_ += job.reply.exchanges;
    log(job.request, job.reply);
    settle(job);
  }
}

/// Decides whether the reply just received is the final one.
void Client::settle(Job& job) {
  job.done = true;
  job.wait = std::chrono::milliseconds{0};
  const Instant now = services_.clock.now();
  const bool unavailable = job.reply ? job.reply->status == 502 || job.reply->status == 503 || job.reply->status == 504
                                     : job.reply.error().kind == ErrorKind::transient;
  if (unavailable)
    breaker_.failed();
  else if (job.reply)
    breaker_.succeeded();
  if (!job.reply && job.reply.error().place.empty()) {
    Error error = job.reply.error();
    error.place = options_.name;
    const auto landed = job.reply.may_have_landed;
    job.reply = Reply{std::move(error)};
    job.reply.may_have_landed = landed;
  }
  if (job.reply && is_redirect(job.reply->status)) {
    job.done = !follow(job);
    return;
  }
  if (job.reply && job.reply->status == 401 && switch_to_digest(job)) {
    job.done = false;
    return;
  }
  if (job.reply && job.reply->status == 401 && refresh(job)) {
    job.done = false;
    return;
  }
  Verdict verdict = judge(job.request, job.reply, now);
  if (job.reply && options_.throttled && options_.throttled(*job.reply)) verdict = Verdict::retry;
  if (job.reply && options_.final_answer && options_.final_answer(job.request, *job.reply)) verdict = Verdict::final;
  if (verdict == Verdict::final) return;
  if (verdict == Verdict::retry_doubt) job.in_doubt = true;
  const auto asked = job.reply ? retry_after(job.reply->headers, now) : std::nullopt;
  if (asked) quiet_until_ = std::max(quiet_until_, services_.clock.ticks() + std::chrono::nanoseconds{*asked});
  ++job.failures;
  if (job.failures >= options_.retry.tries_max) return;
  if (asked && *asked > options_.retry.server_wait_max) return;
  job.wait = asked ? std::chrono::milliseconds{0} : backoff(options_.retry, job.failures - 1, services_.random);
  job.done = false;
}

bool Client::follow(Job& job) {
  const auto location = header(job.reply->headers, "Location");
  const auto from = parse_url(job.request.url);
  if (!location || !from) return false;
  const auto to = resolve(*from, *location);
  if (!to || !may_follow(*from, *to) || ++job.redirects > kRedirectsMax) {
    job.reply = failure(ErrorKind::bad_reply, options_.name,
                        "redirected from " + redact_url(job.request.url) + " to " + redact_url(*location) +
                            ", where these credentials are not sent",
                        "if the service has moved, set url to its new address");
    return false;
  }
  job.request.url = to->text();
  return true;
}

/// A refused token is replaced once per request: a second 401 is the answer.
bool Client::refresh(Job& job) {
  if (!options_.tokens || job.refreshed) return false;
  job.refreshed = true;
  refused_ = job.request.endpoint->auth.secret;
  return true;
}

bool Client::switch_to_digest(Job& job) {
  if (!options_.try_digest || job.request.endpoint->auth.scheme != AuthScheme::basic) return false;
  bool digest = false;
  bool basic = false;
  for (const auto& [name, value] : job.reply->headers) {
    if (!header({{name, value}}, "WWW-Authenticate")) continue;
    digest = digest || value.find("igest") != std::string::npos;
    basic = basic || value.find("asic") != std::string::npos;
  }
  if (!digest || basic) return false;
  if (endpoint_->auth.scheme == AuthScheme::basic) {
    Endpoint changed = *endpoint_;
    changed.auth.scheme = AuthScheme::digest;
    endpoint_ = std::make_shared<const Endpoint>(std::move(changed));
  }
  return true;
}

void Client::log(const Request& request, const Reply& reply) {
  if (!services_.log) return;
  const std::string outcome = reply
                                  ? std::to_string(reply->status) + ", " + std::to_string(reply->body.size()) + " bytes"
                                  : redact_text(reply.error().message);
  services_.log(LogLevel::debug,
                options_.name + ": " + request.method + " " + redact_url(request.url) + " -> " + outcome);
}

}  // namespace http
}  // namespace v1
}  // namespace fasti
