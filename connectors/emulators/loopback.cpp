#include "connectors/emulators/loopback.hpp"

#include <httplib.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <thread>

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

constexpr long kCertificateLife = 30L * 24 * 3600;
constexpr std::size_t kBodyMax = 256u << 20;

Error failure(const std::string& message) { return {ErrorKind::transient, message, "127.0.0.1", "", std::nullopt}; }

struct Identity {
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{nullptr, EVP_PKEY_free};
  std::unique_ptr<X509, decltype(&X509_free)> certificate{nullptr, X509_free};
};

bool add_extension(X509* certificate, int id, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509V3_EXT_conf_nid(nullptr, &context, id, value), X509_EXTENSION_free);
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

/// A key and a certificate of its own for localhost.
Identity make_identity() {
  Identity out;
  out.key.reset(EVP_RSA_gen(2048));
  out.certificate.reset(X509_new());
  X509* certificate = out.certificate.get();
  if (!out.key || !certificate) return {};
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), kCertificateLife);
  X509_set_pubkey(certificate, out.key.get());
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  const bool whole = add_extension(certificate, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1") &&
                     add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE") &&
                     X509_sign(certificate, out.key.get(), EVP_sha256()) > 0;
  return whole ? std::move(out) : Identity{};
}

std::string pem_of(X509* certificate) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
  if (!bio || PEM_write_bio_X509(bio.get(), certificate) != 1) return "";
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

/// Headers that belong to the connection, not to the answer.
bool is_of_connection(const std::string& name) {
  return name == "Content-Length" || name == "Transfer-Encoding" || name == "Connection" || name == "Content-Type";
}

void answer(Service& service, const std::string& base, const httplib::Request& asked, httplib::Response& out) {
  http::Request request;
  request.method = asked.method;
  request.url = base.substr(0, base.size() - 1) + asked.target;
  for (const auto& [name, value] : asked.headers) request.headers.emplace_back(name, value);
  request.body = asked.body;
  const http::Response response = service.handle(request);
  out.status = response.status;
  for (const auto& [name, value] : response.headers)
    if (!is_of_connection(name)) out.set_header(name, value);
  if (!response.body.empty())
    out.set_content(response.body, http::header(response.headers, "Content-Type").value_or("application/json"));
}

}  // namespace

struct Loopback::Server {
  Identity identity;
  std::unique_ptr<httplib::Server> http;
  std::thread thread;
};

Loopback::Loopback() : server_(std::make_unique<Server>()) {}

Loopback::~Loopback() {
  if (server_->http) server_->http->stop();
  if (server_->thread.joinable()) server_->thread.join();
}

Result<std::unique_ptr<Loopback>> Loopback::start(Service& service, int port, LoopbackScheme scheme) {
  std::unique_ptr<Loopback> out(new Loopback());
  Server& server = *out->server_;
  if (scheme == LoopbackScheme::https) {
    server.identity = make_identity();
    if (!server.identity.certificate) return failure("no certificate could be made");
    out->certificate_ = pem_of(server.identity.certificate.get());
    server.http = std::make_unique<httplib::SSLServer>(server.identity.certificate.get(), server.identity.key.get());
  } else {
    server.http = std::make_unique<httplib::Server>();
  }
  if (!server.http->is_valid()) return failure("the server could not be set up");
  server.http->set_payload_max_length(kBodyMax);
  server.http->set_tcp_nodelay(true);
  // Without the library's SO_REUSEPORT: two programs would share a port and answer by turns.
  server.http->set_socket_options([](socket_t socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  const int bound = port == 0 ? server.http->bind_to_any_port("127.0.0.1")
                              : (server.http->bind_to_port("127.0.0.1", port) ? port : -1);
  if (bound < 0) return failure("port " + std::to_string(port) + " is taken");
  out->url_ =
      (scheme == LoopbackScheme::https ? "https://localhost:" : "http://127.0.0.1:") + std::to_string(bound) + "/";
  const auto handler = [&service, base = out->url_](const httplib::Request& request, httplib::Response& response) {
    answer(service, base, request, response);
  };
  server.http->Get(".*", handler);
  server.http->Post(".*", handler);
  server.http->Put(".*", handler);
  server.http->Patch(".*", handler);
  server.http->Delete(".*", handler);
  server.thread = std::thread([http = server.http.get()] { http->listen_after_bind(); });
  // A stop before the loop has begun would be forgotten; connections are taken since the port was bound.
  while (!server.http->is_running()) std::this_thread::yield();
  return out;
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
