// Single events of the stand-in for Google: insert, get, patch, update, delete, import, move.
#include <algorithm>

#include "connectors/emulators/google_shown.hpp"
#include "connectors/emulators/google_state.hpp"
#include "engine/model/time_text.hpp"
#include "engine/model/value_json.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

constexpr std::size_t kIdMin = 5;
constexpr std::size_t kIdMax = 1024;
constexpr std::chrono::seconds kDelay{30};

bool good_id(const std::string& id) {
  return id.size() >= kIdMin && id.size() <= kIdMax &&
         std::all_of(id.begin(), id.end(), [](char c) { return (c >= 'a' && c <= 'v') || (c >= '0' && c <= '9'); });
}

std::string etag_text(const GoogleEvent& event) { return "\"" + std::to_string(event.etag) + "\""; }

std::string person_json(const std::string& email, bool self) {
  std::string out = "{\"email\":";
  append_json_string(out, email);
  return out + (self ? ",\"self\":true}" : "}");
}

/// What the service adds to a resource.
std::string extras(const GoogleCalendar& calendar, const GoogleEvent& event, const std::string& caller) {
  const auto text = [](const char* name, const std::string& value) {
    std::string out = "\"" + std::string(name) + "\":";
    append_json_string(out, value);
    return out;
  };
  const std::string person = person_json(calendar.owner, calendar.owner == caller);
  std::string out = "{" + text("id", event.id) + "," + text("etag", etag_text(event)) + "," +
                    text("iCalUID", event.uid) + "," + text("created", iso_instant(event.created)) + "," +
                    text("updated", iso_instant(event.updated)) + "," +
                    text("htmlLink", "https://www.google.com/calendar/event?eid=" + event.id) +
                    ",\"creator\":" + person + ",\"organizer\":" + person;
  if (event.cancelled) out += ",\"status\":\"cancelled\"";
  return out + "}";
}

std::optional<http::Response> precondition(const GoogleCall& call, const GoogleEvent& event) {
  const auto wanted = http::header(call.headers, "If-Match");
  if (!wanted || *wanted == etag_text(event) || *wanted == "*") return std::nullopt;
  return google_refused(412, "conditionNotMet", "Precondition Failed", "If-Match");
}

/// Which start an id of an occurrence names: "<master>_20260413T160000Z", "<master>_20260413".
std::string start_in_id(const std::string& suffix) {
  if (suffix.size() == 8) {
    const auto day = parse_date(suffix);
    return day ? iso_date(*day) : "";
  }
  if (suffix.size() != 16 || suffix.back() != 'Z') return "";
  const auto wall = parse_time(suffix.substr(0, 15));
  return wall ? iso_time(*wall) + "Z" : "";
}

}  // namespace

std::string Google::State::new_id() {
  static constexpr char kAlphabet[] = "0123456789abcdefghijklmnopqrstuv";
  std::string id;
  for (int i = 0; i < 26; ++i) id += kAlphabet[random.next() % 32];
  return id;
}

std::string Google::State::full(const GoogleCalendar& calendar, const GoogleEvent& event,
                                const std::string& caller) const {
  if (event.master.empty()) return google_render(event.json, extras(calendar, event, caller));
  const auto master = calendar.events.find(event.master);
  if (master == calendar.events.end()) return google_render(event.json, extras(calendar, event, caller));
  const auto series = google_render(master->second.json, extras(calendar, master->second, caller));
  return google_render(google_instance(series, event.json, event.original), extras(calendar, event, caller));
}

std::string Google::State::stub(const GoogleCalendar& calendar, const GoogleEvent& event) const {
  return google_stub(full(calendar, event, ""), "{}");
}

std::optional<GoogleEvent> Google::State::find(const GoogleCalendar& calendar, const std::string& id,
                                               bool& stored) const {
  const auto known = calendar.events.find(id);
  stored = known != calendar.events.end();
  if (stored) return known->second;
  const auto split = id.rfind('_');
  const auto master = calendar.events.find(id.substr(0, split));
  if (split == std::string::npos || master == calendar.events.end() || master->second.cancelled) return std::nullopt;
  const auto one = google_occurrence(master->first, master->second.json, start_in_id(id.substr(split + 1)));
  if (!one || one->id != id || !google_facts(master->second.json, "").recurring) return std::nullopt;
  GoogleEvent event = master->second;
  event.id = id;
  event.master = master->first;
  event.original = one->original;
  event.json = "{}";
  return event;
}

GoogleWrite Google::State::write_of(const GoogleCall& call, const GoogleCalendar& calendar, GoogleWrite::How how) {
  GoogleWrite out;
  out.how = how;
  out.owner = calendar.owner;
  out.zone = calendar.zone;
  out.conference = call.parameter("conferenceDataVersion") == "1";
  const auto account = service_accounts.find(call.email);
  out.may_invite = account == service_accounts.end();
  out.fresh_id = new_id();
  return out;
}

void Google::State::touch(GoogleEvent& event, bool silent) {
  const Instant now = clock.now();
  event.etag = ++counter;
  event.change = counter;
  event.visible = faults.strikes("delayed") ? now + kDelay : Instant::min();
  // Two changes in one millisecond still have two times.
  if (!silent) event.updated = std::max(now, event.updated + std::chrono::milliseconds(1));
}

void Google::State::note_mail(const GoogleCall& call, const GoogleCalendar& calendar, const std::string& id,
                              const std::string& json) {
  const auto guests = google_facts(json, calendar.owner).guests;
  std::string how = call.parameter("sendUpdates");
  if (how.empty()) how = "none";
  if (guests.empty()) return;
  mail.push_back({calendar.id, id, call.method, how, how == "none" ? std::vector<std::string>() : guests});
}

std::string Google::State::shown(const GoogleCall& call, std::string event) {
  const auto zone = call.parameter("timeZone");
  return zone.empty() ? event : google_in_zone(event, zone);
}

http::Response Google::State::reply(const GoogleCall& call, const GoogleCalendar& calendar, const GoogleEvent& event) {
  const auto known = http::header(call.headers, "If-None-Match");
  auto out = known == etag_text(event) && call.method == "GET"
                 ? google_answer(304, "")
                 : google_answer(200, shown(call, full(calendar, event, call.email)));
  out.headers.emplace_back("ETag", etag_text(event));
  return out;
}

http::Response Google::State::insert(GoogleCall& call, GoogleCalendar& calendar) {
  std::string id = google_member(call.body, "id");
  const auto uid = google_member(call.body, "iCalUID");
  if (!id.empty() && !uid.empty()) return google_refused(400, "invalid", "Only one of id and iCalUID may be given.");
  if (!id.empty() && !good_id(id)) return google_refused(400, "invalid", "Invalid resource id value.");
  if (id.empty()) id = new_id();
  if (calendar.events.count(id) != 0)
    return google_refused(409, "duplicate", "The requested identifier already exists.");
  auto stored = google_write("", call.body, write_of(call, calendar, GoogleWrite::How::insert));
  if (stored.refusal) return google_answer(stored.refusal->status, google_error(*stored.refusal));
  GoogleEvent event;
  event.id = id;
  event.uid = uid.empty() ? id + "@google.com" : uid;
  event.json = stored.json;
  event.created = event.updated = clock.now();
  touch(event, false);
  calendar.events[id] = event;
  note_mail(call, calendar, id, stored.json);
  return reply(call, calendar, event);
}

http::Response Google::State::import(GoogleCall& call, GoogleCalendar& calendar) {
  const auto uid = google_member(call.body, "iCalUID");
  if (uid.empty()) return google_refused(400, "required", "Missing iCalUID.");
  if (!google_member(call.body, "id").empty()) return google_refused(400, "invalid", "Invalid resource id value.");
  const auto same = std::find_if(calendar.events.begin(), calendar.events.end(),
                                 [&](const auto& one) { return one.second.uid == uid && one.second.master.empty(); });
  const bool known = same != calendar.events.end();
  auto stored =
      google_write(known ? same->second.json : "", call.body, write_of(call, calendar, GoogleWrite::How::import));
  if (stored.refusal) return google_answer(stored.refusal->status, google_error(*stored.refusal));
  GoogleEvent event;
  if (known) event = same->second;
  if (!known) event.id = "_" + new_id();
  if (!known) event.created = event.updated = clock.now();
  event.uid = uid;
  event.json = stored.json;
  event.cancelled = false;
  touch(event, false);
  calendar.events[event.id] = event;
  return reply(call, calendar, event);
}

void Google::State::drop_exceptions(GoogleCalendar& calendar, const GoogleEvent& master, bool all) {
  for (auto it = calendar.events.begin(); it != calendar.events.end();) {
    const bool lost =
        it->second.master == master.id && (all || !google_occurrence(master.id, master.json, it->second.original));
    it = lost ? calendar.events.erase(it) : std::next(it);
  }
}

http::Response Google::State::change(GoogleCall& call, GoogleCalendar& calendar, GoogleEvent event, bool stored) {
  if (auto refused = precondition(call, event)) return *refused;
  const bool exception = !event.master.empty();
  const std::string wanted = google_member(call.body, "status");
  if (event.cancelled) {
    const bool back = wanted == "confirmed" || wanted == "tentative";
    if (!back || faults.strikes("undelete_refused")) return google_refused(403, "forbidden", "Forbidden");
  }
  GoogleWrite write =
      write_of(call, calendar, call.method == "PATCH" ? GoogleWrite::How::patch : GoogleWrite::How::update);
  write.exception = exception;
  event.cancelled = false;
  const std::string before = exception ? full(calendar, event, call.email) : event.json;
  auto result = google_write(before, call.body, write);
  if (result.refusal) return google_answer(result.refusal->status, google_error(*result.refusal));
  const bool was_cancelled = stored && calendar.events[event.id].cancelled;
  const bool deleted = wanted == "cancelled";
  if (result.same && !was_cancelled && stored) return reply(call, calendar, event);
  note_mail(call, calendar, event.id, before);
  if (google_facts(before, calendar.owner).guests.empty()) note_mail(call, calendar, event.id, result.json);
  event.json = exception ? google_overlay(event.json, result.changed) : result.json;
  event.cancelled = deleted;
  touch(event, result.silent);
  calendar.events[event.id] = event;
  if (!exception && result.retimed) drop_exceptions(calendar, event, faults.strikes("exceptions_lost"));
  if (!exception && faults.strikes("exception_etags")) {
    for (auto& [id, one] : calendar.events)
      if (one.master == event.id) one.etag = ++counter;
  }
  return reply(call, calendar, event);
}

http::Response Google::State::remove(GoogleCall& call, GoogleCalendar& calendar, GoogleEvent event) {
  if (event.cancelled) return google_refused(410, "deleted", "Resource has been deleted");
  if (auto refused = precondition(call, event)) return *refused;
  note_mail(call, calendar, event.id, full(calendar, event, call.email));
  event.cancelled = true;
  touch(event, false);
  calendar.events[event.id] = event;
  if (event.master.empty()) drop_exceptions(calendar, event, true);
  return google_answer(204, "");
}

http::Response Google::State::move(GoogleCall& call, GoogleCalendar& calendar, const GoogleEvent& event) {
  GoogleCalendar* there = calendar_of(call, call.parameter("destination"));
  if (!there) return google_refused(404, "notFound", "Not Found");
  if (auto refused = precondition(call, event)) return *refused;
  if (!event.master.empty()) return google_refused(400, "cannotMoveInstance", "Instances cannot be moved.");
  if (there->events.count(event.id) != 0 && !there->events[event.id].cancelled)
    return google_refused(409, "duplicate", "The requested identifier already exists.");
  GoogleEvent moved = event;
  touch(moved, false);
  there->events[moved.id] = moved;
  for (auto& [id, one] : calendar.events) {
    if (one.master != event.id) continue;
    touch(one, false);
    there->events[id] = one;
  }
  GoogleEvent left = event;
  left.cancelled = true;
  touch(left, false);
  calendar.events[left.id] = left;
  drop_exceptions(calendar, left, true);
  if (faults.strikes("move_says_cancelled")) return reply(call, calendar, left);
  return reply(call, *there, moved);
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
