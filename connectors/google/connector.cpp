#include "connectors/google/calendars.hpp"
#include "connectors/google/errors.hpp"
#include "connectors/google/google.hpp"
#include "connectors/google/pull.hpp"
#include "connectors/google/write.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace google {
namespace {

class GoogleConnector final : public Connector {
 public:
  GoogleConnector(Services services, Settings settings)
      : session_(settings, std::make_unique<http::Client>(std::move(services), settings.client)),
        puller_(session_),
        writer_(session_) {}

  Capabilities capabilities() const override {
    Capabilities out;
    out.cursor = true;
    out.versions = true;
    out.client_ids = true;
    out.batch = 50;
    out.instants = true;
    return out;
  }

  Result<std::vector<CollectionInfo>> collections() override { return list_calendars(session_); }

  Result<CollectionInfo> open_collection(const std::string& wanted, bool create_if_missing) override {
    return open_calendar(session_, wanted, create_if_missing);
  }

  Result<std::vector<PropertyInfo>> properties(const std::string&) override { return property_list(); }

  Result<PullResult> pull_changes(const PullRequest& request, const PageSink& sink) override {
    return puller_.pull(request, sink);
  }

  std::vector<Result<RemoteObject>> fetch(const std::string& collection, std::span<const std::string> ids) override {
    std::vector<Result<RemoteObject>> out;
    out.reserve(ids.size());
    for (auto& series : get_events(session_, collection, ids, {})) out.push_back(shown(collection, std::move(series)));
    return out;
  }

  Result<std::vector<RemoteObject>> find_marked(const std::string& collection, const std::string& store,
                                                const std::string& record) override {
    // One property: whether several are taken as "and" or as "or" is told both ways.
    const std::string wanted = std::string(kRecordKey) + "=" + record;
    FASTI_TRY(auto items, list_items(session_, collection, {{"privateExtendedProperty", wanted}}, {}));
    std::vector<std::string> ids;
    for (const Item& item : items)
      if (item.master.empty() && !item.cancelled) ids.push_back(item.id);
    std::vector<RemoteObject> out;
    for (auto& series : get_events(session_, collection, ids, {})) {
      auto object = shown(collection, std::move(series));
      if (!object && object.error().kind == ErrorKind::not_found) continue;
      if (!object) return std::move(object).error();
      if (object->marker && object->marker->store == store && object->marker->record == record)
        out.push_back(std::move(*object));
    }
    return out;
  }

  std::string create_id(const WriteRequest& request) const override { return create_name(request); }

  std::vector<Result<Written>> send(std::span<const WriteRequest> requests, std::stop_token stop) override {
    return writer_.send(requests, stop);
  }
  Result<Written> create(const WriteRequest& request) override { return one(request); }
  Result<Written> update(const WriteRequest& request) override { return one(request); }
  Result<Written> remove(const WriteRequest& request) override { return one(request); }

  std::uint64_t requests() const override { return session_.client().requests(); }

 private:
  /// Half of a create is not there yet, half of an update is what it was: both are sent again.
  Result<RemoteObject> shown(const std::string& collection, Result<Series>&& series) {
    if (!series) return std::move(series).error();
    const auto open = open_write(session_, series->master);
    if (open == kNewObject)
      return make_error(ErrorKind::not_found, session_.place(collection, series->master.id),
                        "a create of ours that is not finished");
    FASTI_TRY(auto object, read_series(session_, collection, *series));
    if (open) object.version = *open;
    return object;
  }

  Result<Written> one(const WriteRequest& request) {
    return std::move(writer_.send(std::span<const WriteRequest>(&request, 1), {}).front());
  }

  Session session_;
  Puller puller_;
  Writer writer_;
};

}  // namespace

std::shared_ptr<Connector> make_connector(Services services, Settings settings) {
  return std::make_shared<GoogleConnector>(std::move(services), std::move(settings));
}

}  // namespace google
}  // namespace v1
}  // namespace fasti
