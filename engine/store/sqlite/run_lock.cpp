#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "engine/store/sqlite/sqlite_store.hpp"

namespace fasti {
inline namespace v1 {
namespace store {
namespace {

constexpr std::chrono::milliseconds kStep{50};

Error cannot_lock(const std::string& path, int code) {
  return Error{ErrorKind::disk, "the run lock cannot be taken: " + std::generic_category().message(code), path,
               "check that its folder exists and that this user may write there", std::nullopt};
}

std::string read_holder(int fd) {
  std::array<char, 256> buffer{};
  const ssize_t n = ::pread(fd, buffer.data(), buffer.size(), 0);
  std::string holder(buffer.data(), n > 0 ? static_cast<std::size_t>(n) : 0);
  while (!holder.empty() && (holder.back() == '\n' || holder.back() == ' ')) holder.pop_back();
  return holder;
}

void write_holder(int fd, const std::string& what) {
  // Only for people: whether the lock is held is the kernel's knowledge, so a failure here changes nothing.
  const std::string holder = "pid " + std::to_string(::getpid()) + " (" + what + ")\n";
  if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, holder.data(), holder.size(), 0) < 0) return;
}

}  // namespace

Result<RunLock> RunLock::take(const std::string& path, const std::string& what, std::chrono::seconds wait, Clock& clock,
                              std::stop_token stop) {
  const std::string file = path + ".lock";
  // A file of its own, never removed: closing any descriptor of the store itself would drop SQLite's locks.
  RunLock lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (lock.fd_ < 0) return cannot_lock(file, errno);
  // Steps are counted, so that a clock that stands still cannot wait for ever.
  for (auto left = std::chrono::milliseconds(wait);; left -= kStep) {
    if (::flock(lock.fd_, LOCK_EX | LOCK_NB) == 0) {
      write_holder(lock.fd_, what);
      return lock;
    }
    if (errno != EWOULDBLOCK && errno != EINTR) return cannot_lock(file, errno);
    if (stop.stop_requested()) {
      return Error{ErrorKind::cancelled, "stopped while waiting for another run", path, "", std::nullopt};
    }
    if (left <= std::chrono::milliseconds(0)) break;
    clock.sleep(kStep, stop);
  }
  const std::string holder = read_holder(lock.fd_);
  return Error{ErrorKind::store_busy, "another run holds the store" + (holder.empty() ? std::string() : ": " + holder),
               path, "wait until it is done, or give it longer with --wait", std::nullopt};
}

RunLock::RunLock(RunLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

RunLock& RunLock::operator=(RunLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

RunLock::~RunLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace store
}  // namespace v1
}  // namespace fasti
