#include <algorithm>
#include <set>

#include "connectors/notion/errors.hpp"
#include "connectors/notion/notion.hpp"
#include "connectors/notion/pages.hpp"
#include "connectors/notion/pull.hpp"
#include "connectors/notion/series_rows.hpp"
#include "connectors/notion/write.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {
namespace {

class NotionConnector final : public Connector {
 public:
  NotionConnector(Services services, Settings settings)
      : session_(std::move(settings.session), std::move(services), std::move(settings.client)),
        tables_(session_),
        rows_(session_, tables_),
        puller_(session_, tables_, rows_),
        writer_(session_, tables_, rows_) {}

  Capabilities capabilities() const override {
    Capabilities out;
    out.cursor = true;
    // Whether a missing page is gone or only out of sight is told apart by fetch() itself, page by page.
    out.not_found_is_final = true;
    out.granularity = std::chrono::minutes(1);
    out.visibility_lag = session_.options().index_lag;
    out.batch = 4;
    out.instants = true;
    return out;
  }

  Result<std::vector<CollectionInfo>> collections() override { return list_sources(session_); }

  Result<CollectionInfo> open_collection(const std::string& wanted, bool create_if_missing) override {
    return open_source(session_, wanted, create_if_missing);
  }

  Result<std::vector<PropertyInfo>> properties(const std::string& collection) override {
    FASTI_TRY(const Table* table, tables_.of(collection, {}));
    std::vector<PropertyInfo> out;
    std::set<std::string> bound;
    const auto add = [&out](const std::string& name, FieldType type, const Column& column) {
      PropertyInfo info{name, type, is_read_only(column.type), {}};
      for (const Option& option : column.options) info.options.push_back(option.name);
      // What people call the page comes first.
      out.insert(column.type == ColumnType::title ? out.begin() : out.end(), std::move(info));
    };
    if (table->binding.body) out.push_back({kBodyKey, FieldType::text, false, {}});
    for (const Bound& one : table->binding.bounds) {
      bound.insert(one.column.id);
      add(one.property, one.as, one.column);
    }
    for (const Column& column : table->schema.columns)
      if (column.type != ColumnType::other && column.name != kMarkerColumn && !bound.count(column.id))
        add(column.name, natural_type(column.type), column);
    return out;
  }

  std::vector<Error> prepare(const CollectionUse& use) override { return tables_.prepare(use); }

  Result<PullResult> pull_changes(const PullRequest& request, const PageSink& sink) override {
    return puller_.pull(request, sink);
  }

  std::vector<Result<RemoteObject>> fetch(const std::string& collection, std::span<const std::string> ids) override {
    auto pages = get_pages(session_, tables_, collection, ids, {});
    std::vector<Result<RemoteObject>> out;
    out.reserve(ids.size());
    for (auto& page : pages)
      out.push_back(page ? object_of(collection, std::move(*page)) : Result<RemoteObject>(std::move(page).error()));
    return out;
  }

  Result<std::vector<RemoteObject>> find_marked(const std::string& collection, const std::string& store,
                                                const std::string& record) override {
    FASTI_TRY(const Table* table, tables_.of(collection, {}));
    FASTI_TRY(auto pages, notion::find_marked(session_, *table, store, record, {}));
    std::vector<RemoteObject> out;
    for (Page& page : pages) {
      FASTI_TRY(auto object, object_of(collection, std::move(page)));
      out.push_back(std::move(object));
    }
    return out;
  }

  std::vector<Result<Written>> send(std::span<const WriteRequest> requests, std::stop_token stop) override {
    return writer_.send(requests, stop);
  }
  Result<Written> create(const WriteRequest& request) override { return one(request); }
  Result<Written> update(const WriteRequest& request) override { return one(request); }
  Result<Written> remove(const WriteRequest& request) override { return one(request); }

  Status keep_up(const std::string& collection, std::stop_token stop) override {
    return rows_.keep_up(collection, stop);
  }

  std::uint64_t requests() const override { return session_.requests(); }

 private:
  Result<RemoteObject> object_of(const std::string& collection, Page&& page) {
    FASTI_TRY(const Table* table, tables_.of(collection, {}));
    FASTI_CHECK(complete(session_, table->binding, page, {}));
    if (is_series(page, table->binding)) {
      FASTI_TRY(auto state, rows_.read(collection, page, {}));
      return rows_.object(collection, page, std::move(state));
    }
    return to_object(page, table->binding, session_.place(page.id));
  }

  Result<Written> one(const WriteRequest& request) {
    return std::move(send(std::span<const WriteRequest>(&request, 1), {}).front());
  }

  Session session_;
  Tables tables_;
  SeriesRows rows_;
  Puller puller_;
  Writer writer_;
};

}  // namespace

std::shared_ptr<Connector> make_connector(Services services, Settings settings) {
  return std::make_shared<NotionConnector>(std::move(services), std::move(settings));
}

ConnectorFactory notion_factory(Services services) {
  ConnectorFactory factory;
  factory.provider = "notion";
  factory.keys = setting_keys();
  factory.secrets = {"token"};
  factory.mapping_keys = {kRowsAhead, kRowsBehind, kSeriesKey};
  factory.field_keys = {"id", "create_options"};
  factory.text_keys = {kBodyKey};
  factory.make = [services](const ConnectionSettings& table) -> Result<std::shared_ptr<Connector>> {
    FASTI_TRY(auto settings, read_settings(table));
    return make_connector(services, std::move(settings));
  };
  return factory;
}

}  // namespace notion
}  // namespace v1
}  // namespace fasti
