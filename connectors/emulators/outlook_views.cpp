// What the stand-in lists: views with their occurrences, deltas of them, searches by extended property, free and busy.
#include <algorithm>

#include "connectors/emulators/outlook_state.hpp"
#include "engine/base/hash.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

constexpr std::chrono::days kViewMax{1825};
constexpr std::chrono::days kScheduleMax{62};
constexpr std::size_t kPageMax = 1000;

std::optional<LocalSeconds> instant_in(const std::string& text) {
  const auto at = parse_instant(text);
  if (at) return LocalSeconds(std::chrono::floor<std::chrono::seconds>(*at).time_since_epoch());
  return parse_time(text.substr(0, text.find('.')));
}

bool overlaps(const OutlookEvent& event, LocalSeconds from, LocalSeconds to) {
  return event.start < to && (event.end > from || event.start >= from);
}

struct Window {
  LocalSeconds from{};
  LocalSeconds to{};
  std::optional<OutlookProblem> problem;
};

Window window_of(const OutlookAsk& ask) {
  Window out;
  const auto from = instant_in(ask.value("startDateTime"));
  const auto to = instant_in(ask.value("endDateTime"));
  if (!from || !to || *to <= *from) {
    out.problem = OutlookProblem{400, "ErrorInvalidParameter", "startDateTime and endDateTime are required", {}};
    return out;
  }
  if (*to - *from > kViewMax)
    out.problem = OutlookProblem{400, "ErrorInvalidRequest", "the requested time range is too large", {}};
  out.from = *from;
  out.to = *to;
  return out;
}

/// 'x' and 'y' of "singleValueExtendedProperties/Any(ep: ep/id eq 'x' and ep/value eq 'y')".
std::optional<std::pair<std::string, std::string>> extended_filter(const std::string& text) {
  static const std::string head = "singleValueExtendedProperties/Any(ep: ep/id eq '";
  static const std::string middle = "' and ep/value eq '";
  if (text.compare(0, head.size(), head) != 0 || text.size() < 3 || text.substr(text.size() - 2) != "')") return {};
  const auto between = text.find(middle);
  if (between == std::string::npos) return {};
  std::string value = text.substr(between + middle.size(), text.size() - 2 - between - middle.size());
  for (auto at = value.find("''"); at != std::string::npos; at = value.find("''", at + 1)) value.erase(at, 1);
  return std::make_pair(text.substr(head.size(), between - head.size()), value);
}

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

}  // namespace

std::string Outlook::State::occurrence_id(const OutlookEvent& master, LocalDays day) {
  return "Oc" + short_hash(master.id + iso_date(day)).substr(0, 14);
}

OutlookEvent Outlook::State::occurrence(const OutlookEvent& master, LocalDays day) const {
  OutlookEvent out = master;
  out.id = occurrence_id(master, day);
  // "Different for each occurrence in a recurring series."
  out.uid = master.uid + short_hash(iso_date(day)).substr(0, 8);
  out.type = "occurrence";
  out.master = master.id;
  out.day = day;
  out.exceptions.clear();
  out.deleted.clear();
  out.extended.clear();
  const auto length = master.end - master.start;
  const auto zone = resolve_zone(master.pattern_zone).value_or("UTC");
  const auto utc = [&](LocalSeconds wall) { return LocalSeconds(to_utc(wall, zone).value().time_since_epoch()); };
  if (master.all_day) {
    out.start = LocalSeconds(day);
    out.original = utc(LocalSeconds(day));
  } else {
    const auto wall = to_wall(std::chrono::sys_seconds(master.start.time_since_epoch()), zone).value();
    out.start = out.original =
        utc(LocalSeconds(day) + (wall - LocalSeconds(std::chrono::floor<std::chrono::days>(wall))));
  }
  out.end = out.start + length;
  return out;
}

std::vector<OutlookEvent> Outlook::State::occurrences_of(const OutlookEvent& master, LocalSeconds from,
                                                         LocalSeconds to) {
  std::vector<OutlookEvent> out;
  if (!master.pattern) return out;
  for (const LocalDays day :
       expand(*master.pattern, std::chrono::floor<std::chrono::days>(to) + std::chrono::days(31))) {
    if (master.deleted.count(day)) continue;
    const auto exception = master.exceptions.find(day);
    OutlookEvent one = exception != master.exceptions.end() ? exception->second : occurrence(master, day);
    occurrences[one.id] = {master.id, day};
    if (overlaps(one, from, to)) out.push_back(std::move(one));
  }
  return out;
}

std::vector<OutlookEvent> Outlook::State::view_of(const std::string& in_calendar, LocalSeconds from, LocalSeconds to) {
  std::vector<OutlookEvent> out;
  for (const auto& [id, event] : events) {
    if (event.calendar != in_calendar) continue;
    if (event.pattern && !event.broken) {
      auto some = occurrences_of(event, from, to);
      out.insert(out.end(), some.begin(), some.end());
    } else if (overlaps(event, from, to)) {
      out.push_back(event);
    }
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.start < b.start; });
  return out;
}

/// The first page, and the rest behind an opaque link.
http::Response Outlook::State::paged(const OutlookAsk& ask, std::vector<std::string> values) {
  std::size_t size = ask.page ? ask.page : options.page;
  if (!ask.value("$top").empty()) size = std::stoul(ask.value("$top"));
  if (size > kPageMax) return problem({400, "ErrorInvalidRequest", "$top is at most 1000", {}});
  if (faults.strikes("short_page")) size = 1 + faults.below(size);
  if (values.size() <= size) return json_response(200, page_json(values, "", ""));
  const std::string next = token();
  listings[next] = {values.begin() + static_cast<std::ptrdiff_t>(size), values.end()};
  values.resize(size);
  return json_response(
      200, page_json(values, ask.base + ask.resource + "?$top=" + std::to_string(size) + "&$skiptoken=" + next, ""));
}

http::Response Outlook::State::view(OutlookAsk& ask, const std::string& in_calendar) {
  if (const auto rest = listings.find(ask.value("$skiptoken")); rest != listings.end()) return paged(ask, rest->second);
  const Window window_asked = window_of(ask);
  if (window_asked.problem) return problem(*window_asked.problem);
  std::vector<std::string> values;
  for (const auto& event : view_of(in_calendar, window_asked.from, window_asked.to))
    values.push_back(event_json(event, ask.view));
  return paged(ask, std::move(values));
}

http::Response Outlook::State::instances(OutlookAsk& ask, const std::string& in_calendar, const std::string& id) {
  if (const auto rest = listings.find(ask.value("$skiptoken")); rest != listings.end()) return paged(ask, rest->second);
  const Window window_asked = window_of(ask);
  if (window_asked.problem) return problem(*window_asked.problem);
  const auto master = find(in_calendar, id);
  if (!master) return problem({404, "ErrorItemNotFound", "The specified object was not found in the store.", {}});
  std::vector<std::string> values;
  for (const auto& event : occurrences_of(*master, window_asked.from, window_asked.to))
    values.push_back(event_json(event, ask.view));
  return paged(ask, std::move(values));
}

/// Single events and series. A search by extended property covers the mailbox.
http::Response Outlook::State::listing(OutlookAsk& ask, const std::string& in_calendar) {
  if (const auto rest = listings.find(ask.value("$skiptoken")); rest != listings.end()) return paged(ask, rest->second);
  const std::string filter = ask.value("$filter");
  const auto wanted = extended_filter(filter);
  if (!filter.empty() && !wanted)
    return problem({400, "ErrorInvalidUrlQueryFilter", "The query filter is invalid.", {}});
  std::vector<std::string> values;
  for (const auto& [id, event] : events) {
    if (wanted) {
      const auto property = event.extended.find(wanted->first);
      if (property == event.extended.end() || lower(property->second) != lower(wanted->second)) continue;
    } else if (!in_calendar.empty() && event.calendar != in_calendar) {
      continue;
    }
    OutlookView seen = ask.view;
    seen.select.erase("cancelledOccurrences");
    seen.exceptions = false;
    values.push_back(event_json(event, seen));
  }
  return paged(ask, std::move(values));
}

// ---- delta ----

void Outlook::State::add_series(OutlookRound& round, const OutlookEvent& event, bool first) {
  const auto there = occurrences_of(event, round.from, round.to);
  if (there.empty()) {
    if (!first) round.items.push_back({event.id, true});
    return;
  }
  if (!faults.strikes("master_missing")) round.items.push_back({event.id, false});
  for (const auto& one : there) round.items.push_back({one.id, false});
}

OutlookRound Outlook::State::start_round(const std::string& in_calendar, LocalSeconds from, LocalSeconds to,
                                         std::uint64_t since, const std::set<std::string>& late) {
  OutlookRound round;
  round.calendar = in_calendar;
  round.from = from;
  round.to = to;
  round.since = since;
  round.started = history;
  const bool first = since == 0;
  for (const auto& [id, event] : events) {
    if (event.calendar != in_calendar) continue;
    const bool changed = event.changed > since || late.count(id) || (!first && faults.strikes("replayed_item"));
    if (!changed) continue;
    if (!first && faults.strikes("late_item")) {
      round.late.insert(id);
      continue;
    }
    if (event.pattern && !event.broken)
      add_series(round, event, first);
    else if (overlaps(event, from, to))
      round.items.push_back({id, false});
    else if (!first)
      round.items.push_back({id, true});
  }
  for (const auto& one : tombstones)
    if (one.calendar == in_calendar && one.changed > since && (!first || faults.strikes("removed_in_first_round")))
      round.items.push_back({one.id, true});
  const std::size_t count = round.items.size();
  for (std::size_t i = 0; i < count; ++i)
    if (faults.strikes("repeated_item")) round.items.push_back(round.items[i]);
  for (std::size_t i = round.items.size(); i > 1; --i) std::swap(round.items[i - 1], round.items[faults.below(i)]);
  return round;
}

std::string Outlook::State::item_json(const OutlookItem& item, const OutlookAsk& ask) {
  const auto event = find("", item.id);
  if (item.removed || !event) return removed_json(item.id, "deleted", ask.view.immutable);
  OutlookView seen = ask.view;
  seen.delta = true;
  return event_json(*event, seen);
}

http::Response Outlook::State::delta(OutlookAsk& ask, const std::string& in_calendar) {
  for (const char* name : {"$select", "$expand", "$filter", "$orderby", "$search", "$top"})
    if (ask.query.count(name))
      return problem(
          {400, "ErrorInvalidUrlQuery", std::string(name) + " is not supported by delta on calendarView", {}});
  const std::string skip = ask.value("$skiptoken");
  const std::string since = ask.value("$deltatoken");
  OutlookRound round;
  if (skip.empty() && since.empty()) {
    const Window asked = window_of(ask);
    if (asked.problem) return problem(*asked.problem);
    round = start_round(in_calendar, asked.from, asked.to, 0, {});
  } else {
    const auto found = rounds.find(skip.empty() ? since : skip);
    if (found == rounds.end() || faults.strikes("cursor_expired")) {
      auto out = problem({410, "SyncStateNotFound", "The sync state was not found.", {}});
      out.headers.emplace_back("Location", ask.base + ask.resource + "?$deltatoken=");
      return out;
    }
    if (found->second.calendar != in_calendar || faults.strikes("cursor_not_found"))
      return problem({404, "syncStateNotFound", "The sync state was not found.", {}});
    round = found->second;
    if (!since.empty()) round = start_round(round.calendar, round.from, round.to, round.since, round.late);
  }
  std::size_t size = std::max<std::size_t>(ask.page ? ask.page : options.page, 1);
  if (faults.strikes("short_page")) size = 1 + faults.below(size);
  const bool empty = faults.strikes("empty_page");
  std::vector<std::string> values;
  while (!empty && values.size() < size && round.at < round.items.size())
    values.push_back(item_json(round.items[round.at++], ask));
  const std::string next = token();
  const std::string link = ask.base + ask.resource;
  if (empty || round.at < round.items.size()) {
    rounds[next] = round;
    return json_response(200, page_json(values, link + "?$skiptoken=" + next, ""));
  }
  round.since = round.started;
  // Nothing has happened yet: a first round is still told from a later one.
  if (round.since == 0) round.since = ++history;
  round.items.clear();
  round.at = 0;
  round.finished = true;
  rounds[next] = round;
  return json_response(200, page_json(values, "", link + "?$deltatoken=" + next));
}

http::Response Outlook::State::schedule(OutlookAsk& ask) {
  const auto question = schedule_in(ask.body);
  if (!question || question->schedules.empty())
    return problem({400, "ErrorInvalidRequest", "schedules are required", {}});
  if (question->schedules.size() > 20) return problem({400, "ErrorInvalidRequest", "at most 20 schedules", {}});
  if (question->interval < std::chrono::minutes(5) || question->interval > std::chrono::minutes(1440))
    return problem({400, "ErrorInvalidRequest", "availabilityViewInterval is 5 to 1440", {}});
  if (question->to - question->from > kScheduleMax)
    return problem({400, "ErrorTimeIntervalTooBig", "The requested time interval is too big.", {}});
  std::vector<std::string> values;
  for (const std::string& address : question->schedules) {
    std::vector<OutlookEvent> busy;
    const bool known = lower(address) == lower(options.user);
    if (known)
      for (auto& event : view_of("calendar-1", question->from, question->to))
        if (event.show_as != "free") busy.push_back(std::move(event));
    values.push_back(schedule_json(address, *question, busy, known));
  }
  return json_response(200, page_json(values, "", ""));
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
