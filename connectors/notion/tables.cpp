#include "connectors/notion/tables.hpp"

#include <algorithm>

#include "connectors/http/status.hpp"
#include "connectors/notion/body.hpp"
#include "connectors/notion/errors.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {
namespace {

using Sources = std::vector<CollectionInfo>;

Result<Sources> search(Session& session, const std::string& title) {
  Sources out;
  std::string next;
  do {
    const Call call{"POST", "search", search_body(title, next), true};
    FASTI_TRY(const auto body, session.ask(call, session.place("search"), {}));
    FASTI_TRY(auto page, parse_sources(body));
    out.insert(out.end(), page.sources.begin(), page.sources.end());
    if (!page.next.empty() && page.next == next)
      return make_error(ErrorKind::bad_reply, session.place("search"), "pages that do not move on");
    next = page.next;
  } while (!next.empty());
  return out;
}

Error not_one(Session& session, const std::string& wanted, ErrorKind kind, const std::string& why) {
  return make_error(kind, session.place("\"" + wanted + "\""), why, "fasti collections " + session.name());
}

/// A data source looks healthy while its database is in the trash.
Status confirm_database(Session& session, const Schema& schema, const std::stop_token& stop) {
  if (schema.database.empty()) return {};
  const std::string place = session.place(schema.name.empty() ? schema.id : schema.name);
  FASTI_TRY(const auto body, session.ask({"GET", "databases/" + schema.database, "", false}, place, stop));
  FASTI_TRY(const auto database, parse_database(body));
  if (!database.in_trash) return {};
  return make_error(ErrorKind::forbidden, place, "its database is in the trash",
                    "restore it in Notion; nothing is deleted for that");
}

Result<CollectionInfo> by_id(Session& session, const std::string& wanted, const std::string& id) {
  auto reply = session.send({"GET", "data_sources/" + id, "", false}, {});
  if (!reply) return std::move(reply).error();
  if (reply->status == 200) {
    FASTI_TRY(const auto schema, parse_schema(reply->body));
    if (schema.in_trash)
      return make_error(ErrorKind::not_found, session.place(wanted), "this data source is in the trash",
                        "restore it in Notion");
    FASTI_CHECK(confirm_database(session, schema, {}));
    return CollectionInfo{schema.id, schema.name, false, false};
  }
  if (reply->status != 404 && reply->status != 400)
    return answer_error(*reply, "GET", session.place(wanted), session.now());
  // The address of a database in the browser carries the database's id, which is not its data source's.
  FASTI_TRY(const auto body, session.ask({"GET", "databases/" + id, "", false}, session.place(wanted), {}));
  FASTI_TRY(const auto database, parse_database(body));
  if (database.sources.size() == 1) return database.sources.front();
  std::string names;
  for (const auto& one : database.sources) names += (names.empty() ? "" : ", ") + one.name + " (" + one.id + ")";
  return not_one(session, wanted, ErrorKind::bad_config,
                 database.sources.empty()
                     ? "the database \"" + database.name + "\" has no data source"
                     : "the database \"" + database.name + "\" has several data sources: " + names);
}

Result<CollectionInfo> make(Session& session, const std::string& name) {
  if (session.options().parent.empty())
    return make_error(ErrorKind::bad_config, session.place("\"" + name + "\""),
                      "a new database needs a page to stand in",
                      "write parent = \"address of a page\" in [connections." + session.name() + "]");
  const Call call{"POST", "databases", database_body(session.options().parent, name), false};
  FASTI_TRY(const auto body, session.ask(call, session.place("databases"), {}));
  FASTI_TRY(const auto database, parse_database(body));
  if (database.sources.size() != 1) return bad_shape("a new database without its data source");
  CollectionInfo out = database.sources.front();
  out.created = true;
  return out;
}

}  // namespace

Result<Sources> list_sources(Session& session) { return search(session, ""); }

Result<CollectionInfo> open_source(Session& session, const std::string& wanted, bool create_if_missing) {
  if (const auto id = find_uuid(wanted)) return by_id(session, wanted, *id);
  FASTI_TRY(const auto found, search(session, wanted));
  Sources exact;
  for (const auto& one : found)
    if (one.name == wanted) exact.push_back(one);
  if (exact.size() == 1) return exact.front();
  if (exact.size() > 1) return not_one(session, wanted, ErrorKind::bad_config, "several data sources have this name");
  if (create_if_missing) return make(session, wanted);
  return not_one(session, wanted, ErrorKind::not_found,
                 "no data source that is shared with this connection has this id or name");
}

Result<Schema> read_source(Session& session, const std::string& id, const std::stop_token& stop) {
  auto reply = session.send({"GET", "data_sources/" + id, "", false}, stop);
  if (!reply) return std::move(reply).error();
  if (reply->status == 404)
    return make_error(ErrorKind::forbidden, session.place(id),
                      "the data source is not there, or no longer shared with this connection",
                      "share it again in Notion (..., Connections), or see: fasti collections " + session.name());
  if (reply->status != 200) return answer_error(*reply, "GET", session.place(id), session.now());
  FASTI_TRY(auto schema, parse_schema(reply->body));
  if (schema.in_trash)
    return make_error(ErrorKind::forbidden, session.place(id), "the data source is in the trash",
                      "restore it in Notion; nothing is deleted for that");
  return schema;
}

Status confirm_empty(Session& session, const std::string& id, const std::stop_token& stop) {
  FASTI_TRY(const auto schema, read_source(session, id, stop));
  return confirm_database(session, schema, stop);
}

std::vector<Error> Tables::prepare(const CollectionUse& use) {
  auto schema = read_source(session_, use.collection, {});
  if (!schema) return {schema.error()};
  kinds_[use.collection] = use.kind;
  const Names remembered = read_cursor(use.cursor).names;
  const std::string place = session_.place(schema->name.empty() ? use.collection : schema->name);
  BindingPlan plan = bind_columns(*schema, use, remembered, place);
  if (use.create_missing && !plan.missing.empty()) {
    if (auto made = create_columns(use, plan.missing); !made) return {made.error()};
    schema = read_source(session_, use.collection, {});
    if (!schema) return {schema.error()};
    plan = bind_columns(*schema, use, remembered, place);
  }
  if (!plan.problems.empty()) return std::move(plan.problems);
  return join(use.collection, {*std::move(schema), std::move(plan.binding), read_cursor(use.cursor).series, {}, {}});
}

/// Two syncs may share a data source: each finds its own properties.
std::vector<Error> Tables::join(const std::string& collection, Table table) {
  const auto before = tables_.find(collection);
  if (before != tables_.end()) {
    const Binding& other = before->second.binding;
    if (!table.binding.marker) table.binding.marker = other.marker;
    if (!table.binding.rows) table.binding.rows = other.rows;
    table.binding.body = table.binding.body || other.body;
    if (!before->second.known.empty()) table.known = before->second.known;
    table.series = before->second.series;
    table.written = before->second.written;
    for (const Bound& bound : before->second.binding.bounds) {
      const Bound* ours = table.binding.find(bound.property);
      if (!ours) {
        Bound kept = bound;
        if (const Column* column = table.schema.find_id(bound.column.id)) {
          kept.column = *column;
          table.binding.bounds.push_back(std::move(kept));
        }
      } else if (ours->as != bound.as || ours->to != bound.to) {
        return {make_error(ErrorKind::bad_config, session_.place(table.schema.name),
                           "two mappings use property \"" + bound.property + "\" in different ways",
                           "give it the same kind of field in both")};
      }
    }
  }
  tables_[collection] = std::move(table);
  return {};
}

Status Tables::create_columns(const CollectionUse& use, const std::vector<MissingColumn>& missing) {
  std::vector<NewColumn> columns;
  for (const MissingColumn& one : missing) {
    NewColumn column{one.name, column_for(one.type), ""};
    if (column.type == ColumnType::relation) {
      const auto related =
          std::find_if(kinds_.begin(), kinds_.end(), [&](const auto& k) { return k.second == one.to; });
      // Made by hand, or by the next try, once the other kind has its data source here.
      if (related == kinds_.end()) continue;
      column.related = related->first;
    }
    columns.push_back(std::move(column));
  }
  if (columns.empty()) return {};
  const Call call{"PATCH", "data_sources/" + use.collection, columns_body(columns), false};
  FASTI_TRY(const auto body, session_.ask(call, session_.place(use.collection), {}));
  (void)body;
  return {};
}

Status Tables::renew(const std::string& collection, const std::stop_token& stop) {
  FASTI_TRY(const auto schema, read_source(session_, collection, stop));
  Table& table = tables_[collection];
  table.schema = schema;
  for (Bound& bound : table.binding.bounds)
    if (const Column* column = schema.find_id(bound.column.id); column && column->type == bound.column.type)
      bound.column = *column;
  return {};
}

Result<const Table*> Tables::of(const std::string& collection, const std::stop_token& stop) {
  const auto known = tables_.find(collection);
  if (known != tables_.end()) return &known->second;
  FASTI_TRY(auto schema, read_source(session_, collection, stop));
  Binding binding = bind_all(schema);
  Table& made = tables_[collection];
  made = {std::move(schema), std::move(binding), {}, {}, {}};
  return &made;
}

}  // namespace notion
}  // namespace v1
}  // namespace fasti
