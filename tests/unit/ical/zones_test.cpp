// TZIDs: names, descriptions by rules, rules that no zone has; and the VTIMEZONEs that we write, read again.
#include <gtest/gtest.h>

#include <set>

#include "connectors/ical/object.hpp"
#include "connectors/ical/times.hpp"
#include "connectors/ical/vtimezone.hpp"
#include "connectors/ical/zone_rules.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/transitions.hpp"
#include "engine/time/zone.hpp"
#include "engine/time/zone_table.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {
namespace {

using namespace std::chrono;

const Instant kNow = *parse_instant("2026-11-20T12:00:00Z");

std::string observance(const std::string& name, const std::string& start, const std::string& from,
                       const std::string& to, const std::string& more) {
  return "BEGIN:" + name + "\r\nDTSTART:" + start + "\r\nTZOFFSETFROM:" + from + "\r\nTZOFFSETTO:" + to + "\r\n" +
         more + "END:" + name + "\r\n";
}

std::string timezone(const std::string& tzid, const std::string& observances) {
  return "BEGIN:VTIMEZONE\r\nTZID:" + tzid + "\r\n" + observances + "END:VTIMEZONE\r\n";
}

std::string summer(int month, const char* day, const char* from, const char* to, const char* at = "020000") {
  return observance("DAYLIGHT", std::string("16010101T") + at, from, to,
                    "RRULE:FREQ=YEARLY;BYDAY=" + std::string(day) + ";BYMONTH=" + std::to_string(month) + "\r\n");
}
std::string winter(int month, const char* day, const char* from, const char* to, const char* at = "030000") {
  return observance("STANDARD", std::string("16010101T") + at, from, to,
                    "RRULE:FREQ=YEARLY;BYDAY=" + std::string(day) + ";BYMONTH=" + std::to_string(month) + "\r\n");
}

const std::string kEurope = summer(3, "-1SU", "+0100", "+0200") + winter(10, "-1SU", "+0200", "+0100");
const std::string kAmerica = summer(3, "2SU", "-0500", "-0400") + winter(11, "1SU", "-0400", "-0500", "020000");

std::string calendar(const std::string& zones, const std::string& lines, const std::string& head = "") {
  return "BEGIN:VCALENDAR\r\n" + head + zones + "BEGIN:VEVENT\r\nUID:u1\r\n" + lines +
         "END:VEVENT\r\nEND:VCALENDAR\r\n";
}

/// "2026-04-13T18:00:00 Europe/Berlin", or the message.
std::string start_of(const std::string& text) {
  const auto object = read_object(text);
  if (!object) return object.error().message;
  const Span span = std::get<Span>(object->properties.at("DTSTART"));
  return iso_time(span.start) + " " + span.zone;
}

std::string read_as(const std::string& tzid, const std::string& observances, const std::string& more = "",
                    const std::string& head = "") {
  return start_of(calendar(timezone(tzid, observances), "DTSTART;TZID=" + tzid + ":20260413T180000\r\n" + more, head));
}

TEST(ZoneByName, EveryForm) {
  auto named = [](const std::string& tzid) {
    return start_of(calendar("", "DTSTART;TZID=\"" + tzid + "\":20260413T180000\r\n")).substr(20);
  };
  EXPECT_EQ(named("Europe/Berlin"), "Europe/Berlin");
  EXPECT_EQ(named("europe/berlin"), "Europe/Berlin");
  EXPECT_EQ(named("W. Europe Standard Time"), "Europe/Berlin");
  EXPECT_EQ(named("/freeassociation.sourceforge.net/Europe/Berlin"), "Europe/Berlin");
  EXPECT_EQ(named("/freeassociation.sourceforge.net/Tzfile/America/Argentina/Buenos_Aires"),
            "America/Argentina/Buenos_Aires");
  EXPECT_EQ(named("/mozilla.org/20050126_1/Europe/Berlin"), "Europe/Berlin");
  EXPECT_EQ(named("tzone://Microsoft/Utc"), "UTC");
  EXPECT_EQ(named("US-Eastern"), "US/Eastern");
  EXPECT_EQ(named("(UTC-05:00) Eastern Time (US & Canada)"), "America/New_York");
  EXPECT_EQ(named("(UTC-05:00) Eastern Time (US and Canada)"), "America/New_York");
  EXPECT_EQ(named("(GMT+10:00) Canberra, Melbourne, Sydney"), "Australia/Canberra");
  EXPECT_EQ(named("Amsterdam, Belgrade, Berlin, Brussels"), "Europe/Amsterdam");
}

TEST(ZoneByName, AnUnknownOneIsAnErrorThatNamesIt) {
  for (const char* tzid : {"tzone://Microsoft/Custom", "Customized Time Zone", "Europe/Germany", "UTC+01", "Berlin",
                           "(GMT+01:00)", "(UTC-05:00) Berlin", "Paris, Tokyo"})
    EXPECT_EQ(start_of(calendar("", "DTSTART;TZID=\"" + std::string(tzid) + "\":20260413T180000\r\n")),
              "unknown zone \"" + std::string(tzid) + "\"");
}

TEST(ZoneByLocation, XLicLocationNamesIt) {
  EXPECT_EQ(read_as("Z1", "X-LIC-LOCATION:Asia/Tokyo\r\n" + kEurope), "2026-04-13T18:00:00 Asia/Tokyo");
}

TEST(ZoneByLocation, AWindowsNameIsThePlaceThatTheTextNames) {
  const std::string windows = "W. Europe Standard Time";
  EXPECT_EQ(read_as(windows, kEurope).substr(20), "Europe/Berlin");
  EXPECT_EQ(read_as(windows, "X-LIC-LOCATION:Europe/Rome\r\n" + kEurope).substr(20), "Europe/Rome");
  EXPECT_EQ(read_as(windows, kEurope, "", "X-WR-TIMEZONE:Europe/Vienna\r\n").substr(20), "Europe/Vienna");
  EXPECT_EQ(read_as(windows, kEurope, "", "X-WR-TIMEZONE:Europe/Paris\r\n").substr(20), "Europe/Berlin");
}

TEST(ZoneByRules, TheBestKnownWithTheseOffsets) {
  for (const char* tzid : {"Customized Time Zone", "tzone://Microsoft/Custom", "1", "Nowhere/Middle"}) {
    EXPECT_EQ(read_as(tzid, kEurope), "2026-04-13T18:00:00 Europe/Berlin") << tzid;
    EXPECT_EQ(read_as(tzid, kAmerica, "RRULE:FREQ=WEEKLY\r\n"), "2026-04-13T18:00:00 America/New_York") << tzid;
  }
  EXPECT_EQ(read_as("X", observance("STANDARD", "16010101T000000", "+0300", "+0300", "")),
            "2026-04-13T18:00:00 Etc/GMT-3");
  EXPECT_EQ(read_as("X", observance("STANDARD", "16010101T000000", "+0000", "+0000", "")), "2026-04-13T18:00:00 UTC");
  EXPECT_EQ(read_as("X", observance("STANDARD", "16010101T000000", "+0545", "+0545", "")),
            "2026-04-13T18:00:00 Asia/Katmandu");
}

TEST(ZoneByRules, HintsChooseAmongEquals) {
  EXPECT_EQ(read_as("Rome\\, Vienna", kEurope).substr(20), "Europe/Rome");
  EXPECT_EQ(read_as("custom_Europe/Madrid", kEurope).substr(20), "Europe/Madrid");
  EXPECT_EQ(read_as("X", kEurope, "", "X-WR-TIMEZONE:Europe/Paris\r\n").substr(20), "Europe/Paris");
  EXPECT_EQ(read_as("X", kEurope, "", "X-WR-TIMEZONE:Asia/Tokyo\r\n").substr(20), "Europe/Berlin");
  EXPECT_EQ(read_as("X", observance("STANDARD", "16010101T000000", "+0100", "+0100", "TZNAME:WAT\r\n")).substr(20),
            "Africa/Lagos");
}

TEST(ZoneByRules, OnlyTheYearsOfTheEventCount) {
  // The rules of the United States until 2006, in a description that knows no later ones.
  const std::string old = summer(4, "1SU", "-0500", "-0400") + winter(10, "-1SU", "-0400", "-0500", "020000");
  EXPECT_EQ(start_of(calendar(timezone("X", old), "DTSTART;TZID=X:20050413T180000\r\n")),
            "2005-04-13T18:00:00 America/New_York");
  EXPECT_EQ(start_of(calendar(timezone("X", old), "DTSTART;TZID=X:20050413T180000\r\nRRULE:FREQ=WEEKLY\r\n")),
            "2005-04-13T18:00:00 America/New_York");
  const std::string both =
      observance("DAYLIGHT", "19870405T020000", "-0500", "-0400",
                 "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=4;UNTIL=20060402T070000Z\r\n") +
      observance("STANDARD", "19671029T020000", "-0400", "-0500",
                 "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10;UNTIL=20061029T060000Z\r\n") +
      observance("DAYLIGHT", "20070311T020000", "-0500", "-0400", "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3\r\n") +
      observance("STANDARD", "20071104T020000", "-0400", "-0500", "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11\r\n");
  EXPECT_EQ(start_of(calendar(timezone("X", both),
                              "DTSTART;TZID=X:20050413T180000\r\nRRULE:FREQ=YEARLY;UNTIL=20300413T220000Z\r\n")),
            "2005-04-13T18:00:00 America/New_York");
}

TEST(ZoneByRules, AnotherClockForTheHourOfTheChange) {
  const std::string shifted =
      summer(3, "-1SU", "+0100", "+0200", "010000") + winter(10, "-1SU", "+0200", "+0100", "020000");
  EXPECT_EQ(read_as("X", shifted), "2026-04-13T18:00:00 Europe/Berlin");
  // Between both readings of the change the text's own rules say which instant it is.
  EXPECT_EQ(start_of(calendar(timezone("X", shifted), "DTSTART;TZID=X:20261025T023000\r\n")),
            "2026-10-25T01:30:00 UTC");
}

TEST(RulesOfNoZone, GiveInstantsAndNoSeries) {
  const std::string odd = summer(2, "1SA", "+0123", "+0223") + winter(8, "1SA", "+0223", "+0123");
  EXPECT_EQ(read_as("X", odd), "2026-04-13T15:37:00 UTC");
  EXPECT_EQ(read_as("X", odd, "DTEND;TZID=X:20261213T180000\r\n"), "2026-04-13T15:37:00 UTC");
  EXPECT_EQ(read_as("X", odd, "RRULE:FREQ=WEEKLY\r\n"), "unknown zone \"X\"");
  const std::string text = calendar(timezone("X", odd), "DTSTART;TZID=X:20260413T180000\r\nSUMMARY:a\r\n");
  std::vector<ReadNote> notes;
  ASSERT_TRUE(read_object(text, &notes));
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0].line, 2U);
  EXPECT_NE(notes[0].text.find("\"X\""), std::string::npos);
  WriteRequest request;
  request.shadow = text;
  request.set["SUMMARY"] = std::string("b");
  request.set["DTSTART"] = read_object(text)->properties.at("DTSTART");
  EXPECT_NE(patch_object(request, kNow)->find("DTSTART;TZID=X:20260413T180000\r\n"), std::string::npos);
}

TEST(RulesOfNoZone, GapsAndFoldsAreReadAsTheRfcSays) {
  const std::string text = timezone("X", kEurope);
  const Document document(text);
  const auto rules = ZoneRules::read(document, document.components().front());
  ASSERT_TRUE(rules);
  for (const char* wall : {"2026-03-29T01:59:59", "2026-03-29T02:00:00", "2026-03-29T02:30:00", "2026-03-29T03:00:00",
                           "2026-10-25T01:59:59", "2026-10-25T02:00:00", "2026-10-25T02:59:59", "2026-10-25T03:00:00"})
    EXPECT_EQ(*rules->to_utc(*parse_time(wall)), *to_utc(*parse_time(wall), "Europe/Berlin")) << wall;
}

TEST(ZoneRules, WhatCannotBeReadIsNoZone) {
  for (const std::string& observances :
       {std::string(), std::string("BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nEND:STANDARD\r\n"),
        observance("STANDARD", "never", "+0100", "+0100", ""),
        observance("STANDARD", "19700101T000000", "+0100", "+0100", "RRULE:FREQ=NEVER\r\n")})
    EXPECT_EQ(read_as("X", observances), "unknown zone \"X\"") << observances;
}

TEST(XWrTimezone, IsWhatTimesWithoutAZoneMean) {
  const std::string head = "X-WR-TIMEZONE:Europe/Paris\r\n";
  EXPECT_EQ(start_of(calendar("", "DTSTART:20260413T180000\r\n", head)), "2026-04-13T18:00:00 Europe/Paris");
  EXPECT_EQ(start_of(calendar("", "DTSTART:20260413T180000Z\r\n", head)), "2026-04-13T18:00:00 UTC");
  EXPECT_EQ(start_of(calendar("", "DTSTART:20260413T180000\r\n", "X-WR-TIMEZONE:Nowhere\r\n")), "2026-04-13T18:00:00 ");
  const auto parts = split_calendar(calendar("", "DTSTART:20260413T180000\r\n", head));
  ASSERT_TRUE(parts);
  EXPECT_EQ(start_of(parts->front().text), "2026-04-13T18:00:00 Europe/Paris");
}

TEST(XWrTimezone, NewTimesAreWrittenAsTheOthersStand) {
  WriteRequest request;
  request.shadow = calendar("", "DTSTART:20260413T180000\r\nDTEND:20260413T190000\r\nRRULE:FREQ=DAILY;COUNT=3\r\n",
                            "X-WR-TIMEZONE:Europe/Paris\r\n");
  Recurrence recurrence{{"FREQ=DAILY;COUNT=3"}, {}, {}, {"2026-04-15T18:00:00"}};
  request.set["RRULE"] = recurrence;
  request.set[make_path("SUMMARY", "2026-04-14T18:00:00")] = std::string("a");
  const auto text = patch_object(request, kNow);
  ASSERT_TRUE(text) << text.error().text();
  EXPECT_NE(text->find("EXDATE:20260415T180000\r\n"), std::string::npos) << *text;
  EXPECT_NE(text->find("RECURRENCE-ID:20260414T180000\r\n"), std::string::npos) << *text;
  EXPECT_EQ(text->find("TZID"), std::string::npos) << *text;
  const auto object = read_object(*text);
  ASSERT_TRUE(object);
  EXPECT_EQ(object->properties.at("RRULE"), Value(recurrence));
  EXPECT_EQ(object->properties.count(make_path("SUMMARY", "2026-04-14T18:00:00")), 1U);
}

TEST(SeveralCalendars, EachMeansItsOwnZoneByOneName) {
  const auto parts = split_calendar(calendar(timezone("X", kEurope), "DTSTART;TZID=X:20260413T180000\r\n") +
                                    "BEGIN:VCALENDAR\r\n" + timezone("X", kAmerica) +
                                    "BEGIN:VEVENT\r\nUID:u2\r\nDTSTART;TZID=X:20260413T180000\r\nEND:VEVENT\r\n"
                                    "END:VCALENDAR\r\n");
  ASSERT_TRUE(parts);
  ASSERT_EQ(parts->size(), 2U);
  EXPECT_EQ(start_of((*parts)[0].text), "2026-04-13T18:00:00 Europe/Berlin");
  EXPECT_EQ(start_of((*parts)[1].text), "2026-04-13T18:00:00 America/New_York");
}

/// What our VTIMEZONE says from that year to 2037, against the database.
void check_written(const std::string& zone, year first) {
  const auto text = make_vtimezone(zone, local_days(first / 6 / 1), "\r\n");
  ASSERT_TRUE(text) << zone;
  const Document document(*text);
  const auto rules = ZoneRules::read(document, document.components().front());
  ASSERT_TRUE(rules) << zone << rules.error().text();
  const sys_seconds from = sys_days(first / 1 / 1);
  const sys_seconds to = sys_days(2038y / 1 / 1);
  const auto written = rules->history(from, to);
  ASSERT_TRUE(written) << zone;
  const auto expected = offset_changes(zone, from + seconds(1), to);
  ASSERT_TRUE(expected) << zone;
  auto say = [](seconds initial, const std::vector<OffsetChange>& changes) {
    std::string out = std::to_string(initial.count());
    seconds offset = initial;
    for (const OffsetChange& change : changes) {
      if (change.after == offset) continue;
      offset = change.after;
      out += " " + iso_instant(Instant(change.at)) + "=" + std::to_string(offset.count());
    }
    return out;
  };
  EXPECT_EQ(say(written->initial, written->changes), say(*offset_at(from, zone), *expected)) << zone << "\n" << *text;
}

TEST(WrittenZones, HaveTheOffsetsOfTheDatabaseUntil2037) {
  for (std::string_view zone : zone_names())
    for (year first : {1931y, 1970y, 1998y, 2026y}) {
      check_written(std::string(zone), first);
      if (HasFatalFailure()) return;
    }
}

/// Inside the gap or the fold of every change, and beside it.
std::vector<std::string> keys_around_changes(const std::string& zone) {
  std::set<std::string> keys;
  const auto changes = offset_changes(zone, sys_days(1970y / 1 / 1), sys_days(2038y / 1 / 1));
  for (const OffsetChange& change : *changes) {
    const local_seconds before(change.at.time_since_epoch() + change.before);
    const seconds width = change.after - change.before;
    for (const seconds& away : {-seconds(1), seconds(0), width / 2, width, seconds(hours(3))})
      keys.insert(iso_time(before + away));
  }
  return {keys.begin(), keys.end()};
}

TEST(TimesAroundEveryChange, SurviveTheTextInEveryZone) {
  std::set<std::string> files;
  std::size_t times = 0;
  for (std::string_view name : zone_names()) {
    const std::string zone(name);
    const auto keys = keys_around_changes(zone);
    if (keys.empty() || !files.insert(zone_file(name)).second) continue;
    WriteRequest request;
    request.uid = "u1";
    const auto start = *parse_time(keys.front());
    // Its own end is in the gap or the fold, or beside it.
    request.set["DTSTART"] = Span{SpanKind::zoned, start - hours(1), *parse_time(keys[keys.size() / 2]), zone};
    request.set["RRULE"] = Recurrence{{}, {}, keys, {keys.back()}};
    const auto text = create_object(request, kNow);
    ASSERT_TRUE(text) << zone << text.error().text();
    const auto object = read_object(*text);
    ASSERT_TRUE(object) << zone << object.error().text();
    EXPECT_EQ(object->properties.at("DTSTART"), request.set["DTSTART"]) << zone;
    EXPECT_EQ(object->properties.at("RRULE"), request.set["RRULE"]) << zone;
    times += keys.size();
  }
  EXPECT_GT(times, 50'000U);
}

}  // namespace
}  // namespace ical
}  // namespace v1
}  // namespace fasti
