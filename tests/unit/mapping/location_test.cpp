#include <gtest/gtest.h>

#include "engine/config/config.hpp"
#include "engine/config/kind_file.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace {

class Venues final : public ReferenceView {
 public:
  std::vector<std::string> find(const std::string&, const std::string&, const std::string& text) const override {
    if (text == "Estadio Azteca") return {"v1"};
    return {};
  }
  std::optional<Value> field(const std::string&, const std::string& id, const std::string&) const override {
    if (id == "v1") return Value(std::string("Estadio Azteca"));
    return std::nullopt;
  }
  std::optional<std::string> remote_id(const std::string&, const std::string&) const override { return {}; }
  std::optional<std::string> record_of(const std::string&, const std::string&) const override { return {}; }
};

std::shared_ptr<const Mapping> calendar() {
  const auto& files = config::builtin_files();
  const auto kind = config::parse_kind("kinds/booking.toml", files.at("kinds/booking.toml"));
  return *parse_mapping("caldav-booking.toml", files.at("mappings/caldav-booking.toml"), *kind, {}, nullptr);
}

TEST(Location, OneVenuesNameSetsTheVenueOtherTextTheLocation) {  // scenario 22
  Record record{"booking", "b1", {{"venue", Value(Reference{"venue", "v1"})}}, 0, false};
  const Venues venues;
  const auto mapping = calendar();
  auto properties = mapping->encode(record, venues).properties;
  EXPECT_EQ(properties.at("LOCATION"), Value(std::string("Estadio Azteca")));
  properties["LOCATION"] = std::string("Azteca, gate 3");
  const auto decoded = mapping->decode(properties, &record, venues).fields;
  EXPECT_EQ(decoded.at("venue"), std::nullopt);
  EXPECT_EQ(decoded.at("location"), Value(std::string("Azteca, gate 3")));
}

TEST(Span, TheRecordKeepsItsZone) {  // scenario 4
  Record record{"booking", "b1", {}, 0, false};
  record.fields["when"] =
      Span{SpanKind::zoned, *parse_time("2026-06-11T13:00"), *parse_time("2026-06-11T15:00"), "America/Mexico_City"};
  const Properties moved{{"DTSTART", Span{SpanKind::zoned, *parse_time("2026-06-11T22:00"),
                                          *parse_time("2026-06-12T00:00"), "Europe/Berlin"}}};
  const auto decoded = calendar()->decode(moved, &record, no_references()).fields;
  EXPECT_EQ(decoded.at("when"), Value(Span{SpanKind::zoned, *parse_time("2026-06-11T14:00"),
                                           *parse_time("2026-06-11T16:00"), "America/Mexico_City"}));
}

TEST(Occurrence, InheritsUntilEdited) {  // scenario 31
  Record record{"booking", "b1", {{"title", Value(std::string("Old"))}}, 0, false};
  record.fields["notes@2026-04-13T18:00:00"] = Value(std::string("Bring flags"));
  const auto mapping = calendar();
  auto properties = mapping->encode(record, no_references()).properties;
  EXPECT_EQ(properties.at("SUMMARY@2026-04-13T18:00:00"), Value(std::string("Old")));
  properties["SUMMARY"] = std::string("New");
  const auto decoded = mapping->decode(properties, &record, no_references()).fields;
  EXPECT_EQ(decoded.at("title"), Value(std::string("New")));
  EXPECT_FALSE(decoded.contains("title@2026-04-13T18:00:00"));
  EXPECT_EQ(decoded.at("notes@2026-04-13T18:00:00"), Value(std::string("Bring flags")));
}

}  // namespace
}  // namespace v1
}  // namespace fasti
