#pragma once
// One line on a terminal that shows how far a run is; erased when the run is done. Writes nothing elsewhere.
#include <chrono>
#include <ostream>
#include <string>

#include <fasti/hub.hpp>

namespace fasti {
inline namespace v1 {
namespace app {

/// "club  sending  [#########...........]  512/1000"; without a total, just the count.
std::string progress_line(const Progress& progress, std::size_t columns);

class ProgressBar {
 public:
  /// `out` is nullptr where nobody watches.
  ProgressBar(std::ostream* out, std::size_t columns) : out_(out), columns_(columns) {}
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar() { clear(); }

  void show(const Progress& progress);
  void clear();
  ProgressSink sink();

 private:
  std::ostream* out_;
  std::size_t columns_;
  bool drawn_ = false;
  std::string phase_;
  std::chrono::steady_clock::time_point last_{};
};

}  // namespace app
}  // namespace v1
}  // namespace fasti
