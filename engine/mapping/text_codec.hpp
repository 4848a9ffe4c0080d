#pragma once
// Field values as one text and back, for properties that hold nothing else (CSV columns, text lines).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/mapping/toml_tree.hpp"
#include "engine/model/kind.hpp"

namespace fasti {
inline namespace v1 {

/// Lists, which one text holds with a separator only.
bool is_splittable(FieldType type);

/// Everything but lists, spans and references. nullopt: it has no such text.
std::optional<std::string> value_to_text(const Value& value);
std::optional<Value> text_to_value(FieldType type, const std::string& text);

/// Items joined; nullopt when an item could not be told from its neighbours again.
std::optional<std::string> join_items(const std::vector<std::string>& items, const std::string& separator);
/// Items without blanks at their ends; empty ones are left out.
std::vector<std::string> split_items(const std::string& text, const std::string& separator);

std::string text_to_html(const std::string& text);
std::string html_to_text(const std::string& html);

/// The names between braces of "{title} ({venue.name})".
Result<std::vector<std::string>> template_names(const TomlNode& at, const std::string& pattern);

}  // namespace v1
}  // namespace fasti
