#include "connectors/outlook/pull.hpp"

#include <algorithm>
#include <map>

#include "connectors/outlook/calendars.hpp"
#include "connectors/outlook/errors.hpp"
#include "connectors/outlook/json.hpp"
#include "connectors/outlook/objects.hpp"
#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {
namespace {

constexpr const char* kCursorHead = "outlook-1";
/// The window moves on with a new round at the latest after this long.
constexpr std::chrono::hours kSlackMax = std::chrono::days(30);
/// Up to so many events are asked for their markers one by one, twenty in a request.
constexpr std::size_t kFew = 100;
/// Series are read a few batches at a time, so that memory stays bounded.
constexpr std::size_t kSeriesAtOnce = 100;

RemoteChange change_of(RemoteChange::Type type, std::string id, std::string version = "") {
  RemoteChange change;
  change.type = type;
  change.object.id = std::move(id);
  change.object.version = std::move(version);
  return change;
}

RemoteChange read_change(const GraphEvent& event, const std::string& place) {
  RemoteChange change;
  auto object = to_object(event);
  if (object) {
    change.object = std::move(*object);
    return change;
  }
  change = change_of(RemoteChange::Type::unreadable, event.id, version_of(event));
  change.object.shadow = event.raw;
  change.reason = object.error();
  if (change.reason->place.empty()) change.reason->place = place;
  return change;
}

std::vector<std::string> list_of(const std::set<std::string>& ids) { return {ids.begin(), ids.end()}; }

bool concerns_one_object(ErrorKind kind) { return kind == ErrorKind::rejected || kind == ErrorKind::bad_reply; }

}  // namespace

std::string cursor_text(const Cursor& cursor) {
  std::string out =
      std::string(kCursorHead) + "\n" + iso_instant(cursor.from) + "\n" + iso_instant(cursor.to) + "\n" + cursor.link;
  for (const std::string& id : cursor.series) out += "\n" + id;
  return out;
}

std::optional<Cursor> read_cursor(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  if (lines.size() < 4 || lines[0] != kCursorHead) return std::nullopt;
  const auto from = parse_instant(lines[1]);
  const auto to = parse_instant(lines[2]);
  if (!from || !to || lines[3].empty()) return std::nullopt;
  return Cursor{*from, *to, lines[3], {lines.begin() + 4, lines.end()}};
}

/// One pull while it goes on.
struct Puller::Round {
  const PullRequest& request;
  const PageSink& sink;
  bool full = false;
  Cursor cursor;
  std::vector<RemoteChange> ready;
  std::map<std::string, GraphEvent> waiting;  ///< single events without their marker
  std::optional<std::map<std::string, Marker>> markers;
  std::set<std::string> series;
  std::set<std::string> removed;
  std::set<std::string> settled;  ///< series that were read in this round

  std::optional<std::string> known(const std::string& id) const {
    return request.known_version ? request.known_version(id) : std::nullopt;
  }
  /// An object in full, or only that it is still there.
  void show(const GraphEvent& event, const std::string& place) {
    const std::string version = version_of(event);
    if (!version.empty() && known(event.id) == version)
      ready.push_back(change_of(RemoteChange::Type::listed, event.id, version));
    else
      ready.push_back(read_change(event, place));
  }
  Status emit() {
    if (ready.empty()) return {};
    std::vector<RemoteChange> page;
    page.swap(ready);
    return sink(std::move(page));
  }
};

Result<PullResult> Puller::pull(const PullRequest& request, const PageSink& sink) {
  auto cursor = request.mode == PullMode::changes ? read_cursor(request.cursor) : std::nullopt;
  if (!cursor || !still_covers(*cursor)) return complete(request, sink);
  Round round{request, sink, false, *cursor, {}, {}, {}, {}, {}, {}};
  const Status status = read_round(round, session_.follow(cursor->link, request.stop));
  if (!status) {
    if (status.error().kind != ErrorKind::cursor_expired) return status.error();
    FASTI_TRY(auto again, complete(request, sink));
    again.cursor_expired = true;
    return again;
  }
  FASTI_CHECK(finish(round));
  PullResult result;
  result.coverage = Coverage::delta;
  result.cursor = cursor_text(round.cursor);
  return result;
}

/// The window is baked into the link: events beyond it are not shown, and it does not move by itself.
bool Puller::still_covers(const Cursor& cursor) {
  const auto url = http::parse_url(cursor.link);
  if (!url || !url->same_origin(session_.options().url)) return false;
  const auto slack = std::min<std::chrono::hours>(kSlackMax, session_.options().future / 4);
  const Instant now = session_.now();
  return cursor.to + slack >= now + session_.options().future && cursor.from <= now - session_.options().past;
}

Result<PullResult> Puller::complete(const PullRequest& request, const PageSink& sink) {
  Round round{request, sink, true, {}, {}, {}, {}, {}, {}, {}};
  const auto day = [](Instant at) { return std::chrono::floor<std::chrono::days>(at); };
  // Whole days, and one more on each side: all-day events are compared in the zone they were made in.
  round.cursor.from = Instant(day(session_.now() - session_.options().past) - std::chrono::days(1));
  round.cursor.to = Instant(day(session_.now() + session_.options().future) + std::chrono::days(2));
  Call call;
  call.path = session_.calendar_path(request.collection) +
              "/calendarView/delta?startDateTime=" + iso_instant(round.cursor.from) +
              "&endDateTime=" + iso_instant(round.cursor.to);
  const Status status = read_round(round, session_.send(call, request.stop));
  if (!status) {
    Error error = status.error();
    // A round that is cut off in its middle starts again with the next pull.
    if (error.kind == ErrorKind::cursor_expired) error.kind = ErrorKind::transient;
    return error;
  }
  FASTI_CHECK(finish(round));
  PullResult result;
  result.coverage = Coverage::complete;
  result.cursor = cursor_text(round.cursor);
  return result;
}

/// Pages, some of them empty, until one brings the link for the next round.
Status Puller::read_round(Round& round, http::Reply reply) {
  const std::string place = session_.place(round.request.collection);
  std::string from;
  for (;;) {
    if (!reply) return reply.error();
    if (reply->status != 200) {
      Error error = answer_error(*reply, "GET", place, session_.now());
      if (error.kind == ErrorKind::not_found) {
        FASTI_CHECK(probe_calendar(session_, round.request.collection, round.request.stop));
        error.kind = ErrorKind::cursor_expired;
      }
      if (!round.full && error.kind == ErrorKind::rejected) error.kind = ErrorKind::cursor_expired;
      return error;
    }
    auto page = parse_page(reply->body);
    if (!page) {
      Error error = page.error();
      error.place = place;
      return error;
    }
    FASTI_CHECK(take_page(round, std::move(page->events)));
    if (!page->delta.empty()) {
      round.cursor.link = page->delta;
      return {};
    }
    if (page->next.empty()) return make_error(ErrorKind::bad_reply, place, "a round without an end");
    if (page->next == from) return make_error(ErrorKind::bad_reply, place, "pages that do not move on");
    from = page->next;
    reply = session_.follow(from, round.request.stop);
  }
}

Status Puller::take_page(Round& round, std::vector<GraphEvent>&& events) {
  for (GraphEvent& event : events) {
    if (event.removed) {
      round.removed.insert(event.id);
      continue;
    }
    if (event.type == EventType::master) {
      round.series.insert(event.id);
      continue;
    }
    if (event.type != EventType::single) {
      // Of an occurrence there is no more than its time: the series is read once, whole.
      if (event.master.empty())
        return make_error(ErrorKind::bad_reply, session_.place(event.id), "an occurrence without its series");
      round.series.insert(event.master);
      continue;
    }
    if (!event.change_key.empty() && round.known(event.id) == event.change_key) {
      round.waiting.erase(event.id);
      round.ready.push_back(change_of(RemoteChange::Type::listed, event.id, event.change_key));
    } else {
      round.waiting.insert_or_assign(event.id, std::move(event));
    }
  }
  if (round.waiting.size() > kFew) FASTI_CHECK(flush(round));
  return round.emit();
}

/// A round shows no extended properties: one listing of them is cheaper than many questions.
Status Puller::flush(Round& round) {
  if (!round.markers) {
    FASTI_TRY(round.markers, all_markers(session_, round.request.collection, round.request.stop));
  }
  for (auto& [id, event] : round.waiting) {
    const auto marker = round.markers->find(id);
    if (marker != round.markers->end()) event.marker = marker->second;
    round.show(event, session_.place(id));
  }
  round.waiting.clear();
  return {};
}

/// Removed from the window is not deleted: each is asked for.
Status Puller::settle_removed(Round& round) {
  const auto ids = list_of(round.removed);
  auto replies = get_events(session_, round.request.collection, ids, round.request.stop, Parts::show);
  bool nameless = false;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const bool known = round.known(ids[i]).has_value();
    if (replies[i]) {
      const bool shown = round.waiting.erase(ids[i]) != 0;
      if (!replies[i]->master.empty())
        round.series.insert(replies[i]->master);
      else if (replies[i]->type == EventType::master)
        round.series.insert(ids[i]);
      else if (known || shown)
        round.show(*replies[i], session_.place(ids[i]));
    } else if (replies[i].error().kind == ErrorKind::not_found) {
      round.waiting.erase(ids[i]);
      round.ready.push_back(change_of(RemoteChange::Type::gone, ids[i]));
      nameless |= !known;
      round.settled.insert(ids[i]);
      round.cursor.series.erase(ids[i]);
    } else {
      return replies[i].error();
    }
  }
  // It may have been an occurrence of any series: nothing says of which.
  if (nameless && !round.full) round.series.insert(round.cursor.series.begin(), round.cursor.series.end());
  return round.emit();
}

Status Puller::settle_waiting(Round& round) {
  if (round.waiting.empty()) return {};
  if (round.markers || round.waiting.size() > kFew) {
    FASTI_CHECK(flush(round));
    return round.emit();
  }
  std::vector<std::string> ids;
  for (const auto& one : round.waiting) ids.push_back(one.first);
  auto replies = get_events(session_, round.request.collection, ids, round.request.stop);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (replies[i])
      round.show(*replies[i], session_.place(ids[i]));
    else if (replies[i].error().kind == ErrorKind::not_found)
      round.ready.push_back(change_of(RemoteChange::Type::gone, ids[i]));  // deleted between the two requests
    else if (concerns_one_object(replies[i].error().kind))
      round.ready.push_back(read_change(round.waiting.at(ids[i]), session_.place(ids[i])));
    else
      return replies[i].error();
  }
  round.waiting.clear();
  return round.emit();
}

Status Puller::settle_series(Round& round, const std::set<std::string>& wanted) {
  std::vector<std::string> ids;
  for (const std::string& id : wanted)
    if (round.settled.insert(id).second) ids.push_back(id);
  for (std::size_t from = 0; from < ids.size(); from += kSeriesAtOnce) {
    const auto some = std::span<const std::string>(ids).subspan(from, std::min(kSeriesAtOnce, ids.size() - from));
    auto replies = get_events(session_, round.request.collection, some, round.request.stop);
    for (std::size_t i = 0; i < some.size(); ++i) {
      if (replies[i]) {
        round.cursor.series.insert(some[i]);
        round.show(*replies[i], session_.place(some[i]));
      } else if (replies[i].error().kind == ErrorKind::not_found) {
        round.cursor.series.erase(some[i]);
        round.ready.push_back(change_of(RemoteChange::Type::gone, some[i]));
      } else if (concerns_one_object(replies[i].error().kind)) {
        auto change = change_of(RemoteChange::Type::unreadable, some[i]);
        change.reason = replies[i].error();
        round.ready.push_back(std::move(change));
      } else {
        return replies[i].error();
      }
    }
    FASTI_CHECK(round.emit());
  }
  return {};
}

Status Puller::finish(Round& round) {
  FASTI_CHECK(settle_removed(round));
  FASTI_CHECK(settle_waiting(round));
  return settle_series(round, round.series);
}

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
