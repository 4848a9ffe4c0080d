#include "connectors/notion/pull.hpp"

#include <algorithm>
#include <iterator>

#include "connectors/notion/errors.hpp"
#include "connectors/notion/pages.hpp"
#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {
namespace {

constexpr int kRestartsMax = 3;            ///< of a window whose page cursor Notion forgot
constexpr std::size_t kSmallestPage = 10;  ///< asked for where larger ones time out

RemoteChange unreadable(const Page& page, const Error& why) {
  RemoteChange change;
  change.type = RemoteChange::Type::unreadable;
  change.object.id = page.id;
  change.object.version = page.edited;
  change.reason = why;
  return change;
}

}  // namespace

struct Puller::Round {
  const PullRequest& request;
  const PageSink& sink;
  const Table& table;
  std::size_t size = 100;
  std::set<std::string> shown;    ///< ids: windows overlap
  std::string last_created;       ///< of the last row that was shown
  std::optional<Instant> newest;  ///< last_edited_time
  bool capped = false;            ///< the window that was read last ended at Notion's limit
  bool whole = true;
  std::map<std::string, Rows> rows;  ///< of series, which are shown once all of their rows are known
  std::vector<Page> masters;
  std::map<std::string, Error> unclear;  ///< series with a row that cannot be read
};

/// One page as text. A data source that is too slow for a page of this size is asked for smaller ones.
Result<std::string> Puller::ask_page(Round& round, Query& query) {
  const std::string path = "data_sources/" + round.table.schema.id + "/query";
  const std::string place = session_.place(round.table.schema.name);
  for (;;) {
    query.size = round.size;
    auto reply = session_.send({"POST", path, query_body(query), true}, round.request.stop);
    if (!reply) return std::move(reply).error();
    if (reply->status == 200) return std::move(reply->body);
    Error error = answer_error(*reply, "query", place, session_.now());
    if (reply->status == 404) {
      error.kind = ErrorKind::forbidden;
      return error;
    }
    if (reply->status == 400 && says_stale_cursor(read_refusal(*reply))) error.kind = ErrorKind::cursor_expired;
    if (error.kind != ErrorKind::transient || round.size <= kSmallestPage || round.request.stop.stop_requested())
      return error;
    round.size = std::max(round.size / 2, kSmallestPage);
  }
}

Status Puller::deliver(Round& round, std::vector<Page>&& pages) {
  std::vector<Page> fresh;
  for (Page& page : pages) {
    if (page.partial) round.whole = round.whole && !page.id.empty();
    if (const auto edited = parse_instant(page.edited))
      round.newest = std::max(round.newest.value_or(*edited), *edited);
    if (!page.created.empty()) round.last_created = page.created;
    if (!page.in_trash && round.shown.insert(page.id).second) fresh.push_back(std::move(page));
  }
  std::vector<Page> single;
  FASTI_CHECK(rows_.collect(round.table, std::move(fresh), round.rows, single, round.unclear, round.request.stop));
  fresh.clear();
  for (Page& page : single) (is_series(page, round.table.binding) ? round.masters : fresh).push_back(std::move(page));
  FASTI_TRY(auto changes, to_changes(session_, round.table, std::move(fresh), round.request.stop));
  return hand_over(round, std::move(changes));
}

Status Puller::hand_over(Round& round, std::vector<RemoteChange>&& changes) {
  for (RemoteChange& change : changes) {
    if (change.type != RemoteChange::Type::object || !round.request.known_version) continue;
    if (round.request.known_version(change.object.id) != change.object.version) continue;
    change.type = RemoteChange::Type::listed;
    change.object = {change.object.id, change.object.version, {}, {}, {}, {}, {}};
  }
  FASTI_CHECK(round.sink(std::move(changes)));
  if (round.request.stop.stop_requested())
    return make_error(ErrorKind::cancelled, session_.place(round.table.schema.name), "stopped");
  return {};
}

Status Puller::add_series(Round& round, const Page& master, SeriesState&& state, std::vector<RemoteChange>& changes) {
  RemoteChange change;
  FASTI_TRY(change.object, rows_.object(round.request.collection, master, state));
  tables_.series(round.request.collection)[master.id] = std::move(state);
  changes.push_back(std::move(change));
  return {};
}

/// After a complete listing: every row was shown, or is asked for.
Status Puller::deliver_series(Round& round) {
  const std::string& collection = round.request.collection;
  std::vector<RemoteChange> changes;
  std::map<std::string, Properties> masters;
  std::vector<Page> readable;
  for (Page& page : round.masters) {
    std::vector<Page> one;
    one.push_back(page);
    FASTI_CHECK(complete(session_, round.table.binding, page, round.request.stop));
    auto object = to_object(page, round.table.binding, session_.place(page.id));
    if (!object) {
      FASTI_TRY(auto shown, to_changes(session_, round.table, std::move(one), round.request.stop));
      changes.insert(changes.end(), std::make_move_iterator(shown.begin()), std::make_move_iterator(shown.end()));
      continue;
    }
    masters.emplace(page.id, std::move(object->properties));
    readable.push_back(std::move(page));
  }
  FASTI_CHECK(rows_.settle_missing(collection, masters, round.rows, round.unclear, round.request.stop));
  std::erase_if(tables_.known(collection), [&](const auto& known) { return masters.count(known.first) == 0; });
  tables_.series(collection).clear();
  for (const Page& page : readable) {
    if (const auto why = round.unclear.find(page.id); why != round.unclear.end()) {
      changes.push_back(unreadable(page, why->second));
      continue;
    }
    SeriesState state{std::move(masters[page.id]), std::move(round.rows[page.id]),
                      tables_.known(collection)[page.id].cancelled};
    FASTI_CHECK(add_series(round, page, std::move(state), changes));
  }
  return changes.empty() ? Status() : hand_over(round, std::move(changes));
}

/// After a look at what changed: a series is read with all of its rows, whichever of them was edited.
Status Puller::deliver_touched_series(Round& round) {
  const std::string& collection = round.request.collection;
  std::set<std::string> touched;
  for (const Page& page : round.masters) touched.insert(page.id);
  for (const auto& [series, rows] : round.rows) touched.insert(series);
  const std::vector<std::string> ids(touched.begin(), touched.end());
  std::vector<RemoteChange> changes;
  for (auto& page : get_pages(session_, tables_, collection, ids, round.request.stop)) {
    // What became of it the next complete listing tells.
    if (!page && (page.error().kind == ErrorKind::not_found || page.error().kind == ErrorKind::rejected)) continue;
    if (!page) return page.error();
    if (!is_series(*page, round.table.binding)) continue;
    FASTI_CHECK(complete(session_, round.table.binding, *page, round.request.stop));
    auto state = rows_.read(collection, *page, round.request.stop);
    if (!state && state.error().kind == ErrorKind::rejected) {
      changes.push_back(unreadable(*page, state.error()));
      continue;
    }
    if (!state) return std::move(state).error();
    for (const auto& [key, row] : state->rows) tables_.known(collection)[page->id].rows[key] = row.page;
    FASTI_CHECK(add_series(round, *page, std::move(*state), changes));
  }
  return changes.empty() ? Status() : hand_over(round, std::move(changes));
}

Status Puller::read_window(Round& round, Query query) {
  int restarts = 0;
  round.capped = false;
  do {
    auto body = ask_page(round, query);
    if (!body && body.error().kind == ErrorKind::cursor_expired && !query.cursor.empty() && restarts++ < kRestartsMax) {
      query.cursor.clear();
      continue;
    }
    if (!body) return std::move(body).error();
    FASTI_TRY(auto page, parse_query(*body));
    round.capped = round.capped || page.capped;
    FASTI_CHECK(deliver(round, std::move(page.pages)));
    if (!page.next.empty() && page.next == query.cursor)
      return make_error(ErrorKind::bad_reply, session_.place(round.table.schema.name), "pages that do not move on");
    query.cursor = page.next;
  } while (!query.cursor.empty());
  return {};
}

/// In windows by created_time, which never moves; each begins in the minute where the last one ended.
Status Puller::read_all(Round& round) {
  Query query;
  for (;;) {
    FASTI_CHECK(read_window(round, query));
    if (!round.capped) return {};
    const bool stuck = round.last_created.empty() || (query.from && round.last_created <= *query.from);
    if (stuck) {
      // More rows in one minute than Notion shows: what is not shown is not known to be gone.
      round.whole = false;
      return {};
    }
    query.from = round.last_created;
  }
}

Result<PullResult> Puller::finish(Round& round, const Cursor& before) {
  PullResult result;
  if (!round.whole) return result;
  if (round.shown.empty()) FASTI_CHECK(confirm_empty(session_, round.table.schema.id, round.request.stop));
  Cursor next;
  next.names = round.table.binding.names();
  next.series = round.table.known;
  next.rows = round.shown.size();
  next.edited = round.newest ? round.newest : before.edited;
  if (next.rows > session_.options().small) next.listed = session_.now();
  result.coverage = Coverage::complete;
  result.cursor = cursor_text(next);
  return result;
}

Result<PullResult> Puller::pull(const PullRequest& request, const PageSink& sink) {
  FASTI_TRY(const Table* table, tables_.of(request.collection, request.stop));
  const Cursor before = read_cursor(request.cursor);
  const Habits habits{session_.options().small, session_.options().listing_age};
  const auto from = read_from(before, request.mode, habits, session_.now());
  Round round{request, sink, *table, session_.options().page, {}, {}, {}, false, true, {}, {}, {}};
  if (from) {
    Query query;
    query.order = Order::edited;
    query.from = iso_instant(*from);
    FASTI_CHECK(read_window(round, query));
    if (!round.capped) {
      FASTI_CHECK(deliver_touched_series(round));
      Cursor next = before;
      next.series = round.table.known;
      if (round.newest) next.edited = std::max(*before.edited, *round.newest);
      PullResult result;
      result.coverage = Coverage::delta;
      result.cursor = cursor_text(next);
      return result;
    }
    round.newest.reset();
    round.rows.clear();
    round.unclear.clear();
    round.masters.clear();
    round.shown.clear();
    round.last_created.clear();
  }
  FASTI_CHECK(read_all(round));
  if (round.whole)
    FASTI_CHECK(deliver_series(round));
  else
    FASTI_CHECK(deliver_touched_series(round));
  return finish(round, before);
}

}  // namespace notion
}  // namespace v1
}  // namespace fasti
