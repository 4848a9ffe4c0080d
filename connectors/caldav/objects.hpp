#pragma once
// Reading objects by id, in the fewest requests: multigets, then single GETs for what they left out.
#include <span>
#include <string>
#include <vector>

#include <fasti/connector.hpp>

#include "connectors/caldav/session.hpp"

namespace fasti {
inline namespace v1 {
namespace caldav {

/// An object as the server holds it. `text` has CRLF line ends: XML parsers turn them into LF.
struct Raw {
  std::string version;
  std::string text;
};

/// One reply per id, in order. not_found: the server says so of this object while the calendar itself is there.
std::vector<Result<Raw>> get_objects(Session& session, const Calendar& calendar, std::span<const std::string> ids,
                                     const std::stop_token& stop);
/// The same by one GET per object, for callers who expect few or need byte-exact texts.
std::vector<Result<Raw>> get_each(Session& session, const Calendar& calendar, std::span<const std::string> ids,
                                  const std::stop_token& stop);

std::string with_crlf(std::string_view text);
/// Tasks, journals and free-busy answers live in calendars too; they are not ours.
bool is_event(std::string_view text);
/// bad_reply with what is wrong when the text cannot be read.
Result<RemoteObject> read_raw(const std::string& id, const Raw& raw, const std::string& place);

}  // namespace caldav
}  // namespace v1
}  // namespace fasti
