#pragma once
// What a pull remembers for the next one, and what that one therefore has to read. Pure. Notion has no cursor: last
// edits are told by the minute, by an index that lags, and deletions are not told at all.
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>

#include <fasti/connector.hpp>

#include "connectors/notion/binding.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {

/// The rows of a series that were seen, by key: one that is missing later was moved away or put in the trash.
struct KnownSeries {
  std::map<std::string, std::string> rows;
  std::set<std::string> cancelled;
  bool operator==(const KnownSeries&) const = default;
};
/// By the series' page.
using KnownRows = std::map<std::string, KnownSeries>;

struct Cursor {
  std::optional<Instant> edited;  ///< the newest last_edited_time that was shown: Notion's clock, never ours
  std::optional<Instant> listed;  ///< the last complete listing, where another one is not due every time
  std::size_t rows = 0;           ///< it showed
  Names names;
  KnownRows series;
  bool operator==(const Cursor&) const = default;
};
std::string cursor_text(const Cursor& cursor);
/// Empty for a text that is none of ours.
Cursor read_cursor(const std::string& text);

/// Edits since the newest one that was seen may have been stamped with the minute before it, rounded either way, and
/// may have been shown late: that far back every look begins.
constexpr std::chrono::minutes kOverlap{4};

struct Habits {
  std::size_t small = 1000;
  std::chrono::seconds listing_age{3600};
};
/// From when on edits are asked for; nullopt: everything.
std::optional<Instant> read_from(const Cursor& cursor, PullMode mode, const Habits& habits, Instant now);

}  // namespace notion
}  // namespace v1
}  // namespace fasti
