#pragma once
// Future events are wall times: when the zone data changes, their instants move, and what keeps instants has to be
// written again (rule 29). Before the first hop of a run. Internal to engine/sync.
#include "engine/sync/state.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {

/// The cause of writes, and the origin and cause of journal entries.
inline constexpr const char* kZoneDataCause = "zone data";

/// Nothing but one short read when the data is that of the last run. Else one transaction: the records whose future
/// instants moved go into the work list and the journal, and the links say what their objects now mean.
Status follow_zone_data(Run& run);

Result<ZoneDataStatus> zone_data_status(store::Store& store);

}  // namespace sync
}  // namespace v1
}  // namespace fasti
