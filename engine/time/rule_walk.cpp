#include "engine/time/rule_walk.hpp"

#include <algorithm>
#include <utility>

namespace fasti {
inline namespace v1 {

bool RuleWalk::take_step() {
  if (steps_->take()) return true;
  gave_up_ = done_ = true;
  return false;
}

/// Forwards: the first candidate is >= from.
void RuleWalk::position(WallCount from) {
  from = std::max(from, periods_->start());
  done_ = from > periods_->last();
  held_.reset();
  reached_ = from;
  if (done_) return;
  // A skipped day of RFC 7529 may have moved into the period after its own.
  index_ = std::max<std::int64_t>(0, periods_->index_of(from) - 1);
  bound_ = from - 1;
  times_ = PeriodTimes();
  in_period_ = 0;
}

std::optional<WallCount> RuleWalk::next_time() {
  while (!done_) {
    while (in_period_ < times_.size()) {
      const WallCount at = times_.at(in_period_++);
      if (!take_step()) return std::nullopt;
      bound_ = reached_ = at;
      if (at > periods_->last()) {
        done_ = true;
        return std::nullopt;
      }
      if (periods_->allows(at)) return at;
    }
    if (periods_->is_past(index_)) {
      done_ = true;
      break;
    }
    if (!take_step()) break;
    reached_ = std::max(reached_, periods_->begin_of(index_));
    index_ = periods_->load(index_, Direction::forward, times_);
    // Also passes over what two periods share (RFC 7529's skips), so that it is counted once.
    in_period_ = times_.lower_bound(bound_ + 1);
  }
  return std::nullopt;
}

void RuleWalk::seek(WallCount from) {
  gave_up_ = false;
  if (!periods_->rule().count) {
    left_.reset();
    position(from);
    return;
  }
  count_to(from);
}

/// Walks from the start to the first time >= end, which is held back for next(). `bound_` is then the last one before.
void RuleWalk::count_to(WallCount end) {
  left_ = *periods_->rule().count;
  counted_ = periods_->start() - 1;
  position(periods_->start());
  bool first = true;
  while (*left_ > 0) {
    const auto at = next_time();
    if (first && start_counts_ == StartCounts::always && at != periods_->start()) --*left_;
    first = false;
    if (!at || *left_ == 0) break;
    if (*at >= end) {
      held_ = at;
      return;
    }
    --*left_;
    counted_ = *at;
  }
  done_ = true;
}

std::optional<WallCount> RuleWalk::last_counted() {
  gave_up_ = false;
  count_to(INT64_MAX);
  if (gave_up_) return std::nullopt;
  return counted_;
}

std::optional<WallCount> RuleWalk::next() {
  if (!left_) return next_time();
  if (*left_ == 0 || (done_ && !held_)) return std::nullopt;
  const auto at = held_ ? std::exchange(held_, std::nullopt) : next_time();
  if (at) --*left_;
  return at;
}

void RuleWalk::seek_back(WallCount before) {
  gave_up_ = false;
  bound_ = std::min(before, periods_->last() + 1);
  if (periods_->rule().count) {
    count_to(before);
    if (gave_up_) return;
    bound_ = held_ ? before : counted_ + 1;
  }
  times_ = PeriodTimes();
  in_period_ = -1;
  reached_ = bound_;
  done_ = bound_ <= periods_->start();
  if (done_) return;
  index_ = periods_->index_of(bound_ - 1) + 1;
  // With a large INTERVAL the next period may lie outside of any calendar.
  if (periods_->is_past(index_)) --index_;
}

std::optional<WallCount> RuleWalk::previous() {
  while (!done_) {
    while (in_period_ >= 0) {
      const WallCount at = times_.at(in_period_--);
      if (at < periods_->start()) {
        done_ = true;
        return std::nullopt;
      }
      if (!take_step()) return std::nullopt;
      bound_ = reached_ = at;
      if (periods_->allows(at)) return at;
    }
    if (index_ < 0) {
      done_ = true;
      break;
    }
    if (!take_step()) break;
    reached_ = std::min(reached_, periods_->begin_of(index_));
    index_ = periods_->load(index_, Direction::backward, times_);
    in_period_ = times_.lower_bound(bound_) - 1;
  }
  return std::nullopt;
}

}  // namespace v1
}  // namespace fasti
