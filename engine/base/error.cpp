#include <fasti/error.hpp>

namespace fasti {
inline namespace v1 {

const char* name(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::transient:
      return "transient";
    case ErrorKind::rate_limited:
      return "rate_limited";
    case ErrorKind::unauthenticated:
      return "unauthenticated";
    case ErrorKind::forbidden:
      return "forbidden";
    case ErrorKind::precondition_failed:
      return "precondition_failed";
    case ErrorKind::not_found:
      return "not_found";
    case ErrorKind::rejected:
      return "rejected";
    case ErrorKind::bad_reply:
      return "bad_reply";
    case ErrorKind::cursor_expired:
      return "cursor_expired";
    case ErrorKind::unsupported:
      return "unsupported";
    case ErrorKind::bad_config:
      return "bad_config";
    case ErrorKind::bad_input:
      return "bad_input";
    case ErrorKind::corrupt_store:
      return "corrupt_store";
    case ErrorKind::store_busy:
      return "store_busy";
    case ErrorKind::disk:
      return "disk";
    case ErrorKind::held:
      return "held";
    case ErrorKind::gap:
      return "gap";
    case ErrorKind::cancelled:
      return "cancelled";
    case ErrorKind::internal:
      return "internal";
  }
  return "internal";
}

std::string Error::text() const {
  std::string out;
  out.reserve(place.size() + message.size() + hint.size() + 4);
  if (!place.empty()) out.append(place).append(": ");
  out.append(message);
  if (!hint.empty()) out.append("; ").append(hint);
  return out;
}

}  // namespace v1
}  // namespace fasti
