#include "tests/unit/http/socket_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

namespace fasti {
inline namespace v1 {
namespace support {
namespace {

/// The whole next request, or "" when the client has gone.
std::string read_request(int socket, std::string& buffer) {
  char chunk[4096];
  for (;;) {
    const auto head = buffer.find("\r\n\r\n");
    if (head != std::string::npos) {
      const auto field = buffer.find("Content-Length: ");
      const std::size_t body = field < head ? std::strtoul(buffer.c_str() + field + 16, nullptr, 10) : 0;
      if (buffer.size() >= head + 4 + body) {
        std::string request = buffer.substr(0, head + 4 + body);
        buffer.erase(0, request.size());
        return request;
      }
    }
    const auto got = ::recv(socket, chunk, sizeof chunk, 0);
    if (got <= 0) return "";
    buffer.append(chunk, static_cast<std::size_t>(got));
  }
}

bool write_all(int socket, const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const auto n = ::send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) return false;
    sent += static_cast<std::size_t>(n);
  }
  return true;
}

}  // namespace

SocketServer::SocketServer(Handler handler) : handler_(std::move(handler)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    std::abort();
  port_ = ntohs(address.sin_port);
  accepter_ = std::thread([this] {
    for (;;) {
      const int socket = ::accept(listener_, nullptr, nullptr);
      if (socket < 0) return;
      ++connections_;
      const std::lock_guard lock(mutex_);
      sockets_.push_back(socket);
      workers_.emplace_back([this, socket] { serve(socket); });
    }
  });
}

SocketServer::~SocketServer() {
  ::shutdown(listener_, SHUT_RDWR);
  accepter_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  }
  for (auto& worker : workers_) worker.join();
  for (const int socket : sockets_) ::close(socket);
  ::close(listener_);
}

void SocketServer::serve(int socket) {
  std::string buffer;
  for (;;) {
    const std::string request = read_request(socket, buffer);
    if (request.empty()) break;
    Answer answer;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
      answer = handler_(request);
    }
    if (!write_all(socket, answer.bytes) || answer.close) break;
    if (answer.hang) {
      char byte = 0;
      static_cast<void>(::recv(socket, &byte, 1, 0));
      break;
    }
  }
  ::shutdown(socket, SHUT_RDWR);
}

std::string SocketServer::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

std::vector<std::string> SocketServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::string plain_answer(const std::string& body, const std::string& more_headers) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more_headers + "\r\n" + body;
}

}  // namespace support
}  // namespace v1
}  // namespace fasti
