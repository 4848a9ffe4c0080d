#include <fasti/connector.hpp>

namespace fasti {
inline namespace v1 {

std::vector<Error> Connector::prepare(const CollectionUse&) { return {}; }

Status Connector::keep_up(const std::string&, std::stop_token) { return {}; }

Result<std::vector<RemoteObject>> Connector::find_marked(const std::string& collection, const std::string&,
                                                         const std::string&) {
  return Error{ErrorKind::unsupported, "this provider cannot be searched by marker", collection, {}, {}};
}

std::vector<Result<Written>> Connector::send(std::span<const WriteRequest> requests, std::stop_token stop) {
  std::vector<Result<Written>> replies;
  replies.reserve(requests.size());
  for (const auto& request : requests) {
    if (stop.stop_requested()) {
      replies.emplace_back(Error{ErrorKind::cancelled, "stopped before this write", request.collection, {}, {}});
    } else if (request.op == WriteOp::create) {
      replies.push_back(create(request));
    } else if (request.op == WriteOp::update) {
      replies.push_back(update(request));
    } else {
      replies.push_back(remove(request));
    }
  }
  return replies;
}

Status Connector::check_write(const std::string&) { return {}; }

}  // namespace v1
}  // namespace fasti
