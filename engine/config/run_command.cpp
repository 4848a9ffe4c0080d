#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

#include "engine/config/connection_settings.hpp"

extern char** environ;

namespace fasti {
inline namespace v1 {
namespace config {
namespace {

constexpr std::chrono::seconds kLimit{30};
constexpr std::size_t kMostBytes = 1 << 20;

Error failed(const std::string& program, const std::string& what) {
  return Error{ErrorKind::bad_config, program + ' ' + what, {}, {}, {}};
}

// Reads until the end of the stream; false when the limit is reached first.
bool drain(int from, std::string& text) {
  const auto end = std::chrono::steady_clock::now() + kLimit;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    pollfd wait{from, POLLIN, 0};
    if (left.count() <= 0 || poll(&wait, 1, static_cast<int>(left.count())) == 0) return false;
    char buffer[4096];
    const auto count = read(from, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return true;
    text.append(buffer, static_cast<std::size_t>(count));
    if (text.size() > kMostBytes) return false;
  }
}

}  // namespace

Result<std::string> run_command(const std::vector<std::string>& arguments) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return failed(arguments.front(), "cannot be started");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  std::vector<char*> words;
  for (const auto& word : arguments) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  pid_t child = 0;
  const int code = posix_spawnp(&child, words.front(), &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  std::string text;
  const bool done = code == 0 && drain(ends[0], text);
  close(ends[0]);
  if (code != 0) return failed(arguments.front(), "cannot be started");
  if (!done) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!done) return failed(arguments.front(), "gave no answer within 30 seconds");
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return failed(arguments.front(), "failed");
  return text;
}

}  // namespace config
}  // namespace v1
}  // namespace fasti
