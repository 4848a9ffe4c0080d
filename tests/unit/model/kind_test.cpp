#include "engine/model/kind.hpp"

#include <gtest/gtest.h>

#include "engine/base/nearest.hpp"
#include "engine/model/policy.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace {

Kind booking() {
  Kind kind;
  kind.name = "booking";
  kind.label = "title";
  kind.fields = {{"title", FieldType::text, true, {}, {}, {}},
                 {"when", FieldType::span, false, {}, {}, "when"},
                 {"recurrence", FieldType::recurrence, false, {}, {}, "when"},
                 {"status", FieldType::choice, false, {}, {"confirmed", "cancelled"}, {}},
                 {"venue", FieldType::reference, false, "venue", {}, {}}};
  return kind;
}

std::string refusal(const std::string& path, std::optional<Value> value) {
  Record record{"booking", "b1", {{"title", Value(std::string("Final"))}}, 0, false};
  record.fields[path] = std::move(value);
  const auto status = validate(booking(), record);
  return status ? "" : status.error().text();
}

TEST(Kind, NamesEveryTypeBothWays) {
  for (int i = 0; i <= static_cast<int>(FieldType::opaque); ++i) {
    const auto type = static_cast<FieldType>(i);
    EXPECT_EQ(field_type(name(type)), type);
  }
  EXPECT_STREQ(name(FieldType::opaque), "opaque");
  EXPECT_EQ(field_type("spam"), std::nullopt);
}

TEST(Kind, GroupsFieldsThatMergeAsOne) {
  EXPECT_EQ(booking().group_of("recurrence"), "when");
  EXPECT_EQ(booking().group_of("title"), "title");
}

TEST(Kind, RefusesWhatARecordMustNotHold) {
  const auto noon = *parse_time("2026-06-11T12:00:00");
  EXPECT_EQ(refusal("status", Value(std::string("confirmed"))), "");
  EXPECT_EQ(refusal("titel", Value(std::string("x"))), R"(unknown field "titel"; did you mean "title"?)");
  EXPECT_EQ(refusal("titel@2026-04-13", Value(std::string("x"))), R"(unknown field "titel"; did you mean "title"?)");
  EXPECT_EQ(refusal("title@Monday", Value(std::string("x"))),
            R"(field "title@Monday": "Monday" is not an occurrence; write it like 2026-04-13T18:00:00)");
  EXPECT_EQ(refusal("title@2026-04-13", Value(true)), R"(field "title@2026-04-13": holds no text)");
  EXPECT_EQ(refusal("title", std::nullopt), R"(field "title" is required)");
  EXPECT_EQ(refusal("status", Value(std::string("confirmd"))),
            R"(field "status": "confirmd" is not one of its options; did you mean "confirmed"?)");
  EXPECT_EQ(refusal("venue", Value(Reference{"team", "t1"})), R"(field "venue": refers to a team, expected a venue)");
  EXPECT_EQ(refusal("when", Value(Span{SpanKind::zoned, noon, noon, ""})), R"(field "when": has no zone)");
  EXPECT_EQ(refusal("when", Value(Span{SpanKind::floating, noon, noon, "UTC"})),
            R"(field "when": only a zoned span has a zone)");
  EXPECT_EQ(refusal("when", Value(Span{SpanKind::floating, noon, noon - std::chrono::hours{1}, ""})),
            R"(field "when": ends before it starts)");
  EXPECT_EQ(refusal("when", Value(Span{SpanKind::all_day, noon, noon, ""})),
            R"(field "when": an all-day span starts and ends at midnight)");
}

TEST(Kind, ATombstoneNeedsNoRequiredField) {
  EXPECT_TRUE(validate(booking(), Record{"booking", "b1", {}, 3, true}).ok());
  EXPECT_FALSE(validate(booking(), Record{"booking", "b1", {}, 3, false}).ok());
}

TEST(Kind, LabelsARecordByItsFieldElseItsId) {
  EXPECT_EQ(label_of(booking(), Record{"booking", "b1", {{"title", Value(std::string("Final"))}}, 0, false}), "Final");
  EXPECT_EQ(label_of(booking(), Record{"booking", "b1", {{"title", std::nullopt}}, 0, false}), "b1");
}

TEST(Nearest, FindsTheSlipAndNothingFarFetched) {
  const std::vector<std::string> known = {"title", "when", "status", "id"};
  EXPECT_EQ(nearest_name("titel", known), "title");
  EXPECT_EQ(nearest_name("Status", known), "status");
  EXPECT_EQ(nearest_name("whe", known), "when");
  EXPECT_EQ(nearest_name("colour", known), std::nullopt);
  EXPECT_EQ(nearest_name("", known), std::nullopt);
  EXPECT_EQ(nearest_hint("colour", {"a", "b"}), "known: a, b");
}

TEST(Path, SplitsAtTheOccurrence) {
  EXPECT_EQ(make_path("title", ""), "title");
  EXPECT_EQ(make_path("title", "2026-04-13"), "title@2026-04-13");
  EXPECT_EQ(path_name("title@2026-04-13"), "title");
  EXPECT_EQ(path_part("title@2026-04-13"), "2026-04-13");
  EXPECT_EQ(path_name("title"), "title");
  EXPECT_EQ(path_part("title"), "");
}

TEST(Policy, ReadsAsReportsPrintIt) {
  EXPECT_EQ(describe(Policy{}), "latest");
  EXPECT_EQ(describe(Policy{Policy::Type::prefer, "local", {}, {}}), "prefer local");
  EXPECT_EQ(describe(Policy{Policy::Type::priority, {}, {"a", "b"}, {}}), "priority a, b");
}

}  // namespace
}  // namespace v1
}  // namespace fasti
