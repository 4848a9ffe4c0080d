#include "connectors/auth/tokens.hpp"
#include "connectors/outlook/calendars.hpp"
#include "connectors/outlook/errors.hpp"
#include "connectors/outlook/objects.hpp"
#include "connectors/outlook/outlook.hpp"
#include "connectors/outlook/pull.hpp"
#include "connectors/outlook/settings.hpp"
#include "connectors/outlook/write.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {
namespace {

constexpr const char* kScope = "offline_access https://graph.microsoft.com/Calendars.ReadWrite";

class OutlookConnector final : public Connector {
 public:
  OutlookConnector(Services services, Settings settings)
      : session_(std::move(settings.session), std::move(services), std::move(settings.client)),
        puller_(session_),
        writer_(session_) {}

  Capabilities capabilities() const override {
    Capabilities out;
    out.cursor = true;
    out.versions = true;
    out.visibility_lag = std::chrono::seconds(30);
    out.batch = 20;
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
    auto events = get_events(session_, collection, ids, {});
    std::vector<Result<RemoteObject>> out;
    out.reserve(ids.size());
    for (auto& event : events) out.push_back(event ? to_object(*event) : Result<RemoteObject>(event.error()));
    return out;
  }

  Result<std::vector<RemoteObject>> find_marked(const std::string& collection, const std::string& store,
                                                const std::string& record) override {
    FASTI_TRY(const auto ids, search_marked(session_, collection, store, record, {}));
    std::vector<RemoteObject> out;
    for (auto& event : get_events(session_, collection, ids, {})) {
      // The search covers the mailbox and knows no letter case.
      if (!event && event.error().kind == ErrorKind::not_found) continue;
      if (!event) return event.error();
      if (!event->marker || event->marker->store != store || event->marker->record != record) continue;
      FASTI_TRY(auto object, to_object(*event));
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

  std::uint64_t requests() const override { return session_.requests(); }

 private:
  Result<Written> one(const WriteRequest& request) {
    return std::move(writer_.send(std::span<const WriteRequest>(&request, 1), {}).front());
  }

  Session session_;
  Puller puller_;
  Writer writer_;
};

}  // namespace

std::shared_ptr<Connector> make_connector(Services services, Settings settings) {
  return std::make_shared<OutlookConnector>(std::move(services), std::move(settings));
}

ConnectorFactory outlook_factory(Services services) {
  ConnectorFactory factory;
  factory.provider = "outlook";
  factory.keys = setting_keys();
  const auto keys = auth::microsoft_keys();
  factory.keys.insert(factory.keys.end(), keys.begin(), keys.end());
  factory.secrets = auth::microsoft_secrets();
  factory.properties = property_list();
  factory.make = [services](const ConnectionSettings& table) -> Result<std::shared_ptr<Connector>> {
    FASTI_TRY(auto settings, read_settings(table));
    FASTI_TRY(settings.client.tokens, auth::microsoft_tokens(table, services, kScope));
    return make_connector(services, std::move(settings));
  };
  factory.sign_in = [services](const ConnectionSettings& table, const SignInPrompt& prompt) {
    return auth::microsoft_sign_in(table, services, prompt, kScope);
  };
  return factory;
}

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
