#include "connectors/emulators/google_shown.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "engine/model/time_text.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

using Json = nlohmann::json;

/// What of a value is shown; without children: all of it.
struct Mask {
  std::map<std::string, Mask> children;
};

/// "a,b/c,d(e,f)" up to its end or an unmatched ')'.
bool read_mask(std::string_view& text, Mask& mask) {
  while (true) {
    const auto end = std::min(text.find_first_of(",/()"), text.size());
    if (end == 0) return false;
    Mask* at = &mask.children[std::string(text.substr(0, end))];
    text.remove_prefix(end);
    while (!text.empty() && text.front() == '/') {
      text.remove_prefix(1);
      const auto next = std::min(text.find_first_of(",/()"), text.size());
      if (next == 0) return false;
      at = &at->children[std::string(text.substr(0, next))];
      text.remove_prefix(next);
    }
    if (!text.empty() && text.front() == '(') {
      text.remove_prefix(1);
      if (!read_mask(text, *at) || text.empty()) return false;
      text.remove_prefix(1);  // its ')'
    }
    if (text.empty() || text.front() == ')') return true;
    if (text.front() != ',') return false;
    text.remove_prefix(1);
  }
}

Json masked(const Json& value, const Mask& mask) {
  if (mask.children.empty() || mask.children.count("*") != 0) return value;
  if (value.is_array()) {
    Json out = Json::array();
    for (const auto& one : value) out.push_back(masked(one, mask));
    return out;
  }
  if (!value.is_object()) return value;
  Json out = Json::object();
  for (const auto& [name, child] : mask.children)
    if (const auto found = value.find(name); found != value.end()) out[name] = masked(*found, child);
  return out;
}

}  // namespace

std::string google_fields(const std::string& text, const std::string& fields) {
  Mask mask;
  std::string_view rest(fields);
  if (!read_mask(rest, mask) || !rest.empty()) return "";
  return masked(Json::parse(text), mask).dump();
}

std::string google_in_zone(const std::string& text, const std::string& zone) {
  Json json = Json::parse(text);
  for (const char* name : {"start", "end", "originalStartTime"}) {
    const auto found = json.find(name);
    if (found == json.end() || !found->contains("dateTime")) continue;
    const auto instant = parse_instant((*found)["dateTime"].get<std::string>());
    if (!instant) continue;
    const auto utc = std::chrono::floor<std::chrono::seconds>(*instant);
    const auto wall = to_wall(utc, zone);
    const auto offset = offset_at(utc, zone);
    if (!wall || !offset) continue;
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(std::chrono::abs(*offset)).count();
    char sign[8];
    std::snprintf(sign, sizeof sign, "%c%02d:%02d", offset->count() < 0 ? '-' : '+', static_cast<int>(minutes / 60),
                  static_cast<int>(minutes % 60));
    (*found)["dateTime"] = iso_time(*wall) + (offset->count() == 0 ? "Z" : sign);
  }
  return json.dump();
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
