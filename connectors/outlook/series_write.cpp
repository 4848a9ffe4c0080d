#include "connectors/outlook/series_write.hpp"

#include <algorithm>

#include "connectors/ical/event.hpp"
#include "connectors/outlook/errors.hpp"
#include "connectors/outlook/objects.hpp"
#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/series.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {
namespace {

Properties part_of(const Properties& properties, const std::string& part) {
  Properties out;
  for (const auto& [path, value] : properties)
    if (path_part(path) == part) out.emplace(path_name(path), value);
  return out;
}

/// An occurrence that nobody touched: its series at another time.
Properties plain_occurrence(Properties series, const std::string& key) {
  series.erase("recurrence");
  const auto start = series.find("start");
  if (start == series.end() || !std::holds_alternative<Span>(start->second)) return series;
  Span& span = std::get<Span>(start->second);
  const auto length = span.end - span.start;
  const auto day = parse_date(key);
  span.start = key.size() == 10 && day ? LocalSeconds(*day) : parse_time(key).value_or(span.start);
  span.end = span.start + length;
  return series;
}

/// What only Graph writes, and what it derives from something else.
bool is_own_business(const std::string& name) {
  return name == "joinUrl" || name == "responseStatus" || name == "isOnlineMeeting" || name == "attendees";
}

void overlay(Properties& onto, const Change& change) {
  for (const auto& [name, value] : change.set) onto.insert_or_assign(name, value);
  for (const std::string& name : change.clear) onto.erase(name);
}

/// From one state to another; status says what showAs would.
Change difference(const Properties& from, const Properties& to) {
  Change out;
  for (const auto& [name, value] : to) {
    const auto found = from.find(name);
    if (!is_own_business(name) && (found == from.end() || !(found->second == value))) out.set.emplace(name, value);
  }
  for (const auto& [name, value] : from)
    if (!is_own_business(name) && !to.count(name)) out.clear.insert(name);
  if (out.touches("status") && out.touches("showAs")) {
    out.set.erase("showAs");
    out.clear.erase("showAs");
  }
  return out;
}

std::set<std::string> exdates_of(const Recurrence& recurrence) {
  return {recurrence.exdates.begin(), recurrence.exdates.end()};
}

std::vector<std::string> canonical(const std::vector<std::string>& rules) {
  std::vector<std::string> out;
  for (const std::string& rule : rules) out.push_back(ical::canonical_rule(rule));
  return out;
}

struct Timing {
  std::optional<Span> span;
  Recurrence recurrence;
  bool operator==(const Timing&) const = default;
};

Timing timing_in(const Properties& properties) {
  Timing out;
  const auto span = properties.find("start");
  if (span != properties.end() && std::holds_alternative<Span>(span->second)) out.span = std::get<Span>(span->second);
  const auto recurrence = properties.find("recurrence");
  if (recurrence != properties.end() && std::holds_alternative<Recurrence>(recurrence->second))
    out.recurrence = std::get<Recurrence>(recurrence->second);
  return out;
}

/// "Weekly" from a Tuesday on and "weekly on Tuesdays" are one pattern.
bool same_pattern(const Timing& before, const Timing& after) {
  if (canonical(before.recurrence.rules) == canonical(after.recurrence.rules)) return true;
  const auto was = to_graph(before.recurrence, *before.span);
  const auto wanted = to_graph(after.recurrence, *after.span);
  return was && wanted && *was == *wanted;
}

bool moves_occurrences(const Timing& before, const Timing& after) {
  if (!before.span || !after.span) return true;
  if (before.span->start != after.span->start || before.span->zone != after.span->zone ||
      before.span->kind != after.span->kind)
    return true;
  if (!same_pattern(before, after)) return true;
  // A deleted occurrence comes back only with the whole pattern.
  const auto wanted = exdates_of(after.recurrence);
  return std::any_of(before.recurrence.exdates.begin(), before.recurrence.exdates.end(),
                     [&](const std::string& key) { return wanted.count(key) == 0; });
}

/// Further neighbours bound nothing: nobody moves an occurrence by two months.
constexpr std::chrono::days kNeighbourMax{62};

/// The days on which a series stands around one of its occurrences.
Result<std::vector<LocalDays>> days_around(const Timing& timing, LocalSeconds at) {
  FASTI_TRY(const Series series, Series::make({timing.span, timing.recurrence, {}, SeriesLength::exact}));
  Window window;
  const std::chrono::sys_seconds middle(at.time_since_epoch());
  window.from = middle - kNeighbourMax;
  window.to = middle + kNeighbourMax;
  FASTI_TRY(const auto occurrences, series.expand(window));
  std::vector<LocalDays> out;
  for (const Occurrence& one : occurrences) out.push_back(std::chrono::floor<std::chrono::days>(one.key));
  return out;
}

/// What Graph refuses of an occurrence, found out before anything is sent: a series that is refused in part would have
/// lost what it was to keep. An occurrence that the series has no more and nobody asked for is let go.
Status check_parts(const WriteRequest& request, const Timing& timing, SeriesPlan& plan) {
  const auto asked = parts_of(request);
  for (auto part = plan.parts.begin(); part != plan.parts.end();) {
    const std::string& key = part->first;
    const auto date = parse_date(key.substr(0, 10));
    if (!date) return make_error(ErrorKind::bad_input, request.id, "\"" + key + "\" is no occurrence");
    FASTI_TRY(const auto days, days_around(timing, LocalSeconds(*date)));
    if (std::count(days.begin(), days.end(), *date) == 0) {
      if (!part->second.empty() && asked.count(key) != 0)
        return make_error(ErrorKind::rejected, request.id, "the series has no occurrence of " + key);
      part = plan.parts.erase(part);
      continue;
    }
    const auto start = part->second.find("start");
    const auto* span = start == part->second.end() ? nullptr : std::get_if<Span>(&start->second);
    const LocalDays to = span ? std::chrono::floor<std::chrono::days>(span->start) : *date;
    const bool crosses = std::any_of(days.begin(), days.end(), [&](LocalDays other) {
      return (other < *date && to <= other) || (other > *date && to >= other);
    });
    if (crosses)
      return make_error(ErrorKind::rejected, request.id,
                        "Outlook moves no occurrence to or past the day of another one: " + key);
    ++part;
  }
  return {};
}

}  // namespace

Result<SeriesPlan> plan_series(const WriteRequest& request, const GraphEvent* current) {
  SeriesPlan plan;
  Properties before;
  if (current) {
    FASTI_TRY(auto object, to_object(*current));
    before = std::move(object.properties);
  }
  const Properties series_before = part_of(before, "");
  Properties series = series_before;
  overlay(series, change_of(request, ""));
  const Timing was = timing_in(series_before);
  const Timing wanted = timing_in(series);
  const auto parts = parts_of(request);
  const bool repeats = series.count("recurrence") != 0;
  if (!repeats) {
    const bool only_removed = std::all_of(
        parts.begin(), parts.end(), [&](const std::string& part) { return change_of(request, part).set.empty(); });
    if (only_removed) return plan;
    return make_error(ErrorKind::rejected, request.id, "an occurrence of its own, but no recurrence");
  }
  if (!wanted.span) return make_error(ErrorKind::rejected, request.id, "a series without a start");
  const bool fresh = !current || !series_before.count("recurrence");
  plan.wipes = !fresh && moves_occurrences(was, wanted);
  if (fresh || plan.wipes) {
    FASTI_TRY(plan.pattern, to_graph(wanted.recurrence, *wanted.span));
  }
  const bool anew = fresh || plan.wipes;
  plan.removed = exdates_of(wanted.recurrence);
  if (!anew)
    for (const std::string& key : was.recurrence.exdates) plan.removed.erase(key);
  std::set<std::string> keys = parts;
  if (plan.wipes)
    for (const auto& property : before)
      if (!path_part(property.first).empty()) keys.insert(path_part(property.first));
  for (const std::string& key : keys) {
    const bool taken_away = std::count(request.remove_parts.begin(), request.remove_parts.end(), key) != 0;
    if (plan.removed.count(key) || (taken_away && anew)) continue;
    Properties part = part_of(before, key);
    if (taken_away) {
      plan.parts[key] = {};
      continue;
    }
    // What it does not say itself is its series', as that will be.
    if (part.empty()) {
      part = plain_occurrence(series, key);
      plan.fresh[key] = change_of(request, key);
    }
    overlay(part, change_of(request, key));
    if (part.count("start") == 0) part["start"] = plain_occurrence(series, key)["start"];
    plan.parts[key] = std::move(part);
  }
  FASTI_CHECK(check_parts(request, wanted, plan));
  return plan;
}

namespace {

struct Deed {
  std::string key;
  Call call;
};

Call on_occurrence(Session& session, const std::string& calendar, const GraphEvent& occurrence, std::string method) {
  Call call;
  call.method = std::move(method);
  call.path = session.event_path(calendar, occurrence.id);
  // An untouched occurrence has the version of its series, which moves with every write to it.
  if (occurrence.type == EventType::exception && !occurrence.change_key.empty())
    call.headers.emplace_back("If-Match", "W/\"" + occurrence.change_key + "\"");
  return call;
}

Status send_deeds(Session& session, const std::vector<Deed>& deeds, const std::stop_token& stop) {
  std::vector<Call> calls;
  for (const Deed& deed : deeds) calls.push_back(deed.call);
  const auto replies = session.send_all(calls, stop);
  for (std::size_t i = 0; i < deeds.size(); ++i) {
    const std::string place = session.place("the occurrence of " + deeds[i].key);
    if (!replies[i]) return replies[i].error();
    const int status = replies[i]->status;
    const bool deleted = deeds[i].call.method == "DELETE";
    if (status == 200 || status == 204 || (deleted && status == 404)) continue;
    return answer_error(*replies[i], deeds[i].call.method, place, session.now());
  }
  return {};
}

/// The properties of an occurrence that people have typed since a write that goes on now was begun.
std::set<std::string> typed_since(const SeriesPlan& plan, const Properties& now, const std::string& key) {
  std::set<std::string> out;
  if (!plan.resumed_over) return out;
  const Properties was = part_of(*plan.resumed_over, key);
  const Properties plain_before = plain_occurrence(part_of(*plan.resumed_over, ""), key);
  const Properties plain_now = plain_occurrence(part_of(now, ""), key);
  for (const auto& [name, value] : part_of(now, key)) {
    const auto says = [&, &wanted = name, &there = value](const Properties& source) {
      const auto found = source.find(wanted);
      return found != source.end() && found->second == there;
    };
    if (!says(was) && !says(plain_before) && !says(plain_now)) out.insert(name);
  }
  return out;
}

}  // namespace

Status apply_parts(Session& session, const std::string& calendar, const GraphEvent& master, const SeriesPlan& plan,
                   const std::stop_token& stop) {
  FASTI_TRY(const RemoteObject object, to_object(master));
  const Properties series = part_of(object.properties, "");
  std::map<std::string, GraphEvent> there;
  for (const GraphEvent& exception : master.exceptions) {
    FASTI_TRY(const std::string key, key_of(exception, master));
    there.emplace(key, exception);
  }
  std::set<std::string> unknown;
  for (const std::string& key : plan.removed)
    if (!there.count(key)) unknown.insert(key);
  for (const auto& part : plan.parts)
    if (!there.count(part.first) && !part.second.empty()) unknown.insert(part.first);
  FASTI_TRY(auto found, find_occurrences(session, calendar, master, unknown, stop));
  there.merge(found);
  std::vector<Deed> deeds;
  for (const std::string& key : plan.removed) {
    const auto occurrence = there.find(key);
    if (occurrence != there.end() && typed_since(plan, object.properties, key).empty())
      deeds.push_back({key, on_occurrence(session, calendar, occurrence->second, "DELETE")});
  }
  for (const auto& [key, wanted] : plan.parts) {
    const auto occurrence = there.find(key);
    if (occurrence == there.end()) {
      if (wanted.empty()) continue;
      return make_error(ErrorKind::rejected, session.place(master.id), "the series has no occurrence of " + key);
    }
    const Properties plain = plain_occurrence(series, key);
    Properties now = part_of(object.properties, key);
    if (now.empty()) now = plain;
    Properties target = wanted.empty() ? plain : wanted;
    if (const auto fresh = plan.fresh.find(key); fresh != plan.fresh.end()) {
      target = plain;
      overlay(target, fresh->second);
    }
    Change change = difference(now, target);
    for (const std::string& name : typed_since(plan, object.properties, key)) {
      change.set.erase(name);
      change.clear.erase(name);
    }
    if (change.empty()) continue;
    BodyContext context;
    // An occurrence that nobody touched comes without its content: it has its series'.
    context.current = occurrence->second.type == EventType::exception ? &occurrence->second : &master;
    Call call = on_occurrence(session, calendar, occurrence->second, "PATCH");
    FASTI_TRY(call.body, event_body(change, context));
    deeds.push_back({key, std::move(call)});
  }
  return send_deeds(session, deeds, stop);
}

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
