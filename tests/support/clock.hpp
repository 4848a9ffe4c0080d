#pragma once
// Time and chance that a test decides: nothing here looks at the machine's clock or entropy.
#include <cstdint>

#include "engine/base/clock.hpp"

namespace fasti {
inline namespace v1 {
namespace support {

/// Stands still until told to move; a sleep moves it.
class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(Instant start = Instant(std::chrono::hours(24 * 365 * 56))) : now_(start) {}
  Instant now() override { return now_; }
  std::chrono::nanoseconds ticks() override { return now_.time_since_epoch(); }
  void sleep(std::chrono::milliseconds duration, std::stop_token) override {
    slept_ += duration;
    now_ += duration;
  }
  void advance(std::chrono::milliseconds duration) { now_ += duration; }
  std::chrono::milliseconds slept() const { return slept_; }

 private:
  Instant now_;
  std::chrono::milliseconds slept_{0};
};

/// SplitMix64: a seed gives the same numbers on every machine.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() override {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }
  /// 0 … limit - 1; 0 when the limit is 0.
  std::uint64_t below(std::uint64_t limit) { return limit == 0 ? 0 : next() % limit; }
  bool chance(double probability) {
    return probability > 0 && static_cast<double>(next() >> 11U) * 0x1.0p-53 < probability;
  }

 private:
  std::uint64_t state_;
};

}  // namespace support
}  // namespace v1
}  // namespace fasti
