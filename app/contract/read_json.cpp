// Reading the JSON that people and other programs hand to a command: plan.json, and records.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "app/contract/json.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

namespace {

using Json = nlohmann::ordered_json;

Error bad_json(const std::string& file, std::string_view text, std::size_t offset, std::string message) {
  auto before = text.substr(0, std::min(offset, text.size()));
  auto line = 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  auto column = before.size() - (before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1) + 1;
  return Error{ErrorKind::bad_input,
               std::move(message),
               file + ":" + std::to_string(line) + ":" + std::to_string(column),
               {},
               {}};
}

/// "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while …": what comes last.
std::string reason_of(const Json::parse_error& error) {
  std::string text = error.what();
  auto at = text.find(": ");
  return "not JSON: " + (at == std::string::npos ? text : text.substr(at + 2));
}

Result<Json> parse(const std::string& file, std::string_view text) {
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    return bad_json(file, text, error.byte == 0 ? 0 : error.byte - 1, reason_of(error));
  }
}

Step step_of(const Json& json) {
  Step step;
  step.target = json.at("target").get<std::string>();
  step.record = json.at("record").get<std::string>();
  step.op = json.at("op").get<std::string>();
  step.fields = json.at("fields").get<std::vector<std::string>>();
  step.cause = json.at("cause").get<std::string>();
  step.why = json.at("why").get<std::string>();
  step.kind = json.value("kind", "");
  step.label = json.value("label", "");
  step.digest = json.value("digest", "");
  step.unprotected = json.value("unprotected", false);
  return step;
}

/// Where each element of a top-level array (or each value of JSON Lines) starts and ends. `text` is valid JSON.
std::vector<JsonPart> parts_of_array(std::string_view text) {
  std::vector<JsonPart> parts;
  std::size_t depth = 0;
  std::size_t line = 1;
  std::size_t start = 0;
  std::size_t start_line = 1;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '\n') ++line;
    if (quoted) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        quoted = false;
      }
      continue;
    }
    if (c == '"') quoted = true;
    if ((c == '{' || c == '[') && ++depth == 2) {
      start = i;
      start_line = line;
    }
    if ((c == '}' || c == ']') && depth-- == 2) {
      parts.push_back({std::string(text.substr(start, i + 1 - start)), start_line});
    }
  }
  return parts;
}

Result<std::vector<JsonPart>> parts_of_lines(const std::string& file, std::string_view text) {
  std::vector<JsonPart> parts;
  std::size_t line = 0;
  for (std::size_t at = 0; at < text.size();) {
    ++line;
    auto end = std::min(text.find('\n', at), text.size());
    auto one = text.substr(at, end - at);
    auto line_start = at;
    at = end + 1;
    if (one.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    try {
      if (!Json::parse(one).is_object()) return bad_json(file, text, line_start, "a record is a JSON object");
    } catch (const Json::parse_error& error) {
      return bad_json(file, text, line_start + (error.byte == 0 ? 0 : error.byte - 1), reason_of(error));
    }
    parts.push_back({std::string(one), line});
  }
  return parts;
}

}  // namespace

Result<std::vector<Step>> read_plan(const std::string& file, std::string_view text) {
  FASTI_TRY(auto json, parse(file, text));
  if (!json.is_object() || !json.contains("steps") || !json["steps"].is_array()) {
    return bad_json(file, text, 0, "this is not a plan: it has no \"steps\"");
  }
  std::vector<Step> steps;
  try {
    for (const auto& step : json["steps"]) steps.push_back(step_of(step));
  } catch (const Json::exception&) {
    return bad_json(file, text, 0,
                    "step " + std::to_string(steps.size() + 1) + " of the plan is not as `plan -o` writes it");
  }
  return steps;
}

Result<std::vector<JsonPart>> split_records(const std::string& file, std::string_view text) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return bad_json(file, text, 0, "nothing to read");
  if (text[first] == '[') {
    FASTI_TRY(auto json, parse(file, text));
    if (!std::all_of(json.begin(), json.end(), [](const Json& item) { return item.is_object(); })) {
      return bad_json(file, text, first, "a record is a JSON object");
    }
    return parts_of_array(text);
  }
  auto one = parse(file, text);
  if (one && one->is_object()) {
    auto line = 1 + static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<long>(first), '\n'));
    return std::vector<JsonPart>{{std::string(text), line}};
  }
  if (one) return bad_json(file, text, first, "a record is a JSON object");
  // JSON Lines when the first line is a value of its own; else it is one broken object, whose own error says more.
  auto first_line = text.substr(first, text.find('\n', first) - first);
  if (Json::accept(first_line)) return parts_of_lines(file, text);
  return one.error();
}

std::string member_text(const std::string& json, const char* name) {
  auto value = Json::parse(json, nullptr, false);
  if (!value.is_object() || !value.contains(name) || !value[name].is_string()) return {};
  return value[name].get<std::string>();
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
