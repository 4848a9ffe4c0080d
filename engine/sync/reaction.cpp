#include "engine/sync/reaction.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {

Reaction reaction_to_write(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::transient:
    case ErrorKind::bad_reply:
      return Reaction::in_doubt;
    case ErrorKind::rate_limited:
    case ErrorKind::unauthenticated:
    case ErrorKind::disk:
    case ErrorKind::cancelled:
    case ErrorKind::bad_config:
    case ErrorKind::held:
    case ErrorKind::gap:
    case ErrorKind::store_busy:
      return Reaction::stop_target;
    case ErrorKind::precondition_failed:
      return Reaction::look_again;
    case ErrorKind::not_found:
      return Reaction::already_gone;
    case ErrorKind::forbidden:
    case ErrorKind::rejected:
    case ErrorKind::unsupported:
    case ErrorKind::bad_input:
      return Reaction::park;
    case ErrorKind::cursor_expired:
      return Reaction::look_again;
    case ErrorKind::corrupt_store:
    case ErrorKind::internal:
      return Reaction::stop_run;
  }
  return Reaction::stop_run;
}

bool stops_connection(ErrorKind kind) noexcept {
  return kind == ErrorKind::unauthenticated || kind == ErrorKind::bad_config || kind == ErrorKind::rate_limited;
}

}  // namespace sync
}  // namespace v1
}  // namespace fasti
