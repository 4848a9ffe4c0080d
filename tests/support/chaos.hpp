#pragma once
// The lies that the fake providers tell, each with a probability and a counter that proves that it was told.
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "tests/support/clock.hpp"

namespace fasti {
inline namespace v1 {
namespace support {

enum class Fault {
  lost_reply,          ///< the write is stored, its reply is not delivered
  error_before_write,  ///< nothing is stored
  missing_part,        ///< a batch reply without one of its parts, whose write is stored
  concurrent_edit,     ///< somebody else writes just before us
  rate_limited,        ///< 429 with Retry-After
  unauthenticated,     ///< 401
  outage,              ///< the whole provider is away
  cut_off,             ///< a pull ends with an error after some pages
  duplicate_item,      ///< an item is shown on two pages
  page_shift,          ///< an item slips through between two pages and is shown by the next pull
  lying_complete,      ///< the same in a listing that calls itself complete
  partial_listing,     ///< a capped listing, declared
  stale_read,          ///< the state before our last write, within the visibility lag
  index_lag,           ///< a new object is not listed or found yet, within the visibility lag
  cursor_expired,      ///< the cursor is refused
  short_page,          ///< one item on a page
  empty_page,          ///< no item on a page
  reordered,           ///< items in no order
  edit_during_pull,    ///< a person types while the pages are read
  edit_during_run,     ///< a person types at any other moment of a run
  edit_in_window,      ///< a person types between the re-read and the write of a provider without preconditions
  put_in_gap,          ///< the app writes between the decision of a run and its commit
  crash_at_commit,
  crash_at_call,
};
inline constexpr std::size_t kFaults = static_cast<std::size_t>(Fault::crash_at_call) + 1;

std::string_view name(Fault fault);
std::optional<Fault> fault_named(std::string_view name);

class Chaos {
 public:
  explicit Chaos(std::uint64_t seed) : random_(seed) {}
  void reseed(std::uint64_t seed) { random_ = SeededRandom(seed); }

  void set(Fault fault, double probability) { probability_[index(fault)] = probability; }
  double probability(Fault fault) const { return probability_[index(fault)]; }
  /// The next `times` questions about this fault are answered with yes.
  void force(Fault fault, int times = 1) { forced_[index(fault)] += times; }
  void set_quiet(bool quiet) { quiet_ = quiet; }
  bool quiet() const { return quiet_; }

  bool strikes(Fault fault);
  void count(Fault fault) { ++counts_[index(fault)]; }
  std::uint64_t counted(Fault fault) const { return counts_[index(fault)]; }
  SeededRandom& random() { return random_; }

 private:
  static std::size_t index(Fault fault) { return static_cast<std::size_t>(fault); }

  SeededRandom random_;
  bool quiet_ = false;
  std::array<double, kFaults> probability_{};
  std::array<int, kFaults> forced_{};
  std::array<std::uint64_t, kFaults> counts_{};
};

}  // namespace support
}  // namespace v1
}  // namespace fasti
