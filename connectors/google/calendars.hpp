#pragma once
// Which calendars an account has, which one a person means, and making one.
#include <string>
#include <vector>

#include <fasti/connector.hpp>

#include "connectors/google/session.hpp"

namespace fasti {
inline namespace v1 {
namespace google {

Result<std::vector<CollectionInfo>> list_calendars(Session& session);
/// `wanted`: an id, "primary", or the name as the list shows it.
Result<CollectionInfo> open_calendar(Session& session, const std::string& wanted, bool create_if_missing);

}  // namespace google
}  // namespace v1
}  // namespace fasti
