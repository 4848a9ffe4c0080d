#pragma once
// One object's text in and out, the same for folders, single files and feeds. Touches no file.
#include <optional>
#include <string>

#include <fasti/connector.hpp>

#include "connectors/ical/object.hpp"

namespace fasti {
inline namespace v1 {
namespace ics {

Error refuse(ErrorKind kind, std::string message, std::string place, std::string hint = "");

/// The version of an object: a hash of its text.
std::string version_of(const std::string& text);
Result<RemoteObject> read_item(const std::string& id, const std::string& text);
/// By its UID; errors name the lines of the file.
Result<RemoteObject> read_item(const ical::CalendarPart& part);
/// Whether the engine has seen exactly this version.
bool is_known(const PullRequest& request, const std::string& id, const std::string& version);
RemoteChange listed(const std::string& id, const std::string& version);
RemoteChange unreadable(const std::string& id, std::string text, Error reason);
/// `listed` when the version is known, else the object, or why it cannot be read.
RemoteChange look_at(const PullRequest& request, const std::string& id, std::string text);
RemoteChange look_at(const PullRequest& request, ical::CalendarPart part);
Status stopped(const std::stop_token& stop, const std::string& place);

/// The text that a create or update stores over `old`, held to be readable before anything is written.
Result<std::string> text_after(const WriteRequest& request, const std::string& uid, const std::string& old,
                               Instant now);

}  // namespace ics
}  // namespace v1
}  // namespace fasti
