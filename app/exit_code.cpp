#include "app/exit_code.hpp"

#include <array>

namespace fasti {
inline namespace v1 {
namespace app {

int exit_code(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::bad_config:
    case ErrorKind::bad_input:
    case ErrorKind::unsupported:
      return kBadUsage;
    case ErrorKind::held:
      return kHeld;
    default:
      return kFailed;
  }
}

bool is_connection_error(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::transient:
    case ErrorKind::rate_limited:
    case ErrorKind::unauthenticated:
    case ErrorKind::forbidden:
    case ErrorKind::not_found:
    case ErrorKind::bad_reply:
      return true;
    default:
      return false;
  }
}

int worse(int a, int b) noexcept {
  constexpr std::array order{kBadUsage, kFailed, kHeld, kConnectionFailed, kWaiting};
  for (int code : order) {
    if (a == code || b == code) return code;
  }
  return kDone;
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
