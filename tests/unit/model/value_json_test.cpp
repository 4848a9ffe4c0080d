#include "engine/model/value_json.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "engine/model/time_text.hpp"
#include "tests/support/generators.hpp"

namespace fasti {
inline namespace v1 {
namespace {

Kind booking() {
  Kind kind;
  kind.name = "booking";
  kind.label = "title";
  const auto add = [&kind](const char* name, FieldType type) -> FieldDef& {
    kind.fields.push_back({name, type, false, {}, {}, {}});
    return kind.fields.back();
  };
  add("title", FieldType::text).required = true;
  add("when", FieldType::span);
  add("status", FieldType::choice).options = {"confirmed", "tentative", "cancelled"};
  add("venue", FieldType::reference).to = "venue";
  add("notes", FieldType::text);
  return kind;
}

Span zoned(const char* start, const char* end, const char* zone) {
  return {SpanKind::zoned, *parse_time(start), *parse_time(end), zone};
}

TEST(ValueJson, TaggedFormGivesEveryValueBackWithoutAKind) {
  for (const auto type : support::all_field_types()) {
    EXPECT_TRUE(rc::check(std::string("tagged ") + name(type), [type] {
      const auto value = *support::any_value(type);
      const auto json = tagged_json(value);
      const auto back = read_tagged(json);
      RC_ASSERT(back.ok());
      RC_ASSERT(*back == value);
      RC_ASSERT(tagged_json(*back) == json);
    }));
  }
}

TEST(ValueJson, PlainFormGivesEveryValueBackThroughItsField) {
  for (const auto type : support::all_field_types()) {
    const FieldDef field{"field", type, false, "venue", {}, {}};
    EXPECT_TRUE(rc::check(std::string("plain ") + name(type), [&] {
      const auto value = *support::any_value(type);
      const auto back = read_plain(field, plain_json(value));
      RC_ASSERT(back.ok());
      RC_ASSERT(*back == value);
    }));
  }
}

TEST(ValueJson, EqualValuesGiveEqualBytes) {
  EXPECT_EQ(tagged_json(Value(Geo{0.0, -0.0})), tagged_json(Value(Geo{-0.0, 0.0})));
  EXPECT_EQ(tagged_json(Value(Choices{"b", "a"})), R"({"t":"choices","v":["a","b"]})");
  EXPECT_EQ(plain_json(Value(Geo{19.3029, -99.1505})), R"({"lat":19.3029,"lon":-99.1505})");
}

TEST(ValueJson, SpansLookAsTheContractSays) {
  EXPECT_EQ(plain_json(Value(zoned("2026-06-11T13:00:00", "2026-06-11T15:00:00", "America/Mexico_City"))),
            R"({"start":"2026-06-11T13:00:00","end":"2026-06-11T15:00:00","zone":"America/Mexico_City"})");
  const Span days{SpanKind::all_day, *parse_date("2026-06-11"), *parse_date("2026-06-12"), ""};
  EXPECT_EQ(plain_json(Value(days)), R"({"start":"2026-06-11","end":"2026-06-12"})");
  EXPECT_EQ(tagged_json(Value(days)), R"({"t":"span","s":"2026-06-11","e":"2026-06-12"})");
  const Span floating{SpanKind::floating, *parse_time("2026-06-11T13:00"), *parse_time("2026-06-11T13:00:30"), ""};
  EXPECT_EQ(plain_json(Value(floating)), R"({"start":"2026-06-11T13:00:00","end":"2026-06-11T13:00:30"})");
  EXPECT_EQ(plain_json(std::nullopt), "null");
}

TEST(ValueJson, SpansMayBeGivenShort) {
  const FieldDef when{"when", FieldType::span, false, {}, {}, {}};
  EXPECT_EQ(*read_plain(when, R"({"start":"2026-06-11"})"),
            Value(Span{SpanKind::all_day, *parse_date("2026-06-11"), *parse_date("2026-06-12"), ""}));
  EXPECT_EQ(*read_plain(when, R"({"start":"2026-06-11T13:00"})"),
            Value(Span{SpanKind::floating, *parse_time("2026-06-11T13:00"), *parse_time("2026-06-11T13:00"), ""}));
  EXPECT_EQ(*read_plain(when, R"({"start":"2026-06-11T13:00:00Z","end":"2026-06-11T15:00:00.000Z"})"),
            Value(zoned("2026-06-11T13:00:00", "2026-06-11T15:00:00", "UTC")));
}

TEST(ValueJson, RecurrencesBecomeCanonical) {
  const FieldDef field{"recurrence", FieldType::recurrence, false, {}, {}, {}};
  EXPECT_EQ(*read_plain(field, R"("rrule:freq=weekly;byday=mo")"),
            Value(Recurrence{{"FREQ=WEEKLY;BYDAY=MO"}, {}, {}, {}}));
  EXPECT_EQ(*read_plain(field, R"({"rrule":["FREQ=DAILY"],"exdate":["20260420T180000","2026-04-13T18:00"]})"),
            Value(Recurrence{{"FREQ=DAILY"}, {}, {}, {"2026-04-13T18:00:00", "2026-04-20T18:00:00"}}));
}

TEST(ValueJson, DecimalsAreExact) {
  const FieldDef field{"fee", FieldType::decimal, false, {}, {}, {}};
  EXPECT_EQ(*read_plain(field, R"("+0012.500")"), Value(Decimal{"12.5"}));
  EXPECT_EQ(*read_plain(field, "12.5"), Value(Decimal{"12.5"}));
  EXPECT_EQ(*read_plain(field, "-0"), Value(Decimal{"0"}));
  EXPECT_EQ(*read_plain(field, "1e3"), Value(Decimal{"1000"}));
}

struct Refused {
  FieldType type;
  const char* json;
  const char* text;
};

TEST(ValueJson, SaysWhatWasExpected) {
  const std::string span =
      R"(expected {"start":"2026-06-11T13:00:00","end":"2026-06-11T15:00:00","zone":"Europe/Berlin"})";
  const std::vector<Refused> cases = {
      {FieldType::text, "7", "expected text"},
      {FieldType::integer, "1.5", "expected a whole number"},
      {FieldType::integer, "18446744073709551615", "expected a whole number"},
      {FieldType::decimal, R"("1,5")", R"(expected a decimal number like "12.50")"},
      {FieldType::decimal, "0.12345678901234567",
       R"(has too many digits for a JSON number; write it as text: "12.50")"},
      {FieldType::boolean, R"("yes")", "expected true or false"},
      {FieldType::date, R"("2026-02-30")", R"(expected a date like "2026-06-11", not "2026-02-30")"},
      {FieldType::date, "20260211", R"(expected a date like "2026-06-11")"},
      {FieldType::duration, R"("1h")", R"(expected a duration like "PT1H30M", not "1h")"},
      {FieldType::span, R"("2026-06-11")", span.c_str()},
      {FieldType::span, R"({"end":"2026-06-11"})", span.c_str()},
      {FieldType::span, R"({"start":"tomorrow"})",
       R"(start "tomorrow" is no date or time; write it like 2026-06-11T13:00:00)"},
      {FieldType::span, R"({"start":"2026-06-11T13:00:00+02:00"})",
       R"(start "2026-06-11T13:00:00+02:00" has an offset, which names no zone; write the wall time and "zone", or the instant with Z)"},
      {FieldType::span, R"({"start":"2026-06-11T13:00:00.5Z"})",
       R"(start "2026-06-11T13:00:00.5Z" is finer than a second)"},
      {FieldType::span, R"({"start":"2026-06-11","end":"2026-06-11T15:00:00"})",
       "start and end must both be dates, both times or both in Z"},
      {FieldType::span, R"({"start":"2026-06-11","zone":"UTC"})", "an all-day span has no zone"},
      {FieldType::span, R"({"start":"2026-06-11","end":"2026-06-11"})",
       "an all-day span lasts at least one day; the end is exclusive"},
      {FieldType::span, R"({"start":"2026-06-11T13:00:00Z","zone":"Europe/Berlin"})",
       "times in Z have the zone UTC; write the wall time of Europe/Berlin without Z"},
      {FieldType::span, R"({"start":"2026-06-11T13:00:00","zone":""})",
       "the zone is empty; leave it out for a floating time"},
      {FieldType::span, R"({"start":"2026-06-11T13:00:00","end":"2026-06-11T12:00:00"})", "ends before it starts"},
      {FieldType::span, R"({"strat":"2026-06-11"})", R"(unknown key "strat"; did you mean "start"?)"},
      {FieldType::choice, R"("confirmd")", R"("confirmd" is not one of its options; did you mean "confirmed"?)"},
      {FieldType::choices, R"("x")", "expected an array of texts"},
      {FieldType::choices, R"(["x"])", R"("x" is not one of its options; known: confirmed, tentative)"},
      {FieldType::reference, R"("")", "expected the id of a record, not an empty text"},
      {FieldType::references, R"([1])", "expected the id of a record as text"},
      {FieldType::people, R"([{"role":"required"}])", R"(a person needs an "email" or a "name")"},
      {FieldType::people, R"([{"email":"a@b","role":"boss"}])",
       R"(unknown role "boss"; known: organizer, required, optional, resource)"},
      {FieldType::reminders, R"(["PT90S"])", "a reminder is whole minutes before, not PT90S"},
      {FieldType::reminders, R"([15])", R"(expected reminders like {"before":"PT15M","method":"popup"})"},
      {FieldType::recurrence, R"("WEEKLY")", R"(expected a rule like "FREQ=WEEKLY;BYDAY=MO", not "WEEKLY")"},
      {FieldType::recurrence, R"({"exdate":["Monday"]})",
       R"(expected an occurrence like "2026-04-13T18:00:00", not "Monday")"},
      {FieldType::recurrence, R"({"rrule":"FREQ=DAILY"})", R"(expected an array of texts for "rrule")"},
      {FieldType::geo, R"({"lat":91,"lon":0})", "latitude is -90 to 90, longitude -180 to 180"},
      {FieldType::geo, R"({"lat":9})", R"(expected {"lat":19.3029,"lon":-99.1505})"},
      {FieldType::opaque, R"({"format":"icalendar"})", R"(expected {"format":"icalendar","text":"…"})"},
  };
  for (const auto& one : cases) {
    const FieldDef field{"f", one.type, false, "venue", {"confirmed", "tentative"}, {}};
    const auto value = read_plain(field, one.json);
    ASSERT_FALSE(value.ok()) << one.json;
    EXPECT_EQ(value.error().kind, ErrorKind::bad_input);
    EXPECT_EQ(value.error().text(), "field \"f\": " + std::string(one.text));
  }
}

TEST(ValueJson, RecordsKeepTheThreeStatesAndNestOccurrences) {
  Record record;
  record.kind = "booking";
  record.id = "b1";
  record.fields["title"] = Value(std::string("Training"));
  record.fields["notes"] = std::nullopt;
  record.fields["title@2026-04-13T18:00:00"] = Value(std::string("Away"));
  record.fields["notes@2026-04-13T18:00:00"] = std::nullopt;
  record.fields["venue@2026-04-20T18:00:00"] = Value(Reference{"venue", "v1"});
  const auto json = record_json(record);
  EXPECT_EQ(json, R"({"kind":"booking","id":"b1","fields":{"notes":null,"title":"Training"},"overrides":)"
                  R"({"2026-04-13T18:00:00":{"notes":null,"title":"Away"},"2026-04-20T18:00:00":{"venue":"v1"}}})");
  const auto back = read_record(booking(), json);
  ASSERT_TRUE(back.ok()) << back.error().text();
  EXPECT_EQ(back->fields, record.fields);
  EXPECT_EQ(back->id, "b1");
  EXPECT_FALSE(back->fields.contains("when"));
}

TEST(ValueJson, JustTheFieldsAreARecordWithoutId) {
  const auto record = read_record(booking(), R"({"title":"Final","notes":null})");
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(record->id, "");
  EXPECT_EQ(record->fields, (Fields{{"title", Value(std::string("Final"))}, {"notes", std::nullopt}}));
}

TEST(ValueJson, RefusesRecordsThatAreNotOne) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {R"({"titel":"x"})", R"(unknown field "titel"; did you mean "title"?)"},
      {R"({"fields":{},"override":{}})", R"(unknown key "override"; did you mean "overrides"?)"},
      {R"({"kind":"venue","fields":{}})", "is a venue, expected a booking"},
      {R"({"title":"a","title":"b"})", R"(field "title" is given twice)"},
      {R"({"fields":{},"overrides":{"Monday":{}}})",
       R"(override "Monday" is not an occurrence; write it like 2026-04-13T18:00:00)"},
      {"[]", R"(expected a record: {"kind":…,"id":…,"fields":{…}})"},
      {R"({"fields":[]})", "expected an object of fields"},
  };
  for (const auto& [json, text] : cases) {
    const auto record = read_record(booking(), json);
    ASSERT_FALSE(record.ok()) << json;
    EXPECT_EQ(record.error().text(), text);
  }
  EXPECT_TRUE(read_record(booking(), "{").error().message.starts_with("is not JSON: "));
  EXPECT_TRUE(read_record(booking(), "").error().message.starts_with("is not JSON: "));
}

TEST(ValueJson, StoredMapsComeBack) {
  Properties properties{
      {"SUMMARY", std::string("Final")}, {"DTSTART@2026-04-13", Span{}}, {"PRIORITY", std::int64_t{3}}};
  EXPECT_EQ(*read_properties(tagged_json(properties)), properties);
  Fields fields{{"title", Value(std::string("Final"))}, {"notes", std::nullopt}};
  EXPECT_EQ(tagged_json(fields), R"({"notes":null,"title":"Final"})");
  EXPECT_EQ(*read_fields(tagged_json(fields)), fields);
  EXPECT_EQ(read_properties(R"({"a":null})").error().kind, ErrorKind::bad_input);
  EXPECT_EQ(read_tagged(R"({"t":"span","s":"2026-13-01","e":"2026-13-01"})").error().kind, ErrorKind::bad_input);
  EXPECT_EQ(read_tagged(R"({"t":"new"})").error().kind, ErrorKind::bad_input);
}

TEST(ValueJson, StringsAreEscapedAndAlwaysUtf8) {
  const auto json = [](std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
  };
  EXPECT_EQ(json("a\"b\\c\n\x01"), R"("a\"b\\c\n\u0001")");
  EXPECT_EQ(json("京\xF0\x9F\x8E\xBE"), "\"京\xF0\x9F\x8E\xBE\"");
  EXPECT_EQ(json("a\xC3"), "\"a\xEF\xBF\xBD\"");
  EXPECT_EQ(json("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(json("\xC0\xAF"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST(ValueJson, PeopleReadValuesWithoutQuotes) {
  EXPECT_EQ(display_text(Value(zoned("2026-06-11T13:00", "2026-06-11T15:00", "America/Mexico_City"))),
            "2026-06-11 13:00–15:00 America/Mexico_City");
  EXPECT_EQ(display_text(Value(Span{SpanKind::all_day, *parse_date("2026-06-11"), *parse_date("2026-06-12"), ""})),
            "2026-06-11");
  EXPECT_EQ(display_text(Value(Span{SpanKind::all_day, *parse_date("2026-06-11"), *parse_date("2026-06-14"), ""})),
            "2026-06-11–2026-06-13");
  EXPECT_EQ(display_text(
                Value(Span{SpanKind::floating, *parse_time("2026-06-11T23:00"), *parse_time("2026-06-12T01:00"), ""})),
            "2026-06-11 23:00–2026-06-12 01:00");
  EXPECT_EQ(display_text(Value(std::string("Final"))), "Final");
  EXPECT_EQ(display_text(std::nullopt), "");
  EXPECT_EQ(display_text(Value(Recurrence{{"FREQ=DAILY"}, {}, {}, {"2026-04-13"}})), "FREQ=DAILY; except 2026-04-13");
}

}  // namespace
}  // namespace v1
}  // namespace fasti
