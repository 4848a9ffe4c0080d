#include "connectors/http/curl_transport.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>

#include "connectors/http/redact.hpp"

namespace fasti {
inline namespace v1 {
namespace http {
namespace {

constexpr std::size_t kHeaderBytesMax = 1u << 20;
constexpr int kPollMs = 1000;

struct EasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct MultiDeleter {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;
using List = std::unique_ptr<curl_slist, ListDeleter>;

/// One exchange under way; curl holds pointers into it.
struct Transfer {
  std::size_t index = 0;
  const Request* request = nullptr;
  Easy easy;
  List headers;
  Response response;
  std::size_t header_bytes = 0;
  std::uint64_t answers = 0;
  bool too_large = false;
  std::array<char, CURL_ERROR_SIZE> error{};
};

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::size_t bytes = size * count;
  if (transfer.response.body.size() + bytes > transfer.request->max_body) {
    transfer.too_large = true;
    return 0;
  }
  transfer.response.body.append(data, bytes);
  return bytes;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == '\r' || text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  return text;
}

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::string_view line(data, size * count);
  transfer.header_bytes += line.size();
  if (transfer.header_bytes > kHeaderBytesMax) {
    transfer.too_large = true;
    return 0;
  }
  if (line.substr(0, 5) == "HTTP/") {
    transfer.response.headers.clear();
    const auto space = line.find(' ');
    const bool interim = space != std::string_view::npos && line.substr(space + 1, 1) == "1";
    if (!interim) ++transfer.answers;
    return line.size();
  }
  const auto colon = line.find(':');
  if (colon != std::string_view::npos)
    transfer.response.headers.emplace_back(trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
  return line.size();
}

/// Options that are the same for every request: set once per easy handle.
Easy make_easy() {
  Easy easy(curl_easy_init());
  CURL* h = easy.get();
  if (!h) return easy;
  curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(h, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  curl_easy_setopt(h, CURLOPT_HTTP09_ALLOWED, 0L);
  curl_easy_setopt(h, CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt(h, CURLOPT_USERAGENT, "fasti");
  curl_easy_setopt(h, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(h, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(h, CURLOPT_BUFFERSIZE, 102400L);
  curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, on_header);
  return easy;
}

void set_auth(CURL* h, const Auth& auth) {
  const bool named = auth.scheme == AuthScheme::basic || auth.scheme == AuthScheme::digest;
  curl_easy_setopt(h, CURLOPT_USERNAME, named ? auth.username.c_str() : nullptr);
  curl_easy_setopt(h, CURLOPT_PASSWORD, named ? auth.secret.reveal().c_str() : nullptr);
  const bool bearer = auth.scheme == AuthScheme::bearer;
  curl_easy_setopt(h, CURLOPT_XOAUTH2_BEARER, bearer ? auth.secret.reveal().c_str() : nullptr);
  const auto mask = bearer ? CURLAUTH_BEARER : auth.scheme == AuthScheme::digest ? CURLAUTH_DIGEST : CURLAUTH_BASIC;
  curl_easy_setopt(h, CURLOPT_HTTPAUTH, static_cast<long>(mask));
}

void set_endpoint(CURL* h, const Endpoint& endpoint) {
  set_auth(h, endpoint.auth);
  // Untouched otherwise: setting CURLOPT_CAINFO to null would switch the system's bundle off.
  if (!endpoint.ca_file.empty()) curl_easy_setopt(h, CURLOPT_CAINFO, endpoint.ca_file.c_str());
  curl_easy_setopt(h, CURLOPT_PROXY, endpoint.proxy ? endpoint.proxy->c_str() : nullptr);
  curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(endpoint.connect_timeout.count()));
  curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, static_cast<long>(endpoint.total_timeout.count()));
  curl_easy_setopt(h, CURLOPT_LOW_SPEED_TIME, static_cast<long>(endpoint.stall_timeout.count()));
}

void set_method(CURL* h, const Request& request) {
  const bool bodied =
      !request.body.empty() || request.method == "PUT" || request.method == "POST" || request.method == "PATCH";
  curl_easy_setopt(h, CURLOPT_HTTPGET, 1L);
  curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, nullptr);
  if (request.method == "HEAD") {
    curl_easy_setopt(h, CURLOPT_NOBODY, 1L);
  } else if (bodied) {
    curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(h, CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  } else if (request.method != "GET") {
    curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
}

List header_list(const Request& request) {
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  for (const auto& [name, value] : request.headers) {
    const std::string line = value.empty() ? name + ";" : name + ": " + value;
    list = curl_slist_append(list, line.c_str());
  }
  return List(list);
}

Error make_error(ErrorKind kind, std::string message, std::string hint = "") {
  Error error;
  error.kind = kind;
  error.message = std::move(message);
  error.hint = std::move(hint);
  return error;
}

Error curl_error(CURLcode code, const Transfer& transfer) {
  const std::string detail =
      redact_text(transfer.error[0] ? std::string(transfer.error.data()) : std::string(curl_easy_strerror(code)));
  if (transfer.too_large)
    return make_error(ErrorKind::bad_reply,
                      "the answer is larger than " + std::to_string(transfer.request->max_body) + " bytes");
  switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return make_error(ErrorKind::bad_config, "not an http or https address: " + detail);
    case CURLE_SSL_CACERT_BADFILE:
      return make_error(ErrorKind::bad_config, detail, "check ca_file");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
      return make_error(ErrorKind::unauthenticated, "the server's certificate is not trusted: " + detail,
                        "set ca_file to the certificate authority of this server");
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WEIRD_SERVER_REPLY:
      return make_error(ErrorKind::bad_reply, detail);
    default:
      return make_error(ErrorKind::transient, detail);
  }
}

Error cancelled() { return make_error(ErrorKind::cancelled, "stopped"); }

/// Whether a byte may have reached the server. What a proxy was asked that would not make a tunnel does not count.
bool has_sent(CURL* h) {
  long sent = 0;
  long tunnel = 0;
  curl_easy_getinfo(h, CURLINFO_REQUEST_SIZE, &sent);
  curl_easy_getinfo(h, CURLINFO_HTTP_CONNECTCODE, &tunnel);
  return sent > 0 && (tunnel == 0 || tunnel / 100 == 2);
}

Reply make_reply(CURLcode code, Transfer& transfer) {
  CURL* h = transfer.easy.get();
  if (code == CURLE_OK) {
    long status = 0;
    curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
    transfer.response.status = static_cast<int>(status);
    transfer.response.url = transfer.request->url;
    Reply reply{std::move(transfer.response)};
    reply.exchanges = std::max<std::uint64_t>(transfer.answers, 1);
    return reply;
  }
  Reply reply{curl_error(code, transfer)};
  reply.may_have_landed = has_sent(h);
  reply.exchanges = reply.may_have_landed ? std::max<std::uint64_t>(transfer.answers, 1) : 0;
  return reply;
}

/// A multi handle with its spare easy handles; used by one thread at a time.
class Session {
 public:
  Session() : multi_(curl_multi_init()) {
    if (multi_) curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, 64L);
  }

  std::vector<Reply> run(std::span<const Request> requests, std::size_t parallel, const std::stop_token& stop) {
    std::vector<Reply> replies(requests.size(), Reply{cancelled()});
    for (auto& reply : replies) {
      reply.may_have_landed = false;
      reply.exchanges = 0;
    }
    if (!multi_) return replies;
    const std::stop_callback wake(stop, [this] { curl_multi_wakeup(multi_.get()); });
    std::size_t next = 0;
    while (!stop.stop_requested() && (next < requests.size() || !active_.empty())) {
      while (next < requests.size() && active_.size() < std::max<std::size_t>(parallel, 1)) {
        start(next, requests[next], replies[next]);
        ++next;
      }
      int running = 0;
      if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) break;
      if (!collect(replies) && running > 0) curl_multi_poll(multi_.get(), nullptr, 0, kPollMs, nullptr);
    }
    abandon(replies);
    return replies;
  }

 private:
  void start(std::size_t index, const Request& request, Reply& reply) {
    auto transfer = std::make_unique<Transfer>();
    const Endpoint* owner = request.endpoint.get();
    auto& spare = spare_[owner ? owner->ca_file : std::string()];
    if (spare.empty()) {
      transfer->easy = make_easy();
    } else {
      transfer->easy = std::move(spare.back());
      spare.pop_back();
    }
    CURL* h = transfer->easy.get();
    if (!h) {
      reply = Reply{make_error(ErrorKind::transient, "out of memory")};
      return;
    }
    transfer->index = index;
    transfer->request = &request;
    transfer->headers = header_list(request);
    static const Endpoint kPlain;
    set_endpoint(h, owner ? *owner : kPlain);
    set_method(h, request);
    // On plain http it would make the first requests queue behind each other for a multiplexing that never comes.
    curl_easy_setopt(h, CURLOPT_PIPEWAIT, request.url.compare(0, 6, "https:") == 0 ? 1L : 0L);
    curl_easy_setopt(h, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(h, CURLOPT_HTTPHEADER, transfer->headers.get());
    curl_easy_setopt(h, CURLOPT_WRITEDATA, transfer.get());
    curl_easy_setopt(h, CURLOPT_HEADERDATA, transfer.get());
    curl_easy_setopt(h, CURLOPT_ERRORBUFFER, transfer->error.data());
    curl_multi_add_handle(multi_.get(), h);
    active_.emplace(h, std::move(transfer));
  }

  bool collect(std::vector<Reply>& replies) {
    bool any = false;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      auto node = active_.extract(message->easy_handle);
      if (node.empty()) continue;
      Transfer& transfer = *node.mapped();
      replies[transfer.index] = make_reply(code, transfer);
      release(transfer);
      any = true;
    }
    return any;
  }

  /// What is still under way when the run was stopped may have landed.
  void abandon(std::vector<Reply>& replies) {
    for (auto& [easy, transfer] : active_) {
      const bool sent = has_sent(easy);
      replies[transfer->index].may_have_landed = sent;
      replies[transfer->index].exchanges = sent ? 1 : 0;
      release(*transfer);
    }
    active_.clear();
  }

  void release(Transfer& transfer) {
    CURL* h = transfer.easy.get();
    curl_multi_remove_handle(multi_.get(), h);
    // The buffers these point to end with the transfer, and a kept handle must not keep a secret.
    curl_easy_setopt(h, CURLOPT_ERRORBUFFER, nullptr);
    curl_easy_setopt(h, CURLOPT_HTTPHEADER, nullptr);
    curl_easy_setopt(h, CURLOPT_POSTFIELDS, nullptr);
    set_auth(h, Auth{});
    const Endpoint* owner = transfer.request->endpoint.get();
    spare_[owner ? owner->ca_file : std::string()].push_back(std::move(transfer.easy));
  }

  std::unique_ptr<CURLM, MultiDeleter> multi_;
  std::map<CURL*, std::unique_ptr<Transfer>> active_;
  std::map<std::string, std::vector<Easy>> spare_;  ///< by CA file, which cannot be unset
};

class CurlTransport final : public Transport {
 public:
  std::vector<Reply> send(std::span<const Request> requests, std::size_t parallel, std::stop_token stop) override {
    auto session = take();
    auto replies = session->run(requests, parallel, stop);
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(session));
    return replies;
  }

 private:
  /// One session for as many threads as send at once: a program with one thread has one connection cache.
  std::unique_ptr<Session> take() {
    static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
    static_cast<void>(initialised);
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<Session>();
    auto session = std::move(idle_.back());
    idle_.pop_back();
    return session;
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<Session>> idle_;
};

}  // namespace

std::shared_ptr<Transport> make_curl_transport() { return std::make_shared<CurlTransport>(); }

}  // namespace http
}  // namespace v1
}  // namespace fasti
