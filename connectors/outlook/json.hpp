#pragma once
// Graph's answers as values. Tolerant of what is missing, strict about what would be misread: an event that cannot be
// understood carries its problem, an answer of another shape is a bad_reply.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/http/transport.hpp"
#include "connectors/outlook/event.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {

struct Page {
  std::vector<GraphEvent> events;
  std::string next;   ///< @odata.nextLink
  std::string delta;  ///< @odata.deltaLink
};
Result<Page> parse_page(const std::string& text);
Result<GraphEvent> parse_event(const std::string& text);
/// body.content, for who asked for HTML.
Result<std::string> parse_body(const std::string& text);

struct CalendarPage {
  std::vector<CollectionInfo> calendars;
  std::vector<bool> is_default;
  std::string next;
};
Result<CalendarPage> parse_calendars(const std::string& text);
Result<CollectionInfo> parse_calendar(const std::string& text);

/// One line of getSchedule; `status` in lower case.
struct BusySpan {
  GraphTime start;
  GraphTime end;
  std::string status;
};
struct BusyAnswer {
  std::vector<BusySpan> spans;
  std::string problem;  ///< why there are none: no such mailbox, too many, …
};
Result<BusyAnswer> parse_schedule(const std::string& text);

struct BatchPart {
  std::string id;
  http::Response response;  ///< status, headers, body as JSON text
};
Result<std::vector<BatchPart>> parse_batch(const std::string& text);

struct GraphError {
  std::string code;
  std::string message;
  std::string existing;  ///< @event.existingEventId
};
/// Empty when the text is no error of Graph's.
GraphError parse_error(const std::string& text);

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
