#include "connectors/caldav/caldav.hpp"
#include "connectors/caldav/discovery.hpp"
#include "connectors/caldav/errors.hpp"
#include "connectors/caldav/objects.hpp"
#include "connectors/caldav/pull.hpp"
#include "connectors/caldav/settings.hpp"
#include "connectors/caldav/write.hpp"
#include "connectors/ical/object.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace caldav {
namespace {

class CaldavConnector final : public Connector {
 public:
  CaldavConnector(Services services, Settings settings)
      : session_(std::move(settings.session),
                 std::make_unique<http::Client>(std::move(services), std::move(settings.client))),
        puller_(session_),
        writer_(session_) {}

  Capabilities capabilities() const override {
    Capabilities out;
    out.cursor = true;
    out.versions = true;
    out.client_ids = true;
    out.verbatim = true;
    out.batch = 64;
    out.opaque_format = "icalendar";
    return out;
  }

  Result<std::vector<CollectionInfo>> collections() override { return list_calendars(session_); }

  Result<CollectionInfo> open_collection(const std::string& wanted, bool create_if_missing) override {
    return open_calendar(session_, wanted, create_if_missing);
  }

  Result<std::vector<PropertyInfo>> properties(const std::string&) override { return ical::property_list(); }

  Result<PullResult> pull_changes(const PullRequest& request, const PageSink& sink) override {
    return puller_.pull(request, sink);
  }

  std::vector<Result<RemoteObject>> fetch(const std::string& collection, std::span<const std::string> ids) override {
    const Calendar calendar = session_.calendar(collection);
    auto raws = get_objects(session_, calendar, ids, {});
    std::vector<Result<RemoteObject>> out;
    out.reserve(ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (raws[i])
        out.push_back(read_raw(ids[i], *raws[i], session_.place(calendar.path() + ids[i])));
      else
        out.emplace_back(std::move(raws[i]).error());
    }
    return out;
  }

  Result<std::vector<RemoteObject>> find_marked(const std::string&, const std::string&, const std::string&) override {
    return make_error(ErrorKind::unsupported, session_.client().name(),
                      "hrefs are ours to choose: fetch by id instead");
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
  Result<Written> one(const WriteRequest& request) {
    return std::move(writer_.send(std::span<const WriteRequest>(&request, 1), {}).front());
  }

  Session session_;
  Puller puller_;
  Writer writer_;
};

}  // namespace

ConnectorFactory caldav_factory(Services services) {
  ConnectorFactory factory;
  factory.provider = "caldav";
  factory.keys = setting_keys();
  factory.secrets = {"password", "token"};
  factory.properties = ical::property_list();
  factory.make = [services =
                      std::move(services)](const ConnectionSettings& table) -> Result<std::shared_ptr<Connector>> {
    FASTI_TRY(auto settings, read_settings(table));
    if (settings.sends_password_in_clear && services.log)
      services.log(LogLevel::warning, table.place("url") + ": credentials are sent unencrypted; write https://");
    return std::shared_ptr<Connector>(std::make_shared<CaldavConnector>(services, std::move(settings)));
  };
  return factory;
}

}  // namespace caldav
}  // namespace v1
}  // namespace fasti
