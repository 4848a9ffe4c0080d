// simulation --seeds N --ops N [--first SEED] [--jobs N] [--story SEED] [--fault NAME=P] [--failures N]
// Plays N worlds, each twice (the same seed must give the same trace), judges them and counts the faults they saw.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/simulation/minimise.hpp"
#include "tests/simulation/world.hpp"

namespace {

using namespace fasti;

struct Arguments {
  std::uint64_t first = 1;
  std::uint64_t seeds = 100;
  std::size_t ops = 60;
  unsigned jobs = 1;
  std::uint64_t story = 0;
  std::size_t failures_max = 3;
  bool once = false;
  std::array<double, support::kFaults> faults{};
};

[[noreturn]] void usage(const std::string& what) {
  std::fprintf(stderr,
               "%s\nusage: simulation [--seeds N] [--ops N] [--first SEED] [--jobs N] [--story SEED]\n"
               "                  [--fault NAME=PROBABILITY]... [--failures N] [--once]\n",
               what.c_str());
  std::exit(2);
}

void read_fault(const std::string& text, Arguments& arguments) {
  const auto equals = text.find('=');
  const auto fault = support::fault_named(text.substr(0, equals));
  if (equals == std::string::npos || (!fault && text.substr(0, equals) != "all")) usage("no such fault: " + text);
  const double probability = std::atof(text.c_str() + equals + 1);
  if (fault) {
    arguments.faults[static_cast<std::size_t>(*fault)] = probability;
  } else {
    arguments.faults.fill(probability);
  }
}

Arguments read(int count, char** words) {
  Arguments out;
  out.faults.fill(-1);
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word == "--once") {
      out.once = true;
      continue;
    }
    if (++i >= count) usage(word + " needs a value");
    const std::string value = words[i];
    if (word == "--fault") {
      read_fault(value, out);
      continue;
    }
    const auto number = std::strtoull(value.c_str(), nullptr, 10);
    if (word == "--seeds") {
      out.seeds = number;
    } else if (word == "--ops") {
      out.ops = number;
    } else if (word == "--first") {
      out.first = number;
    } else if (word == "--jobs") {
      out.jobs = static_cast<unsigned>(number);
    } else if (word == "--story") {
      out.story = number;
    } else if (word == "--failures") {
      out.failures_max = number;
    } else {
      usage("unknown: " + word);
    }
  }
  return out;
}

void print_story(const simulation::Script& script) {
  const auto verdict = simulation::play(script, true);
  std::printf("faults:");
  for (std::size_t i = 0; i < support::kFaults; ++i) {
    if (script.faults[i] > 0) {
      std::printf(" %s=%g", std::string(support::name(static_cast<support::Fault>(i))).c_str(), script.faults[i]);
    }
  }
  std::printf("\n");
  for (const auto& line : verdict.story) std::printf("%s\n", line.c_str());
  for (const auto& problem : verdict.problems) std::printf("=> %s\n", problem.c_str());
}

struct Totals {
  std::mutex mutex;
  std::array<std::uint64_t, support::kFaults> faults{};
  std::uint64_t worlds = 0;
  std::uint64_t failed = 0;
  std::uint64_t conflicts = 0;
  std::uint64_t needless = 0;
  std::uint64_t guards = 0;
  std::array<std::uint64_t, 12> rounds{};
};

void add(Totals& totals, const simulation::Verdict& verdict) {
  for (std::size_t i = 0; i < support::kFaults; ++i) totals.faults[i] += verdict.faults[i];
  ++totals.worlds;
  totals.failed += verdict.problems.empty() ? 0 : 1;
  totals.conflicts += verdict.conflicts;
  totals.needless += verdict.needless;
  totals.guards += verdict.guards;
  if (verdict.problems.empty()) ++totals.rounds[std::min<std::size_t>(verdict.rounds, 11)];
}

void play_seed(std::uint64_t seed, const Arguments& arguments, Totals& totals) {
  const auto script = simulation::draw_script(seed, arguments.ops, arguments.faults);
  auto verdict = simulation::play(script, false);
  if (!arguments.once && simulation::play(script, false).trace != verdict.trace) {
    verdict.problems.push_back("S18 the same seed gave two different worlds");
  }
  const std::lock_guard lock(totals.mutex);
  add(totals, verdict);
  if (verdict.problems.empty()) return;
  std::printf("seed %llu failed:\n", static_cast<unsigned long long>(seed));
  for (const auto& problem : verdict.problems) std::printf("  %s\n", problem.c_str());
  if (totals.failed <= arguments.failures_max) {
    const auto smaller = simulation::minimise(script, 400);
    std::printf("the shortest story found (%zu of %zu operations):\n", smaller.ops.size(), script.ops.size());
    print_story(smaller);
  }
  std::fflush(stdout);
}

void print(const Totals& totals, double seconds) {
  std::printf("%llu worlds, %llu failed, %.0f worlds/s; %llu conflicts (%llu needless), %llu guard stops\n",
              static_cast<unsigned long long>(totals.worlds), static_cast<unsigned long long>(totals.failed),
              static_cast<double>(totals.worlds) / seconds, static_cast<unsigned long long>(totals.conflicts),
              static_cast<unsigned long long>(totals.needless), static_cast<unsigned long long>(totals.guards));
  std::printf("runs until at rest:");
  for (std::size_t i = 1; i < totals.rounds.size(); ++i) {
    if (totals.rounds[i] > 0) std::printf(" %zu: %llu", i, static_cast<unsigned long long>(totals.rounds[i]));
  }
  std::printf("\n");
  for (std::size_t i = 0; i < support::kFaults; ++i) {
    std::printf("  %-20s %llu\n", std::string(support::name(static_cast<support::Fault>(i))).c_str(),
                static_cast<unsigned long long>(totals.faults[i]));
  }
}

}  // namespace

int main(int count, char** words) {
  const auto arguments = read(count, words);
  if (arguments.story != 0) {
    print_story(simulation::draw_script(arguments.story, arguments.ops, arguments.faults));
    return 0;
  }
  Totals totals;
  std::atomic<std::uint64_t> next{arguments.first};
  const auto started = std::chrono::steady_clock::now();
  std::vector<std::thread> workers;
  for (unsigned i = 0; i < std::max(1U, arguments.jobs); ++i) {
    workers.emplace_back([&] {
      for (auto seed = next++; seed < arguments.first + arguments.seeds; seed = next++) {
        play_seed(seed, arguments, totals);
      }
    });
  }
  for (auto& worker : workers) worker.join();
  print(totals, std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
  return totals.failed == 0 ? 0 : 1;
}
