#include <set>

#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/series.hpp"

namespace fasti {
inline namespace v1 {
namespace {

bool same_text(const std::string& a, const std::string& b) {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

Result<SeriesOverride> read_key(const std::string& key) {
  SeriesOverride change;
  if (auto time = parse_time(key)) {
    change.key = *time;
  } else if (auto day = parse_date(key)) {
    change.key = LocalSeconds(*day);
    change.key_is_date = true;
  } else {
    return Error{ErrorKind::bad_input, "not the key of an occurrence: \"" + key + "\"", "",
                 "write 2026-04-13T18:00:00, or 2026-04-13 for an all-day series", std::nullopt};
  }
  return change;
}

const Value* held(const Value& value) { return &value; }
const Value* held(const std::optional<Value>& value) { return value ? &*value : nullptr; }

template <class Values>
Result<SeriesInput> read_input(const Values& values, const SeriesPaths& paths) {
  auto find = [&](const std::string& path) -> const Value* {
    const auto it = values.find(path);
    return it == values.end() ? nullptr : held(it->second);
  };
  auto find_text = [&](const std::string& path) {
    const Value* value = find(path);
    const auto* text = value ? std::get_if<std::string>(value) : nullptr;
    return text ? *text : std::string();
  };
  SeriesInput input;
  const Value* span = find(paths.span);
  if (span && std::holds_alternative<Span>(*span)) input.span = std::get<Span>(*span);
  const Value* recurrence = find(paths.recurrence);
  if (recurrence && std::holds_alternative<Recurrence>(*recurrence))
    input.recurrence = std::get<Recurrence>(*recurrence);
  std::set<std::string> keys;
  for (const auto& [path, value] : values)
    if (held(value) && !path_part(path).empty()) keys.insert(path_part(path));
  for (const std::string& key : keys) {
    FASTI_TRY(SeriesOverride change, read_key(key));
    const Value* own = find(make_path(paths.span, key));
    if (own && std::holds_alternative<Span>(*own)) change.span = std::get<Span>(*own);
    change.cancelled = same_text(find_text(make_path(paths.status, key)), paths.cancelled);
    change.and_future = same_text(find_text(make_path(paths.range, key)), "THISANDFUTURE");
    input.overrides.push_back(std::move(change));
  }
  return input;
}

}  // namespace

SeriesPaths ical_series_paths() { return {"DTSTART", "RRULE", "STATUS", "CANCELLED", "RANGE"}; }

Result<SeriesInput> series_input(const std::map<std::string, Value>& values, const SeriesPaths& paths) {
  return read_input(values, paths);
}
Result<SeriesInput> series_input(const Fields& fields, const SeriesPaths& paths) { return read_input(fields, paths); }

}  // namespace v1
}  // namespace fasti
