#include "connectors/caldav/session.hpp"

#include "connectors/caldav/errors.hpp"

namespace fasti {
inline namespace v1 {
namespace caldav {

Session::Session(SessionOptions options, std::unique_ptr<http::Client> client)
    : options_(std::move(options)), client_(std::move(client)) {}

http::Request Session::xml_request(const std::string& method, const std::string& url, int depth,
                                   std::string body) const {
  http::Request request;
  request.method = method;
  request.url = url;
  request.headers = {{"Content-Type", "application/xml; charset=utf-8"}, {"Depth", std::to_string(depth)}};
  request.body = std::move(body);
  request.max_body = options_.body_max;
  return request;
}

http::Request Session::get_request(const std::string& url) const {
  http::Request request;
  request.url = url;
  request.headers = {{"Accept", "text/calendar"}};
  request.max_body = options_.body_max;
  return request;
}

Result<Multistatus> Session::multistatus(http::Reply&& reply, const std::string& what, const std::string& path) {
  if (!reply) return std::move(reply).error();
  if (reply->status != 207) return answer_error(*reply, what, place(path), now());
  auto parsed = parse_multistatus(std::move(reply->body));
  if (parsed) return parsed;
  return make_error(ErrorKind::bad_reply, place(path), what + ": " + parsed.error().message);
}

Result<Multistatus> Session::propfind(const std::string& url, int depth, std::string body, const std::string& path,
                                      std::stop_token stop) {
  return multistatus(client_->send(xml_request("PROPFIND", url, depth, std::move(body)), std::move(stop)), "PROPFIND",
                     path);
}

}  // namespace caldav
}  // namespace v1
}  // namespace fasti
