#include "connectors/google/busy.hpp"
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
    if (!busy_address(wanted).empty()) return open_busy(session_, wanted);
    return open_calendar(session_, wanted, create_if_missing);
  }

  Status check_write(const std::string& collection) override { return probe_write(session_, collection); }

  Result<std::vector<PropertyInfo>> properties(const std::string&) override { return property_list(); }

  Result<PullResult> pull_changes(const PullRequest& request, const PageSink& sink) override {
    if (!busy_address(request.collection).empty()) return pull_busy(session_, request, sink);
    return puller_.pull(request, sink);
  }

  std::vector<Result<RemoteObject>> fetch(const std::string& collection, std::span<const std::string> ids) override {
    if (!busy_address(collection).empty()) return fetch_busy(session_, collection, ids);
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
    if (!requests.empty() && !busy_address(requests.front().collection).empty())
      return {requests.size(), make_error(ErrorKind::forbidden, session_.place(requests.front().collection),
                                          "free and busy times are only read")};
    return writer_.send(requests, stop);
  }
  Result<Written> create(const WriteRequest& request) override { return one(request); }
  Result<Written> update(const WriteRequest& request) override { return one(request); }
  Result<Written> remove(const WriteRequest& request) override { return one(request); }

  std::uint64_t requests() const override { return session_.client().requests(); }

 private:
  Result<RemoteObject> shown(const std::string& collection, Result<Series>&& series) {
    if (!series) return std::move(series).error();
    return read_series(session_, collection, *series);
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
