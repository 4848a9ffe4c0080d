#include "connectors/notion/series_rows.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/notion/body.hpp"
#include "connectors/notion/errors.hpp"
#include "connectors/notion/series_text.hpp"
#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {
namespace {

/// Nobody has touched it since we wrote it.
bool is_untouched(const Binding& binding, const Row& row) {
  const Properties shown = with_rows(binding, {{}, {{row.mark.key, row}}, {}});
  return row.mark.own ? false : shown.empty();
}

}  // namespace

std::optional<RowMark> row_mark(const Page& page, const Binding& binding) {
  if (!binding.marker) return std::nullopt;
  const Cell* cell = page.find(binding.marker->id);
  return cell ? read_row_mark(cell->text) : std::nullopt;
}

bool is_series(const Page& page, const Binding& binding) {
  const Bound* rule = binding.rule();
  if (!binding.rows || !binding.span() || !rule) return false;
  const Cell* cell = page.find(rule->column.id);
  return cell && read_series_text(cell->text).has_value() && !row_mark(page, binding);
}

RowWindow SeriesRows::window(const Table& table) const {
  const auto today = std::chrono::floor<std::chrono::days>(session_.now());
  return {today - table.binding.rows->behind, today + table.binding.rows->ahead};
}

Status SeriesRows::collect(const Table& table, std::vector<Page>&& pages, std::map<std::string, Rows>& rows,
                           std::vector<Page>& others, std::map<std::string, Error>& unclear,
                           const std::stop_token& stop) {
  for (Page& page : pages) {
    auto mark = row_mark(page, table.binding);
    if (!mark) {
      others.push_back(std::move(page));
      continue;
    }
    // Rows of a mapping that has none any more are nobody's bookings.
    if (!table.binding.rows) continue;
    FASTI_CHECK(complete(session_, table.binding, page, stop));
    auto object = to_object(page, table.binding, session_.place(page.id));
    if (!object && object.error().kind == ErrorKind::transient) return std::move(object).error();
    if (!object) {
      unclear.emplace(mark->series, std::move(object).error());
      continue;
    }
    Row row{page.id, *std::move(mark), std::move(object->properties)};
    Rows& ours = rows[row.mark.series];
    const std::string key = row.mark.key;
    const auto twin = ours.find(key);
    if (twin == ours.end()) {
      ours.emplace(key, std::move(row));
    } else if (twin->second.page != page.id && !is_untouched(table.binding, row)) {
      others.push_back(std::move(page));
    }
  }
  return {};
}

/// A person has cancelled the occurrence, unless the rule no longer makes it or its row had rolled out of the window.
void SeriesRows::note_trashed(const Table& table, const Properties& master, const std::string& key,
                              KnownSeries& known) const {
  known.rows.erase(key);
  const auto day = parse_date(key);
  const auto start = day ? std::optional<LocalSeconds>(*day) : parse_time(key);
  // A day of grace for zones.
  const auto from = window(table).from - std::chrono::days{1};
  if (start && std::chrono::sys_seconds{start->time_since_epoch()} >= from &&
      has_occurrence(table.binding, master, key))
    known.cancelled.insert(key);
}

Status SeriesRows::settle_missing(const std::string& collection, const std::map<std::string, Properties>& masters,
                                  std::map<std::string, Rows>& rows, std::map<std::string, Error>& unclear,
                                  const std::stop_token& stop) {
  FASTI_TRY(const Table* table, tables_.of(collection, stop));
  KnownRows& known = tables_.known(collection);
  std::vector<std::string> ids;
  std::vector<std::pair<std::string, std::string>> whose;
  for (const auto& [page, master] : masters) {
    KnownSeries& one = known[page];
    const Rows& shown = rows[page];
    for (const auto& [key, row] : shown) {
      one.rows[key] = row.page;
      one.cancelled.erase(key);
    }
    for (const auto& [key, id] : one.rows) {
      if (shown.count(key)) continue;
      ids.push_back(id);
      whose.emplace_back(page, key);
    }
  }
  auto pages = get_pages(session_, tables_, collection, ids, stop);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto& [page, key] = whose[i];
    if (pages[i]) {
      // The listing was late.
      std::vector<Page> late;
      late.push_back(std::move(*pages[i]));
      std::vector<Page> others;
      FASTI_CHECK(collect(*table, std::move(late), rows, others, unclear, stop));
    } else if (pages[i].error().kind == ErrorKind::not_found) {
      note_trashed(*table, masters.at(page), key, known[page]);
    } else if (pages[i].error().kind == ErrorKind::rejected) {
      unclear.emplace(page, pages[i].error());
    } else {
      return pages[i].error();
    }
  }
  return {};
}

Result<SeriesState> SeriesRows::read(const std::string& collection, const Page& master, const std::stop_token& stop) {
  FASTI_TRY(const Table* table, tables_.of(collection, stop));
  const Binding& binding = table->binding;
  FASTI_TRY(auto object, to_object(master, binding, session_.place(master.id)));
  std::vector<Page> pages;
  std::string next;
  do {
    const Call call{"POST", "data_sources/" + collection + "/query",
                    prefix_body(binding.marker->id, "row:" + master.id + ":", next), true};
    FASTI_TRY(const auto body, session_.ask(call, session_.place(master.id), stop));
    FASTI_TRY(auto page, parse_query(body));
    for (Page& one : page.pages)
      if (!one.in_trash) pages.push_back(std::move(one));
    if (!page.next.empty() && page.next == next)
      return make_error(ErrorKind::bad_reply, session_.place(master.id), "pages that do not move on");
    next = page.next;
  } while (!next.empty());
  // The index that is searched lags: rows that it does not show are asked for themselves, and all of them right after a
  // write of ours.
  KnownSeries& known = tables_.known(collection)[master.id];
  const auto written = tables_.written(collection).find(master.id);
  if (written != tables_.written(collection).end() && session_.now() < written->second + session_.options().index_lag)
    std::erase_if(pages, [&known](const Page& page) {
      return std::any_of(known.rows.begin(), known.rows.end(), [&](const auto& row) { return row.second == page.id; });
    });
  std::vector<std::string> ids;
  std::vector<std::string> keys;
  for (const auto& [key, id] : known.rows) {
    if (std::any_of(pages.begin(), pages.end(), [&id = id](const Page& one) { return one.id == id; })) continue;
    ids.push_back(id);
    keys.push_back(key);
  }
  auto direct = get_pages(session_, tables_, collection, ids, stop);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (direct[i])
      pages.push_back(std::move(*direct[i]));
    else if (direct[i].error().kind == ErrorKind::not_found)
      note_trashed(*table, object.properties, keys[i], known);
    else
      return direct[i].error();
  }
  // Of two rows for one occurrence the older one is it.
  std::sort(pages.begin(), pages.end(), [](const Page& a, const Page& b) { return a.created < b.created; });
  std::map<std::string, Rows> rows;
  std::vector<Page> others;
  std::map<std::string, Error> unclear;
  FASTI_CHECK(collect(*table, std::move(pages), rows, others, unclear, stop));
  if (!unclear.empty()) {
    Error error = unclear.begin()->second;
    error.kind = ErrorKind::rejected;
    return error;
  }
  return SeriesState{std::move(object.properties), std::move(rows[master.id]), known.cancelled};
}

Result<RemoteObject> SeriesRows::object(const std::string& collection, const Page& master, SeriesState state) {
  FASTI_TRY(const Table* table, tables_.of(collection, {}));
  FASTI_TRY(auto out, to_object(master, table->binding, session_.place(master.id)));
  out.properties = with_rows(table->binding, state);
  out.version = version_of(master, out);
  return out;
}

Result<Call> SeriesRows::call_for(const std::string& collection, const Table& table, const std::string& series,
                                  const RowStep& step, const std::stop_token& stop) {
  if (step.op == RowStep::Op::trash) return Call{"PATCH", "pages/" + step.page, trash_body(), false};
  UserIds users;
  if (std::any_of(table.binding.bounds.begin(), table.binding.bounds.end(), [&](const Bound& bound) {
        return bound.column.type == ColumnType::people && step.properties.count(bound.property) != 0;
      })) {
    FASTI_TRY(const UserIds* known, session_.users(stop));
    users = *known;
  }
  PropertyTexts texts;
  for (const auto& [property, value] : step.properties) {
    FASTI_TRY(auto text, write_cell(*table.binding.find(property), value, users, nullptr));
    texts.emplace_back(table.binding.find(property)->column.id, std::move(text));
  }
  for (const std::string& property : step.clear) {
    FASTI_TRY(auto text, write_cell(*table.binding.find(property), std::nullopt, users, nullptr));
    texts.emplace_back(table.binding.find(property)->column.id, std::move(text));
  }
  const Bound marker{kMarkerColumn, *table.binding.marker, FieldType::text, "", true, false};
  FASTI_TRY(auto mark, write_cell(marker, Value(row_text(step.mark)), users, nullptr));
  texts.emplace_back(marker.column.id, std::move(mark));
  if (step.op == RowStep::Op::update) return Call{"PATCH", "pages/" + step.page, update_page_body(texts), false};
  texts.emplace_back(table.binding.rows->series.id, nlohmann::json{{"relation", {{{"id", series}}}}}.dump());
  return Call{"POST", "pages", create_page_body(collection, texts, std::nullopt), false};
}

Status SeriesRows::write(const std::string& collection, const std::string& series, const Properties& wanted,
                         SeriesState& state, const std::stop_token& stop) {
  FASTI_TRY(const Table* table, tables_.of(collection, stop));
  KnownSeries& known = tables_.known(collection)[series];
  tables_.written(collection)[series] = session_.now();
  std::set<std::string> untouchable = state.cancelled;
  for (const auto& [key, id] : known.rows)
    if (!state.rows.count(key)) untouchable.insert(key);
  FASTI_TRY(const auto steps, row_steps(table->binding, series, wanted, state.rows, untouchable, window(*table)));
  std::vector<Call> calls;
  for (const RowStep& step : steps) {
    FASTI_TRY(auto call, call_for(collection, *table, series, step, stop));
    calls.push_back(std::move(call));
  }
  const auto replies = session_.send_all(calls, stop);
  std::optional<Error> failed;
  std::vector<RowStep> again;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const RowStep& step = steps[i];
    const std::string place = session_.place(series + ", occurrence " + step.mark.key);
    if (!replies[i]) {
      failed = replies[i].error();
    } else if (replies[i]->status != 200 && !says_trashed(read_refusal(*replies[i]))) {
      failed = answer_error(*replies[i], "row", place, session_.now());
    } else if (step.op == RowStep::Op::trash) {
      known.rows.erase(step.mark.key);
      state.rows.erase(step.mark.key);
    } else if (auto page = parse_page(replies[i]->body)) {
      known.rows[step.mark.key] = page->id;
      auto object = to_object(*page, table->binding, place);
      if (!object) continue;
      Row& row = state.rows[step.mark.key] = {page->id, step.mark, std::move(object->properties)};
      // Notion made something else of it (a status that cannot be empty): what it made is what we wrote.
      const auto prints = prints_of(table->binding, row.properties);
      if (prints == row.mark.prints) continue;
      row.mark.prints = prints;
      again.push_back({RowStep::Op::update, row.page, row.mark, {}, {}});
    }
  }
  for (const RowStep& step : again) {
    FASTI_TRY(const auto call, call_for(collection, *table, series, step, stop));
    FASTI_TRY(const auto answer, session_.ask(call, session_.place(step.page), stop));
    (void)answer;
  }
  if (failed) return *failed;
  return {};
}

Status SeriesRows::keep_up(const std::string& collection, const std::stop_token& stop) {
  FASTI_TRY(const Table* table, tables_.of(collection, stop));
  const Binding& binding = table->binding;
  if (!binding.rows || !binding.rule()) return {};
  for (auto& [page, state] : tables_.series(collection)) {
    const Properties wanted = with_rows(binding, state);
    if (!state.cancelled.empty()) {
      const auto rule = wanted.find(binding.rule()->property);
      const auto span = binding.span() ? wanted.find(binding.span()->property) : wanted.end();
      if (rule == wanted.end() || span == wanted.end()) continue;
      const SeriesText text{std::get<Recurrence>(rule->second), std::get<Span>(span->second).zone};
      FASTI_TRY(auto cell, write_cell(*binding.rule(), Value(series_text(text)), {}, nullptr));
      const Call call{"PATCH", "pages/" + page, update_page_body({{binding.rule()->column.id, std::move(cell)}}),
                      false};
      FASTI_TRY(const auto answer, session_.ask(call, session_.place(page), stop));
      (void)answer;
      state.master[rule->first] = rule->second;
      state.cancelled.clear();
      tables_.known(collection)[page].cancelled.clear();
    }
    FASTI_CHECK(write(collection, page, wanted, state, stop));
  }
  return {};
}

Status SeriesRows::trash_all(const std::string& collection, const std::string& series, const std::stop_token& stop) {
  FASTI_TRY(const Table* table, tables_.of(collection, stop));
  if (!table->binding.rows) return {};
  KnownRows& known = tables_.known(collection);
  const auto found = known.find(series);
  if (found == known.end()) return {};
  std::vector<Call> calls;
  for (const auto& [key, id] : found->second.rows) calls.push_back({"PATCH", "pages/" + id, trash_body(), false});
  // Their series is gone; what is left of them says nothing any more, so that nobody waits for it.
  session_.send_all(calls, stop);
  known.erase(found);
  tables_.series(collection).erase(series);
  return {};
}

}  // namespace notion
}  // namespace v1
}  // namespace fasti
