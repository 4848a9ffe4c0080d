#pragma once
// What the program's exit codes mean to scripts. Not how an error is shown (error_text.hpp).
#include <fasti/error.hpp>

namespace fasti {
inline namespace v1 {
namespace app {

enum ExitCode : int {
  kDone = 0,
  kFailed = 1,
  kBadUsage = 2,
  kWaiting = 3,  ///< done, but conflicts or parked records wait; `plan --exit-code`: there are steps
  kHeld = 4,
  kConnectionFailed = 5,
};

/// Of a command that ended with this error.
int exit_code(ErrorKind kind) noexcept;
/// True for errors that stop one connection and leave the others alone.
bool is_connection_error(ErrorKind kind) noexcept;
/// The code that says more: 2, 1, 4, 5, 3, 0.
int worse(int a, int b) noexcept;

}  // namespace app
}  // namespace v1
}  // namespace fasti
