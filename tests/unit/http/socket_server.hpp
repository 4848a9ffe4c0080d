#pragma once
// A tiny HTTP server on a loopback port of its own, for tests of the real transport: the test writes the raw bytes of
// each answer, so that every way of answering badly can be had. Not for more than a few connections.
#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace fasti {
inline namespace v1 {
namespace support {

class SocketServer {
 public:
  struct Answer {
    std::string bytes;
    bool close = false;
    bool hang = false;  ///< after the bytes say nothing more until the client or the test ends
  };
  /// Gets the head and body of a request as they came.
  using Handler = std::function<Answer(const std::string& request)>;

  explicit SocketServer(Handler handler);
  ~SocketServer();
  SocketServer(const SocketServer&) = delete;
  SocketServer& operator=(const SocketServer&) = delete;

  std::string url(const std::string& path = "/") const;
  int connections() const { return connections_; }
  std::vector<std::string> requests() const;

 private:
  void serve(int socket);

  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_{0};
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::vector<int> sockets_;
  std::vector<std::thread> workers_;
  std::thread accepter_;
};

/// "HTTP/1.1 200 OK" with Content-Length.
std::string plain_answer(const std::string& body, const std::string& more_headers = "");

}  // namespace support
}  // namespace v1
}  // namespace fasti
