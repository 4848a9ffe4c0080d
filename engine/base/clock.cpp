#include "engine/base/clock.hpp"

#include <condition_variable>
#include <mutex>
#include <random>

namespace fasti {
inline namespace v1 {
namespace {

class SystemClock : public Clock {
 public:
  Instant now() override { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

  std::chrono::nanoseconds ticks() override { return std::chrono::steady_clock::now().time_since_epoch(); }

  void sleep(std::chrono::milliseconds duration, std::stop_token stop) override {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any woken;
    woken.wait_for(lock, stop, duration, [] { return false; });
  }
};

class SystemRandom : public Random {
 public:
  std::uint64_t next() override {
    const std::lock_guard lock(mutex_);
    const std::uint64_t high = device_();
    return (high << 32) | device_();
  }

 private:
  std::mutex mutex_;
  std::random_device device_;  // the kernel's generator each time: ids must not repeat in a copied process
};

}  // namespace

Clock& system_clock() {
  static SystemClock clock;
  return clock;
}

Random& system_random() {
  static SystemRandom random;
  return random;
}

}  // namespace v1
}  // namespace fasti
