#include "app/exchange/exchange.hpp"

#include <gtest/gtest.h>

#include "engine/model/value_json.hpp"

namespace fasti::app {
namespace {

Kind booking() {
  Kind kind;
  kind.name = "booking";
  kind.label = "title";
  kind.key = {"code"};
  kind.fields = {{"title", FieldType::text, true, {}, {}, {}},
                 {"when", FieldType::span, false, {}, {}, {}},
                 {"status", FieldType::choice, false, {}, {"confirmed", "cancelled"}, {}},
                 {"categories", FieldType::choices, false, {}, {}, {}},
                 {"seats", FieldType::integer, false, {}, {}, {}},
                 {"notes", FieldType::text, false, {}, {}, {}},
                 {"code", FieldType::text, false, {}, {}, {}}};
  return kind;
}

std::shared_ptr<const Mapping> csv_mapping() {
  const std::string text =
      "kind = \"booking\"\nprovider = \"csv\"\n"
      "[fields.title]\nproperty = \"title\"\n"
      "[fields.when]\nproperty = { start = \"start\", end = \"end\", zone = \"zone\" }\n"
      "[fields.status]\nproperty = \"status\"\n"
      "[fields.categories]\nproperty = \"categories\"\nsplit = \";\"\n"
      "[fields.seats]\nproperty = \"seats\"\n"
      "[fields.notes]\nproperty = \"notes\"\n"
      "[fields.code]\nproperty = \"code\"\n";
  auto mapping = parse_mapping("csv-booking.toml", text, booking(), {}, nullptr);
  EXPECT_TRUE(mapping.ok()) << (mapping ? "" : mapping.error().text());
  return mapping ? *mapping : nullptr;
}

Result<IncomingFile> read(const std::string& text) {
  return read_csv("games.csv", text, *csv_mapping(), booking(), no_references());
}

std::string problem(const std::string& text) {
  auto file = read(text);
  return file ? "no error" : file.error().place + ": " + file.error().message;
}

Span span_of(const std::string& text) {
  auto value = read_plain(*booking().find("when"), text);
  EXPECT_TRUE(value.ok());
  return std::get<Span>(*value);
}

TEST(CsvRecords, CellsBecomeTypedFields) {
  auto file = read(
      "id,code,title,start,end,zone,categories,seats\n"
      "g1,M1,Opening,2026-06-11T13:00,2026-06-11T15:00,America/Mexico_City,b;a,80\n");
  ASSERT_TRUE(file.ok()) << file.error().text();
  ASSERT_EQ(file->records.size(), 1U);
  const auto& record = file->records.front().record;
  EXPECT_EQ(record.id, "g1");
  EXPECT_EQ(*record.find("title"), Value(std::string("Opening")));
  EXPECT_EQ(
      *record.find("when"),
      Value(span_of(R"({"start":"2026-06-11T13:00:00","end":"2026-06-11T15:00:00","zone":"America/Mexico_City"})")));
  EXPECT_EQ(*record.find("categories"), Value(Choices{"a", "b"}));
  EXPECT_EQ(*record.find("seats"), Value(std::int64_t{80}));
  EXPECT_EQ(file->records.front().place, "games.csv:2:1");
}

TEST(CsvRecords, AnEmptyCellClearsAndAMissingColumnIsLeftAlone) {
  auto file = read("code,notes\nM1,\n");
  ASSERT_TRUE(file.ok()) << file.error().text();
  const auto& fields = file->records.front().record.fields;
  ASSERT_EQ(fields.count("notes"), 1U);
  EXPECT_FALSE(fields.at("notes").has_value());
  EXPECT_EQ(fields.count("title"), 0U);
  EXPECT_EQ(fields.count("when"), 0U);
}

TEST(CsvRecords, ABadCellIsNamedByItsPlace) {
  EXPECT_EQ(problem("code,status\nM1,confirmed\nM2,maybe\n").substr(0, 15), "games.csv:3:4: ");
  EXPECT_EQ(problem("code,seats\nM1,many\n").substr(0, 15), "games.csv:2:4: ");
  EXPECT_EQ(problem("code,start,end,zone\nM1,2026-06-31T13:00,2026-06-11T15:00,UTC\n").substr(0, 12), "games.csv:2:");
}

TEST(CsvRecords, AColumnThatNobodyMapsIsSaid) {
  auto file = read("code,colour\nM1,red\n");
  ASSERT_TRUE(file.ok());
  ASSERT_EQ(file->notes.size(), 1U);
  EXPECT_EQ(file->notes.front(), "games.csv:1:6: column \"colour\" is not in mapping csv-booking: not imported");
}

TEST(CsvRecords, WhatIsWrittenReadsBackTheSame) {
  Record record{"booking", "g1", {}};
  record.fields["title"] = std::string("=1+1, \"quoted\"\nand more");
  record.fields["when"] = span_of(R"({"start":"2026-06-11","end":"2026-06-12"})");
  record.fields["categories"] = Choices{"a", "b c"};
  record.fields["seats"] = std::int64_t{-3};
  auto text = write_csv({record}, *csv_mapping(), no_references());
  ASSERT_TRUE(text.ok());
  auto file = read(*text);
  ASSERT_TRUE(file.ok()) << file.error().text() << "\n" << *text;
  auto back = file->records.front().record;
  for (auto it = back.fields.begin(); it != back.fields.end();) it = it->second ? std::next(it) : back.fields.erase(it);
  EXPECT_EQ(back.id, "g1");
  EXPECT_EQ(back.fields, record.fields) << *text;
}

TEST(JsonRecords, EachSaysItsKindOrTheCommandDoes) {
  std::map<std::string, Kind> kinds{{"booking", booking()}};
  auto own = read_json_records("f.json", R"({"kind":"booking","id":"a","fields":{"title":"A"}})", "", kinds);
  ASSERT_TRUE(own.ok()) << own.error().text();
  EXPECT_EQ(own->records.front().record.id, "a");
  auto none = read_json_records("f.json", "[\n{\"fields\":{}}]", "", kinds);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().place, "f.json:2");
  EXPECT_EQ(none.error().hint, "say --kind KIND");
  auto unknown = read_json_records("f.json", R"({"kind":"boking"})", "", kinds);
  ASSERT_FALSE(unknown.ok());
  EXPECT_NE(unknown.error().hint.find("booking"), std::string::npos);
}

}  // namespace
}  // namespace fasti::app
