#pragma once
// What can go wrong, as values. Every failing call of the library returns a Result whose Error says what the
// engine (and the caller) does next, where it happened, and the next command to type. Not for control flow.
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace fasti {
inline namespace v1 {

/// Chosen by what happens next, not by who failed (the reactions stand in engine/sync/reaction.cpp).
enum class ErrorKind {
  transient,            ///< network, 5xx, time-out: wait, try again
  rate_limited,         ///< 429 and its kin: wait for `retry_after`
  unauthenticated,      ///< refresh once, then stop this connection only
  forbidden,            ///< this account may not do that; the collection is never read as empty
  precondition_failed,  ///< somebody else wrote first: fetch, plan again
  not_found,            ///< confirm the deletion before believing it
  rejected,             ///< the provider refuses this one object: park it
  bad_reply,            ///< the provider's answer is unreadable: park or retry, never "empty"
  cursor_expired,       ///< complete listing
  unsupported,          ///< this provider or version cannot do that
  bad_config,           ///< fasti.toml, mapping or kind: refuse, name file and key
  bad_input,            ///< a record, CSV row or argument: refuse, change nothing
  corrupt_store,        ///< stop, touch nothing, name `fasti repair`
  store_busy,           ///< another run holds the store
  disk,                 ///< disk full, read-only, I/O error
  held,                 ///< a guard holds a target, or an apply was refused
  gap,                  ///< the asked journal sequence is older than what is kept
  cancelled,            ///< the caller's stop token
  internal,             ///< a bug in Fasti
};

/// Stable lower-case name, e.g. "rate_limited". Used in JSON and logs.
const char* name(ErrorKind kind) noexcept;

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string message;  ///< one line, without the place and without secrets
  std::string place;    ///< "fasti.toml:14:9", "club: /cal/a.ics"; may be empty
  std::string hint;     ///< the next thing to do or command to type; may be empty
  std::optional<std::chrono::seconds> retry_after;

  /// "place: message; hint"
  std::string text() const;
};

/// A value or an Error. value() on an error is a programming mistake and terminates.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }
  T& value() & { return *std::get_if<0>(&state_); }
  const T& value() const& { return *std::get_if<0>(&state_); }
  T&& value() && { return std::move(*std::get_if<0>(&state_)); }
  const Error& error() const& { return *std::get_if<1>(&state_); }
  Error&& error() && { return std::move(*std::get_if<1>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}
  bool ok() const noexcept { return !error_; }
  explicit operator bool() const noexcept { return ok(); }
  const Error& error() const& { return *error_; }
  Error&& error() && { return std::move(*error_); }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace v1
}  // namespace fasti
