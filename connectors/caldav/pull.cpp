#include "connectors/caldav/pull.hpp"

#include <algorithm>
#include <unordered_set>

#include "connectors/caldav/bodies.hpp"
#include "connectors/caldav/errors.hpp"
#include "connectors/caldav/objects.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace caldav {
namespace {

constexpr std::string_view kSync = "sync:";
constexpr std::string_view kCtag = "ctag:";
constexpr std::size_t kPageSize = 1000;
constexpr int kTruncatedStatus = 507;

bool starts_with(const std::string& text, std::string_view head) { return text.compare(0, head.size(), head) == 0; }

std::string tail(const std::string& text, std::string_view head) { return text.substr(head.size()); }

std::optional<std::string> known(const PullRequest& request, const std::string& id) {
  return request.known_version ? request.known_version(id) : std::nullopt;
}

RemoteChange change_of(RemoteChange::Type type, std::string id, std::string version) {
  RemoteChange change;
  change.type = type;
  change.object.id = std::move(id);
  change.object.version = std::move(version);
  return change;
}

/// nullopt for what is no event.
std::optional<RemoteChange> read_change(const std::string& id, const Raw& raw, const std::string& place) {
  if (!is_event(raw.text)) return std::nullopt;
  RemoteChange change;
  auto object = read_raw(id, raw, place);
  if (object) {
    change.object = std::move(*object);
    return change;
  }
  change = change_of(RemoteChange::Type::unreadable, id, raw.version);
  change.object.shadow = raw.text;
  change.reason = object.error();
  return change;
}

/// The server does not know the report: older sabre says 403 with a condition, others what they like.
bool refuses_report(const Error& error) {
  return error.kind == ErrorKind::unsupported || error.kind == ErrorKind::rejected;
}

/// Answers to a token that another try without it cannot mend.
bool is_final(const Error& error, int status) {
  const bool passing = status == 0 || status == 502 || status == 503 || status == 504;
  return status == 207 || passing || error.kind == ErrorKind::unauthenticated || error.kind == ErrorKind::not_found ||
         error.kind == ErrorKind::rate_limited || error.kind == ErrorKind::cancelled;
}

bool concerns_one_object(ErrorKind kind) { return kind == ErrorKind::rejected || kind == ErrorKind::forbidden; }

}  // namespace

/// One answer, sorted by what has to happen with each row.
struct Puller::Rows {
  std::vector<RemoteChange> ready;
  std::vector<std::string> to_fetch;
  std::string token;
  std::string ctag;
  bool self = false;  ///< the calendar's own row was there
  bool truncated = false;
};

Result<PullResult> Puller::pull(const PullRequest& request, const PageSink& sink) {
  const bool changes = request.mode == PullMode::changes;
  if (changes && starts_with(request.cursor, kSync)) return by_token(request, tail(request.cursor, kSync), sink);
  if (changes && starts_with(request.cursor, kCtag)) return by_ctag(request, tail(request.cursor, kCtag), sink);
  return complete(request, sink);
}

Result<PullResult> Puller::by_token(const PullRequest& request, const std::string& token, const PageSink& sink) {
  auto result = by_sync(request, token, sink);
  if (result || result.error().kind != ErrorKind::cursor_expired) return result;
  FASTI_TRY(auto again, complete(request, sink));
  again.cursor_expired = true;
  return again;
}

Result<PullResult> Puller::by_ctag(const PullRequest& request, const std::string& ctag, const PageSink& sink) {
  const Calendar calendar = session_.calendar(request.collection);
  FASTI_TRY(auto answer, session_.propfind(calendar.url(), 0, ctag_body(), calendar.path(), request.stop));
  FASTI_TRY(const auto rows, sort_rows(request, calendar, std::move(answer), false));
  if (rows.self && !rows.ctag.empty() && rows.ctag == ctag) {
    PullResult result;
    result.coverage = Coverage::delta;
    result.cursor = request.cursor;
    return result;
  }
  without_sync_.insert(calendar.path());
  return complete(request, sink);
}

Result<PullResult> Puller::complete(const PullRequest& request, const PageSink& sink) {
  const Calendar calendar = session_.calendar(request.collection);
  if (without_sync_.count(calendar.path()) == 0) {
    auto result = by_sync(request, "", sink);
    if (result || !refuses_report(result.error())) return result;
    without_sync_.insert(calendar.path());
  }
  return by_listing(request, sink);
}

Result<PullResult> Puller::by_listing(const PullRequest& request, const PageSink& sink) {
  const Calendar calendar = session_.calendar(request.collection);
  FASTI_TRY(auto answer, session_.propfind(calendar.url(), 1, listing_body(), calendar.path(), request.stop));
  FASTI_TRY(auto rows, sort_rows(request, calendar, std::move(answer), false));
  if (!rows.self)
    return make_error(ErrorKind::bad_reply, session_.place(calendar.path()),
                      "PROPFIND: the calendar itself is missing");
  PullResult result;
  result.coverage = rows.truncated ? Coverage::partial : Coverage::complete;
  if (!rows.ctag.empty() && !rows.truncated) result.cursor = std::string(kCtag) + rows.ctag;
  FASTI_CHECK(emit(request, calendar, std::move(rows), sink));
  return result;
}

/// One sync-collection, and more where the server cuts its answers off (507 and a token to go on from).
Result<PullResult> Puller::by_sync(const PullRequest& request, const std::string& token, const PageSink& sink) {
  const Calendar calendar = session_.calendar(request.collection);
  const bool delta = !token.empty();
  std::string from = token;
  for (;;) {
    // Whole listings go without bodies: most are known, and the rest comes in pages that fit into memory.
    auto body = sync_collection_body(from, delta ? Bodies::with : Bodies::without);
    auto reply =
        session_.client().send(session_.xml_request("REPORT", calendar.url(), 0, std::move(body)), request.stop);
    const int status = reply ? reply->status : 0;
    auto answer = session_.multistatus(std::move(reply), "REPORT", calendar.path());
    if (!answer) {
      if (from.empty() || is_final(answer.error(), status)) return std::move(answer).error();
      return make_error(ErrorKind::cursor_expired, session_.place(calendar.path()), answer.error().message);
    }
    FASTI_TRY(auto rows, sort_rows(request, calendar, std::move(*answer), delta));
    const std::string next = rows.token;
    const bool more = rows.truncated;
    if (next.empty())
      return make_error(ErrorKind::bad_reply, session_.place(calendar.path()),
                        "REPORT: an answer without a sync-token");
    if (more && next == from)
      return make_error(ErrorKind::bad_reply, session_.place(calendar.path()),
                        "REPORT: a truncated answer that does not move on");
    FASTI_CHECK(emit(request, calendar, std::move(rows), sink));
    from = next;
    if (!more) break;
  }
  PullResult result;
  result.coverage = delta ? Coverage::delta : Coverage::complete;
  result.cursor = std::string(kSync) + from;
  return result;
}

Result<Puller::Rows> Puller::sort_rows(const PullRequest& request, const Calendar& calendar, Multistatus&& answer,
                                       bool delta) {
  Rows rows;
  rows.token = answer.sync_token;
  for (auto& row : answer.responses) {
    const auto id = calendar.id_of(row.href);
    if (row.status == kTruncatedStatus) {
      rows.truncated = true;
      continue;
    }
    // Also the shape of a vanished calendar on Xandikos: 207 with a 404 for an href of its own making.
    if (!id) {
      if (row.status >= 300) return inner_error(row.status, row.error, "the calendar", session_.place(calendar.path()));
      return make_error(ErrorKind::bad_reply, session_.place(calendar.path()),
                        "the answer lists " + row.href + ", which is not in this calendar");
    }
    if (id->empty()) {
      if (row.status >= 300) return inner_error(row.status, row.error, "the calendar", session_.place(calendar.path()));
      rows.self = true;
      if (row.ctag) rows.ctag = *row.ctag;
      continue;
    }
    if (row.collection || id->back() == '/') continue;
    if (row.status == 404 || row.status == 410) {
      if (delta) rows.ready.push_back(change_of(RemoteChange::Type::gone, *id, ""));
      continue;
    }
    const std::string version = row.etag.value_or("");
    if (!version.empty() && known(request, *id) == version) {
      rows.ready.push_back(change_of(RemoteChange::Type::listed, *id, version));
    } else if (row.calendar_data && !row.calendar_data->empty()) {
      const Raw raw{version, with_crlf(*row.calendar_data)};
      if (auto change = read_change(*id, raw, session_.place(calendar.path() + *id)))
        rows.ready.push_back(std::move(*change));
    } else {
      rows.to_fetch.push_back(*id);
    }
  }
  return rows;
}

Status Puller::emit(const PullRequest& request, const Calendar& calendar, Rows&& rows, const PageSink& sink) {
  auto& ready = rows.ready;
  for (std::size_t from = 0; from < ready.size(); from += kPageSize) {
    const auto end = std::min(from + kPageSize, ready.size());
    std::vector<RemoteChange> page(std::make_move_iterator(ready.begin() + static_cast<std::ptrdiff_t>(from)),
                                   std::make_move_iterator(ready.begin() + static_cast<std::ptrdiff_t>(end)));
    FASTI_CHECK(sink(std::move(page)));
  }
  ready.clear();
  return fetch_bodies(request, calendar, rows.to_fetch, sink);
}

Status Puller::fetch_bodies(const PullRequest& request, const Calendar& calendar, const std::vector<std::string>& ids,
                            const PageSink& sink) {
  const std::size_t step = session_.options().multiget * session_.options().parallel;
  const std::span<const std::string> all(ids);
  for (std::size_t from = 0; from < all.size(); from += step) {
    const auto part = all.subspan(from, std::min(step, all.size() - from));
    auto raws = get_objects(session_, calendar, part, request.stop);
    std::vector<RemoteChange> page;
    page.reserve(part.size());
    for (std::size_t i = 0; i < part.size(); ++i) {
      const auto place = session_.place(calendar.path() + part[i]);
      if (raws[i]) {
        if (auto change = read_change(part[i], *raws[i], place)) page.push_back(std::move(*change));
      } else if (raws[i].error().kind == ErrorKind::not_found) {
        page.push_back(change_of(RemoteChange::Type::gone, part[i], ""));  // deleted between the two requests
      } else if (concerns_one_object(raws[i].error().kind)) {
        auto change = change_of(RemoteChange::Type::unreadable, part[i], "");
        change.reason = raws[i].error();
        page.push_back(std::move(change));
      } else {
        return std::move(raws[i]).error();
      }
    }
    FASTI_CHECK(sink(std::move(page)));
  }
  return {};
}

}  // namespace caldav
}  // namespace v1
}  // namespace fasti
