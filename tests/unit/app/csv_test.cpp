#include "app/csv/csv.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rapidcheck.h>

namespace fasti::app::csv {
namespace {

std::vector<std::vector<std::string>> texts(const Sheet& sheet) {
  std::vector<std::vector<std::string>> out;
  for (const auto& row : sheet.rows) {
    out.emplace_back();
    for (const auto& cell : row) out.back().push_back(cell.text);
  }
  return out;
}

std::string problem(const std::string& text) {
  auto sheet = parse("games.csv", text);
  if (sheet) return "no error";
  EXPECT_EQ(sheet.error().kind, ErrorKind::bad_input);
  return sheet.error().place + ": " + sheet.error().message;
}

TEST(Csv, ReadsQuotedSeparatorsQuotesAndLineBreaks) {
  auto sheet = parse("f", "a,b\r\n\"x,1\",\"he said \"\"no\"\"\"\r\n\"two\nlines\",\r\n");
  ASSERT_TRUE(sheet.ok());
  EXPECT_EQ(texts(*sheet), (std::vector<std::vector<std::string>>{{"x,1", "he said \"no\""}, {"two\nlines", ""}}));
}

TEST(Csv, SkipsAByteOrderMarkAndBlankLinesAndTakesEveryLineEnd) {
  auto sheet = parse("f", "\xEF\xBB\xBFname\n\none\r\n\r\ntwo\rthree");
  ASSERT_TRUE(sheet.ok());
  EXPECT_EQ(sheet->heading.front().text, "name");
  EXPECT_EQ(texts(*sheet), (std::vector<std::vector<std::string>>{{"one"}, {"two"}, {"three"}}));
}

TEST(Csv, TheHeadingDecidesTheSeparator) {
  auto semicolon = parse("f", "a;b\n1,5;2\n");
  ASSERT_TRUE(semicolon.ok());
  EXPECT_EQ(texts(*semicolon), (std::vector<std::vector<std::string>>{{"1,5", "2"}}));
  auto tab = parse("f", "\"a,x\"\tb\n1\t2\n");
  ASSERT_TRUE(tab.ok());
  EXPECT_EQ(tab->heading[0].text, "a,x");
}

TEST(Csv, CellsKnowWhereTheyStart) {
  auto sheet = parse("f", "a,b\n\"x\ny\",ü\nä,last\n");
  ASSERT_TRUE(sheet.ok());
  EXPECT_EQ(sheet->rows[0][1].line, 3U);
  EXPECT_EQ(sheet->rows[0][1].column, 4U);
  EXPECT_EQ(sheet->rows[1][1].line, 4U);
  EXPECT_EQ(sheet->rows[1][1].column, 3U);
}

TEST(Csv, SaysWhereItIsBroken) {
  EXPECT_EQ(problem(""), "games.csv:1:1: the file is empty: its first line must name the columns");
  EXPECT_EQ(problem("a,a\n"), "games.csv:1:3: a second column \"a\"");
  EXPECT_EQ(problem("a,,b\n"), "games.csv:1:3: a column without a name");
  EXPECT_EQ(problem("a,b\n1,\"x\n"), "games.csv:2:3: the quote that starts here is never closed");
  EXPECT_EQ(problem("a,b\n1,\"x\"y\n"), "games.csv:2:6: text after a closing quote");
  EXPECT_EQ(problem("a,b\n1,5\" pipe\n"), "games.csv:2:4: a quote inside a cell that does not start with one");
  EXPECT_EQ(problem("a,b\n1\n"), "games.csv:2:1: this row has 1 cells, the heading has 2");
  EXPECT_EQ(problem("a,b\n1,2\n3,4,5\n"), "games.csv:3:5: this row has 3 cells, the heading has 2");
  EXPECT_EQ(problem(std::string("a\n\0\n", 4)), "games.csv:2:1: a zero byte: this is not a CSV text");
}

TEST(Csv, WhatIsWrittenReadsBackTheSame) {
  rc::check([](std::vector<std::vector<std::string>> rows) {
    std::string text;
    append_row(text, {"a", "b", "c"});
    for (auto& row : rows) {
      row.resize(3);
      for (auto& cell : row) cell.erase(std::remove(cell.begin(), cell.end(), '\0'), cell.end());
      append_row(text, row);
    }
    auto sheet = parse("f", text);
    RC_ASSERT(sheet.ok());
    RC_ASSERT(texts(*sheet) == rows);
  });
}

TEST(Csv, NoCellOfAReportIsAFormula) {
  EXPECT_EQ(harmless("=1+1"), "'=1+1");
  EXPECT_EQ(harmless("+49 30"), "'+49 30");
  EXPECT_EQ(harmless("-2"), "'-2");
  EXPECT_EQ(harmless("@SUM(A1)"), "'@SUM(A1)");
  EXPECT_EQ(harmless("\t=1"), "'\t=1");
  EXPECT_EQ(harmless("Final = 2"), "Final = 2");
  EXPECT_EQ(harmless(""), "");
}

}  // namespace
}  // namespace fasti::app::csv
