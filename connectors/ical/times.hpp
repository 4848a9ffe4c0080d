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

/// A DATE or DATE-TIME; `kind` says which, `zone` is set when zoned.
struct When {
  SpanKind kind = SpanKind::floating;
  LocalSeconds wall{};
  std::string zone;
  bool operator==(const When&) const = default;
};
/// The VTIMEZONEs of a text by TZID. Zones are looked up once.
class Zones {
 public:
  Zones() = default;
  explicit Zones(const Document& document);
  /// The IANA name: what the TZID or X-LIC-LOCATION says, else the zone with the rules of the VTIMEZONE in the years
  /// that the events of the text are about. bad_input naming the zone when there is none.
  Result<std::string> resolve(const std::string& tzid) const;
  /// A time of this TZID. Where no zone has the rules of the VTIMEZONE, the instant that they give, in UTC; not for a
  /// series, which needs a zone.
  Result<When> place(LocalSeconds wall, const std::string& tzid) const;
  bool has(const std::string& tzid) const { return embedded_.contains(tzid); }
  /// The TZID of an embedded VTIMEZONE that means this zone; its own name first.
  std::optional<std::string> spelling(const std::string& zone) const;
  /// X-WR-TIMEZONE: what publishers mean by times without a zone. Empty: none.
  const std::string& of_calendar() const { return of_calendar_; }
  /// The TZIDs that only the rules of their VTIMEZONE made sense of, with its line, and how they were read.
  const std::map<std::string, std::pair<std::size_t, std::string>>& by_rules() const { return by_rules_; }

 private:
  struct Embedded {
    const Component* component = nullptr;
    std::string location;  ///< X-LIC-LOCATION
  };
  struct Years {
    int first = 0;
    int last = 0;
    bool series = false;
  };
  struct Match {
    std::optional<std::string> zone;
    bool loose = false;  ///< nearly these rules: good enough for a series, not for an instant that they give otherwise
  };
  const Years& years() const;
  Years find_years() const;
  Match find(const std::string& tzid) const;
  Match match(const std::string& tzid, const Embedded& embedded) const;

  const Document* document_ = nullptr;
  std::string of_calendar_;
  std::map<std::string, Embedded> embedded_;
  mutable std::map<std::string, Match> resolved_;
  mutable std::pair<std::string, std::string> last_named_;
  mutable std::optional<Years> years_;
  mutable std::map<std::string, std::pair<std::size_t, std::string>> by_rules_;
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
