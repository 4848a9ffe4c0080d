#pragma once
// "This and following": a person cut a series in two, which looks like a shorter series and a new object. The later
// overrides and pending edits belong to the new one (rule 10).
#include "engine/sync/case.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {

/// After the strangers were adopted, before the merge. A series that was cut while its target could not be read whole
/// is left out of this run: what follows may just not have been shown yet.
void split_series(Run& run, Cases& cases);

/// Cheap: whether split_series would look closer at this one.
bool may_be_cut(Run& run, const Case& c);

/// Takes everything from the cut on out of a merged series.
void leave_to_the_next_series(LocalSeconds cut, merge::Output& out);

}  // namespace sync
}  // namespace v1
}  // namespace fasti
