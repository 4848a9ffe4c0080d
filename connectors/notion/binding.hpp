#pragma once
// Which column each property of a mapping is. Pure. A name is looked up once, from then on the column's id counts:
// renames are followed, and a column that was deleted or made into another type stops the mapping instead of reading as
// emptied.
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fasti/connector.hpp>

#include "connectors/notion/schema.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {

constexpr const char* kMarkerColumn = "Fasti ID";
/// Of mappings: the field that is written into the page itself.
constexpr const char* kBodyKey = "body";
/// Of mappings: how far occurrences of series get rows of their own, and the relation from those to their series.
constexpr const char* kRowsAhead = "rows_ahead";
constexpr const char* kRowsBehind = "rows_behind";
constexpr const char* kSeriesKey = "series";

struct Bound {
  std::string property;  ///< as the mapping names it
  Column column;
  FieldType as = FieldType::text;
  std::string to;
  bool written = true;
  bool create_options = false;
};

/// By property: the id of its column.
using Names = std::map<std::string, std::string>;

/// Rows for the occurrences of a series, where the mapping wants them.
struct RowSettings {
  std::string property;  ///< as the mapping names it
  Column series;         ///< relates a row to its series
  std::chrono::days behind{1};
  std::chrono::days ahead{90};
};

struct Binding {
  std::vector<Bound> bounds;
  std::optional<RowSettings> rows;
  std::optional<Column> marker;
  bool body = false;  ///< the property "body" is the page itself, not a column

  const Bound* find(const std::string& property) const;
  /// The text that holds the recurrence, and the date that it repeats; nullptr: none.
  const Bound* rule() const;
  const Bound* span() const;
  /// What the next run has to know.
  Names names() const;
};

struct MissingColumn {
  std::string name;
  FieldType type = FieldType::text;
  std::string to;
};

struct BindingPlan {
  Binding binding;
  std::vector<Error> problems;
  std::vector<MissingColumn> missing;  ///< of those, what could be made
};
BindingPlan bind_columns(const Schema& schema, const CollectionUse& use, const Names& remembered,
                         const std::string& place);
/// Every column by its own name: for who asks without a mapping.
Binding bind_all(const Schema& schema);

}  // namespace notion
}  // namespace v1
}  // namespace fasti
