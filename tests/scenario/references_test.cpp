// Stories about records that point to each other.
#include <gtest/gtest.h>

#include "tests/support/scenario.hpp"
#include "tests/support/value_text.hpp"

namespace fasti {
inline namespace v1 {
namespace {

using support::alpha;
using support::beta;
using support::FieldMapping;
using support::FieldPair;
using support::Scenario;
using support::Side;

Kind venue_kind() {
  Kind kind;
  kind.name = "venue";
  kind.label = "title";
  FieldDef code;
  code.name = "code";
  FieldDef title;
  title.name = "title";
  FieldDef opening;
  opening.name = "opening";
  opening.type = FieldType::reference;
  opening.to = "booking";
  kind.fields = {code, title, opening};
  return kind;
}

/// Bookings and venues side by side at one Notion-like connection.
class References : public ::testing::Test {
 protected:
  References() : bookings_(world_.add("bookings", beta())), venues_(world_.stage(), "venues") {
    world_.stage().add_kind(venue_kind(), {});
    const std::vector<FieldPair> pairs = {{"code", "Code"}, {"title", "Title"}, {"opening", "Opening"}};
    world_.stage().add_target("venues", "bookings", "venues",
                              std::make_shared<FieldMapping>("beta", "venue", pairs, FieldMapping::Times::minutes));
  }

  void put_venue(const std::string& id, const std::string& title, const std::optional<Value>& opening = {}) {
    Record venue{"venue", id, {{"code", id}, {"title", title}}, 0, false};
    if (opening) venue.fields["opening"] = opening;
    auto put = world_.stage().engine().put(venue, PutMode::merge);
    EXPECT_TRUE(put.ok()) << put.error().text();
  }
  static Value to_venue(const std::string& id) { return Reference{"venue", id}; }

  Scenario world_;
  Side& bookings_;
  Side venues_;
};

TEST_F(References, AVenueThatIsNotThereYetIsOwedAndNeverCleared) {
  venues_.provider().refuse("too long");
  put_venue("azteca", "a name that is too long");
  world_.put("b1", {{"title", "Final"}, {"venue", to_venue("azteca")}});
  world_.sync();
  const auto writes = world_.writes();
  world_.sync();
  world_.sync();
  EXPECT_EQ(world_.writes(), writes) << "an owed reference is not pushed for ever";
  EXPECT_EQ(bookings_.get("b1", "venue"), "(none)");
  EXPECT_EQ(world_.get("b1", "venue"), "venue/azteca");
  venues_.provider().refuse({});
  put_venue("azteca", "Azteca");
  world_.settle();
  ASSERT_NE(venues_.object("azteca"), nullptr);
  EXPECT_EQ(bookings_.get("b1", "venue"), "venue/" + venues_.object("azteca")->id);
  EXPECT_EQ(world_.get("b1", "venue"), "venue/azteca");
}

TEST_F(References, WhatIsMadeInOneSyncIsRelatedInTheSame) {
  put_venue("azteca", "Azteca");
  world_.put("b1", {{"title", "Final"}, {"venue", to_venue("azteca")}});
  world_.sync();
  ASSERT_NE(venues_.object("azteca"), nullptr);
  EXPECT_EQ(bookings_.get("b1", "venue"), "venue/" + venues_.object("azteca")->id);
  EXPECT_TRUE(world_.sync().steps.empty());
}

TEST_F(References, ACycleIsCreatedFirstAndClosedAfterwards) {
  put_venue("azteca", "Azteca", Value(Reference{"booking", "b1"}));
  world_.put("b1", {{"title", "Opening match"}, {"venue", to_venue("azteca")}});
  world_.settle();
  ASSERT_NE(venues_.object("azteca"), nullptr);
  ASSERT_NE(bookings_.object("b1"), nullptr);
  EXPECT_EQ(bookings_.get("b1", "venue"), "venue/" + venues_.object("azteca")->id);
  EXPECT_EQ(venues_.get("azteca", "Opening"), "booking/" + bookings_.object("b1")->id);
  EXPECT_EQ(bookings_.count("b1"), 1U);
  EXPECT_EQ(venues_.count("azteca"), 1U);
}

TEST_F(References, APersonWhoPicksAnotherVenueIsHeard) {
  put_venue("azteca", "Azteca");
  put_venue("akron", "Akron");
  world_.put("b1", {{"title", "Final"}, {"venue", to_venue("azteca")}});
  world_.settle();
  bookings_.set("b1", "venue", Value(Reference{"venue", venues_.object("akron")->id}));
  world_.settle();
  EXPECT_EQ(world_.get("b1", "venue"), "venue/akron");
}

TEST_F(References, RollbackLeavesAndListsWhatSomethingElsePointsTo) {
  put_venue("azteca", "Azteca");
  world_.settle();
  venues_.create("akron", {{"title", "Akron"}});
  const auto creating = world_.sync();
  auto venues = world_.stage().engine().list("venue");
  ASSERT_TRUE(venues.ok());
  ASSERT_EQ(venues->size(), 2U);
  for (const auto& venue : *venues) {
    if (*venue.find("code") == Value("akron")) world_.put("b1", {{"title", "Final"}, {"venue", to_venue(venue.id)}});
  }
  world_.settle();
  const auto report = world_.rollback(creating.run);
  EXPECT_FALSE(report.notes.empty());
  venues = world_.stage().engine().list("venue");
  EXPECT_EQ(venues->size(), 2U);
  EXPECT_TRUE(venues_.has("akron"));
}

TEST_F(References, AVenueTrashedByMistakeTakesNothingOutOfTheBookings) {
  put_venue("azteca", "Estadio Azteca");
  for (const std::string code : {"b1", "b2", "b3", "b4"}) {
    world_.put(code, {{"title", "Match " + code}, {"venue", to_venue("azteca")}});
    put_venue("other " + code, "Elsewhere");
  }
  world_.settle();
  const auto shown = bookings_.get("b1", "venue");
  ASSERT_NE(shown, "(none)");
  venues_.remove("azteca");
  // What the provider does of itself: the relation loses the page.
  for (const std::string code : {"b1", "b2", "b3", "b4"}) bookings_.set(code, "venue", std::nullopt);
  const auto carried = world_.sync();
  EXPECT_EQ(world_.get("b1", "venue"), support::text_of(to_venue("azteca"))) << "a consequence, not an edit";
  world_.rollback(carried.run, true);
  world_.settle();
  EXPECT_EQ(world_.get("b1", "venue"), support::text_of(to_venue("azteca")));
  EXPECT_TRUE(venues_.has("azteca"));
  EXPECT_EQ(bookings_.get("b1", "venue"), "venue/" + venues_.object("azteca")->id) << "the page that was made anew";
}

}  // namespace
}  // namespace v1
}  // namespace fasti
