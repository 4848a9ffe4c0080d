// A few lines of sockets instead of a web server: one page on one loopback port for one sign-in, waited for with
// poll() so that a stop request and a browser's idle spare connections do no harm.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vector>

#include "connectors/auth/sign_in.hpp"
#include "connectors/http/url.hpp"

namespace fasti {
inline namespace v1 {
namespace auth {
namespace {

using Parameters = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t kRequestMax = 16384;
constexpr std::string_view kPage =
    "<!doctype html><meta charset=utf-8><title>Fasti</title><p>Fasti has the answer. You can close this page.";

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

struct Connection {
  Descriptor socket;
  std::string read;
  bool ended = false;
};

std::string decode(std::string text) {
  for (char& c : text) {
    if (c == '+') c = ' ';
  }
  return http::percent_decode(text);
}

/// Of "GET /?code=a&state=b HTTP/1.1".
Parameters parameters_of(const std::string& request) {
  Parameters out;
  const std::string target = request.substr(0, request.find_first_of("\r\n"));
  std::size_t begin = target.find('?');
  const std::size_t end = target.find(' ', target.find(' ') + 1);
  if (begin == std::string::npos || end == std::string::npos || begin > end) return out;
  for (++begin; begin < end;) {
    const std::size_t stop = std::min(target.find('&', begin), end);
    const std::size_t equals = std::min(target.find('=', begin), stop);
    out.emplace_back(decode(target.substr(begin, equals - begin)),
                     equals < stop ? decode(target.substr(equals + 1, stop - equals - 1)) : std::string());
    begin = stop + 1;
  }
  return out;
}

bool is_answer(const Parameters& parameters) {
  for (const auto& [name, value] : parameters) {
    if (name == "code" || name == "error") return true;
  }
  return false;
}

void reply(int socket, bool found) {
  const std::string head = found ? "200 OK" : "404 Not Found";
  const std::string body(found ? kPage : "");
  const std::string text = "HTTP/1.1 " + head + "\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: " +
                           std::to_string(body.size()) + "\r\n\r\n" + body;
  // The page is a courtesy: the answer counts even if the browser has gone.
  (void)!send(socket, text.data(), text.size(), MSG_NOSIGNAL);
}

class LoopbackReceiver final : public RedirectReceiver {
 public:
  static std::unique_ptr<LoopbackReceiver> listen_now() {
    auto out = std::make_unique<LoopbackReceiver>();
    out->listener_ = Descriptor(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    int ends[2];
    if (bind(out->listener_.get(), raw, size) != 0 || listen(out->listener_.get(), 8) != 0 ||
        getsockname(out->listener_.get(), raw, &size) != 0 || pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
      return nullptr;
    out->wake_read_ = Descriptor(ends[0]);
    out->wake_write_ = Descriptor(ends[1]);
    out->port_ = ntohs(address.sin_port);
    return out;
  }

  int port() const override { return port_; }

  Result<Parameters> wait(std::stop_token stop) override {
    const std::stop_callback wake(stop, [this] { (void)!write(wake_write_.get(), "x", 1); });
    while (!stop.stop_requested()) {
      std::vector<pollfd> waiting{{wake_read_.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
      for (const Connection& open : connections_) waiting.push_back({open.socket.get(), POLLIN, 0});
      if (poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) break;
      for (std::size_t i = 0; i < connections_.size(); ++i) {
        if (waiting[i + 2].revents == 0) continue;
        auto answer = serve(connections_[i]);
        if (!is_answer(answer)) continue;
        connections_.clear();  // the browser shows the page once its connection is closed
        return answer;
      }
      std::erase_if(connections_, [](const Connection& open) { return open.ended; });
      if (waiting[1].revents != 0) accept_one();
    }
    Error error;
    error.kind = ErrorKind::cancelled;
    error.message = "stopped";
    return error;
  }

 private:
  void accept_one() {
    Descriptor socket(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (socket.get() >= 0) connections_.push_back({std::move(socket), "", false});
  }

  /// Reads what there is; the parameters once the request is whole.
  static Parameters serve(Connection& open) {
    char buffer[4096];
    const ssize_t size = recv(open.socket.get(), buffer, sizeof buffer, 0);
    if (size > 0) open.read.append(buffer, static_cast<std::size_t>(size));
    const bool whole = open.read.find("\r\n\r\n") != std::string::npos;
    open.ended =
        whole || size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR) || open.read.size() > kRequestMax;
    if (!whole) return {};
    auto parameters = parameters_of(open.read);
    reply(open.socket.get(), is_answer(parameters));
    return parameters;
  }

  Descriptor listener_;
  Descriptor wake_read_;
  Descriptor wake_write_;
  std::vector<Connection> connections_;
  int port_ = 0;
};

}  // namespace

Result<std::unique_ptr<RedirectReceiver>> listen_on_loopback() {
  if (auto receiver = LoopbackReceiver::listen_now()) return std::unique_ptr<RedirectReceiver>(std::move(receiver));
  Error error;
  error.kind = ErrorKind::transient;
  error.message = "no loopback port to wait for the browser";
  return error;
}

}  // namespace auth
}  // namespace v1
}  // namespace fasti
