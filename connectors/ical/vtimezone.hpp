#pragma once
// A VTIMEZONE component made from the zone database, for servers and clients that want one. Writing only.
#include <string>
#include <string_view>

#include <fasti/error.hpp>
#include <fasti/value.hpp>

namespace fasti {
inline namespace v1 {
namespace ical {

/// Right for every event from the year of `around` on. bad_input when the database does not have the zone.
Result<std::string> make_vtimezone(const std::string& zone, LocalSeconds around, std::string_view line_end);

}  // namespace ical
}  // namespace v1
}  // namespace fasti
