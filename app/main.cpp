// The program: hands the process's streams and signals to the commands.
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <iostream>
#include <thread>

#include "app/cli.hpp"
#include "app/session.hpp"

namespace {

int stop_pipe[2] = {-1, -1};

/// Only what a signal handler may do; a second signal ends the process the usual way.
extern "C" void ask_to_stop(int) {
  char byte = 's';
  [[maybe_unused]] auto written = write(stop_pipe[1], &byte, 1);
}

/// Turns SIGINT and SIGTERM into a stop request: the run finishes what is in flight and says where it stopped.
void watch_signals(std::stop_source source) {
  if (pipe2(stop_pipe, O_CLOEXEC) != 0) return;
  struct sigaction action {};
  action.sa_handler = ask_to_stop;
  action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::thread([source]() mutable {
    char byte = 0;
    while (read(stop_pipe[0], &byte, 1) < 0 && errno == EINTR) {
    }
    source.request_stop();
  }).detach();
}

/// Another program reads along: nothing is cut or wrapped.
constexpr std::size_t kColumnsOfAPipe = 4000;

std::size_t terminal_columns() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return kColumnsOfAPipe;
}

bool is_terminal(int descriptor) {
  const char* term = std::getenv("TERM");
  return isatty(descriptor) == 1 && !(term != nullptr && std::strcmp(term, "dumb") == 0);
}

}  // namespace

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  std::stop_source source;
  watch_signals(source);
  fasti::app::Session session{std::cin, std::cout, std::cerr};
  session.in_terminal = isatty(STDIN_FILENO) == 1;
  session.out_terminal = is_terminal(STDOUT_FILENO);
  session.err_terminal = is_terminal(STDERR_FILENO);
  session.columns = terminal_columns();
  session.stop = source.get_token();
  return fasti::app::run(std::vector<std::string>(argv + 1, argv + argc), session);
}
