#pragma once
// DATE, DATE-TIME, DURATION and TZID as iCalendar writes them, and what a TZID of a given text means.
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <fasti/error.hpp>
#include <fasti/value.hpp>

#include "connectors/ical/text.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {

/// A TZID without what its two places (a parameter, a property of VTIMEZONE) write differently.
std::string plain_tzid(std::string_view text);

/// The VTIMEZONEs of a text by TZID. Zones are looked up once.
class Zones {
 public:
  explicit Zones(const Document& document);
  /// The IANA name; bad_input naming the zone when nobody knows it.
  Result<std::string> resolve(const std::string& tzid) const;
  bool has(const std::string& tzid) const { return embedded_.contains(tzid); }
  /// The TZID of an embedded VTIMEZONE that means this zone; its own name first.
  std::optional<std::string> spelling(const std::string& zone) const;

 private:
  std::map<std::string, std::string> embedded_;  ///< TZID -> X-LIC-LOCATION
  mutable std::map<std::string, std::optional<std::string>> resolved_;
};

/// A DATE or DATE-TIME; `kind` says which, `zone` is set when zoned.
struct When {
  SpanKind kind = SpanKind::floating;
  LocalSeconds wall{};
  std::string zone;
  bool operator==(const When&) const = default;
};
Result<When> read_when(std::string_view value, const Property& property, const Zones& zones);
/// The same instant as wall time of `series` (a DATE stays a date; floating stays as it is).
Result<When> as_in(const When& when, const When& series);
/// "2026-04-13T18:00:00" or "2026-04-13".
std::string key_of(const When& when);
std::optional<When> read_key(const std::string& key, const When& series);

/// "+0100", "-023000".
std::optional<std::chrono::seconds> read_utc_offset(std::string_view text);

/// Days are nominal, the rest is exact (RFC 5545 3.3.6).
struct IcalDuration {
  std::chrono::days days{};
  std::chrono::seconds time{};
};
std::optional<IcalDuration> read_duration(std::string_view text);
/// `wall` in `zone` (empty: floating) plus the duration.
Result<LocalSeconds> add(LocalSeconds wall, const std::string& zone, const IcalDuration& duration);

}  // namespace ical
}  // namespace v1
}  // namespace fasti
