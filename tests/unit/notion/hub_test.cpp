// A league in three related databases: what people do in Notion and what the app does, and what goes wrong between
// them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/model/time_text.hpp"
#include "tests/unit/notion/notion_world.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {
namespace {

using emulators::NetworkFault;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Json = NotionWorld::Json;

Value text(const std::string& value) { return value; }

Fields final_match() {
  return {{"title", text("Final")},
          {"when", Value(span_of("2026-07-19T15:00:30", "2026-07-19T17:00:00", "America/New_York"))},
          {"status", text("confirmed")},
          {"venue", Value(Reference{"venue", "metlife"})},
          {"schedule", Value(Reference{"schedule", "wc"})},
          {"notes", text("bring flags")},
          {"categories", Value(Choices{"final", "live"})},
          {"code", text("M104")}};
}

void put_league(NotionWorld& world) {
  world.put("venue", "metlife",
            {{"name", text("MetLife Stadium")},
             {"zone", text("America/New_York")},
             {"capacity", Value(std::int64_t{82500})}});
  world.put("schedule", "wc",
            {{"title", text("World Cup")}, {"start", Value(std::chrono::year_month_day{*parse_date("2026-06-11")})}});
  world.put("booking", "m104", final_match());
}

TEST(NotionHub, ThreeRelatedDatabasesAreFilledInOneSyncAndTheNextWritesNothing) {
  NotionWorld world;
  put_league(world);
  const auto report = world.sync();
  for (const auto& target : report.syncs) EXPECT_FALSE(target.error) << (target.error ? target.error->text() : "");
  const Json row = world.row(world.bookings.source, "Final");
  const Json& cells = row["properties"];
  EXPECT_EQ(cells["When"]["date"]["start"], "2026-07-19T15:00:00.000-04:00");
  EXPECT_EQ(cells["Status"]["select"]["name"], "Confirmed");
  EXPECT_EQ(cells["Venue"]["relation"][0]["id"], world.id_of(world.venues.source, "MetLife Stadium"));
  EXPECT_EQ(cells["Schedule"]["relation"][0]["id"], world.id_of(world.schedules.source, "World Cup"));
  EXPECT_EQ(cells["Tags"]["multi_select"].size(), 2U);
  EXPECT_THAT(world.person.plain(cells["Fasti ID"]["rich_text"]), HasSubstr(":c:m104"));
  const auto written = world.server.writes();
  world.requests();
  const auto again = world.sync();
  EXPECT_EQ(world.server.writes(), written);
  EXPECT_EQ(world.requests(), 6U) << "for each collection its columns and one page of rows";
  EXPECT_EQ(again.outcome, Outcome::ok);
  EXPECT_THAT(again.steps, IsEmpty());
  EXPECT_EQ(std::get<Span>(*world.field("booking", "m104", "when")).start, *parse_time("2026-07-19T15:00:30"))
      << "the seconds that Notion lost stay";
}

TEST(NotionHub, EditsInNotionComeBackWithTheZoneOfTheRecordOrTheVenue) {
  NotionWorld world;
  put_league(world);
  world.settle();
  world.person.set(
      world.id_of(world.bookings.source, "Final"),
      {{"When", {{"date", {{"start", "2026-07-19T16:00:00.000-04:00"}, {"end", "2026-07-19T18:00:00.000-04:00"}}}}},
       {"Status", {{"select", {{"name", "Tentative"}}}}},
       {"Tags", {{"multi_select", {{{"name", "final"}}}}}}});
  world.person.create(
      world.bookings.source,
      {{"Name", {{"title", world.person.text("Friendly")}}},
       {"When", {{"date", {{"start", "2026-07-01T12:00:00.000Z"}, {"end", "2026-07-01T14:00:00.000Z"}}}}},
       {"Venue", {{"relation", {{{"id", world.id_of(world.venues.source, "MetLife Stadium")}}}}}}});
  world.settle();
  EXPECT_EQ(world.field("booking", "m104", "when"),
            std::optional<Value>(span_of("2026-07-19T16:00:00", "2026-07-19T18:00:00", "America/New_York")));
  EXPECT_EQ(world.field("booking", "m104", "status"), std::optional(text("tentative")));
  EXPECT_EQ(world.field("booking", "m104", "categories"), std::optional<Value>(Choices{"final"}));
  ASSERT_EQ(world.count("booking"), 2U);
  for (const auto& record : world.records("booking")) {
    if (record.id == "m104") continue;
    EXPECT_EQ(*record.find("when"), Value(span_of("2026-07-01T08:00:00", "2026-07-01T10:00:00", "America/New_York")));
    EXPECT_EQ(*record.find("venue"), Value(Reference{"venue", "metlife"}));
  }
}

TEST(NotionHub, ATrashedRowIsDeletedAndARestoredOneIsTheSameRecord) {
  NotionWorld world;
  put_league(world);
  world.settle();
  const std::string id = world.id_of(world.bookings.source, "Final");
  world.person.trash(id);
  world.settle();
  EXPECT_EQ(world.count("booking"), 0U);
  world.person.trash(id, false);
  world.settle();
  ASSERT_EQ(world.count("booking"), 1U);
  EXPECT_EQ(world.records("booking").front().id, "m104");
  ASSERT_TRUE(world.hub().remove("booking", "m104").ok());
  world.settle();
  EXPECT_EQ(world.person.title(id), std::nullopt);
}

TEST(NotionHub, WhatNobodyCanTellAboutIsParkedAndNotDeleted) {
  NotionWorld world;
  put_league(world);
  world.settle();
  const std::string id = world.id_of(world.bookings.source, "Final");
  world.server.share(id, false);
  world.settle();
  EXPECT_EQ(world.count("booking"), 1U);
  ASSERT_EQ(world.parked().size(), 1U);
  EXPECT_THAT(world.parked().front().reason, HasSubstr("no longer shared"));
  world.server.share(id, true);
  world.settle();
  EXPECT_THAT(world.parked(), IsEmpty());
  const auto elsewhere = world.person.make_database("Archive", Json::object());
  world.person.must("POST", "pages/" + id + "/move",
                    {{"parent", {{"type", "data_source_id"}, {"data_source_id", elsewhere.source}}}});
  world.settle();
  EXPECT_EQ(world.count("booking"), 1U) << "moved out of sight is not deleted";
  ASSERT_EQ(world.parked().size(), 1U);
  EXPECT_THAT(world.parked().front().reason, HasSubstr("moved"));
}

TEST(NotionHub, ADatabaseThatIsNoLongerSharedOrInTheTrashIsAnErrorAndNeverEmpty) {
  NotionWorld world;
  put_league(world);
  world.settle();
  world.server.share(world.bookings.id, false);
  auto report = world.sync();
  ASSERT_TRUE(report_of(report, "bookings").error);
  EXPECT_THAT(report_of(report, "bookings").error->text(), HasSubstr("no longer shared"));
  EXPECT_FALSE(report_of(report, "venues").error);
  world.server.share(world.bookings.id, true);
  world.person.must("PATCH", "databases/" + world.bookings.id, {{"in_trash", true}});
  report = world.sync();
  EXPECT_TRUE(report_of(report, "bookings").error);
  EXPECT_EQ(world.count("booking"), 1U);
}

TEST(NotionHub, ARenamedColumnIsFollowedAndADeletedOrRetypedOneWaitsAndClearsNothing) {
  NotionWorld world;
  put_league(world);
  world.settle();
  const std::string source = "data_sources/" + world.bookings.source;
  world.person.must("PATCH", source, {{"properties", {{"Notes", {{"name", "Remarks"}}}}}});
  world.person.set(world.id_of(world.bookings.source, "Final"),
                   {{"Remarks", {{"rich_text", world.person.text("bring drums")}}}});
  world.close();  // another process
  world.settle();
  EXPECT_EQ(world.field("booking", "m104", "notes"), std::optional(text("bring drums")));

  world.person.must("PATCH", source, {{"properties", {{"Remarks", nullptr}}}});
  world.put("venue", "metlife", {{"city", text("East Rutherford")}});
  auto report = world.sync();
  ASSERT_TRUE(report_of(report, "bookings").error);
  EXPECT_EQ(report_of(report, "bookings").error->kind, ErrorKind::bad_config);
  EXPECT_THAT(report_of(report, "bookings").error->text(), HasSubstr("\"Notes\" was deleted"));
  EXPECT_FALSE(report_of(report, "venues").error) << "the other databases go on";
  EXPECT_EQ(world.person.plain(world.row(world.venues.source, "MetLife Stadium")["properties"]["City"]["rich_text"]),
            "East Rutherford");
  EXPECT_EQ(world.field("booking", "m104", "notes"), std::optional(text("bring drums")));

  // Made again under its name: still another column, empty in every row.
  world.person.must("PATCH", source, {{"properties", {{"Notes", {{"rich_text", Json::object()}}}}}});
  report = world.sync();
  ASSERT_TRUE(report_of(report, "bookings").error);
  const std::string hint = report_of(report, "bookings").error->hint;
  EXPECT_THAT(hint, HasSubstr("id = "));
  const auto from = hint.find('"') + 1;
  const std::string id = hint.substr(from, hint.find('"', from) - from);
  world.close();
  world.write_mapping("notion-notes",
                      "extends = \"notion-booking\"\n[fields.notes]\nproperty = \"Notes\"\nid = \"" + id + "\"\n");
  std::ofstream(world.folder / "fasti.toml", std::ios::app) << "mapping = \"notion-notes\"\n";
  world.settle();
  EXPECT_EQ(world.field("booking", "m104", "notes"), std::optional(text("bring drums")));
  EXPECT_EQ(world.person.plain(world.row(world.bookings.source, "Final")["properties"]["Notes"]["rich_text"]),
            "bring drums");

  world.person.must("PATCH", source, {{"properties", {{"Code", {{"number", {{"format", "number"}}}}}}}});
  report = world.sync();
  ASSERT_TRUE(report_of(report, "bookings").error);
  EXPECT_THAT(report_of(report, "bookings").error->text(), HasSubstr("type number, which cannot hold text"));
  EXPECT_EQ(world.field("booking", "m104", "code"), std::optional(text("M104")));
}

TEST(NotionHub, ALostReplyOrACommittedFailureMakesNoSecondPage) {
  NotionWorld world("budget = 0\n");
  int creates = 0;
  world.fault = [&](const http::Request& request) {
    const bool create = request.method == "POST" && request.url.ends_with("/v1/pages");
    return create && ++creates % 5 == 0 ? NetworkFault::reply_lost : NetworkFault::none;
  };
  world.server.faults().set("committed_503", 0.05);
  constexpr int kBookings = 200;
  for (int i = 0; i < kBookings; ++i)
    world.put("booking", "b" + std::to_string(i), {{"title", text("Match " + std::to_string(i))}});
  world.settle(20);
  std::map<std::string, int> titles;
  for (const Json& row : world.person.rows(world.bookings.source))
    ++titles[world.person.plain(row["properties"]["Name"]["title"])];
  EXPECT_EQ(titles.size(), static_cast<std::size_t>(kBookings));
  for (const auto& [title, times] : titles) EXPECT_EQ(times, 1) << title;
  EXPECT_EQ(world.count("booking"), static_cast<std::size_t>(kBookings));
}

TEST(NotionHub, TwoEditsInOneMinuteOnTwoSidesAreBothKept) {
  NotionWorld world;
  put_league(world);
  world.settle();
  const std::string id = world.id_of(world.bookings.source, "Final");
  world.person.set(id, {{"Notes", {{"rich_text", world.person.text("one")}}}});
  world.sync();
  world.clock.advance(std::chrono::minutes(-5));
  world.person.set(id, {{"Notes", {{"rich_text", world.person.text("two")}}}});
  world.put("booking", "m104", {{"code", text("M-104")}});
  world.settle();
  EXPECT_EQ(world.field("booking", "m104", "notes"), std::optional(text("two")));
  const Json row = world.row(world.bookings.source, "Final");
  EXPECT_EQ(world.person.plain(row["properties"]["Notes"]["rich_text"]), "two");
  EXPECT_EQ(world.person.plain(row["properties"]["Code"]["rich_text"]), "M-104");
}

TEST(NotionHub, MoreRelationsThanAPageShowsAreReadWholeBeforeTheyAreWrittenBack) {
  NotionWorld world;
  world.write_mapping("notion-booking",
                      "kind = \"booking\"\nprovider = \"notion\"\n[fields.title]\nproperty = \"Name\"\n"
                      "[fields.notes]\nproperty = \"Notes\"\n");
  world.write_mapping("notion-schedule",
                      "kind = \"fixtures\"\nprovider = \"notion\"\n[fields.title]\nproperty = \"Name\"\n"
                      "[fields.bookings]\nproperty = \"Bookings\"\n");
  std::filesystem::create_directories(world.folder / "kinds");
  std::ofstream(world.folder / "kinds" / "fixtures.toml")
      << "kind = \"fixtures\"\nlabel = \"title\"\n[fields.title]\ntype = \"text\"\nrequired = true\n"
         "[fields.bookings]\ntype = \"references\"\nto = \"booking\"\n";
  world.person.must(
      "PATCH", "data_sources/" + world.schedules.source,
      {{"properties",
        {{"Bookings",
          {{"relation", {{"data_source_id", world.bookings.source}, {"single_property", Json::object()}}}}}}}});
  std::string config;
  {
    std::ifstream in(world.folder / "fasti.toml");
    config.assign(std::istreambuf_iterator<char>(in), {});
  }
  config.replace(config.find("kind = \"schedule\""), 17, "kind = \"fixtures\"\nmapping = \"notion-schedule\"");
  std::ofstream(world.folder / "fasti.toml") << config;
  References all;
  for (int i = 0; i < 40; ++i) {
    const std::string id = "b" + std::to_string(i);
    world.put("booking", id, {{"title", text("Match " + std::to_string(i))}});
    all.insert({"booking", id});
  }
  world.put("fixtures", "wc", {{"title", text("World Cup")}, {"bookings", Value(all)}});
  world.settle();
  const std::string page = world.id_of(world.schedules.source, "World Cup");
  EXPECT_EQ(world.field("fixtures", "wc", "bookings"), std::optional<Value>(all));
  world.put("booking", "b40", {{"title", text("Match 40")}});
  all.insert({"booking", "b40"});
  world.put("fixtures", "wc", {{"bookings", Value(all)}});
  world.settle();
  std::size_t related = 0;
  std::string cursor;
  do {
    const Json part =
        world.person.must("GET", "pages/" + page + "/properties/" +
                                     world.person.page(page)["properties"]["Bookings"]["id"].get<std::string>() +
                                     (cursor.empty() ? "" : "?start_cursor=" + cursor));
    related += part["results"].size();
    cursor = part.value("has_more", false) ? part["next_cursor"].get<std::string>() : "";
  } while (!cursor.empty());
  EXPECT_EQ(related, 41U);
  for (int i = 41; i < 101; ++i) {
    world.put("booking", "b" + std::to_string(i), {{"title", text("Match " + std::to_string(i))}});
    all.insert({"booking", "b" + std::to_string(i)});
  }
  world.put("fixtures", "wc", {{"bookings", Value(all)}});
  world.settle();
  ASSERT_EQ(world.parked().size(), 1U);
  EXPECT_THAT(world.parked().front().reason, HasSubstr("101 elements"));
  EXPECT_EQ(world.field("fixtures", "wc", "bookings"), std::optional<Value>(all)) << "and nothing is cut here";
}

TEST(NotionHub, CheckNamesEveryMissingColumnAndMakesThemWhenAsked) {
  NotionWorld world;
  const std::string source = "data_sources/" + world.bookings.source;
  world.person.must("PATCH", source,
                    {{"properties", {{"Status", nullptr}, {"Venue", nullptr}, {"Fasti ID", nullptr}}}});
  auto problems = *world.hub().check_online();
  std::string all;
  for (const auto& problem : problems) all += problem.text() + "\n";
  EXPECT_THAT(all, HasSubstr("\"Status\""));
  EXPECT_THAT(all, HasSubstr("\"Venue\""));
  EXPECT_THAT(all, HasSubstr("\"Fasti ID\""));
  EXPECT_EQ(problems.size(), 3U) << all;
  problems = *world.hub().check_online(true);
  EXPECT_THAT(problems, IsEmpty()) << problems.front().text();
  put_league(world);
  world.settle();
  const Json cells = world.row(world.bookings.source, "Final")["properties"];
  EXPECT_EQ(cells["Status"]["select"]["name"], "Confirmed");
  EXPECT_EQ(cells["Venue"]["relation"].size(), 1U);
}

TEST(NotionHub, ASeriesKeepsTheRulesOfItsZoneWhichNotionForgets) {
  NotionWorld world;
  const Recurrence weekly{{"FREQ=WEEKLY;COUNT=6"}, {}, {}, {}};
  world.put("booking", "training",
            {{"title", text("Training")},
             {"when", Value(span_of("2026-10-06T18:00:00", "2026-10-06T19:30:00"))},
             {"recurrence", Value(weekly)},
             {"title@2026-10-13T18:00:00", text("Training with guests")}});
  world.settle();
  const auto cell = [&](const std::string& name) {
    return world.row(world.bookings.source, "Training")["properties"][name];
  };
  EXPECT_EQ(world.person.plain(cell("Recurrence")["rich_text"]), "FREQ=WEEKLY;COUNT=6 in Europe/Berlin");
  EXPECT_THAT(world.parked(), IsEmpty());
  const std::string id = world.id_of(world.bookings.source, "Training");
  world.person.set(
      id, {{"When", {{"date", {{"start", "2026-10-06T17:00:00.000Z"}, {"end", "2026-10-06T18:30:00.000Z"}}}}}});
  world.settle();
  EXPECT_EQ(world.field("booking", "training", "when"),
            std::optional<Value>(span_of("2026-10-06T19:00:00", "2026-10-06T20:30:00")));
  EXPECT_EQ(world.field("booking", "training", "recurrence"), std::optional<Value>(weekly));
  EXPECT_EQ(world.field("booking", "training", "title@2026-10-13T19:00:00"),
            std::optional(text("Training with guests")))
      << "an occurrence of its own moves with its series";
  world.put("booking", "training",
            {{"when", Value(span_of("2026-10-06T18:30:00", "2026-10-06T20:00:00", "Europe/London"))}});
  world.settle();
  EXPECT_EQ(world.person.plain(cell("Recurrence")["rich_text"]), "FREQ=WEEKLY;COUNT=6 in Europe/London");
  EXPECT_EQ(cell("When")["date"]["start"], "2026-10-06T18:30:00.000+01:00");
  world.person.set(id, {{"Recurrence", {{"rich_text", world.person.text("every Tuesday")}}}});
  world.settle();
  EXPECT_EQ(world.field("booking", "training", "recurrence"), std::optional<Value>(weekly))
      << "what cannot be read clears nothing";
}

TEST(NotionHub, ATextGoesIntoThePageAndWhatPeopleWroteThereStays) {
  NotionWorld world;
  world.write_mapping("notion-booking",
                      "kind = \"booking\"\nprovider = \"notion\"\nbody = \"notes\"\n"
                      "[fields.title]\nproperty = \"Name\"\n");
  world.put("booking", "m104", {{"title", text("Final")}, {"notes", text("bring flags\nand drums")}});
  world.settle();
  const std::string id = world.id_of(world.bookings.source, "Final");
  const auto shown = [&] {
    std::string out;
    const Json page = world.person.must("GET", "blocks/" + id + "/children");
    for (const Json& block : page["results"]) {
      const std::string type = block["type"];
      out += "[" + world.person.plain(block[type]["rich_text"]) + "]";
      if (!block.value("has_children", false)) continue;
      const Json lines = world.person.must("GET", "blocks/" + block["id"].get<std::string>() + "/children");
      for (const Json& line : lines["results"]) out += " " + world.person.plain(line["paragraph"]["rich_text"]);
    }
    return out;
  };
  EXPECT_EQ(shown(), "[Kept by Fasti] bring flags and drums");
  world.person.must("PATCH", "blocks/" + id + "/children",
                    {{"children",
                      {{{"object", "block"},
                        {"type", "paragraph"},
                        {"paragraph", {{"rich_text", world.person.text("who has the keys?")}}}}}}});
  const auto writes = world.server.writes();
  world.settle();
  EXPECT_EQ(world.server.writes(), writes) << "a page's text is not read, and so is nobody's edit";
  world.put("booking", "m104", {{"notes", text("bring flags only")}});
  world.settle();
  EXPECT_EQ(shown(), "[who has the keys?][Kept by Fasti] bring flags only");
}

}  // namespace
}  // namespace notion
}  // namespace v1
}  // namespace fasti
