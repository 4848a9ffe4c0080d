#pragma once
// What the stand-in for Google knows of event resources: which bodies are refused, what a PATCH does to one, how an
// exception inherits, which occurrences a series has. JSON goes in and out as text. Pure; not for state or lists.
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fasti/value.hpp>

namespace fasti {
inline namespace v1 {
namespace emulators {

struct GoogleRefusal {
  int status = 400;
  std::string reason;
  std::string message;
  std::string location;
};

/// What a write of a body is done for.
struct GoogleWrite {
  enum class How { insert, import, update, patch } how = How::insert;
  std::string owner;  ///< of the calendar
  std::string zone;   ///< of the calendar
  bool conference = false;
  bool exception = false;
  bool may_invite = true;
  std::string fresh_id;  ///< for what the service makes up
};

struct GoogleStored {
  std::optional<GoogleRefusal> refusal;
  std::string json;      ///< the whole resource after the write, without what render adds
  std::string changed;   ///< the members that the body named, as they are now; null for those taken away
  bool retimed = false;  ///< start, end or recurrence differ
  bool silent = false;   ///< only reminders differ: `updated` stays
  bool same = false;
};
GoogleStored google_write(const std::string& before, const std::string& body, const GoogleWrite& write);

/// What lists and rules look at.
struct GoogleFacts {
  std::string status;
  std::string uid;
  std::string summary;
  std::string event_type;
  bool recurring = false;
  std::map<std::string, std::string> own;     ///< private extended properties
  std::map<std::string, std::string> shared;  ///< shared ones
  std::vector<std::string> guests;            ///< addresses other than the owner's
  std::chrono::sys_seconds start{};
  std::chrono::sys_seconds end{};
};
GoogleFacts google_facts(const std::string& json, const std::string& owner);

/// An original start as it is compared: "2026-04-13", or in UTC "2026-04-13T16:00:00Z".
struct GoogleOccurrence {
  std::string original;
  std::string id;  ///< "<master>_20260413T160000Z"
};
/// Of the rules alone, exceptions left out of account, with their start in [from, to).
std::vector<GoogleOccurrence> google_occurrences(const std::string& master_id, const std::string& json,
                                                 std::chrono::sys_seconds from, std::chrono::sys_seconds to);
/// The occurrence with this original start, however it is written; nullopt: none.
std::optional<GoogleOccurrence> google_occurrence(const std::string& master_id, const std::string& json,
                                                  const std::string& start);

/// An occurrence as it is shown: what it inherits, at its own time, with `overlay` over it.
std::string google_instance(const std::string& master, const std::string& overlay, const std::string& original);
/// Members of `overlay` over those of `under`, nulls kept.
std::string google_overlay(const std::string& under, const std::string& overlay);

/// Everything that a reply adds: {"kind": …, "etag": …}. `extra`: a JSON object of members.
std::string google_render(const std::string& json, const std::string& extra);
/// A deleted event as listings show it.
std::string google_stub(const std::string& json, const std::string& extra);

/// A text member; "" when there is none.
std::string google_member(const std::string& json, const std::string& name);
/// The ids of "items" of a question about free times.
std::vector<std::string> google_items(const std::string& json);
std::string google_error(const GoogleRefusal& refusal);

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
