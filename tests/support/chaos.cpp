#include "tests/support/chaos.hpp"

namespace fasti {
inline namespace v1 {
namespace support {
namespace {

constexpr std::array<std::string_view, kFaults> kNames = {
    "lost_reply",     "error_before_write", "missing_part",     "concurrent_edit",
    "rate_limited",   "unauthenticated",    "outage",           "cut_off",
    "duplicate_item", "page_shift",         "lying_complete",   "partial_listing",
    "stale_read",     "index_lag",          "cursor_expired",   "short_page",
    "empty_page",     "reordered",          "edit_during_pull", "edit_during_run",
    "edit_in_window", "put_in_gap",         "crash_at_commit",  "crash_at_call"};

}  // namespace

std::string_view name(Fault fault) { return kNames[static_cast<std::size_t>(fault)]; }

std::optional<Fault> fault_named(std::string_view name) {
  for (std::size_t i = 0; i < kFaults; ++i) {
    if (kNames[i] == name) return static_cast<Fault>(i);
  }
  return std::nullopt;
}

bool Chaos::strikes(Fault fault) {
  if (quiet_) return false;
  auto& forced = forced_[index(fault)];
  if (forced > 0) {
    --forced;
  } else if (!random_.chance(probability_[index(fault)])) {
    return false;
  }
  count(fault);
  return true;
}

}  // namespace support
}  // namespace v1
}  // namespace fasti
