#pragma once
// From the words of a command line to a command. Owns help, usage errors and completion; does no work itself.
#include <optional>
#include <string>
#include <vector>

#include "app/session.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

/// `arguments` without the program's name. Gives the exit code; everything else goes to the session's streams.
int run(const std::vector<std::string>& arguments, Session& session);

/// Commands that design.md names and this version does not have.
const std::vector<std::string>& later_commands();

}  // namespace app
}  // namespace v1
}  // namespace fasti
