#pragma once
// RapidCheck generators of well-formed Values, by field type, for the laws that every form of a value must keep.
#include <rapidcheck.h>

#include <string>
#include <vector>

#include <fasti/record.hpp>
#include <fasti/value.hpp>

#include "engine/model/decimal.hpp"

namespace fasti {
inline namespace v1 {
namespace support {

/// Every type a field can have.
inline const std::vector<FieldType>& all_field_types() {
  static const std::vector<FieldType> types = [] {
    std::vector<FieldType> all;
    for (int i = 0; i <= static_cast<int>(FieldType::opaque); ++i) all.push_back(static_cast<FieldType>(i));
    return all;
  }();
  return types;
}

/// Text with what breaks writers: quotes, escapes, control characters, several UTF-8 lengths. May be empty.
inline rc::Gen<std::string> any_text() {
  const auto piece =
      rc::gen::element<std::string>("a", "B", "7", " ", "\"", "\\", "\n", "\r", "\t", "\x01", "\x7f", "/", ",", ";",
                                    ":", "é", "ß", "京", "\xF0\x9F\x8E\xBE", "null", "{", "@");
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece), [](const std::vector<std::string>& pieces) {
    std::string text;
    for (const auto& one : pieces) text += one;
    return text;
  });
}

inline rc::Gen<std::string> any_word() {
  return rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange('a', static_cast<char>('z' + 1))));
}

inline rc::Gen<LocalDays> any_day() {
  return rc::gen::map(rc::gen::inRange(-36500, 60000), [](int day) { return LocalDays{std::chrono::days{day}}; });
}

inline rc::Gen<LocalSeconds> any_wall() {
  return rc::gen::map(rc::gen::pair(any_day(), rc::gen::inRange(0, 86400)),
                      [](const auto& at) { return LocalSeconds{at.first + std::chrono::seconds{at.second}}; });
}

inline rc::Gen<std::string> any_zone() {
  return rc::gen::element<std::string>("UTC", "Europe/Berlin", "America/Mexico_City", "Asia/Kolkata");
}

inline rc::Gen<Span> any_span() {
  const auto kind = rc::gen::element(SpanKind::zoned, SpanKind::floating, SpanKind::all_day);
  return rc::gen::map(rc::gen::tuple(kind, any_wall(), rc::gen::inRange(0, 400000), any_zone()), [](const auto& parts) {
    Span span;
    span.kind = std::get<0>(parts);
    span.start = std::get<1>(parts);
    span.end = span.start + std::chrono::seconds{std::get<2>(parts)};
    if (span.kind == SpanKind::zoned) span.zone = std::get<3>(parts);
    if (span.kind == SpanKind::all_day) {
      span.start = std::chrono::floor<std::chrono::days>(span.start);
      span.end = std::chrono::floor<std::chrono::days>(span.end) + std::chrono::days{1};
    }
    return span;
  });
}

inline rc::Gen<Decimal> any_decimal() {
  return rc::gen::map(rc::gen::pair(rc::gen::arbitrary<std::int64_t>(), rc::gen::inRange(0u, 10000000u)),
                      [](const auto& parts) {
                        return *parse_decimal(std::to_string(parts.first) + '.' + std::to_string(parts.second));
                      });
}

/// A set made from any number of draws; gen::container gives up on sets of few possible members.
template <class Set>
rc::Gen<Set> set_of(rc::Gen<typename Set::value_type> one) {
  return rc::gen::map(rc::gen::container<std::vector<typename Set::value_type>>(std::move(one)),
                      [](const auto& items) { return Set(items.begin(), items.end()); });
}

/// Occurrence keys as Recurrence keeps them: sorted, each once.
inline rc::Gen<std::vector<std::string>> any_occurrences() {
  const auto key = rc::gen::element<std::string>("2026-04-13", "2026-04-13T18:00:00", "2026-04-20T18:00:00",
                                                 "2027-01-01T00:00:59", "2026-05-01T09:00:00/PT1H");
  return rc::gen::map(set_of<std::set<std::string>>(key),
                      [](const auto& keys) { return std::vector<std::string>(keys.begin(), keys.end()); });
}

inline rc::Gen<Recurrence> any_recurrence() {
  const auto rules = rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("FREQ=WEEKLY;BYDAY=MO", "FREQ=DAILY;COUNT=10", "FREQ=MONTHLY;BYMONTHDAY=-1"));
  return rc::gen::construct<Recurrence>(rules, rules, any_occurrences(), any_occurrences());
}

inline rc::Gen<Person> any_person() {
  const auto email = rc::gen::map(any_word(), [](const std::string& word) { return word + "@example.org"; });
  return rc::gen::construct<Person>(email, any_text(),
                                    rc::gen::element<std::string>("organizer", "required", "optional", "resource"));
}

inline rc::Gen<Reminder> any_reminder() {
  const auto before =
      rc::gen::map(rc::gen::inRange(-2000, 20000), [](int count) { return std::chrono::minutes{count}; });
  return rc::gen::construct<Reminder>(before, rc::gen::element<std::string>("popup", "email", "audio"));
}

inline rc::Gen<Geo> any_geo() {
  return rc::gen::map(rc::gen::pair(rc::gen::inRange(-90000000, 90000001), rc::gen::inRange(-180000000, 180000001)),
                      [](const auto& at) {
                        return Geo{at.first / 1e6, at.second / 1e6};
                      });
}

template <class T>
rc::Gen<Value> as_value(rc::Gen<T> gen) {
  return rc::gen::map(std::move(gen), [](T value) { return Value(std::move(value)); });
}

/// `options`: what a choice(s) may hold; `to`: the kind that references point to.
inline rc::Gen<Value> any_value(FieldType type, const std::vector<std::string>& options = {},
                                const std::string& to = "venue") {
  const auto option = options.empty() ? any_word() : rc::gen::elementOf(options);
  const auto reference = rc::gen::map(any_word(), [to](const std::string& id) { return Reference{to, id}; });
  switch (type) {
    case FieldType::integer:
      return as_value(rc::gen::arbitrary<std::int64_t>());
    case FieldType::decimal:
      return as_value(any_decimal());
    case FieldType::boolean:
      return as_value(rc::gen::arbitrary<bool>());
    case FieldType::date:
      return as_value(rc::gen::map(any_day(), [](LocalDays day) { return std::chrono::year_month_day{day}; }));
    case FieldType::span:
      return as_value(any_span());
    case FieldType::duration:
      return as_value(
          rc::gen::map(rc::gen::inRange(-9000000, 9000000), [](int count) { return std::chrono::seconds{count}; }));
    case FieldType::choice:
      return as_value(option);
    case FieldType::choices:
      return as_value(set_of<Choices>(option));
    case FieldType::reference:
      return as_value(reference);
    case FieldType::references:
      return as_value(set_of<References>(reference));
    case FieldType::people:
      return as_value(set_of<People>(any_person()));
    case FieldType::reminders:
      return as_value(set_of<Reminders>(any_reminder()));
    case FieldType::recurrence:
      return as_value(any_recurrence());
    case FieldType::geo:
      return as_value(any_geo());
    case FieldType::opaque:
      return as_value(rc::gen::construct<Opaque>(rc::gen::just<std::string>("icalendar"), any_text()));
    default:
      return as_value(any_text());
  }
}

}  // namespace support
}  // namespace v1
}  // namespace fasti
