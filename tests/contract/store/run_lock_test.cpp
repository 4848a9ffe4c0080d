// One run at a time on a store, across processes and within one.
#include <sys/wait.h>
#include <unistd.h>

#include "tests/contract/store/fixture.hpp"

namespace fasti {
namespace store {
namespace {

using testing::HasSubstr;
using std::chrono_literals::operator""s;

class RunLocks : public testing::Test {
 protected:
  Result<RunLock> take(std::chrono::seconds wait, std::stop_token stop = {}) {
    return RunLock::take(path_, "fasti sync", wait, clock_, stop);
  }

  Folder folder_;
  std::string path_ = folder_ / "store.db";
  ManualClock clock_;
};

TEST_F(RunLocks, are_exclusive_within_a_process_and_name_the_holder) {
  auto held = take(0s);
  ASSERT_OK(held);
  const auto refused = take(0s);
  EXPECT_FAILS(refused, ErrorKind::store_busy);
  EXPECT_THAT(text_of(refused), HasSubstr("pid " + std::to_string(::getpid()) + " (fasti sync)"));
  EXPECT_EQ(clock_.sleeps, 0);
}

TEST_F(RunLocks, wait_as_long_as_they_were_told) {
  auto held = take(0s);
  ASSERT_OK(held);
  const Instant before = clock_.time;
  EXPECT_FAILS(take(2s), ErrorKind::store_busy);
  EXPECT_EQ(clock_.time - before, 2s);
}

TEST_F(RunLocks, are_free_again_when_they_go_out_of_scope) {
  {
    auto held = take(0s);
    ASSERT_OK(held);
    RunLock moved = std::move(held).value();
    EXPECT_FAILS(take(0s), ErrorKind::store_busy);
  }
  ASSERT_OK(take(0s));
}

TEST_F(RunLocks, stop_waiting_when_asked) {
  auto held = take(0s);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FAILS(take(60s, stop.get_token()), ErrorKind::cancelled);
}

TEST_F(RunLocks, go_with_a_killed_process) {
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto held = take(0s);
    const char answer = held.ok() ? 'y' : 'n';
    if (::write(pipe[1], &answer, 1) != 1) ::_exit(1);
    ::pause();
  }
  char answer = 0;
  ASSERT_EQ(::read(pipe[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  const auto refused = take(0s);
  EXPECT_FAILS(refused, ErrorKind::store_busy);
  EXPECT_THAT(text_of(refused), HasSubstr("pid " + std::to_string(child)));
  ::kill(child, SIGKILL);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  ASSERT_OK(take(0s));
  ::close(pipe[0]);
  ::close(pipe[1]);
}

TEST_F(RunLocks, of_a_folder_that_is_not_there_are_a_disk_error) {
  path_ = folder_ / "no/store.db";
  EXPECT_FAILS(take(0s), ErrorKind::disk);
}

}  // namespace
}  // namespace store
}  // namespace fasti
