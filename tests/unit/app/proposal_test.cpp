// Which field is proposed for which property of somebody's database.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/proposal/propose_mapping.hpp"
#include "engine/config/config.hpp"
#include "engine/mapping/mapping.hpp"

namespace fasti {
inline namespace v1 {
namespace app {
namespace {

Kind booking() {
  Kind kind;
  kind.name = "booking";
  kind.label = "title";
  kind.fields = {{"title", FieldType::text, true, "", {}, ""},
                 {"when", FieldType::span, false, "", {}, ""},
                 {"status", FieldType::choice, false, "", {"confirmed", "tentative", "cancelled"}, ""},
                 {"venue", FieldType::reference, false, "venue", {}, ""},
                 {"notes", FieldType::text, false, "", {}, ""},
                 {"url", FieldType::url, false, "", {}, ""},
                 {"code", FieldType::text, false, "", {}, ""}};
  return kind;
}

std::vector<PropertyInfo> columns() {
  return {{"Fixture", FieldType::text, false, {}},
          {"Kick-off", FieldType::span, false, {}},
          {"State", FieldType::choice, false, {"Not started", "Canceled", "Booked", "Someday"}},
          {"Stadium", FieldType::references, false, {}},
          {"Description", FieldType::text, false, {}},
          {"Referee", FieldType::people, false, {}},
          {"Broadcast", FieldType::url, false, {}},
          {"No.", FieldType::text, true, {}}};
}

TEST(Proposal, PairsByNameThenByTypeAndLeavesTheRestAlone) {
  const auto proposal = pair_fields(booking(), columns());
  std::map<std::string, std::string> pairs;
  for (const auto& field : proposal.fields) pairs[field.field] = field.property;
  const std::map<std::string, std::string> expected = {
      {"title", "Fixture"},     {"when", "Kick-off"}, {"status", "State"}, {"venue", "Stadium"},
      {"notes", "Description"}, {"url", "Broadcast"}, {"code", "No."}};
  EXPECT_EQ(pairs, expected);
  ASSERT_EQ(proposal.left.size(), 1U);
  EXPECT_EQ(proposal.left[0].name, "Referee");
  const auto& status = proposal.fields[2];
  const std::vector<std::pair<std::string, std::string>> values = {
      {"confirmed", "Booked"}, {"tentative", "Not started"}, {"cancelled", "Canceled"}};
  EXPECT_EQ(status.values, values);
  EXPECT_THAT(status.unmatched, ::testing::ElementsAre("Someday"));
}

TEST(Proposal, IsAMappingThatLoads) {
  auto odd = columns();
  odd[0].name = "Fix\"ture\\\nof [1]";
  const std::string text = mapping_text(booking(), "notion", pair_fields(booking(), odd), "\"Games\"\n[fields.x]");
  const auto mapping = parse_mapping("m.toml", text, booking(), {}, nullptr);
  ASSERT_TRUE(mapping.ok()) << mapping.error().text() << "\n" << text;
  EXPECT_EQ((*mapping)->lenses().size(), 7U);
  EXPECT_THAT(text, ::testing::HasSubstr("# not mapped: \"Referee\", people"));
  EXPECT_THAT(text, ::testing::HasSubstr("direction = \"from_remote\""));
}

TEST(Proposal, OfNothingIsOnlyWhatCanBeSaid) {
  const auto proposal = pair_fields(booking(), {});
  EXPECT_TRUE(proposal.fields.empty());
}

}  // namespace
}  // namespace app
}  // namespace v1
}  // namespace fasti
