#include "connectors/emulators/in_process.hpp"

#include "connectors/http/url.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

http::Reply no_answer(const std::string& message, bool may_have_landed) {
  Error error;
  error.kind = ErrorKind::transient;
  error.message = message;
  http::Reply reply{std::move(error)};
  reply.may_have_landed = may_have_landed;
  reply.exchanges = may_have_landed ? 1 : 0;
  return reply;
}

class InProcess final : public http::Transport {
 public:
  explicit InProcess(Network network) : network_(std::move(network)) {}

  std::vector<http::Reply> send(std::span<const http::Request> requests, std::size_t, std::stop_token stop) override {
    std::vector<http::Reply> replies;
    replies.reserve(requests.size());
    for (const http::Request& request : requests) {
      if (stop.stop_requested()) {
        Error error;
        error.kind = ErrorKind::cancelled;
        error.message = "stopped";
        replies.emplace_back(Result<http::Response>{std::move(error)});
        replies.back().may_have_landed = false;
        continue;
      }
      replies.push_back(exchange(request));
    }
    return replies;
  }

 private:
  http::Reply exchange(const http::Request& request) {
    const auto url = http::parse_url(request.url);
    const auto host = url ? network_.hosts.find(url->host) : network_.hosts.end();
    if (host == network_.hosts.end()) return no_answer("connection refused", false);
    const NetworkFault fault = network_.fault ? network_.fault(request) : NetworkFault::none;
    if (fault == NetworkFault::refused) return no_answer("connection refused", false);
    if (fault == NetworkFault::request_lost) return no_answer("the connection was reset", true);
    http::Request arrived = request;
    arrived.endpoint = nullptr;
    if (request.endpoint && request.endpoint->auth.scheme == http::AuthScheme::bearer) {
      arrived.headers.emplace_back("Authorization", "Bearer " + request.endpoint->auth.secret.reveal());
    }
    http::Response response = host->second->handle(arrived);
    if (fault == NetworkFault::reply_lost) return no_answer("the connection was reset", true);
    if (response.url.empty()) response.url = request.url;
    return http::Reply{std::move(response)};
  }

  Network network_;
};

}  // namespace

std::shared_ptr<http::Transport> in_process(Network network) { return std::make_shared<InProcess>(std::move(network)); }

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
