#include "connectors/http/retry.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "connectors/http/status.hpp"

namespace fasti {
inline namespace v1 {
namespace http {

std::chrono::milliseconds backoff(const RetryPolicy& policy, int failures, Random& random) {
  const auto doubled = policy.base * (std::int64_t{1} << std::clamp(failures, 0, 20));
  const auto ceiling = std::min<std::chrono::milliseconds>(doubled, policy.cap);
  return std::chrono::milliseconds{
      static_cast<std::int64_t>(random.next() % (static_cast<std::uint64_t>(ceiling.count()) + 1))};
}

bool may_repeat(const Request& request) {
  if (request.safe) return true;
  static constexpr std::array<std::string_view, 6> kSafe = {"GET",      "HEAD",   "OPTIONS",
                                                            "PROPFIND", "REPORT", "MKCALENDAR"};
  if (std::find(kSafe.begin(), kSafe.end(), request.method) != kSafe.end()) return true;
  return header(request.headers, "If-Match").has_value() || header(request.headers, "If-None-Match").has_value();
}

Verdict judge(const Request& request, const Reply& reply, Instant now) {
  if (!reply) {
    if (reply.error().kind != ErrorKind::transient) return Verdict::final;
    if (!reply.may_have_landed) return Verdict::retry;
    return may_repeat(request) ? Verdict::retry_doubt : Verdict::final;
  }
  const int status = reply->status;
  if (status == 429 || status == 529) return Verdict::retry;
  if (status == 503 && retry_after(reply->headers, now)) return Verdict::retry;
  // 500 and 507 repeat themselves (an invalid token on Xandikos, a full disk): trying again at once only adds load.
  const bool passing = status == 502 || status == 503 || status == 504 || status == 408 || status == 425;
  return passing && may_repeat(request) ? Verdict::retry_doubt : Verdict::final;
}

}  // namespace http
}  // namespace v1
}  // namespace fasti
