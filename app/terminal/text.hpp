#pragma once
// Text for a terminal: safe to print, aligned by what it takes on the screen. Knows no record and no report.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fasti {
inline namespace v1 {
namespace app {

/// Control characters become blanks (and broken UTF-8 '?'), so that a title from a server cannot drive the terminal.
std::string printable(std::string_view text);
/// Columns on the screen: CJK and emoji take two, combining marks none.
std::size_t width(std::string_view text);
/// Cut to at most `columns`, with "…" when something was cut.
std::string shorten(std::string_view text, std::size_t columns);
/// Broken at blanks so that no line is wider than `columns`; every line starts with `indent` blanks.
std::string wrap(std::string_view text, std::size_t indent, std::size_t columns);
/// "1 conflict", "2 conflicts".
std::string count_of(std::uint64_t count, const std::string& noun);
/// "0.4 s", "3 min 20 s".
std::string seconds_text(double seconds);

class Table {
 public:
  enum class Align { left, right };
  struct Column {
    std::string title;
    Align align = Align::left;
  };
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }
  /// With a heading line; the last column is shortened to fit into `columns` (0: as long as it is).
  std::string text(std::size_t indent, std::size_t columns) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace app
}  // namespace v1
}  // namespace fasti
