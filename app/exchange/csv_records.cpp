#include <algorithm>
#include <set>

#include "app/exchange/exchange.hpp"
#include "engine/base/try.hpp"
#include "engine/model/value_json.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

namespace {

/// The column that holds record ids where no mapping claims it.
constexpr const char* kIdColumn = "id";

std::string at(const std::string& file, const csv::Cell& cell) {
  return file + ":" + std::to_string(cell.line) + ":" + std::to_string(cell.column);
}

Error bad_cell(const std::string& file, const csv::Cell& cell, std::string message) {
  return Error{ErrorKind::bad_input, std::move(message), at(file, cell), "nothing was imported", {}};
}

class Columns {
 public:
  Columns(const csv::Row& heading, const Mapping& mapping) : heading_(heading), mapping_(mapping) {
    for (std::size_t i = 0; i < heading.size(); ++i) by_name_[heading[i].text] = i;
    for (const auto& lens : mapping.lenses()) mapped_.insert(lens.properties.begin(), lens.properties.end());
  }

  std::optional<std::size_t> id_column() const {
    auto it = by_name_.find(kIdColumn);
    return it == by_name_.end() || mapped_.count(kIdColumn) ? std::nullopt : std::optional(it->second);
  }

  bool is_mapped(const std::string& column) const { return mapped_.count(column) > 0; }

  /// Fields of lenses none of whose columns is in the file: they stay as they are.
  std::set<std::string> absent_fields() const {
    std::set<std::string> absent;
    for (const auto& lens : mapping_.lenses()) {
      bool any = std::any_of(lens.properties.begin(), lens.properties.end(),
                             [&](const std::string& property) { return by_name_.count(property) > 0; });
      if (!any && !lens.properties.empty()) absent.insert(lens.fields.begin(), lens.fields.end());
    }
    return absent;
  }

  /// The cell that a problem is about: its column, or the first one of the lens that has the field.
  const csv::Cell& cell_of(const csv::Row& row, const std::string& path) const {
    auto name = path_name(path);
    if (auto it = by_name_.find(name); it != by_name_.end()) return row[it->second];
    for (const auto& lens : mapping_.lenses()) {
      if (std::find(lens.fields.begin(), lens.fields.end(), name) == lens.fields.end()) continue;
      for (const auto& property : lens.properties) {
        if (auto it = by_name_.find(property); it != by_name_.end()) return row[it->second];
      }
    }
    return row.front();
  }

  Properties properties(const csv::Row& row) const {
    Properties out;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (is_mapped(heading_[i].text) && !row[i].text.empty()) out[heading_[i].text] = row[i].text;
    }
    return out;
  }

 private:
  const csv::Row& heading_;
  const Mapping& mapping_;
  std::map<std::string, std::size_t> by_name_;
  std::set<std::string> mapped_;
};

std::string cell_text(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  auto json = plain_json(value);
  return json.size() >= 2 && json.front() == '"' ? json.substr(1, json.size() - 2) : json;
}

}  // namespace

Result<IncomingFile> read_csv(const std::string& file, std::string_view text, const Mapping& mapping, const Kind& kind,
                              const ReferenceView& references) {
  FASTI_TRY(auto sheet, csv::parse(file, text));
  Columns columns(sheet.heading, mapping);
  auto absent = columns.absent_fields();
  auto id_column = columns.id_column();
  IncomingFile out;
  for (const auto& cell : sheet.heading) {
    bool is_id = id_column && cell.text == kIdColumn;
    if (!is_id && !columns.is_mapped(cell.text)) {
      out.notes.push_back(at(file, cell) + ": column \"" + cell.text + "\" is not in mapping " + mapping.name() +
                          ": not imported");
    }
  }
  for (const auto& row : sheet.rows) {
    auto decoded = mapping.decode(columns.properties(row), nullptr, references, true);
    if (!decoded.problems.empty()) {
      const auto& problem = decoded.problems.front();
      return bad_cell(file, columns.cell_of(row, problem.path), problem.path + ": " + problem.message);
    }
    Record record{kind.name, id_column ? row[*id_column].text : "", {}};
    for (auto& [path, value] : decoded.fields) {
      if (absent.count(path_name(path)) == 0) record.fields[path] = std::move(value);
    }
    out.records.push_back({std::move(record), at(file, row.front())});
  }
  return out;
}

Result<std::string> write_csv(const std::vector<Record>& records, const Mapping& mapping,
                              const ReferenceView& references) {
  std::vector<std::string> heading;
  for (const auto& lens : mapping.lenses()) {
    for (const auto& property : lens.properties) {
      if (std::find(heading.begin(), heading.end(), property) == heading.end()) heading.push_back(property);
    }
  }
  bool with_id = std::find(heading.begin(), heading.end(), kIdColumn) == heading.end();
  auto titles = heading;
  if (with_id) titles.insert(titles.begin(), kIdColumn);
  std::string out;
  csv::append_row(out, titles);
  for (const auto& record : records) {
    auto encoded = mapping.encode(record, references);
    std::vector<std::string> cells;
    if (with_id) cells.push_back(record.id);
    for (const auto& property : heading) {
      auto it = encoded.properties.find(property);
      cells.push_back(it == encoded.properties.end() ? "" : cell_text(it->second));
    }
    csv::append_row(out, cells);
  }
  return out;
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
