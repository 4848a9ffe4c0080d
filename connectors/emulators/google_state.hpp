#pragma once
// What the stand-in for Google remembers, and the parts it is made of: events, lists, calendars, tokens. Internal to
// connectors/emulators.
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "connectors/emulators/google.hpp"
#include "connectors/emulators/google_resource.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {

struct GoogleEvent {
  std::string id;
  std::string uid;
  std::string master;    ///< of an exception
  std::string original;  ///< of an exception, as GoogleOccurrence::original
  std::string json;      ///< the resource; of an exception only what it says itself
  std::uint64_t etag = 0;
  std::uint64_t change = 0;
  Instant created{};
  Instant updated{};
  Instant visible{};  ///< from when on it is listed
  bool cancelled = false;
};

struct GoogleCalendar {
  std::string id;
  std::string summary;
  std::string zone;
  std::string owner;
  std::map<std::string, std::string> roles;
  std::map<std::string, GoogleEvent> events;
  std::uint64_t oldest_token = 0;
  std::uint64_t etag = 0;
};

/// A listing on its way through its pages.
struct GoogleListing {
  std::string kind = "calendar#events";
  std::string calendar;
  std::string fingerprint;  ///< of the query without its page token
  std::vector<std::string> items;
  std::size_t next = 0;
  std::string sync_token;
};

struct GoogleToken {
  std::string email;
  std::string scope;
  Instant expires = Instant::max();
  std::string client;  ///< that a refresh token belongs to; empty: any
};

using GoogleQuery = std::multimap<std::string, std::string>;

/// One request, taken apart.
struct GoogleCall {
  std::string method;
  std::vector<std::string> path;  ///< decoded segments below calendar/v3
  GoogleQuery query;
  http::Headers headers;
  std::string body;
  std::string email;
  std::string scope;

  std::string parameter(const std::string& name) const;
  bool flag(const std::string& name) const { return parameter(name) == "true"; }
};

struct Google::State {
  State(Clock& the_clock, Random& the_random);

  Clock& clock;
  Random& random;
  Faults faults;
  std::map<std::string, GoogleCalendar> calendars;
  std::set<std::string> users;
  std::string first_user;
  std::map<std::string, std::string> clients;  ///< secrets by id; none registered: all are taken
  std::set<std::string> consents;              ///< client and user
  /// What an authorization code stands for.
  struct Code {
    std::string client;
    std::string redirect;
    std::string challenge;
    GoogleToken grant;
    Instant until{};
    bool offline = false;
  };
  std::map<std::string, Code> codes;
  std::map<std::string, GoogleToken> tokens;
  std::map<std::string, GoogleToken> refresh_tokens;
  struct ServiceAccount {
    std::string public_key;
    bool delegated = false;
  };
  std::map<std::string, ServiceAccount> service_accounts;
  std::map<std::string, GoogleListing> listings;
  std::vector<GoogleMail> mail;
  std::map<std::string, std::uint64_t> deleted_calendars;  ///< by id: when
  std::uint64_t counter = 1;
  Traffic traffic;

  http::Response handle(const http::Request& request);
  http::Response api(const http::Request& request, bool in_batch);
  http::Response batch(const http::Request& request);
  http::Response token(const http::Request& request);
  http::Response authorize(const http::Request& request);
  http::Response revocation(const http::Request& request);
  std::optional<http::Response> redeem(std::map<std::string, std::string>& form, GoogleToken& granted,
                                       std::string& refresh);
  std::optional<http::Response> assert_account(const std::string& text, GoogleToken& granted) const;
  http::Response route(GoogleCall& call);
  http::Response route_events(GoogleCall& call, GoogleCalendar& calendar);

  // Events.
  http::Response insert(GoogleCall& call, GoogleCalendar& calendar);
  http::Response import(GoogleCall& call, GoogleCalendar& calendar);
  http::Response change(GoogleCall& call, GoogleCalendar& calendar, GoogleEvent event, bool stored);
  http::Response remove(GoogleCall& call, GoogleCalendar& calendar, GoogleEvent event);
  http::Response move(GoogleCall& call, GoogleCalendar& calendar, const GoogleEvent& event);
  /// A stored event, or an occurrence that nobody has changed yet (then `stored` is false).
  std::optional<GoogleEvent> find(const GoogleCalendar& calendar, const std::string& id, bool& stored) const;
  std::string full(const GoogleCalendar& calendar, const GoogleEvent& event, const std::string& caller) const;
  std::string stub(const GoogleCalendar& calendar, const GoogleEvent& event) const;
  GoogleWrite write_of(const GoogleCall& call, const GoogleCalendar& calendar, GoogleWrite::How how);
  void touch(GoogleEvent& event, bool silent);
  void note_mail(const GoogleCall& call, const GoogleCalendar& calendar, const std::string& id,
                 const std::string& json);
  void drop_exceptions(GoogleCalendar& calendar, const GoogleEvent& master, bool all);
  http::Response reply(const GoogleCall& call, const GoogleCalendar& calendar, const GoogleEvent& event);
  /// An event in the zone that the caller asks for.
  static std::string shown(const GoogleCall& call, std::string event);

  // Lists.
  http::Response list(GoogleCall& call, GoogleCalendar& calendar);
  http::Response instances(GoogleCall& call, GoogleCalendar& calendar, const GoogleEvent& master);
  http::Response page(GoogleCall& call, const GoogleCalendar& calendar, GoogleListing listing);
  std::vector<std::string> expanded(const GoogleCalendar& calendar, const GoogleEvent& master,
                                    const std::string& caller, std::chrono::sys_seconds from,
                                    std::chrono::sys_seconds to, bool deleted) const;

  // Calendars.
  http::Response calendar_list(GoogleCall& call);
  http::Response calendar_call(GoogleCall& call);
  http::Response free_busy(GoogleCall& call);
  GoogleCalendar* calendar_of(const GoogleCall& call, const std::string& id);
  std::string role_of(const GoogleCalendar& calendar, const std::string& email) const;
  std::string new_id();
};

http::Response google_answer(int status, std::string body);
http::Response google_refused(int status, const std::string& reason, const std::string& message,
                              const std::string& location = {});

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
