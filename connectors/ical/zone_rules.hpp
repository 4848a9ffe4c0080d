#pragma once
// What a VTIMEZONE says, whatever its TZID: offsets from instant to instant. Reading only; vtimezone.hpp writes.
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <fasti/error.hpp>

#include "connectors/ical/text.hpp"
#include "engine/time/match_zone.hpp"
#include "engine/time/series.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {

class ZoneRules {
 public:
  /// bad_input when an observance cannot be read, or there is none.
  static Result<ZoneRules> read(const Document& document, const Component& zone);

  /// The offsets between two instants.
  Result<OffsetHistory> history(std::chrono::sys_seconds from, std::chrono::sys_seconds to) const;
  /// RFC 5545 3.3.5: in a gap the offset before it, in a fold the first one.
  Result<std::chrono::sys_seconds> to_utc(LocalSeconds wall) const;
  /// TZNAMEs, as written.
  const std::vector<std::string>& names() const { return names_; }

 private:
  /// A STANDARD or DAYLIGHT part: from each of its onsets on, which are wall times of the offset before, `after` holds.
  struct Observance {
    fasti::Series onsets;
    LocalSeconds first{};
    std::chrono::seconds before{};
    std::chrono::seconds after{};
    std::string name;
  };
  Result<Observance> read_observance(const Document& document, const Component& part) const;
  const Observance& earliest() const;

  std::vector<Observance> observances_;
  std::vector<std::string> names_;
};

/// The zone of the database with these rules over these years: of several the one that the hints name (a TZID that has
/// a city in it, X-WR-TIMEZONE), whose abbreviations these are, or that is best known. nullopt: none. With a tolerance
/// the hour of a change may differ: some programs write it by another clock.
std::optional<std::string> match_zone(const ZoneRules& rules, std::chrono::year first, std::chrono::year last,
                                      const std::vector<std::string>& hints, std::chrono::seconds tolerance = {});
/// What programs of Windows show people, as TZID without a VTIMEZONE: "(UTC+10:00) Canberra, Melbourne, Sydney",
/// "Eastern Time (US & Canada)". nullopt: not one of them, or one that leaves a doubt.
std::optional<std::string> zone_of_display_name(std::string_view name);

}  // namespace ical
}  // namespace v1
}  // namespace fasti
