// What the connector reads: windows, deltas, whole series, and answers that prove less than they seem to.
#include <gmock/gmock.h>

#include "tests/unit/outlook/outlook_world.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

template <class T>
T value(const RemoteObject& object, const std::string& path) {
  const auto found = object.properties.find(path);
  EXPECT_NE(found, object.properties.end()) << path;
  return found == object.properties.end() ? T{} : std::get<T>(found->second);
}

TEST(OutlookPull, AFullRoundOfManyAndThenNothingNewAreFewRequests) {
  World world;
  for (int i = 0; i < 1200; ++i) world.person.creates(world.calendar, "Match " + std::to_string(i));
  const auto before = world.connector->requests();
  const auto first = world.pull();
  EXPECT_EQ(first.changes.size(), 1200U);
  EXPECT_EQ(first.result.coverage, Coverage::complete);
  EXPECT_EQ(world.connector->requests() - before, 6U) << "three pages, and three of markers";
  const auto second = world.pull(first.result.cursor, World::versions(first));
  EXPECT_EQ(world.connector->requests() - before, 7U);
  EXPECT_TRUE(second.changes.empty());
  EXPECT_EQ(second.result.coverage, Coverage::delta);
}

TEST(OutlookPull, ASeriesIsOneObjectAcrossSummerTime) {
  World world;
  const auto id = world.weekly("Training");
  world.person.patches(
      world.person.occurrence(id, "2026-10-15T16:00:00"),
      R"({"start":{"dateTime":"2026-10-16T19:00:00","timeZone":"Romance Standard Time"},"end":{"dateTime":"2026-10-16T21:00:00","timeZone":"Romance Standard Time"},"subject":"Training, moved"})");
  world.person.deletes(world.person.occurrence(id, "2026-10-29T17:00:00"));
  const auto pulled = world.pull();
  ASSERT_EQ(pulled.changes.size(), 1U);
  const RemoteObject& object = pulled.changes.front().object;
  EXPECT_EQ(object.id, id);
  EXPECT_EQ(value<Span>(object, "start"), berlin("2026-10-08T18:00:00", "2026-10-08T20:00:00"));
  const auto recurrence = value<Recurrence>(object, "recurrence");
  EXPECT_THAT(recurrence.rules, ElementsAre("FREQ=WEEKLY;COUNT=6;BYDAY=TH"));
  EXPECT_THAT(recurrence.exdates, ElementsAre("2026-10-29T18:00:00")) << "18:00 on either side of the change";
  EXPECT_EQ(value<std::string>(object, "subject@2026-10-15T18:00:00"), "Training, moved");
  EXPECT_EQ(value<Span>(object, "start@2026-10-15T18:00:00"), berlin("2026-10-16T19:00:00", "2026-10-16T21:00:00"));
  EXPECT_EQ(object.properties.count("subject@2026-10-22T18:00:00"), 0U);
}

TEST(OutlookPull, ADeletedOccurrenceIsFoundAlthoughNothingNamesItsSeries) {
  World world;
  world.server.faults().set("master_missing", 1);
  const auto id = world.weekly("Training");
  const auto first = world.pull();
  world.person.deletes(world.person.occurrence(id, "2026-10-22T16:00:00"));
  const auto second = world.pull(first.result.cursor, World::versions(first));
  ASSERT_NE(second.find(id), nullptr);
  EXPECT_THAT(value<Recurrence>(second.find(id)->object, "recurrence").exdates, ElementsAre("2026-10-22T18:00:00"));
  EXPECT_NE(second.find(id)->object.version, first.find(id)->object.version);
}

TEST(OutlookPull, ADeletedSeriesIsGoneThoughOnlyItsOccurrencesAreNamed) {
  World world;
  const auto id = world.weekly("Training");
  const auto first = world.pull();
  world.person.deletes(id);
  const auto second = world.pull(first.result.cursor, World::versions(first));
  ASSERT_NE(second.find(id), nullptr);
  EXPECT_EQ(second.find(id)->type, RemoteChange::Type::gone);
  EXPECT_TRUE(world.pull(second.result.cursor).changes.empty());
}

TEST(OutlookPull, LeavingTheWindowIsNoDeletion) {
  World world;
  const auto id = world.person.creates(world.calendar, "Final");
  const auto first = world.pull();
  world.person.patches(
      id,
      R"({"start":{"dateTime":"2031-06-11T18:00:00","timeZone":"UTC"},"end":{"dateTime":"2031-06-11T20:00:00","timeZone":"UTC"}})");
  const auto second = world.pull(first.result.cursor, World::versions(first));
  ASSERT_NE(second.find(id), nullptr);
  EXPECT_EQ(second.find(id)->type, RemoteChange::Type::object);
  EXPECT_EQ(value<Span>(second.find(id)->object, "start").start, *parse_time("2031-06-11T18:00:00"));
  world.person.deletes(id);
  EXPECT_EQ(world.pull(second.result.cursor, World::versions(second)).find(id)->type, RemoteChange::Type::gone);
}

TEST(OutlookPull, ARefusedCursorIsAWholeRound) {
  for (const char* fault : {"cursor_expired", "cursor_not_found"}) {
    World world;
    const auto id = world.person.creates(world.calendar, "Final");
    const auto first = world.pull();
    world.server.faults().force(fault);
    const auto second = world.pull(first.result.cursor);
    EXPECT_TRUE(second.result.cursor_expired) << fault;
    EXPECT_EQ(second.result.coverage, Coverage::complete);
    EXPECT_NE(second.find(id), nullptr);
    EXPECT_EQ(world.server.faults().counted(fault), 1U);
  }
}

TEST(OutlookPull, TheWindowMovesOnWithANewRound) {
  World world;
  world.person.creates(
      world.calendar, "Next year",
      R"("start":{"dateTime":"2027-08-01T18:00:00","timeZone":"UTC"},"end":{"dateTime":"2027-08-01T20:00:00","timeZone":"UTC"})");
  const auto first = world.pull();
  EXPECT_TRUE(first.changes.empty());
  world.clock.advance(std::chrono::days(20));
  const auto second = world.pull(first.result.cursor);
  EXPECT_EQ(second.result.coverage, Coverage::delta);
  world.clock.advance(std::chrono::days(20));
  const auto third = world.pull(second.result.cursor);
  EXPECT_EQ(third.result.coverage, Coverage::complete);
  EXPECT_FALSE(third.result.cursor_expired);
  EXPECT_EQ(third.changes.size(), 1U);
}

TEST(OutlookPull, AllDayIsItsDatesWhateverTheZone) {
  World world;
  const auto id = world.person.creates(
      world.calendar, "Holiday",
      R"("isAllDay":true,"start":{"dateTime":"2026-06-11T00:00:00","timeZone":"Pacific Standard Time"},"end":{"dateTime":"2026-06-13T00:00:00","timeZone":"Pacific Standard Time"})");
  const auto object = world.fetch(id);
  const Span span = value<Span>(object, "start");
  EXPECT_EQ(span.kind, SpanKind::all_day);
  EXPECT_EQ(span.start, *parse_time("2026-06-11T00:00:00"));
  EXPECT_EQ(span.end, *parse_time("2026-06-13T00:00:00"));
}

TEST(OutlookPull, AnAllDaySeriesMadeFarFromGreenwichHasItsOwnDays) {
  World world;
  const auto id = world.person.creates(
      world.calendar, "Cleaning",
      R"("isAllDay":true,"start":{"dateTime":"2026-06-11T00:00:00","timeZone":"Tokyo Standard Time"},"end":{"dateTime":"2026-06-12T00:00:00","timeZone":"Tokyo Standard Time"},"recurrence":{"pattern":{"type":"daily","interval":2},"range":{"type":"endDate","startDate":"2026-06-11","endDate":"2026-06-19"}})");
  world.person.patches(world.person.occurrence(id, "2026-06-13"), R"({"subject":"Big cleaning"})");
  world.person.deletes(world.person.occurrence(id, "2026-06-17"));
  const auto object = world.fetch(id);
  EXPECT_EQ(value<std::string>(object, "subject@2026-06-13"), "Big cleaning");
  const auto recurrence = value<Recurrence>(object, "recurrence");
  EXPECT_THAT(recurrence.rules, ElementsAre("FREQ=DAILY;UNTIL=20260619;INTERVAL=2"));
  EXPECT_THAT(recurrence.exdates, ElementsAre("2026-06-17"));
}

TEST(OutlookPull, CalendarsOverManyPagesAreListedOnceEach) {
  World world;
  for (int i = 0; i < 5; ++i) world.server.add_calendar("Calendar " + std::to_string(i));
  const auto whole = world.connector->collections();
  ASSERT_TRUE(whole.ok()) << whole.error().text();
  world.server.faults().set("short_page", 0.9);
  for (int i = 0; i < 20; ++i) {
    const auto paged = world.connector->collections();
    ASSERT_TRUE(paged.ok()) << paged.error().text();
    EXPECT_EQ(paged->size(), whole->size());
  }
}

TEST(OutlookPull, AMissingScopeNamesItself) {
  emulators::OutlookOptions options;
  options.scope = "User.Read";
  World world(1, options);
  const auto calendars = world.connector->collections();
  ASSERT_FALSE(calendars.ok());
  EXPECT_EQ(calendars.error().kind, ErrorKind::forbidden);
  EXPECT_THAT(calendars.error().hint, HasSubstr("Calendars.ReadWrite"));
}

TEST(OutlookPull, FreeAndBusyTimesAreACollectionThatIsOnlyRead) {
  World world;
  const std::string day =
      R"("start":{"dateTime":"2026-06-11T18:00:00","timeZone":"UTC"},"end":{"dateTime":"2026-06-11T20:00:00","timeZone":"UTC"})";
  world.person.creates("calendar-1", "Secret", day);
  world.person.creates("calendar-1", "Free", "\"showAs\":\"free\"," + day);
  ASSERT_TRUE(world.connector->open_collection("busy:alice@example.com", false)->read_only);
  EXPECT_FALSE(world.connector->open_collection("busy:nobody@example.com", false).ok());
  world.calendar = "busy:alice@example.com";
  const auto pulled = world.pull();
  ASSERT_EQ(pulled.changes.size(), 1U);
  EXPECT_EQ(pulled.result.coverage, Coverage::complete);
  const RemoteObject& object = pulled.changes.front().object;
  EXPECT_EQ(value<Span>(object, "start").start, *parse_time("2026-06-11T18:00:00"));
  EXPECT_EQ(object.properties.count("subject"), 0U);
  EXPECT_EQ(world.fetch(object.id).properties, object.properties);
  EXPECT_EQ(world.connector->create(world.create("r1", {})).error().kind, ErrorKind::forbidden);
}

TEST(OutlookPull, CalendarsAreFoundByIdNameAndDefault) {
  World world;
  world.server.add_calendar("Read me", false);
  EXPECT_EQ(world.connector->open_collection("Games", false)->id, world.calendar);
  EXPECT_EQ(world.connector->open_collection("default", false)->id, "calendar-1");
  EXPECT_TRUE(world.connector->open_collection("Read me", false)->read_only);
  const auto wrong = world.connector->open_collection("calendar-77", false);
  ASSERT_FALSE(wrong.ok());
  EXPECT_THAT(wrong.error().text(), HasSubstr("fasti collections office"));
  world.server.add_calendar("Games");
  EXPECT_EQ(world.connector->open_collection("Games", false).error().kind, ErrorKind::bad_config);
  EXPECT_TRUE(world.connector->open_collection("Fresh", true)->created);
}

TEST(OutlookPull, ATokenThatExpiresInTheMiddleIsRenewed) {
  World world;
  for (int i = 0; i < 900; ++i) world.person.creates(world.calendar, "Match " + std::to_string(i));
  int asked = 0;
  world.network = [&](const http::Request&) {
    if (++asked == 2) world.server.expire_tokens();
    return emulators::NetworkFault::none;
  };
  EXPECT_EQ(world.pull().changes.size(), 900U);
}

}  // namespace
}  // namespace outlook
}  // namespace v1
}  // namespace fasti
