#include "app/csv/csv.hpp"

#include <algorithm>
#include <set>

#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace app {
namespace csv {

namespace {

class Reader {
 public:
  Reader(const std::string& file, std::string_view text) : file_(file), text_(text) {
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") at_ = 3;
    separator_ = find_separator();
  }

  bool at_end() const { return at_ >= text_.size(); }

  Result<Row> row() {
    Row row;
    while (true) {
      FASTI_TRY(auto cell, this->cell());
      row.push_back(std::move(cell));
      if (!at_end() && text_[at_] == separator_) {
        step();
        continue;
      }
      end_line();
      return row;
    }
  }

  Error error(std::size_t line, std::size_t column, std::string message) const {
    return Error{ErrorKind::bad_input,
                 std::move(message),
                 file_ + ":" + std::to_string(line) + ":" + std::to_string(column),
                 "nothing was imported",
                 {}};
  }

 private:
  /// What stands between the first two cells of the heading.
  char find_separator() const {
    bool quoted = false;
    for (char c : text_.substr(at_)) {
      if (c == '"') quoted = !quoted;
      if (quoted) continue;
      if (c == ',' || c == ';' || c == '\t') return c;
      if (c == '\n' || c == '\r') break;
    }
    return ',';
  }

  bool at_line_end() const { return at_end() || text_[at_] == '\n' || text_[at_] == '\r'; }

  void step() {
    char c = text_[at_++];
    if (c == '\n' || (c == '\r' && (at_end() || text_[at_] != '\n'))) {
      ++line_;
      column_ = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
      ++column_;
    }
  }

  /// CRLF, LF, or the lone CR of old spreadsheets.
  void end_line() {
    if (at_end()) return;
    bool carriage_return = text_[at_] == '\r';
    step();
    if (carriage_return && !at_end() && text_[at_] == '\n') step();
  }

  Result<Cell> cell() {
    Cell cell{{}, line_, column_};
    if (!at_end() && text_[at_] == '"') return quoted(std::move(cell));
    while (!at_line_end() && text_[at_] != separator_) {
      if (text_[at_] == '"') return error(line_, column_, "a quote inside a cell that does not start with one");
      if (text_[at_] == '\0') return error(line_, column_, "a zero byte: this is not a CSV text");
      cell.text += text_[at_];
      step();
    }
    return cell;
  }

  Result<Cell> quoted(Cell cell) {
    step();
    while (true) {
      if (at_end()) return error(cell.line, cell.column, "the quote that starts here is never closed");
      char c = text_[at_];
      step();
      if (c != '"') {
        cell.text += c;
      } else if (!at_end() && text_[at_] == '"') {
        cell.text += '"';
        step();
      } else {
        break;
      }
    }
    if (!at_line_end() && text_[at_] != separator_) return error(line_, column_, "text after a closing quote");
    return cell;
  }

  std::string file_;
  std::string_view text_;
  char separator_ = ',';
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t column_ = 1;
};

bool is_blank(const Row& row) { return row.size() == 1 && row.front().text.empty(); }

}  // namespace

Result<Sheet> parse(const std::string& file, std::string_view text) {
  Reader reader(file, text);
  if (reader.at_end()) return reader.error(1, 1, "the file is empty: its first line must name the columns");
  Sheet sheet;
  FASTI_TRY(sheet.heading, reader.row());
  std::set<std::string> names;
  for (const auto& cell : sheet.heading) {
    if (cell.text.empty()) return reader.error(cell.line, cell.column, "a column without a name");
    if (!names.insert(cell.text).second) {
      return reader.error(cell.line, cell.column, "a second column \"" + cell.text + "\"");
    }
  }
  while (!reader.at_end()) {
    FASTI_TRY(auto row, reader.row());
    if (is_blank(row)) continue;
    if (row.size() != sheet.heading.size()) {
      const auto& where = row[std::min(row.size(), sheet.heading.size() + 1) - 1];
      return reader.error(where.line, where.column,
                          "this row has " + std::to_string(row.size()) + " cells, the heading has " +
                              std::to_string(sheet.heading.size()));
    }
    sheet.rows.push_back(std::move(row));
  }
  return sheet;
}

void append_row(std::string& out, const std::vector<std::string>& cells) {
  bool first = true;
  for (const auto& cell : cells) {
    if (!first) out += ',';
    first = false;
    bool alone_and_empty = cells.size() == 1 && cell.empty();
    if (!alone_and_empty && cell.find_first_of(",;\t\"\r\n") == std::string::npos) {
      out += cell;
      continue;
    }
    out += '"';
    for (char c : cell) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    out += '"';
  }
  out += "\r\n";
}

std::string harmless(const std::string& cell) {
  if (!cell.empty() && std::string_view("=+-@\t\r").find(cell.front()) != std::string_view::npos) return "'" + cell;
  return cell;
}

}  // namespace csv
}  // namespace app
}  // namespace v1
}  // namespace fasti
