#pragma once
// The columns of a data source, and what a name, an id or an address of Notion's means. Columns are known by their ids:
// people rename them.
#include <optional>
#include <string>
#include <vector>

#include <fasti/connector.hpp>

namespace fasti {
inline namespace v1 {
namespace notion {

enum class ColumnType {
  title,
  rich_text,
  number,
  checkbox,
  select,
  multi_select,
  status,
  date,
  people,
  relation,
  files,
  url,
  email,
  phone_number,
  place,
  verification,
  formula,
  rollup,
  created_time,
  created_by,
  last_edited_time,
  last_edited_by,
  unique_id,
  other,  ///< button, and whatever Notion adds: never read, never written
};

ColumnType column_type(const std::string& name);
std::string column_type_name(ColumnType type);
bool is_read_only(ColumnType type);
/// Has a list of options in the schema.
bool has_options(ColumnType type);
/// What a field of that type would be when nothing says more.
FieldType natural_type(ColumnType type);
/// Whether a column can hold a field's values; `written`: also take them.
bool fits(ColumnType column, FieldType field, bool written);
/// The column that --create-missing makes for a field. rich_text where Notion has nothing nearer, or lets only people
/// make it (status, place).
ColumnType column_for(FieldType field);

struct Option {
  std::string id;
  std::string name;
};

struct Column {
  std::string id;  ///< URL-encoded, as Notion gives it
  std::string name;
  ColumnType type = ColumnType::other;
  std::vector<Option> options;
  std::string related;  ///< relation: the data source it points into

  const Option* option_named(const std::string& wanted) const;
};

struct Schema {
  std::string id;  ///< of the data source
  std::string name;
  std::string database;
  bool in_trash = false;
  std::vector<Column> columns;

  const Column* find_id(const std::string& wanted) const;
  const Column* find_name(const std::string& wanted) const;
};
Result<Schema> parse_schema(const std::string& body);

struct DatabaseInfo {
  std::string id;
  std::string name;
  bool in_trash = false;
  std::vector<CollectionInfo> sources;
};
Result<DatabaseInfo> parse_database(const std::string& body);

struct SourcePage {
  std::vector<CollectionInfo> sources;
  std::string next;  ///< cursor; empty: the last page
};
/// An answer to a search for data sources.
Result<SourcePage> parse_sources(const std::string& body);

/// The id in its dashed form: from an id of either form or the address of a page or database. nullopt: none in it.
std::optional<std::string> find_uuid(const std::string& text);

}  // namespace notion
}  // namespace v1
}  // namespace fasti
