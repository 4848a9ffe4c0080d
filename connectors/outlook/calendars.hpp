#pragma once
// The calendars of a mailbox: listed, found by id, name or "default", made, and asked whether they are still there.
#include <stop_token>
#include <string>
#include <vector>

#include "connectors/outlook/session.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {

Result<std::vector<CollectionInfo>> list_calendars(Session& session);
Result<CollectionInfo> open_calendar(Session& session, const std::string& wanted, bool create_if_missing);
/// Whether this sign-in may write there: the deletion of an event that there cannot be is let in, or refused.
Status probe_write(Session& session, const std::string& calendar);
/// ok: it is there. forbidden when it is not, so that what was in it is never read as deleted.
Status probe_calendar(Session& session, const std::string& calendar, const std::stop_token& stop);

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
