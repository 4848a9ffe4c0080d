#include "engine/mapping/text_codec.hpp"

#include <charconv>

#include "engine/model/decimal.hpp"
#include "engine/model/json_text.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace {

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return number;
}

std::optional<Value> geo_of(const std::string& text) {
  const auto comma = text.find_first_of(",;");
  if (comma == std::string::npos) return std::nullopt;
  const auto latitude = number_of<double>(trimmed(std::string_view(text).substr(0, comma)));
  const auto longitude = number_of<double>(trimmed(std::string_view(text).substr(comma + 1)));
  if (!latitude || !longitude) return std::nullopt;
  if (!(*latitude >= -90 && *latitude <= 90 && *longitude >= -180 && *longitude <= 180)) return std::nullopt;
  return Value(Geo{*latitude, *longitude});
}

std::optional<Value> boolean_of(const std::string& text) {
  for (const auto* yes : {"true", "yes", "1", "TRUE", "Yes"}) {
    if (text == yes) return Value(true);
  }
  for (const auto* no : {"false", "no", "0", "FALSE", "No"}) {
    if (text == no) return Value(false);
  }
  return std::nullopt;
}

template <class T>
std::optional<Value> some(std::optional<T> value) {
  if (!value) return std::nullopt;
  return Value(*std::move(value));
}

struct Entity {
  std::string_view name;
  std::string_view text;
};
constexpr Entity kEntities[] = {{"&amp;", "&"},   {"&lt;", "<"},  {"&gt;", ">"},
                                {"&quot;", "\""}, {"&#39;", "'"}, {"&nbsp;", " "}};

// The tag at `at` without its brackets and attributes, lower case; `at` moves behind it.
std::string take_tag(const std::string& html, std::size_t& at) {
  const auto end = html.find('>', at);
  auto tag = html.substr(at + 1, end == std::string::npos ? std::string::npos : end - at - 1);
  at = end == std::string::npos ? html.size() : end + 1;
  tag = tag.substr(0, tag.find_first_of(" \t\n", 1));
  for (auto& c : tag) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return tag;
}

}  // namespace

bool is_splittable(FieldType type) {
  return type == FieldType::choices || type == FieldType::references || type == FieldType::people ||
         type == FieldType::reminders;
}

std::optional<std::string> value_to_text(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* decimal = std::get_if<Decimal>(&value)) return decimal->digits;
  if (const auto* date = std::get_if<std::chrono::year_month_day>(&value)) return iso_date(LocalDays{*date});
  if (const auto* duration = std::get_if<std::chrono::seconds>(&value)) return iso_duration(*duration);
  if (const auto* geo = std::get_if<Geo>(&value)) {
    std::string text;
    append_json_number(text, geo->latitude);
    text.push_back(',');
    append_json_number(text, geo->longitude);
    return text;
  }
  const auto* series = std::get_if<Recurrence>(&value);
  if (series && series->rules.size() == 1 && series->exrules.empty() && series->rdates.empty() &&
      series->exdates.empty()) {
    return series->rules.front();
  }
  return std::nullopt;
}

std::optional<Value> text_to_value(FieldType type, const std::string& raw) {
  const auto text = trimmed(raw);
  switch (type) {
    case FieldType::integer:
      return some(number_of<std::int64_t>(text));
    case FieldType::decimal:
      return some(parse_decimal(text));
    case FieldType::boolean:
      return boolean_of(text);
    case FieldType::date: {
      const auto day = parse_date(text);
      if (!day) return std::nullopt;
      return Value(std::chrono::year_month_day{*day});
    }
    case FieldType::duration:
      return some(parse_duration(text));
    case FieldType::geo:
      return geo_of(text);
    case FieldType::recurrence:
      if (text.find("FREQ=") == std::string::npos) return std::nullopt;
      return Value(Recurrence{{text}, {}, {}, {}});
    default:
      return Value(raw);
  }
}

std::optional<std::string> join_items(const std::vector<std::string>& items, const std::string& separator) {
  std::string text;
  for (const auto& item : items) {
    if (item.find(separator) != std::string::npos || item != trimmed(item) || item.empty()) return std::nullopt;
    text += (text.empty() ? "" : separator) + item;
  }
  return text;
}

std::vector<std::string> split_items(const std::string& text, const std::string& separator) {
  std::vector<std::string> items;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find(separator, at), text.size());
    auto item = trimmed(std::string_view(text).substr(at, end - at));
    if (!item.empty()) items.push_back(std::move(item));
    at = end + separator.size();
  }
  return items;
}

std::string text_to_html(const std::string& text) {
  std::string html;
  for (const char c : text) {
    if (c == '\n') {
      html += "<br>";
    } else if (c == '&') {
      html += "&amp;";
    } else if (c == '<') {
      html += "&lt;";
    } else if (c == '>') {
      html += "&gt;";
    } else {
      html.push_back(c);
    }
  }
  return html;
}

std::string html_to_text(const std::string& html) {
  std::string text;
  for (std::size_t at = 0; at < html.size();) {
    if (html[at] == '<') {
      const auto tag = take_tag(html, at);
      if (tag == "br" || tag == "br/" || tag == "/p" || tag == "/div" || tag == "/li") text.push_back('\n');
      continue;
    }
    const Entity* entity = nullptr;
    for (const auto& one : kEntities) {
      if (html.compare(at, one.name.size(), one.name) == 0) entity = &one;
    }
    if (entity) {
      text += entity->text;
      at += entity->name.size();
    } else {
      text.push_back(html[at++]);
    }
  }
  // A closing block ends the last line, it does not begin another one.
  if (html.ends_with('>') && text.ends_with('\n') && !html.ends_with("br>")) text.pop_back();
  return text;
}

Result<std::vector<std::string>> template_names(const TomlNode& at, const std::string& pattern) {
  std::vector<std::string> names;
  for (std::size_t open = pattern.find('{'); open != std::string::npos; open = pattern.find('{', open)) {
    const auto close = pattern.find('}', open);
    if (close == std::string::npos) return bad_config(at, "\"{\" has no \"}\"");
    if (close == open + 1) return bad_config(at, "\"{}\" names no field");
    names.push_back(pattern.substr(open + 1, close - open - 1));
    open = close;
  }
  if (names.empty()) return bad_config(at, "a template names at least one field", "use \"const\" for a fixed text");
  return names;
}

}  // namespace v1
}  // namespace fasti
