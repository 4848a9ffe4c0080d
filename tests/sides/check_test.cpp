// fasti check --online: what is wrong with a calendar, said with the next thing to do.
#include <gmock/gmock.h>

#include "tests/sides/league_world.hpp"

namespace fasti {
inline namespace v1 {
namespace sides {
namespace {

using testing::HasSubstr;

Error only(LeagueWorld& world) {
  const auto problems = world.hub().check_online();
  if (!problems) return problems.error();
  EXPECT_EQ(problems->size(), 1U);
  for (const auto& one : *problems) EXPECT_NE(one.hint, "") << one.text();
  return problems->empty() ? Error{} : problems->front();
}

TEST(CheckOnline, HasNothingToSayWhenAllIsWell) {
  LeagueWorld world;
  const auto problems = world.hub().check_online();
  ASSERT_TRUE(problems) << problems.error().text();
  for (const auto& one : *problems) ADD_FAILURE() << one.text();
}

TEST(CheckOnline, NamesAScopeThatIsMissingAtGoogle) {
  for (const char* scope :
       {"https://www.googleapis.com/auth/calendar.readonly", "https://www.googleapis.com/auth/drive"}) {
    LeagueWorld world;
    world.google.add_refresh_token("refresh", "alice@example.org", scope);
    const Error problem = only(world);
    EXPECT_EQ(problem.kind, ErrorKind::forbidden) << scope;
    EXPECT_THAT(problem.hint, HasSubstr("https://www.googleapis.com/auth/calendar")) << scope;
    EXPECT_THAT(problem.hint, HasSubstr("fasti connect")) << scope;
    EXPECT_THAT(problem.place, HasSubstr("google")) << scope;
  }
}

TEST(CheckOnline, NamesAScopeThatIsMissingAtOutlook) {
  for (const char* scope : {"Calendars.Read", "Mail.Read"}) {
    LeagueWorld world(scope);
    const Error problem = only(world);
    EXPECT_EQ(problem.kind, ErrorKind::forbidden) << scope;
    EXPECT_THAT(problem.hint, HasSubstr("Calendars.ReadWrite")) << scope;
    EXPECT_THAT(problem.hint, HasSubstr("fasti connect")) << scope;
  }
}

TEST(CheckOnline, NamesACalendarThatIsOnlyRead) {
  LeagueWorld world;
  world.google.add_user("bob@example.org", "UTC");
  world.google.share("bob@example.org", "alice@example.org", "reader");
  world.outlook.add_calendar("Holidays", false);
  for (const auto& [side, calendar] : {std::pair{"google", "bob@example.org"}, std::pair{"outlook", "Holidays"}}) {
    world.use_collection(side, calendar);
    const Error problem = only(world);
    EXPECT_EQ(problem.kind, ErrorKind::forbidden) << side;
    EXPECT_THAT(problem.message, HasSubstr("read-only")) << side;
    EXPECT_THAT(problem.hint, HasSubstr("direction = \"from_remote\"")) << side;
    world.use_collection(side, "League");
  }
}

TEST(CheckOnline, NamesACalendarThatIsNotThere) {
  LeagueWorld world;
  std::vector<std::pair<std::string, std::string>> wrong = {{"google", "Laegue"},
                                                            {"google", "nobody@group.calendar.google.com"},
                                                            {"outlook", "Laegue"},
                                                            {"outlook", "AAMk7"}};
  if (world.has("radicale")) wrong.emplace_back("radicale", "/alice/no-such-calendar/");
  for (const auto& [side, calendar] : wrong) {
    world.use_collection(side, calendar);
    const Error problem = only(world);
    EXPECT_EQ(problem.kind, ErrorKind::not_found) << problem.text();
    EXPECT_THAT(problem.text(), HasSubstr(calendar));
    EXPECT_TRUE(problem.hint.find("fasti collections " + side) != std::string::npos ||
                problem.hint.find("League") != std::string::npos)
        << problem.hint;
    world.use_collection(side, "");
  }
}

}  // namespace
}  // namespace sides
}  // namespace v1
}  // namespace fasti
