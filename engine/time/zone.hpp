#pragma once
// Wall time in a zone and back, and what zone names mean. The only user of the date library. Thread-safe.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <fasti/error.hpp>
#include <fasti/value.hpp>

namespace fasti {
inline namespace v1 {

/// True for names of the zone database ("Europe/Berlin", "UTC").
bool is_zone(std::string_view iana);
/// The IANA zone a name means: an IANA name (any case), a Windows name ("W. Europe Standard Time"), a vendor's prefix
/// ("/freeassociation.sourceforge.net/Europe/Berlin", "tzone://Microsoft/Utc"), "Z"/"GMT". nullopt: unknown, never
/// guessed as UTC.
std::optional<std::string> resolve_zone(std::string_view name);
/// The Windows name Outlook expects for an IANA zone.
std::optional<std::string> windows_zone(std::string_view iana);

/// RFC 5545 3.3.5: a time in a gap is read with the offset before the gap; in a fold the first one.
Result<std::chrono::sys_seconds> to_utc(LocalSeconds wall, std::string_view zone);
Result<LocalSeconds> to_wall(std::chrono::sys_seconds utc, std::string_view zone);
Result<std::chrono::seconds> offset_at(std::chrono::sys_seconds utc, std::string_view zone);

/// The same instants in another zone; all-day and floating spans stay as they are.
Result<Span> in_zone(const Span& span, const std::string& zone);
bool same_instants(const Span& a, const Span& b);

/// Identifies the zone data in use: a hash over the zone files.
const std::string& zone_data_hash();

}  // namespace v1
}  // namespace fasti
