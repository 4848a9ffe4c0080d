#include "connectors/notion/pages.hpp"

#include <algorithm>

#include "connectors/notion/body.hpp"
#include "connectors/notion/errors.hpp"
#include "connectors/notion/series_text.hpp"
#include "engine/base/hash.hpp"
#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"
#include "engine/model/value_json.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {
namespace {

Status complete_cell(Session& session, const std::string& page, Cell& cell, const std::stop_token& stop) {
  Cell whole;
  whole.id = cell.id;
  whole.name = cell.name;
  whole.type = cell.type;
  std::string next;
  do {
    Call call;
    call.path = "pages/" + page + "/properties/" + cell.id + "?page_size=100";
    if (!next.empty()) call.path += "&start_cursor=" + http::percent_encode_path(next);
    FASTI_TRY(const auto body, session.ask(call, session.place(page), stop));
    FASTI_TRY(auto more, parse_cell_part(body, whole));
    if (!more.empty() && more == next)
      return make_error(ErrorKind::bad_reply, session.place(page), "pages that do not move on");
    next = std::move(more);
  } while (!next.empty());
  cell = std::move(whole);
  return {};
}

Error changed_schema(const std::string& place, const Bound& bound) {
  return make_error(ErrorKind::transient, place,
                    "property \"" + bound.property + "\" was changed while it was being read", "fasti check --online");
}

std::optional<Marker> marker_in(const Page& page, const Binding& binding) {
  const Cell* cell = binding.marker ? page.find(binding.marker->id) : nullptr;
  return cell ? read_marker(cell->text) : std::nullopt;
}

/// The time of a series stands in the zone that its rule names.
void place_series(const Page& page, const Binding& binding, Properties& properties) {
  const Bound* rule = binding.rule();
  const Bound* span = binding.span();
  const Cell* cell = rule ? page.find(rule->column.id) : nullptr;
  const auto series = cell ? read_series_text(cell->text) : std::nullopt;
  if (!series || series->zone.empty() || !span) return;
  const auto found = properties.find(span->property);
  const auto* time = found == properties.end() ? nullptr : std::get_if<Span>(&found->second);
  if (!time || time->kind != SpanKind::zoned) return;
  if (auto there = in_zone(*time, series->zone)) found->second = *std::move(there);
}

Error undecidable(Session& session, const std::string& id, const std::string& why) {
  return make_error(ErrorKind::rejected, session.place(id), why,
                    "bring it back or share it again in Notion; to delete it everywhere, put it in the trash");
}

Result<Page> page_in(Session& session, const Tables& tables, const std::string& collection, const std::string& id,
                     http::Reply&& reply) {
  if (!reply) return std::move(reply).error();
  if (reply->status == 404)
    return undecidable(session, id, "Notion does not find it: deleted for good, or no longer shared");
  if (reply->status != 200) return answer_error(*reply, "GET", session.place(id), session.now());
  auto page = parse_page(reply->body);
  if (!page) {
    Error error = page.error();
    error.place = session.place(id);
    return error;
  }
  if (page->in_trash) return make_error(ErrorKind::not_found, session.place(id), "it is in the trash");
  if (page->partial) return undecidable(session, id, "this connection may not read it");
  if (page->source == collection) return page;
  if (tables.is_used(page->source))
    return make_error(ErrorKind::not_found, session.place(id), "it was moved to another data source");
  return undecidable(session, id, "it was moved to " + page->parent + ", which is not synchronized");
}

}  // namespace

Status complete(Session& session, const Binding& binding, Page& page, const std::stop_token& stop) {
  for (Cell& cell : page.cells) {
    if (!cell.cut) continue;
    const bool used = std::any_of(binding.bounds.begin(), binding.bounds.end(),
                                  [&](const Bound& bound) { return bound.column.id == cell.id; });
    if (used) FASTI_CHECK(complete_cell(session, page.id, cell, stop));
  }
  return {};
}

Result<RemoteObject> to_object(const Page& page, const Binding& binding, const std::string& place) {
  RemoteObject out;
  out.id = page.id;
  for (const Bound& bound : binding.bounds) {
    const Cell* cell = page.find(bound.column.id);
    if (!cell || cell->type != bound.column.type) return changed_schema(place, bound);
    auto value = read_cell(*cell, bound);
    if (!value) {
      Error error = value.error();
      error.place = place;
      return error;
    }
    if (*value) out.properties.emplace(bound.property, **std::move(value));
  }
  place_series(page, binding, out.properties);
  out.marker = marker_in(page, binding);
  out.modified = parse_instant(page.edited);
  out.version = version_of(page, out);
  return out;
}

std::string version_of(const Page& page, const RemoteObject& object) {
  const std::string marker = object.marker ? marker_text(*object.marker) : "";
  return page.edited + "/" + short_hash(tagged_json(object.properties) + marker);
}

Result<std::vector<RemoteChange>> to_changes(Session& session, const Table& table, std::vector<Page>&& pages,
                                             const std::stop_token& stop) {
  std::vector<RemoteChange> out;
  out.reserve(pages.size());
  for (Page& page : pages) {
    FASTI_CHECK(complete(session, table.binding, page, stop));
    RemoteChange change;
    auto object = page.partial ? Result<RemoteObject>(undecidable(session, page.id, "this connection may not read it"))
                               : to_object(page, table.binding, session.place(page.id));
    if (object) {
      change.object = *std::move(object);
    } else if (object.error().kind == ErrorKind::transient) {
      return std::move(object).error();
    } else {
      change.type = RemoteChange::Type::unreadable;
      change.object.id = page.id;
      change.object.version = page.edited;
      change.reason = std::move(object).error();
    }
    out.push_back(std::move(change));
  }
  return out;
}

std::vector<Result<Page>> get_pages(Session& session, const Tables& tables, const std::string& collection,
                                    std::span<const std::string> ids, const std::stop_token& stop) {
  std::vector<Call> calls;
  calls.reserve(ids.size());
  for (const std::string& id : ids) calls.push_back({"GET", "pages/" + id, "", false});
  auto replies = session.send_all(calls, stop);
  std::vector<Result<Page>> out;
  out.reserve(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i)
    out.push_back(page_in(session, tables, collection, ids[i], std::move(replies[i])));
  return out;
}

Status write_body(Session& session, const std::string& page, const std::string& text, const std::stop_token& stop) {
  std::vector<std::string> old;
  std::string next;
  do {
    Call call;
    call.path = "blocks/" + page + "/children?page_size=100";
    if (!next.empty()) call.path += "&start_cursor=" + http::percent_encode_path(next);
    FASTI_TRY(const auto answer, session.ask(call, session.place(page), stop));
    FASTI_TRY(auto blocks, parse_blocks(answer, kToggleTitle));
    old.insert(old.end(), blocks.ours.begin(), blocks.ours.end());
    if (!blocks.next.empty() && blocks.next == next)
      return make_error(ErrorKind::bad_reply, session.place(page), "pages that do not move on");
    next = std::move(blocks.next);
  } while (!next.empty());
  // The new one first: a text twice is better than none.
  if (!text.empty()) {
    const Call append{"PATCH", "blocks/" + page + "/children", append_body(text), false};
    FASTI_TRY(const auto answer, session.ask(append, session.place(page), stop));
    (void)answer;
  }
  for (const std::string& id : old) {
    const auto reply = session.send({"DELETE", "blocks/" + id, "", false}, stop);
    if (!reply) return reply.error();
    if (reply->status != 200 && reply->status != 404 && !says_trashed(read_refusal(*reply)))
      return answer_error(*reply, "DELETE", session.place(page), session.now());
  }
  return {};
}

Result<std::vector<Page>> find_marked(Session& session, const Table& table, const std::string& store,
                                      const std::string& record, const std::stop_token& stop) {
  if (!table.binding.marker)
    return make_error(ErrorKind::bad_config, session.place(table.schema.name), "the property \"Fasti ID\" is not there",
                      "make it: fasti check --online --create-missing");
  Marker marker{store, record, true, ""};
  std::vector<std::string> texts = {marker_text(marker)};
  marker.created = false;
  texts.push_back(marker_text(marker));
  std::vector<Page> out;
  std::string next;
  do {
    const Call call{"POST", "data_sources/" + table.schema.id + "/query",
                    marked_body(table.binding.marker->id, texts, next), true};
    FASTI_TRY(const auto body, session.ask(call, session.place(table.schema.name), stop));
    FASTI_TRY(auto page, parse_query(body));
    for (Page& one : page.pages) {
      // The filter may know no letter case.
      const auto found = marker_in(one, table.binding);
      if (!found || found->store != store || found->record != record || one.in_trash) continue;
      FASTI_CHECK(complete(session, table.binding, one, stop));
      out.push_back(std::move(one));
    }
    if (!page.next.empty() && page.next == next)
      return make_error(ErrorKind::bad_reply, session.place(table.schema.name), "pages that do not move on");
    next = page.next;
  } while (!next.empty());
  return out;
}

}  // namespace notion
}  // namespace v1
}  // namespace fasti
