#pragma once
// Stands between the engine and a connector: counts and names every call, can end the "process" around it, lets
// people type in between, and holds the engine to two promises: no write without a durable intent, no call with an
// open transaction (S8).
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/fake_provider.hpp"
#include "tests/support/watched_store.hpp"

namespace fasti {
inline namespace v1 {
namespace support {

class WatchedConnector final : public Connector {
 public:
  WatchedConnector(std::string name, std::shared_ptr<Connector> inner, WatchedStore& store)
      : name_(std::move(name)), inner_(std::move(inner)), store_(store) {}

  /// Called before and after every call; may throw Crash.
  std::function<void(const std::string& call, bool before)> at_call;
  /// One line for each call, request and reply: for the story and the trace.
  std::function<void(const std::string& line)> on_trace;
  /// Breaches of the two promises.
  const std::vector<std::string>& breaches() const { return breaches_; }
  /// Called with each request before it is sent.
  std::function<void(const WriteRequest&)> on_request;

  Capabilities capabilities() const override { return inner_->capabilities(); }
  Result<std::vector<CollectionInfo>> collections() override;
  Result<CollectionInfo> open_collection(const std::string& wanted, bool create_if_missing) override;
  Result<std::vector<PropertyInfo>> properties(const std::string& collection) override;
  std::vector<Error> prepare(const CollectionUse& use) override { return inner_->prepare(use); }
  Status keep_up(const std::string& collection, std::stop_token stop) override {
    return inner_->keep_up(collection, std::move(stop));
  }
  Result<PullResult> pull_changes(const PullRequest& request, const PageSink& sink) override;
  std::vector<Result<RemoteObject>> fetch(const std::string& collection, std::span<const std::string> ids) override;
  Result<std::vector<RemoteObject>> find_marked(const std::string& collection, const std::string& store,
                                                const std::string& record) override;
  std::string create_id(const WriteRequest& request) const override { return inner_->create_id(request); }
  std::vector<Result<Written>> send(std::span<const WriteRequest> requests, std::stop_token stop) override;
  Result<Written> create(const WriteRequest& request) override;
  Result<Written> update(const WriteRequest& request) override;
  Result<Written> remove(const WriteRequest& request) override;
  std::uint64_t requests() const override { return inner_->requests(); }

 private:
  void trace(const std::string& line) {
    if (on_trace) on_trace(name_ + ": " + line);
  }
  template <class F>
  auto called(const std::string& call, F act);
  void inspect(const WriteRequest& request);
  Result<Written> alone(const WriteRequest& request);
  void trace_reply(const WriteRequest& request, const Result<Written>& reply);

  std::string name_;
  std::shared_ptr<Connector> inner_;
  WatchedStore& store_;
  std::vector<std::string> breaches_;
};

/// "update alpha/r1 over v3: {title=…}" for stories.
std::string describe(const WriteRequest& request);
std::string describe(const RemoteChange& change);

}  // namespace support
}  // namespace v1
}  // namespace fasti
