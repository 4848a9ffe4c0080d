// How many events python-recurring-ical-events counts in its calendars, by day, hour, month or between two times: all
// right, but for those of exceptions/expansion_counts.txt.
#include <gtest/gtest.h>

#include "engine/model/time_text.hpp"
#include "tests/corpus/corpus.hpp"
#include "tests/corpus/ical_series.hpp"

namespace fasti {
namespace {

using nlohmann::json;
using std::chrono::days;
using std::chrono::seconds;

/// One end of a query. Without Z it is a wall time of whatever zone an event has.
struct Moment {
  LocalSeconds wall{};
  LocalSeconds end{};  ///< of the year, month, day or second that it names
  bool utc = false;
};

Moment read_moment(const std::string& text) {
  Moment out;
  if (text.back() == 'Z') {
    out.utc = true;
    out.wall = *parse_time(text.substr(0, text.size() - 1));
  } else if (auto time = parse_time(text)) {
    out.wall = *time;
  } else if (auto day = parse_date(text)) {
    out.wall = LocalSeconds(*day);
    out.end = out.wall + days(1);
    return out;
  } else {
    // "2020", "(2020,)", "[2024, 8]", "(2019, 2)"
    std::vector<int> numbers;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] < '0' || text[i] > '9') continue;
      if (i == 0 || text[i - 1] < '0' || text[i - 1] > '9') numbers.push_back(0);
      numbers.back() = numbers.back() * 10 + (text[i] - '0');
    }
    EXPECT_TRUE(numbers.size() == 1 || numbers.size() == 2) << text;
    const std::chrono::year year(numbers.at(0));
    const bool whole_year = numbers.size() == 1;
    const std::chrono::month month(whole_year ? 1u : static_cast<unsigned>(numbers[1]));
    out.wall = std::chrono::local_days(year / month / 1);
    out.end = std::chrono::local_days(whole_year ? (year + std::chrono::years(1)) / month / 1
                                                 : (year / month + std::chrono::months(1)) / 1);
    return out;
  }
  out.end = out.wall + seconds(1);
  return out;
}

struct Query {
  Moment from;
  LocalSeconds to{};
};

Query read_query(const json& line) {
  const std::string kind = line["query"];
  const json& args = line["args"];
  Query query;
  const LocalSeconds first(std::chrono::local_days(std::chrono::year(1900) / 1 / 1));
  const LocalSeconds last(std::chrono::local_days(std::chrono::year(2200) / 1 / 1));
  if (kind == "at") {
    query.from = read_moment(args[0]);
    query.to = query.from.end;
  } else if (kind == "between") {
    query.from = read_moment(args[0]);
    query.to = read_moment(args[1]).wall;
  } else {
    query.from = args.empty() ? Moment{first, first, false} : read_moment(args[0]);
    query.to = last;
  }
  return query;
}

bool is_asked_for(const Occurrence& occurrence, const Query& query) {
  const LocalSeconds from = query.from.wall;
  const auto wall = [&](LocalSeconds local, std::chrono::sys_seconds utc) {
    return query.from.utc ? LocalSeconds(utc.time_since_epoch()) : local;
  };
  const LocalSeconds start = wall(occurrence.start, occurrence.utc_start);
  const LocalSeconds end = wall(occurrence.end, occurrence.utc_end);
  if (start == end) return start >= from && (start < query.to || query.to == from);
  return start < query.to && end > from;
}

/// The tests of tasks and journals ask for those; two lines ask for each of them after asking for events.
std::string component_of(std::size_t number, const std::string& id) {
  if (id.find("test_issue_186_alarms") == 0) return "VTODO";
  return number == 43 ? "VTODO" : number == 44 ? "VJOURNAL" : "VEVENT";
}

std::string difference(const json& line, std::size_t found, const std::string& error) {
  return line["query"].get<std::string>() + line["args"].dump() + " expected " + line["expected_count"].dump() +
         " found " + std::to_string(found) + " " + error;
}

TEST(ExpansionCounts, AreThoseOfTheSource) {
  FASTI_NEED_CORPORA();
  const auto folder = corpora_folder() / "recur" / "niccokunzmann__python-recurring-ical-events";
  Exceptions exceptions("expansion_counts.txt");
  std::size_t number = 0;
  for (const json& line : read_lines_of_json(folder / "expansion_counts.jsonl")) {
    const std::string id = std::to_string(++number) + " " + line["id"].get<std::string>();
    const Query query = read_query(line);
    const std::string text = read_bytes(corpora_folder() / line["ics"].get<std::string>());
    ASSERT_FALSE(text.empty()) << line["ics"];
    const auto inputs = read_series_inputs(text, component_of(number, line["id"]));
    std::size_t found = 0;
    std::string error = inputs ? "" : inputs.error().text();
    for (const SeriesInput& input : inputs ? *inputs : std::vector<SeriesInput>()) {
      const auto series = Series::make(input);
      const auto to_utc = [](LocalSeconds wall, int margin) {
        return std::chrono::sys_seconds(wall.time_since_epoch()) + days(margin);
      };
      const Window window{to_utc(query.from.wall, -2), to_utc(query.to, 2), "UTC", WindowSelect::overlapping};
      const auto occurrences = series ? series->expand(window) : Result<std::vector<Occurrence>>(series.error());
      if (!occurrences) {
        error += occurrences.error().text();
        continue;
      }
      for (const Occurrence& occurrence : *occurrences) found += is_asked_for(occurrence, query) ? 1 : 0;
    }
    exceptions.judge(id, found == line["expected_count"].get<std::size_t>() && error.empty(),
                     line["ics"].get<std::string>() + " " + difference(line, found, error));
  }
  exceptions.expect_all_used();
  std::printf("%zu of %zu counts right, %zu listed\n", exceptions.right(), exceptions.total(), exceptions.size());
  EXPECT_EQ(exceptions.total(), 173u);
}

}  // namespace
}  // namespace fasti
