#include "engine/base/file_system.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "engine/base/clock.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace {

ErrorKind kind_of(int code) {
  switch (code) {
    case ENOENT:
    case ENOTDIR:
      return ErrorKind::not_found;
    case EACCES:
    case EPERM:
      return ErrorKind::forbidden;
    case EEXIST:
    case EISDIR:
    case EINVAL:
    case ELOOP:
    case ENAMETOOLONG:
      return ErrorKind::rejected;
    default:
      return ErrorKind::disk;
  }
}

const char* hint_of(int code) {
  switch (code) {
    case ENOSPC:
    case EDQUOT:
      return "make room on the disk, then run the same command again";
    case EROFS:
      return "the file system is read-only: mount it writable, or choose another path";
    case EIO:
      return "the disk reports a fault: check it before going on";
    case EACCES:
    case EPERM:
      return "give this user the right to read and write it";
    default:
      return "";
  }
}

Error failed(const std::string& what, const std::string& path, int code) {
  return Error{kind_of(code), what + ": " + std::generic_category().message(code), path, hint_of(code), std::nullopt};
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  bool open() const { return fd_ >= 0; }
  /// A deferred write error (NFS, quota) is reported by close: it must be asked.
  int close() {
    const int fd = std::exchange(fd_, -1);
    return ::close(fd);
  }

 private:
  int fd_;
};

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

int write_all(int fd, const std::string& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    done += static_cast<std::size_t>(n);
  }
  return 0;
}

int sync_folder(const std::string& folder) {
  const Descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.open()) return errno;
  if (::fsync(fd.get()) == 0) return 0;
  // Some network file systems cannot sync a folder; their rename is already durable.
  return errno == EINVAL || errno == ENOTSUP ? 0 : errno;
}

/// A file beside its final name that disappears again unless it is kept.
class Temporary {
 public:
  static Result<Temporary> make(const std::string& path, const std::string& bytes, Access access = Access::usual) {
    const mode_t mode = access == Access::owner_only ? 0600 : 0666;
    struct ::stat old {};
    const bool replaces = ::stat(path.c_str(), &old) == 0;
    // Renaming over a device or a pipe (/dev/stdout) would destroy it.
    if (replaces && !S_ISREG(old.st_mode)) return failed("is not a file", path, S_ISDIR(old.st_mode) ? EISDIR : EINVAL);
    const std::filesystem::path full(path);
    for (int attempt = 0; attempt < 16; ++attempt) {
      const std::string suffix = std::to_string(system_random().next());
      std::string name = (full.parent_path() / ("." + full.filename().string() + "." + suffix + ".tmp")).string();
      Descriptor fd(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
      if (!fd.open() && errno == EEXIST) continue;
      if (!fd.open()) return failed("cannot be written", path, errno);
      Temporary file(std::move(name));
      if (replaces && ::fchmod(fd.get(), old.st_mode & 07777U) != 0) {
        return failed("cannot be written", path, errno);
      }
      if (const int code = write_all(fd.get(), bytes); code != 0) return failed("cannot be written", path, code);
      if (::fsync(fd.get()) != 0) return failed("cannot be written", path, errno);
      if (fd.close() != 0) return failed("cannot be written", path, errno);
      return file;
    }
    return failed("cannot be written", path, EEXIST);
  }

  explicit Temporary(std::string name) : name_(std::move(name)) {}
  Temporary(Temporary&& other) noexcept : name_(std::exchange(other.name_, {})) {}
  Temporary& operator=(Temporary&&) = delete;
  ~Temporary() {
    if (!name_.empty()) ::unlink(name_.c_str());
  }
  const std::string& name() const { return name_; }
  void keep() { name_.clear(); }

 private:
  std::string name_;
};

/// Renaming over a symbolic link would replace the link instead of the file it stands for.
std::string through_link(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::is_symlink(path, ignored)) return path;
  const auto real = std::filesystem::canonical(path, ignored);
  return ignored ? path : real.string();
}

FileInfo describe(std::string name, const struct ::stat& info) {
  FileInfo out;
  out.name = std::move(name);
  out.size = static_cast<std::uint64_t>(info.st_size);
  out.modified_ns = static_cast<std::int64_t>(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec;
  out.inode = info.st_ino;
  out.folder = S_ISDIR(info.st_mode);
  out.shared = (info.st_mode & 077U) != 0;
  return out;
}

class SystemFiles : public FileSystem {
 public:
  Result<std::string> read(const std::string& path) override {
    const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd.open()) return failed("cannot be read", path, errno);
    struct ::stat info {};
    if (::fstat(fd.get(), &info) != 0) return failed("cannot be read", path, errno);
    if (S_ISDIR(info.st_mode)) return failed("cannot be read", path, EISDIR);
    std::string bytes(static_cast<std::size_t>(std::max<off_t>(info.st_size, 4095)) + 1, '\0');
    std::size_t done = 0;
    while (true) {
      if (done == bytes.size()) bytes.resize(bytes.size() * 2);
      const ssize_t n = ::read(fd.get(), bytes.data() + done, bytes.size() - done);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return failed("cannot be read", path, errno);
      if (n == 0) break;
      done += static_cast<std::size_t>(n);
    }
    bytes.resize(done);
    return bytes;
  }

  Status write_atomically(const std::string& path, const std::string& bytes) override {
    const std::string real = through_link(path);
    FASTI_TRY(Temporary file, Temporary::make(real, bytes));
    if (::rename(file.name().c_str(), real.c_str()) != 0) return failed("cannot be written", path, errno);
    file.keep();
    if (const int code = sync_folder(folder_of(real)); code != 0) return failed("cannot be written", path, code);
    return {};
  }

  Status write_new(const std::string& path, const std::string& bytes, Access access) override {
    struct ::stat info {};
    if (::lstat(path.c_str(), &info) == 0) return exists(path);
    FASTI_TRY(Temporary file, Temporary::make(path, bytes, access));
    if (::renameat2(AT_FDCWD, file.name().c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0) {
      file.keep();
    } else if (errno == EEXIST) {
      return exists(path);
    } else if (errno != EINVAL && errno != ENOSYS) {
      return failed("cannot be written", path, errno);
    } else if (::link(file.name().c_str(), path.c_str()) != 0) {  // a file system without RENAME_NOREPLACE
      return errno == EEXIST ? exists(path) : failed("cannot be written", path, errno);
    }
    if (const int code = sync_folder(folder_of(path)); code != 0) return failed("cannot be written", path, code);
    return {};
  }

  Status remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0) return failed("cannot be removed", path, errno);
    if (const int code = sync_folder(folder_of(path)); code != 0) return failed("cannot be removed", path, code);
    return {};
  }

  Result<std::vector<FileInfo>> list(const std::string& folder) override {
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir(folder.c_str()), &::closedir);
    if (!stream) return failed("cannot be listed", folder, errno);
    std::vector<FileInfo> out;
    while (true) {
      errno = 0;
      const dirent* entry = ::readdir(stream.get());
      if (entry == nullptr && errno != 0) return failed("cannot be listed", folder, errno);
      if (entry == nullptr) break;
      std::string name(static_cast<const char*>(entry->d_name));
      if (name == "." || name == "..") continue;
      struct ::stat info {};
      const int fd = ::dirfd(stream.get());
      // A link to nowhere is still listed: an absent name would be read as a deletion.
      if (::fstatat(fd, name.c_str(), &info, 0) != 0 && ::fstatat(fd, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) continue;
        return failed("cannot be listed", folder + "/" + name, errno);
      }
      out.push_back(describe(std::move(name), info));
    }
    std::sort(out.begin(), out.end(), [](const FileInfo& a, const FileInfo& b) { return a.name < b.name; });
    return out;
  }

  Result<FileInfo> stat(const std::string& path) override {
    struct ::stat info {};
    if (::stat(path.c_str(), &info) != 0) return failed("cannot be read", path, errno);
    return describe(std::filesystem::path(path).filename().string(), info);
  }

  Status make_folders(const std::string& path) override {
    std::error_code code;
    std::filesystem::create_directories(path, code);
    if (code) return failed("cannot be made", path, code.value());
    return {};
  }

 private:
  static Error exists(const std::string& path) { return failed("is not overwritten", path, EEXIST); }
};

}  // namespace

FileSystem& system_files() {
  static SystemFiles files;
  return files;
}

}  // namespace v1
}  // namespace fasti
