#pragma once
// Writes one VEVENT's changed properties into its text, touching no line that says the right thing already.
#include <initializer_list>
#include <map>
#include <set>
#include <string>

#include <fasti/connector.hpp>

#include "connectors/ical/editor.hpp"
#include "connectors/ical/event.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {

/// Of one component, by property name.
struct Changes {
  std::map<std::string, const Value*> set;
  std::set<std::string> clear;
};

/// What editing needs to know about the object around the component.
struct EditContext {
  Editor& editor;
  const Zones& zones;
  When series;                     ///< the start after the edit: what RDATE, EXDATE and keys are written in
  std::string stamp;               ///< now, as DTSTAMP writes it
  const Marker* marker = nullptr;  ///< nullptr: must not show
  std::map<std::string, LocalSeconds> needed_zones;  ///< VTIMEZONEs to add, and since when
  bool zone_untold = false;  ///< the series' times stand without the zone that X-WR-TIMEZONE gives them: so do new ones
};

/// `newest`: SEQUENCE grows, so that the event stays the newest of its revisions whatever their stamps say.
Status edit_event(EditContext& context, const Event& event, const Changes& changes, bool newest = false);
/// "DTSTART;TZID=Europe/Berlin:20260413T180000"; the TZID as the text spells it.
std::string when_line(EditContext& context, const std::string& name, const When& when, const EventLine* old);

/// Adds the VTIMEZONEs of context.needed_zones.
Status add_zones(EditContext& context);

/// The line's own name and parameters, without those that speak of the old value.
std::string head_of(const Property& property, std::initializer_list<std::string_view> dropped);

/// An occurrence that has no override of its own yet, as it is: the source's lines with `key` and `span`.
struct OccurrenceCopy {
  const Event& source;  ///< the series, or the override whose RANGE speaks for it
  When key;
  Span span;
  bool bare = false;  ///< only what every event needs
};
Result<std::string> copy_as_override(EditContext& context, const OccurrenceCopy& copy);

}  // namespace ical
}  // namespace v1
}  // namespace fasti
