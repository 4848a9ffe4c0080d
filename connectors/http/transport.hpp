#pragma once
// One HTTP exchange as a value, and the interface that carries batches of them. The real one is curl_transport.hpp,
// tests script their own. Not for retrying, pacing or meaning: a Transport sends each request once and reports what
// came back; client.hpp adds the rest per connection.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fasti/error.hpp>

#include "engine/base/secret.hpp"

namespace fasti {
inline namespace v1 {
namespace http {

/// In the order of the wire; names compare without case.
using Headers = std::vector<std::pair<std::string, std::string>>;

/// The first value of `name`.
std::optional<std::string> header(const Headers& headers, std::string_view name);

enum class AuthScheme { none, basic, digest, bearer };

struct Auth {
  AuthScheme scheme = AuthScheme::none;
  std::string username;
  Secret secret;  ///< password, or the bearer token
};

/// What all requests of one connection share.
struct Endpoint {
  Auth auth;
  std::string ca_file;               ///< PEM; empty: the system's
  std::optional<std::string> proxy;  ///< nullopt: http_proxy, https_proxy and no_proxy of the environment; "": none
  std::chrono::milliseconds connect_timeout{15000};
  std::chrono::milliseconds total_timeout{300000};
  std::chrono::seconds stall_timeout{60};  ///< no byte for that long ends the exchange
};

struct Request {
  std::string method = "GET";
  std::string url;  ///< http or https, percent-encoded, without userinfo
  Headers headers;
  std::string body;                          ///< always sent with Content-Length; a body needs a Content-Type header
  std::size_t max_body = 64u << 20;          ///< of the answer, after decompression; a larger one is a bad_reply
  std::shared_ptr<const Endpoint> endpoint;  ///< null: no credentials, defaults
  bool safe = false;                         ///< a question, although its method says otherwise (a query by POST)
};

struct Response {
  int status = 0;
  Headers headers;
  std::string body;  ///< decompressed
  std::string url;   ///< that answered: differs from the request's after a redirect
  /// An earlier try of the same request may have landed: a 412, 409 or 404 may be our own doing.
  bool in_doubt = false;
};

/// An answer of whatever status, or why there is none (transient, bad_reply, cancelled, bad_config).
struct Reply : Result<Response> {
  using Result<Response>::Result;
  Reply(Result<Response> result) : Result<Response>(std::move(result)) {}
  bool may_have_landed = true;  ///< false: surely nothing of the request reached the server
  std::uint64_t exchanges = 1;  ///< requests that the server saw: digest asks twice
};

class Transport {
 public:
  virtual ~Transport() = default;
  /// One reply per request, in order, at most `parallel` at a time. Thread-safe. Once `stop` is requested the
  /// remaining replies are `cancelled`.
  virtual std::vector<Reply> send(std::span<const Request> requests, std::size_t parallel, std::stop_token stop) = 0;
};

}  // namespace http
}  // namespace v1
}  // namespace fasti
