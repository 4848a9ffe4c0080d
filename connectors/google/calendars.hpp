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
/// Whether this sign-in may write there: the deletion of an event that there cannot be is let in, or refused.
Status probe_write(Session& session, const std::string& collection);

}  // namespace google
}  // namespace v1
}  // namespace fasti
