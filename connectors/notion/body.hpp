#pragma once
// What is sent to Notion, as JSON texts. Pure.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "connectors/notion/schema.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {

/// By column id, the JSON that write_cell() gave.
using PropertyTexts = std::vector<std::pair<std::string, std::string>>;

/// `text`: the page's body, in one toggle that is ours; nullopt: none.
std::string create_page_body(const std::string& data_source, const PropertyTexts& properties,
                             const std::optional<std::string>& text);
/// The toggle as children of a page.
std::string append_body(const std::string& text);
/// What the toggle is called, and how it is found again.
constexpr const char* kToggleTitle = "Kept by Fasti";
/// Bytes of text that one request can surely carry.
constexpr std::size_t kBodyMax = 300'000;
std::string update_page_body(const PropertyTexts& properties);
std::string trash_body();

enum class Order { created, edited };
struct Query {
  Order order = Order::created;
  std::optional<std::string> from;  ///< inclusive
  std::size_t size = 100;
  std::string cursor;
};
std::string query_body(const Query& query);
/// Rows whose text column holds one of these.
std::string marked_body(const std::string& column, const std::vector<std::string>& texts, const std::string& cursor);
/// Rows whose text column begins with this.
std::string prefix_body(const std::string& column, const std::string& prefix, const std::string& cursor);
std::string search_body(const std::string& title, const std::string& cursor);

std::string database_body(const std::string& parent_page, const std::string& title);
struct NewColumn {
  std::string name;
  ColumnType type = ColumnType::rich_text;
  std::string related;  ///< of a relation
};
std::string columns_body(const std::vector<NewColumn>& columns);

}  // namespace notion
}  // namespace v1
}  // namespace fasti
