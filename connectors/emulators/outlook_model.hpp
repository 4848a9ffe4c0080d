#pragma once
// What the Outlook stand-in keeps, and the two places where it meets JSON. Internal to the stand-in.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <fasti/error.hpp>
#include <fasti/value.hpp>

#include "connectors/emulators/outlook_pattern.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {

struct OutlookGuest {
  std::string type;
  std::string address;
  std::string name;
  bool operator==(const OutlookGuest&) const = default;
};

struct OutlookEvent {
  std::string id;
  std::string calendar;
  std::string type = "singleInstance";
  std::string master;
  LocalDays day{};          ///< of an occurrence: where its series put it
  LocalSeconds original{};  ///< the same in UTC
  std::uint64_t version = 0;
  std::uint64_t changed = 0;  ///< position in the history of the mailbox
  Instant created{};
  Instant modified{};
  std::string uid;
  std::string transaction;
  std::string subject;
  std::string html;
  std::string location;
  std::string show_as = "busy";
  std::string sensitivity = "normal";
  std::string importance = "normal";
  bool all_day = false;
  bool cancelled = false;
  bool organizer = true;
  std::string response = "notResponded";  ///< of a meeting that somebody else organizes
  bool broken = false;
  LocalSeconds start{};  ///< UTC; all-day: the dates
  LocalSeconds end{};
  std::string zone = "UTC";  ///< as it was written
  std::vector<std::string> categories;
  std::vector<OutlookGuest> guests;
  bool reminder_on = true;
  std::int64_t reminder = 15;
  bool online = false;
  std::string join_url;
  std::optional<OutlookPattern> pattern;
  std::string pattern_zone;
  std::map<std::string, std::string> extended;
  // Of a series:
  std::map<LocalDays, OutlookEvent> exceptions;
  std::set<LocalDays> deleted;
};

struct OutlookProblem {
  int status = 400;
  std::string code = "ErrorInvalidRequest";
  std::string message;
  std::string existing;
};

/// How a reader wants to see it.
struct OutlookView {
  std::string user;  ///< whose mailbox it is
  std::string zone = "UTC";
  bool text = false;
  bool immutable = false;
  bool delta = false;            ///< of an occurrence its time and its series, no more
  std::set<std::string> select;  ///< empty: all
  std::string extended;          ///< the id of the extended property to expand
  bool exceptions = false;       ///< expand exceptionOccurrences
};

/// The id as this reader sees it, and the id behind whichever form it has.
std::string shown_id(const std::string& id, bool immutable);
std::string inner_id(const std::string& shown);

std::string event_json(const OutlookEvent& event, const OutlookView& view);
std::string removed_json(const std::string& id, const std::string& reason, bool immutable);
/// Applies the JSON of a POST or PATCH. What it names: for who has to know what was touched.
struct OutlookTouched {
  std::set<std::string> names;
  bool body_without_meeting = false;
};
std::optional<OutlookProblem> apply_json(const std::string& text, bool create, OutlookEvent& event,
                                         OutlookTouched& touched);
std::string calendar_json(const std::string& id, const std::string& name, bool can_edit, bool is_default, bool teams,
                          const std::string& owner);
std::optional<std::string> name_in(const std::string& text);
/// The ids of a translateExchangeIds, and whether they are to become immutable ones.
struct OutlookTranslation {
  std::vector<std::string> ids;
  bool to_immutable = false;
};
std::optional<OutlookTranslation> translation_in(const std::string& text);
/// Who asked, as answers and errors repeat it.
struct OutlookRequestIds {
  std::string request;
  std::string client;
};
std::string error_json(const OutlookProblem& problem, const std::string& date, const OutlookRequestIds& ids);
std::string page_json(const std::vector<std::string>& values, const std::string& next, const std::string& delta);
std::string quoted_json(const std::string& text);

struct OutlookBatchItem {
  std::string id;
  std::string method;
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::vector<std::string> depends;
};
std::optional<std::vector<OutlookBatchItem>> batch_in(const std::string& text);

struct OutlookScheduleQuestion {
  std::vector<std::string> schedules;
  LocalSeconds from{};
  LocalSeconds to{};
  std::chrono::minutes interval{30};
};
std::optional<OutlookScheduleQuestion> schedule_in(const std::string& text);
std::string schedule_json(const std::string& address, const OutlookScheduleQuestion& question,
                          const std::vector<OutlookEvent>& busy, bool known);

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
