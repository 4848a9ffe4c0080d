// A series and the rows of its occurrences: what the rows say, and which ones there should be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/notion/rows.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

Binding binding() {
  Binding out;
  out.bounds = {{"Name", {"title", "Name", ColumnType::title, {}, ""}, FieldType::text, "", true, false},
                {"When", {"w%3A", "When", ColumnType::date, {}, ""}, FieldType::span, "", true, false},
                {"Rule", {"ru", "Rule", ColumnType::rich_text, {}, ""}, FieldType::recurrence, "", true, false}};
  out.rows = RowSettings{};
  return out;
}

Value span(const std::string& start, const std::string& end, const std::string& zone = "Europe/Berlin") {
  return Span{SpanKind::zoned, *parse_time(start), *parse_time(end), zone};
}

/// Tuesdays at 18:00 in Berlin; the clocks go back after the third.
Properties training() {
  return {{"Name", std::string("Training")},
          {"When", span("2026-10-06T18:00:00", "2026-10-06T19:30:00")},
          {"Rule", Recurrence{{"FREQ=WEEKLY;COUNT=6"}, {}, {}, {}}}};
}

RowWindow days(const char* from, const char* to) {
  return {std::chrono::sys_days{parse_date(from)->time_since_epoch()},
          std::chrono::sys_days{parse_date(to)->time_since_epoch()}};
}

/// As Notion would show the rows after these steps.
void carry_out(const std::vector<RowStep>& steps, Rows& rows) {
  for (const RowStep& step : steps) {
    Row& row = rows[step.mark.key];
    if (step.op == RowStep::Op::trash) {
      rows.erase(step.mark.key);
      continue;
    }
    if (row.page.empty()) row.page = "row-" + step.mark.key;
    row.mark = step.mark;
    for (const auto& [name, value] : step.properties) {
      row.properties[name] = value;
      if (const auto* time = std::get_if<Span>(&value)) row.properties[name] = *in_zone(*time, "UTC");
    }
    for (const std::string& name : step.clear) row.properties.erase(name);
  }
}

std::vector<RowStep> steps(const Properties& wanted, const Rows& rows, const RowWindow& window) {
  auto out = row_steps(binding(), "s1", wanted, rows, {}, window);
  EXPECT_TRUE(out.ok()) << (out.ok() ? "" : out.error().text());
  return out ? *out : std::vector<RowStep>();
}

TEST(NotionRows, AMarkComesBackAsItWas) {
  const RowMark mark{
      "0198c0de-0000-4000-8000-000000000001", "2026-10-06T18:00:00", true, {{"title", "ab12cd"}, {"w%3A", "-"}}};
  EXPECT_EQ(read_row_mark(row_text(mark)), std::optional(mark));
  const RowMark bare{"s1", "2026-10-06", false, {}};
  EXPECT_EQ(read_row_mark(row_text(bare)), std::optional(bare));
  for (const char* text : {"", "row:", "fasti:store:c:r1", "row:s1:x", "row:s1:c:2026-10-06T18:00:00:ab"})
    EXPECT_EQ(read_row_mark(text), std::nullopt) << text;
}

TEST(NotionRows, ASeriesHasARowForEachOccurrenceOfItsWindowAndSaysNothingMoreForThem) {
  Rows rows;
  carry_out(steps(training(), rows, days("2026-10-01", "2026-10-30")), rows);
  EXPECT_THAT(rows, SizeIs(4));
  EXPECT_EQ(rows.at("2026-10-27T18:00:00").properties.at("When"),
            span("2026-10-27T17:00:00", "2026-10-27T18:30:00", "UTC"))
      << "an hour later in UTC once the clocks are back";
  EXPECT_EQ(with_rows(binding(), {training(), rows, {}}), training());
  EXPECT_THAT(steps(training(), rows, days("2026-10-01", "2026-10-30")), IsEmpty());
}

TEST(NotionRows, TheWindowRollsForwardWithoutDuplicatesAndLeavesThePastAlone) {
  Rows rows;
  carry_out(steps(training(), rows, days("2026-10-01", "2026-10-15")), rows);
  EXPECT_THAT(rows, SizeIs(2));
  const auto later = steps(training(), rows, days("2026-10-10", "2026-10-22"));
  ASSERT_THAT(later, SizeIs(1));
  EXPECT_EQ(later[0].op, RowStep::Op::create);
  EXPECT_EQ(later[0].mark.key, "2026-10-20T18:00:00");
  carry_out(later, rows);
  EXPECT_THAT(steps(training(), rows, days("2027-10-10", "2027-10-22")), IsEmpty());
}

TEST(NotionRows, ARowThatAPersonMovedIsAnOccurrenceOfItsOwnWithWhatItInherits) {
  Rows rows;
  carry_out(steps(training(), rows, days("2026-10-01", "2026-10-30")), rows);
  rows.at("2026-10-13T18:00:00").properties["When"] = span("2026-10-14T17:00:00", "2026-10-14T18:30:00", "UTC");
  // The series was renamed, and a crash left its rows as they were: they are no edits.
  Properties renamed = training();
  renamed["Name"] = std::string("Practice");
  const Properties shown = with_rows(binding(), {renamed, rows, {}});
  Properties expected = renamed;
  expected["Name@2026-10-13T18:00:00"] = std::string("Practice");
  expected["When@2026-10-13T18:00:00"] = span("2026-10-14T19:00:00", "2026-10-14T20:30:00");
  EXPECT_EQ(shown, expected);
  const auto next = steps(shown, rows, days("2026-10-01", "2026-10-30"));
  EXPECT_THAT(next, SizeIs(4)) << "all rows get the new name";
  carry_out(next, rows);
  EXPECT_EQ(with_rows(binding(), {renamed, rows, {}}), expected);
  EXPECT_THAT(steps(expected, rows, days("2026-10-01", "2026-10-30")), IsEmpty());
}

TEST(NotionRows, ACancelledOccurrenceIsAnExceptionDateAndHasNoRow) {
  Rows rows;
  carry_out(steps(training(), rows, days("2026-10-01", "2026-10-30")), rows);
  rows.erase("2026-10-20T18:00:00");
  const Properties shown = with_rows(binding(), {training(), rows, {"2026-10-20T18:00:00"}});
  EXPECT_EQ(std::get<Recurrence>(shown.at("Rule")).exdates, std::vector<std::string>{"2026-10-20T18:00:00"});
  EXPECT_THAT(steps(shown, rows, days("2026-10-01", "2026-10-30")), IsEmpty());
  // Cancelled elsewhere: its row goes.
  Properties off = shown;
  std::get<Recurrence>(off.at("Rule")).exdates.push_back("2026-10-27T18:00:00");
  const auto next = steps(off, rows, days("2026-10-01", "2026-10-30"));
  ASSERT_THAT(next, SizeIs(1));
  EXPECT_EQ(next[0].op, RowStep::Op::trash);
  EXPECT_EQ(next[0].mark.key, "2026-10-27T18:00:00");
  EXPECT_TRUE(has_occurrence(binding(), off, "2026-10-27T18:00:00")) << "whatever is cancelled";
  EXPECT_FALSE(has_occurrence(binding(), off, "2026-10-28T18:00:00"));
}

TEST(NotionRows, AnOccurrenceThatWasMovedOutOfTheWindowKeepsItsRow) {
  Properties moved = training();
  moved["Name@2026-10-13T18:00:00"] = std::string("Training");
  moved["When@2026-10-13T18:00:00"] = span("2027-01-14T19:00:00", "2027-01-14T20:30:00");
  Rows rows;
  carry_out(steps(moved, rows, days("2026-10-01", "2026-10-30")), rows);
  EXPECT_THAT(rows, SizeIs(4));
  EXPECT_EQ(with_rows(binding(), {training(), rows, {}}), moved);
  EXPECT_THAT(steps(moved, rows, days("2026-10-01", "2026-10-30")), IsEmpty());
  // No longer of its own: back to what the series says.
  carry_out(steps(training(), rows, days("2026-10-01", "2026-10-30")), rows);
  EXPECT_EQ(with_rows(binding(), {training(), rows, {}}), training());
}

TEST(NotionRows, ASeriesThatIsNoneAnyMoreHasNoRows) {
  Rows rows;
  carry_out(steps(training(), rows, days("2026-10-01", "2026-10-30")), rows);
  Properties single = training();
  single.erase("Rule");
  carry_out(steps(single, rows, days("2026-10-01", "2026-10-30")), rows);
  EXPECT_THAT(rows, IsEmpty());
}

}  // namespace
}  // namespace notion
}  // namespace v1
}  // namespace fasti
