#pragma once
// What a reader asks of the form of an answer: other members, other zones. Pure; not for what an event is
// (google_resource.hpp).
#include <string>

namespace fasti {
inline namespace v1 {
namespace emulators {

/// The members that `fields` names ("items(id,start/date),nextPageToken"); "" when it cannot be read.
std::string google_fields(const std::string& json, const std::string& fields);

/// Start, end and original start written in `zone`, which is an IANA name; timeZone members stay.
std::string google_in_zone(const std::string& json, const std::string& zone);

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
