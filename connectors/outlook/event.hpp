#pragma once
// One Graph event as plain values, and what it is as an object of typed properties. Pure: JSON is read in json.hpp,
// written in body.hpp.
//
// Properties that mappings may name (by path, so also "subject@2026-04-13T18:00:00" for an occurrence of its own):
//   subject body location showAs sensitivity importance   text     start (start, end, isAllDay)   span
//   status   text: confirmed, tentative, cancelled (showAs, isCancelled and Outlook's own "Canceled: " before a
//   subject) recurrence   recurrence (the pattern; deleted occurrences are EXDATEs)     categories choices attendees
//   people reminders   reminders (Outlook keeps one)     isOnlineMeeting   boolean     joinUrl responseStatus   read
//   only
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <fasti/connector.hpp>

#include "connectors/outlook/recurrence.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {

/// Our marker as single-value extended properties: the whole of it, and what a $filter can look for.
inline constexpr const char* kMarkerProperty = "String {5d0f2a38-91c7-4b6e-8f24-7a3c9e1b6d52} Name FastiMarker";
inline constexpr const char* kRecordProperty = "String {5d0f2a38-91c7-4b6e-8f24-7a3c9e1b6d52} Name FastiRecord";
/// The value of kRecordProperty.
std::string record_value(const std::string& store, const std::string& record);

/// Ends the stamp of a series whose occurrences are not all written yet.
inline constexpr char kUnfinished = '~';
/// The key of a write that has not had its last request; empty: there is none.
std::string unfinished_key(const std::optional<Marker>& marker);

/// Before the subject of a meeting that was called off, as Exchange itself writes it.
inline constexpr const char* kCancelledPrefix = "Canceled: ";

enum class EventType { single, occurrence, exception, master };

/// dateTime and timeZone as they came.
struct GraphTime {
  LocalSeconds wall{};
  std::string zone;
};

struct GraphEvent {
  std::string id;
  bool removed = false;
  std::string change_key;
  EventType type = EventType::single;
  std::string master;  ///< seriesMasterId
  std::string ical_uid;
  std::string subject;
  std::string body;
  std::string location;
  std::string show_as;
  std::string sensitivity;
  std::string importance;
  std::string response;
  std::string join_url;
  bool all_day = false;
  bool cancelled = false;
  bool is_organizer = true;
  bool online = false;
  GraphTime start;
  GraphTime end;
  std::string zone;  ///< originalStartTimeZone
  std::optional<Instant> original_start;
  Choices categories;
  People people;
  std::optional<std::chrono::minutes> reminder;
  std::optional<GraphRecurrence> recurrence;
  std::vector<GraphEvent> exceptions;
  std::vector<LocalDays> cancelled_days;
  std::optional<Marker> marker;
  std::optional<Instant> modified;
  std::string raw;               ///< the JSON
  std::optional<Error> problem;  ///< why it cannot be read; id, change_key and raw are right all the same
};

/// What mappings may name.
std::vector<PropertyInfo> property_list();

/// A single event, or a series with its exceptions and deleted occurrences. bad_reply when it cannot be read.
Result<RemoteObject> to_object(const GraphEvent& event);
/// Changes whenever anything of the object does, also an exception or a deleted occurrence of a series.
std::string version_of(const GraphEvent& event);
/// The key of an exception or occurrence within its series ("2026-06-18T18:00:00"); bad_reply without originalStart.
Result<std::string> key_of(const GraphEvent& exception, const GraphEvent& master);

/// The zone that a series or event lives in; all-day: "". `problem` of a series whose zone nobody knows.
Result<std::string> zone_of(const GraphEvent& event);
Result<Span> span_of(const GraphEvent& event, const std::string& zone);

/// A subject as people wrote it, and whether the prefix says that it was called off.
std::string plain_subject(const GraphEvent& event);
std::string status_of(const GraphEvent& event);

/// The text without the region that Teams writes below it.
std::string without_meeting(const std::string& text);
/// That region of an HTML body; empty: there is none.
std::string meeting_of(const std::string& html);
std::string to_html(const std::string& text, const std::string& meeting);

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
