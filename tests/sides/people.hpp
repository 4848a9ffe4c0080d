#pragma once
// A person at each side of the league, who shares nothing with the connectors: plain HTTP, plain files. No fault
// strikes them.
#include <map>
#include <memory>
#include <set>
#include <string>

#include "connectors/emulators/google.hpp"
#include "connectors/emulators/outlook.hpp"
#include "connectors/http/transport.hpp"

namespace fasti {
inline namespace v1 {
namespace sides {

/// "2026-06-11T19:00:00.000Z Opening match" of every occurrence that takes place.
using Agenda = std::multiset<std::string>;
/// The time of an agenda, from however a side writes an instant.
std::string agenda_time(const std::string& rfc3339);

inline constexpr const char* kSeriesStart = "2026-10-06T18:00:00";
inline constexpr const char* kSeriesEnd = "2026-10-06T19:30:00";

/// Zones are as this side's people write them.
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

/// Each with a calendar "League" of its own, which is made now; the folder is made with its first event.
std::unique_ptr<Person> google_person(emulators::Google& google);
std::unique_ptr<Person> outlook_user(emulators::Outlook& server);
std::unique_ptr<Person> folder_person(const std::string& folder);
std::unique_ptr<Person> caldav_person(std::shared_ptr<http::Transport> transport, const std::string& url);

}  // namespace sides
}  // namespace v1
}  // namespace fasti
