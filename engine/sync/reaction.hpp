#pragma once
// What a run does about an error: the one table from ErrorKind to reaction.
#include <fasti/error.hpp>

namespace fasti {
inline namespace v1 {
namespace sync {

enum class Reaction {
  in_doubt,      ///< the write may have landed: leave the intent open, look later, stop asking this target
  stop_target,   ///< nothing was written: this target (and its connection) is left for the next run
  look_again,    ///< somebody else was first: fetch and merge again
  already_gone,  ///< a delete finds nothing: done; an update: fetch
  park,          ///< this one object is refused: set it aside with the reason
  stop_run,      ///< the store itself, or a bug: nothing more is done
};

/// For the reply to one write.
Reaction reaction_to_write(ErrorKind kind) noexcept;
/// Whether an error of a pull stops all targets of its connection, not only this one.
bool stops_connection(ErrorKind kind) noexcept;

}  // namespace sync
}  // namespace v1
}  // namespace fasti
