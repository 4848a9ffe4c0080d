#pragma once
// The small JSON columns that are not values: stamps, lists, counters, markers. Compact, and readable in a shell.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/store/store.hpp"

namespace fasti {
inline namespace v1 {
namespace store {

/// Equal stamps share one entry: [{"origin":…,"after":…,"until":…,"seq":…,"paths":["title",…]},…].
std::string stamps_json(const std::map<std::string, Stamp>& stamps);
Result<std::map<std::string, Stamp>> read_stamps(std::string_view json);

// Empty ones are no JSON at all, so that most rows hold NULL.
std::optional<std::string> list_json(const std::vector<std::string>& list);
Result<std::vector<std::string>> read_list(std::string_view json);
std::optional<std::string> counters_json(const std::map<std::string, int>& counters);
Result<std::map<std::string, int>> read_counters(std::string_view json);
std::optional<std::string> marker_json(const std::optional<Marker>& marker);
Result<std::optional<Marker>> read_marker(std::string_view json);

}  // namespace store
}  // namespace v1
}  // namespace fasti
