#include "connectors/notion/budget.hpp"

#include <algorithm>

namespace fasti {
inline namespace v1 {
namespace notion {
namespace {

constexpr std::chrono::nanoseconds kWindow = std::chrono::seconds{60};

}  // namespace

void Budget::forget_old() {
  const auto now = clock_.ticks();
  while (!sent_.empty() && sent_.front() + kWindow <= now) sent_.pop_front();
}

std::size_t Budget::take(std::size_t wanted, const std::stop_token& stop) {
  if (per_window_ == 0 || wanted == 0) return wanted;
  forget_old();
  while (sent_.size() >= per_window_) {
    if (stop.stop_requested()) return 0;
    const auto free_at = sent_[sent_.size() - per_window_] + kWindow;
    clock_.sleep(std::chrono::ceil<std::chrono::milliseconds>(free_at - clock_.ticks()), stop);
    forget_old();
  }
  const std::size_t granted = std::min(wanted, per_window_ - sent_.size());
  spend(granted);
  return granted;
}

void Budget::spend(std::size_t count) { sent_.insert(sent_.end(), per_window_ == 0 ? 0 : count, clock_.ticks()); }

}  // namespace notion
}  // namespace v1
}  // namespace fasti
