// Stories about providers that cannot hold everything: what they lose or rewrite is not an edit.
#include <gtest/gtest.h>

#include "tests/support/scenario.hpp"

namespace fasti {
inline namespace v1 {
namespace {

using support::alpha;
using support::beta;
using support::Nature;
using support::Scenario;
using support::span_at;

const char* const kMexico = "America/Mexico_City";

TEST(Forms, SecondsThatAProviderCannotHoldStayWithTheRecord) {
  Scenario world;
  auto& notion = world.add("notion", beta());
  auto& google = world.add("google", alpha());
  world.put("r1", {{"title", "Final"}, {"when", span_at("2026-07-19T13:00:30", kMexico)}});
  world.settle();
  const auto writes = world.writes();
  world.sync();
  world.resync();
  EXPECT_EQ(world.writes(), writes) << "13:00 is how 13:00:30 looks there, not an edit";
  EXPECT_EQ(notion.get("r1", "when"), "2026-07-19 13:00:00..2026-07-19 14:00:00 America/Mexico_City");
  EXPECT_EQ(google.get("r1", "when"), "2026-07-19 13:00:30..2026-07-19 14:00:30 America/Mexico_City");
}

TEST(Forms, AnEditOfALossyFieldWins) {
  Scenario world;
  auto& notion = world.add("notion", beta());
  auto& google = world.add("google", alpha());
  world.put("r1", {{"title", "Final"}, {"when", span_at("2026-07-19T13:00:30", kMexico)}});
  world.settle();
  notion.set("r1", "when", span_at("2026-07-19T14:00:00", kMexico));
  world.settle();
  EXPECT_EQ(world.get("r1", "when"), "2026-07-19 14:00:00..2026-07-19 15:00:00 America/Mexico_City");
  EXPECT_EQ(google.get("r1", "when"), "2026-07-19 14:00:00..2026-07-19 15:00:00 America/Mexico_City");
}

TEST(Forms, RewrittenTextIsWrittenOnceAndNeverFlowsBack) {
  Scenario world;
  auto rewriting = alpha();
  rewriting.rewriting = Nature::Rewriting::line_ends;
  rewriting.echo = Nature::Echo::full;  // like the CalDAV connector, which reads back what a server may have rewritten
  auto& outlook = world.add("outlook", rewriting);
  auto& notion = world.add("notion", beta());
  world.put("r1", {{"title", "Final"}, {"notes", "Gate 3\nbring flags  "}});
  world.settle();
  const auto writes = world.writes();
  for (int i = 0; i < 4; ++i) world.sync();
  world.resync();
  EXPECT_EQ(world.writes(), writes);
  EXPECT_EQ(world.get("r1", "notes"), "Gate 3\nbring flags  ");
  EXPECT_EQ(outlook.get("r1", "notes"), "Gate 3\r\nbring flags  ");
  EXPECT_EQ(notion.get("r1", "notes"), "Gate 3\nbring flags");
}

TEST(Forms, AnEditOnTopOfRewrittenTextArrivesEverywhere) {
  Scenario world;
  auto rewriting = alpha();
  rewriting.rewriting = Nature::Rewriting::line_ends;
  rewriting.echo = Nature::Echo::full;  // like the CalDAV connector, which reads back what a server may have rewritten
  auto& outlook = world.add("outlook", rewriting);
  auto& notion = world.add("notion", beta());
  world.put("r1", {{"title", "Final"}, {"notes", "Gate 3\n"}});
  world.settle();
  outlook.set("r1", "notes", "Gate 4\n");
  world.settle();
  EXPECT_EQ(world.get("r1", "notes"), "Gate 4\r\n");
  EXPECT_EQ(notion.get("r1", "notes"), "Gate 4");
  EXPECT_TRUE(world.conflicts(false).empty());
}

TEST(Forms, ContentThatIsNotMappedIsNotTouched) {
  Scenario world;
  auto& outlook = world.add("outlook", alpha());
  auto& google = world.add("google", alpha());
  outlook.create("r1", {{"title", "Gate 3"}, {"Html", "<b>Gate 3</b>"}});
  world.settle();
  const auto writes = world.writes();
  outlook.set("r1", "Html", "<i>Gate 3</i>");
  world.settle();
  EXPECT_EQ(world.writes(), writes) << "bold is nobody else's business";
  world.set("r1", "title", "Gate 4");
  world.settle();
  EXPECT_EQ(outlook.get("r1", "Html"), "<i>Gate 3</i>");
  EXPECT_EQ(outlook.get("r1", "title"), "Gate 4");
  EXPECT_EQ(google.get("r1", "title"), "Gate 4");
}

std::shared_ptr<const Mapping> google_mapping(const std::string& notes_property, support::FieldMapping::Times times) {
  auto pairs = support::booking_pairs();
  for (auto& pair : pairs) {
    if (pair.field == "notes") pair.property = notes_property;
  }
  return std::make_shared<support::FieldMapping>("google", "booking", pairs, times);
}

TEST(Forms, ANewMappingThatReadsTheSameIsRebasedInSilence) {
  Scenario world;
  auto& google = world.add("google", alpha());
  world.put("r1", {{"title", "Final"}, {"when", span_at("2026-07-19T13:00:30", kMexico)}});
  world.settle();
  const auto writes = world.writes();
  world.stage().settings_of("google").mapping = google_mapping("Notes", support::FieldMapping::Times::minutes);
  world.stage().kill_engine();
  world.settle();
  EXPECT_EQ(world.writes(), writes);
  EXPECT_EQ(google.get("r1", "when"), "2026-07-19 13:00:30..2026-07-19 14:00:30 America/Mexico_City");
}

TEST(Forms, ANewMappingWritesWhatDiffersUnderOneCauseAndClearsNothing) {
  Scenario world;
  auto& google = world.add("google", alpha());
  auto& notion = world.add("notion", beta());
  world.put("r1", {{"title", "Final"}, {"notes", "bring flags"}});
  world.put("r2", {{"title", "Semi-final"}});
  world.settle();
  world.stage().settings_of("google").mapping = google_mapping("Description", support::FieldMapping::Times::exact);
  world.stage().kill_engine();
  const auto planned = world.plan();
  ASSERT_EQ(planned.steps.size(), 1U) << support::plan_text(planned);
  EXPECT_EQ(planned.steps[0].target, "google");
  EXPECT_EQ(planned.steps[0].cause, "remap");
  world.settle();
  EXPECT_EQ(google.get("r1", "Description"), "bring flags");
  EXPECT_EQ(world.get("r1", "notes"), "bring flags");
  EXPECT_EQ(notion.get("r1", "notes"), "bring flags");
  EXPECT_TRUE(world.conflicts(false).empty());
}

TEST(Forms, WhatTheProviderSetsBackEachTimeIsQuarantinedWithBothFormsSideBySide) {
  Scenario world;
  auto& google = world.add("google", alpha());
  world.put("r1", {{"title", "Final"}, {"notes", "bring flags"}});
  world.put("r2", {{"title", "Semi-final"}});
  world.settle();
  world.stage().settings_of("google").direction = Direction::to_remote;
  world.stage().kill_engine();
  const auto before = google.writes();
  for (int i = 0; i < 10; ++i) {
    google.set("r1", "notes", "set by the room system");
    world.sync();
  }
  EXPECT_EQ(google.writes() - before, 3U) << "three times, then never again";
  const auto parked = world.stage().store().parked();
  ASSERT_TRUE(parked.ok());
  ASSERT_EQ(parked->size(), 1U);
  EXPECT_NE((*parked)[0].reason.find("bring flags"), std::string::npos) << (*parked)[0].reason;
  EXPECT_NE((*parked)[0].reason.find("set by the room system"), std::string::npos) << (*parked)[0].reason;
  world.set("r1", "title", "Final (moved)");
  world.set("r2", "title", "Semi-final (moved)");
  world.settle();
  EXPECT_EQ(google.get("r1", "title"), "Final (moved)") << "only that field is in quarantine";
  EXPECT_EQ(google.get("r2", "title"), "Semi-final (moved)");
}

TEST(Forms, ANewMappingThatWouldRewriteMostOfACalendarIsHeld) {
  Scenario world;
  auto& google = world.add("google", alpha());
  for (int i = 1; i <= 101; ++i) {
    world.put("r" + std::to_string(i), {{"title", "Match " + std::to_string(i)}, {"notes", "bring flags"}});
  }
  world.settle();
  world.stage().settings_of("google").mapping = google_mapping("Description", support::FieldMapping::Times::exact);
  world.stage().kill_engine();
  const auto before = google.writes();
  const auto held = world.sync();
  EXPECT_EQ(held.outcome, Outcome::held);
  EXPECT_EQ(google.writes(), before);
  EXPECT_EQ(world.approve(held).outcome, Outcome::ok);
  EXPECT_EQ(google.get("r101", "Description"), "bring flags");
}

}  // namespace
}  // namespace v1
}  // namespace fasti
