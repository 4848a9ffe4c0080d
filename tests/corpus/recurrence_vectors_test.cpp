// Recurrence vectors that six other projects test themselves with (SOURCES.md there): every rule that RFC 5545 allows
// is expanded as its source says, but for those of exceptions/recurrence.txt.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/model/time_text.hpp"
#include "engine/time/occurrence_set.hpp"
#include "engine/time/series.hpp"
#include "tests/corpus/corpus.hpp"

namespace fasti {
namespace {

using nlohmann::json;

struct Vector {
  std::string id;
  std::string level;
  Span start;
  Recurrence recurrence;
  std::optional<LocalSeconds> from;
  std::optional<LocalSeconds> to;
  bool truncated = false;
  std::vector<std::string> expected;
  std::vector<std::string> expected_utc;
};

std::optional<LocalSeconds> read_wall(const json& value) {
  if (value.is_null()) return std::nullopt;
  const std::string text = value.get<std::string>();
  if (text.size() == 8) return LocalSeconds(*parse_date(text));
  return parse_time(text);
}

std::vector<std::string> read_keys(const json& values) {
  std::vector<std::string> keys;
  for (const json& value : values) {
    const LocalSeconds wall = *read_wall(value);
    keys.push_back(value.get<std::string>().size() == 8 ? iso_date(std::chrono::floor<std::chrono::days>(wall))
                                                        : iso_time(wall));
  }
  return keys;
}

/// The lengths of the few events whose question is what overlaps a window that starts after them.
std::chrono::seconds length_of(const std::string& id) {
  return id == "RecurrenceTests.HourlyInterval1" ? std::chrono::seconds(std::chrono::hours(12))
                                                 : std::chrono::seconds(0);
}

Vector read_vector(const json& line) {
  Vector out;
  out.id = line["source"].get<std::string>() + ":" + line["id"].get<std::string>();
  out.level = line["level"];
  const std::string start = line["dtstart"];
  const bool zoned = !line["tzid"].is_null();
  out.start.kind = start.size() == 8 ? SpanKind::all_day : zoned ? SpanKind::zoned : SpanKind::floating;
  if (out.start.kind == SpanKind::zoned) out.start.zone = line["tzid"];
  out.start.start = *read_wall(line["dtstart"]);
  out.start.end = out.start.start + length_of(line["id"]);
  if (line.contains("rrules"))
    out.recurrence.rules = line["rrules"];
  else
    out.recurrence.rules = {line["rrule"]};
  if (line.contains("exrule")) out.recurrence.exrules = line["exrule"];
  out.recurrence.rdates = read_keys(line["rdate"]);
  out.recurrence.exdates = read_keys(line["exdate"]);
  out.from = read_wall(line["range_start"]);
  out.to = read_wall(line["range_end"]);
  out.truncated = line["truncated"];
  out.expected = line["expected"];
  if (line.contains("expected_utc")) out.expected_utc = line["expected_utc"];
  return out;
}

struct Answer {
  std::vector<std::string> walls;
  std::vector<std::string> utcs;
  std::string error;
};

void add(Answer& answer, const Vector& vector, LocalSeconds wall, std::chrono::sys_seconds utc) {
  const bool all_day = vector.start.kind == SpanKind::all_day;
  answer.walls.push_back(all_day ? basic_date(std::chrono::floor<std::chrono::days>(wall)) : basic_time(wall));
  answer.utcs.push_back(basic_time(LocalSeconds(utc.time_since_epoch())) + "Z");
}

/// One more than expected is enough to see that a list does not end.
std::size_t enough(const Vector& vector) { return vector.expected.size() + (vector.truncated ? 0 : 1); }

/// Rules and dates alone: the start is no occurrence by itself.
Answer ask_set(const Vector& vector, std::int64_t& steps_used) {
  Answer answer;
  const auto set = OccurrenceSet::make(vector.recurrence, vector.start, StartBelongs::if_generated);
  if (!set) return {{}, {}, set.error().message};
  Steps steps;
  SetWalk walk(*set, steps);
  walk.seek(vector.from ? vector.from->time_since_epoch().count() : set->start());
  while (answer.walls.size() < enough(vector)) {
    const auto item = walk.next();
    if (!item || (vector.to && item->wall >= vector.to->time_since_epoch().count())) break;
    const std::chrono::seconds utc(item->utc);
    add(answer, vector, LocalSeconds(std::chrono::seconds(walk.clock().wall_of(item->utc))),
        std::chrono::sys_seconds(utc));
  }
  steps_used = steps.used();
  return answer;
}

/// A whole event, asked for a window of its own wall times.
Answer ask_series(const Vector& vector) {
  Answer answer;
  SeriesInput input;
  input.span = vector.start;
  input.recurrence = vector.recurrence;
  const auto series = Series::make(std::move(input));
  if (!series) return {{}, {}, series.error().message};
  const auto wide = [](LocalSeconds wall, int days) {
    return std::chrono::sys_seconds(wall.time_since_epoch()) + std::chrono::days(days);
  };
  const LocalSeconds from = vector.from.value_or(vector.start.start);
  const LocalSeconds to = vector.to.value_or(LocalSeconds(std::chrono::local_days(std::chrono::year(2100) / 1 / 1)));
  const auto found = series->expand({wide(from, -1), wide(to, 1), "UTC", WindowSelect::overlapping});
  if (!found) return {{}, {}, found.error().message};
  for (const Occurrence& occurrence : *found)
    if (occurrence.start < to && (occurrence.start >= from || occurrence.end > from) &&
        answer.walls.size() < enough(vector))
      add(answer, vector, occurrence.start, occurrence.utc_start);
  return answer;
}

std::string join(const std::vector<std::string>& texts) {
  std::string out;
  for (std::size_t i = 0; i < texts.size() && i < 8; ++i) out += " " + texts[i];
  return out + (texts.size() > 8 ? " …" : "");
}

TEST(RecurrenceVectors, EveryValidOneIsRight) {
  FASTI_NEED_CORPORA();
  Exceptions exceptions("recurrence.txt");
  std::int64_t most_steps = 0;
  std::string slowest;
  for (const auto& folder : std::filesystem::directory_iterator(corpora_folder() / "recur")) {
    for (const json& line : read_lines_of_json(folder.path() / "vectors.jsonl")) {
      if (!line["rfc_valid"].get<bool>()) continue;
      const Vector vector = read_vector(line);
      std::int64_t steps = 0;
      const Answer answer = vector.level == "event" ? ask_series(vector) : ask_set(vector, steps);
      if (steps > most_steps) slowest = vector.id;
      most_steps = std::max(most_steps, steps);
      const bool right = answer.error.empty() && answer.walls == vector.expected &&
                         (vector.expected_utc.empty() || answer.utcs == vector.expected_utc);
      exceptions.judge(vector.id, right,
                       line["rrule"].get<std::string>() + "\n  expected" + join(vector.expected) + "\n  found   " +
                           join(answer.walls) + " " + answer.error);
    }
  }
  exceptions.expect_all_used();
  RecordProperty("right", std::to_string(exceptions.right()));
  RecordProperty("total", std::to_string(exceptions.total()));
  std::printf("%zu of %zu vectors right, %zu listed; most steps: %lld (%s)\n", exceptions.right(), exceptions.total(),
              exceptions.size(), static_cast<long long>(most_steps), slowest.c_str());
  EXPECT_GE(exceptions.total(), 574u);
  // Every month until 9999, for a rule that never comes.
  EXPECT_LE(most_steps, 100'000) << slowest;
}

TEST(RecurrenceVectors, WhatTheRfcForbidsIsAnErrorOrABoundedAnswer) {
  FASTI_NEED_CORPORA();
  for (const auto& folder : std::filesystem::directory_iterator(corpora_folder() / "recur")) {
    for (const json& line : read_lines_of_json(folder.path() / "vectors.jsonl")) {
      if (line["rfc_valid"].get<bool>() || line["dtstart"].is_null() || !line["rrule"].is_string()) continue;
      const Vector vector = read_vector(line);
      std::int64_t steps = 0;
      const Answer answer = ask_set(vector, steps);
      EXPECT_TRUE(!answer.error.empty() || steps <= Steps::kDefault) << vector.id;
    }
  }
}

}  // namespace
}  // namespace fasti
