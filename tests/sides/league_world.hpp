#pragma once
// One league in Google, in Outlook, in a folder of .ics files and, where tests/servers/run.sh has started one, on a
// Radicale server: the real program, engine and connectors over stand-ins in one process, and a person on each side.
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fasti/hub.hpp>

#include "connectors/emulators/in_process.hpp"
#include "tests/sides/people.hpp"
#include "tests/support/clock.hpp"

namespace fasti {
inline namespace v1 {
namespace sides {

/// What happens to a request of the program's before or after it arrives.
using Fault = std::function<emulators::NetworkFault(const http::Request&)>;

class LeagueWorld {
 public:
  /// `outlook_scope`: what the sign-in at Outlook is good for.
  explicit LeagueWorld(const std::string& outlook_scope = "Calendars.ReadWrite");
  LeagueWorld(const LeagueWorld&) = delete;
  LeagueWorld& operator=(const LeagueWorld&) = delete;
  ~LeagueWorld();

  /// The program, with arguments; its exit code.
  int fasti(const std::vector<std::string>& arguments);
  RunReport sync();
  /// Runs until one has nothing to do, all of its connections answering; the number of runs.
  int settle();
  /// Requests to Google and Outlook since the last time it was asked.
  std::uint64_t requests();
  Hub& hub() { return *hub_; }
  /// As after a crash: what is in the store and over there is all there is.
  void restart();
  /// Another calendar for one side; empty: its own again.
  void use_collection(const std::string& side, const std::string& collection);
  bool has(const std::string& side) const { return people.count(side) != 0; }

  std::map<std::string, std::unique_ptr<Person>> people;  ///< by side

  support::VirtualClock clock{std::chrono::sys_days{std::chrono::year{2026} / 6 / 1} + std::chrono::hours{12}};
  support::SeededRandom random{11};
  emulators::Google google{clock, random};
  emulators::Outlook outlook;
  std::string folder;
  Fault fault;
  int patterns_rewritten = 0;  ///< in Outlook, which forgets the exceptions of a series then
  std::string said;            ///< what the program wrote last

 private:
  std::string config() const;

  std::string radicale_;  ///< its collection; empty: there is no server
  std::shared_ptr<http::Transport> network_;
  std::optional<Hub> hub_;
  std::uint64_t requests_ = 0;
};

}  // namespace sides
}  // namespace v1
}  // namespace fasti
