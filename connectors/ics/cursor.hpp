#pragma once
// What a pull remembers of files, so that the next one reads only what may have changed. Text for the store; a cursor
// that cannot be read or is old is none at all, which only costs reading.
#include <map>
#include <optional>
#include <string>

#include <fasti/connector.hpp>

#include "engine/base/file_system.hpp"

namespace fasti {
inline namespace v1 {
namespace ics {

struct FileStamp {
  std::int64_t modified_ns = 0;
  std::uint64_t size = 0;
  std::uint64_t inode = 0;
  bool operator==(const FileStamp&) const = default;
};

FileStamp stamp_of(const FileInfo& info);
/// nullopt where an equal stamp would prove nothing: a file written within the last two seconds may be written again
/// in the same tick of the file system's clock, and without an inode a file put in its place cannot be told.
std::optional<FileStamp> settled_stamp(const FileInfo& info, Instant listed);

struct CursorEntry {
  std::string version;  ///< empty: could not be read
  std::optional<FileStamp> stamp;
};

/// By file name in a folder. Of a single file: by object id, and the file itself under "".
struct Cursor {
  std::int64_t read_in_full = 0;  ///< seconds; all stamps are distrusted a week later
  std::map<std::string, CursorEntry> entries;

  std::string text() const;
  /// The request's cursor, or a fresh one that starts now.
  static Cursor of(const PullRequest& request, Instant now);
  /// Whether the file is the one that the entry was made from.
  bool still(const std::string& name, const FileInfo& info) const;
};

}  // namespace ics
}  // namespace v1
}  // namespace fasti
