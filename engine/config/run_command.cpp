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

using Deadline = std::chrono::steady_clock::time_point;
constexpr std::size_t kMostBytes = 1 << 20;

Error failed(const std::string& program, const std::string& what) {
  return Error{ErrorKind::bad_config, program + ' ' + what, {}, {}, {}};
}

enum class Drained { all, late, too_much };

// Reads until the end of the stream.
Drained drain(int from, Deadline end, std::string& text) {
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    pollfd wait{from, POLLIN, 0};
    if (left.count() <= 0) return Drained::late;
    if (poll(&wait, 1, static_cast<int>(left.count())) <= 0) continue;
    char buffer[4096];
    const auto count = read(from, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return Drained::all;
    text.append(buffer, static_cast<std::size_t>(count));
    if (text.size() > kMostBytes) return Drained::too_much;
  }
}

// A program may close its output and go on: its end has the same deadline. false: it was killed.
bool wait_for(pid_t child, Deadline end, int& status) {
  for (;;) {
    const auto ended = waitpid(child, &status, WNOHANG);
    if (ended == child) return true;
    if (ended < 0 && errno != EINTR) return false;
    if (std::chrono::steady_clock::now() >= end) break;
    constexpr int kPauseMilliseconds = 5;
    poll(nullptr, 0, kPauseMilliseconds);
  }
  kill(child, SIGKILL);
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return false;
}

}  // namespace

Result<std::string> run_command(const std::vector<std::string>& arguments, std::chrono::milliseconds limit) {
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
  if (code != 0) {
    close(ends[0]);
    return failed(arguments.front(), "cannot be started");
  }
  const auto end = std::chrono::steady_clock::now() + limit;
  std::string text;
  const auto drained = drain(ends[0], end, text);
  close(ends[0]);
  int status = 0;
  const bool ended = wait_for(child, drained == Drained::all ? end : Deadline::min(), status);
  if (drained == Drained::too_much) return failed(arguments.front(), "printed more than a secret");
  if (drained == Drained::late || !ended) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limit).count();
    return failed(arguments.front(), "gave no answer within " + std::to_string(seconds) + " seconds");
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return failed(arguments.front(), "failed");
  return text;
}

}  // namespace config
}  // namespace v1
}  // namespace fasti
