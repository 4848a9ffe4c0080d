#pragma once
// One calendar object (one UID: a series with its overrides, RFC 4791 4.1) as typed properties, and back by patching
// only what changed: everything else survives byte for byte. Pure: text in, text out.
//
// Properties that mappings may name (by path, so also "SUMMARY@2026-04-13T18:00:00" for an override):
//   SUMMARY DESCRIPTION LOCATION STATUS CLASS TRANSP URL, any X-name and any other text property   text
//   DTSTART (covers DTSTART, DTEND, DURATION)  span     RRULE (covers RRULE, EXRULE, RDATE, EXDATE)  recurrence
//   CATEGORIES choices   GEO geo   PRIORITY integer   VALARM reminders   ATTENDEE people   * opaque "icalendar": every
//   property and subcomponent of the component that has no name of its own above, without our marker, UID, DTSTAMP,
//   CREATED, LAST-MODIFIED, SEQUENCE and RECURRENCE-ID; unfolded, LF line ends, sorted by name with parameters sorted,
//   so that a server's reordering is no edit. X-names and other texts stand in `*` and have their own property.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fasti/connector.hpp>

namespace fasti {
inline namespace v1 {
namespace ical {

/// The name of our marker's property: one per VEVENT (rule 5).
inline constexpr const char* kMarkerProperty = "X-FASTI-MARKER";

/// What mappings may name.
std::vector<PropertyInfo> property_list();

/// Something that was read all the same, and how.
struct ReadNote {
  std::size_t line = 0;
  std::string text;
};

/// What no record can say (README.md). sync: every occurrence that RANGE=THISANDFUTURE speaks for is one of its own,
/// and an error in a series without an end; several overrides without their series are an error. look: the property
/// "RANGE@key"; and the overrides as they stand, with nothing of a series.
enum class Reading { sync, look };

/// uid, properties, marker, modified (LAST-MODIFIED, else DTSTAMP) and shadow (= text) of one object. bad_input with
/// "line N" as the place when it cannot be read: no VEVENT, several UIDs, overrides without their series, a zone
/// nobody knows, … One override by itself (an invitation to one occurrence) is read as an event of its own; of two
/// revisions of an event the newer one counts (RFC 5546 2.1.5).
Result<RemoteObject> read_object(std::string_view text, std::vector<ReadNote>* notes = nullptr,
                                 Reading reading = Reading::sync);

/// A new object with everything in request.set, request.uid, request.marker; CRLF, folded at 75 octets, with the
/// VTIMEZONEs it needs. `now` becomes DTSTAMP, CREATED and LAST-MODIFIED.
Result<std::string> create_object(const WriteRequest& request, Instant now);

/// request.shadow with request.set written, request.clear and request.remove_parts removed, the marker set, DTSTAMP
/// and LAST-MODIFIED := now, and SEQUENCE + 1 when DTSTART, RRULE, STATUS or an override's changed. Line ends, folding,
/// order and everything unmapped stay. An occurrence that has no override yet gets one, copied from its series. What a
/// RANGE=THISANDFUTURE says stays so as long as all of its occurrences change alike; else each gets an override.
Result<std::string> patch_object(const WriteRequest& request, Instant now);

/// The text with this UID in every VEVENT that has none.
std::string with_uid(std::string_view text, const std::string& uid);

/// One element of a calendar that holds many objects (a single .ics file, a feed): its own VEVENTs and the VTIMEZONEs
/// they use, wrapped so that read_object takes it.
struct CalendarPart {
  /// A component's lines stand together in both texts.
  struct Section {
    std::size_t in_part = 0;
    std::size_t in_file = 0;
  };
  std::string uid;  ///< made from the content when the text has none; UID/RECURRENCE-ID where taken apart
  bool apart = false;
  std::string text;
  std::size_t line = 0;           ///< of its first component in the file, from 1
  std::vector<Section> sections;  ///< by line of the part
  std::optional<Error> problem;   ///< why it cannot be read; text is still the raw part

  std::size_t line_in_file(std::size_t line_in_part) const;
};
/// A part's problem, else read_object of it; errors and notes name the lines of the file.
Result<RemoteObject> read_part(const CalendarPart& part, std::vector<ReadNote>* notes = nullptr,
                               Reading reading = Reading::sync);
/// The line of an error's place; nullopt: none.
std::optional<std::size_t> line_of(const Error& error);

/// bad_input: nothing in it that could be an event, or a text that is cut off, of which absences would prove nothing.
/// Several VCALENDARs are taken as one.
enum class Wrapper { optional, needed };  ///< whether events count without a VCALENDAR around them
/// Several overrides without their series: one part, which a sync parks; or, for calendars that nobody writes to, a
/// part for each.
enum class Orphans { together, apart };
Result<std::vector<CalendarPart>> split_calendar(std::string_view text, Wrapper wrapper = Wrapper::optional,
                                                 Orphans orphans = Orphans::together);

/// The file with one object replaced (same uid), added (not there) or removed (text empty); the rest byte for byte.
/// VTIMEZONEs that become unused stay; needed ones are added. `calendar` may be empty: a new file.
Result<std::string> merge_into_calendar(std::string_view calendar, const std::string& uid, std::string_view text);
/// The same for many objects by uid, in one pass.
Result<std::string> merge_into_calendar(std::string_view calendar, const std::map<std::string, std::string>& objects);

}  // namespace ical
}  // namespace v1
}  // namespace fasti
