#include "tests/support/watched_connector.hpp"

#include <algorithm>

#include "tests/support/value_text.hpp"

namespace fasti {
inline namespace v1 {
namespace support {
namespace {

const char* op_name(WriteOp op) {
  return op == WriteOp::create ? "create" : (op == WriteOp::update ? "update" : "remove");
}

template <class T>
std::string outcome(const Result<T>& result) {
  return result ? "ok" : std::string(fasti::name(result.error().kind)) + " (" + result.error().message + ")";
}

}  // namespace

std::string describe(const WriteRequest& request) {
  std::string out = std::string(op_name(request.op)) + " " + request.collection + "/" + request.id;
  if (!request.version.empty()) out += " over " + request.version;
  if (!request.set.empty()) out += " set " + text_of(request.set);
  for (const auto& path : request.clear) out += " clear " + path;
  for (const auto& part : request.remove_parts) out += " without " + part;
  if (!request.verbatim.empty()) out += " verbatim " + request.verbatim;
  return out;
}

std::string describe(const RemoteChange& change) {
  const auto& object = change.object;
  switch (change.type) {
    case RemoteChange::Type::listed:
      return object.id + " still " + object.version;
    case RemoteChange::Type::gone:
      return object.id + " gone";
    case RemoteChange::Type::unreadable:
      return object.id + " unreadable";
    case RemoteChange::Type::object:
      break;
  }
  return object.id + " " + object.version + " " + text_of(object.properties) +
         (object.marker ? " of " + object.marker->record : "");
}

template <class F>
auto WatchedConnector::called(const std::string& call, F act) {
  if (store_.transaction_open()) breaches_.push_back("S8: " + name_ + " was called inside a transaction: " + call);
  if (at_call) at_call(call, true);
  auto result = act();
  if (at_call) at_call(call, false);
  return result;
}

Result<std::vector<CollectionInfo>> WatchedConnector::collections() {
  return called("collections", [&] { return inner_->collections(); });
}

Result<CollectionInfo> WatchedConnector::open_collection(const std::string& wanted, bool create_if_missing) {
  return called("open", [&] {
    auto result = inner_->open_collection(wanted, create_if_missing);
    if (!result) trace("open " + wanted + ": " + outcome(result));
    return result;
  });
}

Result<std::vector<PropertyInfo>> WatchedConnector::properties(const std::string& collection) {
  return called("properties", [&] { return inner_->properties(collection); });
}

Result<PullResult> WatchedConnector::pull_changes(const PullRequest& request, const PageSink& sink) {
  return called("pull", [&] {
    const PageSink watched = [&](std::vector<RemoteChange>&& page) {
      if (on_trace) {
        for (const auto& change : page) trace("shows " + request.collection + "/" + describe(change));
      }
      return sink(std::move(page));
    };
    auto result = inner_->pull_changes(request, watched);
    if (on_trace) {
      static constexpr const char* kCoverage[] = {"delta", "complete", "partial"};
      trace("pull " + request.collection + " from \"" + request.cursor + "\": " +
            (result ? std::string(kCoverage[static_cast<int>(result->coverage)]) + " to \"" + result->cursor + "\""
                    : outcome(result)));
    }
    return result;
  });
}

std::vector<Result<RemoteObject>> WatchedConnector::fetch(const std::string& collection,
                                                          std::span<const std::string> ids) {
  return called("fetch", [&] {
    auto replies = inner_->fetch(collection, ids);
    if (on_trace) {
      for (std::size_t i = 0; i < replies.size(); ++i) {
        trace("fetch " + collection + "/" + ids[i] + ": " +
              (replies[i] ? replies[i]->version + " " + text_of(replies[i]->properties) : outcome(replies[i])));
      }
    }
    return replies;
  });
}

Result<std::vector<RemoteObject>> WatchedConnector::find_marked(const std::string& collection, const std::string& store,
                                                                const std::string& record) {
  return called("find", [&] {
    auto result = inner_->find_marked(collection, store, record);
    trace("find " + record + ": " + (result ? std::to_string(result->size()) + " objects" : outcome(result)));
    return result;
  });
}

void WatchedConnector::inspect(const WriteRequest& request) {
  trace("sends " + describe(request));
  if (on_request) on_request(request);
  if (request.key.empty()) breaches_.push_back("S8: a write without a key: " + describe(request));
  auto intents = store_.open_intents();
  const bool durable = intents && std::any_of(intents->begin(), intents->end(),
                                              [&](const store::Intent& intent) { return intent.key == request.key; });
  if (!durable) breaches_.push_back("S8: no durable intent for: " + describe(request));
}

void WatchedConnector::trace_reply(const WriteRequest& request, const Result<Written>& reply) {
  trace("  " + std::string(op_name(request.op)) + " " + request.id + ": " +
        (reply ? "ok " + reply->id + " " + reply->version : outcome(reply)));
}

std::vector<Result<Written>> WatchedConnector::send(std::span<const WriteRequest> requests, std::stop_token stop) {
  for (const auto& request : requests) inspect(request);
  return called("send", [&] {
    auto replies = inner_->send(requests, stop);
    for (std::size_t i = 0; i < replies.size(); ++i) trace_reply(requests[i], replies[i]);
    return replies;
  });
}

Result<Written> WatchedConnector::alone(const WriteRequest& request) {
  inspect(request);
  return called(op_name(request.op), [&] {
    auto reply = request.op == WriteOp::create
                     ? inner_->create(request)
                     : (request.op == WriteOp::update ? inner_->update(request) : inner_->remove(request));
    trace_reply(request, reply);
    return reply;
  });
}

Result<Written> WatchedConnector::create(const WriteRequest& request) { return alone(request); }
Result<Written> WatchedConnector::update(const WriteRequest& request) { return alone(request); }
Result<Written> WatchedConnector::remove(const WriteRequest& request) { return alone(request); }

}  // namespace support
}  // namespace v1
}  // namespace fasti
