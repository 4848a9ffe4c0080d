#include "connectors/auth/token_cache.hpp"

#include <mutex>

namespace fasti {
inline namespace v1 {
namespace auth {
namespace {

/// A token that is about to expire would be refused on the way.
constexpr std::chrono::seconds kMargin{60};
/// For endpoints that do not say.
constexpr std::chrono::seconds kUnknownLife{300};

class Cache final : public http::TokenSource {
 public:
  Cache(Clock& clock, Fetch fetch) : clock_(clock), fetch_(std::move(fetch)) {}

  Result<Secret> token(const Secret& refused, std::stop_token stop) override {
    const std::lock_guard lock(mutex_);
    const bool good = !current_.empty() && clock_.now() < good_until_;
    if (good && (refused.empty() || current_.reveal() != refused.reveal())) return current_;
    auto reply = fetch_(std::move(stop));
    if (!reply) return std::move(reply).error();
    const auto life = reply->expires_in.count() > 0 ? reply->expires_in : kUnknownLife;
    // A life shorter than the margin is used up to its half: fetching for every request would be worse.
    good_until_ = clock_.now() + std::max<std::chrono::seconds>(life - kMargin, life / 2);
    current_ = std::move(reply->access);
    return current_;
  }

 private:
  Clock& clock_;
  Fetch fetch_;
  std::mutex mutex_;
  Secret current_;
  Instant good_until_{};
};

class Fixed final : public http::TokenSource {
 public:
  Fixed(Secret token, std::string hint) : token_(std::move(token)), hint_(std::move(hint)) {}

  Result<Secret> token(const Secret& refused, std::stop_token) override {
    if (refused.empty() || refused.reveal() != token_.reveal()) return token_;
    Error error;
    error.kind = ErrorKind::unauthenticated;
    error.message = "the token is not accepted";
    error.hint = hint_;
    return error;
  }

 private:
  Secret token_;
  std::string hint_;
};

}  // namespace

std::shared_ptr<http::TokenSource> cached_tokens(Clock& clock, Fetch fetch) {
  return std::make_shared<Cache>(clock, std::move(fetch));
}

std::shared_ptr<http::TokenSource> fixed_token(Secret token, std::string hint) {
  return std::make_shared<Fixed>(std::move(token), std::move(hint));
}

}  // namespace auth
}  // namespace v1
}  // namespace fasti
