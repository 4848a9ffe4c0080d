#pragma once
// Which calendars an account has, which one a person means, and making one (RFC 6764, 5397, 4791 5.3.1).
#include <string>
#include <vector>

#include <fasti/connector.hpp>

#include "connectors/caldav/session.hpp"

namespace fasti {
inline namespace v1 {
namespace caldav {

/// Calendars for events below the account's homes. Ids are decoded paths.
Result<std::vector<CollectionInfo>> list_calendars(Session& session);
/// `wanted`: address, path or display name.
Result<CollectionInfo> open_calendar(Session& session, const std::string& wanted, bool create_if_missing);
/// One PROPFIND: is there a calendar at this path? not_found when there is nothing.
Result<CollectionInfo> probe_calendar(Session& session, const std::string& path);

}  // namespace caldav
}  // namespace v1
}  // namespace fasti
