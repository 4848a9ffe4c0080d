#pragma once
// A page as Notion shows it: where it stands and what its cells hold, before anything is known of mappings.
#include <optional>
#include <string>
#include <vector>

#include <fasti/connector.hpp>

#include "connectors/notion/json.hpp"
#include "connectors/notion/schema.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {

/// The end of a date is inclusive; times carry an offset, or stand in `zone`.
struct DateTexts {
  std::string start;
  std::string end;
  std::string zone;
  bool operator==(const DateTexts&) const = default;
};

struct User {
  std::string id;
  std::string name;
  std::string email;
};

struct FileLink {
  std::string url;  ///< of a hosted file without its signature, which changes with every reading
  bool hosted = false;
  std::string raw;  ///< the element as JSON: what a write has to repeat
};

struct Cell {
  std::string id;
  std::string name;
  ColumnType type = ColumnType::other;
  std::string text;  ///< plain text, url, name of an option, result of a formula
  std::optional<double> number;
  std::optional<bool> flag;
  std::optional<DateTexts> date;
  std::vector<std::string> items;  ///< names of options, ids of related pages
  std::vector<User> people;
  std::vector<FileLink> files;
  std::optional<Geo> place;
  bool cut = false;  ///< the answer may hold only a part: read the property itself before believing it
};

struct Page {
  std::string id;
  std::string source;  ///< the data source it stands in; empty: elsewhere
  std::string parent;  ///< what it stands in, for messages
  std::string created;
  std::string edited;
  bool in_trash = false;
  bool partial = false;  ///< id only: this connection may not read it
  std::vector<Cell> cells;

  const Cell* find(const std::string& column_id) const;
};

/// Pages answer with at most this many references in a cell.
constexpr std::size_t kReferencesShown = 25;

Page page_of(const Json& json);
Result<Page> parse_page(const std::string& body);

struct QueryPage {
  std::vector<Page> pages;
  std::string next;     ///< cursor; empty: the last one
  bool capped = false;  ///< Notion shows no more than 10,000 results of a query
};
Result<QueryPage> parse_query(const std::string& body);

/// A part of a cell, as the endpoint of the property gives it; `next` as above.
Result<std::string> parse_cell_part(const std::string& body, Cell& into);

struct BlockPage {
  std::vector<std::string> ours;  ///< ids of toggles with this title
  std::string next;
};
Result<BlockPage> parse_blocks(const std::string& body, const std::string& title);

struct UserPage {
  std::vector<User> users;
  std::string next;
};
Result<UserPage> parse_users(const std::string& body);

}  // namespace notion
}  // namespace v1
}  // namespace fasti
