#pragma once
// A server that a test writes: a function from request to answer, and the requests it was asked, in order.
#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "connectors/http/transport.hpp"

namespace fasti {
inline namespace v1 {
namespace support {

class ScriptedTransport final : public http::Transport {
 public:
  using Script = std::function<http::Reply(const http::Request&)>;
  explicit ScriptedTransport(Script script) : script_(std::move(script)) {}

  std::vector<http::Reply> send(std::span<const http::Request> requests, std::size_t, std::stop_token) override {
    batches.push_back(requests.size());
    std::vector<http::Reply> replies;
    for (const auto& request : requests) {
      asked.push_back(request);
      replies.push_back(script_(request));
    }
    return replies;
  }

  /// "PUT /cal/a.ics" of each request.
  std::vector<std::string> lines() const {
    std::vector<std::string> out;
    for (const auto& request : asked) {
      const auto path = request.url.find('/', request.url.find("://") + 3);
      out.push_back(request.method + " " + request.url.substr(std::min(path, request.url.size())));
    }
    return out;
  }

  std::vector<http::Request> asked;
  std::vector<std::size_t> batches;

 private:
  Script script_;
};

inline http::Reply answer(int status, std::string body = "", http::Headers headers = {}) {
  http::Response response;
  response.status = status;
  response.body = std::move(body);
  response.headers = std::move(headers);
  return http::Reply{std::move(response)};
}

/// No answer at all; `landed`: the request may have reached the server.
inline http::Reply silence(bool landed) {
  Error error;
  error.kind = ErrorKind::transient;
  error.message = landed ? "the connection was reset" : "connection refused";
  http::Reply reply{std::move(error)};
  reply.may_have_landed = landed;
  reply.exchanges = landed ? 1 : 0;
  return reply;
}

}  // namespace support
}  // namespace v1
}  // namespace fasti
