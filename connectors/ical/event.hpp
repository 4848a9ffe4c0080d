#pragma once
// One VEVENT of a text: its properties as typed values, each with the line it came from. Reading only; edit.hpp writes.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fasti/connector.hpp>

#include "connectors/ical/object.hpp"
#include "connectors/ical/text.hpp"
#include "connectors/ical/times.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {

struct EventLine {
  std::size_t line = 0;  ///< index in Document::lines
  Property property;
};

/// A component with its lines taken apart once.
class Event {
 public:
  Event(const Document& document, const Component& component);
  const Document& document() const { return *document_; }
  const Component& component() const { return *component_; }
  const std::vector<EventLine>& lines() const { return lines_; }
  const EventLine* find(std::string_view name) const;
  std::string_view value(std::string_view name) const;
  std::size_t number(const EventLine& line) const { return document_->lines()[line.line].number; }

 private:
  const Document* document_;
  const Component* component_;
  std::vector<EventLine> lines_;
};

Error at_line(Error error, std::size_t number);

/// How the end is written: it is kept that way.
enum class EndForm { missing, dtend, duration };
struct EventSpan {
  Span span;
  EndForm form = EndForm::missing;
  const EventLine* start = nullptr;
  const EventLine* end = nullptr;
  bool reversed = false;  ///< the text says that it ends before it starts
};
/// nullopt: no DTSTART. An end before its start is read as no length: the text keeps what it says.
Result<std::optional<EventSpan>> read_span(const Event& event, const Zones& zones);
When start_of(const Span& span);

/// nullopt: none of RRULE, EXRULE, RDATE, EXDATE.
Result<std::optional<Recurrence>> read_recurrence(const Event& event, const When& series, const Zones& zones);
/// The entries of one RDATE or EXDATE line, as Recurrence holds them.
Result<std::vector<std::string>> read_dates(const EventLine& line, const When& series, const Zones& zones);
/// Upper case, FREQ first, defaults (INTERVAL=1, WKST=MO) left out: servers reorder and drop them.
std::string canonical_rule(std::string_view rule);
/// "W2 MO #4" of vCalendar 1.0 as RFC 5545 says it; empty when it is no such rule.
std::string translate_vcalendar_rule(std::string_view rule);

/// nullopt: not an ATTENDEE or ORGANIZER.
std::optional<Person> read_person(const Property& property);
/// nullopt: an alarm that a Reminder cannot say (absolute, relative to the end, seconds, other actions).
std::optional<Reminder> read_alarm(const Document& document, const Component& alarm);
Choices read_categories(const Event& event);
void add_categories(Choices& categories, std::string_view value);
std::optional<Geo> read_geo(std::string_view value);
std::optional<std::int64_t> read_integer(std::string_view value);

enum class TextForm { none, text, uri };
/// Whether a line is one of the text properties, and how its value is written.
TextForm text_form(const Property& property);
std::string read_text(const Property& property);

/// Not an extra and not a property: UID, DTSTAMP, … and our marker.
bool is_managed(Name name);
/// Lines that other properties than `*` speak for.
bool has_own_property(Name name);
/// One property of `*` in its canonical form: parameters sorted, text escaped one way.
std::string canonical_line(const Property& property);
std::string canonical_component(const Document& document, const Component& component);
/// The lines and components that `*` is made of, sorted; each ends in "\n".
struct Extra {
  std::string name;
  std::string text;
  std::size_t line = kNone;       ///< a property's
  std::size_t component = kNone;  ///< or a component's
};
std::vector<Extra> read_extras(const Event& event);

std::optional<Marker> read_marker(std::string_view value);
std::string marker_value(const Marker& marker);

/// All VEVENTs of a text, in order.
std::vector<const Component*> find_events(const Document& document);

/// The VEVENTs of one object.
struct Override {
  std::string key;
  Event event;
  bool and_future = false;  ///< RANGE=THISANDFUTURE
};
struct Series {
  Event master;
  std::optional<EventSpan> span;
  When start;  ///< of the series; what keys are written in
  std::vector<Override> overrides;
  bool revised = false;   ///< the text also has older revisions of the master
  bool headless = false;  ///< only overrides are there: `master` is the first of them
};
Result<Series> read_series(const Document& document, const Zones& zones, std::vector<ReadNote>* notes = nullptr,
                           Reading reading = Reading::sync);

}  // namespace ical
}  // namespace v1
}  // namespace fasti
