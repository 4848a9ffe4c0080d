// What must hold for every object: reading gives what was written, and a patch touches what it names and no more.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>

#include "connectors/ical/object.hpp"
#include "engine/model/time_text.hpp"
#include "tests/support/generators.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {
namespace {

const Instant kNow = *parse_instant("2026-11-20T12:00:00Z");
const Instant kLater = *parse_instant("2026-11-21T12:00:00Z");

/// Text that iCalendar can say: its control characters are dropped, line breaks are one kind.
rc::Gen<std::string> any_written_text() {
  const auto piece = rc::gen::element<std::string>("a", "B", "7", " ", "\"", "\\", "\\n", "\n", "\t", "/", ",", ";",
                                                   ":", "^", "é", "ß", "京", "\xF0\x9F\x8E\xBE", "BEGIN:VEVENT", "=");
  const auto pieces = rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(piece));
  return rc::gen::map(pieces, [](const std::vector<std::string>& all) {
    std::string text;
    for (const auto& one : all) text += one;
    return text;
  });
}

rc::Gen<Span> any_event_span() {
  const auto kind = rc::gen::element(SpanKind::zoned, SpanKind::floating, SpanKind::all_day);
  const auto parts = rc::gen::tuple(kind, rc::gen::inRange(10000, 30000), rc::gen::inRange(0, 20 * 60),
                                    rc::gen::inRange(0, 3000), support::any_zone());
  return rc::gen::map(parts, [](const auto& p) {
    const auto& [kind_of, day, minute, length, zone] = p;
    Span span;
    span.kind = kind_of;
    span.start = LocalSeconds(std::chrono::hours(24 * day));
    if (span.kind == SpanKind::all_day) {
      span.end = span.start + std::chrono::hours(24 * (1 + length % 5));
      return span;
    }
    span.start += std::chrono::hours(4) + std::chrono::minutes(minute);  // after every zone's change of offset
    span.end = span.start + std::chrono::minutes(length % 3 ? length % 1000 % 200 : 0);
    if (span.kind == SpanKind::zoned) span.zone = zone;
    return span;
  });
}

rc::Gen<Value> any_value(const std::string& name) {
  if (name == "DTSTART") return rc::gen::map(any_event_span(), [](Span span) { return Value(std::move(span)); });
  if (name == "PRIORITY") return rc::gen::map(rc::gen::inRange<std::int64_t>(0, 10), [](auto n) { return Value(n); });
  if (name == "CATEGORIES")
    return rc::gen::map(rc::gen::nonEmpty(rc::gen::container<std::set<std::string>>(support::any_word())),
                        [](auto words) { return Value(Choices(words.begin(), words.end())); });
  if (name == "VALARM")
    return rc::gen::map(rc::gen::inRange(-600, 20000), [](int minutes) {
      return Value(Reminders{{std::chrono::minutes(minutes), "popup"}, {std::chrono::minutes(7), "email"}});
    });
  if (name == "ATTENDEE")
    return rc::gen::map(any_written_text(), [](std::string text) {
      text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c == '\t'; }), text.end());
      return Value(People{{"a@b.c", text + "x", "required"}, {"d@e.f", "", "optional"}, {"o@e.f", "O", "organizer"}});
    });
  return rc::gen::map(any_written_text(), [](std::string text) { return Value(std::move(text)); });
}

const std::vector<std::string>& names() {
  static const std::vector<std::string> all = {"SUMMARY",  "DESCRIPTION", "LOCATION", "X-FIELD", "DTSTART",
                                               "PRIORITY", "CATEGORIES",  "VALARM",   "ATTENDEE"};
  return all;
}

Properties any_properties() {
  Properties out;
  for (const std::string& name : names())
    if (*rc::gen::arbitrary<bool>()) out[name] = *any_value(name);
  return out;
}

/// X-names are opaque too: left out where the law is about the named properties.
Properties named(Properties properties) {
  properties.erase("*");
  return properties;
}

std::string created(const Properties& properties) {
  WriteRequest request;
  request.uid = "u1";
  request.marker = {"store", "r", true, "k"};
  request.set = properties;
  const auto text = create_object(request, kNow);
  RC_ASSERT(text.ok());
  return *text;
}

std::string patched(const std::string& shadow, const Properties& set, const std::vector<std::string>& clear) {
  WriteRequest request;
  request.shadow = shadow;
  request.set = set;
  request.clear = clear;
  request.marker = {"store", "r", true, "k"};
  const auto text = patch_object(request, kLater);
  RC_ASSERT(text.ok());
  return *text;
}

Properties read(const std::string& text) {
  const auto object = read_object(text);
  RC_ASSERT(object.ok());
  return object->properties;
}

/// Lines with their folds.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = text.find("\r\n", at) + 2;
    while (end < text.size() && text[end] == ' ') end = text.find("\r\n", end) + 2;
    out.push_back(text.substr(at, end - at));
    at = end;
  }
  return out;
}

bool starts_with_any(const std::string& line, const std::vector<std::string>& heads) {
  return std::any_of(heads.begin(), heads.end(), [&](const std::string& head) { return line.rfind(head, 0) == 0; });
}

/// What a line of the text must begin with to be touched by a change of these properties.
std::vector<std::string> lines_for(const std::set<std::string>& changed) {
  std::vector<std::string> heads = {"DTSTAMP", "LAST-MODIFIED"};
  for (const std::string& name : changed) {
    heads.push_back(name);
    if (name == "DTSTART") heads.insert(heads.end(), {"DTEND", "DURATION", "SEQUENCE"});
    if (name == "ATTENDEE") heads.push_back("ORGANIZER");
  }
  return heads;
}

TEST(IcalLaws, WhatIsWrittenIsRead) {
  EXPECT_TRUE(rc::check("read(create(x)) = x, in lines of at most 75 octets of whole characters", [] {
    const Properties given = any_properties();
    const std::string text = created(given);
    RC_ASSERT(named(read(text)) == given);
    for (const std::string& line : lines_of(text)) {
      for (std::size_t at = 0; at < line.size();) {
        const std::size_t end = line.find("\r\n", at);
        RC_ASSERT(end - at <= 75);
        const std::size_t first = line[at] == ' ' ? at + 1 : at;
        RC_ASSERT((static_cast<unsigned char>(line[first]) & 0xC0) != 0x80);
        at = end + 2;
      }
    }
  }));
}

TEST(IcalLaws, APatchChangesWhatItNamesAndLeavesEveryOtherLine) {
  EXPECT_TRUE(rc::check("patch", [] {
    const Properties before = any_properties();
    const std::string foreign = "X-ODD;Q=2;P=\"1\":a\\;b\r\nxy-z:1\r\n  2\r\n";
    std::string text = created(before);
    text.insert(text.find("DTSTAMP"), foreign);
    Properties expected = read(text);
    Properties set;
    std::vector<std::string> clear;
    std::set<std::string> changed;
    for (const std::string& name : names()) {
      const int choice = *rc::gen::inRange(0, 3);
      if (choice == 0) continue;
      if (choice == 1) {
        set[name] = *any_value(name);
        expected[name] = set[name];
      } else if (name != "DTSTART") {
        clear.push_back(name);
        expected.erase(name);
      }
      changed.insert(name);
    }
    const std::string after = patched(text, set, clear);
    RC_ASSERT(named(read(after)) == named(expected));
    const auto heads = lines_for(changed);
    auto kept = [&](const std::string& whole) {
      std::vector<std::string> out;
      bool alarm = false;
      for (const std::string& line : lines_of(whole)) {
        alarm |= line == "BEGIN:VALARM\r\n" && changed.count("VALARM") != 0;
        const bool zone = starts_with_any(line, {"BEGIN:VTIMEZONE"});
        if (zone) break;  // a new zone brings its rules, before the event
        if (!alarm && !starts_with_any(line, heads)) out.push_back(line);
        if (line == "END:VALARM\r\n") alarm = false;
      }
      return out;
    };
    if (changed.count("DTSTART") == 0) RC_ASSERT(kept(after) == kept(text));
    RC_ASSERT(after.find(foreign) != std::string::npos);
  }));
}

TEST(IcalLaws, APatchOfNothingChangesOnlyTheStamps) {
  EXPECT_TRUE(rc::check("patch of what is there", [] {
    const std::string text = created(any_properties());
    const auto before = lines_of(text);
    for (const Properties& set : {Properties(), read(text)}) {
      const auto after = lines_of(patched(text, set, {}));
      RC_ASSERT(after.size() == before.size());
      for (std::size_t i = 0; i < before.size(); ++i)
        RC_ASSERT(after[i] == before[i] || starts_with_any(after[i], {"DTSTAMP", "LAST-MODIFIED"}));
    }
  }));
}

TEST(IcalLaws, APatchTwiceIsAPatchOnce) {
  EXPECT_TRUE(rc::check("idempotent", [] {
    const std::string text = created(any_properties());
    const Properties set = any_properties();
    const std::string once = patched(text, set, {});
    const std::string twice = patched(once, set, {});
    RC_ASSERT(once == twice);
  }));
}

}  // namespace
}  // namespace ical
}  // namespace v1
}  // namespace fasti
