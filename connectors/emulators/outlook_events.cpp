// Events of the stand-in: made, read, changed and deleted, and what a series loses when its pattern changes.
#include <algorithm>

#include "connectors/emulators/outlook_html.hpp"
#include "connectors/emulators/outlook_state.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

const OutlookProblem kNotFound{404, "ErrorItemNotFound", "The specified object was not found in the store.", {}};

std::optional<OutlookProblem> check_series(const OutlookEvent& event) {
  if (!event.pattern) return {};
  const auto zone = resolve_zone(event.pattern_zone).value_or("UTC");
  const LocalSeconds wall =
      event.all_day ? event.start : to_wall(std::chrono::sys_seconds(event.start.time_since_epoch()), zone).value();
  const auto day = std::chrono::floor<std::chrono::days>(wall);
  if (event.pattern->start != day)
    return OutlookProblem{400, "ErrorInvalidRequest", "range.startDate must be the date of the event's start", {}};
  const auto days = expand(*event.pattern, day);
  if (days.empty() || days.front() != day)
    return OutlookProblem{400, "ErrorInvalidRequest", "the first occurrence does not match the pattern", {}};
  return {};
}

}  // namespace

void Outlook::State::touch(OutlookEvent& event) {
  event.version = ++numbers;
  event.changed = ++history;
  event.modified = clock.now();
}

void Outlook::State::after_write(const OutlookEvent& event) {
  ++traffic.writes;
  if (faults.strikes("late_bump")) pending.push_back({clock.now() + std::chrono::seconds(2), event.id, false});
}

/// What the server does by itself a moment later: the text of a Teams meeting, and versions that move for nothing.
void Outlook::State::settle_pending() {
  for (auto it = pending.begin(); it != pending.end();) {
    if (it->at > clock.now()) {
      ++it;
      continue;
    }
    const auto event = events.find(it->event);
    if (event != events.end()) {
      if (it->meeting && event->second.online) {
        auto& html = event->second.html;
        if (html.empty()) html = html_of_text("");
        html.insert(html.rfind("</body>"), meeting_html(event->second.join_url));
      }
      touch(event->second);
    }
    it = pending.erase(it);
  }
}

std::optional<OutlookEvent> Outlook::State::find(const std::string& in_calendar, const std::string& id) const {
  const auto fits = [&](const OutlookEvent& event) { return in_calendar.empty() || event.calendar == in_calendar; };
  const auto found = events.find(id);
  if (found != events.end()) return fits(found->second) ? std::optional(found->second) : std::nullopt;
  const auto part = occurrences.find(id);
  if (part == occurrences.end()) return std::nullopt;
  const auto master = events.find(part->second.first);
  if (master == events.end() || !fits(master->second) || !master->second.pattern) return std::nullopt;
  const LocalDays day = part->second.second;
  if (master->second.deleted.count(day)) return std::nullopt;
  const auto exception = master->second.exceptions.find(day);
  if (exception != master->second.exceptions.end()) return exception->second;
  const auto days = expand(*master->second.pattern, day);
  if (days.empty() || days.back() != day) return std::nullopt;
  return occurrence(master->second, day);
}

std::optional<OutlookProblem> Outlook::State::check_version(const OutlookAsk& ask, const OutlookEvent& event) {
  if (ask.if_match.empty() || ask.if_match == "*") return {};
  const std::string etag = "W/\"" + [&] {
    OutlookView only;
    only.select = {"changeKey"};
    const std::string json = event_json(event, only);
    const auto from = json.find("W/\\\"") + 4;
    return json.substr(from, json.find("\\\"", from) - from);
  }() + "\"";
  const bool same = ask.if_match == etag;
  if (same && !faults.strikes("conflict_from_nowhere")) return {};
  if (!same && faults.strikes("if_match_ignored")) return {};
  return OutlookProblem{faults.strikes("conflict_409") ? 409 : 412,
                        "ErrorIrresolvableConflict",
                        "The send or update operation could not be performed because the change key passed in the "
                        "request does not match the current change key for the item.",
                        {}};
}

http::Response Outlook::State::events_of(OutlookAsk& ask, const std::string& in_calendar, std::size_t at) {
  if (ask.path.size() == at + 1) {
    if (ask.method == "GET") return listing(ask, in_calendar);
    if (ask.method == "POST") return create(ask, in_calendar);
    return problem({405, "ErrorInvalidRequest", "not here", {}});
  }
  const std::string id = inner_id(ask.path[at + 1]);
  if (ask.path.size() > at + 2) {
    if (ask.path[at + 2] == "instances" && ask.method == "GET") return instances(ask, in_calendar, id);
    if (ask.path[at + 2] == "cancel" && ask.method == "POST") {
      ++mails;
      return remove(ask, in_calendar, id, 202);
    }
    if (ask.method == "POST") return respond(ask, in_calendar, id, ask.path[at + 2]);
    return problem({400, "BadRequest", "Resource not found for the segment '" + ask.path[at + 2] + "'.", {}});
  }
  if (ask.method == "GET") {
    const auto event = find(in_calendar, id);
    if (!event) return problem(kNotFound);
    OutlookView seen = ask.view;
    return json_response(200, event_json(*event, seen));
  }
  if (ask.method == "PATCH") return change(ask, in_calendar, id);
  if (ask.method == "DELETE") return remove(ask, in_calendar, id);
  return problem({405, "ErrorInvalidRequest", "not here", {}});
}

/// What an invited person says to a meeting.
http::Response Outlook::State::respond(const OutlookAsk& ask, const std::string& in_calendar, const std::string& id,
                                       const std::string& action) {
  static const std::map<std::string, std::string> kResponses = {
      {"accept", "accepted"}, {"tentativelyAccept", "tentativelyAccepted"}, {"decline", "declined"}};
  const auto response = kResponses.find(action);
  if (response == kResponses.end())
    return problem({400, "BadRequest", "Resource not found for the segment '" + action + "'.", {}});
  const auto there = find(in_calendar, id);
  if (!there) return problem(kNotFound);
  if (there->organizer)
    return problem({400, "ErrorInvalidRequest", "You can't respond to this meeting because you're the organizer.", {}});
  if (response->second == "declined") return remove(ask, in_calendar, id, 202);
  OutlookEvent& event = events.at(there->master.empty() ? there->id : there->master);
  event.response = response->second;
  touch(event);
  ++traffic.writes;
  return json_response(202, "");
}

http::Response Outlook::State::create(OutlookAsk& ask, const std::string& in_calendar) {
  const OutlookCalendar* where = calendar(in_calendar.empty() ? "calendar-1" : in_calendar);
  if (!where) return problem(kNotFound);
  if (!where->can_edit) return problem({403, "ErrorAccessDenied", "Access is denied.", {}});
  OutlookEvent event;
  OutlookTouched touched;
  if (auto wrong = apply_json(ask.body, true, event, touched)) return problem(*wrong);
  if (event.pattern) event.type = "seriesMaster";
  if (auto wrong = check_series(event)) return problem(*wrong);
  if (!event.transaction.empty()) {
    const auto earlier = transactions.find(event.transaction);
    if (earlier != transactions.end() && events.count(earlier->second.event)) {
      if (earlier->second.body == ask.body)
        return json_response(201, event_json(events.at(earlier->second.event), ask.view));
      return problem({faults.below(2) ? 400 : 409, "ErrorDuplicateTransactionId",
                      "The transactionId has already been used to create a different event.",
                      faults.below(2) ? shown_id(earlier->second.event, ask.view.immutable) : ""});
    }
  }
  event.id = "Ev" + token().substr(0, 12);
  event.calendar = where->id;
  event.uid = "040000008200E00074C5B7101A82E008" + event.id;
  event.created = clock.now();
  if (event.online && options.teams) {
    event.join_url = "https://teams.microsoft.com/l/meetup-join/" + event.id;
    pending.push_back({clock.now() + std::chrono::seconds(3), event.id, true});
  } else {
    event.online = false;
  }
  if (!event.guests.empty()) ++mails;
  touch(event);
  const auto& stored = events.insert_or_assign(event.id, event).first->second;
  if (!event.transaction.empty()) transactions[event.transaction] = {event.id, ask.body};
  after_write(stored);
  return json_response(201, event_json(stored, ask.view));
}

http::Response Outlook::State::change(OutlookAsk& ask, const std::string& in_calendar, const std::string& id) {
  const auto there = find(in_calendar, id);
  if (!there) return problem(kNotFound);
  const OutlookCalendar* where = calendar(there->calendar);
  if (!where || !where->can_edit) return problem({403, "ErrorAccessDenied", "Access is denied.", {}});
  if (auto wrong = check_version(ask, *there)) return problem(*wrong);
  if (!there->master.empty()) return change_occurrence(ask, events.at(there->master), there->day);
  OutlookEvent event = *there;
  OutlookTouched touched;
  if (auto wrong = apply_json(ask.body, false, event, touched)) return problem(*wrong);
  event.type = event.pattern ? "seriesMaster" : "singleInstance";
  if (auto wrong = check_series(event)) return problem(*wrong);
  const bool moved = there->pattern && (touched.names.count("recurrence") || event.start != there->start ||
                                        event.all_day != there->all_day);
  if (moved || !event.pattern) {
    event.exceptions.clear();
    event.deleted.clear();
  }
  if (touched.body_without_meeting) {
    event.online = false;
    event.join_url.clear();
  } else if (event.online && !there->online) {
    event.online = options.teams;
    if (event.online) event.join_url = "https://teams.microsoft.com/l/meetup-join/" + event.id;
  }
  static const std::set<std::string> kSilent = {"categories", "isReminderOn", "reminderMinutesBeforeStart",
                                                "showAs",     "sensitivity",  "singleValueExtendedProperties"};
  const bool told = std::any_of(touched.names.begin(), touched.names.end(),
                                [](const std::string& name) { return kSilent.count(name) == 0; });
  if (told && event.organizer && !event.guests.empty()) ++mails;
  touch(event);
  events.insert_or_assign(event.id, event);
  after_write(event);
  return json_response(200, event_json(event, ask.view));
}

http::Response Outlook::State::change_occurrence(OutlookAsk& ask, OutlookEvent& master, LocalDays day) {
  const auto exception = master.exceptions.find(day);
  OutlookEvent event = exception != master.exceptions.end() ? exception->second : occurrence(master, day);
  OutlookTouched touched;
  if (touched.names.count("recurrence")) return problem({400, "ErrorInvalidRequest", "not of an occurrence", {}});
  if (auto wrong = apply_json(ask.body, false, event, touched)) return problem(*wrong);
  if (touched.names.count("recurrence"))
    return problem({400, "ErrorInvalidRequest", "recurrence of an occurrence cannot be set", {}});
  // Not onto or past the days of its neighbours.
  const auto zone = resolve_zone(master.pattern_zone).value_or("UTC");
  const LocalSeconds wall =
      event.all_day ? event.start : to_wall(std::chrono::sys_seconds(event.start.time_since_epoch()), zone).value();
  const LocalDays to = std::chrono::floor<std::chrono::days>(wall);
  for (const LocalDays other : expand(*master.pattern, std::max(day, to) + std::chrono::days(400))) {
    if (master.deleted.count(other)) continue;
    if ((other < day && to <= other) || (other > day && to >= other))
      return problem({400,
                      "ErrorOccurrenceCrossingBoundary",
                      "Modified occurrence is crossing or overlapping adjacent occurrence.",
                      {}});
  }
  event.type = "exception";
  event.pattern.reset();
  touch(event);
  // An exception lives inside its series, whose version moves with it.
  const bool shows = true;
  master.changed = event.changed;
  if (shows) master.version = ++numbers;
  master.modified = clock.now();
  master.exceptions.insert_or_assign(day, event);
  after_write(master);
  return json_response(200, event_json(event, ask.view));
}

http::Response Outlook::State::remove(const OutlookAsk& ask, const std::string& in_calendar, const std::string& id,
                                      int done) {
  const auto there = find(in_calendar, id);
  if (!there) return problem(kNotFound);
  const OutlookCalendar* where = calendar(there->calendar);
  if (!where || !where->can_edit) return problem({403, "ErrorAccessDenied", "Access is denied.", {}});
  if (auto wrong = check_version(ask, *there)) return problem(*wrong);
  if (there->organizer && !there->guests.empty()) ++mails;
  ++traffic.writes;
  if (!there->master.empty()) {
    OutlookEvent& master = events.at(there->master);
    master.exceptions.erase(there->day);
    master.deleted.insert(there->day);
    // Of a deleted occurrence no version tells.
    if (!faults.strikes("silent_cancellation")) {
      master.changed = ++history;
      tombstones.push_back({there->id, there->calendar, history});
    }
    return json_response(done, "");
  }
  ++history;
  if (there->pattern) {
    // A view has no series in it: what it loses are its occurrences.
    for (const auto& one : occurrences)
      if (one.second.first == id) tombstones.push_back({one.first, there->calendar, history});
  } else {
    tombstones.push_back({id, there->calendar, history});
  }
  events.erase(id);
  return json_response(done, "");
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
