#pragma once
// One Outlook connection: its address, the preferences that every call needs, and the two ways of asking: one request,
// or many in batches of twenty. Knows which calls may be sent again, nothing of what they mean.
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "connectors/http/client.hpp"
#include "connectors/http/url.hpp"
#include "connectors/outlook/body.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {

struct SessionOptions {
  http::Url url;              ///< of the version, ends in '/'
  std::string user;           ///< empty: the one who signed in
  std::chrono::hours past{};  ///< of now, that a first listing shows
  std::chrono::hours future{};
  std::size_t page = 500;    ///< events asked for at once
  bool invitations = false;  ///< writes that make Outlook send mail
};

/// A request relative to the version ("/me/calendars"). Every write of ours may be sent twice: creates carry a
/// transactionId, the others a version.
struct Call {
  std::string method = "GET";
  std::string path;
  http::Headers headers;
  std::string body;
  bool html = false;  ///< bodies as HTML
};

class Session {
 public:
  Session(SessionOptions options, Services services, http::ClientOptions client);

  const SessionOptions& options() const { return options_; }
  Instant now() { return client_.now(); }
  std::uint64_t requests() const { return client_.requests(); }
  std::string place(const std::string& what) const { return client_.name() + ": " + what; }
  const std::string& name() const { return client_.name(); }

  std::string calendars_path() const;
  std::string calendar_path(const std::string& calendar) const;
  std::string event_path(const std::string& calendar, const std::string& id) const;
  /// With everything that a series needs, and our marker.
  Call get_event(const std::string& calendar, const std::string& id) const;

  http::Reply send(const Call& call, const std::stop_token& stop);
  /// A link that Graph gave, verbatim. bad_reply when it leads to another host.
  http::Reply follow(const std::string& link, const std::stop_token& stop);
  /// One reply per call, in order; parts that were throttled or lost are sent again.
  std::vector<http::Reply> send_all(const std::vector<Call>& calls, const std::stop_token& stop);

 private:
  http::Headers preferences(const Call& call) const;
  http::Request request_of(const Call& call) const;
  struct Round;
  void send_chunk(const std::vector<Call>& calls, const std::vector<std::size_t>& chunk, Round& round,
                  const std::stop_token& stop);
  void take_parts(const http::Response& answer, const std::vector<std::size_t>& chunk, Round& round);

  SessionOptions options_;
  Services services_;
  http::Client client_;
};

std::string encode_segment(const std::string& text);

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
