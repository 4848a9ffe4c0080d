#pragma once
// A series in Notion: its row, and a row for each occurrence inside a window, which people may edit. Pure: what the
// rows say about the series, and which rows a series should have.
//
// Each such row keeps, in "Fasti ID", whose occurrence it is and the prints of what we wrote into it: a cell that still
// has its print is inherited (or was an occurrence's own before), any other was edited by a person.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <fasti/connector.hpp>

#include "connectors/notion/binding.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {

struct RowMark {
  std::string series;                         ///< its page
  std::string key;                            ///< of the occurrence, as in property paths
  bool own = false;                           ///< what we wrote was the occurrence's own, not inherited
  std::map<std::string, std::string> prints;  ///< by column id
  bool operator==(const RowMark&) const = default;
};
std::string row_text(const RowMark& mark);
std::optional<RowMark> read_row_mark(const std::string& text);

struct Row {
  std::string page;
  RowMark mark;
  Properties properties;
};

/// By key.
using Rows = std::map<std::string, Row>;

struct SeriesState {
  Properties master;  ///< without occurrences
  Rows rows;
  std::set<std::string> cancelled;  ///< keys whose rows people have put in the trash
};

struct RowWindow {
  std::chrono::sys_seconds from{};
  std::chrono::sys_seconds to{};
};

/// The object that row and rows are together: occurrences that differ as "PROPERTY@key", cancelled ones as EXDATE.
Properties with_rows(const Binding& binding, const SeriesState& state);

struct RowStep {
  enum class Op { create, update, trash };
  Op op = Op::create;
  std::string page;
  RowMark mark;
  Properties properties;           ///< create: all; update: what changes
  std::vector<std::string> clear;  ///< update
};
/// What makes the rows those of `wanted`, an object with its occurrences. Rows that rolled out of the window stay as
/// they are; a key in `untouchable` has a row that nobody can see now.
Result<std::vector<RowStep>> row_steps(const Binding& binding, const std::string& series, const Properties& wanted,
                                       const Rows& present, const std::set<std::string>& untouchable,
                                       const RowWindow& window);
/// By column id, of what is written there.
std::map<std::string, std::string> prints_of(const Binding& binding, const Properties& properties);
/// Whether the series has such an occurrence, whatever is cancelled.
bool has_occurrence(const Binding& binding, const Properties& master, const std::string& key);

}  // namespace notion
}  // namespace v1
}  // namespace fasti
