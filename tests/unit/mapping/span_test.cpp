// Whose zone a span has after it was read.
#include <gtest/gtest.h>

#include "engine/config/config.hpp"
#include "engine/config/kind_file.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace {

std::shared_ptr<const Mapping> shipped(const std::string& name) {
  const auto& files = config::builtin_files();
  const auto kind = config::parse_kind("kinds/booking.toml", files.at("kinds/booking.toml"));
  return *parse_mapping(name + ".toml", files.at("mappings/" + name + ".toml"), *kind, {}, nullptr);
}

Span zoned(const char* start, const char* end, const char* zone) {
  return {SpanKind::zoned, *parse_time(start), *parse_time(end), zone};
}

Record booking(const Span& when) { return {"booking", "b1", {{"when", Value(when)}}, 0, false}; }

std::optional<Value> read(const Record& record, const Properties& properties, const char* mapping = "caldav-booking") {
  return shipped(mapping)->decode(properties, &record, no_references()).fields.at("when");
}

class Azteca final : public ReferenceView {
 public:
  std::vector<std::string> find(const std::string&, const std::string&, const std::string&) const override {
    return {};
  }
  std::optional<Value> field(const std::string&, const std::string&, const std::string& field) const override {
    return Value(std::string(field == "zone" ? "America/Mexico_City" : "Azteca"));
  }
  std::optional<std::string> remote_id(const std::string&, const std::string&) const override { return {}; }
  std::optional<std::string> record_of(const std::string&, const std::string&) const override { return {}; }
};

const Span kBerlin = zoned("2026-06-11T13:00", "2026-06-11T15:00", "Europe/Berlin");
const Recurrence kWeekly{{"FREQ=WEEKLY"}, {}, {}, {}};

TEST(Span, TheSameInstantElsewhereChangesNothing) {
  EXPECT_EQ(read(booking(kBerlin), {{"DTSTART", zoned("2026-06-11T11:00", "2026-06-11T13:00", "UTC")}}),
            Value(kBerlin));
}

TEST(Span, AnInstantInUtcIsReadInTheRecordsZone) {
  EXPECT_EQ(read(booking(kBerlin), {{"DTSTART", zoned("2026-06-11T12:00", "2026-06-11T14:00", "UTC")}}),
            Value(zoned("2026-06-11T14:00", "2026-06-11T16:00", "Europe/Berlin")));
}

TEST(Span, AllDayAndFloatingStayWhatTheyAre) {
  const Span day{SpanKind::all_day, *parse_time("2026-06-11T00:00"), *parse_time("2026-06-12T00:00"), ""};
  const Span floating{SpanKind::floating, kBerlin.start, kBerlin.end, ""};
  EXPECT_EQ(read(booking(kBerlin), {{"DTSTART", day}}), Value(day));
  EXPECT_EQ(read(booking(kBerlin), {{"DTSTART", floating}}), Value(floating));
  EXPECT_EQ(read(booking(day), {{"DTSTART", kBerlin}}), Value(kBerlin));
}

TEST(Span, SecondsThatTheProviderLostStayUntilSomebodyEdits) {  // scenario 3
  auto exact = kBerlin;
  exact.start += std::chrono::seconds{30};
  EXPECT_EQ(read(booking(exact), {{"DTSTART", exact}}), Value(exact));
  EXPECT_EQ(read(booking(exact), {{"DTSTART", kBerlin}}), Value(kBerlin));
}

TEST(Span, ASeriesMovedToOtherRulesIsAnEdit) {
  // Both are at +02:00 in June only.
  const auto south = zoned("2026-06-11T13:00", "2026-06-11T15:00", "Africa/Johannesburg");
  EXPECT_EQ(read(booking(kBerlin), {{"DTSTART", south}, {"RRULE", kWeekly}}), Value(south));
  EXPECT_EQ(read(booking(kBerlin), {{"DTSTART", south}}), Value(kBerlin));
}

TEST(Span, ASeriesInAZoneOfTheSameRulesKeepsItsOwn) {
  const auto near = zoned("2026-06-11T13:00", "2026-06-11T15:00", "Europe/Paris");
  EXPECT_EQ(read(booking(kBerlin), {{"DTSTART", near}, {"RRULE", kWeekly}}), Value(kBerlin));
}

TEST(Span, AZoneThatTheRowNamesIsNotTheVenues) {
  const Properties row{{"start", Value(std::string("2026-06-11T13:00:00"))},
                       {"end", Value(std::string("2026-06-11T15:00:00"))},
                       {"zone", Value(std::string("Europe/Berlin"))},
                       {"venue", Value(std::string("azteca"))}};
  EXPECT_EQ(shipped("csv-booking")->decode(row, nullptr, Azteca()).fields.at("when"), Value(kBerlin));
}

TEST(Span, ARowWithoutAZoneTakesTheVenues) {
  const Properties row{{"start", Value(std::string("2026-06-11T13:00:00"))}, {"venue", Value(std::string("azteca"))}};
  EXPECT_EQ(shipped("csv-booking")->decode(row, nullptr, Azteca()).fields.at("when"),
            Value(zoned("2026-06-11T13:00", "2026-06-11T15:00", "America/Mexico_City")));
}

TEST(Location, AnEmptyTextHidesNoVenue) {
  Record record{"booking", "b1", {}, 0, false};
  record.fields["venue"] = Value(Reference{"venue", "azteca"});
  record.fields["location"] = Value(std::string());
  EXPECT_EQ(shipped("caldav-booking")->encode(record, Azteca()).properties.at("LOCATION"),
            Value(std::string("Azteca")));
}

TEST(Occurrence, AnEditOfAnUnmappedFieldMakesNoOverride) {
  auto record = booking(kBerlin);
  record.fields["code@2026-06-18T13:00:00"] = Value(std::string("M2"));
  EXPECT_FALSE(
      shipped("caldav-booking")->encode(record, no_references()).properties.contains("DTSTART@2026-06-18T13:00:00"));
}

}  // namespace
}  // namespace v1
}  // namespace fasti
