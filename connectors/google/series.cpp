#include "connectors/google/series.hpp"

#include <algorithm>

#include "connectors/google/errors.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace google {
namespace {

Result<Page> page_of(Session& session, const http::Reply& reply, const std::string& collection) {
  if (!reply) return reply.error();
  if (reply->status != 200) return answer_error(*reply, "GET", session.place(collection), session.now());
  auto page = read_page(reply->body);
  if (page) return page;
  return answer_error(*reply, "GET", session.place(collection), session.now());
}

bool is_newer(const Item& item, const Item& known) {
  const auto there = updated_of(item);
  const auto before = updated_of(known);
  return there && before && *there > *before;
}

void take_page(Series& series, Page&& page) {
  for (Item& item : page.items) {
    if (item.id == series.master.id) {
      if (is_newer(item, series.master)) series.master = std::move(item);
    } else if (item.master == series.master.id) {
      const auto same = std::find_if(series.exceptions.begin(), series.exceptions.end(),
                                     [&](const Item& one) { return one.id == item.id; });
      if (same == series.exceptions.end())
        series.exceptions.push_back(std::move(item));
      else if (is_newer(item, *same))
        *same = std::move(item);
    }
  }
}

/// "Not found" of an event proves nothing while the calendar around it is gone.
void doubt_absences(Session& session, const std::string& collection, std::vector<Result<Series>>& replies,
                    const std::vector<bool>& by_status, const std::stop_token& stop) {
  if (std::find(by_status.begin(), by_status.end(), true) == by_status.end()) return;
  const auto reply = session.client().send(session.request("GET", "calendars/" + encode_segment(collection), {}), stop);
  if (reply && reply->status == 200) return;
  Error error = reply ? answer_error(*reply, "GET", session.place(collection), session.now()) : reply.error();
  if (error.kind == ErrorKind::not_found) {
    error.kind = ErrorKind::forbidden;
    error.message = "the calendar itself is not there any more";
  }
  for (std::size_t i = 0; i < replies.size(); ++i)
    if (by_status[i]) replies[i] = error;
}

}  // namespace

void merge_item(std::vector<Item>& items, Item item) {
  const auto same = std::find_if(items.begin(), items.end(), [&](const Item& one) { return one.id == item.id; });
  if (same == items.end())
    items.push_back(std::move(item));
  else
    *same = std::move(item);
}

std::vector<Result<Series>> gather(Session& session, const std::string& collection, std::vector<Series> known,
                                   const std::stop_token& stop) {
  std::vector<Result<Series>> out;
  std::vector<std::size_t> open;
  std::vector<std::string> pages(known.size());
  for (std::size_t i = 0; i < known.size(); ++i) {
    open.push_back(i);
    out.emplace_back(std::move(known[i]));
  }
  while (!open.empty()) {
    std::vector<http::Request> requests;
    for (const auto i : open) requests.push_back(session.series_request(collection, out[i]->master.uid, pages[i]));
    const auto replies = session.send(std::move(requests), stop);
    std::vector<std::size_t> more;
    for (std::size_t k = 0; k < open.size(); ++k) {
      const auto i = open[k];
      auto page = page_of(session, replies[k], collection);
      if (!page) {
        out[i] = std::move(page).error();
        continue;
      }
      pages[i] = page->next_page;
      take_page(*out[i], std::move(*page));
      if (!pages[i].empty()) more.push_back(i);
    }
    open = std::move(more);
  }
  return out;
}

std::vector<Result<Series>> get_events(Session& session, const std::string& collection,
                                       std::span<const std::string> ids, const std::stop_token& stop) {
  std::vector<http::Request> requests;
  for (const auto& id : ids) requests.push_back(session.event_request("GET", collection, id));
  const auto replies = session.send(std::move(requests), stop);
  std::vector<Result<Series>> out;
  std::vector<bool> missing(ids.size(), false);
  std::vector<std::size_t> places;
  std::vector<Series> masters;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::string place = session.place(collection, ids[i]);
    if (!replies[i]) {
      out.emplace_back(replies[i].error());
      continue;
    }
    auto item = replies[i]->status == 200 ? read_item(replies[i]->body) : Result<Item>(Error{});
    if (!item) {
      out.emplace_back(answer_error(*replies[i], "GET", place, session.now()));
      missing[i] = replies[i]->status == 404;
    } else if (item->cancelled) {
      out.emplace_back(make_error(ErrorKind::not_found, place, "it was deleted"));
    } else {
      if (item->series) {
        places.push_back(i);
        masters.push_back({*item, {}});
      }
      out.emplace_back(Series{std::move(*item), {}});
    }
  }
  auto whole = masters.empty() ? std::vector<Result<Series>>() : gather(session, collection, std::move(masters), stop);
  for (std::size_t k = 0; k < whole.size(); ++k) out[places[k]] = std::move(whole[k]);
  doubt_absences(session, collection, out, missing, stop);
  return out;
}

Result<std::vector<Item>> list_items(Session& session, const std::string& collection, const Query& query,
                                     const std::stop_token& stop) {
  std::vector<Item> out;
  std::string next;
  do {
    Query asked = query;
    if (!next.empty()) asked.emplace_back("pageToken", next);
    FASTI_TRY(
        auto page,
        page_of(session, session.client().send(session.event_request("GET", collection, "", asked), stop), collection));
    for (Item& item : page.items) merge_item(out, std::move(item));
    next = page.next_page;
  } while (!next.empty());
  return out;
}

Result<RemoteObject> read_series(Session& session, const std::string& collection, const Series& series) {
  auto object = read_object(series.master, series.exceptions);
  if (object) return object;
  Error error = std::move(object).error();
  error.kind = ErrorKind::bad_reply;
  error.place = session.place(collection, series.master.id);
  return error;
}

}  // namespace google
}  // namespace v1
}  // namespace fasti
