#include "app/exchange/exchange.hpp"
#include "connectors/ical/object.hpp"
#include "engine/base/hash.hpp"
#include "engine/base/id.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

namespace {

Error bad_event(const std::string& file, std::size_t line, std::string message) {
  return Error{
      ErrorKind::bad_input, std::move(message), file + ":" + std::to_string(line) + ":1", "nothing was imported", {}};
}

}  // namespace

std::string event_record_id(const RemoteObject& object) {
  if (object.marker && is_record_id(object.marker->record)) return object.marker->record;
  // Without a UID the object's id is made from its content: the same event is the same record again.
  const std::string& uid = object.uid.empty() ? object.id : object.uid;
  return is_record_id(uid) ? uid : short_hash(uid);
}

Result<IncomingFile> read_ics(const std::string& file, std::string_view text, const Mapping& mapping, const Kind& kind,
                              const ReferenceView& references) {
  auto parts = ical::split_calendar(text);
  if (!parts) {
    auto error = parts.error();
    error.place = error.place.empty() ? file : file + ": " + error.place;
    return error;
  }
  IncomingFile out;
  for (const auto& part : *parts) {
    auto object = ical::read_part(part);
    if (!object) return bad_event(file, ical::line_of(object.error()).value_or(part.line), object.error().message);
    object->id = part.uid;
    auto decoded = mapping.decode(object->properties, nullptr, references);
    for (const auto& problem : decoded.problems) {
      if (problem.fatal) return bad_event(file, part.line, problem.path + ": " + problem.message);
    }
    Record record{kind.name, event_record_id(*object), std::move(decoded.fields)};
    out.records.push_back({std::move(record), file + ":" + std::to_string(part.line) + ":1"});
  }
  if (out.records.empty()) out.notes.push_back(file + ": there is no event in it");
  return out;
}

Result<std::string> write_ics(const std::vector<Record>& records, const Mapping& mapping,
                              const ReferenceView& references, Instant now) {
  std::string calendar;
  for (const auto& record : records) {
    WriteRequest request;
    request.uid = record.id;
    request.set = mapping.encode(record, references).properties;
    request.write_marker = false;
    FASTI_TRY(auto text, ical::create_object(request, now));
    FASTI_TRY(calendar, ical::merge_into_calendar(calendar, request.uid, text));
  }
  return calendar;
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
