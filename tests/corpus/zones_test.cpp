// Wall times in and beside gaps and folds, and all changes of offset, against what glibc and Python computed from
// tzdata 2025b. Zones whose rules another tzdata has changed since are in exceptions/zones.txt.
#include <gtest/gtest.h>

#include "engine/model/time_text.hpp"
#include "engine/time/transitions.hpp"
#include "engine/time/zone.hpp"
#include "tests/corpus/corpus.hpp"

namespace fasti {
namespace {

using nlohmann::json;

std::chrono::sys_seconds read_utc(const std::string& text) {
  return std::chrono::sys_seconds(parse_time(text.substr(0, 15))->time_since_epoch());
}
std::string text_of(std::chrono::sys_seconds utc) { return basic_time(LocalSeconds(utc.time_since_epoch())) + "Z"; }

/// By zone, so that one line of the exceptions speaks for all of it.
struct Verdict {
  bool right = true;
  std::string difference;
  void add(const std::string& what) {
    if (right) difference = what;
    right = false;
  }
};

TEST(ZoneVectors, GapsAndFoldsAreReadAsTheRfcSays) {
  FASTI_NEED_CORPORA();
  std::map<std::string, Verdict> zones;
  std::size_t lines = 0;
  for (const json& line : read_lines_of_json(corpora_folder() / "tz/computed-zdump-zoneinfo/resolve_local.jsonl")) {
    ++lines;
    const std::string zone = line["zone"];
    Verdict& verdict = zones[zone];
    const auto utc = to_utc(*parse_time(line["local"].get<std::string>()), zone);
    if (!utc)
      verdict.add(utc.error().message);
    else if (text_of(*utc) != line["utc"])
      verdict.add(line.dump() + " but found " + text_of(*utc));
  }
  Exceptions exceptions("zones.txt", Listed::may_differ);
  for (const auto& [zone, verdict] : zones) exceptions.judge(zone, verdict.right, verdict.difference);
  std::printf("%zu wall times in %zu zones, %zu zones right\n", lines, exceptions.total(), exceptions.right());
  EXPECT_GE(lines, 4900u);
}

TEST(ZoneVectors, EveryChangeOfOffsetIsKnown) {
  FASTI_NEED_CORPORA();
  Exceptions exceptions("zones.txt", Listed::may_differ);
  for (const json& line : read_lines_of_json(corpora_folder() / "tz/computed-zdump-zoneinfo/transitions.jsonl")) {
    const std::string zone = line["zone"];
    Verdict verdict;
    for (const json& change : line["transitions"]) {
      const auto at = read_utc(change[0]);
      const auto before = offset_at(at - std::chrono::seconds(1), zone);
      const auto after = offset_at(at, zone);
      if (!before || !after)
        verdict.add("unknown");
      else if (before->count() != change[1].get<long>() || after->count() != change[2].get<long>())
        verdict.add(change.dump() + " but found " + std::to_string(before->count()) + " and " +
                    std::to_string(after->count()));
    }
    exceptions.judge(zone, verdict.right, verdict.difference);
  }
  exceptions.expect_all_used();
  std::printf("%zu of %zu zones have these changes\n", exceptions.right(), exceptions.total());
}

}  // namespace
}  // namespace fasti
