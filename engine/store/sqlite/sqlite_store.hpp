#pragma once
// The store in one SQLite file: WAL, synchronous=FULL, numbered migrations from schema/sql (compiled in).
#include <memory>
#include <string>

#include "engine/base/clock.hpp"
#include "engine/store/store.hpp"

namespace fasti {
inline namespace v1 {
namespace store {

/// ":memory:" for tests. A newer schema, a file that is not ours, or a damaged one: corrupt_store with the command
/// that helps, and the file untouched.
Result<std::unique_ptr<Store>> open_sqlite(const std::string& path, Clock& clock, Random& random);

/// What `fasti repair` does: see repair_store() in fasti/hub.hpp.
Result<std::vector<std::string>> repair_sqlite(const std::string& path, Clock& clock, Random& random);

/// Held for a whole run: an OS lock on PATH.lock, so that it goes with the process. Waits up to `wait`; then
/// store_busy, naming the holder's pid and command.
class RunLock {
 public:
  static Result<RunLock> take(const std::string& path, const std::string& what, std::chrono::seconds wait, Clock& clock,
                              std::stop_token stop);
  RunLock(RunLock&& other) noexcept;
  RunLock& operator=(RunLock&& other) noexcept;
  ~RunLock();

 private:
  explicit RunLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace store
}  // namespace v1
}  // namespace fasti
