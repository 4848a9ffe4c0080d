#pragma once
// A TOML file as a plain tree in file order with the position of every key: what kinds, mappings and fasti.toml are
// read from, so that each error can say file:line:column. Reading only; knows nothing of what the keys mean.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fasti/error.hpp>

namespace fasti {
inline namespace v1 {

struct TomlNode {
  enum class Type { text, integer, decimal, boolean, table, array, other };
  TomlNode();  // defined elsewhere: clang 14 would ask for it while the pair below is still incomplete
  Type type = Type::table;
  std::string text;
  std::int64_t integer = 0;
  double decimal = 0;
  bool boolean = false;
  std::vector<std::pair<std::string, TomlNode>> members;  ///< of a table, in the order of the file
  std::vector<TomlNode> items;                            ///< of an array
  std::string place;                                      ///< "file:line:column" of the key, else of the value

  const TomlNode* find(std::string_view key) const;
  bool is(Type wanted) const { return type == wanted; }
};

Result<TomlNode> parse_toml(const std::string& file, const std::string& text);

/// bad_config at the node.
Error bad_config(const TomlNode& at, std::string message, std::string hint = {});
/// Refuses what is no table, and the first key that is not known, with the nearest one.
Status check_keys(const TomlNode& table, const std::vector<std::string>& known,
                  const std::vector<std::string>& also = {});
/// Those of these keys that are there; what is no text in its canonical text.
std::map<std::string, std::string> texts_of_keys(const TomlNode& table, const std::vector<std::string>& keys);

/// The value of a key of the wanted type; nullopt when the key is not there.
Result<std::optional<std::string>> optional_text(const TomlNode& table, const std::string& key);
Result<std::optional<bool>> optional_boolean(const TomlNode& table, const std::string& key);
Result<std::vector<std::string>> text_list(const TomlNode& table, const std::string& key);
/// A key that must be there and not empty; `what` names the table in the error.
Result<std::string> required_text(const TomlNode& table, const std::string& key, const std::string& what);

/// "10m", "2h", "30d", "1w", "90s", or ISO 8601. nullopt: neither.
std::optional<std::int64_t> duration_seconds(std::string_view text);

/// The same text for the same keys and values, whatever comments and layout say.
std::string canonical_text(const TomlNode& node);

}  // namespace v1
}  // namespace fasti
