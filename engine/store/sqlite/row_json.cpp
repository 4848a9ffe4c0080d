#include "engine/store/sqlite/row_json.hpp"

#include <simdjson.h>

#include <utility>

#include "engine/model/value_json.hpp"

namespace fasti {
inline namespace v1 {
namespace store {
namespace {

namespace od = simdjson::ondemand;

Error unreadable(const simdjson::simdjson_error& error) {
  return Error{ErrorKind::corrupt_store, std::string("a row of the store cannot be read: ") + error.what(), "",
               "run `fasti repair`", std::nullopt};
}

/// f gets the parsed document; an empty text is the empty value.
template <class T, class F>
Result<T> parse(std::string_view json, F&& f) {
  T out{};
  if (json.empty()) return out;
  try {
    thread_local od::parser parser;
    thread_local std::string padded;
    padded.assign(json);
    padded.reserve(json.size() + simdjson::SIMDJSON_PADDING);
    od::document document = parser.iterate(padded.data(), json.size(), padded.capacity());
    f(document, out);
    return out;
  } catch (const simdjson::simdjson_error& error) {
    return unreadable(error);
  }
}

void append_list(std::string& out, const std::vector<std::string>& list) {
  char separator = '[';
  for (const std::string& text : list) {
    out.push_back(separator);
    append_json_string(out, text);
    separator = ',';
  }
  out.append(list.empty() ? "[]" : "]");
}

std::string string_of(od::value value) { return std::string(std::string_view(value.get_string())); }

std::int64_t millis(Instant instant) { return instant.time_since_epoch().count(); }

}  // namespace

std::string stamps_json(const std::map<std::string, Stamp>& stamps) {
  std::vector<std::pair<const Stamp*, std::vector<std::string>>> groups;
  for (const auto& [path, stamp] : stamps) {
    auto group = groups.begin();
    while (group != groups.end() && !(*group->first == stamp)) ++group;
    if (group == groups.end()) group = groups.insert(groups.end(), {&stamp, {}});
    group->second.push_back(path);
  }
  std::string out = "[";
  for (const auto& [stamp, paths] : groups) {
    if (out.size() > 1) out.push_back(',');
    out.append("{\"origin\":");
    append_json_string(out, stamp->origin);
    out.append(",\"after\":").append(std::to_string(millis(stamp->after)));
    out.append(",\"until\":").append(std::to_string(millis(stamp->until)));
    out.append(",\"seq\":").append(std::to_string(stamp->seq));
    if (stamp->derived) out.append(",\"derived\":true");
    if (stamp->re_anchored) out.append(",\"re_anchored\":true");
    out.append(",\"paths\":");
    append_list(out, paths);
    out.push_back('}');
  }
  out.push_back(']');
  return out;
}

Result<std::map<std::string, Stamp>> read_stamps(std::string_view json) {
  using Stamps = std::map<std::string, Stamp>;
  return parse<Stamps>(json, [](od::document& document, Stamps& out) {
    for (auto element : document.get_array()) {
      Stamp stamp;
      std::vector<std::string> paths;
      for (auto member : od::object(element.get_object())) {
        const std::string_view key = member.unescaped_key();
        od::value value = member.value();
        if (key == "origin") stamp.origin = string_of(value);
        if (key == "after") stamp.after = Instant(std::chrono::milliseconds(std::int64_t(value.get_int64())));
        if (key == "until") stamp.until = Instant(std::chrono::milliseconds(std::int64_t(value.get_int64())));
        if (key == "seq") stamp.seq = value.get_int64();
        if (key == "derived") stamp.derived = value.get_bool();
        if (key == "re_anchored") stamp.re_anchored = value.get_bool();
        if (key != "paths") continue;
        for (auto path : value.get_array()) paths.push_back(string_of(path.value()));
      }
      for (std::string& path : paths) out.emplace(std::move(path), stamp);
    }
  });
}

std::optional<std::string> list_json(const std::vector<std::string>& list) {
  if (list.empty()) return std::nullopt;
  std::string out;
  append_list(out, list);
  return out;
}

Result<std::vector<std::string>> read_list(std::string_view json) {
  using List = std::vector<std::string>;
  return parse<List>(json, [](od::document& document, List& out) {
    for (auto text : document.get_array()) out.push_back(string_of(text.value()));
  });
}

std::optional<std::string> counters_json(const std::map<std::string, int>& counters) {
  if (counters.empty()) return std::nullopt;
  std::string out;
  char separator = '{';
  for (const auto& [key, count] : counters) {
    out.push_back(separator);
    append_json_string(out, key);
    out.append(":").append(std::to_string(count));
    separator = ',';
  }
  out.push_back('}');
  return out;
}

Result<std::map<std::string, int>> read_counters(std::string_view json) {
  using Counters = std::map<std::string, int>;
  return parse<Counters>(json, [](od::document& document, Counters& out) {
    for (auto member : document.get_object()) {
      std::string key(std::string_view(member.unescaped_key()));
      out.emplace(std::move(key), static_cast<int>(std::int64_t(member.value().get_int64())));
    }
  });
}

std::optional<std::string> marker_json(const std::optional<Marker>& marker) {
  if (!marker) return std::nullopt;
  std::string out = "{\"store\":";
  append_json_string(out, marker->store);
  out.append(",\"record\":");
  append_json_string(out, marker->record);
  out.append(marker->created ? ",\"created\":true" : ",\"created\":false").append(",\"stamp\":");
  append_json_string(out, marker->stamp);
  out.push_back('}');
  return out;
}

Result<std::optional<Marker>> read_marker(std::string_view json) {
  using Optional = std::optional<Marker>;
  return parse<Optional>(json, [](od::document& document, Optional& out) {
    Marker marker;
    for (auto member : document.get_object()) {
      const std::string_view key = member.unescaped_key();
      od::value value = member.value();
      if (key == "store") marker.store = string_of(value);
      if (key == "record") marker.record = string_of(value);
      if (key == "created") marker.created = value.get_bool();
      if (key == "stamp") marker.stamp = string_of(value);
    }
    out = std::move(marker);
  });
}

}  // namespace store
}  // namespace v1
}  // namespace fasti
