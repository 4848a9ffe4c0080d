#include <algorithm>

#include "connectors/auth/tokens.hpp"
#include "connectors/outlook/calendars.hpp"
#include "connectors/outlook/errors.hpp"
#include "connectors/outlook/objects.hpp"
#include "connectors/outlook/outlook.hpp"
#include "connectors/outlook/pull.hpp"
#include "connectors/outlook/schedule.hpp"
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
    out.instants = true;
    return out;
  }

  Result<std::vector<CollectionInfo>> collections() override { return list_calendars(session_); }

  Result<CollectionInfo> open_collection(const std::string& wanted, bool create_if_missing) override {
    if (!schedule_address(wanted).empty()) return open_schedule(session_, wanted);
    return open_calendar(session_, wanted, create_if_missing);
  }

  Status check_write(const std::string& collection) override { return probe_write(session_, collection); }

  Result<std::vector<PropertyInfo>> properties(const std::string&) override { return property_list(); }

  Result<PullResult> pull_changes(const PullRequest& request, const PageSink& sink) override {
    if (!schedule_address(request.collection).empty()) return pull_schedule(request, sink);
    return puller_.pull(request, sink);
  }

  std::vector<Result<RemoteObject>> fetch(const std::string& collection, std::span<const std::string> ids) override {
    if (!schedule_address(collection).empty()) return fetch_spans(collection, ids);
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
    if (!requests.empty() && !schedule_address(requests.front().collection).empty())
      return {requests.size(), make_error(ErrorKind::forbidden, session_.name(), "free and busy times are only read")};
    return writer_.send(requests, stop);
  }
  Result<Written> create(const WriteRequest& request) override { return one(request); }
  Result<Written> update(const WriteRequest& request) override { return one(request); }
  Result<Written> remove(const WriteRequest& request) override { return one(request); }

  std::uint64_t requests() const override { return session_.requests(); }

 private:
  Result<PullResult> pull_schedule(const PullRequest& request, const PageSink& sink) {
    FASTI_TRY(auto spans, busy_spans(session_, request.collection, request.stop));
    std::vector<RemoteChange> page;
    for (RemoteObject& span : spans) page.push_back({RemoteChange::Type::object, std::move(span), {}});
    FASTI_CHECK(sink(std::move(page)));
    PullResult result;
    result.coverage = Coverage::complete;
    return result;
  }

  std::vector<Result<RemoteObject>> fetch_spans(const std::string& collection, std::span<const std::string> ids) {
    const auto spans = busy_spans(session_, collection, {});
    std::vector<Result<RemoteObject>> out;
    for (const std::string& id : ids) {
      if (!spans) {
        out.emplace_back(spans.error());
        continue;
      }
      const auto found = std::find_if(spans->begin(), spans->end(), [&](const auto& one) { return one.id == id; });
      if (found != spans->end())
        out.emplace_back(*found);
      else
        out.emplace_back(make_error(ErrorKind::not_found, session_.place(collection), "no such busy time any more"));
    }
    return out;
  }

  Result<Written> one(const WriteRequest& request) {
    return std::move(send(std::span<const WriteRequest>(&request, 1), {}).front());
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
