#pragma once
// Stops asking a server that does not answer: after some failures in a row nothing is sent for a while, then one probe.
// Lives as long as its connector (a fresh process always tries once). Not thread-safe.
#include <chrono>

#include "engine/base/clock.hpp"

namespace fasti {
inline namespace v1 {
namespace http {

class CircuitBreaker {
 public:
  explicit CircuitBreaker(Clock& clock, int failures_max = 5, std::chrono::seconds pause = std::chrono::seconds{60});

  enum class State { closed, open, half_open };
  State state() const;
  /// How long it stays open.
  std::chrono::seconds remaining() const;
  /// The server has failed and not answered since: send single probes, not batches.
  bool suspicious() const { return failures_ > 0; }

  /// The server has answered before.
  bool proven() const { return proven_; }

  void succeeded();
  void failed();

 private:
  Clock& clock_;
  int failures_max_;
  std::chrono::seconds pause_;
  int failures_ = 0;
  bool proven_ = false;
  std::chrono::nanoseconds opened_{};
};

}  // namespace http
}  // namespace v1
}  // namespace fasti
