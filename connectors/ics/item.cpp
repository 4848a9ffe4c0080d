#include "connectors/ics/item.hpp"

#include "connectors/ical/object.hpp"
#include "engine/base/hash.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace ics {

Error refuse(ErrorKind kind, std::string message, std::string place, std::string hint) {
  return Error{kind, std::move(message), std::move(place), std::move(hint), std::nullopt};
}

std::string version_of(const std::string& text) { return short_hash(text); }

namespace {

Result<RemoteObject> as_item(const std::string& id, const std::string& text, Result<RemoteObject> object) {
  if (!object) {
    Error error = std::move(object).error();
    error.place = id + (error.place.empty() ? "" : ", " + error.place);
    return error;
  }
  object->id = id;
  object->version = version_of(text);
  return object;
}

RemoteChange change_of(const std::string& id, std::string text, Result<RemoteObject> object) {
  if (!object) return unreadable(id, std::move(text), std::move(object).error());
  RemoteChange change;
  change.object = std::move(*object);
  return change;
}

}  // namespace

Result<RemoteObject> read_item(const std::string& id, const std::string& text) {
  return as_item(id, text, ical::read_object(text));
}

Result<RemoteObject> read_item(const ical::CalendarPart& part) {
  return as_item(part.uid, part.text, ical::read_part(part));
}

bool is_known(const PullRequest& request, const std::string& id, const std::string& version) {
  return request.known_version && request.known_version(id) == version;
}

RemoteChange listed(const std::string& id, const std::string& version) {
  RemoteChange change;
  change.type = RemoteChange::Type::listed;
  change.object.id = id;
  change.object.version = version;
  return change;
}

RemoteChange unreadable(const std::string& id, std::string text, Error reason) {
  RemoteChange change;
  change.type = RemoteChange::Type::unreadable;
  change.object.id = id;
  if (!text.empty()) change.object.version = version_of(text);
  change.object.shadow = std::move(text);
  change.reason = std::move(reason);
  return change;
}

RemoteChange look_at(const PullRequest& request, const std::string& id, std::string text) {
  const std::string version = version_of(text);
  if (is_known(request, id, version)) return listed(id, version);
  auto object = read_item(id, text);
  return change_of(id, std::move(text), std::move(object));
}

RemoteChange look_at(const PullRequest& request, ical::CalendarPart part) {
  const std::string version = version_of(part.text);
  if (!part.problem && is_known(request, part.uid, version)) return listed(part.uid, version);
  auto object = read_item(part);
  return change_of(part.uid, std::move(part.text), std::move(object));
}

Status stopped(const std::stop_token& stop, const std::string& place) {
  if (!stop.stop_requested()) return {};
  return refuse(ErrorKind::cancelled, "stopped", place);
}

Result<std::string> text_after(const WriteRequest& request, const std::string& uid, const std::string& old,
                               Instant now) {
  WriteRequest own = request;
  own.uid = uid;
  own.shadow = old;
  std::string text = own.verbatim;
  if (text.empty()) {
    FASTI_TRY(text, own.op == WriteOp::create ? ical::create_object(own, now) : ical::patch_object(own, now));
  }
  FASTI_TRY(const RemoteObject readable, read_item(request.id, text));
  (void)readable;
  return text;
}

}  // namespace ics
}  // namespace v1
}  // namespace fasti
