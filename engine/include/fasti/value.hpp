#pragma once
// The typed values that a record's fields and a provider's properties hold. Plain data: equality only, no I/O.
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace fasti {
inline namespace v1 {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
using LocalSeconds = std::chrono::local_seconds;
using LocalDays = std::chrono::local_days;

/// A decimal number as its canonical digits ("-12.5"), so that equality is exact.
struct Decimal {
  std::string digits;
  bool operator==(const Decimal&) const = default;
};

enum class SpanKind { zoned, floating, all_day };

/// The value of "when", one field merged as a whole. `end` is exclusive. all_day: both at midnight, end is the day
/// after the last one. zoned: wall time in `zone` (an IANA name; "UTC" for an instant given in Z).
struct Span {
  SpanKind kind = SpanKind::floating;
  LocalSeconds start{};
  LocalSeconds end{};
  std::string zone;
  bool operator==(const Span&) const = default;
};

/// RFC 5545 recurrence: rule texts in canonical upper case without the property name ("FREQ=WEEKLY;BYDAY=MO").
/// rdates and exdates are wall times of the series zone ("2026-04-13T18:00:00") or dates ("2026-04-13"), sorted;
/// an RDATE period keeps its iCalendar text after a slash ("2026-04-13T18:00:00/PT1H").
struct Recurrence {
  std::vector<std::string> rules;
  std::vector<std::string> exrules;
  std::vector<std::string> rdates;
  std::vector<std::string> exdates;
  bool operator==(const Recurrence&) const = default;
};

struct Reference {
  std::string kind;
  std::string id;
  auto operator<=>(const Reference&) const = default;
};

struct Person {
  std::string email;
  std::string name;
  std::string role;  ///< "organizer", "required", "optional", "resource"
  auto operator<=>(const Person&) const = default;
};

struct Reminder {
  std::chrono::minutes before{};  ///< before the start; negative = after
  std::string method;             ///< "popup", "email", "audio"
  auto operator<=>(const Reminder&) const = default;
};

struct Geo {
  double latitude = 0;
  double longitude = 0;
  bool operator==(const Geo&) const = default;
};

/// Content that Fasti carries and never interprets, e.g. the unmapped lines of an iCalendar event.
struct Opaque {
  std::string format;  ///< carried only between sides of the same format ("icalendar")
  std::string text;
  bool operator==(const Opaque&) const = default;
};

using Choices = std::set<std::string>;
using References = std::set<Reference>;
using People = std::set<Person>;
using Reminders = std::set<Reminder>;

/// std::string holds text, choice, url, email and phone.
using Value =
    std::variant<std::string, bool, std::int64_t, Decimal, std::chrono::year_month_day, Span, std::chrono::seconds,
                 Choices, Reference, References, People, Reminders, Recurrence, Geo, Opaque>;

enum class FieldType {
  text,
  integer,
  decimal,
  boolean,
  date,
  span,
  duration,
  choice,
  choices,
  reference,
  references,
  people,
  reminders,
  recurrence,
  url,
  email,
  phone,
  geo,
  opaque,
};

/// What a record or an object holds, by path. A path is a field (or property) name, or for one occurrence of a
/// series the name, '@' and the occurrence's key in the series zone: "title@2026-04-13T18:00:00", "when@2026-04-13".
std::string make_path(const std::string& name, const std::string& part);
std::string path_name(const std::string& path);
/// "" for the master.
std::string path_part(const std::string& path);

}  // namespace v1
}  // namespace fasti
