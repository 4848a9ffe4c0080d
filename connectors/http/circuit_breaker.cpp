#include "connectors/http/circuit_breaker.hpp"

#include <algorithm>

namespace fasti {
inline namespace v1 {
namespace http {

CircuitBreaker::CircuitBreaker(Clock& clock, int failures_max, std::chrono::seconds pause)
    : clock_(clock), failures_max_(failures_max), pause_(pause) {}

CircuitBreaker::State CircuitBreaker::state() const {
  if (failures_ < failures_max_) return State::closed;
  return clock_.ticks() - opened_ >= pause_ ? State::half_open : State::open;
}

std::chrono::seconds CircuitBreaker::remaining() const {
  if (state() != State::open) return std::chrono::seconds{0};
  return std::chrono::ceil<std::chrono::seconds>(pause_ - (clock_.ticks() - opened_));
}

void CircuitBreaker::succeeded() {
  failures_ = 0;
  proven_ = true;
}

void CircuitBreaker::failed() {
  failures_ = std::min(failures_ + 1, failures_max_);
  if (failures_ == failures_max_) opened_ = clock_.ticks();
}

}  // namespace http
}  // namespace v1
}  // namespace fasti
