#pragma once
// One Google connection: its addresses, its HTTP client and the request shapes that everything else is made of.
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "connectors/google/event.hpp"
#include "connectors/google/settings.hpp"
#include "connectors/http/client.hpp"

namespace fasti {
inline namespace v1 {
namespace google {

/// Query parameters, not encoded yet.
using Query = std::vector<std::pair<std::string, std::string>>;

class Session {
 public:
  Session(Settings settings, std::unique_ptr<http::Client> client);

  http::Client& client() { return *client_; }
  const http::Client& client() const { return *client_; }
  const Settings& settings() const { return settings_; }
  Instant now() { return client_->now(); }
  std::string place(const std::string& collection, const std::string& id = {}) const;

  /// `path` below calendar/v3/, its parts encoded.
  http::Request request(const std::string& method, const std::string& path, Query query, std::string body = {}) const;
  http::Request event_request(const std::string& method, const std::string& collection, const std::string& id,
                              Query query = {}, std::string body = {}) const;
  /// The occurrence of a series that starts (or was to start) then.
  http::Request occurrence_request(const std::string& collection, const std::string& master, const std::string& start,
                                   const std::string& page = {}) const;
  /// The master with this iCalUID and all of its exceptions.
  http::Request series_request(const std::string& collection, const std::string& uid,
                               const std::string& page = {}) const;

  /// One reply per request, in order. Several go as batches; what a batch answers with "try again" is sent by itself.
  std::vector<http::Reply> send(std::vector<http::Request> requests, const std::stop_token& stop);

  /// The zone of a calendar, where times without one are placed: from its last listing, or asked for.
  Result<std::string> zone_of(const std::string& collection, const std::stop_token& stop);
  void remember_zone(const std::string& collection, const std::string& zone);

 private:
  void send_batch(std::vector<http::Request>& requests, std::size_t from, std::size_t count,
                  std::vector<http::Reply>& replies, const std::stop_token& stop);

  Settings settings_;
  std::unique_ptr<http::Client> client_;
  std::map<std::string, std::string> zones_;
};

/// A segment of a path: also '/' is escaped.
std::string encode_segment(const std::string& text);

}  // namespace google
}  // namespace v1
}  // namespace fasti
