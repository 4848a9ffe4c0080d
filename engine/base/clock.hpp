#pragma once
// The only ways to know the time, to wait, and to be random: a whole world runs under a virtual clock and a seed.
#include <chrono>
#include <cstdint>
#include <stop_token>

#include <fasti/value.hpp>

namespace fasti {
inline namespace v1 {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() = 0;
  /// Monotonic, for durations.
  virtual std::chrono::nanoseconds ticks() = 0;
  /// Returns early when `stop` is requested.
  virtual void sleep(std::chrono::milliseconds duration, std::stop_token stop) = 0;
};

class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t next() = 0;
};

Clock& system_clock();
/// Seeded by the operating system; safe to share between threads.
Random& system_random();

}  // namespace v1
}  // namespace fasti
