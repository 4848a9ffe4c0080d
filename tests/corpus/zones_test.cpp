// Wall times in and beside gaps and folds, and all changes of offset, against what glibc and Python computed from
// tzdata 2025b. Zones whose rules another tzdata has changed since are in exceptions/zones.txt, with the days from
// which and to which they may differ; and there the C library must read this machine's data as we do.
#include <gtest/gtest.h>

#include "engine/model/time_text.hpp"
#include "engine/time/transitions.hpp"
#include "engine/time/zone.hpp"
#include "tests/corpus/corpus.hpp"
#include "tests/support/libc_zone.hpp"

namespace fasti {
namespace {

using nlohmann::json;

std::chrono::sys_seconds read_utc(const std::string& text) {
  return std::chrono::sys_seconds(parse_time(text.substr(0, 15))->time_since_epoch());
}
std::string text_of(std::chrono::sys_seconds utc) { return basic_time(LocalSeconds(utc.time_since_epoch())) + "Z"; }

/// The results of one zone, so that one line of the exceptions speaks for all of them.
class ZoneVerdict {
 public:
  ZoneVerdict(std::string zone, Exceptions& exceptions) : zone_(std::move(zone)), exceptions_(exceptions) {}
  ~ZoneVerdict() { exceptions_.judge(zone_, first_.empty(), first_); }

  /// `libc`: whether the C library agrees with us, and so not with the vector.
  void differs(LocalDays day, bool libc, const std::string& what) {
    if (first_.empty()) first_ = what;
    EXPECT_TRUE(libc) << zone_ << ": the C library reads this machine's data otherwise: " << what;
    // "2026-11-01/2037-12-31 why": nothing beside these days is excused.
    const std::string* reason = exceptions_.reason(zone_);
    const auto from = reason ? parse_date(reason->substr(0, 10)) : std::nullopt;
    const auto to = reason ? parse_date(reason->substr(std::min<std::size_t>(11, reason->size()), 10)) : std::nullopt;
    EXPECT_TRUE(from && to && day >= *from && day <= *to) << zone_ << ": " << what;
  }

 private:
  std::string zone_;
  Exceptions& exceptions_;
  std::string first_;
};

TEST(ZoneVectors, GapsAndFoldsAreReadAsTheRfcSays) {
  FASTI_NEED_CORPORA();
  std::map<std::string, std::vector<json>> by_zone;
  std::size_t lines = 0;
  for (const json& line : read_lines_of_json(corpora_folder() / "tz/computed-zdump-zoneinfo/resolve_local.jsonl")) {
    ++lines;
    by_zone[line["zone"]].push_back(line);
  }
  Exceptions exceptions("zones.txt", Listed::may_differ);
  for (const auto& [zone, walls] : by_zone) {
    const LibcZone libc(zone);
    ZoneVerdict verdict(zone, exceptions);
    for (const json& line : walls) {
      const LocalSeconds wall = *parse_time(line["local"].get<std::string>());
      const auto utc = to_utc(wall, zone);
      ASSERT_TRUE(utc) << zone;
      if (text_of(*utc) != line["utc"])
        verdict.differs(std::chrono::floor<std::chrono::days>(wall), libc.to_utc(wall) == *utc,
                        line.dump() + " but found " + text_of(*utc));
    }
  }
  std::printf("%zu wall times in %zu zones, %zu zones right\n", lines, exceptions.total(), exceptions.right());
  EXPECT_GE(lines, 4900u);
}

TEST(ZoneVectors, EveryChangeOfOffsetIsKnown) {
  FASTI_NEED_CORPORA();
  Exceptions exceptions("zones.txt", Listed::may_differ);
  for (const json& line : read_lines_of_json(corpora_folder() / "tz/computed-zdump-zoneinfo/transitions.jsonl")) {
    const std::string zone = line["zone"];
    const LibcZone libc(zone);
    ZoneVerdict verdict(zone, exceptions);
    for (const json& change : line["transitions"]) {
      const auto at = read_utc(change[0]);
      const auto eve = at - std::chrono::seconds(1);
      const auto before = offset_at(eve, zone);
      const auto after = offset_at(at, zone);
      ASSERT_TRUE(before && after) << zone;
      if (before->count() != change[1].get<long>() || after->count() != change[2].get<long>())
        verdict.differs(
            std::chrono::floor<std::chrono::days>(LocalSeconds(at.time_since_epoch())),
            libc.offset_at(eve) == *before && libc.offset_at(at) == *after,
            change.dump() + " but found " + std::to_string(before->count()) + " and " + std::to_string(after->count()));
    }
  }
  exceptions.expect_all_used();
  std::printf("%zu of %zu zones have these changes\n", exceptions.right(), exceptions.total());
}

}  // namespace
}  // namespace fasti
