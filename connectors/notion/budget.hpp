#pragma once
// Notion's budget: so many requests in any 60 seconds, spent as fast as one likes within them.
#include <chrono>
#include <cstddef>
#include <deque>

#include "engine/base/clock.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {

class Budget {
 public:
  /// 0: no limit.
  Budget(std::size_t per_window, Clock& clock) : per_window_(per_window), clock_(clock) {}

  /// How many of `wanted` requests may be sent now, at least one; waits for it. 0 only when `stop` was requested.
  std::size_t take(std::size_t wanted, const std::stop_token& stop);
  /// Requests that were sent beside those that were taken (a retry).
  void spend(std::size_t count);

 private:
  void forget_old();

  std::size_t per_window_;
  Clock& clock_;
  std::deque<std::chrono::nanoseconds> sent_;
};

}  // namespace notion
}  // namespace v1
}  // namespace fasti
