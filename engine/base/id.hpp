#pragma once
// Record, run and store ids.
#include <string>
#include <string_view>

#include "engine/base/clock.hpp"

namespace fasti {
inline namespace v1 {

/// RFC 9562 version 7, lower case with dashes; sorts by time.
std::string make_uuid7(Clock& clock, Random& random);
/// RFC 9562 version 8 from the SHA-256 of `seed`: the same seed gives the same id.
std::string make_uuid_from(std::string_view seed);
/// A caller's own record id: 1-128 printable ASCII characters, no blank at either end.
bool is_record_id(std::string_view id);

}  // namespace v1
}  // namespace fasti
