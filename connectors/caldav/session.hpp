#pragma once
// One CalDAV connection: its address, its HTTP client and the few request shapes that everything else is made of.
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "connectors/caldav/href.hpp"
#include "connectors/caldav/multistatus.hpp"
#include "connectors/http/client.hpp"

namespace fasti {
inline namespace v1 {
namespace caldav {

struct SessionOptions {
  http::Url url;
  std::size_t body_max = 256u << 20;  ///< of one answer, in bytes
  std::size_t multiget = 200;         ///< objects asked for at once
  std::size_t parallel = 4;
};

class Session {
 public:
  Session(SessionOptions options, std::unique_ptr<http::Client> client);

  const http::Url& url() const { return options_.url; }
  const SessionOptions& options() const { return options_; }
  http::Client& client() { return *client_; }
  const http::Client& client() const { return *client_; }
  Instant now() { return client_->now(); }
  Calendar calendar(const std::string& collection) const { return {options_.url, collection}; }
  std::string place(const std::string& path) const { return client_->name() + ": " + path; }

  http::Request xml_request(const std::string& method, const std::string& url, int depth, std::string body) const;
  http::Request get_request(const std::string& url) const;
  /// The multistatus that must be in the answer.
  Result<Multistatus> multistatus(http::Reply&& reply, const std::string& what, const std::string& path);
  Result<Multistatus> propfind(const std::string& url, int depth, std::string body, const std::string& path,
                               std::stop_token stop);

 private:
  SessionOptions options_;
  std::unique_ptr<http::Client> client_;
};

}  // namespace caldav
}  // namespace v1
}  // namespace fasti
