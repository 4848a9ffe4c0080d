#pragma once
// Cells as values and back: the one place that knows what each type of column can hold. Pure.
#include <map>
#include <optional>
#include <string>

#include <fasti/connector.hpp>

#include "connectors/notion/binding.hpp"
#include "connectors/notion/cell.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {

/// By mail address in lower case: the id of the workspace's user.
using UserIds = std::map<std::string, std::string>;

/// What the field wants where the cell can give it; else what the cell is, so that the mapping can say what is wrong.
/// nullopt: empty. bad_reply: something is there that cannot be read.
Result<std::optional<Value>> read_cell(const Cell& cell, const Bound& bound);

/// The property of a write as JSON, `{"date":{…}}`; no value clears. `before`: the cell as it is, for what a write has
/// to repeat. rejected: this value cannot be held, and why.
Result<std::string> write_cell(const Bound& bound, const std::optional<Value>& value, const UserIds& users,
                               const Cell* before);

/// The marker's text in "Fasti ID", and both of its forms for a search.
std::string marker_text(const Marker& marker);
std::optional<Marker> read_marker(const std::string& text);

}  // namespace notion
}  // namespace v1
}  // namespace fasti
