#pragma once
// One Notion connection: its address, version header and budget, and the calls that everything else is made of. Knows
// which calls may be sent again, nothing of what they mean.
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "connectors/http/client.hpp"
#include "connectors/http/services.hpp"
#include "connectors/http/url.hpp"
#include "connectors/notion/budget.hpp"
#include "connectors/notion/schema.hpp"
#include "connectors/notion/value.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {

struct SessionOptions {
  http::Url url;                           ///< ends in '/', before "v1/"
  std::size_t budget = 180;                ///< requests in 60 seconds; 0: no limit
  std::string parent;                      ///< the page that new databases are made in; may be empty
  std::size_t page = 100;                  ///< rows asked for at once
  std::size_t small = 1000;                ///< rows up to which every look is a complete listing
  std::chrono::seconds listing_age{3600};  ///< after which a larger one is listed again
  std::chrono::seconds index_lag{60};      ///< how long a query may still not show a write
};

struct Call {
  std::string method = "GET";
  std::string path;  ///< below "v1/", encoded
  std::string body;
  bool safe = false;  ///< a question by POST
};

class Session {
 public:
  Session(SessionOptions options, Services services, http::ClientOptions client);

  const SessionOptions& options() const { return options_; }
  Instant now() { return client_.now(); }
  std::uint64_t requests() const { return client_.requests(); }
  const std::string& name() const { return client_.name(); }
  std::string place(const std::string& what) const { return client_.name() + ": " + what; }
  void sleep(std::chrono::milliseconds duration, const std::stop_token& stop) { clock_.sleep(duration, stop); }

  http::Reply send(const Call& call, const std::stop_token& stop);
  /// One reply per call, in order.
  std::vector<http::Reply> send_all(const std::vector<Call>& calls, const std::stop_token& stop);
  /// The body of a 200; else what the answer means.
  Result<std::string> ask(const Call& call, const std::string& place, const std::stop_token& stop);

  /// Everybody in the workspace, asked for once.
  Result<const UserIds*> users(const std::stop_token& stop);

 private:
  SessionOptions options_;
  Clock& clock_;
  http::Client client_;
  Budget budget_;
  std::optional<UserIds> users_;
};

}  // namespace notion
}  // namespace v1
}  // namespace fasti
