#pragma once
// The requests of one connection: credentials, pace, retries, redirects, the circuit breaker, counting and log lines
// around a shared Transport. Knows HTTP, nothing of calendars. One thread at a time.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "connectors/http/circuit_breaker.hpp"
#include "connectors/http/rate_limit.hpp"
#include "connectors/http/retry.hpp"
#include "connectors/http/services.hpp"
#include "connectors/http/token_source.hpp"
#include "connectors/http/transport.hpp"

namespace fasti {
inline namespace v1 {
namespace http {

struct ClientOptions {
  std::string name;  ///< of the connection, for messages
  Endpoint endpoint;
  std::shared_ptr<TokenSource> tokens;  ///< bearer tokens that expire; replaces endpoint.auth
  /// An answer that asks for patience in the provider's own words, beside 429 and 503 (Google: a 403 by its reason).
  std::function<bool(const Response&)> throttled;
  /// An answer that is the last word whatever its status says (Notion: a 503 whose body says that the write is done).
  std::function<bool(const Request&, const Response&)> final_answer;
  bool try_digest = false;  ///< a 401 that offers digest only switches from basic to digest
  double rate = 0;          ///< requests per second; 0: no limit
  std::size_t parallel = 4;
  RetryPolicy retry;
};

class Client {
 public:
  Client(Services services, ClientOptions options);

  /// One reply per request, in order: the answer of whatever status, after retries and allowed redirects. `endpoint`
  /// of the requests is filled in. Credentials never go to another host: a redirect there is a bad_reply.
  std::vector<Reply> send(std::vector<Request> requests, std::stop_token stop);
  Reply send(Request request, std::stop_token stop);

  /// Requests that reached the server so far.
  std::uint64_t requests() const { return requests_; }
  Instant now() { return services_.clock.now(); }
  const std::string& name() const { return options_.name; }

 private:
  struct Job;
  void run_round(std::vector<Job>& jobs, std::vector<std::size_t>& pending, const std::stop_token& stop);
  void exchange(std::vector<Job>& jobs, std::span<const std::size_t> chunk, const std::stop_token& stop);
  Status authorize(const std::stop_token& stop);
  void settle(Job& job);
  bool refresh(Job& job);
  bool follow(Job& job);
  bool switch_to_digest(Job& job);
  Status ready(const std::stop_token& stop);
  void log(const Request& request, const Reply& reply);

  Services services_;
  ClientOptions options_;
  std::shared_ptr<const Endpoint> endpoint_;
  Secret refused_;  ///< the last token that was answered with 401
  RateLimit rate_;
  CircuitBreaker breaker_;
  std::chrono::nanoseconds quiet_until_{};  ///< the server asked for silence until then
  std::uint64_t requests_ = 0;
};

}  // namespace http
}  // namespace v1
}  // namespace fasti
