#pragma once
// When an event of the Google stand-in takes place: its start and end as the API writes them, and the series that its
// recurrence lines say. Internal to the stand-in.
#include <chrono>
#include <string>
#include <vector>

#include "connectors/emulators/google_resource.hpp"
#include "engine/time/series.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace google_times {

/// Thrown where a body is refused; google_write catches it.
struct Refused {
  GoogleRefusal refusal;
};
[[noreturn]] void refuse(const std::string& reason, const std::string& message, int status = 400);

struct Moment {
  bool all_day = false;
  std::chrono::sys_seconds utc{};  ///< all-day: midnight
  LocalSeconds wall{};
  std::string zone;
};
/// {"dateTime": …, "timeZone": …} or {"date": …}; refused, by the name of the member, when it is none.
Moment parse_moment(const std::string& json, const std::string& name, const std::string& calendar_zone);
std::string moment_text(const Moment& moment, const std::string& calendar_zone);
/// `lines`: its recurrence.
SeriesInput series_from(const Moment& start, const Moment& end, const std::vector<std::string>& lines,
                        const std::string& calendar_zone);

}  // namespace google_times
}  // namespace emulators
}  // namespace v1
}  // namespace fasti
