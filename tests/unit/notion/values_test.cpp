// Cells as values and back, for every type of column.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "connectors/notion/cell.hpp"
#include "connectors/notion/value.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {
namespace {

using nlohmann::json;

Bound bound(ColumnType type, FieldType as) {
  Bound out;
  out.property = "P";
  out.column = {"p1", "P", type, {{"o1", "Confirmed"}, {"o2", "Hold"}}, ""};
  out.as = as;
  out.to = "venue";
  return out;
}

std::optional<Value> read(const Bound& column, const json& value) {
  const std::string type = column_type_name(column.column.type);
  const json page = {{"object", "page"},
                     {"id", "0198c0de-0000-4000-8000-000000000001"},
                     {"properties", {{"P", {{"id", "p1"}, {"type", type}, {type, value}}}}}};
  const auto parsed = parse_page(page.dump());
  EXPECT_TRUE(parsed.ok());
  const auto out = read_cell(*parsed->find("p1"), column);
  EXPECT_TRUE(out.ok()) << (out.ok() ? "" : out.error().text());
  return out ? *out : std::nullopt;
}

json write(const Bound& column, const std::optional<Value>& value, const Cell* before = nullptr) {
  const auto out = write_cell(column, value, {{"ada@example.org", "u1"}}, before);
  EXPECT_TRUE(out.ok()) << (out.ok() ? "" : out.error().text());
  return out ? json::parse(*out).at(column_type_name(column.column.type)) : json();
}

std::string refusal(const Bound& column, const Value& value) {
  const auto out = write_cell(column, value, {}, nullptr);
  EXPECT_FALSE(out.ok());
  if (out) return "";
  EXPECT_EQ(out.error().kind, ErrorKind::rejected);
  return out.error().message;
}

/// What Notion answers to what was written: its own additions around it.
json answered(ColumnType type, json written) {
  if (type == ColumnType::title || type == ColumnType::rich_text)
    for (auto& item : written) item["plain_text"] = item["text"]["content"];
  if (type == ColumnType::select || type == ColumnType::status)
    if (written.is_object()) written["name"] = written["id"] == "o1" ? "Confirmed" : "Hold";
  if (type == ColumnType::multi_select)
    for (auto& item : written) item["name"] = item["id"] == "o1" ? "Confirmed" : "Hold";
  if (type == ColumnType::people)
    for (auto& item : written) item["person"] = {{"email", "ada@example.org"}};
  return written;
}

Span zoned(const char* start, const char* end, const char* zone) {
  return {SpanKind::zoned, *parse_time(start), *parse_time(end), zone};
}

TEST(NotionValues, WhatIsWrittenIsReadBack) {
  const std::vector<std::tuple<ColumnType, FieldType, Value>> cases = {
      {ColumnType::title, FieldType::text, std::string("Final \xF0\x9F\x8F\x86 \"A\" vs. B")},
      {ColumnType::rich_text, FieldType::text, std::string(4500, 'x')},
      {ColumnType::rich_text, FieldType::recurrence, Recurrence{{"FREQ=WEEKLY;COUNT=4"}, {}, {}, {}}},
      {ColumnType::rich_text, FieldType::recurrence, Recurrence{{"FREQ=WEEKLY"}, {}, {}, {"2026-04-13T18:00:00"}}},
      {ColumnType::rich_text, FieldType::duration, std::chrono::seconds(5400)},
      {ColumnType::rich_text, FieldType::integer, std::int64_t{12}},
      {ColumnType::rich_text, FieldType::reminders, Reminders{{std::chrono::minutes(30), "popup"}}},
      {ColumnType::rich_text, FieldType::people, People{{"ada@example.org", "Ada", "required"}}},
      {ColumnType::number, FieldType::integer, std::int64_t{83264}},
      {ColumnType::number, FieldType::decimal, Decimal{"-12.5"}},
      {ColumnType::checkbox, FieldType::boolean, true},
      {ColumnType::select, FieldType::choice, std::string("Hold")},
      {ColumnType::status, FieldType::choice, std::string("Confirmed")},
      {ColumnType::multi_select, FieldType::choices, Choices{"Confirmed", "Hold"}},
      {ColumnType::date, FieldType::date, std::chrono::year_month_day{*parse_date("2026-06-11")}},
      {ColumnType::date, FieldType::span,
       Span{SpanKind::all_day, *parse_date("2026-06-11"), *parse_date("2026-06-14"), ""}},
      {ColumnType::date, FieldType::span,
       Span{SpanKind::all_day, *parse_date("2026-06-11"), *parse_date("2026-06-12"), ""}},
      {ColumnType::date, FieldType::span, zoned("2026-06-11T18:00:00", "2026-06-11T20:00:00", "UTC")},
      {ColumnType::date, FieldType::span, zoned("2026-06-11T18:00:00", "2026-06-11T18:00:00", "UTC")},
      {ColumnType::people, FieldType::people, People{{"ada@example.org", "", "required"}}},
      {ColumnType::relation, FieldType::reference, Reference{"venue", "0198c0de-0000-4000-8000-00000000000a"}},
      {ColumnType::relation, FieldType::references,
       References{{"venue", "0198c0de-0000-4000-8000-00000000000a"},
                  {"venue", "0198c0de-0000-4000-8000-00000000000b"}}},
      {ColumnType::files, FieldType::url, std::string("https://example.org/plan.pdf")},
      {ColumnType::url, FieldType::url, std::string("https://example.org/")},
      {ColumnType::email, FieldType::email, std::string("ada@example.org")},
      {ColumnType::phone_number, FieldType::phone, std::string("+49 30 1234")},
      {ColumnType::place, FieldType::geo, Geo{52.5147, 13.2395}},
      {ColumnType::verification, FieldType::text, std::string("unverified")},
  };
  for (const auto& [type, as, value] : cases) {
    const Bound column = bound(type, as);
    EXPECT_TRUE(fits(type, as, true)) << column_type_name(type);
    const json written = write(column, value);
    EXPECT_EQ(read(column, answered(type, written)), std::optional(value)) << written.dump().substr(0, 200);
  }
}

TEST(NotionValues, WhatIsClearedReadsAsNothing) {
  for (int i = 0; i < static_cast<int>(ColumnType::verification); ++i) {
    const auto type = static_cast<ColumnType>(i);
    const Bound column = bound(type, natural_type(type));
    const auto value = read(column, write(column, std::nullopt));
    if (type == ColumnType::checkbox)
      EXPECT_EQ(value, std::optional<Value>(false)) << "Notion has no third state";
    else
      EXPECT_EQ(value, std::nullopt) << column_type_name(type);
  }
}

TEST(NotionValues, LongTextIsCutAtTwoThousandUnitsOfJavaScriptAndJoinedWithoutLoss) {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += i % 7 == 0 ? "\xF0\x9F\x8F\x86" : i % 3 == 0 ? "\xC3\xA9" : "a";
  const Bound column = bound(ColumnType::rich_text, FieldType::text);
  const json items = write(column, text);
  std::string joined;
  for (const auto& item : items) {
    const std::string piece = item["text"]["content"];
    std::size_t units = 0;
    for (const char c : piece)
      if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) units += static_cast<unsigned char>(c) >= 0xF0 ? 2 : 1;
    EXPECT_LE(units, 2000U);
    joined += piece;
  }
  EXPECT_EQ(items.size(), 2U);
  EXPECT_EQ(joined, text);
  EXPECT_THAT(refusal(column, std::string(200001, 'x')), ::testing::HasSubstr("200,000"));
}

TEST(NotionValues, OptionsAreWrittenByIdAndNeverInvented) {
  EXPECT_EQ(write(bound(ColumnType::status, FieldType::choice), std::string("Hold")), json({{"id", "o2"}}));
  Bound status = bound(ColumnType::status, FieldType::choice);
  status.create_options = true;
  EXPECT_THAT(refusal(status, std::string("Off")), ::testing::HasSubstr("there are: Confirmed, Hold"));
  Bound select = bound(ColumnType::select, FieldType::choice);
  EXPECT_THAT(refusal(select, std::string("Off")), ::testing::HasSubstr("no option \"Off\""));
  select.create_options = true;
  EXPECT_EQ(write(select, std::string("Off")), json({{"name", "Off"}}));
  EXPECT_THAT(refusal(select, std::string("A, B")), ::testing::HasSubstr("no commas"));
}

TEST(NotionValues, WhatOneRequestCannotHoldIsRefusedAndNotCut) {
  References many;
  Choices options;
  for (int i = 0; i < 101; ++i) {
    many.insert({"venue", "v" + std::to_string(i)});
    options.insert("o" + std::to_string(i));
  }
  EXPECT_THAT(refusal(bound(ColumnType::relation, FieldType::references), many), ::testing::HasSubstr("101 elements"));
  EXPECT_THAT(refusal(bound(ColumnType::multi_select, FieldType::choices), options),
              ::testing::HasSubstr("101 elements"));
  EXPECT_THAT(refusal(bound(ColumnType::email, FieldType::email), std::string(201, 'a')), ::testing::HasSubstr("200"));
  EXPECT_THAT(refusal(bound(ColumnType::url, FieldType::url), std::string(2001, 'a')), ::testing::HasSubstr("2000"));
  EXPECT_THAT(refusal(bound(ColumnType::people, FieldType::people), People{{"eve@example.org", "", "required"}}),
              ::testing::HasSubstr("eve@example.org"));
}

TEST(NotionValues, ATimeIsAnInstantToTheMinuteWithItsOffset) {
  const Bound column = bound(ColumnType::date, FieldType::span);
  EXPECT_EQ(write(column, zoned("2026-06-11T18:00:42", "2026-06-11T20:00:00", "Europe/Berlin")),
            json({{"start", "2026-06-11T18:00:00.000+02:00"}, {"end", "2026-06-11T20:00:00.000+02:00"}}));
  // 02:30 happens twice that night, and not at all in March.
  EXPECT_EQ(write(column, zoned("2026-10-25T02:30:00", "2026-10-25T03:30:00", "Europe/Berlin")),
            json({{"start", "2026-10-25T02:30:00.000+02:00"}, {"end", "2026-10-25T03:30:00.000+01:00"}}));
  EXPECT_EQ(write(column, zoned("2026-03-29T02:30:00", "2026-03-29T04:30:00", "Europe/Berlin")),
            json({{"start", "2026-03-29T03:30:00.000+02:00"}, {"end", "2026-03-29T04:30:00.000+02:00"}}));
  EXPECT_EQ(write(column, zoned("2026-06-11T13:00:00", "2026-06-11T15:00:00", "Asia/Kathmandu")).at("start"),
            "2026-06-11T13:00:00.000+05:45");
  EXPECT_EQ(read(column, {{"start", "2026-09-15T09:00:30.000-07:00"}, {"end", nullptr}, {"time_zone", nullptr}}),
            std::optional<Value>(zoned("2026-09-15T16:00:00", "2026-09-15T16:00:00", "UTC")));
  EXPECT_EQ(read(column, {{"start", "2026-09-15T09:00:00"}, {"end", nullptr}, {"time_zone", "America/Los_Angeles"}}),
            std::optional<Value>(zoned("2026-09-15T09:00:00", "2026-09-15T09:00:00", "America/Los_Angeles")));
  EXPECT_EQ(read(column, {{"start", "2026-09-15T09:00:00"}, {"end", nullptr}, {"time_zone", nullptr}}),
            std::optional<Value>(zoned("2026-09-15T09:00:00", "2026-09-15T09:00:00", "UTC")))
      << "a time without offset and zone is UTC";
}

TEST(NotionValues, ADateThatCannotBeReadIsNoEmptyOne) {
  const Bound column = bound(ColumnType::date, FieldType::span);
  Cell cell;
  cell.type = ColumnType::date;
  for (const DateTexts& texts : {DateTexts{"soon", "", ""}, DateTexts{"2026-06-11", "2026-06-11T10:00:00.000Z", ""},
                                 DateTexts{"2026-06-12T10:00:00.000Z", "2026-06-11T10:00:00.000Z", ""},
                                 DateTexts{"2026-06-12T10:00:00", "", "Mars/Olympus"}}) {
    cell.date = texts;
    const auto value = read_cell(cell, column);
    ASSERT_FALSE(value.ok()) << texts.start;
    EXPECT_EQ(value.error().kind, ErrorKind::bad_reply);
  }
}

TEST(NotionValues, HostedFilesKeepTheirPlaceInAWrite) {
  const Bound column = bound(ColumnType::files, FieldType::choices);
  const json hosted = {
      {"name", "plan.pdf"},
      {"type", "file"},
      {"file", {{"url", "https://files.example.org/a/plan.pdf?X-Amz-Signature=1"}, {"expiry_time", "x"}}}};
  const json link = {{"name", "map"}, {"type", "external"}, {"external", {{"url", "https://example.org/map?z=1"}}}};
  const Choices expected = {"https://files.example.org/a/plan.pdf", "https://example.org/map?z=1"};
  EXPECT_EQ(read(column, {hosted, link}), std::optional<Value>(expected)) << "the signature changes, the file does not";
  const json page = {{"object", "page"},
                     {"id", "0198c0de-0000-4000-8000-000000000001"},
                     {"properties", {{"P", {{"id", "p1"}, {"type", "files"}, {"files", {hosted, link}}}}}}};
  const auto before = *parse_page(page.dump());
  Choices more = expected;
  more.insert("https://example.org/new");
  const json written = write(column, more, before.find("p1"));
  EXPECT_THAT(written, ::testing::Contains(hosted));
  EXPECT_THAT(written, ::testing::Contains(link));
  EXPECT_EQ(written.size(), 3U);
}

TEST(NotionValues, ComputedColumnsAreReadAndNeverWritten) {
  EXPECT_EQ(read(bound(ColumnType::formula, FieldType::text), {{"type", "string"}, {"string", "A1"}}),
            std::optional<Value>(std::string("A1")));
  EXPECT_EQ(read(bound(ColumnType::formula, FieldType::integer), {{"type", "number"}, {"number", 7}}),
            std::optional<Value>(std::int64_t{7}));
  EXPECT_EQ(read(bound(ColumnType::rollup, FieldType::boolean), {{"type", "boolean"}, {"boolean", true}}),
            std::optional<Value>(true));
  EXPECT_EQ(read(bound(ColumnType::unique_id, FieldType::text), {{"prefix", "WC"}, {"number", 12}}),
            std::optional<Value>(std::string("WC-12")));
  for (const auto type : {ColumnType::formula, ColumnType::rollup, ColumnType::unique_id, ColumnType::created_time,
                          ColumnType::last_edited_by}) {
    EXPECT_FALSE(fits(type, FieldType::text, true)) << column_type_name(type);
    EXPECT_FALSE(write_cell(bound(type, FieldType::text), Value(std::string("x")), {}, nullptr).ok());
  }
}

TEST(NotionValues, WhatDoesNotFitIsShownAsItIs) {
  // The mapping says what is wrong with it, and keeps its own value.
  EXPECT_EQ(read(bound(ColumnType::number, FieldType::integer), 1.5), std::optional<Value>(Decimal{"1.5"}));
  const References two = {{"venue", "0198c0de-0000-4000-8000-00000000000a"},
                          {"venue", "0198c0de-0000-4000-8000-00000000000b"}};
  EXPECT_EQ(read(bound(ColumnType::relation, FieldType::reference),
                 {{{"id", "0198c0de-0000-4000-8000-00000000000a"}}, {{"id", "0198c0de-0000-4000-8000-00000000000b"}}}),
            std::optional<Value>(two));
}

TEST(NotionValues, TheMarkerIsOneText) {
  for (const Marker& marker : {Marker{"store-1", "r:1 a", true, ""}, Marker{"0198c0de", "x", false, ""}})
    EXPECT_EQ(read_marker(marker_text(marker)), std::optional(marker));
  for (const char* text : {"", "fasti:", "fasti:store", "fasti:store:x:r1", "fasti:store:c:", "our own number"})
    EXPECT_EQ(read_marker(text), std::nullopt) << text;
}

}  // namespace
}  // namespace notion
}  // namespace v1
}  // namespace fasti
