#include "connectors/http/rate_limit.hpp"

#include <algorithm>
#include <cmath>

namespace fasti {
inline namespace v1 {
namespace http {

RateLimit::RateLimit(double per_second, Clock& clock)
    : per_second_(per_second),
      capacity_(std::max(1.0, per_second)),
      tokens_(capacity_),
      clock_(clock),
      refilled_(clock.ticks()) {}

void RateLimit::refill() {
  const auto now = clock_.ticks();
  const double seconds = std::chrono::duration<double>(now - refilled_).count();
  refilled_ = now;
  tokens_ = std::min(capacity_, tokens_ + seconds * per_second_);
}

std::size_t RateLimit::take(std::size_t wanted, const std::stop_token& stop) {
  if (per_second_ <= 0) return wanted;
  refill();
  while (tokens_ < 1.0) {
    if (stop.stop_requested()) return 0;
    const double missing_seconds = (1.0 - tokens_) / per_second_;
    clock_.sleep(std::chrono::milliseconds{static_cast<std::int64_t>(std::ceil(missing_seconds * 1000.0))}, stop);
    refill();
  }
  const auto granted = std::min(wanted, static_cast<std::size_t>(tokens_));
  tokens_ -= static_cast<double>(granted);
  return granted;
}

}  // namespace http
}  // namespace v1
}  // namespace fasti
