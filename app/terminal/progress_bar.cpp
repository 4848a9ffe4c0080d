#include "app/terminal/progress_bar.hpp"

#include <algorithm>
#include <map>

#include "app/terminal/text.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

namespace {

constexpr std::chrono::milliseconds kRedrawEvery{100};
constexpr std::size_t kBarColumns = 24;

std::string phase_text(const std::string& phase) {
  static const std::map<std::string, std::string> texts{
      {"pull", "reading"}, {"merge", "comparing"}, {"send", "sending"}, {"confirm", "confirming"}};
  auto it = texts.find(phase);
  return it == texts.end() ? phase : it->second;
}

}  // namespace

std::string progress_line(const Progress& progress, std::size_t columns) {
  std::string line = printable(progress.target) + "  " + phase_text(progress.phase) + "  ";
  if (progress.total > 0) {
    auto done = std::min(progress.done, progress.total);
    auto filled = static_cast<std::size_t>(done * kBarColumns / progress.total);
    line += "[" + std::string(filled, '#') + std::string(kBarColumns - filled, '.') + "]  " + std::to_string(done) +
            "/" + std::to_string(progress.total);
  } else {
    line += std::to_string(progress.done);
  }
  return shorten(line, columns);
}

void ProgressBar::show(const Progress& progress) {
  if (out_ == nullptr) return;
  auto now = std::chrono::steady_clock::now();
  auto phase = progress.target + "/" + progress.phase;
  if (drawn_ && phase == phase_ && now - last_ < kRedrawEvery) return;
  last_ = now;
  phase_ = phase;
  *out_ << "\r\033[K" << progress_line(progress, columns_ > 1 ? columns_ - 1 : 79) << std::flush;
  drawn_ = true;
}

void ProgressBar::clear() {
  if (drawn_) *out_ << "\r\033[K" << std::flush;
  drawn_ = false;
}

ProgressSink ProgressBar::sink() {
  if (out_ == nullptr) return {};
  return [this](const Progress& progress) { show(progress); };
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
