#pragma once
// One league in Google, in Outlook and in a folder of .ics files at once: the real program, engine and connectors over
// stand-ins in one process, and a person on each side who shares nothing with them.
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include <fasti/hub.hpp>

#include "connectors/emulators/google.hpp"
#include "connectors/emulators/in_process.hpp"
#include "connectors/emulators/outlook.hpp"
#include "tests/support/clock.hpp"
#include "tests/support/outlook_person.hpp"

namespace fasti {
inline namespace v1 {
namespace sides {

/// "2026-06-11T19:00:00Z Opening match" of every occurrence that takes place.
using Agenda = std::multiset<std::string>;

/// A person at one side. Zones are as this side's people write them.
class Person {
 public:
  virtual ~Person() = default;
  virtual void create(const std::string& title, const std::string& start, const std::string& end) = 0;
  /// Weekly at 18:00 in Berlin from 6 October 2026 (a Tuesday), six times: the clocks change after the third.
  virtual void create_series(const std::string& title) = 0;
  /// Its second occurrence is an hour later on the next day; its third does not take place.
  virtual void move_second(const std::string& title) = 0;
  virtual void cancel_third(const std::string& title) = 0;
  virtual void rename(const std::string& title, const std::string& new_title) = 0;
  virtual void remove(const std::string& title) = 0;
  virtual Agenda agenda() = 0;
};

class LeagueWorld {
 public:
  LeagueWorld();
  LeagueWorld(const LeagueWorld&) = delete;
  LeagueWorld& operator=(const LeagueWorld&) = delete;
  ~LeagueWorld();

  /// The program, with arguments; its exit code.
  int fasti(const std::vector<std::string>& arguments);
  RunReport sync();
  /// Requests to Google and Outlook since the last time it was asked.
  std::uint64_t requests();
  Hub& hub() { return *hub_; }

  std::map<std::string, std::unique_ptr<Person>> people;  ///< by side

  support::VirtualClock clock{std::chrono::sys_days{std::chrono::year{2026} / 6 / 1} + std::chrono::hours{12}};
  support::SeededRandom random{11};
  emulators::Google google{clock, random};
  emulators::Outlook outlook;
  std::string folder;
  int patterns_rewritten = 0;  ///< in Outlook, which forgets the exceptions of a series then
  std::string said;            ///< what the program wrote last

 private:
  std::optional<Hub> hub_;
  std::uint64_t requests_ = 0;
};

}  // namespace sides
}  // namespace v1
}  // namespace fasti
