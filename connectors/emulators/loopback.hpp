#pragma once
// A stand-in on a port of 127.0.0.1, for official clients and `fasti sandbox`; over TLS with a certificate made at the
// start where a client speaks nothing else. Never listens to another machine. Only there when the build has
// cpp-httplib.
#include <memory>
#include <string>

#include <fasti/error.hpp>

#include "connectors/emulators/service.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {

enum class LoopbackScheme { http, https };

class Loopback {
 public:
  /// `port` 0: any that is free. The service must outlive this; it is called from several threads.
  static Result<std::unique_ptr<Loopback>> start(Service& service, int port, LoopbackScheme scheme);
  ~Loopback();
  Loopback(const Loopback&) = delete;
  Loopback& operator=(const Loopback&) = delete;

  /// "http://127.0.0.1:4701/"; with TLS "https://localhost:4702/", the name in the certificate.
  const std::string& url() const { return url_; }
  /// PEM of the certificate, which clients have to trust; empty without TLS.
  const std::string& certificate() const { return certificate_; }

 private:
  struct Server;
  Loopback();

  std::unique_ptr<Server> server_;
  std::string url_;
  std::string certificate_;
};

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
