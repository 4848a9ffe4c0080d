#pragma once
// The files that connectors and config read and write; an interface, so that a full disk is a test.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <fasti/error.hpp>

namespace fasti {
inline namespace v1 {

struct FileInfo {
  std::string name;  ///< without the folder
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;
  std::uint64_t inode = 0;
  bool folder = false;
  bool shared = false;  ///< others than the owner may read or write it
};

enum class Access { usual, owner_only };

class FileSystem {
 public:
  virtual ~FileSystem() = default;
  virtual Result<std::string> read(const std::string& path) = 0;
  /// Temporary file in the same folder, fsync, rename, fsync of the folder: old or new, never half.
  virtual Status write_atomically(const std::string& path, const std::string& bytes) = 0;
  /// Like write_atomically, but rejected when the path exists.
  virtual Status write_new(const std::string& path, const std::string& bytes, Access access = Access::usual) = 0;
  virtual Status remove(const std::string& path) = 0;
  virtual Result<std::vector<FileInfo>> list(const std::string& folder) = 0;
  /// not_found when there is nothing.
  virtual Result<FileInfo> stat(const std::string& path) = 0;
  virtual Status make_folders(const std::string& path) = 0;
};

FileSystem& system_files();

}  // namespace v1
}  // namespace fasti
