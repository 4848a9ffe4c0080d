#pragma once
// The recurrence set of RFC 5545 3.8.5: the start, RRULEs and RDATEs without EXRULEs and EXDATEs, as wall times of the
// series zone. Overrides and lengths are series.hpp's. Internal to engine/time.
#include <optional>
#include <vector>

#include <fasti/value.hpp>

#include "engine/time/rule_walk.hpp"
#include "engine/time/zone_clock.hpp"

namespace fasti {
inline namespace v1 {

/// Whether the start is an occurrence although no rule generates it (README.md says why it is).
enum class StartBelongs { always, if_generated };

/// What a set says about a wall time: excluded is by EXDATE or EXRULE, after_end later than all that its rules
/// generate.
enum class SetPlace { generated, excluded, after_end, between };

class OccurrenceSet {
 public:
  static Result<OccurrenceSet> make(const Recurrence& recurrence, const Span& start,
                                    StartBelongs start_belongs = StartBelongs::always);

  const Zone* zone() const { return zone_; }
  WallCount start() const { return start_; }
  /// The end that an RDATE period gives its occurrence, as wall time.
  std::optional<WallCount> own_end(WallCount at) const;
  /// No rule goes on for ever.
  bool is_finite() const { return finite_; }
  /// nullopt: the budget ran out.
  std::optional<bool> contains(WallCount wall, Steps& steps) const;
  std::optional<SetPlace> place_of(WallCount wall, Steps& steps) const;

 private:
  friend class SetWalk;
  struct OwnEnd {
    WallCount at;
    WallCount end;
  };
  OccurrenceSet() = default;
  Status add_rules(const Recurrence& recurrence, const Span& start);
  void count_once();
  Status add_dates(const std::vector<std::string>& texts, const Span& start);
  Status add_exceptions(const std::vector<std::string>& texts);
  bool is_excepted(WallCount wall) const;
  static std::optional<bool> generates(const std::vector<RulePeriods>& rules, StartCounts counts, WallCount wall,
                                       Steps& steps);

  const Zone* zone_ = nullptr;
  SpanKind kind_ = SpanKind::floating;
  StartCounts start_counts_ = StartCounts::always;
  WallCount start_ = 0;
  bool finite_ = true;
  std::vector<RulePeriods> rules_;
  std::vector<RulePeriods> exrules_;
  std::vector<WallCount> dates_;    ///< the start and RDATEs, sorted
  std::vector<OwnEnd> own_ends_;    ///< sorted
  std::vector<WallCount> exdates_;  ///< sorted
  std::vector<WallCount> exdays_;   ///< DATEs against times: midnights, sorted
};

/// One walk through the set, in the order of wall times. Not thread-safe; set and steps outlive it.
class SetWalk {
 public:
  SetWalk(const OccurrenceSet& set, Steps& steps);

  struct Item {
    WallCount wall = 0;  ///< as generated; in a gap it does not exist
    std::int64_t utc = 0;
  };
  void seek(WallCount from);
  std::optional<Item> next();
  void seek_back(WallCount before);
  std::optional<Item> previous();
  bool gave_up() const { return gave_up_; }
  WallCount reached() const { return reached_; }
  ZoneClock& clock() { return clock_; }

 private:
  struct Source {
    RuleWalk walk;
    std::optional<WallCount> head;
  };
  template <Direction kDirection>
  std::optional<WallCount> take_head(Source& source);
  template <Direction kDirection>
  std::optional<WallCount> nearest() const;
  template <Direction kDirection>
  void pass(WallCount wall);
  template <Direction kDirection>
  std::optional<Item> take();
  /// These two: nullopt when the budget ran out before it was known.
  template <Direction kDirection>
  std::optional<bool> is_excluded(WallCount wall);
  std::optional<bool> falls_on_another(WallCount wall, std::int64_t utc);

  const OccurrenceSet* set_;
  Steps* steps_;
  ZoneClock clock_;
  std::vector<Source> rules_;
  std::vector<Source> exrules_;
  std::size_t date_ = 0;  ///< forwards: the next of dates_; backwards: one after it
  /// Where the first rule gave up: what lies on this side is sure.
  std::optional<WallCount> limit_;
  WallCount reached_ = 0;
  bool gave_up_ = false;
};

}  // namespace v1
}  // namespace fasti
