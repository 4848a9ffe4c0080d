#include <gtest/gtest.h>

#include <sstream>

#include "app/terminal/progress_bar.hpp"
#include "app/terminal/text.hpp"

namespace fasti::app {
namespace {

TEST(Text, NothingFromAServerDrivesTheTerminal) {
  EXPECT_EQ(printable("a\x1b[2Jb\nc"), "a [2Jb c");
  EXPECT_EQ(printable("x\xC2\x9By"), "x y");
  EXPECT_EQ(printable("abc\xE2\x80\xAEtxt"), "abc txt");
  EXPECT_EQ(printable("ok\xFFok\xC3"), "ok?ok?");
  EXPECT_EQ(printable("Zürich 日本"), "Zürich 日本");
}

TEST(Text, WidthIsWhatTheScreenShows) {
  EXPECT_EQ(width("Zürich"), 6U);
  EXPECT_EQ(width("日本"), 4U);
  EXPECT_EQ(width("e\xCC\x81"), 1U);
  EXPECT_EQ(width("⚽"), 1U);
  EXPECT_EQ(width("🏟"), 2U);
}

TEST(Text, ShortensAtWholeCharacters) {
  EXPECT_EQ(shorten("Zürich", 6), "Zürich");
  EXPECT_EQ(shorten("Zürich", 3), "Zü…");
  EXPECT_EQ(shorten("日本語", 4), "日…");
  EXPECT_EQ(shorten("abc", 0), "");
}

TEST(Text, WrapsAtBlanksAndIndents) { EXPECT_EQ(wrap("one two three", 2, 9), "  one two\n  three\n"); }

TEST(Text, CountsAndTimesReadWell) {
  EXPECT_EQ(count_of(1, "conflict"), "1 conflict");
  EXPECT_EQ(count_of(0, "conflict"), "0 conflicts");
  EXPECT_EQ(seconds_text(0.42), "0.4 s");
  EXPECT_EQ(seconds_text(200), "3 min 20 s");
}

TEST(Table, AlignsAndShortensTheLastColumn) {
  Table table({{"name", Table::Align::left}, {"n", Table::Align::right}, {"why", Table::Align::left}});
  table.add({"Zürich", "7", "a long story told"});
  table.add({"B", "12", ""});
  EXPECT_EQ(table.text(1, 24),
            " name     n  why\n"
            " Zürich   7  a long sto…\n"
            " B       12\n");
}

TEST(Progress, ShowsPhaseAndTotal) {
  EXPECT_EQ(progress_line({"club", "send", 512, 1024}, 79), "club  sending  [############............]  512/1024");
  EXPECT_EQ(progress_line({"club", "pull", 12, 0}, 79), "club  reading  12");
  EXPECT_EQ(progress_line({"club", "send", 5, 2}, 79), "club  sending  [########################]  2/2");
}

TEST(Progress, LeavesNothingBehindAndSaysNothingWhereNobodyWatches) {
  std::ostringstream out;
  {
    ProgressBar bar(&out, 40);
    bar.show({"club", "pull", 1, 0});
  }
  EXPECT_EQ(out.str(), "\r\033[Kclub  reading  1\r\033[K");
  ProgressBar silent(nullptr, 40);
  silent.show({"club", "pull", 1, 0});
  EXPECT_FALSE(silent.sink());
}

}  // namespace
}  // namespace fasti::app
