#include "connectors/ics/cursor.hpp"

#include <charconv>
#include <string_view>
#include <vector>

#include "connectors/http/url.hpp"

namespace fasti {
inline namespace v1 {
namespace ics {
namespace {

constexpr std::string_view kHead = "ics1 ";
constexpr std::chrono::seconds kRacy(2);
constexpr std::chrono::seconds kTrusted = std::chrono::hours(24 * 7);

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = std::min(text.find(separator, from), text.size());
    out.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return out;
}

template <class Number>
bool read_number(std::string_view text, Number& out) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

bool read_entry(std::string_view line, Cursor& cursor) {
  const auto parts = split(line, ' ');
  if (parts.size() != 2 && parts.size() != 5) return false;
  CursorEntry entry{std::string(parts[1]), std::nullopt};
  if (parts.size() == 5) {
    FileStamp stamp;
    if (!read_number(parts[2], stamp.modified_ns) || !read_number(parts[3], stamp.size) ||
        !read_number(parts[4], stamp.inode))
      return false;
    entry.stamp = stamp;
  }
  cursor.entries[http::percent_decode(parts[0])] = std::move(entry);
  return true;
}

std::optional<Cursor> read_cursor(std::string_view text) {
  if (text.substr(0, kHead.size()) != kHead) return std::nullopt;
  auto lines = split(text.substr(kHead.size()), '\n');
  Cursor cursor;
  if (!read_number(lines.front(), cursor.read_in_full)) return std::nullopt;
  for (std::size_t i = 1; i < lines.size(); ++i)
    if (!read_entry(lines[i], cursor)) return std::nullopt;
  return cursor;
}

std::int64_t seconds_of(Instant at) { return std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count(); }

}  // namespace

FileStamp stamp_of(const FileInfo& info) { return {info.modified_ns, info.size, info.inode}; }

std::optional<FileStamp> settled_stamp(const FileInfo& info, Instant listed) {
  const std::chrono::nanoseconds quiet = (listed - kRacy).time_since_epoch();
  if (info.inode == 0 || info.modified_ns >= quiet.count()) return std::nullopt;
  return stamp_of(info);
}

std::string Cursor::text() const {
  std::string out = std::string(kHead) + std::to_string(read_in_full);
  for (const auto& [name, entry] : entries) {
    out += "\n" + http::percent_encode_path(name) + " " + entry.version;
    if (!entry.stamp) continue;
    out += " " + std::to_string(entry.stamp->modified_ns) + " " + std::to_string(entry.stamp->size) + " " +
           std::to_string(entry.stamp->inode);
  }
  return out;
}

Cursor Cursor::of(const PullRequest& request, Instant now) {
  const std::int64_t seconds = seconds_of(now);
  if (request.mode == PullMode::changes) {
    auto cursor = read_cursor(request.cursor);
    if (cursor && cursor->read_in_full <= seconds && seconds - cursor->read_in_full < kTrusted.count()) return *cursor;
  }
  return Cursor{seconds, {}};
}

bool Cursor::still(const std::string& name, const FileInfo& info) const {
  const auto entry = entries.find(name);
  return entry != entries.end() && entry->second.stamp && *entry->second.stamp == stamp_of(info);
}

}  // namespace ics
}  // namespace v1
}  // namespace fasti
