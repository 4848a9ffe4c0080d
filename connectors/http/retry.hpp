#pragma once
// When a request may be sent again, and after how long. Pure decisions; client.hpp does the waiting.
#include <chrono>
#include <optional>

#include "connectors/http/transport.hpp"
#include "engine/base/clock.hpp"

namespace fasti {
inline namespace v1 {
namespace http {

struct RetryPolicy {
  int tries_max = 4;
  std::chrono::milliseconds base{500};
  std::chrono::milliseconds cap{30000};
  /// A server that asks for a longer pause gets it, but the caller decides what to do meanwhile.
  std::chrono::seconds server_wait_max{120};
};

/// Exponential with full jitter: evenly from 0 to min(cap, base * 2^failures); `failures` counts from 0.
std::chrono::milliseconds backoff(const RetryPolicy& policy, int failures, Random& random);

/// Safe methods, and writes that a precondition makes harmless to repeat.
bool may_repeat(const Request& request);

enum class Verdict {
  final,       ///< hand it to the caller
  retry,       ///< nothing has happened at the server
  retry_doubt  ///< it may have happened: repeat, and say so
};
Verdict judge(const Request& request, const Reply& reply, Instant now);

}  // namespace http
}  // namespace v1
}  // namespace fasti
