// hub_noop FASTI.TOML TIMES: syncs that often inside one open hub and prints the CPU seconds (user + sys) of one. For
// people and for caldav_vs_vdirsyncer.sh, never a gate.
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>

#include <fasti/connectors.hpp>
#include <fasti/hub.hpp>

namespace {

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

int main(int count, char** arguments) {
  const int times = count == 3 ? std::atoi(arguments[2]) : 0;
  if (times < 1) {
    std::fputs("hub_noop FASTI.TOML TIMES\n", stderr);
    return 2;
  }
  auto hub = fasti::Hub::open(arguments[1], fasti::builtin_connectors());
  auto run = hub ? hub->sync() : fasti::Result<fasti::RunReport>(hub.error());
  const double before = cpu_seconds();
  for (int done = 0; run && done < times; ++done) {
    run = hub->sync();
  }
  if (!run) {
    std::fprintf(stderr, "%s\n", run.error().text().c_str());
    return 1;
  }
  std::printf("%.6f\n", (cpu_seconds() - before) / times);
  return 0;
}
