#include "connectors/google/pull.hpp"

#include <algorithm>
#include <unordered_set>

#include "connectors/google/errors.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace google {
namespace {

/// Of the parameters below: a token is only good for the ones it was given for.
constexpr std::string_view kCursor = "1:";
constexpr const char* kPageSize = "2500";
constexpr std::size_t kEmitMax = 500;

RemoteChange change_of(RemoteChange::Type type, std::string id, std::string version) {
  RemoteChange change;
  change.type = type;
  change.object.id = std::move(id);
  change.object.version = std::move(version);
  return change;
}

}  // namespace

/// Parts of series that wait for the rest of the listing: exceptions come before masters, or on another page.
struct Puller::Found {
  std::map<std::string, Series> series;
  std::map<std::string, std::vector<Item>> exceptions;  ///< by master
  std::set<std::string> gone;                           ///< masters
  /// Ids with their ETags: pages repeat items when the calendar changes between them.
  std::unordered_set<std::string> shown;
};

Result<PullResult> Puller::pull(const PullRequest& request, const PageSink& sink) {
  const bool from_cursor = request.mode == PullMode::changes && request.cursor.compare(0, kCursor.size(), kCursor) == 0;
  if (!from_cursor) return complete(request, sink);
  Found found;
  auto token = list(request, request.cursor.substr(kCursor.size()), sink, found);
  if (!token && token.error().kind == ErrorKind::cursor_expired) {
    FASTI_TRY(auto again, complete(request, sink));
    again.cursor_expired = true;
    return again;
  }
  if (!token) return std::move(token).error();
  FASTI_CHECK(settle_series(request, found, true, sink));
  PullResult result;
  result.coverage = Coverage::delta;
  result.cursor = token->empty() ? "" : std::string(kCursor) + *token;
  return result;
}

Result<PullResult> Puller::complete(const PullRequest& request, const PageSink& sink) {
  Found found;
  FASTI_TRY(const auto token, list(request, "", sink, found));
  FASTI_CHECK(settle_series(request, found, false, sink));
  PullResult result;
  result.coverage = Coverage::complete;
  result.cursor = token.empty() ? "" : std::string(kCursor) + token;
  return result;
}

/// All pages; the token for the next time. The parameters are the same with and without a token: showDeleted is left
/// out of both, timeMin and its kin would be refused beside a token.
Result<std::string> Puller::list(const PullRequest& request, const std::string& token, const PageSink& sink,
                                 Found& found) {
  std::string next;
  for (;;) {
    Query query{{"maxResults", kPageSize}};
    if (!token.empty()) query.emplace_back("syncToken", token);
    if (!next.empty()) query.emplace_back("pageToken", next);
    auto reply =
        session_.client().send(session_.event_request("GET", request.collection, "", std::move(query)), request.stop);
    if (!reply) return std::move(reply).error();
    auto page = reply->status == 200 ? read_page(reply->body) : Result<Page>(Error{});
    if (!page) {
      Error error = answer_error(*reply, "GET", session_.place(request.collection), session_.now());
      const bool refused = reply->status == 410 || error.kind == ErrorKind::cursor_expired;
      if (refused) error.kind = token.empty() ? ErrorKind::transient : ErrorKind::cursor_expired;
      return error;
    }
    session_.remember_zone(request.collection, page->zone);
    const std::string following = page->next_page;
    const std::string sync = page->sync_token;
    if (!following.empty() && following == next)
      return make_error(ErrorKind::bad_reply, session_.place(request.collection), "a page that is followed by itself");
    FASTI_CHECK(take_page(request, std::move(*page), !token.empty(), sink, found));
    if (following.empty()) return sync;
    next = following;
  }
}

Status Puller::take_page(const PullRequest& request, Page&& page, bool delta, const PageSink& sink, Found& found) {
  std::vector<RemoteChange> out;
  for (Item& item : page.items) {
    if (!found.shown.insert(item.id + "\n" + item.etag).second) continue;
    if (!item.master.empty()) {
      const std::string master = item.master;
      merge_item(found.exceptions[master], std::move(item));
    } else if (item.cancelled) {
      found.series.erase(item.id);
      found.gone.insert(item.id);
      if (delta) out.push_back(change_of(RemoteChange::Type::gone, item.id, ""));
    } else if (item.hidden) {
      continue;
    } else if (item.series) {
      const std::string id = item.id;
      found.gone.erase(id);
      found.series[id].master = std::move(item);
    } else {
      FASTI_CHECK(emit(request, {std::move(item), {}}, out));
    }
  }
  return out.empty() ? Status() : sink(std::move(out));
}

/// Exceptions whose series is not in this calendar (an invitation to one occurrence) are events of their own.
Status Puller::emit_alone(const PullRequest& request, std::vector<Item>&& items, bool delta,
                          std::vector<RemoteChange>& out) {
  for (Item& item : items) {
    if (!item.cancelled)
      FASTI_CHECK(emit(request, {std::move(item), {}}, out));
    else if (delta)
      out.push_back(change_of(RemoteChange::Type::gone, item.id, ""));
  }
  return {};
}

/// Masters that the listing did not show are asked for.
Status Puller::resolve_masters(const PullRequest& request, Found& found, bool delta, std::vector<RemoteChange>& out) {
  std::vector<std::string> ids;
  for (const auto& [master, items] : found.exceptions)
    if (found.series.count(master) == 0 && found.gone.count(master) == 0) ids.push_back(master);
  auto replies =
      ids.empty() ? std::vector<Result<Series>>() : get_events(session_, request.collection, ids, request.stop);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (replies[i]) {
      found.series[ids[i]] = std::move(*replies[i]);
      found.exceptions.erase(ids[i]);
      continue;
    }
    if (replies[i].error().kind != ErrorKind::not_found) return std::move(replies[i]).error();
    found.gone.insert(ids[i]);
    if (delta) out.push_back(change_of(RemoteChange::Type::gone, ids[i], ""));
  }
  for (const auto& id : found.gone) {
    const auto items = found.exceptions.find(id);
    if (items == found.exceptions.end()) continue;
    FASTI_CHECK(emit_alone(request, std::move(items->second), delta, out));
    found.exceptions.erase(items);
  }
  return {};
}

Status Puller::settle_series(const PullRequest& request, Found& found, bool delta, const PageSink& sink) {
  std::vector<RemoteChange> out;
  std::set<std::string> whole;  // fetched with all exceptions
  for (const auto& [master, items] : found.exceptions)
    if (found.series.count(master) == 0) whole.insert(master);
  FASTI_CHECK(resolve_masters(request, found, delta, out));
  std::vector<Series> all;
  std::vector<Series> to_gather;
  for (auto& [id, series] : found.series) {
    if (auto items = found.exceptions.find(id); items != found.exceptions.end() && !delta)
      series.exceptions = std::move(items->second);
    // A delta shows only the exceptions that changed.
    (delta && whole.count(id) == 0 && series.master.series ? to_gather : all).push_back(std::move(series));
  }
  if (!to_gather.empty()) {
    for (auto& one : gather(session_, request.collection, std::move(to_gather), request.stop)) {
      if (!one) return std::move(one).error();
      all.push_back(std::move(*one));
    }
  }
  for (const Series& series : all) {
    FASTI_CHECK(emit(request, series, out));
    if (out.size() < kEmitMax) continue;
    FASTI_CHECK(sink(std::move(out)));
    out.clear();
  }
  return out.empty() ? Status() : sink(std::move(out));
}

Status Puller::emit(const PullRequest& request, const Series& series, std::vector<RemoteChange>& out) {
  const Item& master = series.master;
  const auto known = request.known_version ? request.known_version(master.id) : std::nullopt;
  const auto version = version_of(master, series.exceptions);
  if (known && *known == version && !version.empty()) {
    out.push_back(change_of(RemoteChange::Type::listed, master.id, version));
    return {};
  }
  RemoteChange change;
  auto object = read_series(session_, request.collection, series);
  if (object) {
    change.object = std::move(*object);
  } else {
    change = change_of(RemoteChange::Type::unreadable, master.id, version);
    change.object.shadow = make_shadow(master, series.exceptions);
    change.reason = std::move(object).error();
  }
  out.push_back(std::move(change));
  return {};
}

}  // namespace google
}  // namespace v1
}  // namespace fasti
