#pragma once
// The lies that a stand-in tells, by name, each with a probability or a forced count, and a counter that proves that it
// was told. One helper for all stand-ins; which names there are is each stand-in's own list.
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/clock.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {

/// Not thread-safe: a stand-in asks under its own lock.
class Faults {
 public:
  Faults(Random& random, std::vector<std::string_view> names);

  /// False for a name that is not in the list: a test that misspells one tests nothing.
  bool set(std::string_view name, double probability);
  /// The next `times` questions about this fault are answered with yes.
  bool force(std::string_view name, int times = 1);
  /// No fault strikes until it is loud again; what was forced waits.
  void set_quiet(bool quiet) { quiet_ = quiet; }
  std::vector<std::string> names() const;

  /// Whether the fault happens now; counts it.
  bool strikes(std::string_view name);
  std::uint64_t counted(std::string_view name) const;
  /// 0 … limit - 1; 0 when the limit is 0.
  std::uint64_t below(std::uint64_t limit) { return limit == 0 ? 0 : random_.next() % limit; }

 private:
  struct One {
    double probability = 0;
    int forced = 0;
    std::uint64_t count = 0;
  };
  Random& random_;
  bool quiet_ = false;
  std::map<std::string, One, std::less<>> faults_;
};

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
