#pragma once
// The zone that a mapping's `zone` key names for one record.
#include <string>

#include "engine/mapping/entry.hpp"

namespace fasti {
inline namespace v1 {

/// Empty: the reference, or the zone of the record it names, is not there.
std::string zone_from(const ZoneSource& source, const Fields& view, const ReferenceView& references);

}  // namespace v1
}  // namespace fasti
