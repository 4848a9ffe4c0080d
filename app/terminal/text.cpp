#include "app/terminal/text.hpp"

#include <algorithm>
#include <cstdio>

namespace fasti {
inline namespace v1 {
namespace app {

namespace {

struct Glyph {
  char32_t code = 0;
  std::size_t bytes = 0;  ///< 0: broken
};

Glyph next_glyph(std::string_view text) {
  auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1};
  std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (bytes == 0 || lead > 0xF4 || text.size() < bytes) return {};
  char32_t code = lead & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) return {};
    code = (code << 6) | (byte & 0x3F);
  }
  return {code, bytes};
}

bool in(char32_t code, char32_t from, char32_t to) { return code >= from && code <= to; }

std::size_t columns_of(char32_t c) {
  if (in(c, 0x300, 0x36F) || in(c, 0x200B, 0x200F) || in(c, 0xFE00, 0xFE0F) || in(c, 0x20D0, 0x20FF)) return 0;
  bool wide = in(c, 0x1100, 0x115F) || in(c, 0x2E80, 0xA4CF) || in(c, 0xAC00, 0xD7A3) || in(c, 0xF900, 0xFAFF) ||
              in(c, 0xFE30, 0xFE6F) || in(c, 0xFF00, 0xFF60) || in(c, 0x1F300, 0x1FAFF) || in(c, 0x20000, 0x3FFFD);
  return wide ? 2 : 1;
}

/// C0, DEL, C1 and the characters that turn the writing direction around.
bool is_control(char32_t c) { return c < 0x20 || in(c, 0x7F, 0x9F) || in(c, 0x202A, 0x202E) || in(c, 0x2066, 0x2069); }

void pad(std::string& line, const std::string& cell, std::size_t columns, Table::Align align) {
  std::string blanks(columns - std::min(columns, width(cell)), ' ');
  line += align == Table::Align::right ? blanks + cell : cell + blanks;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    auto [code, bytes] = next_glyph(text);
    if (bytes == 0) {
      out += '?';
      text.remove_prefix(1);
      continue;
    }
    if (is_control(code)) {
      out += ' ';
    } else {
      out += text.substr(0, bytes);
    }
    text.remove_prefix(bytes);
  }
  return out;
}

std::size_t width(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    auto [code, bytes] = next_glyph(text);
    columns += bytes == 0 ? 1 : columns_of(code);
    text.remove_prefix(std::max<std::size_t>(bytes, 1));
  }
  return columns;
}

std::string shorten(std::string_view text, std::size_t columns) {
  if (width(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  std::size_t used = 0;
  std::size_t end = 0;
  while (end < text.size()) {
    auto [code, bytes] = next_glyph(text.substr(end));
    std::size_t needed = bytes == 0 ? 1 : columns_of(code);
    if (used + needed > columns - 1) break;
    used += needed;
    end += std::max<std::size_t>(bytes, 1);
  }
  return std::string(text.substr(0, end)) + "…";
}

std::string wrap(std::string_view text, std::size_t indent, std::size_t columns) {
  std::string out;
  std::string line;
  auto flush = [&] {
    out += std::string(indent, ' ') + line + "\n";
    line.clear();
  };
  while (!text.empty()) {
    auto end = std::min(text.find(' '), text.size());
    auto word = text.substr(0, end);
    if (!line.empty() && indent + width(line) + 1 + width(word) > columns) flush();
    if (!line.empty()) line += ' ';
    line += word;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (!line.empty()) flush();
  return out;
}

std::string count_of(std::uint64_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string seconds_text(double seconds) {
  char buffer[48];
  if (seconds >= 120) {
    auto whole = static_cast<long long>(seconds);
    std::snprintf(buffer, sizeof buffer, "%lld min %lld s", whole / 60, whole % 60);
  } else {
    std::snprintf(buffer, sizeof buffer, seconds < 10 ? "%.1f s" : "%.0f s", seconds);
  }
  return buffer;
}

std::string Table::text(std::size_t indent, std::size_t columns) const {
  std::vector<std::size_t> widths;
  for (const auto& column : columns_) widths.push_back(width(column.title));
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  std::size_t before_last = indent;
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) before_last += widths[i] + 2;
  std::size_t last = columns > before_last + 8 ? columns - before_last : columns == 0 ? widths.back() : 8;
  std::string out;
  auto add_line = [&](const std::vector<std::string>& cells) {
    std::string line(indent, ' ');
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) line += "  ";
      bool is_last = i + 1 == widths.size();
      pad(line, is_last ? shorten(cells[i], last) : cells[i], is_last ? std::min(widths[i], last) : widths[i],
          columns_[i].align);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  };
  std::vector<std::string> titles;
  for (const auto& column : columns_) titles.push_back(column.title);
  add_line(titles);
  for (const auto& row : rows_) add_line(row);
  return out;
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
