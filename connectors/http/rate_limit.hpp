#pragma once
// A token bucket: at most `rate` requests per second, with a burst of one second's worth. Not thread-safe.
#include <chrono>
#include <cstddef>

#include "engine/base/clock.hpp"

namespace fasti {
inline namespace v1 {
namespace http {

class RateLimit {
 public:
  /// `per_second` <= 0: no limit.
  RateLimit(double per_second, Clock& clock);
  /// How many of `wanted` (> 0) may be sent now; waits until it is at least one, or returns 0 when stopped.
  std::size_t take(std::size_t wanted, const std::stop_token& stop);

 private:
  void refill();

  double per_second_;
  double capacity_;
  double tokens_;
  Clock& clock_;
  std::chrono::nanoseconds refilled_{};
};

}  // namespace http
}  // namespace v1
}  // namespace fasti
