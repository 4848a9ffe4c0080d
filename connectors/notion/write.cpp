#include "connectors/notion/write.hpp"

#include <algorithm>

#include "connectors/http/status.hpp"
#include "connectors/notion/body.hpp"
#include "connectors/notion/errors.hpp"
#include "connectors/notion/series_text.hpp"
#include "engine/base/try.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {
namespace {

constexpr int kConflictsMax = 3;  ///< data collisions in a row, as Notion calls them
constexpr std::chrono::milliseconds kConflictPause{500};

bool holds_the_same(const Value& a, const Value& b) {
  const auto* x = std::get_if<Span>(&a);
  const auto* y = std::get_if<Span>(&b);
  return a == b || (x && y && same_instants(*x, *y));
}

/// The page says what this update was to write.
bool shows(const RemoteObject& object, const WriteRequest& request) {
  const bool set = std::all_of(request.set.begin(), request.set.end(), [&](const auto& property) {
    if (!path_part(property.first).empty()) return true;  // rows are written after their series
    const auto found = object.properties.find(property.first);
    if (property.first == kBodyKey && found == object.properties.end()) return true;  // a page's text is not read
    return found != object.properties.end() && holds_the_same(found->second, property.second);
  });
  return set && std::none_of(request.clear.begin(), request.clear.end(),
                             [&](const std::string& path) { return object.properties.count(path) != 0; });
}

/// A series, or what was one and still has its rows.
bool has_rows(const Table& table, const Page& page) {
  const Binding& binding = table.binding;
  if (!binding.rows || !binding.rule()) return false;
  return is_series(page, binding) || table.known.count(page.id) != 0;
}

Error unknown_property(const std::string& place, const std::string& path) {
  return make_error(ErrorKind::bad_config, place, "there is no property \"" + path + "\" to write to",
                    "fasti check --online");
}

}  // namespace

/// An option that somebody has added since the columns were read is one request away.
Result<std::string> Writer::cell_text(const WriteRequest& request, const Bound& bound,
                                      const std::optional<Value>& value, const std::optional<Page>& before,
                                      const std::stop_token& stop) {
  UserIds nobody;
  const UserIds* users = &nobody;
  if (bound.column.type == ColumnType::people && value) {
    FASTI_TRY(users, session_.users(stop));
  }
  const Cell* cell = before ? before->find(bound.column.id) : nullptr;
  auto text = write_cell(bound, value, *users, cell);
  if (!text && has_options(bound.column.type) && text.error().kind == ErrorKind::rejected) {
    const std::string property = bound.property;
    FASTI_CHECK(tables_.renew(request.collection, stop));
    FASTI_TRY(const Table* table, tables_.of(request.collection, stop));
    if (const Bound* renewed = table->binding.find(property)) text = write_cell(*renewed, value, *users, cell);
  }
  if (text) return text;
  Error error = std::move(text).error();
  error.place = session_.place(request.id.empty() ? request.marker.record : request.id);
  return error;
}

/// The zone of a series is written beside its rule, so that one is written with the other.
Status Writer::add_series(const WriteRequest& request, const Table& table, std::optional<Page>& before,
                          std::map<std::string, std::optional<Value>>& values, const std::stop_token& stop) {
  const Bound* rule = table.binding.rule();
  const Bound* span = table.binding.span();
  const bool moves = span && values.count(span->property) != 0;
  if (!rule || !rule->written || (values.count(rule->property) == 0 && !moves)) return {};
  SeriesText series;
  bool repeats = false;
  if (request.op == WriteOp::update) {
    FASTI_TRY(before, std::move(get_pages(session_, tables_, request.collection, {&request.id, 1}, stop).front()));
    const Cell* cell = before->find(rule->column.id);
    if (auto old = cell ? read_series_text(cell->text) : std::nullopt) {
      series = *std::move(old);
      repeats = true;
    }
  }
  if (const auto set = values.find(rule->property); set != values.end()) {
    const auto* recurrence = set->second ? std::get_if<Recurrence>(&*set->second) : nullptr;
    repeats = recurrence != nullptr;
    if (recurrence) series.recurrence = *recurrence;
  }
  if (!repeats) return {};
  if (moves && values[span->property]) {
    const auto* time = std::get_if<Span>(&*values[span->property]);
    series.zone = time ? time->zone : "";
  }
  values[rule->property] = Value(series_text(series));
  return {};
}

Result<std::string> Writer::body_for(const WriteRequest& request, const std::stop_token& stop) {
  std::map<std::string, std::optional<Value>> values;
  // Without rows for them, what single occurrences of a series say is not shown in Notion.
  for (const auto& [path, value] : request.set)
    if (path_part(path).empty()) values.emplace(path, value);
  if (request.op == WriteOp::update)
    for (const std::string& path : request.clear)
      if (path_part(path).empty()) values.emplace(path, std::nullopt);
  FASTI_TRY(const Table* table, tables_.of(request.collection, stop));
  const std::string place = session_.place(table->schema.name);
  std::optional<Page> before;
  FASTI_CHECK(add_series(request, *table, before, values, stop));
  PropertyTexts texts;
  std::optional<std::string> body;
  for (const auto& [path, value] : values) {
    if (table->binding.body && path == kBodyKey) {
      const auto* said = value ? std::get_if<std::string>(&*value) : nullptr;
      body = said ? *said : "";
      if (body->size() > kBodyMax)
        return make_error(ErrorKind::rejected, place, "a page cannot take a text of more than 300,000 bytes at once");
      continue;
    }
    const Bound* bound = table->binding.find(path);
    if (!bound) return unknown_property(place, path);
    if (bound->column.type == ColumnType::files && request.op == WriteOp::update && !before) {
      FASTI_TRY(before, std::move(get_pages(session_, tables_, request.collection, {&request.id, 1}, stop).front()));
    }
    FASTI_TRY(auto text, cell_text(request, *bound, value, before, stop));
    texts.emplace_back(bound->column.id, std::move(text));
  }
  if (request.write_marker && !request.marker.store.empty()) {
    if (!table->binding.marker)
      return make_error(ErrorKind::bad_config, place, "the property \"Fasti ID\" is not there",
                        "make it: fasti check --online --create-missing");
    const Bound marker{kMarkerColumn, *table->binding.marker, FieldType::text, "", true, false};
    FASTI_TRY(auto text, write_cell(marker, Value(marker_text(request.marker)), {}, nullptr));
    texts.emplace_back(marker.column.id, std::move(text));
  }
  if (request.op == WriteOp::create) return create_page_body(request.collection, texts, body);
  // Before the properties: were it after them, a failure would leave a write that looks done.
  if (body) FASTI_CHECK(write_body(session_, request.id, *body, stop));
  return update_page_body(texts);
}

Result<Call> Writer::call_for(const WriteRequest& request, const std::stop_token& stop) {
  if (request.op == WriteOp::remove) return Call{"PATCH", "pages/" + request.id, trash_body(), false};
  FASTI_TRY(auto body, body_for(request, stop));
  if (request.op == WriteOp::create) return Call{"POST", "pages", std::move(body), false};
  return Call{"PATCH", "pages/" + request.id, std::move(body), false};
}

/// The row of the series is written; now those of its occurrences follow.
Result<Written> Writer::written_series(const WriteRequest& request, const Page& page, const std::stop_token& stop) {
  auto out = write_rows(request, page, stop);
  if (out) return out;
  // Half of it is done: looked at and planned again, the rest follows.
  Error error = std::move(out).error();
  if (error.kind == ErrorKind::transient) error.kind = ErrorKind::precondition_failed;
  return error;
}

Result<Written> Writer::write_rows(const WriteRequest& request, const Page& page, const std::stop_token& stop) {
  FASTI_TRY(const Table* table, tables_.of(request.collection, stop));
  const Binding& binding = table->binding;
  SeriesState state;
  if (request.op == WriteOp::create) {
    FASTI_TRY(auto object, to_object(page, binding, session_.place(page.id)));
    state.master = std::move(object.properties);
  } else {
    FASTI_TRY(state, rows_.read(request.collection, page, stop));
  }
  if (request.set.count(binding.rule()->property) != 0) {
    // The rule that was just written says itself which occurrences are off.
    state.cancelled.clear();
    tables_.known(request.collection)[page.id].cancelled.clear();
  }
  Properties wanted = with_rows(binding, state);
  for (const std::string& part : request.remove_parts)
    std::erase_if(wanted, [&part](const auto& property) { return path_part(property.first) == part; });
  for (const auto& [path, value] : request.set)
    if (!path_part(path).empty()) wanted[path] = value;
  for (const std::string& path : request.clear)
    if (!path_part(path).empty()) wanted.erase(path);
  auto made = rows_.write(request.collection, page.id, wanted, state, stop);
  if (!made && made.error().kind == ErrorKind::transient)
    made = rows_.write(request.collection, page.id, wanted, state, stop);
  // A new series is there, with or without all of its rows; the others follow when they are kept up.
  if (!made && request.op != WriteOp::create) return made.error();
  FASTI_TRY(auto object, rows_.object(request.collection, page, state));
  tables_.series(request.collection)[page.id] = std::move(state);
  Written out{page.id, object.version, std::nullopt};
  out.echo = std::move(object);
  return out;
}

Result<Written> Writer::written(const WriteRequest& request, Page&& page, const std::stop_token& stop) {
  Written out{page.id, "", std::nullopt};
  if (request.op == WriteOp::remove) FASTI_CHECK(rows_.trash_all(request.collection, page.id, stop));
  // The write has happened: what cannot be read of the answer is read with the next look.
  if (page.partial || request.op == WriteOp::remove) return out;
  const auto table = tables_.of(request.collection, stop);
  if (!table || !complete(session_, (*table)->binding, page, stop)) return out;
  if (has_rows(**table, page)) return written_series(request, page, stop);
  auto object = to_object(page, (*table)->binding, session_.place(page.id));
  if (!object) return out;
  out.version = object->version;
  out.echo = *std::move(object);
  return out;
}

/// It was written, but the page was not in the answer. Without an echo: somebody may have been faster.
Result<Written> Writer::landed(const WriteRequest& request, const std::string& id, const Error& doubt,
                               const std::stop_token& stop) {
  FASTI_TRY(const Table* table, tables_.of(request.collection, stop));
  if (!table->binding.rows || !table->binding.rule()) return Written{id, "", std::nullopt};
  // The rows of a series are still to be written.
  auto page = std::move(get_pages(session_, tables_, request.collection, {&id, 1}, stop).front());
  if (!page || !complete(session_, table->binding, *page, stop)) return doubt;
  if (!has_rows(*table, *page)) return Written{id, "", std::nullopt};
  return written_series(request, *page, stop);
}

/// Without an answer: what is there decides; the index that is searched may lag, so that "not found" proves nothing.
Result<Written> Writer::look(const WriteRequest& request, const Error& doubt, const std::stop_token& stop) {
  FASTI_TRY(const Table* table, tables_.of(request.collection, stop));
  if (request.op == WriteOp::create) {
    if (!request.write_marker || request.marker.store.empty()) return doubt;
    const auto found = find_marked(session_, *table, request.marker.store, request.marker.record, stop);
    if (!found || found->size() != 1) return doubt;
    return landed(request, found->front().id, doubt, stop);
  }
  auto page = std::move(get_pages(session_, tables_, request.collection, {&request.id, 1}, stop).front());
  if (request.op == WriteOp::remove) {
    if (page || page.error().kind != ErrorKind::not_found) return doubt;
    return Written{request.id, "", std::nullopt};
  }
  if (!page || !complete(session_, table->binding, *page, stop)) return doubt;
  const auto object = to_object(*page, table->binding, session_.place(request.id));
  if (!object || !shows(*object, request)) return doubt;
  return landed(request, request.id, doubt, stop);
}

Result<Written> Writer::settle_refusal(const WriteRequest& request, const http::Response& answer,
                                       const std::stop_token& stop) {
  const std::string what = request.op == WriteOp::create ? "POST" : "PATCH";
  const std::string place = session_.place(request.op == WriteOp::create ? request.marker.record : request.id);
  const Refusal refusal = read_refusal(answer);
  Error error = answer_error(answer, what, place, session_.now());
  if (!refusal.committed.empty() || refusal.do_not_repeat) {
    const auto made = find_uuid(refusal.committed);
    if (request.op == WriteOp::remove) return Written{request.id, "", std::nullopt};
    if (request.op == WriteOp::update) return landed(request, request.id, error, stop);
    if (made) return landed(request, *made, error, stop);
  }
  if (says_trashed(refusal)) {
    if (request.op == WriteOp::remove) return Written{request.id, "", std::nullopt};
    error.kind = ErrorKind::not_found;
    return error;
  }
  if (answer.status == 404) {
    // Of the data source itself, or of a page of which nobody can tell what became.
    error.kind = request.op == WriteOp::create ? ErrorKind::forbidden : ErrorKind::rejected;
    return error;
  }
  if (error.kind == ErrorKind::transient) return look(request, error, stop);
  if (refusal.code == "validation_error" && request.op != WriteOp::remove) {
    // A column that was deleted or made into another type since it was read is no fault of this one record.
    FASTI_TRY(const Table* table, tables_.of(request.collection, stop));
    FASTI_TRY(const Schema schema, read_source(session_, request.collection, stop));
    for (const Bound& bound : table->binding.bounds) {
      const Column* now = schema.find_id(bound.column.id);
      if (bound.written && (!now || now->type != bound.column.type)) error.kind = ErrorKind::bad_config;
    }
  }
  return error;
}

Result<Written> Writer::settle(const WriteRequest& request, const Call& call, http::Reply&& reply,
                               const std::stop_token& stop) {
  for (int again = 0; reply && reply->status == 409 && request.op == WriteOp::create && again < kConflictsMax;
       ++again) {
    session_.sleep(kConflictPause * (again + 1), stop);
    reply = session_.send(call, stop);
  }
  if (!reply) {
    Error error = reply.error();
    if (error.kind != ErrorKind::transient || !reply.may_have_landed) {
      // Surely nothing has happened: not in doubt.
      if (error.kind == ErrorKind::transient) error.kind = ErrorKind::rate_limited;
      return error;
    }
    return look(request, error, stop);
  }
  if (reply->status != 200) {
    if (reply->status == 409 && request.op == WriteOp::create) {
      Error error = answer_error(*reply, "POST", session_.place(request.marker.record), session_.now());
      error.kind = ErrorKind::rate_limited;
      return error;
    }
    return settle_refusal(request, *reply, stop);
  }
  auto page = parse_page(reply->body);
  if (!page) return look(request, page.error(), stop);
  return written(request, std::move(*page), stop);
}

std::vector<Result<Written>> Writer::send(std::span<const WriteRequest> requests, const std::stop_token& stop) {
  std::vector<std::optional<Result<Written>>> done(requests.size());
  std::vector<std::size_t> sent;
  std::vector<Call> calls;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    auto call = call_for(requests[i], stop);
    if (!call) {
      done[i] = Result<Written>(std::move(call).error());
      continue;
    }
    sent.push_back(i);
    calls.push_back(*std::move(call));
  }
  auto replies = session_.send_all(calls, stop);
  for (std::size_t k = 0; k < sent.size(); ++k)
    done[sent[k]] = settle(requests[sent[k]], calls[k], std::move(replies[k]), stop);
  std::vector<Result<Written>> out;
  out.reserve(requests.size());
  for (auto& one : done) out.push_back(*std::move(one));
  return out;
}

}  // namespace notion
}  // namespace v1
}  // namespace fasti
