#pragma once
// The mailbox behind the Outlook stand-in, and one question to it taken apart. Internal to the stand-in.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "connectors/emulators/outlook.hpp"
#include "connectors/emulators/outlook_model.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {

struct OutlookCalendar {
  std::string id;
  std::string name;
  bool can_edit = true;
  bool is_default = false;
};

/// A request, relative to the version.
struct OutlookAsk {
  std::string method;
  std::vector<std::string> path;  ///< decoded, after /me or /users/ID
  std::map<std::string, std::string> query;
  std::string base;      ///< "https://host/v1.0"
  std::string resource;  ///< "/me/calendars/…", as it was written
  std::string body;
  std::string if_match;
  bool has_content_type = false;
  OutlookView view;
  std::size_t page = 0;              ///< 0: not said
  std::vector<std::string> applied;  ///< preferences that are honoured
  std::optional<OutlookProblem> problem;

  std::string value(const std::string& name) const {
    const auto found = query.find(name);
    return found == query.end() ? std::string() : found->second;
  }
};

struct OutlookItem {
  std::string id;
  bool removed = false;
};

struct OutlookRound {
  std::string calendar;
  LocalSeconds from{};
  LocalSeconds to{};
  std::uint64_t since = 0;  ///< of a finished round: what it has shown
  std::uint64_t started = 0;
  std::vector<OutlookItem> items;
  std::size_t at = 0;
  std::set<std::string> late;  ///< events that this round kept to itself
  bool finished = false;
};

struct Outlook::State {
  State(Clock& the_clock, Random& the_random, OutlookOptions the_options)
      : clock(the_clock), random(the_random), options(std::move(the_options)), faults(the_random, kOutlookFaults) {}

  Clock& clock;
  Random& random;
  OutlookOptions options;
  Faults faults;
  std::vector<OutlookCalendar> calendars;
  std::map<std::string, OutlookEvent> events;  ///< single ones and series
  struct Tombstone {
    std::string id;
    std::string calendar;
    std::uint64_t changed = 0;
  };
  std::vector<Tombstone> tombstones;
  std::map<std::string, std::pair<std::string, LocalDays>> occurrences;  ///< id -> series and day
  struct Transaction {
    std::string event;
    std::string body;
  };
  std::map<std::string, Transaction> transactions;
  struct Pending {
    Instant at{};
    std::string event;
    bool meeting = false;
  };
  std::vector<Pending> pending;
  std::map<std::string, OutlookRound> rounds;                ///< by token
  std::map<std::string, std::vector<std::string>> listings;  ///< what is left of a paged list, by token
  struct Access {
    Instant until{};
    bool app = false;
  };
  std::map<std::string, Access> access;
  std::set<std::string> refresh;
  struct Device {
    std::string user_code;
    std::string scope;
    Instant until{};
    std::optional<bool> answer;
  };
  std::map<std::string, Device> devices;
  /// What an authorization code stands for.
  struct Code {
    std::string redirect;
    std::string challenge;
    std::string scope;
    std::string nonce;
    Instant until{};
  };
  std::map<std::string, Code> codes;
  std::string certificate;  ///< of the app, PEM
  std::uint64_t history = 0;
  std::uint64_t numbers = 0;
  std::uint64_t mails = 0;
  Traffic traffic;
  OutlookRequestIds ids;  ///< of the request that is answered right now
  std::uint64_t in_window = 0;
  std::int64_t window = 0;

  // outlook_auth.cpp
  http::Response token_endpoint(const http::Request& request, const std::string& path);
  http::Response discovery(const http::Request& request) const;
  http::Response authorize(const http::Request& request);
  http::Response device_code(std::map<std::string, std::string>& form);
  http::Response redeem(const std::string& authority, std::map<std::string, std::string>& form);
  http::Response granted(const std::string& authority, const std::string& scope, const std::string& nonce);
  std::optional<http::Response> check_app(const http::Request& request, std::map<std::string, std::string>& form) const;
  std::string new_access(bool app);
  std::optional<OutlookProblem> check_access(const http::Request& request, const OutlookAsk& ask);
  // outlook.cpp
  OutlookAsk take_apart(const std::string& method, const std::string& url, const http::Headers& headers,
                        const std::string& body) const;
  http::Response answer(const http::Request& request);
  http::Response api(const http::Request& request, const std::string& path);
  http::Response route(OutlookAsk& ask);
  http::Response batch(const http::Request& request, const OutlookAsk& ask);
  http::Response calendars_of(OutlookAsk& ask);
  http::Response calendar_list(const OutlookAsk& ask);
  void erase_calendar(const std::string& id);
  http::Response translate_ids(const OutlookAsk& ask);
  http::Response problem(const OutlookProblem& problem) const;
  std::string token();
  const OutlookCalendar* calendar(const std::string& id) const;
  // outlook_events.cpp
  http::Response events_of(OutlookAsk& ask, const std::string& calendar, std::size_t at);
  http::Response create(OutlookAsk& ask, const std::string& calendar);
  http::Response change(OutlookAsk& ask, const std::string& calendar, const std::string& id);
  http::Response change_occurrence(OutlookAsk& ask, OutlookEvent& master, LocalDays day);
  http::Response remove(const OutlookAsk& ask, const std::string& calendar, const std::string& id, int done = 204);
  http::Response respond(const OutlookAsk& ask, const std::string& calendar, const std::string& id,
                         const std::string& action);
  std::optional<OutlookProblem> check_version(const OutlookAsk& ask, const OutlookEvent& event);
  /// A single event, series, exception or occurrence; nullopt: not in this calendar (empty: any).
  std::optional<OutlookEvent> find(const std::string& calendar, const std::string& id) const;
  void touch(OutlookEvent& event);
  void after_write(const OutlookEvent& event);
  void settle_pending();
  // outlook_views.cpp
  std::vector<OutlookEvent> occurrences_of(const OutlookEvent& master, LocalSeconds from, LocalSeconds to);
  OutlookEvent occurrence(const OutlookEvent& master, LocalDays day) const;
  static std::string occurrence_id(const OutlookEvent& master, LocalDays day);
  std::vector<OutlookEvent> view_of(const std::string& calendar, LocalSeconds from, LocalSeconds to);
  http::Response view(OutlookAsk& ask, const std::string& calendar);
  http::Response instances(OutlookAsk& ask, const std::string& calendar, const std::string& id);
  http::Response listing(OutlookAsk& ask, const std::string& calendar);
  http::Response paged(const OutlookAsk& ask, std::vector<std::string> values);
  http::Response delta(OutlookAsk& ask, const std::string& calendar);
  http::Response schedule(OutlookAsk& ask);
  OutlookRound start_round(const std::string& calendar, LocalSeconds from, LocalSeconds to, std::uint64_t since,
                           const std::set<std::string>& late);
  void add_series(OutlookRound& round, const OutlookEvent& event, bool first);
  std::string item_json(const OutlookItem& item, const OutlookAsk& ask);
};

http::Response json_response(int status, std::string body);

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
