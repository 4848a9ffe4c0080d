#pragma once
// CSV text: RFC 4180 with the separators that spreadsheets write (comma, semicolon, tab: the heading decides). Knows
// no record; cells.hpp turns cells into values.
#include <string>
#include <string_view>
#include <vector>

#include <fasti/error.hpp>

namespace fasti {
inline namespace v1 {
namespace app {
namespace csv {

struct Cell {
  std::string text;
  std::size_t line = 1;  ///< where it starts, from 1; a column counts characters
  std::size_t column = 1;
};

using Row = std::vector<Cell>;

struct Sheet {
  Row heading;
  std::vector<Row> rows;  ///< each as long as the heading; blank lines are left out
};

/// A BOM, CRLF and LF, quoted separators, quotes and line breaks are read; anything else is bad_input with
/// file:line:column.
Result<Sheet> parse(const std::string& file, std::string_view text);

/// Quoted where needed, CRLF at the end as RFC 4180 says.
void append_row(std::string& out, const std::vector<std::string>& cells);

/// A cell that begins with = + - @ or a tab gets an apostrophe, so that no spreadsheet runs it.
std::string harmless(const std::string& cell);

}  // namespace csv
}  // namespace app
}  // namespace v1
}  // namespace fasti
