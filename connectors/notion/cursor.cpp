#include "connectors/notion/cursor.hpp"

#include <nlohmann/json.hpp>

#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {

using nlohmann::json;

std::string cursor_text(const Cursor& cursor) {
  json out{{"v", 1}, {"rows", cursor.rows}, {"names", cursor.names}};
  if (cursor.edited) out["edited"] = iso_instant(*cursor.edited);
  if (cursor.listed) out["listed"] = iso_instant(*cursor.listed);
  for (const auto& [page, known] : cursor.series)
    out["series"][page] = {{"rows", known.rows}, {"cancelled", known.cancelled}};
  return out.dump();
}

Cursor read_cursor(const std::string& text) {
  Cursor out;
  const json read = json::parse(text, nullptr, false);
  if (!read.is_object() || read.value("v", 0) != 1) return out;
  out.rows = read.value("rows", std::size_t{0});
  out.names = read.value("names", Names{});
  const json series = read.value("series", json::object());
  for (const auto& [page, known] : series.items())
    out.series[page] = {known.value("rows", std::map<std::string, std::string>{}),
                        known.value("cancelled", std::set<std::string>{})};
  out.edited = parse_instant(read.value("edited", ""));
  out.listed = parse_instant(read.value("listed", ""));
  return out;
}

std::optional<Instant> read_from(const Cursor& cursor, PullMode mode, const Habits& habits, Instant now) {
  if (mode == PullMode::complete || !cursor.edited || !cursor.listed) return std::nullopt;
  if (cursor.rows <= habits.small || *cursor.listed + habits.listing_age <= now) return std::nullopt;
  return *cursor.edited - kOverlap;
}

}  // namespace notion
}  // namespace v1
}  // namespace fasti
